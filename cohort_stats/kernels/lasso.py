"""The LASSO path of a likelihood: coordinate descent within Newton steps, to the last digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.likelihoods import Likelihood, fit

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PENALTIES = 100
LEAST = 1e-4  # last penalty over the first; 1e-2 with fewer patients than columns
AT_REST = 1e-12  # of a gradient, over the penalty of the empty model
MOST_STEPS = 100
MOST_SWEEPS = 1000
MOST_HALVINGS = 30


def first_penalty(likelihood: Likelihood, patients: int) -> float:
    """The smallest penalty at which every coefficient is zero."""
    _, score, _ = likelihood.at(range(likelihood.columns), _start(likelihood))
    return float(np.abs(score[likelihood.base :]).max(initial=0.0) / patients)


def penalties(likelihood: Likelihood, patients: int) -> Floats:
    """The penalties of a path: evenly spaced in their logarithm, from the empty model down."""
    columns = likelihood.columns - likelihood.base
    last = LEAST if patients >= columns else 1e-2
    steps = np.linspace(0, np.log(last), PENALTIES)
    return np.asarray(first_penalty(likelihood, patients) * np.exp(steps))


def path(
    likelihood: Likelihood,
    patients: int,
    along: Floats,
    enough: Callable[[Sequence[float]], bool] = lambda values: False,
) -> tuple[Floats, Floats]:
    """Coefficients of standardised columns at each penalty, and the log likelihood there.

    Minimises −log likelihood / patients + penalty × Σ|coefficient|, the base unpenalised.

    Parameters
    ----------
    likelihood
        Of standardised columns.
    patients
        How many.
    along
        Penalties, falling.
    enough
        Told the log likelihoods so far, whether to go no further.

    Returns
    -------
    (coefficients, log_likelihood)
        Shapes (penalties, columns) and (penalties,).
    """
    beta = _start(likelihood)
    scale = max(first_penalty(likelihood, patients), 1e-300)
    found, values = [], list[float]()
    for penalty in along:
        beta, value = _solve(likelihood, patients, float(penalty), beta, AT_REST * scale)
        found.append(beta)
        values.append(value)
        if enough(values):
            break
    return np.array(found), np.array(values)


def _start(likelihood: Likelihood) -> Floats:
    beta = np.zeros(likelihood.columns)
    if likelihood.base:
        beta[: likelihood.base] = fit(likelihood, range(likelihood.base)).beta
    return beta


def _solve(
    likelihood: Likelihood, patients: int, penalty: float, beta: Floats, tolerance: float
) -> tuple[Floats, float]:
    everything = range(likelihood.columns)
    price = np.full(likelihood.columns, penalty)
    price[: likelihood.base] = 0.0
    value, score, information = likelihood.at(everything, beta)
    for _ in range(MOST_STEPS):
        if _violation(score / patients, beta, price) <= tolerance:
            break
        gram = information / patients
        target = _quadratic(gram, score / patients + gram @ beta, price, beta)
        now = price @ np.abs(beta) - value / patients
        share = 1.0
        for _ in range(MOST_HALVINGS):
            trial = beta + share * (target - beta)
            value, score, information = likelihood.at(everything, trial)
            if price @ np.abs(trial) - value / patients <= now + abs(now) * 1e-14:
                break
            share /= 2
        beta = trial
    return beta, value


def _violation(gradient: Floats, beta: Floats, price: Floats) -> float:
    """How far from optimal: the largest gradient that the penalty does not balance."""
    inside = np.abs(gradient - price * np.sign(beta))
    outside = np.abs(gradient) - price
    return float(np.where(beta != 0, inside, np.where(price == 0, np.abs(gradient), outside)).max())


def _quadratic(gram: Floats, linear: Floats, price: Floats, beta: Floats) -> Floats:
    """Minimise ½ b'Gb − c'b + Σ price |b|, beginning near the answer."""
    alone = np.diag(gram)
    for _ in range(MOST_SWEEPS):
        exact = _exact(gram, linear, price, beta)
        if exact is not None:
            return exact
        beta = beta.copy()
        for j in np.flatnonzero(alone > 0).tolist():
            partial = linear[j] - gram[j] @ beta + alone[j] * beta[j]
            beta[j] = np.sign(partial) * max(abs(partial) - price[j], 0.0) / alone[j]
    return beta


def _exact(gram: Floats, linear: Floats, price: Floats, beta: Floats) -> Floats | None:
    """The minimum if the same coefficients stay in with the same signs; None if they do not."""
    inside = np.flatnonzero((beta != 0) | (price == 0))
    sign = np.sign(beta[inside])
    part = gram[np.ix_(inside, inside)]
    try:
        solved = np.linalg.solve(part, linear[inside] - price[inside] * sign)
    except np.linalg.LinAlgError:
        return None
    free = price[inside] == 0
    if not (free | (np.sign(solved) == sign)).all():
        return None
    found = np.zeros_like(beta)
    found[inside] = solved
    gradient = linear - gram @ found
    gradient[inside] = 0.0
    return found if (np.abs(gradient) <= price * (1 + 1e-13)).all() else None
