"""Many small Cox models of one endpoint at once: each covariate alone.

The patients are sorted once. All models take their Newton steps together, as arrays with one
column a model; who lacks a model's covariate has no weight in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox import AT_REST, LARGEST_STEP, SUSPICIOUS
from cohort_stats.kernels.partial_likelihood import VANISHED
from cohort_stats.kernels.risk_sets import RiskSets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_STEPS = 12  # a model that needs more is fitted by itself


@dataclass(frozen=True)
class Stack:
    """The covariates of m models with p coefficients each, sorted, and who is in each model.

    Parameters
    ----------
    sets
        Who is at risk when, of all patients.
    x
        Centred and scaled, 0 where missing; shape (p, n, m).
    scale
        Shape (p, m).
    weight
        Case weight in each model, 0 where the covariate is missing; shape (n, m) or (n, 1).
    share, tied
        As of the risk sets, in each model; shape (events, m) or (events, 1).
    """

    sets: RiskSets
    x: Floats
    scale: Floats
    weight: Floats
    share: Floats
    tied: Floats


@dataclass(frozen=True)
class Terms:
    """What each event adds to the likelihood, score and information of m models.

    Parameters
    ----------
    value, score, information
        Summed over events; shapes (m,), (p, m) and (m, p, p).
    residual
        Covariates of each event less their mean at risk, weighted; shape (p, events, m).
    spread
        Weighted covariance of the covariates at risk at each event, shape (p, p, events, m).
    """

    value: Floats
    score: Floats
    information: Floats
    residual: Floats
    spread: Floats


@dataclass(frozen=True)
class AloneFits:
    """Fitted models, on the scale of the covariates as given.

    Parameters
    ----------
    beta, covariance
        Shapes (m, p) and (m, p, p).
    log_likelihood, log_likelihood_null, score_test
        Shape (m,).
    settled
        Which models came to rest at an ordinary maximum. Nothing else holds of the others:
        they must be fitted one by one.
    stack, terms
        What the models were fitted to, and what each event adds at the estimates.
    """

    beta: Floats
    covariance: Floats
    log_likelihood: Floats
    log_likelihood_null: Floats
    score_test: Floats
    settled: Bools
    stack: Stack
    terms: Terms


def stacked(sets: RiskSets, columns: Floats, ties: str) -> Stack:
    """Covariates of several models, sorted, centred and scaled.

    Parameters
    ----------
    sets
        Of everybody whose follow-up is known.
    columns
        Shape (p, n, m), rows as given; nan where missing.
    ties
        ``efron`` or ``breslow``.
    """
    x = columns[:, sets.order, :]
    present = np.asarray(~np.isnan(x).any(axis=0))
    if present.all():
        present = present[:, :1]
    inside = present.astype(float)
    count = np.maximum(inside.sum(axis=0), 1.0)
    x = np.where(present, x, 0.0)
    x -= (x.sum(axis=1) / count)[:, None]
    x *= inside
    scale = np.sqrt((x * x).sum(axis=1) / count)
    x /= np.where(scale > 0, scale, 1.0)[:, None]
    weight = inside if sets.weight is None else inside * sets.weight[:, None]
    here = inside[sets.dead]
    deaths = np.add.reduceat(here, sets.firsts)[sets.dead_time]
    deaths[here == 0] = 1.0
    tied = np.zeros_like(here)
    if ties == "efron":
        before = np.cumsum(here, axis=0) - here
        tied = here * (before - before[sets.firsts][sets.dead_time]) / deaths
    share = here
    if sets.weight is not None:
        share = here * np.add.reduceat(weight[sets.dead], sets.firsts)[sets.dead_time] / deaths
    return Stack(sets, x, scale, weight, share, tied)


def likelihoods(beta: Floats, stack: Stack) -> Terms:
    """Likelihood, score and information of every model at `beta`, shape (p, m).

    The value is -inf far beyond any sensible step.
    """
    sets, x, share = stack.sets, stack.x, stack.share
    p, at = len(x), sets.dead_time
    eta = x[0] * beta[0] if p == 1 else np.einsum("anm,am->nm", x, beta)
    top = np.maximum.reduceat(eta, sets.bounds[:-1], axis=0)
    if len(sets.bounds) > 2:
        eta -= np.repeat(top, np.diff(sets.bounds), axis=0)
        top = np.repeat(top, np.diff(sets.time_bounds), axis=0)[at]
    else:
        eta -= top
    weighted = np.exp(eta, out=eta)
    weighted *= stack.weight
    once = [weighted * column for column in x]
    pairs = list(combinations_with_replacement(range(p), 2))
    twice = [once[a] * x[b] for a, b in pairs]
    at_risk, dead = sets.sums(np.stack([weighted, *once, *twice], axis=1))
    total = at_risk[at] - stack.tied[:, None] * dead[at]
    denominator = np.where(share > 0, total[:, 0], 1.0)
    sunk = ~(denominator.min(axis=0) >= VANISHED)
    total /= np.where(denominator >= VANISHED, denominator, 1.0)[:, None]
    log = np.log(np.maximum(denominator, VANISHED)) + top
    means = total[:, 1 : p + 1]
    spread = np.empty((p, p, *denominator.shape))
    for k, (a, b) in enumerate(pairs, start=p + 1):
        spread[a, b] = spread[b, a] = share * (total[:, k] - means[:, a] * means[:, b])
    own = x[:, sets.dead] * stack.weight[sets.dead]
    residual = own - share * means.transpose(1, 0, 2)
    value = (own.sum(axis=1) * beta).sum(axis=0) - (share * log).sum(axis=0)
    information = spread.sum(axis=2).transpose(2, 0, 1)
    return Terms(
        np.where(sunk, -np.inf, value), residual.sum(axis=1), information, residual, spread
    )


def fit_alone(stack: Stack) -> AloneFits:
    """Maximise the partial likelihood of every model.

    Parameters
    ----------
    stack
        From :func:`stacked`.
    """
    p, _, m = stack.x.shape
    beta = np.zeros((p, m))
    terms = initial = likelihoods(beta, stack)
    determined = _least_eigenvalue(initial.information) > 1e-6
    usable = determined & np.isfinite(initial.value) & (stack.scale > 0).all(axis=0)
    score_test = (_solved(initial, usable) * initial.score).sum(axis=0)
    settled = ~usable
    for _ in range(MOST_STEPS):
        step = _solved(terms, usable)
        longest = np.abs(step).max(axis=0)
        settled |= longest < AT_REST
        if settled.all():
            beta = beta + step
            break
        step *= np.minimum(1.0, LARGEST_STEP / np.maximum(longest, LARGEST_STEP))
        trial = likelihoods(beta + step, stack)
        fallen = usable & ~(trial.value >= terms.value - np.abs(terms.value) * 1e-12)
        for _ in range(MOST_STEPS):
            if not fallen.any():
                break
            step[:, fallen] /= 2
            trial = likelihoods(beta + step, stack)
            fallen &= ~(trial.value >= terms.value - np.abs(terms.value) * 1e-12)
        beta, terms = beta + step, trial
    settled &= usable & np.isfinite(terms.value) & (np.abs(beta).max(axis=0) <= SUSPICIOUS)
    covariance = np.full((m, p, p), np.nan)
    covariance[settled] = np.linalg.inv(terms.information[settled])
    scale = np.where(stack.scale > 0, stack.scale, 1.0).T
    return AloneFits(
        beta.T / scale,
        covariance / (scale[:, :, None] * scale[:, None, :]),
        terms.value,
        initial.value,
        score_test,
        settled,
        stack,
        terms,
    )


def _least_eigenvalue(information: Floats) -> Floats:
    if information.shape[1] == 1:
        return np.asarray(information[:, 0, 0])
    return np.asarray(np.linalg.eigvalsh(information)[:, 0])


def _solved(terms: Terms, usable: Bools) -> Floats:
    """Newton steps, shape (p, m); none where the information is singular."""
    information, score = terms.information, terms.score
    if len(score) == 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            step = score / information[:, 0, 0]
        return np.where(usable & np.isfinite(step), step, 0.0)
    step = np.zeros_like(score)
    good = usable & (np.abs(np.linalg.det(information)) > 0)
    step[:, good] = np.linalg.solve(information[good], score.T[good][..., None])[..., 0].T
    return step


def time_interaction(fits: AloneFits, k: int, g: Floats) -> tuple[Floats, Floats]:
    """Score and information of adding covariate × g(time) to a model, at no interaction.

    Parameters
    ----------
    fits
        From :func:`fit_alone`.
    k
        Which model.
    g
        Transformed time of each row, as given; shape (n,).

    Returns
    -------
    (score, information)
        Of the p covariates followed by their p interactions, shapes (2p,) and (2p, 2p), on
        scaled covariates.
    """
    stack, terms = fits.stack, fits.terms
    here = np.broadcast_to(stack.share, terms.residual.shape[1:])[:, k] > 0
    g = g[stack.sets.order][stack.sets.dead]
    g = np.where(here, g - g[here].mean(), 0.0)
    score = terms.residual[:, :, k] @ g
    plain, once, twice = (terms.spread[..., k] @ g**power for power in (0, 1, 2))
    return np.concatenate([np.zeros_like(score), score]), np.block([[plain, once], [once, twice]])
