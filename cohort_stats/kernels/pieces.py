"""Long arrays in pieces, on all processors."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

T = TypeVar("T")

MANY = 200_000  # rows; with fewer, threads cost more than they save
PIECES = 8  # whatever the number of processors, so that sums are the same everywhere


def in_pieces(work: Callable[[int, int], T], n: int) -> list[T]:
    """What `work(start, end)` gives for consecutive pieces of n rows, in order.

    numpy lets other threads run while it computes.
    """
    if n < MANY:
        return [work(0, n)]
    bounds = np.linspace(0, n, PIECES + 1).astype(int).tolist()
    with ThreadPoolExecutor(min(PIECES, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))
