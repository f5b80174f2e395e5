"""Diagnostic shares and areas under the curve that a registry relates to counts of patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.printed import areas, diagnostic_counts
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, not_checkable
from analyses.published.registry import Published, Value
from analyses.replication.stated_p import one_of

Found = Iterator[tuple[str, Outcome]]
SIZES = ("n", "positives", "negatives")


def sensitivity_with(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Found:
    """A sensitivity with the other shares of the same test, as ``specificity=ADDRESS``."""
    name, sensitivity = one_of(value, part, "share", "percent")
    printed: dict[str, Printed] = {"sensitivity": sensitivity}
    sizes: dict[str, int] = {}
    for argument in arguments:
        role, _, reference = argument.partition("=")
        if role in SIZES:
            sizes[role] = round(published.number(reference, "n", "count").value)
        elif role in diagnostic_counts.WORDS:
            printed[role] = published.number(reference, "share", "percent", "rate")
        else:
            known = ", ".join([*diagnostic_counts.WORDS, *SIZES])
            why = f"'{argument}' is none of {known}, with = and an address"
            yield name, not_checkable(diagnostic_counts.CHECK, sensitivity.text, why)
            return
    yield name, diagnostic_counts.accuracy_of_counts(printed, **sizes)


def area_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """The interval of an area, with so many who have the outcome and who have not."""
    name, area = one_of(value, part, "auc")
    m, n = (published.number(a, "n", "count").value for a in arguments)
    low, high = value.get("low"), value.get("high")
    if low is None or high is None:
        yield name, not_checkable(areas.INTERVAL, area.text, "no interval is printed")
        return
    yield name, areas.interval_of_area(area, low, high, m, n)


def p_of_area(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A p of an area against one half."""
    name, p = one_of(value, part, "p")
    other, _ = published.find(arguments[0])
    m, n = (published.number(a, "n", "count").value for a in arguments[1:])
    if "auc" not in other.parts:
        yield name, not_checkable(areas.P, p.text, "no area")
        return
    low, high = other.get("low"), other.get("high")
    limits = (low, high) if low is not None and high is not None else None
    yield name, areas.p_of_area(p, other["auc"], m, n, limits)
