"""The step that Newton's method takes, for every model that is fitted by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-11
MOST_STEPS = 50
LARGEST_STEP = 5.0


def newton_step(information: Floats, score: Floats) -> Floats:
    """Solve information · step = score; the shortest least-squares step where it is singular.

    Parameters
    ----------
    information, score
        Shapes (p, p) and (p,).
    """
    try:
        return np.asarray(np.linalg.solve(information, score), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(information, score, rcond=None)[0], dtype=np.float64)


def climb(
    at: Callable[[Floats], tuple[float, Floats, Floats]],
    coefficients: int,
    start: Floats | None = None,
) -> tuple[Floats, float, Floats, bool]:
    """Newton steps with halving, up a concave log likelihood.

    Parameters
    ----------
    at
        Log likelihood, score and information at a point; -inf far away.
    coefficients
        How many there are.
    start
        Where to begin; zero unless given.

    Returns
    -------
    (beta, value, information, converged)
        `converged` is False when the likelihood rises for ever.
    """
    beta = np.zeros(coefficients) if start is None else start
    value, score, information = at(beta)
    for _ in range(MOST_STEPS):
        step = newton_step(information, score)
        step *= min(1.0, LARGEST_STEP / max(np.abs(step).max(), LARGEST_STEP))
        trial = at(beta + step)
        while not trial[0] >= value - abs(value) * 1e-12 and np.abs(step).max() > 1e-12:
            step /= 2
            trial = at(beta + step)
        beta, gain = beta + step, trial[0] - value
        value, score, information = trial
        if abs(gain) <= TOLERANCE * max(abs(value), 1.0):
            longest = np.abs(step).max()
            if longest < 1e-7:
                return beta, value, information, True
            if longest > 0.1:  # the likelihood is flat along a long step: no maximum ahead
                break
    return beta, value, information, False
