"""One column of a synthetic cohort."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from data_templates.draw import CELL, Draw
from data_templates.drawing import dealt_within
from data_templates.drawn_levels import crossed, dealt, dealt_to_all, printed_levels
from data_templates.drawn_numbers import numbers, times


def drawn_column(draw: Draw) -> pd.Series:
    """The column: who has a value is drawn first, then the values."""
    section, known = draw.section, draw.known
    drawn = pd.to_numeric(_drawn(draw)) if draw.is_number else _drawn(draw)
    if section.since:
        drawn = _since(draw, section.since) + pd.to_timedelta(drawn.dropna(), unit="D")
    found = drawn.where(known)
    for other, below in ((section.at_least, False), (section.at_most, True)):
        for cell in draw.margins.sizes if other is not None else ():
            here = draw.frame[CELL] == cell
            bounds = draw.frame.loc[here, other]
            found[here] = dealt_within(found[here], bounds, below, draw.rng)
    return found


def _since(draw: Draw, since: str) -> pd.Series:
    """What days are counted from: a column of dates, or one date."""
    if since in draw.frame:
        return draw.frame[since]
    return pd.Series(pd.Timestamp(since), index=draw.frame.index)


def _drawn(draw: Draw) -> pd.Series:
    section = draw.section
    if section.always != "":
        return _by_cell(draw, section.always)
    if section.points:
        return _sum_of_points(draw)
    if section.formula:
        computed = pd.Series(draw.frame.eval(section.formula), dtype=float)
        return (computed / section.step).round().mul(section.step).round(9)
    if section.overall:
        return dealt_to_all(draw, section.overall)
    if section.survival:
        return times(draw)
    if section.crossed:
        return crossed(draw)
    row = draw.margins.row(draw.name, section.row) if section.row else None
    if row is not None and not draw.margins.has_moments(row):
        others = [cell for cell in draw.margins.sizes if cell not in section.counts]
        return dealt(draw, section.counts | {c: printed_levels(draw, row, c) for c in others})
    if section.counts:
        return dealt(draw, section.counts)
    return numbers(draw, row)


def _by_cell(draw: Draw, always: object) -> pd.Series:
    if isinstance(always, Mapping):
        named = draw.frame[CELL].map(dict(always))
        return named.fillna(draw.section.other) if draw.section.other else named
    return pd.Series(always, index=draw.frame.index)


def _sum_of_points(draw: Draw) -> pd.Series:
    """The sum of the codes of other columns' levels; none where one of them is missing."""
    total = pd.Series(0.0, index=draw.frame.index)
    for other in draw.section.points:
        codes = {level.label: float(level.code) for level in draw.dictionary[other].levels}
        total += draw.frame[other].map(codes).astype(float)
    return total
