"""The step that Newton's method takes, for every model that is fitted by it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


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
