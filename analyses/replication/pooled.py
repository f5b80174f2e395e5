"""Pooled estimates and averages that a registry states, computed from the studies it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from analyses.printed import pooling, weights
from analyses.printed.heterogeneity import heterogeneity_of_studies
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome
from analyses.printed.printed_studies import Study
from analyses.printed.shares import scale_of
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


def spread_of(
    number: str,
) -> Callable[[Published, Value, str, Sequence[str]], Found]:
    """Q, I² or τ² of studies, by the name that :mod:`analyses.printed.heterogeneity` gives it."""

    def computed(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
        studies, scale, between = _modelled(published, arguments)
        name, printed = one_of(value, part, "statistic", "number", "percent")
        if number == "i2" and not printed.percent and scale_of(printed) == 1:
            parts = printed.value * 100, max(printed.decimals - 2, 0)
            printed = replace(printed, value=parts[0], decimals=parts[1])
        yield name, heterogeneity_of_studies({number: printed}, studies, scale, between)

    return computed


def weight_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """The weight of the first of some studies among all of them."""
    studies, scale, between = _modelled(published, arguments)
    name, number = one_of(value, part, "percent", "number", "share")
    yield name, weights.weight_of_study(number, studies, scale, between)


def _modelled(published: Published, arguments: Sequence[str]) -> tuple[list[Study], str, str]:
    """Studies, their usual scale, and the estimator named after ``by``."""
    references, _, between = " ".join(arguments).partition(" by ")
    return *_studies(published, references.split()), between or "reml"


def _pooled(
    published: Published,
    value: Value,
    part: str,
    arguments: Sequence[str],
    called: dict[str, str],
) -> Found:
    studies, scale, between = _modelled(published, arguments)
    names = _names(value, part, called)
    printed = {own: value[name] for own, name in names.items()}
    for own, outcome in pooling.pooled(printed, studies, scale, between):
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
