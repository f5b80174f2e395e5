"""Markers of survival and predicted risks in R."""

from __future__ import annotations

import numpy as np

from analyses.schema.discrimination import (
    COMPARISON,
    DecisionCurveStep,
    MarkerSection,
    ReclassificationStep,
    SurvivalCutoffStep,
    TimeRocStep,
)
from analyses.schema.step import OutcomeStep
from cohort_stats.results import pick
from reports.syntax.r.markers import marker_r
from reports.syntax.r.words import (
    begin,
    call,
    exactly,
    followed,
    holds,
    not_repeated,
    number,
    numbers,
    quoted,
    texts,
)
from reports.syntax.study import Study

NO_AREA = "no area could be estimated at this time"
NOT_DONE = "could not be computed in these patients"
BY_CHANCE = "p by random permutations: it differs by chance"
METHODS = {"permutation": "none", "lausen 1994": "Lau94", "lausen 1992": "Lau92"}


def time_roc_r(step: TimeRocStep, study: Study) -> list[str]:
    """Areas and curves at times, of each marker; areas compared."""
    names = study.times(step.endpoint)
    lines = [*begin(study, step), followed(study, step.endpoint)]
    about = [f"d${names.time}", f"d${names.status}"]
    for marker in step.marked:
        analysis = step.part(marker)
        lines.append(
            call("agrees_time_areas", quoted(analysis), *about, _turned(step, study, [marker]),
                 **_times(step, study, analysis))
        )  # fmt: skip
    if step.comparison:
        analysis = f"{step.id}/{COMPARISON}"
        terms = texts(m.variable for m in step.marked)
        lines += ["", "# In patients with every marker"]
        lines.append(
            call("agrees_time_areas", quoted(analysis), *about,
                 _turned(step, study, step.marked), **_times(step, study, analysis),
                 terms=terms, curves="FALSE")
        )  # fmt: skip
    return [*lines, not_repeated(exactly(step.id), "", NO_AREA)]


def _times(step: TimeRocStep, study: Study, analysis: str) -> dict[str, str]:
    """The times at which there is an area."""
    found = pick(study.numbers(analysis), "auc")
    known = set(found.loc[found["value"].notna(), "time"])
    return {"times": f"c({', '.join(number(t) for t in step.times if t in known)})"}


def _turned(
    step: TimeRocStep, study: Study, markers: tuple[MarkerSection, ...] | list[MarkerSection]
) -> str:
    """The markers, each with high values speaking for the event."""
    columns = []
    for marker in markers:
        sign = "-" if step.direction_of(marker) == "low" else ""
        columns.append(f"{study.name(marker.variable)} = {sign}{marker_r(study, marker.variable)}")
    return f"list({', '.join(columns)})"


def survival_cutoff_r(step: SurvivalCutoffStep, study: Study) -> list[str]:
    """The cut with the largest log-rank statistic."""
    names, share = study.times(step.endpoint), number(step.minprop)
    lines = [*begin(study, step), f"d$marker <- {marker_r(study, step.marker)}"]
    lines.append(followed(study, step.endpoint, ["marker"]))
    why = [not_repeated(exactly(step.id), "", NOT_DONE)]
    if pick(study.numbers(step.id), "cutoff").empty:
        return [*lines, *why]
    code = call(
        "maxstat.test", f"Surv({names.time}, {names.status} == 1) ~ marker", data="d",
        smethod='"LogRank"', pmethod=quoted(METHODS[step.p]), minprop=share,
        maxprop=f"1 - {share}",
    )  # fmt: skip
    about = ["test", f"d${names.time}", f"d${names.status} == 1", "d$marker", share]
    lines += [f"test <- {code}", "test"]
    lines.append(call("agrees_survival_cutoff", quoted(step.id), *about))
    if step.p == "permutation":
        why = [not_repeated(exactly(step.id), "^(p|p_se)$", BY_CHANCE)]
    return [*lines, *why]


def decision_curve_r(step: DecisionCurveStep, study: Study) -> list[str]:
    """Net benefit at thresholds."""
    low, high = step.thresholds
    first, last = int(np.ceil(100 * low - 1e-9)), int(np.floor(100 * high + 1e-9))
    more = ", ".join(number(value) for value in (low, high, *step.at))
    risks = ", ".join(f"{quoted(name)} = d${study.name(name)}" for name in step.risks)
    return [
        *_known(step, study, step.risks),
        f"thresholds <- sort(unique(round(c({first}:{last} / 100, {more}), 10)))",
        call("agrees_net_benefit", quoted(step.id), "d$outcome", f"list({risks})", "thresholds"),
    ]


def reclassification_r(step: ReclassificationStep, study: Study) -> list[str]:
    """Net reclassification and integrated discrimination improvement."""
    old, new = (f"d${study.name(name)}" for name in (step.old, step.new))
    asked = {"cutoffs": numbers(step.cutoffs)} if step.cutoffs else {}
    lines = _known(step, study, (step.old, step.new))
    if pick(study.numbers(step.id), "idi").empty:
        return [*lines, not_repeated(exactly(step.id), "", NOT_DONE)]
    code = call("agrees_reclassification", quoted(step.id), "d$outcome", old, new, **asked)
    return [*lines, code]


def _known(step: OutcomeStep, study: Study, names: tuple[str, ...]) -> list[str]:
    columns = ["outcome", *map(study.name, names)]
    return [
        *begin(study, step),
        f"d$outcome <- as.integer({holds(study, step.outcome, 'd$')})",
        f"d <- subset(d, {' & '.join(f'!is.na({name})' for name in columns)})",
    ]
