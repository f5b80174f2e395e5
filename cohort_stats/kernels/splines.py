"""Restricted cubic splines: where the knots lie, and the columns they make."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HEAPED = 0.05  # share of patients with the lowest, or highest, value from which it is set apart
FEW = 100  # patients; with fewer the outer knots are the fifth values from either end
FIFTH = 4


def knots_of(x: Floats, number: int) -> Floats:
    """Knots at fixed quantiles, as Harrell recommends.

    The outer knots lie at the 10th and 90th percentile (3 knots), the 5th and 95th (4 to 6) or
    the 2.5th and 97.5th (7), the others evenly between. Where one twentieth of the patients or
    more share the lowest (highest) value, and no other value is as frequent, the first (last)
    knot is the value next to it, and the rest come from what lies beyond.

    Parameters
    ----------
    x
        Known values, shape (n,).
    number
        From 3 to 7.

    Returns
    -------
    numpy.ndarray
        Ascending and different; fewer than asked for when values coincide.

    Notes
    -----
    R: ``Hmisc::rcspline.eval(x, nk = number, knots.only = TRUE)``. Harrell 2015, section 2.4.6.
    """
    outer = 0.1 if number == 3 else 0.025 if number == 7 else 0.05
    values, counts = np.unique(x, return_counts=True)
    first: list[float] = []
    last: list[float] = []
    inner = np.sort(x)
    if len(values) > 2 and counts[1:-1].max() < HEAPED * len(x):
        if counts[0] >= HEAPED * len(x):
            first = [float(values[1])]
            inner = inner[inner > values[1]]
        if counts[-1] >= HEAPED * len(x):
            last = [float(values[-2])]
            inner = inner[inner < values[-2]]
    wanted = number - len(first) - len(last)
    places = np.linspace(0.5 if wanted <= 2 else outer, 0.5 if wanted == 1 else 1 - outer, wanted)
    knots = np.quantile(inner, places) if len(inner) else np.empty(0)
    if wanted > 1 and FIFTH < len(inner) < FEW:
        knots[0] = knots[0] if first else inner[FIFTH]
        knots[-1] = knots[-1] if last else inner[-1 - FIFTH]
    return np.unique(np.concatenate([first, knots, last]))


def basis(x: Floats, knots: Floats) -> Floats:
    """The value itself and the restricted cubic terms, linear beyond the outer knots.

    Parameters
    ----------
    x
        Shape (n,); nan stays nan.
    knots
        Ascending, shape (k,), at least 3.

    Returns
    -------
    numpy.ndarray
        Shape (n, k - 1), the cubic terms over the square of the distance of the outer knots.

    Notes
    -----
    R: ``Hmisc::rcspline.eval(x, knots, inclx = TRUE)``, ``rms::rcs``. Stone and Koo 1985.
    """
    last, before = knots[-1], knots[-2]
    columns = [x]
    for knot in knots[:-2]:
        term = (
            _cubed(x - knot)
            - _cubed(x - before) * (last - knot) / (last - before)
            + _cubed(x - last) * (before - knot) / (last - before)
        )
        columns.append(term / (last - knots[0]) ** 2)
    return np.column_stack(columns)


def _cubed(distance: Floats) -> Floats:
    return np.asarray(np.maximum(distance, 0.0) ** 3)
