"""Survival by lifelines, competing risks and rates by statsmodels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analyses.cross_check.findings import Compared, Without
from analyses.cross_check.looking import each, one
from analyses.scene import Scene
from analyses.schema.survival import CumulativeIncidenceStep, KaplanMeierStep, RatesStep
from cohort_stats.comparing.rows import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result, pick

Results = Mapping[str, Result]
Found = Iterator[Compared | Without]
LIFELINES, STATSMODELS = "lifelines", "statsmodels"
MEDIAN = (
    "lifelines takes the first time at which S(t) is at or below one half; ours is the middle of "
    "the stretch where S(t) runs flat at one half (convention flat_survival)"
)
SETS = "ours allows for matched sets; lifelines takes patients to be independent"
LANDMARK = "no second opinion: landmark analyses are not recomputed"
LATE = "lifelines counts who enters at a time as at risk at that time"


def kaplan_meier(step: KaplanMeierStep, scene: Scene, results: Results) -> Found:
    """S(t) at every event time and asked time, medians, log-rank test, restricted means."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    if step.landmark is not None:
        yield Without(step.id, LANDMARK)
        return
    endpoint, groups = scene.endpoint(step.endpoint), scene.groups(step.by) if step.by else None
    curves = results[f"{step.id}/curves"]
    means = results.get(f"{step.id}/rmst")
    for group, mine in _parts(endpoint, groups, curves):
        if not mine.any():
            continue
        fitter = KaplanMeierFitter().fit(*_given(endpoint, mine), entry=_entry(endpoint, mine))
        last = float(endpoint.time[mine].max())
        why = LATE if endpoint.entry is not None else ""
        yield from _along(
            f"{step.id}/curves", "curve", curves, group, fitter.predict, LIFELINES, last, why
        )
        yield from _along(
            f"{step.id}/curves", "survival", curves, group, fitter.predict, LIFELINES, last, why
        )
        for where, value in each(curves, "median", group=group):
            theirs = float(fitter.median_survival_time_)
            theirs = np.nan if np.isinf(theirs) else theirs
            yield Compared(
                f"{step.id}/curves", "median", LIFELINES, value, theirs, where, why=MEDIAN
            )
        if means is not None and endpoint.entry is None:
            horizon = one(means, "horizon")
            for where, value in each(means, "rmst", group=group):
                if horizon <= last or np.isfinite(value):
                    theirs = restricted_mean_survival_time(fitter, t=horizon)
                    yield Compared(f"{step.id}/rmst", "rmst", LIFELINES, value, theirs, where)
    if groups is not None and not step.strata and endpoint.entry is None:
        test = results[f"{step.id}/log-rank"]
        yield from _logrank(step, endpoint, groups, test, sets=scene.sets is not None)


#: Our names of the weights of a log-rank test -> lifelines'.
WEIGHTS = {"log-rank": None, "gehan-breslow": "wilcoxon", "tarone-ware": "tarone-ware"}


def _logrank(
    step: KaplanMeierStep, endpoint: Endpoint, groups: pd.Series, ours: Result, *, sets: bool
) -> Iterator[Compared]:
    from lifelines.statistics import multivariate_logrank_test

    if step.weights not in WEIGHTS:
        return
    known = endpoint.known & groups.notna().to_numpy()
    theirs = multivariate_logrank_test(
        endpoint.time[known], groups[known].astype(str), endpoint.event[known],
        weightings=WEIGHTS[step.weights],
    )  # fmt: skip
    analysis, why = f"{step.id}/log-rank", SETS if sets else ""
    for statistic, value in (("chi_square", theirs.test_statistic), ("p", theirs.p_value)):
        mine = one(ours, statistic)
        yield Compared(analysis, statistic, LIFELINES, mine, float(value), why=why)


def rates(step: RatesStep, _: Scene, results: Results) -> Iterator[Compared]:
    """Exact limits of each group's rate."""
    from statsmodels.stats.rates import confint_poisson

    result = results[step.id]
    for where, rate in each(result, "rate"):
        place = {"group": where.get("group", "")}
        events, time = one(result, "events", **place), one(result, "person_time", **place)
        if not events > 0 or not time > 0:
            continue
        low, high = confint_poisson(events, time, method="exact-c")
        scale = rate / (events / time)  # per how many
        for name, theirs in (("rate_low", low), ("rate_high", high)):
            ours = one(result, name, **place)
            yield Compared(step.id, name, STATSMODELS, ours, float(theirs) * scale, where)


def cumulative_incidence(
    step: CumulativeIncidenceStep, scene: Scene, results: Results
) -> Iterator[Compared]:
    """Both events' incidence at every time that is given."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    endpoint = scene.endpoint(step.endpoint)
    groups = scene.groups(step.by) if step.by else None
    assert endpoint.competing is not None
    kinds = np.where(endpoint.event, 1, np.where(endpoint.competing, 2, 0))
    for part, event in (("curves", 0), ("competing", 1)):
        result = results[f"{step.id}/{part}"]
        for group, mine in _parts(endpoint, groups, result):
            if len(np.unique(kinds[mine][kinds[mine] > 0])) < 2:
                continue
            last = float(endpoint.time[mine].max())
            theirs = CumIncidenceRight(endpoint.time[mine], kinds[mine])
            curve = np.append(0.0, theirs.cinc[event])

            def at(
                times: np.ndarray, own: np.ndarray = theirs.times, c: np.ndarray = curve
            ) -> np.ndarray:
                return c[np.searchsorted(own, times, "right")]

            for name in ("incidence_curve", "cumulative_incidence"):
                yield from _along(f"{step.id}/{part}", name, result, group, at, STATSMODELS, last)


def _along(
    analysis: str,
    statistic: str,
    result: Result,
    group: str,
    theirs: Callable[[np.ndarray], Any],
    library: str,
    last: float,
    why: str = "",
) -> Iterator[Compared]:
    """A whole curve up to the last follow-up: the number farthest from theirs stands for all."""
    mine = pick(result.numbers, statistic, group=group)
    if mine.empty:
        return
    mine = mine[mine["time"] <= last]  # nothing is known of later times
    if mine.empty:
        return
    times, values = mine["time"].to_numpy(float), mine["value"].to_numpy(float)
    other = np.asarray(theirs(times), dtype=float).reshape(-1)
    farthest = int(np.argmax(np.abs(values - other)))
    where = {"group": group, "time": times[farthest]}
    pair = float(values[farthest]), float(other[farthest])
    yield Compared(analysis, statistic, library, *pair, where, why=why)


def _parts(
    endpoint: Endpoint, groups: pd.Series | None, result: Result
) -> Iterator[tuple[str, np.ndarray]]:
    named = dict.fromkeys(result.numbers["group"])
    for group in named:
        mine = endpoint.known
        if groups is not None:
            inside = groups.notna() if group in ("", OVERALL) else groups.astype(str) == group
            mine = mine & inside.to_numpy()
        yield group, mine


def _given(endpoint: Endpoint, mine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return endpoint.time[mine], endpoint.event[mine]


def _entry(endpoint: Endpoint, mine: np.ndarray) -> np.ndarray | None:
    return None if endpoint.entry is None else endpoint.entry[mine]
