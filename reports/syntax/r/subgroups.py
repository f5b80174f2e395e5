"""One exposure within subgroups in R."""

from __future__ import annotations

import numpy as np

from analyses.schema.subgroups import SubgroupsStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.results import pick
from reports.syntax.r.models import INFINITE, MARKS, prepared, term
from reports.syntax.r.words import (
    call,
    exactly,
    followed,
    holds,
    not_repeated,
    quoted,
    surv,
    texts,
)
from reports.syntax.study import Study

UNTESTED = "interactions that were not tested: a model of them has no finite estimates"


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
    found = pick(study.numbers(step.id), ratio, group=OVERALL)
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
        not_repeated(exactly(step.id), "^reference$", MARKS),
    ]
    for by in filter(study.scene_of(step).has, step.by):
        lines += _within(step, study, by, (left, right, ratio), more)
    return lines


def _within(
    step: SubgroupsStep, study: Study, by: str, words: tuple[str, str, str], more: dict[str, str]
) -> list[str]:
    column, (left, right, ratio) = study.name(by), words
    inside = {"term": quoted(by), "group": "level"} | more
    endless = _endless(study, step.id, by, ratio)
    untold = []
    if endless:
        inside["finite"] = f"!(level %in% {texts(endless)})"
        untold.append(not_repeated(exactly(step.id), f"^({ratio}(_low|_high)?|p)$", INFINITE))
    lines = ["", f"# {study.variable(by).label}"]
    lines.append(f"part <- droplevels(subset(d, !is.na({column})))")
    lines.append(f"for (level in levels(part${column}))")
    one = f"fit(subset(part, {column} == level))"
    lines.append("  " + call("agrees_subgroup", quoted(step.id), one, quoted(ratio), **inside))
    tested = pick(study.numbers(step.id), "term_lr_p", term=by)["value"].notna().any()
    if not tested:
        untold.append(not_repeated(exactly(step.id), "^term_lr_", UNTESTED))
        return [*lines, *untold]
    models = [f"fit(part, {left} ~ {right} {sign} {column})" for sign in "+*"]
    lines.append(call("agrees_interaction", quoted(step.id), quoted(by), *models))
    return [*lines, *untold]


def _endless(study: Study, name: str, by: str, ratio: str) -> list[str]:
    """The levels of a variable within which a ratio has no finite estimate."""
    numbers = study.numbers(name)
    finite = [f"{ratio}{end}" for end in ("", "_low", "_high")]
    found = numbers[(numbers["term"] == by) & numbers["statistic"].isin(finite)]
    return list(dict.fromkeys(found.loc[~np.isfinite(found["value"]), "group"]))
