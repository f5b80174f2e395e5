"""Ratios and fits that a registry states to come from printed counts or a printed deviance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analyses.printed import logistic, pseudo_r_squared, ratios, two_by_two
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, not_checkable
from analyses.published.registry import Published, Value
from analyses.replication.stated_counts import NOT_PRINTED, counted
from analyses.replication.stated_p import one_of


def crude(
    kind: str,
) -> Callable[[Published, Value, str, Sequence[str]], Iterator[tuple[str, Outcome]]]:
    """A ratio of two groups, and its interval where there is one, from their counts."""

    def computed(
        published: Published, value: Value, part: str, arguments: Sequence[str]
    ) -> Iterator[tuple[str, Outcome]]:
        name, estimate = one_of(value, part, "estimate")
        first, second = (counted(published, argument) for argument in arguments)
        if first is None or second is None:
            yield name, not_checkable(ratios.CRUDE, estimate.text, NOT_PRINTED)
            return
        outcome = ratios.crude_ratio(kind, estimate, first, second)
        yield name, outcome
        low, high = value.get("low"), value.get("high")
        if low and high and not part and outcome.verdict.holds:
            yield name, two_by_two.interval_of_counts(kind, estimate, low, high, first, second)

    return computed


def ordered_or(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """An odds ratio per step of ordered levels, from the counts of each."""
    name, estimate = one_of(value, part, "estimate")
    found = [counted(published, argument) for argument in arguments]
    counts = [pair for pair in found if pair is not None]
    if len(counts) < len(found):
        yield name, not_checkable(logistic.CHECK, estimate.text, NOT_PRINTED)
        return
    printed = [x for x in (value.get(p) for p in ("estimate", "low", "high")) if x is not None]
    numbers = printed if len(printed) == 3 and not part else [estimate]
    yield name, logistic.ratio_of_model(numbers, logistic.in_order(counts))


def r_squared_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A pseudo-R² from the deviance of the model, of n patients with so many events."""
    name, number = one_of(value, part)
    deviance, events, n = (published.number(a, "number", "count", "n") for a in arguments)
    yield (
        name,
        pseudo_r_squared.r_squared_of_deviance(number, n.value, events.value, deviance=deviance),
    )


def counts_of_model(published: Published, about: str) -> tuple[Printed, Printed] | None:
    """Events and n of a model, where the registry has both."""
    from analyses.printed.number import read_printed

    model = published.models.get(about)
    if model is None or not model.events or not model.n:
        return None
    decimal = published.file.paper.decimal
    return read_printed(model.events, decimal), read_printed(model.n, decimal)
