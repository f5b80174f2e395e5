"""Limits that a table prints in columns of their own, beside their estimate: ``OR | 95% CI``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyses.manuscripts.shapes import P, hints_in, ratio_in, shape_of
from analyses.manuscripts.source import SourceCell, SourceTable

_LEVEL = r"\(?\d\d(?:[.,]\d)?\s?%[\s\-–]*"
_LIMITS = re.compile(
    rf"(?i)[(\[]?(?:{_LEVEL})?(?:conf(?:idence|\.)? ?(?:interval|limit)s?|ci|c\.i\.)"
    rf"(?:[,\s]*{_LEVEL}\)?)?(?: (?:for|of) (?:the )?[a-z]?\w+(?: ratio)?)?[)\]]?"
)
_LOWER = re.compile(r"(?i)\b(low(er)?|ll|lcl|lci)\b")
_UPPER = re.compile(r"(?i)\b(upp(er)?|high|ul|ucl|uci)\b")
_EDGE = re.compile(
    rf"(?i)(?:{_LEVEL})?(?:ci|confidence (?:interval|limit)s?)?[\s,:;(]*"
    rf"(?:low(?:er)?|upp(?:er)?|high|ll|ul|lcl|ucl|lci|uci)\b"
    rf"[\s,(]*(?:limit|bound|{_LEVEL}|ci|confidence (?:interval|limit)s?|\s)*[)\]]?"
)
_ESTIMATE = re.compile(
    r"(?i)(auc|auroc|area under .*|c[- ]?(index|statistic)|(mean )?difference|β|beta|estimate)"
)
_PAIRS = ("#-#", "(#-#)", "[#-#]", "#,#", "(#,#)", "[#,#]", "#;#", "(#;#)", "[#;#]")


def with_limits(table: SourceTable) -> SourceTable:
    """A table whose columns ``2.02`` and ``1.08–3.78`` are one column ``2.02 (1.08–3.78)``.

    Parameters
    ----------
    table
        As printed. The limits stand in one column, or in two (lower, upper), behind a column
        headed as a ratio, an area or a difference; a p may stand between. They are joined where
        most cells are one number and its limits.
    """
    at = 1
    while at < len(table.heads[0]):
        behind = at + 1 + (_is_p(table, at + 1))
        width = _limits_at(table, behind) if _is_estimate(table, at) else 0
        if width and _fit(table, at, behind, width):
            table = _joined(table, at, behind, width)
        at += 1
    return table


def _own(table: SourceTable, at: int) -> str:
    words = [row[at].words for row in table.heads if row[at].words] if at < _width(table) else []
    return words[-1].strip(" *†‡#") if words else ""


def _above(table: SourceTable, at: int) -> list[str]:
    return [row[at].words for row in table.heads[:-1]]


def _width(table: SourceTable) -> int:
    return len(table.heads[0])


def _is_p(table: SourceTable, at: int) -> bool:
    return P.fullmatch(_own(table, at)) is not None


def _is_estimate(table: SourceTable, at: int) -> bool:
    words = _own(table, at)
    named = bool(ratio_in(words) or _ESTIMATE.fullmatch(words))
    return named and "ci" not in hints_in(words)


def _limits_at(table: SourceTable, at: int) -> int:
    """How many columns limits fill from here on: one, two, or none."""
    first, second = _own(table, at), _own(table, at + 1)
    if _LIMITS.fullmatch(first):
        return 2 if second == first else 1
    if _EDGE.fullmatch(first) and _EDGE.fullmatch(second):
        return 2 * bool(_LOWER.search(first) and _UPPER.search(second))
    return 0


def _fit(table: SourceTable, at: int, behind: int, width: int) -> bool:
    """Whether the columns are under one heading, and most cells of them are what they must be."""
    shared = _above(table, at)
    if width == 1 and _above(table, behind) != shared:
        return False
    fits = [
        _are_limits([row[k].words for k in range(behind, behind + width)])
        and shape_of(row[at].words).rstrip("%*†‡§") == "#"
        for row in table.rows
        if any(re.search(r"\d", row[k].words) for k in range(behind, behind + width))
    ]
    return 2 * sum(fits) > len(fits)


def _are_limits(cells: Sequence[str]) -> bool:
    shapes = [shape_of(words) for words in cells]
    return shapes == ["#", "#"] or (len(cells) == 1 and shapes[0].replace("%", "") in _PAIRS)


def _joined(table: SourceTable, at: int, behind: int, width: int) -> SourceTable:
    heading = _own(table, behind).strip("()[] ") if width == 1 else _level(table, behind)
    heads = []
    for row in table.heads:
        own = row[at].words and row is _last(table, at)
        words = f"{row[at].words} ({heading})" if own else row[at].words
        heads.append(_without(row, at, behind, width, SourceCell(words)))
    rows = [_without(row, at, behind, width, _cell(row, at, behind, width)) for row in table.rows]
    return replace(table, heads=tuple(heads), rows=tuple(rows))


def _last(table: SourceTable, at: int) -> Sequence[SourceCell]:
    return [row for row in table.heads if row[at].words][-1]


def _level(table: SourceTable, behind: int) -> str:
    """The level of limits in two columns, from their headings or the one above both."""
    words = " ".join([_own(table, behind), *_above(table, behind)])
    level = re.search(r"\d\d(?:[.,]\d)?\s?%", words)
    return f"{level[0]} CI" if level else "CI"


def _cell(row: Sequence[SourceCell], at: int, behind: int, width: int) -> SourceCell:
    limits = [row[k].words.strip("()[] ") for k in range(behind, behind + width)]
    if not any(re.search(r"\d", words) for words in limits):
        return row[at]
    return replace(row[at], words=f"{row[at].words} ({' to '.join(limits)})")


def _without(
    row: Sequence[SourceCell], at: int, behind: int, width: int, left: SourceCell
) -> tuple[SourceCell, ...]:
    return (*row[:at], left, *row[at + 1 : behind], *row[behind + width :])
