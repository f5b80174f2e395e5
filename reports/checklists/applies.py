"""For which studies a checklist, or an item of it, is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from analyses.schema.regression import BuiltStep
from analyses.schema.step import EndpointStep
from cohort_stats.wording import PUBLISHED
from reports.view import View

#: Words of a design or source that speak of data collected as routine.
ROUTINE = re.compile(r"retrospective|registry|routine|claims|administrative|chart review", re.I)
MARKERS = ("roc", "time_roc", "survival_cutoff")
SEARCHES = ("forward", "backward", "both", "lasso")


def kinds(view: View) -> set[str]:
    """Kinds of the steps that were done."""
    return {done.step.kind for done in view.results.steps}


def _patients(view: View) -> bool:
    return view.noun not in PUBLISHED


def _routine(view: View) -> bool:
    study = view.results.plan.file.study
    return _patients(view) and bool(ROUTINE.search(f"{study.design} {study.source}"))


def _marker(view: View) -> bool:
    """A marker of an outcome that takes time: of an endpoint, or of an event by a time."""
    derived = view.results.plan.file.derived.values()
    over_time = _endpoints(view) or any(d.event_by is not None for d in derived)
    return over_time and bool(kinds(view) & {*MARKERS})


def _prediction(view: View) -> bool:
    steps = [done.step for done in view.results.steps]
    built = any(
        isinstance(s, BuiltStep) and (s.validation or s.selection.rule in SEARCHES) for s in steps
    )
    predicted = any(d.predicted is not None for d in view.results.plan.file.derived.values())
    return built or predicted or bool(kinds(view) & {"decision_curve", "reclassification"})


def _pooled(view: View) -> bool:
    return "pool" in kinds(view)


def _matched(view: View) -> bool:
    return "match" in kinds(view)


def _endpoints(view: View) -> bool:
    return any(isinstance(done.step, EndpointStep) for done in view.results.steps)


def _subgroups(view: View) -> bool:
    steps = [done.step for done in view.results.steps]
    asked = [s.only is not None or bool(getattr(s, "interactions", ())) for s in steps]
    return any(asked) or "subgroups" in kinds(view)


def _sensitivity(view: View) -> bool:
    from reports.checklists.places import sensitivity

    return bool(sensitivity(view))


def _cuts(view: View) -> bool:
    return any(d.cut is not None for d in view.results.plan.file.derived.values())


def _study_groups(view: View) -> bool:
    steps = [done.step for done in view.results.steps if done.step.kind == "pool"]
    return any(getattr(s, "by", "") or getattr(s, "moderators", ()) for s in steps)


#: Name -> whether a study is of that kind.
APPLIES: Mapping[str, Callable[[View], bool]] = {
    "patients": _patients,
    "routine": _routine,
    "marker": _marker,
    "prediction": _prediction,
    "pooled": _pooled,
    "matched": _matched,
    "endpoints": _endpoints,
    "subgroups": _subgroups,
    "sensitivity": _sensitivity,
    "cuts": _cuts,
    "study groups": _study_groups,
}
