"""Logistic models of many samples of the same patients, fitted at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.resampled import Evaluation, Fits, climb, crossed, linear

Floats = npt.NDArray[np.float64]


def evaluate(outcome: Floats, covariates: Floats, count: Floats, beta: Floats) -> Evaluation:
    """Log likelihoods, scores and informations.

    Parameters
    ----------
    outcome
        0 or 1, shape (n,).
    covariates
        With a column of ones; shape (1, n, p) or (B, n, p).
    count
        How often each sample holds each patient, shape (B, n).
    beta
        Shape (B, p).
    """
    eta = linear(covariates, beta)
    probability = expit(eta)
    value = log_likelihood(outcome, eta, count)
    residual = count * (outcome - probability)
    if len(covariates) == 1:
        score = residual @ covariates[0]
    else:
        score = (residual[:, None, :] @ covariates)[:, 0]
    return value, score, crossed(count * probability * (1 - probability), covariates)


def fit(outcome: Floats, covariates: Floats, count: Floats, start: Floats) -> Fits:
    """Maximise the likelihood of every sample; arguments as :func:`evaluate` takes them."""
    return climb(lambda beta: evaluate(outcome, covariates, count, beta), start)


def log_likelihood(outcome: Floats, eta: Floats, count: Floats) -> Floats:
    """Of each sample at linear predictors `eta`; all of shape (B, n) but `outcome`."""
    return np.asarray((count * (outcome * eta - np.logaddexp(0, eta))).sum(axis=1))


def expit(eta: Floats) -> Floats:
    """Probability at a linear predictor."""
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -700, 700))))


def areas(outcome: Floats, score: Floats, count: Floats) -> Floats:
    """Area under the ROC curve of each sample; nan without both outcomes.

    Parameters
    ----------
    outcome
        0 or 1, shape (n,).
    score, count
        Shape (B, n).
    """
    samples, n = score.shape
    order = np.argsort(score, axis=1)
    sorted_score = np.take_along_axis(score, order, axis=1)
    weight = np.take_along_axis(count, order, axis=1)
    case = outcome[order] * weight
    control = weight - case
    new = np.ones((samples, n), dtype=bool)
    new[:, 1:] = sorted_score[:, 1:] > sorted_score[:, :-1]
    starts = np.flatnonzero(new)
    cases, controls = (np.add.reduceat(w.ravel(), starts) for w in (case, control))
    sample = starts // n
    total = controls.cumsum() - controls
    first = np.searchsorted(sample, np.arange(samples))
    below = total - total[first][sample]
    won = np.bincount(sample, weights=cases * (below + controls / 2), minlength=samples)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(won / (case.sum(axis=1) * control.sum(axis=1)))
