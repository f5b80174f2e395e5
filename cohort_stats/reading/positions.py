"""Rows and columns of a sheet, named in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

MOST_RANGES = 8


def ranges_in_words(positions: Sequence[int], name: Callable[[int], str] = str) -> str:
    """Positions with those that follow each other joined: ``3, 7–9``.

    Parameters
    ----------
    positions
        1-based, rising.
    name
        What one position is called.

    Notes
    -----
    No more than eight ranges are named; after them stands how many positions there are.
    """
    ranges: list[tuple[int, int]] = []
    for position in positions:
        if ranges and position == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], position)
        else:
            ranges.append((position, position))
    words = [name(a) if a == b else f"{name(a)}–{name(b)}" for a, b in ranges]
    if len(words) > MOST_RANGES:
        words[MOST_RANGES:] = [f"… ({len(positions)} in all)"]
    return ", ".join(words)
