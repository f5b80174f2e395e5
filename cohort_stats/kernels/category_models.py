"""Polytomous and proportional-odds models with weights, as imputation draws from them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.newton import climb

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
At = Callable[[Floats], tuple[float, Floats, Floats]]

SMALLEST = 1e-300


def polytomous(codes: Codes, matrix: Floats, levels: int, weight: Floats) -> tuple[Floats, Floats]:
    """Fit log odds of each level against the first; with two levels, logistic regression.

    Parameters
    ----------
    codes
        0 … levels − 1, shape (n,).
    matrix
        Shape (n, p), with its column of ones.
    levels
        How many there are.
    weight
        Shape (n,).

    Returns
    -------
    (beta, information)
        Level by level, shapes (p(levels − 1),) and its square.
    """
    p, others = matrix.shape[1], levels - 1
    target = (codes[:, None] == np.arange(1, levels)).astype(float)

    def at(beta: Floats) -> tuple[float, Floats, Floats]:
        share = polytomous_shares(beta, matrix, levels)
        chosen = share[np.arange(len(codes)), codes]
        value = float(weight @ np.log(np.maximum(chosen, SMALLEST)))
        mine = share[:, 1:]
        score = ((weight[:, None] * (target - mine)).T @ matrix).ravel()
        information = np.empty((others * p, others * p))
        for a in range(others):
            for b in range(a, others):
                spread = weight * mine[:, a] * ((a == b) - mine[:, b])
                block = (spread[:, None] * matrix).T @ matrix
                information[a * p : (a + 1) * p, b * p : (b + 1) * p] = block
                information[b * p : (b + 1) * p, a * p : (a + 1) * p] = block.T
        return value, score, information

    beta, _, information, _ = climb(at, others * p)
    return beta, information


def polytomous_shares(beta: Floats, matrix: Floats, levels: int) -> Floats:
    """Probability of each level, shape (n, levels)."""
    eta = np.zeros((len(matrix), levels))
    eta[:, 1:] = matrix @ beta.reshape(levels - 1, -1).T
    eta -= eta.max(axis=1, keepdims=True)
    share = np.exp(eta)
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def proportional_odds(
    codes: Codes, matrix: Floats, levels: int, weight: Floats
) -> tuple[Floats, Floats]:
    """Fit logit P(Y ≤ j) = θⱼ − xβ.

    Parameters
    ----------
    codes, levels, weight
        As :func:`polytomous` takes them; every level occurs.
    matrix
        Shape (n, p), without a column of ones.

    Returns
    -------
    (parameters, information)
        θ in order, then β; the information is the expected one (Fisher scoring).
    """
    shares = np.bincount(codes, weight, levels).cumsum()[:-1] / weight.sum()
    begin = np.concatenate([np.log(shares / (1 - shares)), np.zeros(matrix.shape[1])])

    def at(moved: Floats) -> tuple[float, Floats, Floats]:
        return _proportional_odds_at(begin + moved, codes, matrix, levels, weight)

    moved, _, information, _ = climb(at, len(begin))
    return begin + moved, information


def _proportional_odds_at(
    parameters: Floats, codes: Codes, matrix: Floats, levels: int, weight: Floats
) -> tuple[float, Floats, Floats]:
    k, p = levels - 1, matrix.shape[1]
    share = proportional_odds_shares(parameters, matrix, levels)
    empty = np.zeros(k + p), np.eye(k + p)
    if np.any(np.diff(parameters[:k]) <= 0) or not share.min() >= 0:
        return -np.inf, *empty
    share = np.maximum(share, SMALLEST)
    below = np.cumsum(share, axis=1)[:, :-1]
    slope = below * (1 - below)  # of P(Y ≤ j) along its linear predictor
    edges = np.column_stack([np.zeros(len(codes)), slope, np.zeros(len(codes))])
    along = -np.diff(edges, axis=1)  # of each level's share along xβ
    every = np.arange(len(codes))
    chosen = share[every, codes]
    value = float(weight @ np.log(chosen))
    score = np.concatenate(
        [
            _of_thresholds(weight / chosen, slope, codes),
            (weight * along[every, codes] / chosen) @ matrix,
        ]
    )
    over = weight[:, None] / share
    top = np.diag((slope**2 * (over[:, :-1] + over[:, 1:])).sum(axis=0))
    beside = -(slope[:, :-1] * slope[:, 1:] * over[:, 1:-1]).sum(axis=0)
    top += np.diag(beside, 1) + np.diag(beside, -1)
    steep = over * along
    side = (slope * (steep[:, :-1] - steep[:, 1:])).T @ matrix
    corner = ((steep * along).sum(axis=1)[:, None] * matrix).T @ matrix
    return value, score, np.block([[top, side], [side.T, corner]])


def _of_thresholds(own: Floats, slope: Floats, codes: Codes) -> Floats:
    """The score of each threshold: up with the level below it, down with the one above."""
    k = slope.shape[1]
    return np.array(
        [
            own[codes == j] @ slope[codes == j, j] - own[codes == j + 1] @ slope[codes == j + 1, j]
            for j in range(k)
        ]
    )


def proportional_odds_shares(parameters: Floats, matrix: Floats, levels: int) -> Floats:
    """Probability of each level, shape (n, levels)."""
    k = levels - 1
    eta = parameters[:k] - (matrix @ parameters[k:])[:, None]
    below = 1 / (1 + np.exp(-np.clip(eta, -700, 700)))
    edges = np.column_stack([np.zeros(len(matrix)), below, np.ones(len(matrix))])
    return np.asarray(np.diff(edges, axis=1))
