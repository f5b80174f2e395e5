"""Survival curves by lifelines and statsmodels, log-rank tests by both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.cross_check.along import along, parts
from analyses.cross_check.findings import Compared, NoOpinion, Without
from analyses.cross_check.looking import each, one
from analyses.scene import Scene
from analyses.schema.survival import KaplanMeierStep
from cohort_stats.distributions import Z95
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Results = Mapping[str, Result]
Found = Iterator[Compared | Without]
LIFELINES, STATSMODELS = "lifelines", "statsmodels"
MEDIAN = (
    "the other programs take the first time at which S(t) is at or below one half; ours is the "
    "middle of the stretch where S(t) runs flat at one half (convention flat_survival)"
)
SETS = "ours allows for matched sets; lifelines takes patients to be independent"
ROBUST_LIMITS = (
    "none of the three libraries has limits of weighted curves that allow for the weights"
)
ROBUST_TEST = "none of the three libraries has a log-rank test that allows for weights"
TREND = "none of the three libraries tests a trend across groups"
#: Our names of the weights of a log-rank test -> lifelines' and statsmodels'.
WEIGHTS = {"log-rank": None, "gehan-breslow": "wilcoxon", "tarone-ware": "tarone-ware",
           "peto-peto": "peto"}  # fmt: skip
STRATIFIED = {"log-rank": None, "gehan-breslow": "gb", "tarone-ware": "tw"}


def kaplan_meier(step: KaplanMeierStep, scene: Scene, results: Results) -> Found:
    """S(t) with its limits at every time, medians, restricted means, log-rank tests."""
    endpoint = scene.endpoint(step.endpoint)
    if step.landmark is not None:
        endpoint, scene = _from_landmark(endpoint, scene, step.landmark)
    groups = scene.groups(step.by) if step.by else None
    yield from _curves(step, scene, endpoint, groups, results)
    if groups is not None:
        yield from _tests(step, scene, endpoint, groups, results)


def _from_landmark(endpoint: Endpoint, scene: Scene, at: float) -> tuple[Endpoint, Scene]:
    """Those under observation just after the landmark, their time counted from there."""
    kept = endpoint.known & (endpoint.time > at)
    if endpoint.entry is not None:
        kept &= endpoint.entry <= at
    time, event = endpoint.time[kept] - at, endpoint.event[kept]
    return Endpoint(time, event, endpoint.unit, endpoint.label), scene.where(kept)


def _curves(
    step: KaplanMeierStep,
    scene: Scene,
    endpoint: Endpoint,
    groups: pd.Series | None,
    results: Results,
) -> Found:
    analysis, means = f"{step.id}/curves", results.get(f"{step.id}/rmst")
    curves = results[analysis]
    weights = None if scene.weights is None else scene.weights.to_numpy(float)
    scale = scene.plan.conventions.survival_interval
    for group, mine in parts(endpoint, groups, curves):
        counts = mine if weights is None else mine & (weights > 0)
        if not counts.any():
            continue
        part = endpoint.where(counts)
        again = (
            _by_lifelines(part, None if weights is None else weights[counts])
            if part.entry is None
            else _by_statsmodels(part)
        )
        last = float(part.time.max())
        for name in ("curve", "survival"):
            yield from along(analysis, name, curves, group, again.at, again.library, last)
            if weights is None:
                limits = again if scale == "log-log" else _by_statsmodels(part)
                for end, theirs in limits.limits(scale).items():
                    yield from along(
                        analysis, f"{name}_{end}", curves, group, theirs, limits.library, last
                    )
        yield from _median(analysis, curves, group, again)
        if means is not None and again.fitter is not None:
            yield from _restricted(step, means, group, again.fitter, last)
    if weights is not None:
        yield Without(f"{analysis}, limits", ROBUST_LIMITS)


@dataclass(frozen=True)
class _Again:
    """A curve by another program: its steps, shapes (k,), and lifelines' own object."""

    library: str
    times: Floats
    curve: Floats
    se: Floats | None = None
    fitter: Any = None

    def at(self, asked: Floats) -> Floats:
        """S(t)."""
        steps = np.r_[1.0, self.curve]
        return np.asarray(steps[np.searchsorted(self.times, asked, "right")])

    def limits(self, scale: str) -> dict[str, Callable[[Floats], Floats]]:
        """Limits of S(t) as functions of time; nan where S(t) is 0 or 1."""
        inside = (self.curve > 1e-12) & (self.curve < 1 - 1e-12)
        if self.fitter is not None:
            frame = self.fitter.confidence_interval_
            pair = [frame.iloc[:, k].to_numpy(float) for k in (0, 1)]
        else:
            pair = _from_error(self.curve, np.asarray(self.se), scale)

        def at(values: Floats) -> Callable[[Floats], Floats]:
            steps = np.r_[np.nan, np.where(inside, values, np.nan)]
            return lambda asked: steps[np.searchsorted(self.times, asked, "right")]

        return {end: at(values) for end, values in zip(("low", "high"), pair, strict=True)}

    @property
    def median(self) -> tuple[float, bool]:
        """The first time at which S(t) is at or below one half, and whether it is flat there."""
        below = np.flatnonzero(self.curve <= 0.5 + 1e-12)
        if not len(below):
            return float("nan"), False
        return float(self.times[below[0]]), abs(self.curve[below[0]] - 0.5) < 1e-9


def _by_lifelines(part: Endpoint, weights: Floats | None) -> _Again:
    from lifelines import KaplanMeierFitter

    fitter = KaplanMeierFitter().fit(part.time, part.event, weights=weights)
    curve = fitter.survival_function_
    values = curve.iloc[:, 0].to_numpy(float)
    return _Again(LIFELINES, curve.index.to_numpy(float), values, fitter=fitter)


