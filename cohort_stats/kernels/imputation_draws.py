"""One variable imputed from others: each way in which missing values are drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.category_models import (
    polytomous,
    polytomous_shares,
    proportional_odds,
    proportional_odds_shares,
)

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Places = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Random = np.random.Generator

DONORS = 5
NO_SPREAD = 1e-8  # what is less than this share of a column's length tells nothing


def linear_draw(known: Floats, matrix: Floats, rng: Random) -> tuple[Floats, Floats, float]:
    """Least squares, and a draw from what is then known of the regression.

    Parameters
    ----------
    known
        Values, shape (n,).
    matrix
        Their predictors with a column of ones, shape (n, p).
    rng
        Source of chance.

    Returns
    -------
    (estimate, drawn, sigma)
        Coefficients by least squares; σ² = RSS / χ²(n − p); coefficients drawn from
        N(estimate, σ² (XᵀX)⁻¹).

    Notes
    -----
    Rubin 1987, p. 167; R: ``mice:::.norm.draw``, which adds a ridge of 1e-5 to XᵀX where
    here predictors that others determine are left out.
    """
    told = _independent(matrix)
    basis, triangle = np.linalg.qr(matrix[:, told])
    # Whatever the computer's library makes of signs, the same chance gives the same draw.
    turned = np.where(np.diag(triangle) < 0, -1.0, 1.0)
    score = turned * (basis.T @ known)
    rest = known - basis @ (turned * score)
    df = max(len(known) - len(score), 1)
    sigma = float(np.sqrt(rest @ rest / rng.chisquare(df)))
    moved = score + sigma * rng.standard_normal(len(score))
    estimate, drawn = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    back = turned[:, None] * triangle
    estimate[told], drawn[told] = np.linalg.solve(back, np.column_stack([score, moved])).T
    return estimate, drawn, sigma


def _independent(matrix: Floats) -> Bools:
    """The columns that are no combination of those before them."""
    size = np.linalg.norm(matrix, axis=0)
    triangle = np.linalg.qr(matrix / np.where(size > 0, size, 1.0), mode="r")
    found = np.zeros(matrix.shape[1], dtype=bool)
    found[: len(triangle)] = np.abs(np.diag(triangle)) > NO_SPREAD
    return found


def nearest_donors(wanted: Floats, offered: Floats, donors: int, rng: Random) -> Places:
    """The donors nearest to each patient; among equally near ones chance decides.

    Parameters
    ----------
    wanted
        Predicted values of those in need, shape (k,).
    offered
        Predicted values of those who may give, shape (n,).
    donors
        How many are wanted; all, where there are fewer.
    rng
        Source of chance.

    Returns
    -------
    numpy.ndarray
        Shape (k, donors): places in `offered`. R: the pool of ``mice::matchindex``.
    """
    donors = min(donors, len(offered))
    order = rng.permutation(len(offered))
    order = order[np.argsort(offered[order], kind="stable")]
    ordered = offered[order]
    begin = np.searchsorted(ordered, wanted) - donors
    window = begin[:, None] + np.arange(2 * donors)
    inside = (window >= 0) & (window < len(ordered))
    window = np.clip(window, 0, len(ordered) - 1)
    apart = np.where(inside, np.abs(ordered[window] - wanted[:, None]), np.inf)
    tied = rng.random(apart.shape)
    nearest = np.lexsort((tied, apart), axis=1)[:, :donors]
    return np.asarray(order[np.take_along_axis(window, nearest, axis=1)])


def predictive_means(
    known: Floats, matrix: Floats, wanted: Floats, rng: Random, donors: int = DONORS
) -> Floats:
    """Values taken over from donors whose predicted value is near.

    Parameters
    ----------
    known, matrix
        As :func:`linear_draw` takes them.
    wanted
        Predictors of those in need, shape (k, p).
    rng
        Source of chance.
    donors
        From how many one is picked.

    Notes
    -----
    Type 1 matching (van Buuren 2018, section 3.4): donors are predicted with the estimate,
    those in need with the drawn coefficients. R: ``mice.impute.pmm``.
    """
    estimate, drawn, _ = linear_draw(known, matrix, rng)
    pool = nearest_donors(wanted @ drawn, matrix @ estimate, donors, rng)
    chosen = rng.integers(0, pool.shape[1], len(pool))
    return np.asarray(known[pool[np.arange(len(pool)), chosen]])


def normal(known: Floats, matrix: Floats, wanted: Floats, rng: Random) -> Floats:
    """Values drawn from the regression; R: ``mice.impute.norm``."""
    _, drawn, sigma = linear_draw(known, matrix, rng)
    return np.asarray(wanted @ drawn + sigma * rng.standard_normal(len(wanted)))


def levels_polytomous(
    known: Codes, matrix: Floats, wanted: Floats, levels: int, rng: Random
) -> Codes:
    """Levels drawn from a polytomous (with two levels, logistic) regression.

    Parameters
    ----------
    known
        Codes 0 … levels − 1, shape (n,).
    matrix, wanted
        Predictors with a column of ones, shapes (n, p) and (k, p).
    levels
        How many there are.
    rng
        Source of chance.

    Notes
    -----
    Coefficients are drawn from N(estimate, information⁻¹). So that no estimate is infinite,
    rows of little weight are added (White, Daniel and Royston 2010). R: ``mice.impute.logreg``;
    ``mice.impute.polyreg``, which takes the estimates as known.
    """
    told = _independent(matrix)
    codes, rows, weight = _augmented(known, matrix[:, told], levels)
    beta, information = polytomous(codes, rows, levels, weight)
    drawn = beta + _error(information, rng)
    return _pick(polytomous_shares(drawn, wanted[:, told], levels), rng)


def levels_in_order(
    known: Codes, matrix: Floats, wanted: Floats, levels: int, rng: Random
) -> Codes:
    """Levels drawn from a proportional-odds regression.

    Parameters
    ----------
    known, matrix, wanted, levels, rng
        As :func:`levels_polytomous` takes them.

    Notes
    -----
    Drawn and kept finite as there; drawn thresholds that come out of order are sorted.
    R: ``mice.impute.polr``, which takes the estimates as known.
    """
    told = _independent(matrix)
    told[0] = False  # the thresholds stand for a column of ones
    middle = matrix[:, told].mean(axis=0)
    codes, rows, weight = _augmented(known, matrix[:, told] - middle, levels)
    found, information = proportional_odds(codes, rows, levels, weight)
    drawn = found + _error(information, rng)
    drawn[: levels - 1] = np.sort(drawn[: levels - 1])
    return _pick(proportional_odds_shares(drawn, wanted[:, told] - middle, levels), rng)


def _augmented(known: Codes, matrix: Floats, levels: int) -> tuple[Codes, Floats, Floats]:
    """The rows with some of little weight added: each predictor ± 1 SD, at every level."""
    p = matrix.shape[1]
    middle, spread = matrix.mean(axis=0), matrix.std(axis=0)  # of the column of ones 0
    added = np.tile(middle, (2 * p, 1))
    added[np.arange(p), np.arange(p)] += spread
    added[p + np.arange(p), np.arange(p)] -= spread
    if p == 0:
        added = np.tile(middle, (1, 1))
    rows = np.vstack([matrix, np.repeat(added, levels, axis=0)])
    codes = np.concatenate([known, np.tile(np.arange(levels), len(added))])
    share = (p + 1) / (len(added) * levels)
    weight = np.concatenate([np.ones(len(known)), np.full(len(codes) - len(known), share)])
    return codes.astype(np.intp), rows, weight


def _error(information: Floats, rng: Random) -> Floats:
    """A draw from N(0, information⁻¹)."""
    size = np.sqrt(np.diag(information))
    scaled = information / np.outer(size, size) + NO_SPREAD * np.eye(len(size))
    root = np.linalg.cholesky(scaled)
    return np.asarray(np.linalg.solve(root.T, rng.standard_normal(len(size))) / size)


def _pick(shares: Floats, rng: Random) -> Codes:
    """A level for each row, by its probabilities."""
    edges = np.cumsum(shares, axis=1)[:, :-1]
    return np.asarray((rng.random(len(shares))[:, None] > edges).sum(axis=1), dtype=np.intp)
