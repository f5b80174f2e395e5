"""ROC curves of many samples at once, from how often each distinct value was drawn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

#: Patients drawn and held in memory at once.
LARGEST_BLOCK = 1_000_000


def drawn(
    rng: np.random.Generator, sizes: tuple[int, ...], samples: int
) -> Iterator[list[Indices]]:
    """Draws with replacement within each stratum, in blocks of samples.

    Parameters
    ----------
    rng
        Source of the draws.
    sizes
        Patients of each stratum.
    samples
        How many samples in all.

    Yields
    ------
    list
        For each stratum the positions drawn, shape (b, size); b adds up to `samples`.
    """
    at_once = max(1, LARGEST_BLOCK // max(1, sum(sizes)))
    for start in range(0, samples, at_once):
        b = min(at_once, samples - start)
        yield [rng.integers(0, size, (b, size)) for size in sizes]


def tally(codes: Indices, values: int) -> Indices:
    """How often each value occurs in each sample.

    Parameters
    ----------
    codes
        Value numbers from 0, shape (b, n): one row a sample.
    values
        How many values there are.

    Returns
    -------
    counts
        Shape (b, values).
    """
    b = len(codes)
    cells = codes + (np.arange(b) * values)[:, None]
    return np.bincount(cells.ravel(), minlength=b * values).reshape(b, values)


def areas(cases: npt.NDArray, controls: npt.NDArray) -> Floats:
    """Area under the curve of each sample; nan without cases or without controls.

    Parameters
    ----------
    cases, controls
        How often each value occurs, values ascending, shape (b, k).
    """
    below = np.cumsum(controls, axis=1) - 0.5 * controls
    pairs = cases.sum(axis=1) * controls.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.einsum("ij,ij->i", below, cases) / pairs, dtype=np.float64)


def curves(cases: npt.NDArray, controls: npt.NDArray) -> tuple[Floats, Floats]:
    """Sensitivity and 1 − specificity of calling the j highest values positive, j = 0 … k.

    Parameters
    ----------
    cases, controls
        As for :func:`areas`.

    Returns
    -------
    (sensitivity, false_positive)
        Shapes (b, k + 1), from the strictest to the most lenient.
    """
    found = []
    with np.errstate(invalid="ignore"):
        for counts in (cases, controls):
            rising = np.zeros((len(counts), counts.shape[1] + 1))
            np.cumsum(counts[:, ::-1], axis=1, out=rising[:, 1:])
            found.append(rising / rising[:, -1:])
    return found[0], found[1]


def area_between(x: Floats, y: Floats, low: float, high: float) -> Floats:
    """Area under the straight lines through points, between two places of the x axis.

    Parameters
    ----------
    x, y
        Points, x ascending, shape (b, p).
    low, high
        The places.
    """
    step = np.diff(x, axis=1)
    slope = np.divide(np.diff(y, axis=1), step, out=np.zeros_like(step), where=step > 0)
    left, right = np.clip(x[:, :-1], low, high), np.clip(x[:, 1:], low, high)
    middle = y[:, :-1] + slope * ((left + right) / 2 - x[:, :-1])
    return np.asarray(((right - left) * middle).sum(axis=1), dtype=np.float64)


def partial_areas(
    cases: npt.NDArray, controls: npt.NDArray, low: float, high: float, of: str
) -> Floats:
    """Area under the part of each curve where specificity or sensitivity lies in a range.

    Parameters
    ----------
    cases, controls
        As for :func:`areas`.
    low, high
        The range.
    of
        ``specificity``: sensitivity summed over that range of specificities;
        ``sensitivity``: specificity summed over that range of sensitivities.
    """
    sensitivity, false_positive = curves(cases, controls)
    if of == "specificity":
        return area_between(false_positive, sensitivity, 1 - high, 1 - low)
    return area_between(sensitivity, 1 - false_positive, low, high)


def between_neighbours(present: Bools, values: Floats, highest: Indices) -> Floats:
    """The cut-off that calls the `highest` values of each sample positive.

    Parameters
    ----------
    present
        Which values occur in each sample, ascending, shape (b, k).
    values
        The values, ascending, shape (k,).
    highest
        How many of the k values, occurring or not, are positive; shape (b,).

    Returns
    -------
    cutoffs
        Midway between the neighbouring values that occur; infinite where all or none of the
        sample is positive. Shape (b,).
    """
    k = len(values)
    position = np.arange(k)
    first_positive = k - highest[:, None]
    above = np.where(present & (position >= first_positive), position, k).min(axis=1)
    below = np.where(present & (position < first_positive), position, -1).max(axis=1)
    padded = np.r_[values, np.inf, -np.inf]
    upper, lower = padded[above], padded[below]
    middle = (upper + lower) / 2
    return np.asarray(np.where(middle < upper, middle, lower))  # neighbours of the last digit
