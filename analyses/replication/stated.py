"""The relations that a registry states, computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from analyses.printed import arithmetic, heterogeneity, shares, survival_models, tests_of_means
from analyses.printed.number import Printed
from analyses.printed.outcome import Finding, Outcome, not_checkable
from analyses.published.registry import Published, Relation, Value
from analyses.published.relation_words import references_in
from analyses.replication.cells import finding
from analyses.replication.pooled import (
    average_of,
    of_q,
    pooled_of,
    prediction_of,
    spread_of,
    weight_of,
)
from analyses.replication.stated_accuracy import area_of, p_of_area, sensitivity_with
from analyses.replication.stated_counts import chi_square_of, p_of_chi_square
from analyses.replication.stated_means import (
    dose_of,
    measured_in,
    median_beside,
    sd_of_linear,
)
from analyses.replication.stated_models import crude, ordered_or, r_squared_of
from analyses.replication.stated_p import one_of, p_of, p_of_interval
from analyses.replication.stated_ratios import (
    adjusted_or,
    counts_within,
    halves_of,
    of_groups,
    reciprocal_of,
)
from analyses.replication.stated_survival import (
    at_most,
    beside_median,
    deaths_for,
    left_after,
    logrank_of,
    survival_of,
    weibull_of,
)

#: Decimals of a number that is not rounded.
EXACT = 12
#: (registry, subject, its number, arguments) → outcomes, each with the part that it is about.
Computation = Callable[[Published, Value, str, Sequence[str]], Iterator[tuple[str, Outcome]]]


def stated_findings(published: Published, relation: Relation) -> Iterator[Finding]:
    """Check one stated relation.

    Parameters
    ----------
    published
        The registry.
    relation
        One of its relations.
    """
    value, part = _subject(published, relation)
    computed = COMPUTATIONS[relation.word](published, value, part, relation.arguments)
    named = (x for a in relation.arguments for x in references_in(relation.word, a))
    others = tuple(x for x in named if "." in x and "*" not in x and "=" not in x)
    for about, outcome in computed:
        found = finding(value, outcome, about, *others)
        yield Finding(found.address, found.place, found.what, outcome, others, relation.line)


def _subject(published: Published, relation: Relation) -> tuple[Value, str]:
    subject = relation.subject
    if subject in published.groups:
        group = published.groups[subject]
        parts = {"n": published.number(subject)}
        return Value(subject, "group", group.label, "n", group.n, parts, subject), "n"
    return published.find(subject)


def _same_as(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    for reference in arguments:
        other = published.values.get(reference)
        shared = [name for name in value.parts if other is not None and name in other.parts]
        both = [name for name in shared if part in ("", name)]
        if other is not None and both:
            for name in both:
                yield name, arithmetic.same(value[name], other[name])
        else:
            name, number = one_of(value, part, "count", "n")
            # A count may be printed again as an n, a median as a number.
            alike = [p for p in (name, "count", "n") if other is not None and p in other.parts]
            yield name, arithmetic.same(number, published.number(reference, *alike))


def _percent_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, percent = one_of(value, part, "percent", "rate", "share")
    n = published.number(arguments[-1], "n", "count")
    count = published.number(arguments[0], "count") if len(arguments) > 1 else value["count"]
    yield name, shares.percent_of_counts(percent, count, n)


def _sum_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, total = one_of(value, part, "count", "n")
    parts = [published.number(argument, name, "count", "n") for argument in arguments]
    counts = all(number.decimals == 0 and not number.percent for number in (total, *parts))
    yield name, arithmetic.sum_of(total, parts, counts=counts)


def _difference_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, number = one_of(value, part, "count", "n", "difference")
    a, b = (published.number(argument, name, "count", "n", "mean") for argument in arguments)
    yield name, arithmetic.difference_of(number, a, b)


def _ratio_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, number = one_of(value, part)
    a, b = (published.number(argument) for argument in arguments)
    yield name, arithmetic.ratio_of(number, a, b)


def _complement_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, number = one_of(value, part, "percent", "rate", "share")
    whole = 1.0 if shares.scale_of(number) == 1 else 100.0
    yield name, arithmetic.complement_of(number, published.number(arguments[0], name), whole)


def _linear_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, number = one_of(value, part)
    words = [argument.rpartition("*") for argument in arguments]
    weighted = [(float(weight or 1), reference) for weight, _, reference in words]
    terms = [(weight, _term(published, reference, name)) for weight, reference in weighted]
    yield name, arithmetic.linear_of(number, terms)
    if not part:
        yield from sd_of_linear(published, value, weighted)


def _term(published: Published, reference: str, name: str) -> Printed:
    """A term of a weighted sum; a count is exact, whatever its digits."""
    given = published.number(reference, name, "count", "n", "number")
    if reference in published.groups:
        return replace(given, decimals=EXACT)
    value, _ = published.find(reference)
    counted = any(given is value.parts.get(part) for part in ("count", "n"))
    return replace(given, decimals=EXACT) if counted else given


def _mean_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    from analyses.replication.tables import samples_of

    samples = samples_of(published, [published.find(argument)[0] for argument in arguments])
    if samples is None:
        why = "the size or the spread of a group is not printed"
        yield "mean", not_checkable("mean of all from groups", value.text, why)
        return
    if part in ("", "mean"):
        yield "mean", tests_of_means.mean_of_parts(value["mean"], samples)
    if part in ("", "sd") and "sd" in value.parts:
        yield "sd", tests_of_means.sd_of_parts(value["sd"], samples)


def _attainable(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, share = one_of(value, part, "share", "percent", "rate")
    yield name, shares.attainable(share, published.number(arguments[0], "n", "count"))


def _within(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    name, number = one_of(value, part)
    other, _ = published.find(arguments[0])
    yield name, arithmetic.within(number, other["low"], other["high"])


COMPUTATIONS: dict[str, Computation] = {
    "same_as": _same_as,
    "percent_of": _percent_of,
    "sum_of": _sum_of,
    "difference_of": _difference_of,
    "ratio_of": _ratio_of,
    "complement_of": _complement_of,
    "linear_of": _linear_of,
    "mean_of": _mean_of,
    "p_of": p_of,
    "p_of_interval": p_of_interval,
    "crude_or": crude("or"),
    "crude_rr": crude("rr"),
    "ordered_or": ordered_or,
    "adjusted_or": adjusted_or,
    "counts_within": counts_within,
    "reciprocal_of": reciprocal_of,
    "halves_of": halves_of,
    "chi_square_of": chi_square_of,
    "p_of_chi_square": p_of_chi_square,
    "r_squared_of": r_squared_of,
    "median_beside": median_beside,
    "measured_in": measured_in,
    "dose_of": dose_of,
    "pooled_of": pooled_of,
    "prediction_of": prediction_of,
    "average_of": average_of,
    "q_of": spread_of("q"),
    "i2_of_studies": spread_of("i2"),
    "tau2_of": spread_of("tau2"),
    "weight_of": weight_of,
    "i2_of": of_q(heterogeneity.i2_of_q),
    "p_of_q": of_q(heterogeneity.p_of_q),
    "survival_of": survival_of,
    "weibull_of": weibull_of,
    "ratio_of_medians": of_groups(survival_models.hazard_ratio_of_medians, "median", "number"),
    "ratio_of_rates": of_groups(survival_models.hazard_ratio_of_rates, "rate", "percent"),
    "deaths_for": deaths_for,
    "left_after": left_after,
    "beside_median": beside_median,
    "at_most": at_most,
    "logrank_of": logrank_of,
    "sensitivity_with": sensitivity_with,
    "area_of": area_of,
    "p_of_area": p_of_area,
    "attainable": _attainable,
    "within": _within,
}
