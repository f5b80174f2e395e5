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
    digit = chance.choice([d for d in "0123456789" if d != words[k]])
    rows = [[*row] for row in table.rows]
    rows[i][j] = replace(rows[i][j], words=words[:k] + digit + words[k + 1 :])
    tables = [*source.tables]
    tables[t] = replace(table, rows=tuple(tuple(row) for row in rows))
    return replace(source, tables=tuple(tables)), table.place, rows[i][0].words


def named(found: Audit, place: str) -> bool:
    """Whether a finding that is more than minor is about the table."""
    strong = [one for one in found.weighed if one.severity is not Severity.MINOR]
    return any(
        one.finding.place == place or any(o.startswith(f"{place}.") for o in one.finding.others)
        for one in strong
    )


def rates(source: Source, times: int) -> dict[str, tuple[int, int]]:
    """How many changes were named, of how many, by table and in all."""
    chance = random.Random(1)
    tally: dict[str, tuple[int, int]] = {}
    for _ in range(times):
        wrong, place, _ = changed(source, chance)
        hit = named(audit_manuscript(wrong), place)
        for key in (place, "all"):
            found, total = tally.get(key, (0, 0))
            tally[key] = (found + hit, total + 1)
    return tally
