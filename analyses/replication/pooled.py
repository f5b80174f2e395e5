"""Pooled estimates and averages that a registry states, computed from the studies it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analyses.printed import pooling
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome
from analyses.printed.printed_studies import Study
from analyses.published.registry import Published, Value
from analyses.replication.stated_p import one_of

#: Part of a cell -> what the checks of :mod:`analyses.printed.pooling` call it.
OWN = {"auc": "estimate", "estimate": "estimate", "low": "low", "high": "high"}
PREDICTION = {"low": "prediction_low", "high": "prediction_high"}
Found = Iterator[tuple[str, Outcome]]


def pooled_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A pooled effect, with its interval where it is in the same cell."""
    return _pooled(published, value, part, arguments, OWN)


def prediction_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """The prediction interval of a pooled effect."""
    return _pooled(published, value, part, arguments, PREDICTION)


def average_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """An average weighted by inverse variances."""
    studies, scale = _studies(published, arguments)
    names = _names(value, part, OWN)
    printed = {own: value[name] for own, name in names.items()}
    for own, outcome in pooling.averaged(printed, studies, scale):
        yield names[own], outcome


def of_q(
    check: Callable[[Printed, Printed, int], Outcome],
) -> Callable[[Published, Value, str, Sequence[str]], Found]:
    """A check of a number that follows from Q and the number of studies."""

    def computed(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
        name, number = one_of(value, part, "p", "number", "percent")
        q, studies = (published.number(a, "statistic", "number", "n") for a in arguments)
        yield name, check(number, q, round(studies.value))

    return computed


def _pooled(
    published: Published,
    value: Value,
    part: str,
    arguments: Sequence[str],
    called: dict[str, str],
) -> Found:
    references, _, between = " ".join(arguments).partition(" by ")
    studies, scale = _studies(published, references.split())
    names = _names(value, part, called)
    printed = {own: value[name] for own, name in names.items()}
    for own, outcome in pooling.pooled(printed, studies, scale, between or "reml"):
        yield names[own], outcome


def _names(value: Value, part: str, called: dict[str, str]) -> dict[str, str]:
    return {called[name]: name for name in value.parts if name in called and part in ("", name)}


def _studies(published: Published, references: Sequence[str]) -> tuple[list[Study], str]:
    """The studies as printed, and the scale on which they are usually pooled."""
    cells = [published.find(reference)[0] for reference in references]
    areas = all("auc" in cell.parts for cell in cells)
    studies = [
        Study(cell["auc" if areas else "estimate"], cell.get("low"), cell.get("high"))
        for cell in cells
    ]
    return studies, "logit" if areas else "log"
