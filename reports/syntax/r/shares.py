"""Rates and shares in R."""

from __future__ import annotations

from analyses.schema.comparing import ProportionStep
from analyses.schema.survival import RatesStep
from cohort_stats.conventions import DAYS_IN
from cohort_stats.units import unit_key
from reports.syntax.r.comparing import test_call
from reports.syntax.r.words import (
    begin,
    call,
    exactly,
    followed,
    grouped,
    holds,
    not_repeated,
    number,
    quoted,
)
from reports.syntax.study import Study

FISHER = "fisher.test() finds the conditional odds ratio and its limits to four digits only"
SETS = "matched or weighted patients: package survey, or the pairs by the column of sets"


def rates_r(step: RatesStep, study: Study) -> list[str]:
    """Events per person-time."""
    names, (more, by, _) = study.times(step.endpoint), grouped(study, step)
    time, entry = f"d${names.time}", f"d${names.entry}" if names.entry else ""
    scale = ""
    if step.unit:
        days = DAYS_IN[unit_key(study.view.unit(step.endpoint))] / DAYS_IN[step.unit]
        scale = f" * {number(days)}" if days != 1 else ""
    asked = {"per": number(step.per)} | ({"entry": f"{entry}{scale}"} if entry else {})
    about = [quoted(step.id), f"{time}{scale}", f"d${names.status} == 1"]
    about += [f"d${by}"] if by else []
    return [
        *begin(study, step),
        *more,
        followed(study, step.endpoint),
        call("agrees_rates", *about, **asked),
    ]


def proportion_r(step: ProportionStep, study: Study) -> list[str]:
    """The share of patients with an outcome, in everybody and in each group."""
    scene = study.scene_of(step)
    lines = begin(study, step)
    why = [not_repeated(f"^{step.id}/", "", "bounds and E-values: rbounds, EValue")]
    if scene.weights is not None or (scene.sets is not None and step.sets != "independent"):
        return [*lines, not_repeated(exactly(step.id), "", SETS), *why]
    more, by, _ = grouped(study, step)
    lines += [
        *more,
        f"d$outcome <- {holds(study, step.outcome, 'd$')}",
        "d <- subset(d, !is.na(outcome))",
    ]
    conventions, about = study.plan.conventions, [quoted(step.id), "d$outcome"]
    about += [f"d${by}"] if by else []
    asked = {"interval": quoted(conventions.proportion_interval)}
    asked["difference"] = quoted(conventions.risk_difference)
    lines += [
        f"table(d$outcome{f', d${by}' if by else ''})",
        call("agrees_shares", *about, **asked),
    ]
    method = study.methods(step.id).get("", "")
    code = test_call(method, "d$outcome", f"d${by}") if by and method else ""
    if code:
        lines += [f"test <- quiet({code})", call("agrees_test", quoted(step.id), '""', "test")]
    elif by:
        lines.append(not_repeated(f"^{step.id}$", "^(p|p_se)$", "p from random tables, or none"))
    return [*lines, not_repeated(f"^{step.id}$", "^conditional_", FISHER), *why]
