"""Whether a new model moves patients the right way: reclassification and discrimination slope."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.risks import Risks, as_risks
from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NAN = float("nan")
OLD, NEW = "old", "new"
WITH, WITHOUT = "with the outcome", "without the outcome"
CAVEAT = (
    "net reclassification can rise without any better prediction, as by a miscalibrated model "
    "(Hilden and Gerds 2014): judge by discrimination, calibration and net benefit besides"
)


def reclassification(
    outcome: pd.Series,
    old: pd.Series,
    new: pd.Series,
    *,
    cutoffs: Sequence[float] = (),
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Net reclassification improvement and integrated discrimination improvement.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    old, new
        Risks from 0 to 1 by the model that is there and by the new one.
    cutoffs
        Risks that part the categories, ascending, as ``(0.1, 0.2)``; without them there is no
        categorical reclassification.
    conventions
        Recorded only.

    Returns
    -------
    Result
        nri with limits and p, overall and for those with and without the outcome (`group`),
        under `term` ``continuous`` and, with cut-offs, ``categorical``; idi with limits and p;
        the discrimination slope of each model (`group` ``old``, ``new``); how many moved from
        category (`term`) to category (`level`), with and without the outcome (`group`). The
        caveat of Hilden and Gerds is always among the warnings.

    Notes
    -----
    Pencina et al., Stat Med 2008;27:157–172 and 2011;30:11–21. Share of movers up less share of
    movers down among events, plus the converse among the others; multinomial variances, not
    those under the null hypothesis; p from the same. R: ``Hmisc::improveProb`` (continuous,
    IDI); ``PredictABEL::reclassification`` leaves the squared share out of the variance.
    Hilden and Gerds, Stat Med 2014;33:3405–3414.
    """
    conventions = as_conventions(conventions)
    marks = _marks(cutoffs)
    pair = {OLD: as_series("old", old), NEW: as_series("new", new)}
    if len(pair[OLD]) != len(pair[NEW]):
        raise ValueError(f"new must have {len(pair[OLD])} values; got {len(pair[NEW])}")
    frame = pd.DataFrame({name: column.to_numpy() for name, column in pair.items()})
    known = as_risks(outcome, frame)
    n, left_out = len(known.outcome), known.left_out
    words = "Models were compared by continuous net reclassification improvement and integrated "
    words += "discrimination improvement with asymptotic intervals"
    found = rows(known.counts, **known.shared)
    why = known.one_sided()
    if why:
        warning = f"models not compared: {why}"
        return Result(as_numbers(found), words, n, left_out, conventions, (warning,))
    found += _net(known, known.of[NEW] - known.of[OLD], "continuous")
    if len(marks):
        shown = ", ".join(f"{m:g}" for m in marks)
        words += f", and by reclassification across risks of {shown}"
        categories = {
            name: np.searchsorted(marks, risk, "right") for name, risk in known.of.items()
        }
        found += _net(known, categories[NEW] - categories[OLD], "categorical")
        found += _table(known, categories, _names(marks))
    found += _idi(known)
    return Result(as_numbers(found), words, n, left_out, conventions, (CAVEAT, *_few(known)))


def _marks(cutoffs: Sequence[float]) -> Floats:
    marks = np.asarray(cutoffs, dtype=float)
    if marks.ndim != 1 or not ((marks > 0) & (marks < 1)).all() or (np.diff(marks) <= 0).any():
        raise ValueError(f"cutoffs must be ascending risks above 0 and below 1; got {cutoffs!r}")
    return marks


def _names(marks: Floats) -> list[str]:
    """``< 10%``, ``10% to < 20%``, ``≥ 20%``."""
    shown = [f"{100 * m:g}%" for m in marks]
    middle = [f"{a} to < {b}" for a, b in itertools.pairwise(shown)]
    return [f"< {shown[0]}", *middle, f"≥ {shown[-1]}"]


def _net(known: Risks, change: npt.NDArray, term: str) -> list[dict[str, object]]:
    """Movers in the right direction less those in the wrong one."""
    y = known.outcome
    moves = {WITH: np.sign(change[y]), WITHOUT: -np.sign(change[~y])}
    means = {group: float(m.mean()) for group, m in moves.items()}
    variances = {group: float(m.var() / len(m)) for group, m in moves.items()}
    means[""], variances[""] = sum(means.values()), sum(variances.values())
    found = []
    for group in ("", WITH, WITHOUT):
        values = _with_limits("nri", means[group], variances[group])
        method = f"{term} net reclassification improvement, asymptotic"
        found += rows(values, group=group, term=term, method=method, **known.shared)
    return found


def _idi(known: Risks) -> list[dict[str, object]]:
    y = known.outcome
    found = []
    for name, risk in known.of.items():
        slope = {"discrimination_slope": float(risk[y].mean() - risk[~y].mean())}
        found += rows(slope, group=name, **known.shared)
    change = known.of[NEW] - known.of[OLD]
    value = float(change[y].mean() - change[~y].mean())
    parts = [c.var(ddof=1) / len(c) if len(c) > 1 else NAN for c in (change[y], change[~y])]
    method = "integrated discrimination improvement, asymptotic"
    return found + rows(_with_limits("idi", value, sum(parts)), method=method, **known.shared)


def _with_limits(name: str, value: float, variance: float) -> dict[str, float]:
    se = float(np.sqrt(variance))
    if not se > 0:
        return {name: value, f"{name}_low": NAN, f"{name}_high": NAN, "p": NAN}
    low, high = value - Z95 * se, value + Z95 * se
    p = normal_two_sided(value / se)
    return {name: value, f"{name}_low": low, f"{name}_high": high, "p": p}


def _table(
    known: Risks, categories: dict[str, npt.NDArray], names: list[str]
) -> list[dict[str, object]]:
    found = []
    for group, who in ((WITH, known.outcome), (WITHOUT, ~known.outcome)):
        for i, before in enumerate(names):
            for j, after in enumerate(names):
                here = who & (categories[OLD] == i) & (categories[NEW] == j)
                moved = {"reclassified": int(here.sum())}
                found += rows(moved, group=group, term=before, level=after, **known.shared)
    return found


def _few(known: Risks) -> list[str]:
    if np.array_equal(known.of[OLD], known.of[NEW]):
        return ["the two models predict the same: there is nothing to reclassify"]
    fewest = min(known.outcome.sum(), (~known.outcome).sum())
    if fewest < 10:
        return [f"only {fewest} patients on one side of the outcome: the intervals mean little"]
    return []
