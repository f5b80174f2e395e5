"""Competing risks and rates by statsmodels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analyses.cross_check.along import along, parts
from analyses.cross_check.findings import Compared
from analyses.cross_check.looking import each, one
from analyses.scene import Scene
from analyses.schema.survival import CumulativeIncidenceStep, RatesStep
from cohort_stats.results import Result

Results = Mapping[str, Result]
STATSMODELS = "statsmodels"


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
        for group, mine in parts(endpoint, groups, result):
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
                yield from along(f"{step.id}/{part}", name, result, group, at, STATSMODELS, last)
