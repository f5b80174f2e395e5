"""Checklists of reporting guidelines, filled with where each item stands in the packet.

One file a checklist (``*.toml``): its citation, and its items with a short description in our
words, the places (names of :data:`reports.checklists.places.PLACES`) where the packet may hold
them, what the author must add, and for which studies they are (:data:`APPLIES`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reports.checklists.applies import APPLIES
from reports.checklists.places import PLACES, Packed
from reports.methods.outcomes import endpoints_used, origin_words
from reports.table import Column, Row, Table, text
from reports.view import View

FOLDER = Path(__file__).parent
#: In the order in which they are shown.
ORDER = ("strobe", "record", "remark", "tripod", "prisma")
#: Places of which there may be several.
KINDS = re.compile(r"(Table|Figure|Methods,|Results,) ")
AUTHOR, NOT_FOR_THIS = "author", "does not apply"


@dataclass(frozen=True)
class Item:
    """One item of a checklist.

    Parameters
    ----------
    number
        As the statement numbers it.
    words
        What it asks for, in our words.
    section
        The heading that begins with it; empty within a section.
    where
        Names of places that may hold it.
    author
        What only the author can write; empty where the packet holds it all.
    applies
        The studies it is for; empty for all.
    """

    number: str
    words: str
    section: str = ""
    where: tuple[str, ...] = ()
    author: str = ""
    applies: str = ""


@dataclass(frozen=True)
class Checklist:
    """The checklist of a reporting guideline, as data."""

    key: str
    name: str
    title: str
    when: str
    citation: str
    items: tuple[Item, ...]


@cache
def known_checklists() -> tuple[Checklist, ...]:
    """Every checklist that comes with the package."""
    return tuple(_read(key) for key in ORDER)


def _read(key: str) -> Checklist:
    written = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    items = tuple(
        Item(**{**item, "where": tuple(item.get("where", ()))}) for item in written.pop("item")
    )
    return Checklist(key=key, items=items, **written)


def chosen(view: View) -> list[Checklist]:
    """The checklists that a study's plan calls for."""
    return [one for one in known_checklists() if APPLIES[one.when](view)]


def checklists(
    view: View, tables: Sequence[Table] | None = None, figures: Mapping[str, int] | None = None
) -> list[Table]:
    """The checklists of a study, one table each: item, what it asks for, where it stands.

    Parameters
    ----------
    view
        A study's results.
    tables
        The tables of its packet, in the order of their numbers; made anew where not given.
    figures
        Key of each figure of its packet -> its number.
    """
    packed = Packed.of(view, tables, figures)
    return [_filled(one, view, packed) for one in chosen(view)]


def _filled(checklist: Checklist, view: View, packed: Packed) -> Table:
    rows = []
    for item in checklist.items:
        if item.section:
            rows.append(Row((text(item.section), text(""), text("")), heading=True))
        cells = (text(item.number), text(item.words), text(_where(item, view, packed)))
        rows.append(Row(cells, indent=1))
    columns = (Column("Item"), Column("What it asks for"), Column("Where it stands"))
    notes = (
        "Descriptions are in our words; the statement has the official ones. Places are those of "
        "this packet: the author replaces them by pages of the manuscript.",
        f"{checklist.name}: {checklist.citation}",
    )
    return Table(checklist.key, checklist.title, columns, tuple(rows), notes=notes)


def _where(item: Item, view: View, packed: Packed) -> str:
    if item.applies and not APPLIES[item.applies](view):
        return NOT_FOR_THIS
    found = dict.fromkeys(place for name in item.where for place in PLACES[name](view, packed))
    parts = _together(list(found))
    if item.author:
        parts.append(f"{AUTHOR}: {item.author}")
    return "; ".join(parts) or AUTHOR


def _together(places: Sequence[str]) -> list[str]:
    """Places with those of one kind together: ``Tables 2, 3, 7``."""
    found: dict[str, list[str]] = {}
    for place in places:
        kind, _, which = place.partition(" ") if KINDS.match(place) else (place, "", "")
        found.setdefault(kind.rstrip(","), []).append(which)
    for numbers in found.values():
        numbers.sort(key=lambda one: int(one) if one.isdigit() else 0)
    several = {"Table": "Tables", "Figure": "Figures"}
    return [
        f"{several.get(kind, kind) if len(numbers) > 1 else kind}"
        f"{':' if kind in ('Methods', 'Results') else ''} {', '.join(numbers)}".strip()
        for kind, numbers in found.items()
    ]


def author_items(
    view: View, tables: Sequence[Table] | None = None, figures: Mapping[str, int] | None = None
) -> list[str]:
    """What only the author can write, each with the items that ask for it.

    Parameters
    ----------
    view, tables, figures
        As for :func:`checklists`.
    """
    packed = Packed.of(view, tables, figures)
    asked: dict[str, list[str]] = {}
    for checklist in chosen(view):
        for item in checklist.items:
            where = _where(item, view, packed)
            if AUTHOR not in where:
                continue
            # An item that the packet might have held, and does not, is the author's as a whole.
            words = item.author or item.words
            asked.setdefault(words, []).append(f"{checklist.name} {item.number}")
    listed = [f"{words[:1].upper()}{words[1:]} ({', '.join(by)})" for words, by in asked.items()]
    return [*_origins(view), *listed]


def author_table(items: Sequence[str]) -> Table:
    """What :func:`author_items` gives, as a table to tick off."""
    rows = tuple(Row((text(words), text("☐"))) for words in items)
    columns = (Column("What"), Column("Done"))
    return Table("author", "What only the author can write", columns, rows)


def _origins(view: View) -> list[str]:
    """Endpoints whose plan does not say from when their time runs."""
    sections = view.results.plan.file.endpoints
    unsaid = [
        sections[n].label for n in endpoints_used(view) if not origin_words(sections[n], view)
    ]
    return [f"From when the time of ‘{label}’ runs: the plan does not say" for label in unsaid]
