"""Survival rates, numbers at risk and log-rank tests that a registry relates to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.printed import survival_models, survival_rates
from analyses.printed.outcome import Outcome, not_checkable
from analyses.published.registry import Published, Value
from analyses.replication.stated_p import one_of

Found = Iterator[tuple[str, Outcome]]


def survival_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A survival rate against patients, deaths by then, and those at risk."""
    name, rate = one_of(value, part, "rate", "percent", "share")
    n, deaths, *rest = (published.number(a, "count", "n").value for a in arguments)
    yield name, survival_rates.survival_of_deaths(rate, n, deaths, rest[0] if rest else None)


def beside_median(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A survival rate at a time against the median of the same group."""
    name, rate = one_of(value, part, "rate", "percent", "share")
    time, median = (published.number(a, "median", "number") for a in arguments)
    yield name, survival_rates.rate_and_median(rate, time, median)


def weibull_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A survival rate against the median, under a constant hazard or a Weibull distribution."""
    name, rate = one_of(value, part, "rate", "percent", "share")
    time, median = (published.number(a, "median", "number") for a in arguments)
    yield name, survival_models.rate_and_median(rate, time, median)


def deaths_for(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """Deaths by a time against the survival rate at that time."""
    name, deaths = one_of(value, part, "count")
    rate = published.number(arguments[0], "rate", "percent", "share")
    n, *rest = (published.number(a, "count", "n").value for a in arguments[1:])
    yield name, survival_rates.deaths_of_rate(deaths, rate, n, *rest)


def left_after(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A number at risk against patients at the start and deaths before."""
    name, number = one_of(value, part, "n", "count")
    n, deaths = (published.number(a, "count", "n").value for a in arguments)
    yield name, survival_rates.at_risk_after_deaths(number, n, deaths)


def at_most(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A number that cannot be above those before it."""
    name, number = one_of(value, part, "count", "n", "rate")
    before = [published.number(a, name, "count", "n", "rate") for a in arguments]
    for other in before:
        yield name, survival_rates.never_rising([other, number])


def logrank_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A log-rank p against the crude hazard ratio of the same groups."""
    name, p = one_of(value, part, "p")
    other, _ = published.find(arguments[0])
    if any(piece not in other.parts for piece in ("estimate", "low", "high")):
        yield name, not_checkable(survival_models.LOG_RANK, p.text, "no ratio with its interval")
        return
    model = published.models.get(other.about)
    ratio = other["estimate"], other["low"], other["high"]
    confidence = model.confidence if model else 0.95
    yield name, survival_models.logrank_of_interval(p, ratio, confidence)
