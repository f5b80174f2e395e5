"""Many fits at once: the same patients, each counted as often as each sample holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
#: Log likelihoods (B,), scores (B, p) and informations (B, p, p) at coefficients (B, p).
Evaluation = tuple[Floats, Floats, Floats]

MOST_STEPS = 30
MOST_HALVINGS = 12
LARGEST_STEP = 5.0
AT_REST = 1e-8


@dataclass(frozen=True)
class Fits:
    """One fit a sample.

    Parameters
    ----------
    beta
        Shape (B, p).
    log_likelihood
        At `beta`, shape (B,).
    converged
        Whether the Newton steps came to rest, shape (B,).
    information
        At `beta`, shape (B, p, p).
    """

    beta: Floats
    log_likelihood: Floats
    converged: Bools
    information: Floats


def climb(at: Callable[[Floats], Evaluation], start: Floats) -> Fits:
    """Newton steps with halving, up the log likelihoods of all samples together.

    Parameters
    ----------
    at
        Evaluates all samples at coefficients of shape (B, p); -inf far away.
    start
        Where to begin, shape (B, p); of finite likelihood.
    """
    beta = start
    value, score, information = at(beta)
    converged = np.zeros(len(beta), dtype=bool)
    for _ in range(MOST_STEPS):
        step = _steps(information, score)
        longest = np.abs(step).max(axis=1, initial=0.0)
        converged = longest < AT_REST
        if converged.all():
            break
        step *= np.minimum(1.0, LARGEST_STEP / np.maximum(longest, LARGEST_STEP))[:, None]
        trial = at(beta + step)
        for _ in range(MOST_HALVINGS):
            worse = ~(trial[0] >= value - np.abs(value) * 1e-12)
            if not worse.any():
                break
            step[worse] /= 2
            trial = at(beta + step)
        beta = beta + step
        value, score, information = trial
    return Fits(beta, value, converged, information)


def _steps(information: Floats, score: Floats) -> Floats:
    try:
        found = np.linalg.solve(information, score[..., None])
    except np.linalg.LinAlgError:
        clean = np.nan_to_num(information)
        found = np.linalg.pinv(clean, rcond=1e-12, hermitian=True) @ score[..., None]
    return np.asarray(np.nan_to_num(found[..., 0]), dtype=np.float64)


def linear(covariates: Floats, beta: Floats) -> Floats:
    """Linear predictor of each patient in each sample, shape (B, n).

    Parameters
    ----------
    covariates
        Shape (1, n, p), the same in all samples, or (B, n, p).
    beta
        Shape (B, p).
    """
    if len(covariates) == 1:
        return np.asarray(beta @ covariates[0].T)
    return np.asarray((covariates @ beta[..., None])[..., 0])


def scores(matrix: Floats, beta: Floats) -> Floats:
    """Linear predictors, exactly equal for patients with equal covariates; shape (B, n).

    Parameters
    ----------
    matrix, beta
        Shapes (n, p) and (B, p).
    """
    # Row by row: a matrix product may round equal rows differently.
    return np.asarray((matrix * beta[:, None, :]).sum(axis=2))


def crossed(weight: Floats, covariates: Floats) -> Floats:
    """Sums of weight times xxᵀ over the patients of each sample, shape (B, p, p)."""
    weighted = weight[..., None] * covariates
    return np.asarray(np.matmul(weighted.transpose(0, 2, 1), covariates))
