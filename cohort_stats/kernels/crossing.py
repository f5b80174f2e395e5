"""Where a profile likelihood has fallen so far that a limit is reached."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

MOST_DOUBLINGS = 20
MOST_STEPS = 60
Z95 = 1.959963984540054


def crossing(excess: Callable[[float], float], start: float, step: float) -> float:
    """Where a function that is −1.96 at `start` becomes positive, in the step's direction."""
    near, below, far = start, -Z95, start + step
    for _ in range(MOST_DOUBLINGS):
        above = excess(far)
        if above > 0:
            return _zero_between(excess, (near, below), (far, above), 1e-12 * abs(step))
        near, below, far = far, above, start + 2 * (far - start)
    return float(np.sign(step) * np.inf)


def _zero_between(
    function: Callable[[float], float],
    low: tuple[float, float],
    high: tuple[float, float],
    tolerance: float,
) -> float:
    """The zero between two points with values of opposite sign (secant, Illinois rule)."""
    (a, below), (b, above) = low, high
    middle = a
    for _ in range(MOST_STEPS):
        last, middle = middle, (a * above - b * below) / (above - below)
        value = function(middle)
        if value == 0 or abs(middle - last) <= tolerance:
            break
        if value < 0:
            a, below, above = middle, value, above / (2 if last == a else 1)
        else:
            b, above, below = middle, value, below / (2 if last == b else 1)
    return middle
