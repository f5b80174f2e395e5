"""The p-values that a registry states to belong to some numbers, computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.printed import (
    after_anova,
    neighbours,
    pairs,
    ratios,
    tests_of_counts,
    tests_of_means,
)
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, needs_patients, not_checkable
from analyses.published.registry import Published, Value
from analyses.replication.cells import confidence_of, limits_of, p_of_limits


def one_of(value: Value, part: str, *preferred: str) -> tuple[str, Printed]:
    """The number of a value that a relation is about: the part named, or the first there is."""
    names = [part] if part else [p for p in preferred if p in value.parts] or [*value.parts]
    return names[0], value.parts[names[0]]


def p_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A p against the counts or means that it compares."""
    references, _, test = " ".join(arguments).partition(" by ")
    values = [published.find(reference)[0] for reference in references.split()]
    name, p = one_of(value, part, "p")
    subject = "means" if all("mean" in v.parts for v in values) else "counts"
    stated = (test,) if test else published.file.paper.tests.get(subject, ())
    compared = _means if subject == "means" else _counts
    yield name, compared(published, p, values, stated)


def _means(
    published: Published, p: Printed, values: Sequence[Value], stated: Sequence[str]
) -> Outcome:
    from analyses.replication.tables import samples_of

    samples = samples_of(published, values)
    if samples and "paired t" in stated and len(samples) == 2:
        return pairs.p_of_pairs(p, *samples)
    if samples is None or (stated and not set(stated) & set(tests_of_means.WORDS)):
        if samples:
            return needs_patients(tests_of_means.CHECK, p.text, stated[0])
        return not_checkable(tests_of_means.CHECK, p.text, "a size or spread is not printed")
    outcome = tests_of_means.p_of_means(p, samples, stated)
    outcome = neighbours.near_sizes(outcome, p, samples, stated)
    every = _compared_with(published, values)
    others = samples_of(published, every)
    if others is None or len(values) != 2:
        return outcome
    first, second = (next(i for i, v in enumerate(every) if v is value) for value in values)
    return after_anova.explained(outcome, p, others, (first, second))


def _compared_with(published: Published, values: Sequence[Value]) -> list[Value]:
    """Every cell of the row in which two cells stand, of the groups that the table compares."""
    for table in published.tables:
        for row in (r for top in table.rows for r in (top, *top.levels)):
            cells = [row.cells[g] for g in table.compares if g in row.cells]
            if all(any(cell is value for cell in cells) for value in values):
                return cells
    return [*values]


def _counts(
    published: Published, p: Printed, values: Sequence[Value], stated: Sequence[str]
) -> Outcome:
    found = [part_of(published, v) for v in values]
    known = [pair for pair in found if pair is not None]
    if len(known) < len(found) or (stated and not set(stated) & set(tests_of_counts.WORDS)):
        if stated:
            return needs_patients("p of a comparison", p.text, stated[0])
        return not_checkable("p of a comparison", p.text, "not printed as counts or means")
    table = [*tests_of_counts.with_complement([k for k, _ in known], [n for _, n in known])]
    outcome = tests_of_counts.p_of_counts(p, table, stated)
    return neighbours.near_counts(outcome, p, table, stated, complement=True)


def part_of(published: Published, value: Value) -> tuple[float, float] | None:
    """A count and what it is of; of a percentage, the one count that gives it."""
    n = value.get("n") or published.n_of(value.about)
    if n is None:
        return None
    if "count" in value.parts:
        return value["count"].value, n.value
    if "percent" not in value.parts:
        return None
    near = round(value["percent"].value / 100 * n.value)
    fits = [k for k in (near - 1, near, near + 1) if value["percent"].covers(100 * k / n.value)]
    return (float(fits[0]), n.value) if len(fits) == 1 else None


def p_of_interval(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A p against an estimate and its interval."""
    name, p = one_of(value, part, "p")
    other, _ = published.find(arguments[0])
    if "estimate" not in other.parts or "low" not in other.parts:
        yield name, not_checkable(ratios.P_CHECK, p.text, "no estimate with its interval")
        return
    ratio = other["estimate"], other["low"], other["high"]
    level, limits = confidence_of(published, other), limits_of(published, other)
    yield name, p_of_limits(p, ratio, level, limits)
