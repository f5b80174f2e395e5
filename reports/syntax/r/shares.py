"""Rates and shares in R."""

from __future__ import annotations

from analyses.schema.comparing import ProportionStep
from analyses.schema.survival import RatesStep
from analyses.steps.proportion import BOUNDS
from cohort_stats.conventions import DAYS_IN
from cohort_stats.results import pick
from cohort_stats.units import unit_key
from reports.syntax.r.changes import paired_words
from reports.syntax.r.comparing import test_call
from reports.syntax.r.models import e_values
from reports.syntax.r.words import (
    begin,
    call,
    followed,
    grouped,
    holds,
    not_repeated,
    number,
    numbers,
    quoted,
)
from reports.syntax.study import Study

NO_BOUNDS = "no pair differs: there are no bounds"


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
    more_of_it = _hidden_bias(step, study)
    more, by, _ = grouped(study, step)
    lines += [*more, f"d$outcome <- {holds(study, step.outcome, 'd$')}"]
    if scene.weights is not None or (scene.sets is not None and step.sets != "independent"):
        return [*lines, _of_sample(step, study, by), *more_of_it]
    lines.append("d <- subset(d, !is.na(outcome))")
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
    return [*lines, *more_of_it]


def _hidden_bias(step: ProportionStep, study: Study) -> list[str]:
    """How strong an unmeasured confounder would have to be."""
    lines = e_values(study, step.id, step.id, "risk_ratio")
    analysis = f"{step.id}/{BOUNDS}"
    if pick(study.numbers(analysis), "largest_p").empty:
        return [*lines, *([not_repeated(f"^{analysis}$", "", NO_BOUNDS)] if step.rosenbaum else [])]
    counts = [f"computed({quoted(step.id)}, {quoted(c)})" for c in ("first_only", "second_only")]
    return [*lines, call("agrees_bounds", quoted(analysis), *counts, numbers(step.rosenbaum))]


def _of_sample(step: ProportionStep, study: Study, by: str) -> str:
    """Shares of weighted patients, of matched sets, or of matched pairs."""
    _, weight, sets = study.sample(step.on)
    conventions, scene = study.plan.conventions, study.scene_of(step)
    if scene.sets is not None and step.sets == "paired":
        asked = paired_words(study, ("counts",))
        if conventions.risk_difference != "newcombe":
            asked["difference"] = quoted(conventions.risk_difference)
        about = [quoted(step.id), "d$outcome", f"d${by}", f"d${sets}"]
        return call("agrees_matched_shares", *about, **asked)
    asked = {"g": f"d${by}"} if by else {}
    asked |= {"w": f"d${weight}"} if weight else {}
    asked |= {"cluster": f"d${sets}"} if sets and step.sets != "independent" else {}
    asked |= {} if conventions.cluster_factor == "g/(g-1)" else {"corrected": "FALSE"}
    return call("agrees_weighted_shares", quoted(step.id), "d$outcome", **asked)
