"""Numbers and times of a synthetic cohort, by printed means, deviations and curves."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analyses.printed.number import Printed, read_printed
from analyses.published.registry import Row
from data_templates.draw import CELL, Draw
from data_templates.drawing import Floats, scaled, survival_times, with_moments
from data_templates.margins import Moments


def numbers(draw: Draw, row: Row | None) -> pd.Series:
    """Numbers with the mean and deviation of each cell, from its row or as asked for."""
    values = pd.Series(np.nan, index=draw.frame.index)
    for cell in draw.margins.sizes:
        here = (draw.frame[CELL] == cell) & draw.known
        if not here.any():
            continue
        if cell in draw.section.mean and cell in draw.section.sd:
            moments = Moments(*(_digits(x[cell]) for x in (draw.section.mean, draw.section.sd)))
        elif row is not None:
            moments = draw.margins.moments(row, cell)
        else:
            key = f"variables.{draw.name}"
            raise draw.margins.wrong(key, f"a row, or mean and sd of '{cell}'", "neither")
        z = _standard(draw, draw.frame[here])
        low, high = _limits(draw, cell)
        skewed = draw.section.shape == "skewed"
        values[here] = with_moments(z, moments, low, high, draw.section.step, skewed)
    return values


def _limits(draw: Draw, cell: str) -> tuple[float, float]:
    """Own limits of a cell, else what is usual or possible for the variable."""
    found = []
    for side, own in enumerate((draw.section.low, draw.section.high)):
        limit = own.get(cell) if isinstance(own, dict) else own
        if limit is None and draw.variable is not None:
            limit = draw.variable.usual[side]  # type: ignore[assignment]
            limit = draw.variable.limits[side] if limit is None else limit  # type: ignore[assignment]
        found.append((-math.inf, math.inf)[side] if limit is None else float(limit))
    return found[0], found[1]


def _standard(draw: Draw, frame: pd.DataFrame) -> Floats:
    z = draw.rng.standard_normal(len(frame))
    for other, r in draw.section.follows.items():
        given = frame[other]
        if given.dtype == object:
            given = pd.Series(pd.factorize(given, sort=True)[0], index=given.index)
        z = r * scaled(given.to_numpy(dtype=float)) + math.sqrt(1 - r**2) * scaled(z)
    return scaled(z)


def times(draw: Draw) -> pd.Series:
    """Times of which so many are left at the points that the registry names."""
    values = pd.Series(np.nan, index=draw.frame.index)
    for cell, knots in draw.section.survival.items():
        here = draw.frame[draw.section.given or CELL] == cell
        drawn = survival_times(int(here.sum()), knots, draw.rng)
        values[here] = np.maximum(drawn, _limits(draw, cell)[0])
    return values


def _digits(value: float) -> Printed:
    return read_printed(f"{value}")
