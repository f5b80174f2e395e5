"""Whether treating by a predicted risk does more good than treating everybody or nobody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.risks import Risks, as_risks
from cohort_stats.results import Result, along, as_numbers, rows

Floats = npt.NDArray[np.float64]
#: Names of the two strategies that need no risk.
TREAT_ALL, TREAT_NONE = "treat all", "treat none"
THRESHOLDS = tuple(round(0.01 * k, 2) for k in range(1, 100))


def decision_curve(
    outcome: pd.Series,
    risks: pd.DataFrame,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Net benefit of treating patients above a threshold of predicted risk.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    risks
        Predicted risks from 0 to 1, one column a model, n rows.
    thresholds
        Risks from which on a patient would be treated, above 0 and below 1.
    conventions
        Recorded only.

    Returns
    -------
    Result
        At each threshold (`level`) for each model, ``treat all`` and ``treat none`` (`term`):
        net_benefit; for each model avoided_per_100, treatments avoided among 100 patients
        without missing a case, against treating all.

    Notes
    -----
    TP/n − FP/n × pt/(1 − pt), treated from pt on (Vickers and Elkin, Med Decis Making
    2006;26:565–574). R: ``dcurves::dca``, ``rmda``. Risks that were fitted to these same patients
    look better than they would elsewhere.
    """
    conventions = as_conventions(conventions)
    grid = _grid(thresholds)
    known = as_risks(outcome, risks)
    n, left_out = len(known.outcome), known.left_out
    counts = as_numbers(rows(known.counts, **known.shared))
    words = (
        "Decision curves give the net benefit of treating patients whose predicted risk is at or "
        "above a threshold, against treating all and treating none (Vickers)"
    )
    why = known.one_sided()
    if why:
        return Result(counts, words, n, left_out, conventions, (f"no decision curve: {why}",))
    levels = [f"{pt:g}" for pt in grid]
    curves = {TREAT_ALL: _net_benefit(known, np.ones(n), grid), TREAT_NONE: 0 * grid}
    frames = [counts]
    for name, risk in known.of.items():
        benefit = _net_benefit(known, risk, grid)
        avoided = 100 * (benefit - curves[TREAT_ALL]) * (1 - grid) / grid
        values = {"net_benefit": benefit, "avoided_per_100": avoided}
        frames.append(along(values, {"term": name, **known.shared}, level=levels))
    for name, benefit in curves.items():
        frames.append(along({"net_benefit": benefit}, {"term": name, **known.shared}, level=levels))
    numbers = pd.concat(frames, ignore_index=True)
    return Result(numbers, words, n, left_out, conventions, _useless(known, curves, grid))


def _grid(thresholds: Sequence[float]) -> Floats:
    grid = np.asarray(thresholds, dtype=float)
    if grid.ndim != 1 or not len(grid) or not ((grid > 0) & (grid < 1)).all():
        raise ValueError(f"thresholds must be risks above 0 and below 1; got {thresholds!r}")
    return np.unique(grid)


def _net_benefit(known: Risks, risk: Floats, grid: Floats) -> Floats:
    """At every threshold; shape (k,)."""
    n = len(risk)
    treated = []
    for who in (known.outcome, ~known.outcome):
        ordered = np.sort(risk[who])
        # A risk that only the noise of binary fractions parts from the threshold is at it.
        treated.append(len(ordered) - np.searchsorted(ordered, grid - 1e-12, side="left"))
    return np.asarray(treated[0] / n - treated[1] / n * grid / (1 - grid), dtype=np.float64)


def _useless(known: Risks, curves: dict[str, Floats], grid: Floats) -> tuple[str, ...]:
    best_without = np.maximum(curves[TREAT_ALL], curves[TREAT_NONE])
    return tuple(
        f"`{name}`: nowhere better than treating all or none"
        for name, risk in known.of.items()
        if not (_net_benefit(known, risk, grid) > best_without + 1e-12).any()
    )
