"""The p of a table's row against the cells that it compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from analyses.printed import neighbours, tests_of_counts, tests_of_means
from analyses.printed.number import Printed
from analyses.printed.outcome import Finding, Outcome, Verdict, needs_patients, not_checkable
from analyses.published.registry import Column, PrintedTable, Published, Row, Value
from analyses.replication.cells import finding, is_ratio

Denominator = Callable[[Published, PrintedTable, Row, Column], Printed | None]
Counts = list[list[float]]


def row_p(
    published: Published, table: PrintedTable, row: Row, denominator: Denominator
) -> Iterator[Finding]:
    """Check the p of a row, or of its levels.

    A single p anywhere in a block of levels is the p of the whole block; with several, each is
    of its own level against the others.

    Parameters
    ----------
    published
        The registry.
    table, row
        Where it stands.
    denominator
        Gives what the counts of a cell are a part of.
    """
    lines = [row, *row.levels]
    printed = [(line, p) for line in lines if (p := _p_cell(line)) is not None]
    block = row.structure in ("categories", "ordered") and len(printed) == 1
    for line, p in printed:
        whole = block or (line is row and row.structure in ("categories", "ordered"))
        tests = stated_tests(published, table, row if whole else line, p)
        outcome, others = _compared(
            published, table, row if whole else line, p["p"], tests, denominator
        )
        if outcome is not None:
            yield finding(p, outcome, "p", *others)


def _p_cell(row: Row) -> Value | None:
    """The p between groups; that of an estimate in the same row is the estimate's."""
    p = row.cells.get("p")
    own = any(is_ratio(value.kind) and not value.about for value in row.cells.values())
    return p if p is not None and not own else None


def stated_tests(published: Published, table: PrintedTable, row: Row, p: Value) -> tuple[str, ...]:
    """Tests that the paper states for a row: at the row, by a mark at p, or in Methods."""
    for key in (row.id, row.id.rpartition(".")[0]):
        if key in table.tests:
            return table.tests[key]
    number = p["p"].text.lstrip("<>≤≥")
    marks = p.text.partition(number)[2].strip()
    if table.marks.get(marks):
        return (table.marks[marks],)
    subject = "ordered" if row.structure == "ordered" else "counts"
    cells = [*row.cells.values()]
    if any("mean" in value.parts for value in cells):
        subject = "means"
    elif any("median" in value.parts for value in cells):
        subject = "ranks"
    stated: Mapping[str, tuple[str, ...]] = published.file.paper.tests
    return stated.get(subject, stated.get("counts", ()) if subject == "ordered" else ())


def _compared(
    published: Published,
    table: PrintedTable,
    row: Row,
    p: Printed,
    tests: Sequence[str],
    denominator: Denominator,
) -> tuple[Outcome | None, tuple[str, ...]]:
    columns = [c for g in table.compares for c in table.columns if c.about == g and not c.kind]
    if row.structure not in ("categories", "ordered") and _all_counted(row, columns):
        row = replace(row, levels=())  # what is below it are other things than it counts
    lines = row.levels or (row,)
    cells = [line.cells[c.name] for line in lines for c in columns if c.name in line.cells]
    others = tuple(cell.address for cell in cells)
    if not columns and table.percent_of:
        counts = _events(table, row)
        return (_counts_p(p, counts, tests, row) if counts else None), ()
    if len(columns) < 2 or not cells:
        return None, ()
    if any("median" in cell.parts for cell in cells):
        return needs_patients("p of a comparison of ranks", p.text, "rank"), others
    if "mean" in cells[0].parts:
        return _means_p(published, p, cells, len(columns), tests), others
    counts = _table_of_counts(published, table, row, columns, denominator)
    return (_counts_p(p, counts, tests, row) if counts else None), others


def _all_counted(row: Row, columns: Sequence[Column]) -> bool:
    return bool(columns) and all(_count(row, column) is not None for column in columns)


def _means_p(
    published: Published, p: Printed, cells: Sequence[Value], groups: int, tests: Sequence[str]
) -> Outcome:
    from analyses.replication.tables import samples_of

    if tests and not set(tests) & {"student", "welch", "anova", "welch anova"}:
        return needs_patients(tests_of_means.CHECK, p.text, tests[0])
    samples = samples_of(published, cells)
    if samples is None or len(samples) < groups:
        why = "the size or the spread of a group is not printed"
        return not_checkable(tests_of_means.CHECK, p.text, why)
    outcome = tests_of_means.p_of_means(p, samples, tests)
    if "paired t" in tests and outcome.verdict is Verdict.INCONSISTENT:
        return needs_patients(tests_of_means.CHECK, p.text, "paired t")
    return neighbours.near_sizes(outcome, p, samples, tests)


def _counts_p(p: Printed, counts: Counts, tests: Sequence[str], row: Row) -> Outcome:
    if tests and not set(tests) & set(tests_of_counts.WORDS):
        return needs_patients(tests_of_counts.CHECK, p.text, tests[0])
    ordered = row.structure == "ordered"
    outcome = tests_of_counts.p_of_counts(p, counts, tests, ordered=ordered)
    if "mcnemar" in tests and outcome.verdict is Verdict.INCONSISTENT:
        return needs_patients(tests_of_counts.CHECK, p.text, "mcnemar")
    alone = len(counts) == 2 and not row.levels
    return neighbours.near_counts(outcome, p, counts, tests, complement=alone)


def _table_of_counts(
    published: Published,
    table: PrintedTable,
    row: Row,
    columns: Sequence[Column],
    denominator: Denominator,
) -> Counts | None:
    """Levels by groups; a yes/no row is completed by those without."""
    first = row.cells.get(columns[0].name)
    if first is not None and first.kind == "split" and not row.levels:
        split = [[x.value for x in row.cells[c.name].parts.values()] for c in columns]
        return [list(level) for level in zip(*split, strict=True)] if len(split) > 1 else None
    if row.levels:
        levels = [[_count(level, c) for c in columns] for level in row.levels]
        known = [[k for k in counts if k is not None] for counts in levels]
        return known if all(len(k) == len(columns) for k in known) else None
    counts = [k for k in (_count(row, c) for c in columns) if k is not None]
    if len(counts) < len(columns):
        return None
    own = [row.cells[c.name].get("n") or denominator(published, table, row, c) for c in columns]
    sizes = [n.value for n in own if n is not None]
    if len(sizes) < len(columns):
        return None
    return [*tests_of_counts.with_complement(counts, sizes)]


def _count(row: Row, column: Column) -> float | None:
    value = row.cells.get(column.name)
    count = value.get("count") if value else None
    return count.value if count else None


def _events(table: PrintedTable, row: Row) -> Counts | None:
    """With and without the event by level, where a column counts events of another column."""
    events, patients = next(iter(table.percent_of.items()))
    counts: Counts = []
    for level in row.levels:
        k, n = (level.cells.get(name) for name in (events, patients))
        if k is None or n is None or "count" not in k.parts or "count" not in n.parts:
            return None
        counts.append([k["count"].value, n["count"].value - k["count"].value])
    return counts or None
