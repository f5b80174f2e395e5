"""Sums over many sorted rows, taken a piece at a time so that what is multiplied fits the cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.pieces import in_pieces

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

CHUNK = 8192  # rows whose products are held at one time


def running(values: Floats, bounds: Places) -> Floats:
    """Cumulative sums along the first axis that begin anew at each of `bounds`."""
    if len(bounds) == 2:
        return np.asarray(np.cumsum(values, axis=0))
    sums = np.empty_like(values)
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        np.cumsum(values[start:end], axis=0, out=sums[start:end])
    return sums


def chunks(cuts: Places, n: int) -> Iterator[tuple[int, int, int, int]]:
    """Whole stretches of about so many rows: first and last stretch, first and last row.

    Parameters
    ----------
    cuts
        Start of each stretch.
    n
        Number of rows.
    """
    whole = np.searchsorted(cuts, np.arange(0, n, CHUNK))
    steps = np.unique(np.append(whole, len(cuts)))
    rows = np.append(cuts, n)[steps]
    for (first, last), (start, end) in zip(
        pairwise(steps.tolist()), pairwise(rows.tolist()), strict=True
    ):
        yield first, last, start, end


def by_stretch(weight: Floats, values: Floats, cuts: Places) -> Floats:
    """Sum of weight × value over each stretch, shape (stretches, p).

    Parameters
    ----------
    weight, values
        Shapes (n,) and (n, p).
    cuts
        Start of each stretch.
    """
    found = np.empty((len(cuts), values.shape[1]))
    parts = list(chunks(cuts, len(values)))

    def summed(from_row: int, to_row: int) -> None:
        for first, last, start, end in parts:
            if from_row <= start < to_row:
                product = weight[start:end, None] * values[start:end]
                np.add.reduceat(product, cuts[first:last] - start, axis=0, out=found[first:last])

    in_pieces(summed, len(values))
    return found


def crossed(weight: Floats, values: Floats) -> Floats:
    """Sum of weight × value valueᵀ over patients, shape (p, p).

    Parameters
    ----------
    weight, values
        Shapes (n,) and (n, p).
    """

    def product(first: int, last: int) -> Floats:
        found = np.zeros((values.shape[1], values.shape[1]))
        for start in range(first, last, CHUNK):
            rows = slice(start, min(start + CHUNK, last))
            found += (weight[rows, None] * values[rows]).T @ values[rows]
        return found

    return np.asarray(np.sum(in_pieces(product, len(values)), axis=0))


def taken(columns: Floats | Sequence[Floats], order: Places) -> Floats:
    """Columns side by side, in another order of their rows.

    Parameters
    ----------
    columns
        Shape (n, p), or each column.
    order
        The rows to take, shape (n,).
    """
    if isinstance(columns, np.ndarray) and columns.flags.c_contiguous:
        return _rows_taken(columns, order)
    each = columns.T if isinstance(columns, np.ndarray) else columns
    found = np.empty((len(order), len(each)), order="F")

    def some(first: int, last: int) -> None:
        for j, column in enumerate(each):
            np.take(column, order[first:last], out=found[first:last, j], mode="clip")

    in_pieces(some, len(order))
    return found


def _rows_taken(matrix: Floats, order: Places) -> Floats:
    found = np.empty(matrix.shape, order="F")

    def some(first: int, last: int) -> None:
        for start in range(first, last, CHUNK):
            rows = slice(start, min(start + CHUNK, last))
            found[rows] = matrix[order[rows]]

    in_pieces(some, len(order))
    return found
