"""The grids of a registry, read: columns, rows, cells, each mistake with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyses.published.kinds import KINDS, is_absent, read_cell
from analyses.published.lines import GridRow, grid
from analyses.published.registry import (
    STRUCTURES,
    Column,
    PrintedTable,
    Relation,
    Row,
    Value,
)
from analyses.published.relation_words import RELATION_WORDS
from analyses.published.schema import PrintedTableSection, PublishedFile
from cohort_stats.problem import suggestion

#: Line, place, expected, found, hint.
Mistake = tuple[int, str, str, str, str]
_TABLE_WORDS = ("id", "what", "kind")
_TEXT_WORDS = ("id", "what", "kind", "group", "value", "relations")


class Reader:
    """Reads the grids of one registry; collects values, relations and mistakes.

    Parameters
    ----------
    file
        The registry as written.
    lines
        Line of each of its keys.
    """

    def __init__(self, file: PublishedFile, lines: Mapping[str, int]):
        self.file, self.lines = file, lines
        self.values: dict[str, Value] = {}
        self.relations: list[Relation] = []
        self.problems: list[Mistake] = []
        #: Lines with more or fewer cells than the heading: what else is wrong there follows.
        self.torn: set[int] = set()
        self.unknown: set[tuple[int, str]] = set()
        self._kinds: dict[str, str] = {}

    def tables(self) -> tuple[PrintedTable, ...]:
        """Read every table."""
        return tuple(self._table(i, section) for i, section in enumerate(self.file.tables, 1))

    def texts(self) -> None:
        """Read the numbers of abstract, text and captions."""
        for i, section in enumerate(self.file.text, start=1):
            rows = self._grid(section.rows, f"text[{i}].rows", section.id)
            if not rows:
                continue
            head, *body = rows
            names = self._heading(head, section.id, _TEXT_WORDS, ("id", "kind", "value"))
            for row in body:
                self._text_row(
                    section.id, section.place, dict(zip(names, row.cells, strict=False)), row.line
                )

    def relations_apart(self) -> None:
        """Read the relations that stand apart from their numbers."""
        for i, section in enumerate(self.file.relations, start=1):
            first = self.lines.get(f"relations[{i}].rows", 1)
            for row in grid(section.rows, first):
                if len(row.cells) != 2:
                    self._wrong(row.line, "relations", "ADDRESS | relation", " | ".join(row.cells))
                else:
                    self._relate(row.cells[0], row.cells[1], row.line)

    def _wrong(self, line: int, where: str, expected: str, found: str, hint: str = "") -> None:
        self.problems.append((line, where, expected, found, hint))

    def _grid(self, text: str, key: str, where: str) -> list[GridRow]:
        rows = [*grid(text, self.lines.get(key, 1))]
        if not rows:
            self._wrong(self.lines.get(key, 1), where, "a grid of rows", "nothing")
            return []
        width, padded = len(rows[0].cells), []
        for row in rows:
            if not len(row.cells) <= width <= len(row.cells) + row.closed:
                self.torn.add(row.line)
                found = f"{len(row.cells)} in '{' | '.join(row.cells)}'"
                self._wrong(row.line, where, f"{width} cells, as the heading has", found)
            padded.append(GridRow((*row.cells, *[""] * (width - len(row.cells))), row.line))
        return padded

    def _heading(
        self, head: GridRow, where: str, allowed: Sequence[str], needed: Sequence[str]
    ) -> list[str]:
        for name in head.cells:
            if name not in allowed:
                expected = f"headings of {', '.join(allowed)}"
                self._wrong(head.line, where, expected, f"'{name}'", suggestion(name, allowed))
        for name in needed:
            if name not in head.cells:
                self._wrong(head.line, where, f"a heading '{name}'", "none")
        return [*head.cells]

    def _text_row(self, block: str, place: str, cells: Mapping[str, str], line: int) -> None:
        address = f"{block}.{cells.get('id', '')}"
        kind, group = cells.get("kind", ""), cells.get("group", "")
        if group and group not in self.file.groups and group not in self.file.models:
            known = [*self.file.groups, *self.file.models]
            hint = suggestion(group, known)
            self._wrong(
                line, address, f"a group or model of {', '.join(known)}", f"'{group}'", hint
            )
        what = cells.get("what") or cells.get("id", "")
        self._value(address, place, what, kind, cells.get("value", ""), group, line)
        if cells.get("relations"):
            self._relate(address, cells["relations"], line)

    def _relate(self, subject: str, words: str, line: int) -> None:
        for one in words.split(";"):
            word, *arguments = one.split() or [""]
            if word not in RELATION_WORDS:
                known = ", ".join(RELATION_WORDS)
                hint = suggestion(word, [*RELATION_WORDS])
                self._wrong(line, subject, f"a relation of {known}", f"'{one.strip()}'", hint)
                continue
            meant, plain = RELATION_WORDS[word], " ".join(arguments).partition(" by ")[0].split()
            if not meant.least <= len(plain) <= meant.most:
                self._wrong(line, subject, f"{word} {meant.arguments}", f"'{one.strip()}'")
                continue
            self.relations.append(Relation(subject, word, tuple(arguments), line))

    def _value(
        self, address: str, place: str, what: str, kind: str, text: str, about: str, line: int
    ) -> Value | None:
        if address in self.values:
            first = f"one on line {self.values[address].line} as well"
            self._wrong(line, address, "each id only once", first)
            return None
        if kind not in KINDS:
            found = f"'{kind}'" if kind else "none"
            if (line, kind) not in self.unknown:
                expected = f"a kind of {', '.join(KINDS)}"
                self._wrong(line, address, expected, found, suggestion(kind, [*KINDS]))
            self.unknown.add((line, kind))
            return None
        try:
            parts = read_cell(kind, text, self.file.paper.decimal)
        except ValueError as wrong:
            expected, _, found = str(wrong).partition("; found ")
            self._wrong(line, address, expected, found)
            return None
        value = Value(address, place, what, kind, text, parts, about, line)
        self.values[address] = value
        return value

    def _table(self, number: int, section: PrintedTableSection) -> PrintedTable:
        rows = self._grid(section.rows, f"tables[{number}].rows", section.id)
        columns = self._columns(rows[0], section) if rows else {}
        read: list[Row] = []
        for row in rows[1:]:
            self._row(row, rows[0].cells, columns, section, read)
        return PrintedTable(
            id=section.id,
            place=section.place,
            what=section.what,
            columns=tuple(columns.values()),
            rows=tuple(read),
            compares=section.compares,
            marks=section.marks,
            tests=section.tests,
            denominators=section.denominators,
            percent_of=section.percent_of,
        )

    def _columns(self, head: GridRow, section: PrintedTableSection) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        known = [*self.file.groups, *self.file.models]
        if "id" not in head.cells:
            self._wrong(head.line, section.id, "a heading 'id'", "none")
        for name in head.cells:
            if name in _TABLE_WORDS:
                continue
            about, _, kind = name.rpartition(".")
            if name in self.file.groups:
                about, kind = name, ""
            elif kind not in KINDS or (about and about not in known):
                expected = "a group, a kind (p, hr_ci, …), or GROUP.KIND or MODEL.KIND"
                names = [*known, *KINDS]
                self._wrong(head.line, section.id, expected, f"'{name}'", suggestion(name, names))
                continue
            if name in columns:
                self._wrong(head.line, section.id, "each column once", f"'{name}' twice")
            columns[name] = Column(name, about, kind)
        return columns

    def _row(
        self,
        row: GridRow,
        heads: Sequence[str],
        columns: Mapping[str, Column],
        section: PrintedTableSection,
        read: list[Row],
    ) -> None:
        cells = dict(zip(heads, row.cells, strict=False))
        name, what = cells.get("id", ""), cells.get("what", "")
        parent = read[-1] if name.startswith(".") and read else None
        if not name.strip(".") or (name.startswith(".") and parent is None):
            self._wrong(row.line, section.id, "an id, or .id of a level below a row", f"'{name}'")
            return
        structure, kind = _structure_and_kind(cells.get("kind", ""))
        full = f"{parent.id}{name}" if parent else name
        kind = kind or (self._kinds[parent.id] if parent else "") or section.kind
        self._kinds[full] = kind
        words = ", ".join(w for w in (parent.what if parent else "", what or name.strip(".")) if w)
        found = self._cells(f"{section.id}.{full}", section.place, words, kind, cells, columns, row)
        made = Row(full, what or name.strip("."), structure, found, (), row.line)
        if parent is None:
            read.append(made)
        else:
            read[-1] = Row(
                parent.id,
                parent.what,
                parent.structure or "several",
                parent.cells,
                (*parent.levels, made),
                parent.line,
            )

    def _cells(
        self,
        address: str,
        place: str,
        what: str,
        kind: str,
        cells: Mapping[str, str],
        columns: Mapping[str, Column],
        row: GridRow,
    ) -> dict[str, Value]:
        found = {}
        for name, column in columns.items():
            text = cells.get(name, "")
            own, _, rest = text.partition(": ")
            here = column.kind or kind
            if own in KINDS and rest:
                here, text = own, rest
            if is_absent(text):
                continue
            about = self._about_words(column)
            words = f"{what} ({about})" if about else what
            value = self._value(
                f"{address}.{name}", place, words, here, text, column.about, row.line
            )
            if value is not None:
                found[name] = value
        return found

    def _about_words(self, column: Column) -> str:
        if column.about in self.file.groups:
            return self.file.groups[column.about].label
        if column.about in self.file.models:
            return self.file.models[column.about].label
        return ""


def _structure_and_kind(words: str) -> tuple[str, str]:
    first, _, rest = words.partition(" ")
    if first in STRUCTURES:
        return first, rest.strip()
    return "", words.strip()
