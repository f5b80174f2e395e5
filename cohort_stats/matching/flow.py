"""Who was left out of a matched sample, and why."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.matching.pairing import Request, strata_of
from cohort_stats.matching.propensity import CONTROL, TREATED, Propensity
from cohort_stats.results import pick, rows
from cohort_stats.wording import counted

#: Why a treated patient is not in a matched sample.
WHY_OUT = {
    "without_stratum": "as no control is exactly alike",
    "beyond_caliper": "as no control is within the caliper",
    "not_chosen": "whose controls within reach were matched with others",
}
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


def who_was_left_out(
    asked: Request, found: Propensity, place: Floats, weights: Floats
) -> list[dict[str, object]]:
    """Treated and controls: how many, how many matched, how many not and for which reason.

    Parameters
    ----------
    asked
        What was asked for.
    found, place
        The scored patients, and where they stand on the scale of the distance.
    weights
        Of the matched sample, shape (m,).

    Returns
    -------
    list of dict
        For the treated and the controls: n (scored), matched, unmatched, and of the unmatched
        without_stratum (nobody of the other group is alike in what must be), beyond_caliper
        (none of those is near enough) and not_chosen (all that are were taken, or others were
        nearer).
    """
    alone, far = _without_counterpart(asked, found, place)
    numbers: list[dict[str, object]] = []
    for name, group in ((TREATED, found.is_treated), (CONTROL, ~found.is_treated)):
        out = group & (weights == 0)
        values = {
            "n": group.sum(),
            "matched": (group & (weights > 0)).sum(),
            "unmatched": out.sum(),
        }
        values |= {"without_stratum": (out & alone).sum(), "beyond_caliper": (out & far).sum()}
        values["not_chosen"] = (out & ~alone & ~far).sum()
        numbers += rows(values, group=name)
    return numbers


def _without_counterpart(asked: Request, found: Propensity, place: Floats) -> tuple[Bools, Bools]:
    """Who has nobody of the other group in the same stratum, and who has nobody near enough."""
    width = asked.width(place)
    alone, far = (np.zeros(len(place), dtype=bool) for _ in range(2))
    for stratum in strata_of(asked, found):
        sides = [np.flatnonzero(stratum & g) for g in (found.is_treated, ~found.is_treated)]
        for mine, others in (sides, sides[::-1]):
            if not len(others):
                alone[mine] = True
            elif len(mine):
                far[mine] = _gap(place[mine], np.sort(place[others])) > width
    return alone, far


def _gap(values: Floats, ordered: Floats) -> Floats:
    right = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    left = np.maximum(right - 1, 0)
    return np.asarray(np.minimum(np.abs(values - ordered[left]), np.abs(values - ordered[right])))


def matching_warnings(
    asked: Request, numbers: pd.DataFrame, pairs: Places, is_treated: Bools
) -> tuple[str, ...]:
    """What a reader of a matched sample must know: who is not in it, and whose weights differ."""

    def number(statistic: str, group: str) -> float:
        return float(pick(numbers, statistic, group=group)["value"].item())

    warnings = []
    for statistic, why in WHY_OUT.items():
        n = int(number(statistic, TREATED))
        if n:
            who = counted(n, "treated patient")
            warnings.append(f"left out of the matched sample, {why}: {who}")
    own = np.bincount(pairs[:, 0], minlength=len(is_treated))
    fewer = int(((own > 0) & (own < asked.ratio)).sum())
    if fewer:
        who = counted(fewer, "treated patient")
        warnings.append(f"with fewer than {asked.ratio} controls: {who}")
    used = np.bincount(pairs[:, 1], minlength=len(is_treated))
    if asked.replacement and (used > 1).any():
        who = counted(int((used > 1).sum()), "control")
        warnings.append(f"matched more than once: {who}, at most {used.max()} times")
    matched, effective = number("matched", CONTROL), number("effective_n", CONTROL)
    if effective < matched - 1e-9:
        warnings.append(
            f"the {matched:.0f} matched controls differ in weight: they count as much as "
            f"{effective:.1f} of equal weight"
        )
    return tuple(warnings)
