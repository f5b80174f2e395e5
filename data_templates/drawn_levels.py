"""Levels of a synthetic cohort, dealt so that printed counts hold exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.published.registry import Row
from data_templates.draw import CELL, Draw

Objects = npt.NDArray[np.object_]


def printed_levels(draw: Draw, row: Row, cell: str) -> dict[str, int]:
    """Printed counts of a cell by the plan's labels."""
    counts = draw.margins.counts(row, cell)
    if not row.levels:
        yes, no = _yes_no(draw)
        return {yes: counts[""], no: draw.margins.sizes[cell] - counts[""]}
    by_label = {}
    for level in row.levels:
        code = level.id.rpartition(".")[2]
        by_label[_label(draw, code, level.what)] = counts[code]
    return by_label


def _yes_no(draw: Draw) -> tuple[str, str]:
    section = draw.section
    if section.counted:
        return section.counted, section.other
    if draw.variable is not None and draw.variable.type == "yesno":
        return "Yes", "No"
    key = f"variables.{draw.name}.counted"
    raise draw.margins.wrong(key, "the level that the row counts, and 'other'", "none")


def _label(draw: Draw, code: str, what: str) -> str:
    levels = draw.variable.levels if draw.variable is not None else ()
    for level in levels:
        if what.casefold() == level.label.casefold():
            return level.label
    for level in levels:
        if code.casefold() in (level.code.casefold(), level.label.casefold()):
            return level.label
    labels = ", ".join(level.label for level in levels)
    raise draw.margins.wrong(f"variables.{draw.name}", f"a level of {labels}", f"'{what}'")


def dealt(draw: Draw, counts: Mapping[str, Mapping[str, int]]) -> pd.Series:
    """Levels in random order, so many of each in each cell."""
    dealt = pd.Series(None, index=draw.frame.index, dtype=object)
    for cell, levels in counts.items():
        here = draw.frame.index[draw.frame[CELL] == cell]
        dealt[here] = _shuffled(draw, levels, len(here), cell)
    return dealt


def crossed(draw: Draw) -> pd.Series:
    """Levels by cell and by the level of another column: a printed table of the two."""
    section, rest = draw.section, _otherwise(draw)
    dealt = pd.Series(rest, index=draw.frame.index, dtype=object)
    for cell, rows in section.crossed.items():
        for level, counts in rows.items():
            here = (draw.frame[CELL] == cell) & (draw.frame[section.given].astype(str) == level)
            dealt[here] = _shuffled(draw, counts, int(here.sum()), f"{cell}, {level}", rest)
    return pd.to_numeric(dealt) if draw.is_number else dealt


def _shuffled(
    draw: Draw, counts: Mapping[str, int], n: int, where: str, rest: str | None = None
) -> Objects:
    """Levels in random order; those whose level the paper does not print stay empty."""
    deck = [label for label, k in counts.items() for _ in range(k)]
    if len(deck) > n:
        key = f"variables.{draw.name}"
        raise draw.margins.wrong(key, f"at most {n} in '{where}'", str(len(deck)))
    return draw.rng.permutation(np.array([*deck, *[rest] * (n - len(deck))], dtype=object))


def dealt_to_all(draw: Draw, counts: Mapping[str, int]) -> pd.Series:
    """Levels in random order, so many of each in all patients."""
    rest = None if "No" in counts else _otherwise(draw)
    whole = _shuffled(draw, counts, len(draw.frame), "overall", rest)
    return pd.Series(whole, index=draw.frame.index)


def _otherwise(draw: Draw) -> str | None:
    """What those are whom no count names: nothing known, but *No* of a yes/no column."""
    if draw.section.other:
        return draw.section.other
    return "No" if draw.variable is not None and draw.variable.type == "yesno" else None
