"""How well a marker tells, at a time, who has had the event from who has not."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.sample import Direction, must_be_numbers
from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import time_roc as kernel
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, along, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
NAN = float("nan")
METHOD = "inverse probability of censoring weights, influence function"
WORDS = (
    "Time-dependent areas under the ROC curve compare patients with the event by a time with those "
    "without it (cumulative/dynamic), weighted by the inverse probability of being uncensored "
    "(Kaplan–Meier); their standard errors are those of the influence function, the estimation of "
    "the weights included"
)


def time_roc(
    endpoint: Endpoint,
    marker: pd.Series,
    *,
    direction: Direction,
    times: Sequence[float],
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Time-dependent ROC curves of a marker.

    Parameters
    ----------
    endpoint
        Time and event, n patients. A patient with a competing event by a time is one without
        the event.
    marker
        Numbers, n patients.
    direction
        ``high`` or ``low`` values speak for the event.
    times
        Times fixed beforehand, in the endpoint's unit.
    conventions
        Recorded only.

    Returns
    -------
    Result
        At each time: events_to_date, competing_to_date, at_risk (still followed then) and
        censored_to_date (these count by the weights of the others), auc with auc_se, limits and
        p against 0.5; the points of the curve.

    Raises
    ------
    ValueError
        When `times` are not numbers above 0, `marker` is not numbers, the lengths differ, or
        the endpoint has entry times.

    Notes
    -----
    R: ``riskRegression::Score(list(marker), Surv(time, event) ~ 1, times =, conf.int = TRUE,
    conservative = FALSE)``, which is ``timeROC::timeROC(weighting = "marginal", iid = TRUE)``
    but for details of ties. Uno et al., J Am Stat Assoc 2007;102:527–537; Blanche, Dartigues
    and Jacqmin-Gadda, Stat Med 2013;32:5381–5397.
    """
    conventions = as_conventions(conventions)
    marker = as_series("marker", marker)
    must_be_numbers("marker", marker)
    who = _Followed(endpoint, pd.DataFrame({"marker": marker}), {"marker": direction}, times)
    found, drawn, warnings = rows(who.counts, **who.shared), [], []
    for at in who.times:
        one = who.area("marker", at)
        found += who.rows(one, at, "")
        warnings += who.told(one, at, "")
        if not np.isnan(one.area):
            drawn.append(_points(one, who.columns["marker"], direction, who.shared, at))
    numbers = pd.concat([as_numbers(found), *drawn], ignore_index=True)
    words = f"{WORDS}; {direction} values were taken to indicate the event."
    return Result(numbers, words, who.n, who.left_out, conventions, tuple(dict.fromkeys(warnings)))


