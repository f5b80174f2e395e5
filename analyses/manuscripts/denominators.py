"""What percentages are of where they are not of the column: rows, the row above, those known."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analyses.manuscripts.columns import Columns
from analyses.manuscripts.shapes import TOTAL
from analyses.manuscripts.shared import Line, Lines, Share
from analyses.manuscripts.source import SourceTable
from analyses.manuscripts.unknown_values import of_unknown_number
from analyses.published.registry import Relation, Row

#: Words that say that some patients have no value.
KNOWN = re.compile(
    r"(?i)(value is known|known values|available|valid percent|(?<!no )(?<!no values )missing\b|"
    r"(with|have|had) (complete )?(data|values)|without (data|values|information)|not recorded|"
    r"denominators? (var|diff|may)|unknown in)"
)
ROWS = re.compile(
    r"(?i)\brow[- ]?(wise)?[- ]?(%|per ?cent)|horizontal per ?cent|"
    r"(%|per ?cent(age)?s?)[^.;]{0,30}\b(of|by|per|across|for|in) (the |each |a )?rows?\b"
)
#: Percentages that are no shares of a count.
ESTIMATED = re.compile(r"(?i)kaplan|actuarial|life[- ]table|cumulative incidence")
#: How many of a group may have no value before it is no longer taken for that.
MOST_MISSING = 0.5
MOST_TRIED = 30
OF_ALL = "every patient of the group has a value"
Sizes = Mapping[str, float]


@dataclass
class Denominators:
    """Finds what the percentages and the p of a table are of.

    Parameters
    ----------
    rows, columns, source
        The table as read, and as printed.
    denominators
        By row and column; those found are added.
    relations
        Of percentages whose p is of other patients than they are.
    assumed
        Address to what was taken for granted.
    estimated
        Addresses of cells whose percentages are no shares.
    """

    rows: Sequence[Row]
    columns: Columns
    source: SourceTable
    denominators: dict[str, dict[str, str]]
    relations: list[Relation] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)
    estimated: list[str] = field(default_factory=list)
    #: Whether words or sums of the table say that some patients have no value.
    some_missing: bool = False

    def find(self) -> None:
        """Settle every line whose percentages are not of the column's size."""
        self.some_missing = KNOWN.search(self._words(None)) is not None
        lines = Lines(self.rows, self.columns, self.denominators)
        for share in lines.of_all:
            size = (str(share.n),)
            self.relations.append(Relation(share.value.address, "percent_of", size, 0))
        open_lines = [line for line in lines.all if not self._is_settled(line, lines)]
        by_row = len(self.relations) - len(lines.of_all)
        held = sum(line.holds for line in lines.all)
        said = ROWS.search(self._words(None)) is not None
        for line in open_lines:
            totals = _of_row(line, self.columns, lines)
            if totals and (said or by_row > max(2, held)):
                self._percent_of(line, totals)
            elif not line.whole:
                self._known(line)

    def settled(self, row: Row) -> Row:
        """A row without what is no share of a count, or a mean of an unknown number."""
        row = without_percent(row, self.estimated)
        if not self.some_missing:
            return row
        groups = self.columns.groups
        parts = [name for group in groups.values() for name in group.parts]
        sizes = {name: int(re.sub(r"\D", "", group.n)) for name, group in groups.items()}
        return of_unknown_number(row, sizes, self.columns.compares, parts)

    def _words(self, row: Row | None) -> str:
        heads = " ".join(heading.words for heading in self.columns.headings)
        return " ".join((self.source.words, heads, row.what if row else ""))

    def _is_settled(self, line: Line, lines: Lines) -> bool:
        """Whether all percentages of a line are of one thing."""
        if line.holds:
            return True
        if ESTIMATED.search(self._words(line.row)):
            self.estimated += [share.value.address for share in line.shares]
            return True
        totals = _of_row(line, self.columns, lines)
        said = ROWS.search(self._words(line.row)) is not None
        if totals and line.of(totals) and (said or len(line.shares) > 1):
            self._percent_of(line, totals)
            return True
        for sizes in (lines.other_sizes(place) for place in (0, 1)):
            if sizes and line.of(sizes):
                self._are_of(line, sizes)
                return True
        return any(self._part_of(line, above) for above in line.above)

    def _part_of(self, line: Line, above: Row) -> bool:
        """Whether the line counts parts of the patients whom a row above it counts."""
        counts = {name: v["count"].value for name, v in above.cells.items() if "count" in v.parts}
        if not line.of(counts):
            return False
        own = {share.column: float(share.n) for share in line.shares}
        if self._p_holds(line, own) and not self._p_holds(line, counts):
            self._percent_of(line, counts)
        else:
            self._are_of(line, counts)
        return True

    def _are_of(self, line: Line, sizes: Sizes) -> None:
        own = self.denominators.setdefault(line.row.id, {})
        own.update({column: f"{size:.0f}" for column, size in sizes.items()})

    def _percent_of(self, line: Line, sizes: Sizes) -> None:
        for share in line.shares:
            size = (f"{sizes[share.column]:.0f}",)
            self.relations.append(Relation(share.value.address, "percent_of", size, 0))

    def _known(self, line: Line) -> None:
        """Percentages may be of those who have a value."""
        off = [share for share in line.shares if not share.holds]
        fewer = {share.column: share.fewer() for share in off}
        for share in off:
            if fewer[share.column]:
                self.assumed[share.value.address] = OF_ALL
        plausible = all(
            fewer[share.column] and fewer[share.column][0] >= MOST_MISSING * share.n
            for share in off
        )
        if not plausible:
            return
        sizes = self._sizes_known(line, fewer)
        if KNOWN.search(self._words(line.row)) or self._adds_up(line, sizes):
            self.some_missing = True
            for share in off:
                self.assumed.pop(share.value.address)
        self._of_known(line, off, sizes)

    def _of_known(self, line: Line, off: Sequence[Share], sizes: Sizes) -> None:
        """The p is of those known where that gives it; a percentage may yet be questioned."""
        own = {share.column: float(share.n) for share in line.shares}
        by_known = self._p_holds(line, sizes) and not self._p_holds(line, own)
        for share in off:
            questioned = share.value.address in self.assumed
            size = own[share.column] if questioned else sizes[share.column]
            self.relations.append(Relation(share.value.address, "percent_of", (f"{size:.0f}",), 0))
        if by_known:
            self._are_of(line, sizes)
        elif "p" in line.row.cells:
            self.assumed[line.row.cells["p"].address] = OF_ALL

    def _sizes_known(self, line: Line, fewer: Mapping[str, list[int]]) -> dict[str, float]:
        """Of how many the cells are: as the p has it, or the total, or the nearest."""
        options = [
            [float(m) for m in fewer[s.column]] if s.column in fewer else [float(s.n)]
            for s in line.shares
        ]
        names = [share.column for share in line.shares]
        tried = [
            dict(zip(names, sizes, strict=True))
            for sizes in itertools.islice(itertools.product(*options), MOST_TRIED)
        ]
        added = [sizes for sizes in tried if self._adds_up(line, sizes)]
        fits = [sizes for sizes in added or tried if self._p_holds(line, sizes)]
        return [*fits, *added, *tried][0]

    def _adds_up(self, line: Line, sizes: Sizes) -> bool:
        """Whether a column of all patients says that as many of its groups have a value."""
        for share in line.shares:
            parts = self.columns.groups[share.column].parts
            if parts and all(part in sizes for part in parts):
                return sizes[share.column] == sum(sizes[part] for part in parts)
        return False

    def _p_holds(self, line: Line, sizes: Sizes) -> bool:
        """Whether counts of such sizes give the p of a line under some test."""
        from analyses.printed.tests_of_counts import p_of_counts, with_complement

        p = line.row.cells.get("p")
        by_column = {share.column: share for share in line.shares}
        shares = [by_column[name] for name in self.columns.compares if name in by_column]
        if p is None or len(shares) < 2 or not all(sizes.get(s.column) for s in shares):
            return False
        counts = [float(share.count) for share in shares]
        table = [*with_complement(counts, [sizes[share.column] for share in shares])]
        return p_of_counts(p["p"], table).verdict.holds


