"""Columns of p-values that say what they compare: all groups, or two of several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from analyses.manuscripts.shapes import Heading, P
from analyses.published.registry import Relation, Row
from analyses.published.schema import PrintedGroupSection

_OVERALL = re.compile(r"(?i)\(?(overall|global|all groups|(between|among) (all )?groups)\)?")
_PAIR = re.compile(r"(?i)\(?(.{1,40}?)\s*(?:\bvs?\b\.?|versus|against|–|—)\s*(.{1,40}?)\)?")
#: What is said where the p of pairs may be corrected for their number.
_CORRECTED = re.compile(
    r"(?i)bonferroni|tukey|\bholm\b|scheff|games.howell|\bdunn|hochberg|benjamini|post[\s-]?hoc|"
    r"multiple (comparisons|testing)|pairwise"
)
_NOT_CORRECTED = re.compile(r"(?i)\bunadjusted\b|\buncorrected\b|(not|no) (adjust|correct)")
ASSUMED = "the p compares these two groups alone, and is not corrected for several comparisons"


def what_is_compared(heading: Heading) -> str:
    """``overall``, ``A vs B``, or empty where the heading is not that of such a p."""
    words = heading.own.strip(" *†‡#")
    inside = re.fullmatch(r"(?i)(p[\s-]?(?:values?)?)\s*[,:]?\s*(\(?.+)", words)
    if P.fullmatch(heading.shared.strip(" *†‡#")):
        compared = words
    elif inside:
        compared = inside[2]
    else:
        return ""
    if _OVERALL.fullmatch(compared):
        return "overall"
    return compared if _PAIR.fullmatch(compared) else ""


def pair_of(words: str, groups: Mapping[str, PrintedGroupSection]) -> tuple[str, ...]:
    """The two groups that a heading like ``A vs B`` names; empty where that is not certain."""
    pair = _PAIR.fullmatch(words)
    named = [_named(name, groups) for name in pair.groups()] if pair else []
    return tuple(named) if all(named) and len({*named}) == 2 else ()


def _named(words: str, groups: Mapping[str, PrintedGroupSection]) -> str:
    said = words.strip(" ()").casefold()
    whole = [name for name, group in groups.items() if group.label.casefold() == said]
    last = [n for n, group in groups.items() if group.label.casefold().split()[-1:] == [said]]
    return whole[0] if len(whole) == 1 else last[0] if len(last) == 1 else ""


def may_be_corrected(words: str) -> bool:
    """Whether what is said of a table may mean that the p of pairs are corrected."""
    return bool(_CORRECTED.search(words)) and not _NOT_CORRECTED.search(words)


def of_pairs(rows: Sequence[Row], pairs: Mapping[str, tuple[str, ...]]) -> Iterator[Relation]:
    """The p of every row that has one, and the cells that it compares."""
    for row in rows:
        for name, groups in pairs.items():
            cells = [row.cells[group] for group in groups if group in row.cells]
            alike = len({cell.kind for cell in cells}) == 1
            if name in row.cells and len(cells) == len(groups) and alike and not row.levels:
                arguments = tuple(cell.address for cell in cells)
                yield Relation(row.cells[name].address, "p_of", arguments, 0)
