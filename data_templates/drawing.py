"""Random numbers that keep what is printed: mean and deviation to the digit, survival curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_templates.margins import Moments

Floats = npt.NDArray[np.float64]
ROUNDS, TRIES = 200, 4000


def with_moments(
    z: Floats, moments: Moments, low: float, high: float, step: float, skewed: bool
) -> Floats:
    """Values in whole steps whose mean and deviation are those printed, as far as they can be.

    Parameters
    ----------
    z
        Standard normal numbers, whose order and shape the values keep.
    moments
        As printed.
    low, high
        Limits; infinite where there are none.
    step
        To which the values are measured.
    skewed
        Lognormal above `low` instead of normal.

    Returns
    -------
    array
        Mean and deviation print as the paper's, unless limits, step and size leave no way.
    """
    mean, sd = moments.mean.value, moments.sd.value
    if len(z) < 2 or sd == 0:
        return np.full(len(z), _to_step(np.array([mean]), step)[0])
    values = _skewed(z, mean, sd, low) if skewed else mean + sd * z
    bottom, top = _to_step_limits(low, high, step)
    for _ in range(ROUNDS):
        values = np.clip(values, bottom, top)
        spread = values.std(ddof=1)
        if spread == 0:
            values = np.clip(mean + sd * z, bottom, top)
            continue
        values = mean + (values - values.mean()) * sd / spread
    return _tuned(np.clip(_to_step(values, step), bottom, top), moments, bottom, top, step)


def _skewed(z: Floats, mean: float, sd: float, low: float) -> Floats:
    above = mean - (low if math.isfinite(low) else 0.0)
    spread = math.sqrt(math.log(1 + (sd / above) ** 2))
    return np.asarray(mean - above + above * np.exp(spread * z - spread**2 / 2))


def _to_step(values: Floats, step: float) -> Floats:
    return np.round(np.round(values / step) * step, 9) + 0.0  # no zero with a minus


def _to_step_limits(low: float, high: float, step: float) -> tuple[float, float]:
    bottom = math.ceil(low / step - 1e-9) * step if math.isfinite(low) else low
    top = math.floor(high / step + 1e-9) * step if math.isfinite(high) else high
    return round(bottom, 9), round(top, 9)


def _tuned(values: Floats, moments: Moments, low: float, high: float, step: float) -> Floats:
    """Move single values by a step until mean and deviation print as they should.

    Each move is the one that leaves mean and deviation nearest to what is printed, in units of
    their rounding.
    """
    n = len(values)
    goal = np.array([moments.mean.value, moments.sd.value])
    room = np.array([moments.mean.unit, moments.sd.unit]) / 2
    values = values.copy()
    best = float(_distance(values.sum(), (values**2).sum(), n, goal, room))
    for _ in range(TRIES):
        if best < 0.9:
            break
        total, squares = values.sum(), (values**2).sum()
        moved = np.concatenate([values + step, values - step])
        before = np.concatenate([values, values])
        allowed = (moved >= low - 1e-9) & (moved <= high + 1e-9)
        far = _distance(total - before + moved, squares - before**2 + moved**2, n, goal, room)
        far = np.where(allowed, far, np.inf)
        pick = int(np.argmin(far))
        if far[pick] >= best - 1e-12:
            pair = _pair(values, step, low, high, goal, room)
            if pair is None or pair[0] >= best - 1e-12:
                break
            best, i, j = pair
            values[i] += step
            values[j] -= step
        else:
            best = float(far[pick])
            values[pick % n] = moved[pick]
        values = np.round(values, 9)
    return values


def _pair(
    values: Floats, step: float, low: float, high: float, goal: Floats, room: Floats
) -> tuple[float, int, int] | None:
    """The best way to raise one value and lower another: it changes the deviation alone."""
    n = len(values)
    up = np.flatnonzero(values + step <= high + 1e-9)
    down = np.flatnonzero(values - step >= low - 1e-9)
    if not len(up) or not len(down):
        return None
    change = (2 * step * values[up] + step**2)[:, None] + (-2 * step * values[down] + step**2)
    same = up[:, None] == down[None, :]
    far = _distance(values.sum(), (values**2).sum() + change, n, goal, room)
    far = np.where(same, np.inf, far)
    at = np.unravel_index(int(np.argmin(far)), far.shape)
    return float(far[at]), int(up[at[0]]), int(down[at[1]])


def _distance(total: Any, squares: Any, n: int, goal: Floats, room: Floats) -> Any:
    mean = total / n
    sd = np.sqrt(np.maximum(squares - n * mean**2, 0) / (n - 1))
    return np.maximum(np.abs(mean - goal[0]) / room[0], np.abs(sd - goal[1]) / room[1])


def survival_times(
    n: int, knots: Sequence[tuple[float, float]], rng: np.random.Generator
) -> Floats:
    """Times until an event whose survival runs through given points.

    Parameters
    ----------
    n
        How many.
    knots
        (time, share still without the event), falling; constant hazard between two of them,
        and after the last as before it.
    rng
        Of the order; the times themselves are evenly spread quantiles.

    Returns
    -------
    array
        In random order.
    """
    times = np.array([0.0, *(t for t, _ in knots)])
    logs = np.array([0.0, *(-math.log(max(s, 1e-12)) for _, s in knots)])
    wanted = -np.log(1 - (np.arange(n) + 0.5) / n)
    inside = np.interp(wanted, logs, times)
    hazard = (logs[-1] - logs[-2]) / (times[-1] - times[-2])
    after = times[-1] + (wanted - logs[-1]) / hazard
    return np.asarray(rng.permutation(np.where(wanted <= logs[-1], inside, after)))


def followed(
    times: pd.Series,
    censored: tuple[float, float] | pd.Series | None,
    step: float,
    rng: np.random.Generator,
) -> tuple[pd.Series, pd.Series]:
    """Time and event where follow-up ends at a random time, or at a given one.

    Parameters
    ----------
    times
        Until the event.
    censored
        From when to when follow-up ends, or each patient's end; None where it never does.
    step
        To which times are measured.
    rng
        Of the ends.
    """
    if isinstance(censored, pd.Series):
        ends: Floats | float = censored.to_numpy(dtype=float)
    else:
        low, high = censored or (math.inf, math.inf)
        ends = rng.uniform(low, high, len(times)) if math.isfinite(high) else np.inf
    seen = pd.Series(np.minimum(times, ends), index=times.index)
    rounded = (seen / step).round().mul(step).round(9)
    happened = pd.Series(np.where(times <= ends, "Yes", "No"), index=times.index)
    return rounded, happened.where(times.notna())


def dealt_within(
    values: pd.Series, bounds: pd.Series, below: bool, rng: np.random.Generator
) -> pd.Series:
    """The same values among the same patients, none beyond another column if that can be.

    Parameters
    ----------
    values
        Numbers; patients without one stay without one.
    bounds
        Each patient's bound; missing where there is none.
    below
        Whether values are at most their bound; else at least.
    rng
        Of the order.

    Returns
    -------
    Series
        Those with the narrowest bound choose first; who finds nothing within it gets the bound.
    """
    sign = -1.0 if below else 1.0
    own = sign * values.to_numpy(dtype=float)
    least = np.nan_to_num(sign * bounds.to_numpy(dtype=float), nan=-np.inf)
    having = np.flatnonzero(~np.isnan(own))
    left = np.sort(own[having])
    for patient in having[np.argsort(-least[having], kind="stable")]:
        first = int(np.searchsorted(left, least[patient]))
        at = int(rng.integers(first, len(left))) if first < len(left) else len(left) - 1
        own[patient] = max(left[at], least[patient])
        left = np.delete(left, at)
    return pd.Series(sign * own, index=values.index)


def scaled(values: Floats) -> Floats:
    """Values with mean 0 and deviation 1; zeros where they do not vary."""
    spread = np.nanstd(values, ddof=1) if len(values) > 1 else 0.0
    if not spread > 0:
        return np.zeros(len(values))
    return np.asarray(np.nan_to_num((values - np.nanmean(values)) / spread), dtype=float)
