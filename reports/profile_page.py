"""The profile of an unknown file as a page for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.privacy.identifiers import Suspicion, pointing_out
from cohort_stats.problem import column_letters
from cohort_stats.rawtable import RawTable
from cohort_stats.wording import counted

PIPE_WIDTH = 80
MOST_LEVELS = 12
MOST_SHOWN = 40
TYPE_WORDS = {"yesno": "yes/no"}


def print_profile(
    table: RawTable, profiles: Sequence[ColumnProfile], suspicions: Sequence[Suspicion]
) -> None:
    """Print what each column holds, what to look at, and what may tell who a patient is.

    Parameters
    ----------
    table
        The table as read.
    profiles, suspicions
        What :mod:`cohort_stats.describing.profile` and
        :mod:`cohort_stats.privacy.identifiers` say of it.
    """
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    with console.capture() as page:
        _print(console, table, profiles, suspicions)
    typer.echo("\n".join(line.rstrip() for line in page.get().splitlines()))


def _print(
    console: Console,
    table: RawTable,
    profiles: Sequence[ColumnProfile],
    suspicions: Sequence[Suspicion],
) -> None:
    sheet = f", sheet '{table.sheet}'" if table.sheet else ""
    size = f"{counted(len(table.rows), 'row')}, {counted(len(profiles), 'column')}"
    _say(console, f"{table.path.name}{sheet}: {size}.")
    if table.synthetic:
        _say(console, "SYNTHETIC DATA: these patients are made up.")
    _list(console, "", list(_what_the_reader_saw(table)))
    console.print(_columns(profiles))
    _list(console, "To look at:", list(_to_look_at(profiles)))
    heading = "May tell who a patient is (leave these columns out, or use --deidentify):"
    _list(console, heading, list(pointing_out(table, tuple(suspicions))))


def _say(console: Console, words: str) -> None:
    console.print(Text(_one_line(words)))


def _list(console: Console, heading: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    if heading:
        _say(console, heading)
    for line in lines[:MOST_SHOWN]:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text("  -" if heading else ""), Text(_one_line(line)))
        console.print(grid if heading else Text(_one_line(line)))
    if len(lines) > MOST_SHOWN:
        _say(console, f"  … and {len(lines) - MOST_SHOWN} more.")
    if heading:
        console.print()


def _what_the_reader_saw(table: RawTable) -> Iterator[str]:
    yield from (f"Note: {note}" for note in table.notes)
    yield from (f"Not taken for patients: {left_out}" for left_out in table.left_out)
    if table.repairs:
        how = ", ".join(sorted({repair.how for repair in table.repairs}))
        yield f"Read otherwise than typed: {counted(len(table.repairs), 'cell')} ({how})."
    yield from (f"To mend: {problem}" for problem in table.problems)


def _columns(profiles: Sequence[ColumnProfile]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("Column", max_width=24, overflow="fold")
    table.add_column("Type", no_wrap=True)
    table.add_column("Filled", justify="right", no_wrap=True)
    table.add_column("What it holds", overflow="fold")
    for found in profiles:
        cells = (
            column_letters(found.column),
            found.heading,
            "identifier?" if found.identifies else TYPE_WORDS.get(found.type, found.type),
            f"{found.filled}/{found.rows}",
            _holds(found),
        )
        table.add_row(*(Text(_one_line(cell)) for cell in cells))
    return table


def _holds(found: ColumnProfile) -> str:
    """What a column holds in a few words; of identifiers, ids and texts no value."""
    different = f"{found.distinct} different"
    if found.identifies:
        return "(not shown)"
    if found.levels:
        shown = [f"{level.label} {level.count}" for level in found.levels[:MOST_LEVELS]]
        more = len(found.levels) - MOST_LEVELS
        return ", ".join(shown) + (f" and {more} more levels" if more > 0 else "")
    if found.quartiles:
        low, q1, median, q3, high = map(_number, found.quartiles)
        return f"{low} to {high}, median {median} (quartiles {q1}, {q3})"
    if found.type == "text" and found.longest:
        return f"{different}, up to {counted(found.longest, 'letter')}"
    return different if found.filled else "nothing"


def _number(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"


def _to_look_at(profiles: Sequence[ColumnProfile]) -> Iterator[str]:
    for found in profiles:
        if found.identifies:
            continue
        says = [f"{counted(n, 'cell')} with '{code}', not known?" for code, n in found.missing]
        says += map(str, found.misfits)
        says += [str(found.outliers)] if found.outliers is not None else []
        says += found.remarks
        yield from (f"{found.heading}: {words}" for words in says)


def _one_line(words: str) -> str:
    printable = (c if c.isprintable() else " " for c in words)
    return " ".join("".join(printable).split())
