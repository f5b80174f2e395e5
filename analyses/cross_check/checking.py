"""Ask for a second opinion of every step that has one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from analyses.cross_check import (
    changes,
    comparing,
    discrimination,
    kaplan_meier,
    pooling,
    regression,
    survival,
)
from analyses.cross_check.findings import Compared, CrossCheck, NoOpinion, Without
from analyses.scene import Scene
from analyses.schema.steps import Step
from cohort_stats.results import Result

Results = Mapping[str, Result]
Opinion = Callable[[Any, Scene, Results], Iterator[Compared | Without]]

OPINIONS: Mapping[str, Opinion] = {
    "compare": comparing.compare,
    "proportion": comparing.proportion,
    "adverse_events": comparing.adverse_events,
    "paired": changes.paired,
    "transition": changes.transition,
    "kaplan_meier": kaplan_meier.kaplan_meier,
    "rates": survival.rates,
    "cumulative_incidence": survival.cumulative_incidence,
    "cox": regression.cox,
    "logistic": regression.logistic,
    "ordinal": regression.ordinal,
    "roc": discrimination.roc,
    "pool": pooling.pool,
}
#: Why a kind of step has none.
NONE: Mapping[str, str] = {
    "subgroups": "its models are those of Cox and logistic steps, which have one",
    "fine_gray": "none of the three libraries fits Fine and Gray’s model",
    "match": "none of the three libraries matches patients",
    "weight": "none of the three libraries weights patients by their propensity",
    "missingness": "it counts; there is nothing to recompute",
    "distribution": "it draws values and counts them; there is nothing to recompute",
    "bars": "it counts; there is nothing to recompute",
    "risk_of_bias": "it counts; there is nothing to recompute",
    "waterfall": "it draws patients’ values; there is nothing to recompute",
    "swimmer": "it draws patients’ values; there is nothing to recompute",
    "time_roc": "none of the three libraries has time-dependent areas",
    "survival_cutoff": "none of the three libraries has maximally selected log-rank tests",
    "decision_curve": "none of the three libraries has decision curves",
    "reclassification": "none of the three libraries has reclassification measures",
}

#: Kinds of steps of which weighted patients have a second opinion too.
WEIGHTED = ("compare", "proportion", "kaplan_meier", "cox", "logistic")
IMPUTED = (
    "statsmodels pools only what it imputed itself, the other two nothing; its complete cases are "
    "recomputed"
)


class Checking:
    """Collects second opinions while a plan is run: what :func:`analyses.running.run` calls."""

    def __init__(self) -> None:
        self._compared: dict[str, list[Compared]] = {}
        self._without: dict[str, str] = {}

    def __call__(self, step: Step, scene: Scene, results: tuple[Result, ...]) -> None:
        """Recompute one step that was done."""
        reason = _why_not(step, scene)
        if reason:
            self._without[step.id] = reason
            return
        named = {_name(result): result for result in results if len(result.numbers)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what these libraries warn of is said by ours
            try:
                said = list(OPINIONS[step.kind](step, scene, named))
            except Exception as failure:  # its own words are no help to the reader
                self._without[step.id] = str(NoOpinion.of(failure))
                return
        left_out = {one.analysis: one.reason for one in said if isinstance(one, Without)}
        self._without.update(left_out)
        found = [one for one in said if isinstance(one, Compared)]
        if not found and not left_out:
            self._without[step.id] = "none of its numbers has a counterpart in the three libraries"
        if found:
            self._compared.setdefault(step.kind, []).extend(found)

    def found(self) -> CrossCheck:
        """All opinions so far."""
        return CrossCheck({k: tuple(v) for k, v in self._compared.items()}, dict(self._without))


def _why_not(step: Step, scene: Scene) -> str:
    if step.kind not in OPINIONS:
        return NONE.get(step.kind, "none of the three libraries does this")
    if step.missing == "imputed":
        return IMPUTED
    if scene.weights is not None and step.kind not in WEIGHTED:
        return "none of the three libraries does this for weighted patients"
    return ""


def _name(result: Result) -> str:
    return str(result.numbers["analysis"].iloc[0])
