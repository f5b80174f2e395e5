"""One number of a manuscript changed: a digit of one cell of one table is another digit."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from analyses.auditing.audit import Audit, audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.source import Source


def changed(source: Source, chance: random.Random) -> tuple[Source, str, str]:
    """The manuscript with one digit of one cell changed; the place, and the row's name."""
    cells = [
        (t, i, j)
        for t, table in enumerate(source.tables)
        for i, row in enumerate(table.rows)
        for j, cell in enumerate(row)
        if j and re.search(r"\d", cell.words)
    ]
    t, i, j = chance.choice(cells)
    table, words = source.tables[t], source.tables[t].rows[i][j].words
    k = chance.choice([k for k, c in enumerate(words) if c.isdigit()])
    return put(source, t, i, j, k, chance), table.place, table.rows[i][0].words


def named(found: Audit, place: str) -> bool:
    """Whether a finding that is more than minor is about the table."""
    strong = [one for one in found.weighed if one.severity is not Severity.MINOR]
    return any(
        one.finding.place == place or any(o.startswith(f"{place}.") for o in one.finding.others)
        for one in strong
    )


def again(source: Source, wrong: Source, chance: random.Random) -> Source:
    """The manuscript with another digit of the cell that was changed in `wrong`."""
    t, i, j = next(
        (t, i, j)
        for t, (a, b) in enumerate(zip(source.tables, wrong.tables, strict=True))
        for i, (x, y) in enumerate(zip(a.rows, b.rows, strict=True))
        for j in range(len(x))
        if x[j] != y[j]
    )
    words = source.tables[t].rows[i][j].words
    k = next(k for k, c in enumerate(words) if c != wrong.tables[t].rows[i][j].words[k])
    number = next(m for m in re.finditer(r"\d+(?:\.\d+)?", words) if m.start() <= k < m.end())
    at = chance.choice([p for p in range(*number.span()) if words[p].isdigit()])
    return put(source, t, i, j, at, chance)


def put(source: Source, t: int, i: int, j: int, k: int, chance: random.Random) -> Source:
    """The manuscript with another digit at one place of one cell."""
    table, words = source.tables[t], source.tables[t].rows[i][j].words
    digit = chance.choice([d for d in "0123456789" if d != words[k]])
    rows = [[*row] for row in table.rows]
    rows[i][j] = replace(rows[i][j], words=words[:k] + digit + words[k + 1 :])
    tables = [*source.tables]
    tables[t] = replace(table, rows=tuple(tuple(row) for row in rows))
    return replace(source, tables=tuple(tables))


def rates(source: Source, times: int, tries: int = 8) -> tuple[int, int, int]:
    """How many changes were named; of how many numbers some change was; how many changes.

    A number is constrained by others where at least one of so many changes of a digit is named.
    """
    chance = random.Random(1)
    hits = constrained = 0
    for _ in range(times):
        wrong, place, _ = changed(source, chance)
        hit = named(audit_manuscript(wrong), place)
        others = (again(source, wrong, chance) for _ in range(tries))
        hits += hit
        constrained += hit or any(named(audit_manuscript(other), place) for other in others)
    return hits, constrained, times


if __name__ == "__main__":
    import sys

    from reports.reading_docx import read_docx

    for path in sys.argv[2:]:
        hits, constrained, times = rates(read_docx(path), int(sys.argv[1]))
        print(f"{path}: {hits} of {times} named, {constrained} constrained")
