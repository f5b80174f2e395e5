"""The columns of a manuscript's table: groups with their size, p-values, models with ratios."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from analyses.manuscripts.along import columns_along
from analyses.manuscripts.first_row import of_title
from analyses.manuscripts.pairwise import pair_of, what_is_compared
from analyses.manuscripts.regression import regression_columns
from analyses.manuscripts.shapes import (
    COUNTED,
    FRACTION,
    GROUP,
    TOTAL,
    Heading,
    P,
    hints_in,
    ratio_in,
)
from analyses.manuscripts.source import SourceTable
from analyses.published.registry import Column
from analyses.published.schema import PrintedGroupSection, PrintedModelSection

#: Words of intervals that need not be symmetric, with tests that are not theirs.
NOT_WALD = re.compile(r"(?i)profile|firth|penali[sz]ed|bootstrap|bayes|exact (conf|int|lim)")
PROFILE = re.compile(r"(?i)profile|firth|penali")
#: The level of an interval.
LEVEL = re.compile(r"(?i)\b([5-9]\d(?:\.\d)?)\s?%[\s-]*(?:ci\b|ki\b|ic\b|confidence|credible)")
#: Columns and tables whose numbers are not those of patients counted once.
WEIGHTED = re.compile(
    r"(?i)(?<!T[12]-)(?<!diffusion-)\bweight(ed|ing)\b|\biptw\b|imput|pseudo-?population|"
    r"per 100 person|n\s*=\s*\d+\.\d"
)


@dataclass
class Columns:
    """What the columns of a table are.

    Parameters
    ----------
    roles
        Index of a column to what a registry calls it.
    headings
        Of every column.
    groups, models
        That the columns are about.
    compares
        Groups that the p compares.
    unread
        Headings that were not understood.
    pairs
        Columns of p-values to the two groups of several that they compare.
    of_title
        Groups whose size the title has, and no heading.
    """

    roles: dict[int, Column] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    groups: dict[str, PrintedGroupSection] = field(default_factory=dict)
    models: dict[str, PrintedModelSection] = field(default_factory=dict)
    compares: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    pairs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    of_title: list[str] = field(default_factory=list)


def columns_of(table: SourceTable, key: str, *, corrected: bool = False) -> Columns:
    """Understand the headings of a table.

    Parameters
    ----------
    table
        As printed.
    key
        Of the table, with which the names of groups and models begin.
    corrected
        Whether the p of two of several groups may be corrected for several comparisons.
    """
    found = Columns(headings=[_heading(column) for column in zip(*table.heads, strict=True)])
    limits, whole = limits_in(table.words), WEIGHTED.search(table.words) is not None
    along = columns_along(table, found.headings)
    some = any(WEIGHTED.search(heading.words) for heading in found.headings)
    for at, heading in enumerate(found.headings[1:], start=1):
        weighted = whole or WEIGHTED.search(heading.words) is not None
        if P.fullmatch(heading.own.strip(" *†‡#")) and not heading.n:
            found.roles[at] = Column("p", "", "p")
            if some and (weighted or not heading.shared):  # of which groups it is, is not said
                del found.roles[at]
        elif (compared := what_is_compared(heading)) and not (some or heading.n):
            found.roles[at] = Column("p" if compared == "overall" else f"p{at}", "", "p")
        else:
            kind = "other" if weighted else limits
            _understand(found, key, at, heading, kind, weighted, table)
        if at not in found.roles and at in along and not weighted:
            found.roles[at] = along[at]
    regression_columns(found.roles, found.headings, found.models, key)
    found.roles = dict(sorted(found.roles.items()))
    for at, heading in enumerate(found.headings[1:], start=1):
        if at not in found.roles and heading.words and heading.words not in found.unread:
            found.unread.append(heading.words)
    _pairs(found, corrected)
    _whose_p(found)
    find_parts(found)
    return found


def _understand(
    found: Columns,
    key: str,
    at: int,
    heading: Heading,
    limits: str,
    weighted: bool,
    table: SourceTable,
) -> None:
    """A column that is no p; of weighted or imputed patients no whole counts are expected."""
    ratio = ratio_in(heading.own) or ratio_in(heading.shared) * bool(hints_in(heading.own))
    own = heading.own.strip()
    if heading.n and not weighted:
        _group(found, key, at, heading)
    elif ratio and not heading.n:
        confidence = confidence_in(heading.words) or confidence_in(table.words) or 0.95
        _model(found, key, at, heading, ratio, limits, confidence)
    elif not weighted and (n := _share_of_title(table, heading, at)):
        found.groups[f"{key}_g{at}"] = PrintedGroupSection(label=heading.words, n=n)
        found.roles[at] = Column(f"{key}_g{at}", f"{key}_g{at}", "")
        found.of_title.append(f"{key}_g{at}")
    elif not weighted and COUNTED.fullmatch(own):
        found.roles[at] = Column(f"count{at}", "", "count")
    elif not weighted and FRACTION.fullmatch(own.removesuffix("(%)").strip()):
        found.roles[at] = Column(f"count{at}", "", "count_percent")
    elif not heading.n and "ci" in hints_in(heading.words):
        found.roles[at] = Column(f"estimate{at}", "", "number_ci")


def _share_of_title(table: SourceTable, heading: Heading, at: int) -> str:
    """The size of the group of a column ``n (%)``, where the title has it."""
    shares = "share" in hints_in(heading.words) and not FRACTION.search(heading.own)
    return of_title(table, at) if shares and not heading.n else ""


def limits_in(words: str) -> str:
    """Of which kind limits are, where words say that they are not Wald's; else empty."""
    found = NOT_WALD.search(words)
    return "" if found is None else "profile" if PROFILE.match(found[0]) else "other"


