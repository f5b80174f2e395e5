"""How many ranks within a stretch of a sequence are below, equal to or above a rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Words = npt.NDArray[np.uint64]

WORD = 64  # bits
UNDER = (np.uint64(1) << np.arange(WORD, dtype=np.uint64)) - np.uint64(1)  # the bits below a bit
AT_ONCE = 16_384  # questions whose positions fit the cache together


def by_rank(rank: Places, weight: Floats | None, low: Places, high: Places, than: Places) -> Floats:
    """Weights within stretches of a sequence, of ranks below, equal to and above a rank.

    Bit by bit, the sequence is parted by a bit of its ranks, and each stretch is followed
    into the part that its own rank belongs to (a wavelet matrix: Claude, Navarro and Ordóñez
    2015); the bits of 64 places stand in one word, in which they are counted at once.

    Parameters
    ----------
    rank, weight
        The sequence, shape (n,); ranks from 0. Without weights each counts one.
    low, high
        Stretch of each question: positions from `low` up to but without `high`, shape (q,).
    than
        Rank of each question, shape (q,).

    Returns
    -------
    numpy.ndarray
        Shape (3, q).
    """
    whole, total = _Wavelet.of(rank, weight, than), _running(weight)
    below, equal = whole.from_start(high, than)
    if low.any():
        before, same = whole.from_start(low, than)
    else:
        before, same = (np.take(column, than) for column in whole.at_start)
    below, equal = below - before, equal - same
    return np.stack([below, equal, _up_to(total, high) - _up_to(total, low) - below - equal])


@dataclass(frozen=True)
class _Wavelet:
    """A sequence of ranks, parted bit by bit.

    Parameters
    ----------
    levels
        Bit by bit, the highest first.
    weight
        Running weights of the sequence as it is in the end; None without weights.
    at_start
        For each rank, what `from_start` gives for no elements.
    """

    levels: tuple[_Level, ...]
    weight: Floats | None
    at_start: tuple[npt.NDArray, npt.NDArray]

    @classmethod
    def of(cls, rank: Places, weight: Floats | None, than: Places) -> _Wavelet:
        largest = int(max(rank.max(initial=0), than.max(initial=0)))
        rank = rank.astype(np.int32)  # half the memory to move
        levels: list[_Level] = []
        place, under = np.zeros(1, dtype=np.intp), np.zeros(1)
        for shift in reversed(range(largest.bit_length())):
            ones = (rank >> shift & 1).astype(bool)
            level = _Level.of(shift, ones, weight)
            levels.append(level)
            parted = np.concatenate([np.flatnonzero(~ones), np.flatnonzero(ones)])
            rank = rank[parted]
            weight = None if weight is None else weight[parted]
            before = level.ones_before(place)
            zeros = place - before
            under = np.stack([under, under + _up_to(level.zeros_weight, zeros)], axis=1).ravel()
            place = np.stack([zeros, level.zeros + before], axis=1).ravel()
        last = _running(weight)
        return cls(tuple(levels), last, (under, _up_to(last, place)))

    def from_start(self, high: Places, than: Places) -> tuple[Floats, Floats]:
        """Weights up to a place, and where it leads; of use less those of another place."""
        below, equal = np.zeros((2, len(than)))
        for start in range(0, len(than), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            place, own, found = high[some].copy(), than[some], below[some]
            counted = np.zeros_like(place)
            for level in self.levels:
                above = -(own >> level.shift & 1)  # every bit of those who go with the ones
                ones = level.ones_before(place)
                place -= ones
                if level.zeros_weight is None:
                    counted += place & above
                else:
                    found -= level.zeros_weight[place] * above
                ones += level.zeros
                place ^= (place ^ ones) & above
            found += counted
            equal[some] = _up_to(self.weight, place)
        return below, equal


@dataclass(frozen=True)
class _Level:
    """One bit of the ranks of a sequence.

    Parameters
    ----------
    shift
        Which bit.
    words, before
        The bits, 64 a word, and the ones in the words before each; with a word too many.
    zeros
        How many of the bits are zero.
    zeros_weight
        Running weights of those whose bit is zero, from 0; None without weights.
    """

    shift: int
    words: Words
    before: Places
    zeros: int
    zeros_weight: Floats | None

    @classmethod
    def of(cls, shift: int, ones: Bools, weight: Floats | None) -> _Level:
        padded = np.zeros((len(ones) // WORD + 1) * WORD, dtype=bool)
        padded[: len(ones)] = ones
        words = np.packbits(padded, bitorder="little").view("<u8")
        counts = np.bitwise_count(words)
        before = np.cumsum(counts, dtype=np.intp) - counts
        zeros_weight = None if weight is None else _running(weight[~ones])
        return cls(shift, words, before, len(ones) - int(counts.sum(dtype=np.intp)), zeros_weight)

    def ones_before(self, place: Places) -> Places:
        word = place >> 6
        here = np.take(self.words, word, mode="clip")
        here &= np.take(UNDER, place & (WORD - 1), mode="clip")
        before = np.take(self.before, word, mode="clip")
        before += np.bitwise_count(here)
        return before


def _running(weight: Floats | None) -> Floats | None:
    return None if weight is None else np.concatenate([[0.0], np.cumsum(weight)])


def _up_to(sums: Floats | None, place: Places) -> npt.NDArray:
    """Weights before a place, from running weights; without weights, how many there are."""
    return place if sums is None else np.take(sums, place)
