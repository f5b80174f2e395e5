"""How an estimate, its interval and its p-value stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from cohort_stats.comparing.groups import OVERALL
from reports.format import NOT_ESTIMABLE
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.view import View
from reports.wording import mid

#: Below it the text speaks of an association or a difference.
CLEAR = 0.05


def clear(p: float) -> bool:
    """Whether a p-value is there and small enough to speak of an association."""
    return known(p) and p < CLEAR


def told(shown: str, unit: str = "") -> str:
    """An estimate that stands alone: ``0.71 (95% CI 0.55–0.91)``.

    Parameters
    ----------
    shown
        As :mod:`reports.format` prints it: the estimate, then the limits in brackets.
    unit
        Of the estimate.
    """
    value, _, limits = shown.partition(" (")
    words = f"{value} {unit}".rstrip()
    if not limits or limits.startswith(NOT_ESTIMABLE):
        return words
    return f"{words} (95% CI {limits.replace('n.r.', 'not reached')}"


def inside(shown: str, unit: str = "") -> str:
    """An estimate within brackets: ``0.71, 95% CI 0.55–0.91``."""
    return told(shown, unit).replace(" (95% CI", ", 95% CI").removesuffix(")")


def include(limits: Iterable[tuple[float, float]], null: float) -> bool:
    """Whether every interval includes a value."""
    pairs = list(limits)
    return bool(pairs) and all(low <= null <= high for low, high in pairs)


def groups_of(numbers: Numbers, statistic: str = "n") -> list[str]:
    """The groups of an analysis; everybody where there are none."""
    return [g for g in numbers.unique("group", statistic) if g != OVERALL] or [OVERALL]


def who(group: str, by: str, view: View) -> str:
    """A group as it stands after a noun; ``overall`` for everybody."""
    return "overall" if group == OVERALL else f"with {mid(view.group_label(by))} ‘{group}’"


def verdict(test: str, p: float, noun: str = "the groups differed") -> str:
    """What a test of groups says; empty where there is none.

    Parameters
    ----------
    test
        Its name.
    p
        Its p-value.
    noun
        What a small p-value speaks for.
    """
    if not known(p):
        return ""
    said = noun if clear(p) else "no clear difference was seen"
    return f"{said} ({test}{' ' if test else ''}{p_equals(p)})"
