"""A manuscript as a registry of its printed numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from analyses.manuscripts.first_row import with_sizes
from analyses.manuscripts.joined import joined
from analyses.manuscripts.pairwise import may_be_corrected
from analyses.manuscripts.shapes import european
from analyses.manuscripts.sides import sides_of
from analyses.manuscripts.source import Source, parts_of
from analyses.manuscripts.stated_tests import stated_tests
from analyses.manuscripts.table import TableReader
from analyses.manuscripts.text import TEXT_MODEL, text_values
from analyses.printed.outcome import Finding
from analyses.published.registry import PrintedTable, Published, Relation, Value
from analyses.published.schema import (
    PaperSection,
    PrintedGroupSection,
    PrintedModelSection,
    PrintedTextSection,
    PublishedFile,
)

OF_TITLE = "the column is of as many as the title of the table says"


@dataclass(frozen=True)
class Reading:
    """What was read of a manuscript.

    Parameters
    ----------
    published
        Its numbers.
    not_read
        Place and words of what was not understood.
    assumed
        Address to what reading it took for granted.
    readings
        Place and words: how each table was taken.
    sizes
        Of groups, that their percentages are not of.
    """

    published: Published
    not_read: tuple[tuple[str, str], ...]
    assumed: dict[str, str] = field(default_factory=dict)
    readings: tuple[tuple[str, str], ...] = ()
    sizes: tuple[Finding, ...] = ()


def read_manuscript(source: Source) -> Reading:
    """Understand the tables and the text of a manuscript, as far as that is certain.

    Parameters
    ----------
    source
        Its grids and paragraphs.
    """
    decimal = "," if european([*_words(source)]) else "."
    text = text_values(source.paragraphs, decimal)
    tables: list[PrintedTable] = []
    groups: dict[str, PrintedGroupSection] = {}
    models: dict[str, PrintedModelSection] = {}
    values: dict[str, Value] = {}
    assumed: dict[str, str] = dict(text.assumed)
    relations: list[Relation] = []
    sizes: list[Finding] = []
    not_read: list[tuple[str, str]] = []
    readings: list[tuple[str, str]] = []
    parts = [side for each in source.tables for part in parts_of(each) for side in sides_of(part)]
    corrected = [words for words in source.paragraphs if may_be_corrected(words)]
    for number, each in enumerate(parts, start=1):
        reader = TableReader(joined(with_sizes(each)), f"t{number}", decimal)
        reader.corrected = bool(corrected) or may_be_corrected(each.words)
        table, columns = reader.read()
        not_read += [(each.place, words) for words in reader.not_read]
        if table is None:
            not_read += [] if reader.not_read else [(each.place, "the table")]
            continue
        stated = stated_tests(table, each, columns, source.paragraphs)
        tables.append(replace(table, tests=stated.tests))
        groups |= columns.groups
        models |= columns.models
        values |= reader.values
        assumed |= {a: OF_TITLE for a, v in reader.values.items() if v.about in columns.of_title}
        assumed |= reader.assumed | stated.assumed
        relations += reader.relations
        sizes += reader.sizes
        readings.append((each.place, _reading(reader, columns.compares, columns.groups)))
    if text.limits:
        models = {name: _with(text.limits, model) for name, model in models.items()}
        named = {"label": "text", "effect": "or", "limits": text.limits}
        models[TEXT_MODEL] = PrintedModelSection.model_validate(named)
    named = {"key": "manuscript", "title": source.name, "citation": source.name}
    paper = PaperSection.model_validate({**named, "decimal": decimal})
    section = PrintedTextSection(id="text", place="Text", rows="")
    file = PublishedFile(paper=paper, groups=groups, models=models, text=(section,))
    published = Published(
        file, source.name, tuple(tables), {**values, **text.values}, tuple(relations)
    )
    return Reading(published, tuple(not_read), assumed, tuple(readings), tuple(sizes))


def _with(limits: str, model: PrintedModelSection) -> PrintedModelSection:
    """An odds ratio of which the table does not say what the text says of all: their limits."""
    unsaid = model.effect == "or" and not model.limits
    return model.model_copy(update={"limits": limits}) if unsaid else model


def _words(source: Source) -> Iterator[str]:
    for table in source.tables:
        yield from (cell.words for row in table.rows for cell in row)


def _reading(
    reader: TableReader, compares: list[str], groups: dict[str, PrintedGroupSection]
) -> str:
    kinds: dict[str, int] = {}
    for value in reader.values.values():
        kinds[value.kind] = kinds.get(value.kind, 0) + 1
    words = [f"{n} × {_in_words(kind)}" for kind, n in sorted(kinds.items())]
    named = [f"{groups[name].label} (n = {groups[name].n})" for name in compares]
    between = [f"groups {', '.join(named)}"] if named else []
    return "; ".join([*between, *words])


def _in_words(kind: str) -> str:
    return kind.replace("_ci", " with interval").replace("_", " and ")