def _by_statsmodels(part: Endpoint) -> _Again:
    from statsmodels.duration.survfunc import SurvfuncRight

    found = SurvfuncRight(part.time, part.event.astype(int), entry=part.entry)
    columns = (found.surv_times, found.surv_prob, found.surv_prob_se)
    return _Again(STATSMODELS, *(np.asarray(c, dtype=np.float64) for c in columns))


def _from_error(curve: Floats, se: Floats, scale: str) -> list[Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == "log":
            pair = [curve * np.exp(sign * Z95 * se / curve) for sign in (-1, 1)]
        elif scale == "plain":
            pair = [curve + sign * Z95 * se for sign in (-1, 1)]
        else:
            spread = Z95 * se / (curve * np.log(curve))
            pair = [curve ** np.exp(sign * spread) for sign in (-1, 1)]
    return [np.clip(values, 0, 1) for values in pair]


def _median(analysis: str, curves: Result, group: str, again: _Again) -> Iterator[Compared]:
    theirs, flat = again.median
    why = MEDIAN if flat else ""
    for where, value in each(curves, "median", group=group):
        yield Compared(analysis, "median", again.library, value, theirs, where, why=why)


def _restricted(
    step: KaplanMeierStep, means: Result, group: str, fitter: Any, last: float
) -> Iterator[Compared]:
    from lifelines.utils import restricted_mean_survival_time

    horizon = one(means, "horizon")
    for where, value in each(means, "rmst", group=group):
        if horizon <= last or np.isfinite(value):
            theirs = restricted_mean_survival_time(fitter, t=horizon)
            yield Compared(f"{step.id}/rmst", "rmst", LIFELINES, value, theirs, where)


def _tests(
    step: KaplanMeierStep, scene: Scene, endpoint: Endpoint, groups: pd.Series, results: Results
) -> Found:
    if scene.weights is not None:
        yield Without(f"{step.id}/log-rank", ROBUST_TEST)
        return
    kind = step.how_sets(scene.plan.file)
    strata = scene.frame[step.strata] if step.strata else None
    strata = scene.sets if scene.sets is not None and kind == "strata" else strata
    known = endpoint.known & groups.notna().to_numpy()
    if strata is not None:
        known &= strata.notna().to_numpy()
    names = groups.astype(object)
    why = SETS if scene.sets is not None and kind == "robust" else ""
    yield from _tested(step, results[f"{step.id}/log-rank"], endpoint, names, strata, known, why)
    if f"{step.id}/trend" in results:
        yield Without(f"{step.id}/trend", TREND)
    pairs = results.get(f"{step.id}/pairwise")
    for where, _ in each(pairs, "p") if pairs is not None else ():
        two = known & names.astype(str).isin([where["group"], where["level"]]).to_numpy()
        yield from _tested(step, pairs, endpoint, names, strata, two, "", where)


def _tested(
    step: KaplanMeierStep,
    ours: Result | None,
    endpoint: Endpoint,
    names: pd.Series,
    strata: pd.Series | None,
    known: Bools,
    why: str,
    where: Mapping[str, object] | None = None,
) -> Found:
    """A log-rank test of some patients again."""
    assert ours is not None
    analysis = f"{step.id}/{'pairwise' if where else 'log-rank'}"
    place = dict(where or {})
    if not np.isfinite(one(ours, "p", **place)):
        return
    try:
        library, statistic, p = _again(step.weights, endpoint, names, strata, known)
    except NoOpinion as failure:
        yield Without(analysis, str(failure))
        return
    for name, value in (("chi_square", statistic), ("p", p)):
        mine = one(ours, name, **place)
        if np.isfinite(mine):
            yield Compared(analysis, name, library, mine, value, place, why=why)


def _again(
    weights: str | tuple[float, float],
    endpoint: Endpoint,
    names: pd.Series,
    strata: pd.Series | None,
    known: Bools,
) -> tuple[str, float, float]:
    """Library, chi-square and p.

    Raises
    ------
    NoOpinion
        When no library has the test.
    """
    from lifelines.statistics import multivariate_logrank_test
    from statsmodels.duration.survfunc import survdiff

    time, event, group = endpoint.time[known], endpoint.event[known], names[known].astype(str)
    entry = None if endpoint.entry is None else endpoint.entry[known]
    try:
        if strata is None and entry is None:
            how: dict[str, Any] = {"weightings": "fleming-harrington"}
            if isinstance(weights, str):
                how = {"weightings": WEIGHTS[weights]}
            elif (time == 0).any():
                raise NoOpinion("lifelines has this test for times above 0 only")
            else:
                how["p"], how["q"] = weights
            theirs = multivariate_logrank_test(time, group, event, **how)
            return LIFELINES, float(theirs.test_statistic), float(theirs.p_value)
        if weights not in STRATIFIED or (strata is not None and entry is not None):
            what = "strata together with late entry" if entry is not None else "strata"
            raise NoOpinion(f"none of the three libraries has this test with {what}")
        layers = None if strata is None else pd.Categorical(strata[known]).codes
        found = survdiff(
            time, event.astype(int), group.to_numpy(), weight_type=STRATIFIED[weights],
            strata=layers, entry=entry,
        )  # fmt: skip
        return STATSMODELS, float(found[0]), float(found[1])
    except NoOpinion:
        raise
    except Exception as failure:
        raise NoOpinion.of(failure) from None
