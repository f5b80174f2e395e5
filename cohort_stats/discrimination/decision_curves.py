"""Whether treating by a predicted risk does more good than treating everybody or nobody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.risks import Risks, as_risks
from cohort_stats.distributions import Z95
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
        net_benefit, of all but ``treat none`` with limits; for each model avoided_per_100,
        treatments avoided among 100 patients without missing a case, against treating all.

    Notes
    -----
    TP/n − FP/n × pt/(1 − pt), treated from pt on (Vickers and Elkin, Med Decis Making
    2006;26:565–574). R: ``dcurves::dca``, ``rmda``. As the mean of what each patient adds to it, it
    has the limits of a mean: ± 1.96 standard deviations / √n, which hold at one threshold and for
    risks from elsewhere. Risks that were fitted to these same patients look better than they would
    in others.
    """
    conventions = as_conventions(conventions)
    grid = _grid(thresholds)
    known = as_risks(outcome, risks)
    n, left_out = len(known.outcome), known.left_out
    counts = as_numbers(rows(known.counts, **known.shared))
    words = (
        "Decision curves give the net benefit of treating patients whose predicted risk is at or "
        "above a threshold, against treating all and treating none (Vickers), with asymptotic "
        "intervals at each threshold"
    )
    why = known.one_sided()
    if why:
        return Result(counts, words, n, left_out, conventions, (f"no decision curve: {why}",))
    levels = [f"{pt:g}" for pt in grid]
    everybody = _net_benefit(known, np.ones(n), grid)
    frames = [counts]
    for name, risk in known.of.items():
        found = _net_benefit(known, risk, grid)
        avoided = 100 * (found["net_benefit"] - everybody["net_benefit"]) * (1 - grid) / grid
        values = found | {"avoided_per_100": avoided}
        frames.append(along(values, {"term": name, **known.shared}, level=levels))
    for name, found in {TREAT_ALL: everybody, TREAT_NONE: {"net_benefit": 0 * grid}}.items():
        frames.append(along(found, {"term": name, **known.shared}, level=levels))
    numbers = pd.concat(frames, ignore_index=True)
    return Result(
        numbers, words, n, left_out, conventions, _useless(known, everybody["net_benefit"], grid)
    )


def _grid(thresholds: Sequence[float]) -> Floats:
    grid = np.asarray(thresholds, dtype=float)
    if grid.ndim != 1 or not len(grid) or not ((grid > 0) & (grid < 1)).all():
        raise ValueError(f"thresholds must be risks above 0 and below 1; got {thresholds!r}")
    return np.unique(grid)


def _net_benefit(known: Risks, risk: Floats, grid: Floats) -> dict[str, Floats]:
    """At every threshold, with its limits; each of shape (k,)."""
    n = len(risk)
    treated = []
    for who in (known.outcome, ~known.outcome):
        ordered = np.sort(risk[who])
        # A risk that only the noise of binary fractions parts from the threshold is at it.
        treated.append(len(ordered) - np.searchsorted(ordered, grid - 1e-12, side="left"))
    true, false = (count / n for count in treated)
    odds = grid / (1 - grid)
    benefit = true - false * odds
    # Each patient adds 1, −odds or 0: the variance of their mean.
    se = np.sqrt(np.maximum(true + false * odds**2 - benefit**2, 0) / max(n - 1, 1))
    low, high = benefit - Z95 * se, benefit + Z95 * se
    return {"net_benefit": benefit, "net_benefit_low": low, "net_benefit_high": high}


def _useless(known: Risks, everybody: Floats, grid: Floats) -> tuple[str, ...]:
    best_without = np.maximum(everybody, 0)
    return tuple(
        f"`{name}`: nowhere better than treating all or none"
        for name, risk in known.of.items()
        if not (_net_benefit(known, risk, grid)["net_benefit"] > best_without + 1e-12).any()
    )
