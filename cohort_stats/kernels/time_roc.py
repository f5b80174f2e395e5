"""Areas under time-dependent ROC curves, censoring weighed out, with influence functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Censoring:
    """Kaplan–Meier of the censoring times.

    Parameters
    ----------
    time
        Distinct censoring times, ascending, shape (k,).
    survival
        Probability of being uncensored after each, shape (k,).
    at_risk
        Patients under observation at each, those with an event then included.
    censored
        How many were censored at each.
    """

    time: Floats
    survival: Floats
    at_risk: Floats
    censored: Floats

    def before(self, times: Floats) -> Floats:
        """Probability of being uncensored just before each time."""
        return self._at(np.searchsorted(self.time, times, side="left"))

    def after(self, time: float) -> float:
        """Probability of being uncensored after a time."""
        return float(self._at(np.searchsorted(self.time, [time], side="right"))[0])

    def _at(self, place: npt.NDArray) -> Floats:
        return np.asarray(np.r_[1.0, self.survival][place], dtype=np.float64)


def censoring(time: Floats, censored: Bools) -> Censoring:
    """Kaplan–Meier of the censoring times; an event at the same time comes first.

    Parameters
    ----------
    time, censored
        Shape (n,).
    """
    times = np.unique(time[censored])
    ordered = np.sort(time)
    at_risk = len(time) - np.searchsorted(ordered, times, side="left")
    count = np.bincount(np.searchsorted(times, time[censored]), minlength=len(times))
    events = np.sort(time[~censored])
    gone = np.searchsorted(events, times, side="right") - np.searchsorted(events, times, "left")
    steps = 1 - count / (at_risk - gone)
    curve = np.asarray(np.cumprod(steps), dtype=np.float64)
    return Censoring(times, curve, at_risk.astype(float), count.astype(float))


@dataclass(frozen=True)
class TimeArea:
    """The area at one time.

    Parameters
    ----------
    area
        nan when there are no cases or no controls.
    influence
        Of each patient on the area, shape (n,).
    cases, controls
        Weight of each patient as one, shape (n,).
    """

    area: float
    influence: Floats
    cases: Floats
    controls: Floats


def area_at(
    at: float, time: Floats, event: Bools, censored: Bools, marker: Floats, found: Censoring
) -> TimeArea:
    """Cumulative/dynamic area: events up to `at` against those without one by then.

    Parameters
    ----------
    at
        The time.
    time, event, censored
        Shape (n,); a patient with neither had a competing event and stays a control.
    marker
        High values speak for the event, shape (n,).
    found
        Of the same patients.

    Notes
    -----
    Weights 1/G(t−) for what happened at t ≤ `at` and 1/G(`at`) for those still followed, G by
    Kaplan–Meier; the influence function includes that of G (Blanche, Dartigues and Jacqmin-Gadda
    2013; R: ``riskRegression::Score``, whose at-risk counts at tied times are kept).
    """
    n, late = len(time), found.after(at)
    with np.errstate(divide="ignore"):
        weight = np.where(time <= at, 1 / found.before(time), 1 / late if late > 0 else np.nan)
    cases = np.where((time <= at) & event, weight, 0.0)
    controls = np.where((time > at) | ((time <= at) & ~event & ~censored), weight, 0.0)
    m, k = cases.sum(), controls.sum()
    if not (m > 0 and k > 0):  # nan where nobody is followed beyond `at`
        return TimeArea(float("nan"), np.full(n, np.nan), cases, controls)
    below, above = _shares(marker, cases, controls)
    area = float((cases * below).sum() / (m * k))
    own = cases * (below - area * k) + controls * (above - area * m)
    influence = (own + _through_weights(at, time, censored, own, found)) * n / (m * k)
    return TimeArea(area, influence, cases, controls)


def _shares(marker: Floats, cases: Floats, controls: Floats) -> tuple[Floats, Floats]:
    """Weight of the controls below each patient's marker, and of the cases above; ties half."""
    _, codes = np.unique(marker, return_inverse=True)
    here = [np.bincount(codes, weights=w) for w in (cases, controls)]
    below = np.cumsum(here[1]) - here[1] / 2
    above = here[0].sum() - np.cumsum(here[0]) + here[0] / 2
    return below[codes], above[codes]


def _through_weights(
    at: float, time: Floats, censored: Bools, own: Floats, found: Censoring
) -> Floats:
    """What each patient does to the area by way of the censoring weights."""
    within = found.time <= at
    times = found.time[within]
    if not len(times):
        return np.zeros(len(time))
    # What weighs after each censoring time: later events, and those followed beyond `at`.
    ends = np.where(time <= at, time, np.inf)
    order = np.argsort(ends, kind="stable")
    tail = np.r_[np.cumsum(own[order][::-1])[::-1], 0.0]
    later = tail[np.searchsorted(ends[order], times, side="right")]
    jump = later / found.at_risk[within]
    drift = np.r_[0.0, np.cumsum(jump * found.censored[within] / found.at_risk[within])]
    gone = drift[np.searchsorted(times, time, side="right")]
    place = np.minimum(np.searchsorted(times, time), len(times) - 1)
    left = np.where(censored & (times[place] == time), jump[place], 0.0)
    return np.asarray(left - gone, dtype=np.float64)