def compare_time_areas(
    endpoint: Endpoint,
    markers: pd.DataFrame,
    *,
    direction: Direction | Mapping[str, Direction],
    times: Sequence[float],
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare the time-dependent areas of markers measured in the same patients.

    Parameters
    ----------
    endpoint, times, conventions
        As for :func:`time_roc`.
    markers
        One column a marker, n rows.
    direction
        ``high`` or ``low``, for all markers or for each by its name.

    Returns
    -------
    Result
        On the patients with every marker known, at each time: auc with limits of each marker
        (`term`); for each pair (`term` against `level`) auc_difference with limits,
        test_statistic, p.

    Notes
    -----
    The difference of the influence functions gives the standard error. R: the contrasts of
    ``riskRegression::Score``, whose sign is the other way round; ``timeROC::compare``.
    """
    conventions = as_conventions(conventions)
    must_be("markers", markers, pd.DataFrame, "a frame with one column a marker")
    names = [str(name) for name in markers]
    ways = direction if isinstance(direction, Mapping) else dict.fromkeys(names, direction)
    if len(names) < 2:
        raise ValueError(f"markers must be two columns or more; got {len(names)}")
    who = _Followed(endpoint, markers.set_axis(names, axis=1), ways, times)
    found, warnings = rows(who.counts, **who.shared), []
    for at in who.times:
        areas = {name: who.area(name, at) for name in names}
        for name, one in areas.items():
            found += who.rows(one, at, name)
            warnings += who.told(one, at, "")
        for a, b in itertools.combinations(names, 2):
            value = areas[a].area - areas[b].area
            se = _standard_error(areas[a].influence - areas[b].influence)
            numbers = _with_limits("auc_difference", value, se, (-1, 1), 0.0)
            numbers["test_statistic"] = value / se if se > 0 else NAN
            found += rows(numbers, term=a, level=b, time=at, method=METHOD, **who.shared)
    n, left_out = who.n, who.left_out
    told = tuple(dict.fromkeys(warnings))
    words = f"{WORDS}; areas of markers were compared in the same patients."
    return Result(as_numbers(found), words, n, left_out, conventions, told)


class _Followed:
    """Patients with a follow-up time and every marker known."""

    def __init__(
        self,
        endpoint: Endpoint,
        markers: pd.DataFrame,
        ways: Mapping[str, Direction],
        times: Sequence[float],
    ):
        must_be("endpoint", endpoint, Endpoint, "an Endpoint")
        if endpoint.entry is not None:
            raise ValueError("endpoint must not have entry times: its weights allow for none")
        good = [isinstance(t, int | float | np.number) and 0 < t < np.inf for t in times]
        if isinstance(times, str) or not good or not all(good):
            raise ValueError(f"times must be numbers above 0, at least one; got {times!r}")
        if len(markers) != len(endpoint):
            raise ValueError(f"marker must have {len(endpoint)} values; got {len(markers)}")
        for name in markers:
            must_be_numbers(f"marker {name!r}", markers[name])
            must_be_one_of("direction", ways.get(str(name)), ("high", "low"))
        keep = endpoint.known & markers.notna().to_numpy().all(axis=1)
        self.part = endpoint.where(keep)
        self.left_out, self.n = int((~keep).sum()), int(keep.sum())
        self.times = [float(t) for t in times]
        self.columns: dict[str, Floats] = {}
        for name in map(str, markers):
            sign = 1.0 if ways[name] == "high" else -1.0
            self.columns[name] = sign * markers[name].to_numpy(dtype=float, na_value=NAN)[keep]
        self.censoring = kernel.censoring(self.part.time, self.part.censored)
        self.shared: dict[str, Any] = {"n_used": self.n, "n_missing": self.left_out}
        self.counts = {"n": self.n, "events": int(self.part.event.sum())}

    def area(self, name: str, at: float) -> kernel.TimeArea:
        """The area of a marker at a time."""
        part = self.part
        return kernel.area_at(
            at, part.time, part.event, part.censored, self.columns[name], self.censoring
        )

    def rows(self, one: kernel.TimeArea, at: float, term: str) -> list[dict[str, object]]:
        """The numbers of an area."""
        time, part = self.part.time, self.part
        others = part.competing if part.competing is not None else np.zeros(len(time), bool)
        values: dict[str, object] = {
            "events_to_date": int((part.event & (time <= at)).sum()),
            "censored_to_date": int((part.censored & (time <= at)).sum()),
            "competing_to_date": int((others & (time <= at)).sum()),
            "at_risk": int((time > at).sum()),
        }
        se = _standard_error(one.influence)
        values |= {"auc_se": se} | _with_limits("auc", one.area, se, (0, 1), 0.5)
        return rows(values, term=term, time=at, method=METHOD, **self.shared)

    def told(self, one: kernel.TimeArea, at: float, which: str) -> list[str]:
        """What to know of an area."""
        unit = f" {self.part.unit}" if self.part.unit else ""
        where = f"at {at:g}{unit}{which}"
        if np.isnan(one.area):
            events = (self.part.event & (self.part.time <= at)).any()
            why = "nobody was followed so long" if events else "no event has happened by then"
            return [f"{where}: no area, as {why}"]
        few = int((one.cases > 0).sum()), int((one.controls > 0).sum())
        if min(few) < 10:
            return [f"{where}: only {counted(few[0])} with and {few[1]} without the event"]
        return []


def _standard_error(influence: Floats) -> float:
    n = len(influence)
    return float(influence.std(ddof=1) / np.sqrt(n)) if n > 1 else NAN


def _with_limits(
    name: str, value: float, se: float, within: tuple[float, float], null: float
) -> dict[str, Any]:
    known = se > 1e-14
    low, high = (np.clip(value + s * Z95 * se, *within) if known else NAN for s in (-1, 1))
    p = normal_two_sided((value - null) / se) if known else NAN
    return {name: value, f"{name}_low": float(low), f"{name}_high": float(high), "p": p}


def _points(
    one: kernel.TimeArea, marker: Floats, direction: Direction, shared: dict[str, Any], at: float
) -> pd.DataFrame:
    """The curve at a time, from the strictest cut-off to the most lenient."""
    sign = 1.0 if direction == "high" else -1.0
    values, codes = np.unique(marker, return_inverse=True)
    risen = []
    for weights in (one.cases, one.controls):
        counts = np.bincount(codes, weights=weights)[::-1]
        risen.append(np.r_[0.0, np.cumsum(counts) / counts.sum()])
    cutoffs = sign * np.r_[np.inf, ((values[1:] + values[:-1]) / 2)[::-1], -np.inf]
    points = {"roc_sensitivity": risen[0], "roc_specificity": 1 - risen[1]}
    return along(points, shared, level=[repr(float(c)) for c in cutoffs], time=at)
