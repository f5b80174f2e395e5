"""Counts that a registry states as sums of printed cells, and the statistics that compare them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.printed import chi_square
from analyses.printed.outcome import Outcome, not_checkable
from analyses.printed.tests_of_counts import with_complement
from analyses.published.registry import Published, Value
from analyses.replication.stated_p import one_of, part_of

NOT_PRINTED = "a count or its denominator is not printed"


def counted(published: Published, argument: str) -> tuple[float, float] | None:
    """How many, and of how many: ``A``, ``A+B``, or either with ``/C+D``.

    Parameters
    ----------
    published
        The registry.
    argument
        Addresses of cells. Without ``/`` the patients are those of the cells' groups, each once.

    Returns
    -------
    tuple or None
        None where a count or what it is of is not printed.
    """
    above, _, below = argument.partition("/")
    cells = [published.find(reference)[0] for reference in above.split("+")]
    if below and all("count" in cell.parts for cell in cells):
        count, n = (sum(published.number(x, "count", "n").value for x in side.split("+"))
                    for side in (above, below))  # fmt: skip
        return count, n
    found = [part_of(published, cell) for cell in cells]
    known = [pair for pair in found if pair is not None]
    if len(known) < len(found):
        return None
    count = sum(k for k, _ in known)
    if below:
        return count, sum(published.number(x, "count", "n").value for x in below.split("+"))
    sizes = {cell.about or cell.address: n for cell, (_, n) in zip(cells, known, strict=True)}
    return count, sum(sizes.values())


def chi_square_of(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A chi-square statistic of groups of which so many have something."""
    references, _, test = " ".join(arguments).partition(" by ")
    name, statistic = one_of(value, part)
    found = [counted(published, reference) for reference in references.split()]
    known = [pair for pair in found if pair is not None]
    if len(known) < len(found):
        yield name, not_checkable(chi_square.CHECK, statistic.text, NOT_PRINTED)
        return
    table = [*with_complement([k for k, _ in known], [n for _, n in known])]
    stated = (test,) if test else published.file.paper.tests.get("counts", ())
    yield name, chi_square.statistic_of_counts(statistic, table, stated)


def p_of_chi_square(
    published: Published, value: Value, part: str, arguments: Sequence[str]
) -> Iterator[tuple[str, Outcome]]:
    """A p against a chi-square statistic and its degrees of freedom."""
    name, p = one_of(value, part, "p")
    statistic, df = (published.number(argument) for argument in arguments)
    yield name, chi_square.p_of_statistic(p, statistic, int(df.value))