def confidence_in(words: str) -> float:
    """The level that words give intervals; 0 where they name none, or several."""
    found = {float(percent) for percent in LEVEL.findall(words)}
    return found.pop() / 100 if len(found) == 1 else 0.0


def _heading(column: Sequence[object]) -> Heading:
    words = [str(getattr(cell, "words", "")) for cell in column]
    distinct = [*dict.fromkeys(w for w in words if w)]
    return Heading(": ".join(distinct[:-1]), distinct[-1] if distinct else "")


def _group(found: Columns, key: str, at: int, heading: Heading) -> None:
    name = f"{key}_g{at}"
    words = heading.own if GROUP.search(heading.own) else heading.shared
    label = re.sub(r"\s*[(\[,]?\s*$", "", GROUP.split(words)[0]) or heading.words
    found.groups[name] = PrintedGroupSection(label=label, n=heading.n)
    found.roles[at] = Column(name, name, "")


def _model(
    found: Columns, key: str, at: int, heading: Heading, ratio: str, limits: str, confidence: float
) -> None:
    name = f"{key}_m{1 + len({c.about for c in found.roles.values() if c.about})}"
    same = [n for n, m in found.models.items() if m.label == heading.shared and m.effect == ratio]
    name = same[0] if same else name
    taken = {column.name for column in found.roles.values()}
    kind = f"{ratio}_ci" if "ci" in hints_in(heading.own) else ratio
    if f"{name}.{kind}" in taken:
        return
    section = {"label": heading.shared or heading.own, "effect": ratio, "limits": limits,
               "confidence": confidence}  # fmt: skip
    found.models[name] = PrintedModelSection.model_validate(section)
    found.roles[at] = Column(f"{name}.{kind}", name, kind)


def _pairs(found: Columns, corrected: bool) -> None:
    """Which two groups a p compares; it is not read where that, or what it is, is uncertain."""
    for at, column in [*found.roles.items()]:
        if column.kind == "p" and column.name != "p":
            pair = pair_of(what_is_compared(found.headings[at]), found.groups)
            if pair and not corrected:
                found.pairs[column.name] = pair
                continue
            why = "may be corrected for several comparisons" if pair else "of which groups?"
            found.unread.append(f"{found.headings[at].words} ({why})")
            del found.roles[at]


def _whose_p(found: Columns) -> None:
    """A p belongs to the model under the same heading; two that belong nowhere are not read."""
    for at, column in [*found.roles.items()]:
        if column.kind != "p":
            continue
        shared = found.headings[at].shared
        models = [
            found.roles[i].about
            for i in found.roles
            if found.roles[i].about in found.models and found.headings[i].shared == shared
        ]
        before = [i for i in found.roles if i < at and found.roles[i].about in found.models]
        if models and before and found.roles[before[-1]].about in models:
            about = found.roles[before[-1]].about
            found.roles[at] = Column(f"{about}.p", about, "p")
        elif found.models and found.groups:
            del found.roles[at]
            found.unread.append(found.headings[at].words)
    names = [c.name for c in found.roles.values()]
    for at, column in [*found.roles.items()]:
        if names.count(column.name) > 1:
            del found.roles[at]
            found.unread.append(found.headings[at].words)


def find_parts(found: Columns) -> None:
    """The total column, where the other groups add up to it; they are what a p compares."""
    sizes = {name: int(re.sub(r"\D", "", g.n)) for name, g in found.groups.items()}
    totals = [name for name, group in found.groups.items() if TOTAL.search(group.label)]
    rest = [name for name in sizes if name not in totals]
    found.compares = rest
    if not totals and len(rest) > 2 and 2 * max(sizes.values()) == sum(sizes.values()):
        found.compares = []
        found.unread.append("p: one group may be all others together, or one of them")
    for name in totals:
        if len(rest) > 1 and sum(sizes[other] for other in rest) == sizes[name]:
            section = found.groups[name]
            found.groups[name] = section.model_copy(update={"parts": tuple(rest)})