def _of_row(line: Line, columns: Columns, lines: Lines) -> dict[str, float]:
    """How many patients a row has: in a column that counts them, or in its groups together."""
    groups = [s for s in line.shares if not TOTAL.search(columns.groups[s.column].label)]
    totals = [s for s in line.shares if s not in groups]
    counted = [
        value["count"].value
        for value in line.row.cells.values()
        if "count" in value.parts and "percent" not in value.parts
    ]
    n = max([*counted, *(float(s.count) for s in totals)], default=0.0)
    if not n and len(groups) > 1:
        n = float(sum(s.count for s in groups))
    whole = {s.column: lines.size(s.column) for s in totals}
    own = {s.column: s.count if not s.holds and s.of(s.count) else whole[s.column] for s in totals}
    return {**own, **{s.column: n for s in groups}} if n and groups else {}


def without_percent(row: Row, addresses: Sequence[str]) -> Row:
    """A row in which cells at these addresses have counts alone."""
    if not addresses:
        return row
    cells = {
        name: replace(value, parts={k: v for k, v in value.parts.items() if k != "percent"})
        if value.address in addresses
        else value
        for name, value in row.cells.items()
    }
    levels = tuple(without_percent(level, addresses) for level in row.levels)
    return replace(row, cells=cells, levels=levels)
