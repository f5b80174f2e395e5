"""A paper's numbers after reading: values with addresses, tables with structure, relations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyses.printed.number import Printed
from analyses.published.schema import (
    PrintedGroupSection,
    PrintedModelSection,
    PublishedFile,
)

#: What a row with rows below it may be: levels that exclude each other, with or without an
#: order; several things that may hold together; a mere heading.
STRUCTURES = ("categories", "ordered", "several", "heading")


class NoSuchNumber(KeyError):
    """A reference that leads to no number, or not to one that is wanted.

    Parameters
    ----------
    reference
        An address, or what should be one.
    wanted
        Parts of which it would need one; empty for any.
    """

    def __init__(self, reference: str, *wanted: str) -> None:
        self.reference, self.wanted = reference, wanted
        super().__init__(reference)


@dataclass(frozen=True)
class Value:
    """A printed cell, or a number of the text.

    Parameters
    ----------
    address
        ``table.row.column``, ``table.row.level.column``, or ``text.row``.
    place
        Where it is printed.
    what
        What it is, in words.
    kind
        A name of :data:`analyses.published.kinds.KINDS`.
    text
        As printed.
    parts
        Its numbers.
    about
        The group or model that it is about; may be empty.
    line
        Of the registry file.
    """

    address: str
    place: str
    what: str
    kind: str
    text: str
    parts: Mapping[str, Printed]
    about: str = ""
    line: int = 0

    def __getitem__(self, part: str) -> Printed:
        if part not in self.parts:
            raise NoSuchNumber(self.address, part)
        return self.parts[part]

    def get(self, part: str) -> Printed | None:
        """A part, or None where the cell has none of that name."""
        return self.parts.get(part)


@dataclass(frozen=True)
class Row:
    """A row of a table, with the levels below it.

    Parameters
    ----------
    id
        Without the table's: ``age``, ``primary.lung``.
    what
        Its name, in words.
    structure
        One of :data:`STRUCTURES` for a row with levels, else empty.
    cells
        By the name of their column.
    levels
        Rows of its levels.
    line
        Of the registry file.
    """

    id: str
    what: str
    structure: str = ""
    cells: Mapping[str, Value] = field(default_factory=dict)
    levels: tuple[Row, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Column:
    """A column: its name, the group or model that it is about, the kind of its cells if its own."""

    name: str
    about: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PrintedTable:
    """A table as printed: columns, rows, and what the paper says of its tests."""

    id: str
    place: str
    what: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    compares: tuple[str, ...]
    marks: Mapping[str, str]
    tests: Mapping[str, tuple[str, ...]]
    denominators: Mapping[str, str | Mapping[str, str]]
    percent_of: Mapping[str, str]


@dataclass(frozen=True)
class Relation:
    """One relation that the registry states: a subject, a word, and what it refers to."""

    subject: str
    word: str
    arguments: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Published:
    """A paper's registry.

    Parameters
    ----------
    file
        As written, every key checked.
    name
        Of the file.
    tables
        In order.
    values
        Every printed number by address, in order.
    relations
        Those that are stated; others follow from the tables.
    path
        Of the file, if it came from one.
    lines
        Line of each key of the file.
    """

    file: PublishedFile
    name: str
    tables: tuple[PrintedTable, ...]
    values: Mapping[str, Value]
    relations: tuple[Relation, ...]
    path: Path | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def groups(self) -> Mapping[str, PrintedGroupSection]:
        """Groups of patients by name."""
        return self.file.groups

    @property
    def models(self) -> Mapping[str, PrintedModelSection]:
        """Regressions by name."""
        return self.file.models

    def n_of(self, group: str) -> Printed | None:
        """How many patients a group has, as printed."""
        section = self.file.groups.get(group)
        if section is None or not section.n:
            return None
        return self._number(section.n)

    def _number(self, words: str) -> Printed:
        from analyses.printed.number import read_printed

        return read_printed(words, self.file.paper.decimal)

    def find(self, reference: str) -> tuple[Value, str]:
        """A value and the part that a reference names; the part is empty if it names none.

        Raises
        ------
        KeyError
            When there is no such value, or it has no such part.
        """
        if reference in self.values:
            return self.values[reference], ""
        address, _, part = reference.rpartition(".")
        value = self.values[address]
        if part not in value.parts:
            raise NoSuchNumber(reference, part)
        return value, part

    def number(self, reference: str, *parts: str) -> Printed:
        """The one number that a reference means.

        Parameters
        ----------
        reference
            An address with or without a part, a group (its n), or a plain number.
        parts
            Which part to take, the first that there is, where the reference names none; without
            them the first of the cell.

        Raises
        ------
        KeyError
            When there is none.
        """
        if reference in self.file.groups:
            n = self.n_of(reference)
            if n is None:
                raise NoSuchNumber(reference, "n")
            return n
        if reference.replace(".", "", 1).lstrip("-−").isdigit():
            return self._number(reference)
        value, part = self.find(reference)
        if part:
            return value.parts[part]
        wanted = [name for name in parts if name in value.parts] if parts else [*value.parts]
        if not wanted:
            raise NoSuchNumber(reference, *parts)
        return value.parts[wanted[0]]

    def printed(self) -> Iterator[Printed]:
        """Every number of the registry, also those of groups and models."""
        sizes = [group.n for group in self.file.groups.values()]
        sizes += [words for model in self.file.models.values() for words in (model.n, model.events)]
        yield from (self._number(words) for words in sizes if words)
        for value in self.values.values():
            yield from value.parts.values()

    def __len__(self) -> int:
        return sum(len(value.parts) for value in self.values.values())
