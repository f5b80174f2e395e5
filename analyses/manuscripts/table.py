"""One table of a manuscript as a registry has it; what is not understood is listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyses.manuscripts.adding_up import other_sums, sums_of_counts
from analyses.manuscripts.column_relations import column_relations
from analyses.manuscripts.columns import Columns, columns_of, find_parts
from analyses.manuscripts.denominators import KNOWN, Denominators
from analyses.manuscripts.marks import is_other_test, is_p, marks_of
from analyses.manuscripts.rows import Block, Line, blocks_of, missing_of
from analyses.manuscripts.shapes import hints_in, kind_of, shape_of
from analyses.manuscripts.shared import Lines
from analyses.manuscripts.source import SourceCell, SourceTable
from analyses.manuscripts.splits import is_pair, split_or_share
from analyses.manuscripts.wrong_sizes import WrongSize, wrong_sizes
from analyses.printed.number import Printed, whole_number
from analyses.printed.outcome import Finding
from analyses.published.kinds import is_absent, read_cell
from analyses.published.registry import Column, PrintedTable, Relation, Row, Value


@dataclass
class TableReader:
    """Reads one table; collects values, what it assumed, and what it did not understand.

    Parameters
    ----------
    source
        The table.
    key
        With which addresses begin: ``t1``.
    decimal
        The decimal sign.
    corrected
        Whether the p of pairs of groups may be corrected for their number.
    """

    source: SourceTable
    key: str
    decimal: str = "."
    corrected: bool = False
    values: dict[str, Value] = field(default_factory=dict)
    denominators: dict[str, dict[str, str]] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    not_read: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    sizes: list[Finding] = field(default_factory=list)
    #: Column to row and sum of the levels, where levels exclude each other.
    totals: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def read(self) -> tuple[PrintedTable | None, Columns]:
        """The table, or None where nothing of it was understood."""
        columns = columns_of(self.source, self.key, corrected=self.corrected)
        self.not_read += [f"column {words}" for words in columns.unread]
        if not columns.roles:
            return None, columns
        rows = [*self._rows(columns)]
        wrong = wrong_sizes(Lines(rows, columns, self.denominators))
        if wrong:
            rows = self._again(columns, wrong)
        rows = self._settled(rows, columns)
        if not KNOWN.search(self.source.words):
            self._sizes(columns, rows)
        for relation in sums_of_counts(columns, rows):
            self.relations.append(relation)
            self.assumed[relation.subject] = "the rows below are all of them"
        for relation, words in column_relations(self.source, columns, rows):
            self.relations.append(relation)
            self.assumed[relation.subject] = words
        marks = marks_of(self.source.notes)
        table = PrintedTable(
            self.key, self.source.place, self.source.title, tuple(columns.roles.values()),
            tuple(rows), tuple(columns.compares), marks, {}, self.denominators, {},
        )  # fmt: skip
        return (table if self.values else None), columns

    def _again(self, columns: Columns, wrong: Sequence[WrongSize]) -> list[Row]:
        """The rows, read with the sizes of which the percentages are."""
        for one in wrong:
            group = columns.groups[one.column]
            printed = read_cell("n", group.n, self.decimal)
            address, what = f"{self.key}.n.{one.column}", f"size of {group.label}"
            value = Value(address, self.source.place, what, "n", group.n, printed)
            outcome = one.outcome(printed["n"])
            self.sizes.append(Finding(address, value.place, what, outcome, one.addresses))
            columns.groups[one.column] = group.model_copy(update={"n": str(one.n)})
        find_parts(columns)
        for collected in (self.values, self.denominators, self.assumed, self.totals):
            collected.clear()
        self.not_read = [f"column {words}" for words in columns.unread]
        return [*self._rows(columns)]

    def _settled(self, rows: list[Row], columns: Columns) -> list[Row]:
        """The rows, once it is known what their percentages are of."""
        found = Denominators(rows, columns, self.source, self.denominators)
        found.find()
        self.relations += found.relations
        self.assumed |= found.assumed
        rows = [found.settled(row) for row in rows]
        for row in rows:
            for each in (row, *row.levels):
                self.values |= {value.address: value for value in each.cells.values()}
        return rows

    def _rows(self, columns: Columns) -> Iterator[Row]:
        for number, block in enumerate(self._split(columns), start=1):
            yield self._row(f"r{number}", block, columns)

    def _split(self, columns: Columns) -> Iterator[Block]:
        """Blocks; of levels without an indent those that add up to the groups' sizes."""
        for block in blocks_of(self.source.rows, columns):
            if not block.flat or not block.levels:
                yield block
                continue
            end = next(
                (k for k in range(2, len(block.levels) + 1)
                 if self._add_up(block.levels[:k], block.head, columns)), 0,
            )  # fmt: skip
            missing = block.missing if end == len(block.levels) else {}
            yield Block(block.head, block.levels[:end], missing)
            yield from (Block(line) for line in block.levels[end:])

    def _add_up(self, lines: Sequence[Line], head: Line, columns: Columns) -> bool:
        fits = []
        for at, column in columns.roles.items():
            if column.about in columns.groups:
                far, near = self._far(columns, at), head[0].words
                counts = [self._count(x[at], f"{near} {x[0].words}", far) for x in lines]
                if any(count is None for count in counts):
                    return False
                fits.append(sum(c for c in counts if c is not None) == self._size(column, columns))
        return bool(fits) and 2 * sum(fits) > len(fits)

    def _size(self, column: Column, columns: Columns) -> int:
        return int(re.sub(r"\D", "", columns.groups[column.about].n))

    def _far(self, columns: Columns, at: int) -> str:
        """The heading of a column where it says what its cells are, else title and notes."""
        words = columns.headings[at].words
        return words if hints_in(words) & {"share", "mean"} else self.source.words

    def _count(self, cell: SourceCell, near: str, far: str = "") -> int | None:
        """The count of a cell, also of a bare whole number."""
        if is_absent(cell.words):
            return 0 if cell.words.strip() in ("-", "–", "—") else None
        if shape_of(cell.words) == "#" and cell.words.isdigit():
            return int(cell.words)
        if kind_of(cell.words, near, far or self.source.words) != "count_percent":
            return None
        try:
            whole = read_cell("count_percent", cell.words, self.decimal)["count"].whole
        except ValueError:
            return None
        return whole

    def _row(self, name: str, block: Block, columns: Columns) -> Row:
        what = block.head[0].words
        whole = self._levels_whole(name, block, columns)
        levels = []
        for i, line in enumerate(block.levels, start=1):
            near = f"{what} {line[0].words}"
            cells = self._cells(f"{name}.l{i}", f"{what}, {line[0].words}", near, line, columns,
                                self._known(block, i, columns), bare=whole)  # fmt: skip
            levels.append(Row(f"{name}.l{i}", line[0].words, "", cells))
        known = self._known(block, 0, columns)
        cells = self._cells(name, what, what, block.head, columns, known)
        structure = ("categories" if whole else "several") if levels else ""
        for found in (cells, *(level.cells for level in levels)):
            if "p" in found and len(columns.compares) > 2:
                self.assumed[found["p"].address] = "the p compares all groups of the table"
        if whole:
            for column in columns.roles.values():
                words = "each patient is at one of the levels"
                self.assumed[f"{self.key}.{name}.{column.name}"] = words
        return Row(name, what, structure, cells, tuple(levels))

    def _levels_whole(self, name: str, block: Block, columns: Columns) -> bool:
        """Whether the levels exclude each other: in most groups they add up to those known."""
        counted = [(at, c) for at, c in columns.roles.items() if c.about in columns.groups]
        head_counts = any(block.head[at].words for at, _ in counted)
        if len(block.levels) < 2 or head_counts or not counted:
            return False
        fits = []
        for at, column in counted:
            near = block.head[0].words
            far = self._far(columns, at)
            counts = [self._count(x[at], f"{near} {x[0].words}", far) for x in block.levels]
            if any(count is None for count in counts):
                return False
            total = sum(c for c in counts if c is not None)
            unknown = missing_of(block, 0)
            missing = self._count(unknown[at], "", far) if unknown is not None else 0
            fits.append(total + (missing or 0) == self._size(column, columns))
            self.totals.setdefault(column.name, []).append((name, total))
            size = self._size(column, columns)
            if missing and total + missing == size:
                self.denominators.setdefault(name, {})[column.name] = str(total)
            elif total < size and self._shares_of(block, at, (total, size), far):
                fits[-1] = True
                self.denominators.setdefault(name, {})[column.name] = str(total)
        return 2 * sum(fits) > len(fits) or (len(fits) == 2 and sum(fits) == 1)

    def _shares_of(self, block: Block, at: int, sizes: tuple[int, int], far: str) -> bool:
        """Whether more percentages of a column are of the sum of its levels than of its size."""
        found = []
        for line in block.levels:
            near = f"{block.head[0].words} {line[0].words}"
            if kind_of(line[at].words, near, far) == "count_percent":
                parts = read_cell("count_percent", line[at].words, self.decimal)
                if "percent" in parts and min(sizes):
                    shares = [100 * parts["count"].value / n for n in sizes]
                    found.append([parts["percent"].covers(share) for share in shares])
        of_total, of_size = (sum(fits[i] for fits in found) for i in (0, 1))
        return 2 * of_total > len(found) and of_total > of_size

    def _known(self, block: Block, line: int, columns: Columns) -> Mapping[str, Printed]:
        """How many of each group have a value, where a row counts those who have none."""
        unknown = missing_of(block, line)
        if unknown is None:
            return {}
        found = {}
        for at, column in columns.roles.items():
            missing = self._count(unknown[at], "") if column.about in columns.groups else None
            if missing is not None:
                found[column.name] = whole_number(self._size(column, columns) - missing)
        return found

    def _cells(
        self, name: str, what: str, near: str, line: Line, columns: Columns,
        known: Mapping[str, Printed], *, bare: bool = False,
    ) -> dict[str, Value]:  # fmt: skip
        found = {}
        groups = [(at, c) for at, c in columns.roles.items() if c.about in columns.groups]
        sizes = [self._size(column, columns) for _, column in groups]
        pairs = split_or_share(near, [line[at].words for at, _ in groups], sizes)
        for at, column in columns.roles.items():
            cell = line[at]
            if is_absent(cell.words) or not re.search(r"\d", cell.words):
                continue
            kind = column.kind or kind_of(cell.words, near, self._far(columns, at))
            if not column.kind and pairs in ("split", "neither") and is_pair(cell.words):
                kind = "split" if pairs == "split" else ""
            if not kind and bare and shape_of(cell.words) == "#" and cell.words.isdigit():
                kind = "count"
            if kind == "p" and is_other_test(cell.mark, self.source.notes):
                self.not_read.append(f"{what}: {cell.with_mark}, by a test that is not done here")
                continue
            if not kind or (kind == "p" and not is_p(cell.words)):
                self.not_read.append(f"{what} ({columns.headings[at].words}): {cell.words}")
                continue
            value = self._value(name, what, column, columns, cell, kind)
            if value is None:
                self.not_read.append(f"{what} ({columns.headings[at].words}): {cell.words}")
                continue
            if column.name in known and "n" not in value.parts and column.about in columns.groups:
                if "percent" not in value.parts:
                    parts = {**value.parts, "n": known[column.name]}
                    value = Value(**{**vars(value), "parts": parts})
                self.denominators.setdefault(name, {})[column.name] = known[column.name].text
            self.values[value.address] = value
            found[column.name] = value
        return found

    def _value(
        self, name: str, what: str, column: Column, columns: Columns, cell: SourceCell, kind: str
    ) -> Value | None:
        label = ""
        if column.about in columns.groups:
            label = columns.groups[column.about].label
        elif column.about in columns.models:
            label = columns.models[column.about].label
        try:
            parts = read_cell(kind, self._clear(cell.words), self.decimal)
        except ValueError:
            return None
        words = f"{what} ({label})" if label else what
        address = f"{self.key}.{name}.{column.name}"
        return Value(address, self.source.place, words, kind, cell.with_mark, parts, column.about)

    def _sizes(self, columns: Columns, rows: Sequence[Row]) -> None:
        """A group's size against its levels, where those of every row have one other sum."""
        for column, first, cells in other_sums(columns, rows, self.totals):
            group = columns.groups[column]
            address = f"{self.key}.n.{column}"
            what = f"size of {group.label}, against {first.what}"
            parts = read_cell("n", group.n, self.decimal)
            self.values[address] = Value(address, self.source.place, what, "n", group.n, parts)
            self.relations.append(Relation(address, "sum_of", cells, 0))
            self.assumed[address] = "every patient of the group is at one of the levels"

    def _clear(self, words: str) -> str:
        """A cell whose ``.03`` is a decimal also among decimal commas."""
        return re.sub(r"(?<![\d.])\.(?=\d)", ",", words) if self.decimal == "," else words
