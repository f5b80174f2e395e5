"""Conclusions that a reader would draw otherwise from one packet than from the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

LEVEL = 0.05
#: Estimates that stand against 1, and against 0.
RATIOS = (
    "hazard_ratio", "subdistribution_hazard_ratio", "firth_hazard_ratio", "odds_ratio",
    "firth_odds_ratio", "conditional_odds_ratio", "risk_ratio", "rate_ratio", "rmst_ratio",
    "ratio_within",
)  # fmt: skip
DIFFERENCES = (
    "mean_difference", "risk_difference", "auc_difference", "survival_difference",
    "rmst_difference", "rate_difference", "nri", "idi",
)  # fmt: skip
#: Tests of what an analysis takes for granted, and of a model as a whole: they weigh less.
LESSER = (
    "normality_p", "levene_p", "brown_forsythe_p", "least_p", "largest_p", "p_uncorrected",
    "wald_p", "lr_p", "score_p", "robust_score_p", "term_lr_p", "global_p",
)  # fmt: skip
PLACE = ("analysis", "group", "term", "level", "time")
CROSSED, SIGN, CHOSEN, CUT, STEP, UNSURE, MINOR = range(7)


@dataclass(frozen=True)
class Turned:
    """A conclusion that turned.

    Parameters
    ----------
    rank
        How much it weighs; 0 is most.
    place
        analysis, group, term, level and time (nan where there is none).
    statistic
        The estimate, or the test, that tells; empty for a step done in one packet only.
    old, new
        Its values: an estimate with its limits, or one number.
    words
        What turned.
    """

    rank: int
    place: tuple[str, str, str, str, float]
    statistic: str
    old: tuple[float, ...]
    new: tuple[float, ...]
    words: str

    @property
    def minor(self) -> bool:
        """Whether it is a test of an assumption or of a whole model, and no conclusion."""
        return self.rank == MINOR


def turned(both: pd.DataFrame, old: dict[str, Any], new: dict[str, Any]) -> tuple[Turned, ...]:
    """Every conclusion that turned, the weightiest first.

    Parameters
    ----------
    both
        Numbers with ``old`` and ``new`` values.
    old, new
        The records of the packets.
    """
    pairs = both[both["change"] == "changed"]
    found: dict[tuple[str, str, str, str, str], list[Turned]] = {}
    for place, rows in pairs.groupby(list(PLACE), dropna=False, sort=False):
        values = dict(
            zip(rows["statistic"], zip(rows["old"], rows["new"], strict=True), strict=True)
        )
        mine = [*_estimates(place, values), *_tests(place, values), *_choices(place, values)]
        if mine:
            found[str(place), "", "", "", ""] = _joined(mine)
    every = [one for several in found.values() for one in several]
    every += _steps(old, new)
    return tuple(sorted(every, key=lambda one: one.rank))


Pairs = dict[str, tuple[float, float]]


def _estimates(place: Any, values: Pairs) -> Iterator[Turned]:
    for names, null in ((RATIOS, 1.0), (DIFFERENCES, 0.0)):
        for name in names:
            if name not in values:
                continue
            triples = [values.get(f"{name}{end}", (math.nan,) * 2) for end in ("", "_low", "_high")]
            old, new = (tuple(pair[k] for pair in triples) for k in (0, 1))
            told = []
            before, after = (_excludes(t, null) for t in (old, new))
            if (old[0] - null) * (new[0] - null) < 0 and not any(_endless(t) for t in (old, new)):
                sure = before or after or before is None or after is None
                told.append((SIGN if sure else UNSURE, "it points the other way"))
            if before is not None and after is not None and before != after:
                words = "no longer holds" if after else "now holds"
                told.append((CROSSED, f"the interval {words} {null:g}"))
            if told:
                yield Turned(min(told)[0], place, name, old, new, "; ".join(w for _, w in told))


def _endless(triple: tuple[float, ...]) -> bool:
    """Whether a ratio has no finite estimate, nor an interval: nobody had the event."""
    value, low, high = triple
    return (value == 0 or math.isinf(value)) and math.isnan(low) and math.isnan(high)


def _excludes(triple: tuple[float, ...], null: float) -> bool | None:
    """Whether an interval leaves a value out; None where there is no interval."""
    _, low, high = triple
    if math.isnan(low) or math.isnan(high):
        return None
    return not low <= null <= high


def _tests(place: Any, values: Pairs) -> Iterator[Turned]:
    for name, (old, new) in values.items():
        if name != "p" and not name.endswith("_p") and name not in ("p_adjusted", "p_uncorrected"):
            continue
        if math.isnan(old) or math.isnan(new) or (old < LEVEL) == (new < LEVEL):
            continue
        side = "below" if new < LEVEL else "no longer below"
        rank = MINOR if name in LESSER or name.startswith(("ph_", "po_", "hl_")) else CROSSED
        yield Turned(rank, place, name, (old,), (new,), f"{_named(name)} is {side} 0.05")


def _named(name: str) -> str:
    words = name.removesuffix("_p").replace("_", " ")
    return "p" if name == "p" else "adjusted p" if name == "p_adjusted" else f"p ({words})"


def _choices(place: Any, values: Pairs) -> Iterator[Turned]:
    if "entered" in values:
        old, new = values["entered"]
        if old != new and not math.isnan(old) and not math.isnan(new):
            words = "it is in the multivariable model now" if new else "it left the model"
            yield Turned(CHOSEN, place, "entered", (old,), (new,), words)
    if "cutoff" in values:
        old, new = values["cutoff"]
        if not math.isclose(old, new, rel_tol=1e-9) and not (math.isnan(old) and math.isnan(new)):
            yield Turned(CUT, place, "cutoff", (old,), (new,), "the cut-off is another")


def _joined(mine: list[Turned]) -> list[Turned]:
    """The p-value of an estimate is told with the estimate."""
    estimates = [one for one in mine if one.statistic in (*RATIOS, *DIFFERENCES)]
    p = [one for one in mine if one.statistic == "p"]
    if not estimates or not p:
        return mine
    first = estimates[0]
    together = Turned(
        min(first.rank, p[0].rank),
        first.place,
        first.statistic,
        first.old,
        first.new,
        f"{first.words}; {p[0].words}",
    )
    return [together, *(one for one in mine if one is not first and one is not p[0])]


def _steps(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Turned]:
    """Steps that only one cohort allowed."""
    for before, after, words in (
        (old, new, "it could not be done any more"),
        (new, old, "it can be done now"),
    ):
        lost = after.get("steps_not_done")
        for step in before.get("steps_done", ()):
            if isinstance(lost, dict) and step in lost:
                place = (step, "", "", "", math.nan)
                why = lost[step] if after is new else ""
                yield Turned(STEP, place, "", (), (), f"{words}: {why}" if why else words)
