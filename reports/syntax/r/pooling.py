"""Studies pooled in R."""

from __future__ import annotations

from analyses.schema.pooling import SCALES, PoolStep
from analyses.steps.pool import FUNNEL, MODERATORS, POOLED, SENSITIVITY
from reports.syntax.r.models import MARKS, formula, prepared
from reports.syntax.r.words import begin, call, exactly, not_repeated, number, quoted
from reports.syntax.study import Study

COUNTS = "a logistic model of counts: rma.glmm() stops after five or six digits"
METHODS = {
    "reml": "REML",
    "dersimonian-laird": "DL",
    "paule-mandel": "PM",
    "ml": "ML",
    "none": "FE",
}
TESTS = {"hartung-knapp": "knha", "hartung-knapp at least z": "adhoc", "z": "z"}


def pool_r(step: PoolStep, study: Study) -> list[str]:
    """The pooled effect, without each study, the funnel's asymmetry, and the moderators."""
    scale = step.scale or SCALES[step.measure][0]
    conventions = step.conventions(study.plan.conventions)
    lines = prepared(study, step) if step.moderators else begin(study, step)
    by = _by(step, study, lines)
    lines.append(f"studies <- {_studies(step, study, scale)}")
    if scale == "glmm":
        return [*lines, not_repeated(exactly(step.id), "", COUNTS)]
    none = conventions.between_studies == "none"
    how = METHODS[conventions.between_studies], TESTS["z" if none else conventions.pooled_interval]
    kept = f"studies$good{f' & !is.na({by})' if by else ''}"
    patients = _column(step, study, step.patients)
    lines += [
        f"fit <- pooling({', '.join(map(quoted, how))})",
        f"here <- which({kept})",
        "g <- transform(d[here, ], yi = studies$yi[here], sei = studies$sei[here])",
        f"n <- {patients}[here]" if patients else "n <- rep(NA, length(here))",
        f"back <- from_scale({quoted(scale)})",
        "model <- fit(g)",
        "model",
    ]
    pooled = quoted(f"{step.id}/{POOLED}")
    columns = {"n": patients, "events": _column(step, study, step.events), "by": by}
    named = {key: column for key, column in columns.items() if column}
    lines.append(call("agrees_studies", pooled, "studies", "here", "weights(model)", **named))
    spread = quoted(conventions.prediction_interval)
    lines.append(call("agrees_pooled", pooled, "model", "back", "n", spread, term='"pooled"'))
    if by:
        one = {"one_tau2": "TRUE"} if conventions.subgroup_variance == "common" else {}
        about = ["fit", "g", f"{by}[here]", "n", "back", spread]
        lines.append(call("agrees_pooled_groups", pooled, *about, **one))
    return [
        *lines,
        *_more(step, study, spread),
        not_repeated(exactly(step.id), "^reference$", MARKS),
    ]


def _more(step: PoolStep, study: Study, spread: str) -> list[str]:
    """Sensitivity, funnel and moderators, as far as the studies allow them."""
    lines = []
    if len(study.numbers(f"{step.id}/{SENSITIVITY}")):
        analysis = quoted(f"{step.id}/{SENSITIVITY}")
        lines += [call("agrees_without_each", analysis, "fit", "g", "n", "back", spread)]
    if len(study.numbers(f"{step.id}/{FUNNEL}")):
        egger = study.plan.conventions.funnel_test == "egger"
        model = "lm(yi ~ sei, data = g, weights = 1 / sei^2)" if egger else "fit(g, ~ sei)"
        lines += [f"funnel <- {model}", "summary(funnel)"]
        lines += [call("agrees_funnel", quoted(f"{step.id}/{FUNNEL}"), "funnel", "back")]
    if step.moderators and len(study.numbers(f"{step.id}/{MODERATORS}")):
        covariates = study.covariates(step)
        known = " & ".join(f"!is.na({study.name(c.variable)})" for c in covariates)
        right = formula(study, step, covariates)
        lines += [f"m <- droplevels(subset(g, {known}))", f"model <- fit(m, ~ {right})", "model"]
        analysis = quoted(f"{step.id}/{MODERATORS}")
        lines += [call("agrees_meta_regression", analysis, "model", "fit(m)")]
    return lines


def _by(step: PoolStep, study: Study, lines: list[str]) -> str:
    """The column of the subgroups, whose levels are put in the order of the plan."""
    variable, levels = study.groups(step)
    if not variable:
        return ""
    column = f"d${study.name(variable)}"
    lines.append(f"{column} <- factor({column}, levels = c({', '.join(map(quoted, levels))}))")
    return column


def _studies(step: PoolStep, study: Study, scale: str) -> str:
    """Effects and standard errors of the studies."""
    if step.measure == "proportion":
        counts = [_column(step, study, name) for name in (step.events, step.patients)]
        how = {"scale": quoted(scale)} if scale == "freeman-tukey" else {}
        return call("counted_studies", *counts, **how)
    named = {key: _column(step, study, getattr(step, key)) for key in ("low", "high", "se")}
    asked = {key: column for key, column in named.items() if column} | {"scale": quoted(scale)}
    if step.level != 0.95:
        asked["level"] = number(step.level)
    if step.without_interval == "mean":
        asked["fill"] = "TRUE"
    return call("printed_studies", _column(step, study, step.estimate), **asked)


def _column(step: PoolStep, study: Study, name: str) -> str:
    """A column of the studies that the cohort file holds; empty otherwise."""
    return f"d${study.name(name)}" if name and study.scene_of(step).has(name) else ""
