"""Means, deviations and doses that a registry states to be of whole values or of a schedule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.printed import indices, spreads, sprite, whole_values
from analyses.printed.outcome import Outcome, not_checkable
from analyses.printed.whole_values import Scale
from analyses.published.registry import Published, Value
from analyses.replication.stated_p import one_of


def measured_in(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """Mean, deviation and range of values that are multiples of a step."""
    name, mean = one_of(value, part, "mean")
    n, step = value.get("n") or published.n_of(value.about), float(arguments[0])
    if n is None or step <= 0 or name != "mean":
        yield name, not_checkable(whole_values.GRIM, mean.text, "not the mean of a group with n")
        return
    size = round(n.value)
    yield name, whole_values.mean_of_whole(mean, size, step)
    sd, low, high = value.get("sd"), value.get("low"), value.get("high")
    if sd is None or part:
        return
    if low is None or high is None:
        yield "sd", whole_values.sd_of_whole(mean, sd, size, Scale(step))
    else:
        scale = Scale(step, low.value, high.value, reached=True)
        yield "sd", sprite.sample_of_whole(mean, sd, size, scale)


def dose_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A biologically effective or equivalent dose of a total dose and its fractions."""
    name, number = one_of(value, part, "number")
    total, fractions = (published.number(a, "number", "count") for a in arguments)
    yield name, indices.effective_dose(number, total, fractions=fractions.value)


def median_beside(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A median against mean and deviation of the same values."""
    name, median = one_of(value, part, "median")
    other, _ = published.find(arguments[0])
    n = other.get("n") or published.n_of(other.about)
    if n is None or "mean" not in other.parts or "sd" not in other.parts:
        yield name, not_checkable(spreads.MEDIAN, median.text, "needs mean, deviation and n")
        return
    yield name, spreads.median_near_mean(median, other["mean"], other["sd"], n.value)


def sd_of_linear(
    published: Published, value: Value, terms: Sequence[tuple[float, str]]
) -> Iterator[tuple[str, Outcome]]:
    """The deviation of a weighted sum, where that of every term is printed."""
    sd = value.get("sd")
    cells = [(weight, published.values.get(reference)) for weight, reference in terms]
    parts = [(w, cell["sd"]) for w, cell in cells if cell is not None and "sd" in cell.parts]
    if sd is not None and len(parts) == len(terms) > 1:
        yield "sd", spreads.sd_of_sum(sd, parts)
