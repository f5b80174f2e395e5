"""Tables that print the same again: rows, columns or levels that agree in all numbers but one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from analyses.manuscripts.entries import Entry, entries_of
from analyses.manuscripts.passages import TELLING, equal, slip
from analyses.manuscripts.source import Source
from analyses.printed import arithmetic
from analyses.printed.outcome import Finding

#: A denominator of another kind may change a last digit.
LAST_DIGIT = 1.5
Pair = tuple[Entry, Entry]


def repeated(source: Source, decimal: str) -> list[Finding]:
    """Compare what tables print under the same names.

    Parameters
    ----------
    source
        A manuscript.
    decimal
        The decimal sign.

    Returns
    -------
    list of Finding
        Of rows, columns or levels that two tables share: where three cells agree and one number
        of one other is a slip apart, both are meant to be the same.
    """
    tables = [_named_once(entries_of(table, decimal)) for table in source.tables]
    found: dict[str, Finding] = {}
    for first, second in combinations(tables, 2):
        by_name: dict[tuple[tuple[str, ...], str], list[Entry]] = {}
        for b in second:
            by_name.setdefault(_name(b), []).append(b)
        pairs = [(a, b) for a in first for b in by_name.get(_name(a), ()) if _like(a, b)]
        differ = Counter((a.column, b.column) for a, b in pairs if _apart(a, b))
        for some in _alike(pairs):
            for one in _compared(some, differ):
                if one.address not in found or not one.verdict.holds:
                    found[one.address] = one
    return [*found.values()]


def _named_once(entries: Sequence[Entry]) -> list[Entry]:
    """Cells whose row and column have names that no other cell of the table has."""
    cells = [e for e in entries if not (e.note or e.size or e.derived) and e.names[0]]
    times = Counter((e.names, e.heading) for e in cells)
    return [e for e in cells if times[e.names, e.heading] == 1]


def _name(entry: Entry) -> tuple[tuple[str, ...], str]:
    return entry.names, entry.heading.rpartition(": ")[2].casefold()


def _like(a: Entry, b: Entry) -> bool:
    """Whether two cells may print the same: not univariable and multivariable ones."""
    shared = {e.heading.rpartition(": ")[0].casefold() for e in (a, b)} - {""}
    return len(a.numbers) == len(b.numbers) and a.is_p == b.is_p and len(shared) < 2


def _apart(a: Entry, b: Entry) -> list[int]:
    """Which numbers of two cells differ."""
    pairs = zip(a.numbers, b.numbers, strict=True)
    return [k for k, (x, y) in enumerate(pairs) if not equal(x, y)]


def _alike(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Pairs of the same two rows, of the same two columns, of the levels of one variable."""
    rows: dict[tuple[int, int], list[Pair]] = {}
    columns: dict[tuple[int, int], list[Pair]] = {}
    levels: dict[str, list[Pair]] = {}
    for a, b in pairs:
        rows.setdefault((a.row, b.row), []).append((a, b))
        columns.setdefault((a.column, b.column), []).append((a, b))
        if len(a.names) > 1:
            levels.setdefault(a.names[1], []).append((a, b))
    for some in (rows, columns, levels):
        yield from some.values()


def _compared(pairs: Sequence[Pair], differ: Counter[tuple[int, int]]) -> Iterator[Finding]:
    """What agrees; and the one number that does not, where a slip would explain it.

    Not where two columns differ in another row as well: they are of different patients or models.
    """
    other = [(a, b, k) for a, b in pairs for k in _apart(a, b)]
    agree = [(a, b) for a, b in pairs if not _apart(a, b)]
    if len(agree) < TELLING or len(other) > 1:
        return
    yield from (_finding(a, b, k, len(agree)) for a, b in agree for k in range(len(a.numbers)))
    for a, b, k in other:
        x, y = a.numbers[k], b.numbers[k]
        near = abs(x.value - y.value) <= LAST_DIGIT * max(x.unit, y.unit)
        if differ[a.column, b.column] == 1 and slip(x, y) and not near:
            yield _finding(a, b, k, len(agree))


def _finding(a: Entry, b: Entry, k: int, agree: int) -> Finding:
    here, there = b.numbers[k], a.numbers[k]
    outcome = arithmetic.same(here, there)
    how = f"{here} in {b.words}, {there} in {a.words}"
    outcome = replace(outcome, how=how)
    if not outcome.verdict.holds:
        words = f"both tables print the same, as they do in {agree} cells beside it"
        outcome = outcome.assuming(words)
    address = f"{b.address}_{k}"
    return Finding(address, b.place, ", ".join(b.words.split(", ")[1:]), outcome, (a.address,))
