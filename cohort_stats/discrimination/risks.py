"""Predicted risks beside an outcome: what decision curves and reclassification begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be
from cohort_stats.discrimination.sample import must_be_numbers
from cohort_stats.regression.coefficients import as_binary

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Risks:
    """Risks by several models of the patients whose outcome and risks are all known.

    Parameters
    ----------
    outcome
        Shape (n,).
    of
        Name of the model -> predicted risks, shape (n,).
    left_out
        Patients without a known outcome or risk.
    """

    outcome: Bools
    of: dict[str, Floats]
    left_out: int

    @property
    def shared(self) -> dict[str, Any]:
        """What all numbers of these patients have in common."""
        return {"n_used": len(self.outcome), "n_missing": self.left_out}

    @property
    def counts(self) -> dict[str, int]:
        """Patients, and those with the outcome."""
        return {"n": len(self.outcome), "events": int(self.outcome.sum())}

    def one_sided(self) -> str:
        """Why nothing can be said; empty when the outcome is known with and without."""
        if not len(self.outcome):
            return "nobody has a known outcome and known risks"
        if not self.outcome.any():
            return "no patient has the outcome"
        return "every patient has the outcome" if self.outcome.all() else ""


def as_risks(outcome: pd.Series, risks: pd.DataFrame) -> Risks:
    """Those whose outcome and risks are known.

    Raises
    ------
    ValueError
        When `outcome` holds anything but yes and no, a risk lies outside 0 to 1, or their
        lengths differ.
    """
    outcome = as_series("outcome", outcome)
    must_be("risks", risks, pd.DataFrame, "a frame with one column a model")
    if len(risks) != len(outcome) or not risks.shape[1]:
        given = f"{len(risks)} rows, {risks.shape[1]} columns"
        raise ValueError(f"risks must be {len(outcome)} rows of one column or more; got {given}")
    for name in risks:
        must_be_numbers(f"risks[{name!r}]", risks[name])
        known = risks[name].dropna()
        if len(known) and not (known.min() >= 0 and known.max() <= 1):
            span = f"{known.min():g} to {known.max():g}"
            raise ValueError(f"risks[{name!r}] must lie between 0 and 1; got {span}")
    keep = outcome.notna().to_numpy() & risks.notna().to_numpy().all(axis=1)
    y = as_binary("outcome", outcome)[keep]
    columns = {
        str(name): risks[name].to_numpy(dtype=float, na_value=np.nan)[keep] for name in risks
    }
    return Risks(y, columns, int((~keep).sum()))
