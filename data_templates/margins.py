"""The printed margins of each cell of a synthetic cohort: counts of levels, means, deviations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analyses.printed.number import Printed, whole_number
from analyses.published.reading import PublishedError
from analyses.published.registry import Published, Row, Value
from analyses.published.schema import DrawSection
from cohort_stats.dictionary import DataDictionary
from cohort_stats.problem import Problem

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of a cell, as printed where the paper prints them."""

    mean: Printed
    sd: Printed


class Margins:
    """What the tables of a registry say of the cells of its synthetic cohort.

    Parameters
    ----------
    published
        A registry with a section ``[simulate]``.
    """

    def __init__(self, published: Published):
        section = published.file.simulate
        if section is None:
            words = "a section [simulate]"
            raise PublishedError([Problem(published.name, "simulate", words, "none")])
        self.published, self.section = published, section
        self.sizes = {name: self._size(name) for name in section.cells}
        self.rows: dict[str, Row] = {
            f"{table.id}.{row.id}": row for table in published.tables for row in table.rows
        }

    def _size(self, cell: str) -> int:
        section = self.section.cells[cell]
        if section.n is not None:
            return section.n
        try:
            n = self.published.number(section.group).value
            return round(n - sum(self.published.number(part).value for part in section.less))
        except KeyError as group:
            raise self.wrong(f"cells.{cell}", "groups whose n is printed", str(group)) from None

    def wrong(self, key: str, expected: str, found: str) -> PublishedError:
        """The error for a key of ``[simulate]``."""
        return PublishedError([Problem(self.published.name, f"simulate.{key}", expected, found)])

    def columns(self, dictionary: DataDictionary) -> dict[str, DrawSection]:
        """What is drawn, in order: rows named like a column of the plan, then what is listed.

        Parameters
        ----------
        dictionary
            The plan's columns.
        """
        listed = self.section.variables
        known = {row.id: address for address, row in reversed(self.rows.items())}
        implied = {
            name: DrawSection(row=known[name])
            for name in dictionary
            if name in known and name not in listed
        }
        written = {
            name: section
            if section.row or name not in known or _says(section)
            else section.model_copy(update={"row": known[name]})
            for name, section in listed.items()
        }
        return implied | written

    def drawn(self, dictionary: DataDictionary) -> dict[str, Row]:
        """The columns of the plan that keep a printed row, with that row."""
        return {
            name: self.row(name, section.row)
            for name, section in self.columns(dictionary).items()
            if section.row and name in dictionary and not section.only
        }

    def row(self, variable: str, address: str) -> Row:
        """The printed row that a variable is drawn from."""
        if address not in self.rows:
            raise self.wrong(f"variables.{variable}.row", "TABLE.ROW", f"'{address}'")
        return self.rows[address]

    def counts(self, row: Row, name: str) -> dict[str, int]:
        """How many of a cell are at each level of a row; by the level's id.

        Parameters
        ----------
        row
            With levels, or a yes/no row (its level is then ``""``).
        name
            Of the cell.
        """
        counts = {
            line.id.rpartition(".")[2] if row.levels else "": self._count(line, name)
            for line in row.levels or (row,)
        }
        section = self.section.cells[name]
        if section.n is None:
            return counts
        return _in_proportion(counts, section.n / self.published.number(section.group).value)

    def is_printed(self, cell: str) -> bool:
        """Whether the patients of a cell are those of a group, and not only drawn like them."""
        return self.section.cells[cell].n is None

    def _count(self, line: Row, cell: str) -> int:
        section = self.section.cells[cell]
        whole = self._cell(line, section.group, "count")
        parts = [self._cell(line, part, "count")["count"].value for part in section.less]
        n = round(whole["count"].value - sum(parts))
        if n < 0:
            raise self.wrong(f"cells.{cell}", f"no fewer than nobody: {line.what}", str(n))
        return n

    def _cell(self, line: Row, group: str, part: str) -> Value:
        found = [v for v in line.cells.values() if v.about == group and part in v.parts]
        if not found:
            raise self.wrong(f"variables ({line.id})", f"a {part} of '{group}'", "none")
        return found[0]

    def has_moments(self, row: Row) -> bool:
        """Whether a row prints means and deviations."""
        return any("sd" in value.parts for value in row.cells.values())

    def moments(self, row: Row, cell: str) -> Moments:
        """Mean and deviation of a cell; of what is left of a group, from the group's.

        Notes
        -----
        The sums and sums of squares of the group less those of the parts that are taken away.
        """
        section = self.section.cells[cell]
        whole = self._cell(row, section.group, "sd")
        if not section.less:
            return Moments(whole["mean"], whole["sd"])
        parts = [self._cell(row, part, "sd") for part in section.less]
        sizes = [self.published.number(part).value for part in section.less]
        total, left = self.published.number(section.group).value, self.sizes[cell]
        taken = sum(n * v["mean"].value for n, v in zip(sizes, parts, strict=True))
        mean = (total * whole["mean"].value - taken) / left
        squares = _squares(whole, total) - left * mean**2
        squares -= sum(_squares(v, n) for n, v in zip(sizes, parts, strict=True))
        variance = squares / max(left - 1, 1)
        # Rounded numbers may leave no spread; then the parts' own is taken.
        least = min(v["sd"].value for v in parts)
        sd = math.sqrt(variance) if variance > 0 else least
        digits = whole["mean"].decimals
        return Moments(_printed(mean, digits), _printed(sd, whole["sd"].decimals))


def _in_proportion(counts: Mapping[str, int], share: float) -> dict[str, int]:
    """Counts of another number of patients, rounded so that their sum is rounded too."""
    exact = {level: n * share for level, n in counts.items()}
    whole = {level: math.floor(n) for level, n in exact.items()}
    missing = round(sum(exact.values())) - sum(whole.values())
    by_rest = sorted(exact, key=lambda level: whole[level] - exact[level])
    return whole | {level: whole[level] + 1 for level in by_rest[:missing]}


def _says(section: DrawSection) -> bool:
    """Whether a section says itself what is drawn, so that no row is needed."""
    own = (
        section.counts,
        section.crossed,
        section.overall,
        section.mean,
        section.points,
        section.formula,
        section.survival,
    )
    return any(own) or section.always != ""


def _squares(value: Value, n: float) -> float:
    return float((n - 1) * value["sd"].value ** 2 + n * value["mean"].value ** 2)


def _printed(value: float, digits: int) -> Printed:
    if digits == 0:
        return whole_number(round(value))
    return Printed(f"{value:.{digits}f}", round(value, digits), digits)
