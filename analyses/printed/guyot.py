"""Individual times from a digitised Kaplan–Meier curve and the numbers at risk below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

MOST_ROUNDS = 200


@dataclass(frozen=True)
class CurvePatients:
    """Patients who give a curve; made from it, not those of the study.

    Parameters
    ----------
    time
        Of the event or of censoring, ascending.
    event
        Whether it is an event.
    """

    time: Floats
    event: Bools


def patients_of_curve(
    time: Sequence[float],
    survival: Sequence[float],
    risk_time: Sequence[float],
    at_risk: Sequence[int],
    events: int | None = None,
) -> CurvePatients:
    """Reconstruct times and events from a digitised curve.

    Parameters
    ----------
    time, survival
        Points of the curve from left to right, survival from 0 to 1; small rises, as a hand
        makes them, are taken out.
    risk_time, at_risk
        Numbers at risk as printed below the curve, the first at its beginning.
    events
        How many events there were in all, where printed.

    Returns
    -------
    CurvePatients
        As many as were at risk in the beginning.

    Raises
    ------
    ValueError
        When the points or the numbers at risk cannot be those of a curve.

    Notes
    -----
    Guyot, Ades, Ouwens, Welton, BMC Med Res Methodol 2012;12:9: between two printed numbers at
    risk patients are censored evenly, as many as make the next number come out; events are the
    drops of the curve in whole patients. In the last interval as many are censored as in those
    before it in the same time, or as make the number of events come out. What such patients
    give (log-rank, hazard ratio) is near what the study's own would, not the same.
    """
    t, s = _points(time, survival)
    starts, risk = _risks(t, risk_time, at_risk)
    k = len(t)
    ends = [*(start - 1 for start in starts[1:]), k - 1]
    censored, died = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    state = _State(n=float(risk[0]), last=1.0)
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        part = slice(first, last + 1)
        if i + 1 < len(starts):
            wanted = risk[i + 1]
            found = _interval(t[part], s[part], state, t[starts[i + 1]], wanted)
        else:
            before = int(died.sum())
            guess = _usual(censored, t, first, last)
            target = None if events is None else events - before
            found = _last(t[part], s[part], state, guess, target)
        died[part], censored[part], state = found
    return _listed(t, died, censored, round(state.n))


@dataclass(frozen=True)
class _State:
    """Where a walk along the curve stands: patients at risk, and its own curve."""

    n: float
    last: float


_Walk = tuple[Whole, Whole, _State]


def _points(time: Sequence[float], survival: Sequence[float]) -> tuple[Floats, Floats]:
    t, s = np.asarray(time, dtype=float), np.asarray(survival, dtype=float)
    if t.ndim != 1 or t.shape != s.shape or len(t) < 2:
        raise ValueError(f"time and survival must have the same length; got {len(t)}, {len(s)}")
    if not (np.isfinite(t).all() and np.isfinite(s).all() and (np.diff(t) >= 0).all()):
        raise ValueError("time must be ascending, without missing values")
    if s.min() < 0 or s.max() > 1:
        raise ValueError(f"survival must lie between 0 and 1; got {s.min():g} to {s.max():g}")
    if t[0] > 0:
        t, s = np.r_[0.0, t], np.r_[1.0, s]
    return t, np.minimum.accumulate(s)


def _risks(t: Floats, time: Sequence[float], at_risk: Sequence[int]) -> tuple[list[int], Whole]:
    """First point of each interval, and the number at risk there."""
    risk = np.asarray(at_risk, dtype=np.int64)
    if len(time) != len(risk) or not len(risk) or (np.diff(time) <= 0).any():
        raise ValueError("risk_time must be ascending, with one number at risk each")
    if (np.diff(risk) > 0).any() or risk[-1] < 0 or risk[0] < 1:
        raise ValueError(f"at_risk must not rise; got {list(at_risk)}")
    starts: list[int] = []
    kept: list[int] = []
    for when, n in zip(time, risk, strict=True):
        first = int(np.searchsorted(t, when))
        if first < len(t) and (not starts or first > starts[-1]):
            starts.append(first)
            kept.append(int(n))
    starts[0] = 0
    return starts, np.asarray(kept, dtype=np.int64)


def _spread(count: int, t: Floats, until: float) -> Whole:
    """Censored patients by point, evenly from the first point to the next interval."""
    if count <= 0:
        return np.zeros(len(t), dtype=np.int64)
    places = t[0] + (until - t[0]) * np.arange(1, count + 1) / (count + 1)
    at = np.clip(np.searchsorted(t, places, side="right") - 1, 0, len(t) - 1)
    return np.bincount(at, minlength=len(t)).astype(np.int64)


def _walk(s: Floats, censored: Whole, state: _State) -> _Walk:
    """Events at each point, given those who are censored after it."""
    n, last = state.n, state.last
    died, left = np.zeros(len(s), dtype=np.int64), np.zeros(len(s), dtype=np.int64)
    for i, (height, lost) in enumerate(zip(s.tolist(), censored.tolist(), strict=True)):
        if n <= 0:
            break
        drop = 0 if last <= 0 else round(n * (1 - height / last))
        drop = int(min(max(drop, 0), n))
        last *= 1 - drop / n
        gone = int(min(lost, n - drop))
        n -= drop + gone
        died[i], left[i] = drop, gone
    return died, left, _State(n, last)


def _interval(t: Floats, s: Floats, state: _State, until: float, wanted: int) -> _Walk:
    """The walk to the next number at risk, which as many censored as needed make come out."""
    ending = s[-1] / max(state.last, 1e-12)
    count = max(0, round(state.n * min(ending, 1.0) - wanted))
    best: tuple[float, _Walk] | None = None
    seen: set[int] = set()
    for _ in range(MOST_ROUNDS):
        found = _walk(s, _spread(count, t, until), state)
        off = found[2].n - wanted
        if best is None or abs(off) < best[0]:
            best = abs(off), found
        seen.add(count)
        count = max(0, count + round(off))
        if off == 0 or count in seen:
            break
    assert best is not None
    return best[1]


def _usual(censored: Whole, t: Floats, first: int, last: int) -> int:
    """As many censored as before the last interval in the same time."""
    before = t[first] - t[0]
    return round(censored[:first].sum() * (t[last] - t[first]) / before) if before > 0 else 0


def _last(t: Floats, s: Floats, state: _State, guess: int, events: int | None) -> _Walk:
    """The walk to the end of the curve; censored such that so many events come out."""
    until = float(t[-1])
    if events is None:
        return _walk(s, _spread(min(max(guess, 0), round(state.n)), t, until), state)
    walks = [_walk(s, _spread(count, t, until), state) for count in range(round(state.n) + 1)]
    return min(walks, key=lambda w: (abs(int(w[0].sum()) - events), abs(w[2].last - s[-1])))


def _listed(t: Floats, died: Whole, censored: Whole, left: int) -> CurvePatients:
    """One row a patient; those censored between two points half way, the rest at the end."""
    middle = np.r_[(t[:-1] + t[1:]) / 2, t[-1]]
    times = np.concatenate([np.repeat(t, died), np.repeat(middle, censored), np.full(left, t[-1])])
    event = np.zeros(len(times), dtype=bool)
    event[: int(died.sum())] = True
    order = np.lexsort((~event, times))
    return CurvePatients(times[order], event[order])
