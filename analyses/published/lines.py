"""On which line of a TOML file each key stands, and the text grids that its strings hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*("[^"]+"|'[^']+'|[A-Za-z0-9_.-]+)\s*=\s*(.*)$""")
_QUOTES = ("'''", '"""')


def lines_of(source: str) -> dict[str, int]:
    """Line of each table and key, counted from 1.

    Parameters
    ----------
    source
        A TOML file.

    Returns
    -------
    dict
        By path, as messages write it: ``tables[2].rows`` is the key of the second
        ``[[tables]]``. A multi-line string has the line on which its text begins.

    Notes
    -----
    Enough of TOML for files that ``tomllib`` has read without complaint.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    here, inside = "", ""
    for number, line in enumerate(source.splitlines(), start=1):
        if inside:
            inside = "" if inside in line else inside
            continue
        header = _HEADER.match(line)
        if header and "=" not in header[2]:
            here = _table(header[2], header[1] == "[[", counts)
            found.setdefault(here, number)
            continue
        key = _KEY.match(line)
        if key:
            name = key[1].strip("\"'")
            inside, first = _opened(key[2])
            found.setdefault(f"{here}.{name}" if here else name, number + first)
    return found


def _table(name: str, many: bool, counts: dict[str, int]) -> str:
    path = ".".join(part.strip().strip("\"'") for part in name.split("."))
    if many:
        counts[path] = counts.get(path, 0) + 1
        return f"{path}[{counts[path]}]"
    first, _, rest = path.partition(".")
    if first in counts:  # [tables.marks] belongs to the last of [[tables]]
        return f"{first}[{counts[first]}].{rest}"
    return path


def _opened(value: str) -> tuple[str, int]:
    for quote in _QUOTES:
        if value.startswith(quote):
            text = value[3:]
            return ("" if quote in text else quote), int(not text.strip())
    return "", 0


@dataclass(frozen=True)
class GridRow:
    """A line of a grid: its cells, where it stands, and whether a mark closes its last cell."""

    cells: tuple[str, ...]
    line: int
    closed: bool = False


def grid(text: str, first_line: int) -> Iterator[GridRow]:
    """The lines of a grid ``a | b | c``; empty ones and those that begin with # are left out.

    Parameters
    ----------
    text
        Content of a multi-line string.
    first_line
        Line of the file on which it begins.
    """
    for number, line in enumerate(text.splitlines(), start=first_line):
        words = line.strip()
        if words and not words.startswith("# "):
            cells = words.removeprefix("|").removesuffix("|").split("|")
            yield GridRow(tuple(cell.strip() for cell in cells), number, words.endswith("|"))
