"""Maximally selected rank statistics: the cut where two groups differ most, and its chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

#: Scores drawn and held in memory at once.
LARGEST_BLOCK = 2_000_000


def logrank_scores(time: Floats, event: Bools) -> Floats:
    """Log-rank scores: an event less the hazard gathered until then.

    Parameters
    ----------
    time, event
        Shape (n,).

    Notes
    -----
    δᵢ − Σ δⱼ / (n − γⱼ + 1) over all j with tⱼ ≤ tᵢ, where γⱼ counts the times up to and
    including tⱼ (Hothorn and Lausen 2003); with tied times this is not quite the score of the
    log-rank test. R: ``exactRankTests::cscores(Surv(time, event), type = "LogRank")``.
    """
    ordered = np.argsort(time, kind="stable")
    upto = np.searchsorted(time[ordered], time, side="right")
    steps = event / (len(time) - upto + 1)
    gathered = np.cumsum(steps[ordered])[upto - 1]
    return np.asarray(event - gathered, dtype=np.float64)


def candidates(marker: Floats, minprop: float) -> Indices:
    """Sizes of the lower group that a cut of the marker may leave.

    Parameters
    ----------
    marker
        Ascending, shape (n,).
    minprop
        Least share of the patients on either side.

    Returns
    -------
    sizes
        Ascending, shape (k,); empty when no cut leaves so many on both sides.
    """
    n = len(marker)
    sizes = np.flatnonzero(marker[1:] != marker[:-1]) + 1
    least, most = max(1, int(np.floor(n * minprop))), int(np.floor(n * (1 - minprop)))
    return np.asarray(sizes[(sizes >= least) & (sizes <= most)])


def statistics(scores: Floats, sizes: Indices) -> Floats:
    """Standardised sum of the scores of the lower group, at every cut.

    Parameters
    ----------
    scores
        In the order of the marker; shape (n,) or (b, n), each row a permutation of the others.
    sizes
        As from :func:`candidates`.

    Returns
    -------
    statistics
        Shape (k,) or (b, k); above 0 where the lower group has more events than expected.
    """
    n = scores.shape[-1]
    one = scores if scores.ndim == 1 else scores[0]
    total, square = one.sum(), (one**2).sum()
    expected = sizes / n * total
    variance = sizes * (n - sizes) / (n**2 * (n - 1)) * (n * square - total**2)
    sums = np.cumsum(scores, axis=-1)[..., sizes - 1]
    return np.asarray((sums - expected) / np.sqrt(variance), dtype=np.float64)


def p_lausen_1992(largest: float, minprop: float) -> float:
    """Chance of so large a statistic: Brownian bridge (Miller and Siegmund 1982).

    R: ``maxstat::pLausen92``.
    """
    if largest < 1:
        return 1.0
    density = float(np.exp(-(largest**2) / 2) / np.sqrt(2 * np.pi))
    spread = 2 * np.log((1 - minprop) / minprop)
    return float(max(4 * density / largest + density * (largest - 1 / largest) * spread, 0.0))


def p_lausen_1994(largest: float, n: int, sizes: Indices) -> float:
    """Chance of so large a statistic: improved Bonferroni bound over the cuts there are.

    R: ``maxstat::pLausen94``. Lausen, Sauerbrei and Schumacher 1994. Not above 1.
    """
    one, two = sizes[:-1].astype(float), sizes[1:].astype(float)
    t = np.sqrt(1 - one * (n - two) / ((n - one) * two))
    parts = t - (largest**2 / 4 - 1) * t**3 / 6
    joint = float(np.exp(-(largest**2) / 2) / np.pi * parts.sum())
    return float(min(1.0, max(0.0, 2 * ndtr(-largest) + joint)))


def p_permutation(
    largest: float, scores: Floats, sizes: Indices, samples: int, seed: int
) -> tuple[float, float]:
    """Chance of so large a statistic when scores and marker are unrelated, and its error.

    Parameters
    ----------
    largest
        The largest statistic found.
    scores, sizes
        As for :func:`statistics`.
    samples, seed
        Random permutations of the scores.

    Returns
    -------
    (p, se)
        The permutation found counts as one of them, so p is never 0.

    Notes
    -----
    R: ``maxstat.test(pmethod = "condMC")``, which leaves it out.
    """
    rng = np.random.default_rng(seed)
    scores, n = np.sort(scores), len(scores)  # whatever the order of the rows
    at_once, beyond = max(1, LARGEST_BLOCK // n), 0
    for start in range(0, samples, at_once):
        rows = np.tile(scores, (min(at_once, samples - start), 1))
        found = np.abs(statistics(rng.permuted(rows, axis=1), sizes)).max(axis=1)
        beyond += int((found >= largest - 1e-9).sum())
    p = (beyond + 1) / (samples + 1)
    return p, float(np.sqrt(p * (1 - p) / (samples + 1)))
