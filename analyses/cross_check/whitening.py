"""Columns of a model made independent of each other, which other programs need to converge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyses.cross_check.findings import SINGULAR, NoOpinion

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Whitened:
    """Uncorrelated columns that span what a model's columns span.

    Parameters
    ----------
    matrix
        The columns, each with mean 0 and variance 1, shape (n, p).
    mean
        Of the model's own columns, shape (p,).
    turn
        What made them: ``matrix = (own - mean) @ turn``, shape (p, p).
    """

    matrix: Floats
    mean: Floats
    turn: Floats

    def back(self, beta: Floats, covariance: Floats | None = None) -> tuple[Floats, Floats]:
        """Coefficients of the model's own columns, and their covariance."""
        own = np.zeros_like(self.turn) if covariance is None else covariance
        return self.turn @ np.asarray(beta), self.turn @ np.asarray(own) @ self.turn.T


def whitened(matrix: Floats) -> Whitened:
    """Splines and products come in columns that are nearly alike, at which others stop short.

    Raises
    ------
    NoOpinion
        When the columns determine each other.
    """
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0)
    if not (scale > 0).all():
        raise NoOpinion(SINGULAR)
    _, upper = np.linalg.qr((matrix - mean) / scale)
    if np.abs(np.diag(upper)).min() < 1e-12 * np.sqrt(len(matrix)):
        raise NoOpinion(SINGULAR)
    turn = np.linalg.inv(upper) * np.sqrt(len(matrix)) / scale[:, None]
    return Whitened((matrix - mean) @ turn, mean, turn)
