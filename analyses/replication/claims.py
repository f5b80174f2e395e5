"""The claims of a paper on another cohort: printed beside ours, and the two pooled."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from analyses.printed.number import Printed
from analyses.published.claimed import check_claims
from analyses.published.registry import Published
from analyses.published.schema import ClaimSection
from analyses.replication.here import (
    RATIOS,
    lost_here,
    notes_here,
    numbers_here,
    warnings_here,
    why_not_here,
)
from analyses.running import StudyResults

NAN = float("nan")
#: On which scale an interval is symmetric, and what the statistic is without an effect.
SCALES = {**dict.fromkeys(RATIOS, "log"), "auc": "logit"}
NO_EFFECT = {"log": 1.0, "logit": 0.5}
#: Beyond these a statistic has no value that means "no effect".
DIFFERENCES = ("difference", "risk_difference", "survival_difference", "rmst_difference")


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; limits are nan where there is none."""

    value: float
    low: float = NAN
    high: float = NAN

    @property
    def has_interval(self) -> bool:
        """Whether both limits are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def contradicts_itself(self) -> bool:
        """Whether the interval does not hold the value."""
        return self.has_interval and not self.low <= self.value <= self.high


@dataclass(frozen=True)
class TestedClaim:
    """One statistic of a claim, printed and on this cohort.

    Parameters
    ----------
    claim
        As the registry states it.
    statistic
        A name of the glossary.
    place
        Where the paper prints it.
    text
        As printed; empty where the paper does not print it.
    printed, ours
        With their intervals; nan where nothing is printed.
    n
        Patients of ours that it rests on.
    same_direction
        Whether both lie on the claimed side of no effect; None where that has no meaning.
    overlap
        Whether the intervals overlap, or the interval of one holds the estimate of the other
        where that has none; None without any interval.
    common, random
        Both pooled, where both have an interval: common effect; random effects. Never with
        made-up patients, nor with the paper's own.
    why_not
        Why there is nothing of ours; empty otherwise.
    warnings
        Of the results that ours comes from: few events, separation, what the model lost.
    notes
        What a reader must know of the number: of the registry, or of the statistic.
    """

    __test__ = False  # not a test case of pytest

    claim: ClaimSection
    statistic: str
    place: str
    text: str
    printed: Estimate
    ours: Estimate
    n: int = 0
    same_direction: bool | None = None
    overlap: bool | None = None
    common: Estimate | None = None
    random: Estimate | None = None
    why_not: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def tested_claims(published: Published, results: StudyResults) -> list[TestedClaim]:
    """Set the claims of a paper beside the results of its plan on another cohort.

    Parameters
    ----------
    published
        The paper's registry.
    results
        Of its plan, run on the cohort.
    """
    check_claims(published, results.plan)
    return [one for claim in published.file.claims for one in _tested(published, claim, results)]


def _tested(
    published: Published, claim: ClaimSection, results: StudyResults
) -> Iterator[TestedClaim]:
    stacked, less = results.stack(), lost_here(claim, results)
    pools = not (results.cohort.synthetic or results.cohort.reported or less)
    for statistic, place, words, printed in _printed(published, claim):
        numbers, n = numbers_here(claim, statistic, stacked)
        ours, told = Estimate(*numbers), (*less, *warnings_here(claim, results))
        notes = notes_here(claim, statistic, results)
        if printed.contradicts_itself:
            told += (
                "the printed interval does not hold its own estimate: no verdict on intervals, "
                "and nothing is pooled",
            )
        why = why_not_here(claim, statistic, results, ours.value)
        if why:
            nothing = Estimate(NAN)
            yield TestedClaim(
                claim, statistic, place, words, printed, nothing, n, why_not=why, warnings=told,
                notes=notes,
            )  # fmt: skip
            continue
        common, random = _pooled(printed, ours, statistic) if pools else (None, None)
        yield TestedClaim(
            claim, statistic, place, words, printed, ours, n,
            _same_direction(claim, statistic, printed, ours), _overlap(printed, ours),
            common, random, warnings=told, notes=notes,
        )  # fmt: skip


def _printed(published: Published, claim: ClaimSection) -> Iterator[tuple[str, str, str, Estimate]]:
    """Each statistic of a claim with its place, text and number in the paper."""
    for statistic, reference in claim.values.items():
        value, part = published.find(reference)
        names = [part] if part else [p for p in value.parts if p not in ("low", "high", "p", "sd")]
        shown = value.parts[names[0]]
        # A range or quartiles beside a median say nothing of how well it is known.
        limits = [value.get(p) if "_ci" in value.kind else None for p in ("low", "high")]
        printed = _as_estimate(shown, limits[0], limits[1], statistic)
        yield statistic, value.place, value.text, printed
    for statistic in claim.unprinted:
        yield statistic, "", "", Estimate(NAN)


def _as_estimate(
    value: Printed, low: Printed | None, high: Printed | None, statistic: str
) -> Estimate:
    # Our shares and areas are from 0 to 1; a paper may print them in percent.
    scale = 100.0 if value.percent and statistic not in (*RATIOS, "median", "quantile") else 1.0
    limits = [NAN if limit is None else limit.value / scale for limit in (low, high)]
    return Estimate(value.value / scale, limits[0], limits[1])


def no_effect(statistic: str) -> float:
    """What a statistic is where there is no effect; nan where nothing means that."""
    if statistic in DIFFERENCES:
        return 0.0
    return NO_EFFECT.get(SCALES.get(statistic, ""), NAN)


def _same_direction(
    claim: ClaimSection, statistic: str, printed: Estimate, ours: Estimate
) -> bool | None:
    nothing = no_effect(statistic)
    if math.isnan(nothing):
        return None
    claimed = {"higher": 1.0, "lower": -1.0}.get(claim.direction, printed.value - nothing)
    if math.isnan(claimed):
        return None
    return claimed * (ours.value - nothing) > 0


def _overlap(printed: Estimate, ours: Estimate) -> bool | None:
    if math.isnan(printed.value) or printed.contradicts_itself:
        return None
    if printed.has_interval and ours.has_interval:
        return printed.low <= ours.high and ours.low <= printed.high
    if ours.has_interval:
        return ours.low <= printed.value <= ours.high
    if printed.has_interval:
        return printed.low <= ours.value <= printed.high
    return None


def _pooled(
    printed: Estimate, ours: Estimate, statistic: str
) -> tuple[Estimate | None, Estimate | None]:
    """Both pooled, as a common effect and as random effects with their own variance.

    Notes
    -----
    Two studies say next to nothing of the variance between them, and an interval by Hartung
    and Knapp would rest on one degree of freedom: the random effects are DerSimonian and
    Laird's with normal limits, and say no more than how far the two lie apart.
    """
    scale = SCALES.get(statistic, "identity" if statistic in DIFFERENCES else "")
    if not scale or not printed.has_interval or not ours.has_interval:
        return None, None
    if printed.contradicts_itself:
        return None, None
    from cohort_stats.conventions import RECOMMENDED
    from cohort_stats.pooling.meta_analysis import pool
    from cohort_stats.pooling.printed_intervals import from_intervals

    columns = zip(*((e.value, e.low, e.high) for e in (printed, ours)), strict=True)
    studies = from_intervals(*(list(c) for c in columns), scale=scale)  # type: ignore[arg-type]
    if len(studies) < 2:
        return None, None
    found = []
    for between in ("none", "dersimonian-laird"):
        conventions = RECOMMENDED.overriding(between_studies=between, pooled_interval="z")
        result = pool(studies, conventions=conventions)
        names = ("estimate", "estimate_low", "estimate_high")
        found.append(Estimate(*(result.value(name, term="pooled") for name in names)))
    return found[0], found[1]
