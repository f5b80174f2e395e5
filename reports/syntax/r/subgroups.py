"""One exposure within subgroups in R."""

from __future__ import annotations

import numpy as np

from analyses.schema.subgroups import SubgroupsStep
from cohort_stats.results import pick
from reports.syntax.r.models import INFINITE, prepared, term
from reports.syntax.r.words import call, exactly, followed, holds, not_repeated, quoted, surv
from reports.syntax.study import Study


def subgroups_r(step: SubgroupsStep, study: Study) -> list[str]:
    """The ratio in all patients and in each level, and the interaction with each variable."""
    (exposure,) = study.covariates(step)
    name, conventions = study.name(exposure.variable), study.plan.conventions
    lines = prepared(study, step)
    if step.endpoint:
        lines.append(followed(study, step.endpoint, [name]))
        left, ratio = surv(study, step.endpoint), "hazard_ratio"
        code = f"coxph(formula, data = m, ties = {quoted(conventions.ties)})"
    else:
        assert step.outcome is not None
        lines.append(f"d$outcome <- as.integer({holds(study, step.outcome, 'd$')})")
        lines.append(f"d <- subset(d, !is.na(outcome) & !is.na({name}))")
        left, ratio = "outcome", "odds_ratio"
        control = "control = glm.control(epsilon = 1e-14, maxit = 50)"
        code = f"glm(formula, family = binomial, data = m, {control})"
    right = term(study, exposure)
    found = pick(study.numbers(step.id), ratio)
    if not np.isfinite(found["value"]).all():
        return [*lines, not_repeated(exactly(step.id), "", INFINITE)]
    more = {}
    if study.variable(exposure.variable).is_categorical and not exposure.score:
        more["factor"] = quoted(name)
    if not step.endpoint and conventions.logistic_interval == "profile":
        more["profile"] = "TRUE"
    lines += [
        f"fit <- function(m, formula = {left} ~ {right}) quiet({code})",
        "model <- fit(d)",
        "summary(model)",
        call("agrees_subgroup", quoted(step.id), "model", quoted(ratio), **more),
    ]
    for by in filter(study.scene_of(step).has, step.by):
        lines += _within(step, study, by, (left, right, ratio), more)
    return lines


def _within(
    step: SubgroupsStep, study: Study, by: str, words: tuple[str, str, str], more: dict[str, str]
) -> list[str]:
    column, (left, right, ratio) = study.name(by), words
    inside = {"term": quoted(by), "group": "level"} | more
    lines = ["", f"# {study.variable(by).label}"]
    lines.append(f"part <- droplevels(subset(d, !is.na({column})))")
    lines.append(f"for (level in levels(part${column}))")
    one = f"fit(subset(part, {column} == level))"
    lines.append("  " + call("agrees_subgroup", quoted(step.id), one, quoted(ratio), **inside))
    models = [f"fit(part, {left} ~ {right} {sign} {column})" for sign in "+*"]
    lines.append(call("agrees_interaction", quoted(step.id), quoted(by), *models))
    return lines
