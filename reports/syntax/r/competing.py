"""Cumulative incidence and Fine-Gray regression in R."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analyses.schema.regression import FineGrayStep
from analyses.schema.survival import CumulativeIncidenceStep
from analyses.steps.competing import CAUSE_SPECIFIC, COMPETING, CURVES, GRAY, GRAY_COMPETING
from cohort_stats.regression.covariate import Covariate
from reports.syntax.r.models import (
    INFINITE,
    entered,
    finite,
    formula,
    left_to_the_packet,
    named_terms,
    patients,
    prepared,
    searched,
)
from reports.syntax.r.words import (
    begin,
    call,
    exactly,
    followed,
    grouped,
    not_repeated,
    numbers,
    quoted,
    surv,
)
from reports.syntax.study import Study

AALEN = "limits by Aalen’s variance: cuminc() has the variance at single times, and no limits"
EXPECTED = "expected events of Gray’s test: cuminc() does not give them"
UNTESTED = "no test of cumulative incidence was possible"


def cumulative_incidence_r(step: CumulativeIncidenceStep, study: Study) -> list[str]:
    """Curves of both events, and Gray's tests."""
    groups, by, _ = grouped(study, step)
    names, conventions = study.times(step.endpoint), study.plan.conventions
    states = f"Surv({names.time}, factor({names.status}, 0:2))"
    waiting = f"Surv({names.time}, {names.status} == 0)"
    shared = f"data = d, conf.type = {quoted(conventions.survival_interval)}"
    lines = [*begin(study, step), *groups, followed(study, step.endpoint)]
    lines += [f"all <- survfit({states} ~ 1, {shared})", "all"]
    lines.append(f"reverse_all <- survfit({waiting} ~ 1, {shared})")
    both = ["all", "reverse_all"]
    if by:
        lines += [f"by_group <- survfit({states} ~ {by}, {shared})", "by_group"]
        lines.append(f"reverse_by_group <- survfit({waiting} ~ {by}, {shared})")
        both += ["by_group", "reverse_by_group"]
    asked = _asked(step, study)
    for cause, part in enumerate((CURVES, COMPETING), start=1):
        analysis = quoted(f"{step.id}/{part}")
        lines.append(call("agrees_incidence", analysis, str(cause), *both, **asked))
    if conventions.incidence_variance != "greenwood":
        pattern = "^(cumulative_incidence|incidence_curve)_(low|high|se)$"
        lines.append(not_repeated(exactly(step.id), pattern, AALEN))
    return [*lines, *(_gray(step, study, by) if by else [])]


def _asked(step: CumulativeIncidenceStep, study: Study) -> dict[str, str]:
    asked = {"times": numbers(step.times)} if step.times else {}
    found = study.numbers(f"{step.id}/{CURVES}")
    at = found.loc[found["statistic"] == "at_risk", "time"]
    if len(at):
        asked["risk_times"] = numbers(dict.fromkeys(map(float, pd.unique(at))))
    if study.plan.conventions.flat_survival != "midpoint":
        asked["flat"] = quoted(study.plan.conventions.flat_survival)
    if study.plan.conventions.quantile_interval == "symmetric":
        asked["symmetric"] = "TRUE"
    return asked


def _gray(step: CumulativeIncidenceStep, study: Study, by: str) -> list[str]:
    names = study.times(step.endpoint)
    if not study.methods(f"{step.id}/{GRAY}"):
        return [not_repeated(f"^{step.id}/gray", "", UNTESTED)]
    lines = [f"test <- cuminc(d${names.time}, d${names.status}, d${by})", "test$Tests"]
    for cause, part in enumerate((GRAY, GRAY_COMPETING), start=1):
        if not study.methods(f"{step.id}/{part}"):
            lines.append(not_repeated(f"^{step.id}/{part}$", "", UNTESTED))
            continue
        about = ["test", str(cause), f"d${by}", f"d${names.status}"]
        lines.append(call("agrees_gray", quoted(f"{step.id}/{part}"), *about))
    return [*lines, not_repeated(f"^{step.id}/gray", "^expected$", EXPECTED)]


def fine_gray_r(step: FineGrayStep, study: Study) -> list[str]:
    """Each covariate alone, then those that entered together, and the cause-specific model."""
    lines = [*prepared(study, step), followed(study, step.endpoint), "", "# Each covariate alone"]
    for covariate in study.covariates(step):
        lines += _model(step, study, [covariate], alone=True)
    several, analyses = entered(study, step), study.analyses(step.id)
    if several and f"{step.id}/multivariable" in analyses:
        lines += ["", "# Together", *searched(step, "cox")]
        lines += _model(step, study, several, alone=False)
    if several and f"{step.id}/{CAUSE_SPECIFIC}" in analyses:
        lines += ["", "# Cause-specific: the competing event as a censoring"]
        lines += _cause_specific(step, study, several)
    return [*lines, *left_to_the_packet(study, step)]


def _model(
    step: FineGrayStep, study: Study, covariates: Sequence[Covariate], alone: bool
) -> list[str]:
    part = f"{step.id}/{'univariable' if alone else 'multivariable'}"
    names, lines = study.times(step.endpoint), patients(study, covariates)
    if not finite(study, part, covariates if alone else ()):
        return [*lines, not_repeated(f"^{part}$", "", INFINITE)]
    lines.append(f"X <- model.matrix(~ {formula(study, step, covariates)}, m)[, -1, drop = FALSE]")
    about = f"m${names.time}, m${names.status}, X"
    lines += [f"model <- crr({about})", "summary(model)"]
    lines.append("# One step more: crr() stops when the score is small.")
    lines.append(f"model <- crr({about}, init = model$coef, gtol = 0, maxiter = 1)")
    lone = [quoted(covariates[0].variable)] if alone else []
    lines.append(
        call("agrees_fine_gray", quoted(part), "model", f"m${names.status}", *lone)
    )  # fmt: skip
    return [*lines, _counts(study, step, part, covariates, alone)]


def _cause_specific(step: FineGrayStep, study: Study, several: Sequence[Covariate]) -> list[str]:
    part, conventions = f"{step.id}/{CAUSE_SPECIFIC}", study.plan.conventions
    if not finite(study, part, ()):
        return [not_repeated(f"^{part}$", "", INFINITE)]
    code = call(
        "coxph", f"{surv(study, step.endpoint)} ~ {formula(study, step, several)}", data="m",
        ties=quoted(conventions.ties),
    )  # fmt: skip
    lines = [*patients(study, several), f"model <- {code}", "summary(model)"]
    lines.append(call("agrees_cox", quoted(part), "model", checks="FALSE"))
    return [*lines, _counts(study, step, part, several, alone=False)]


def _counts(
    study: Study, step: FineGrayStep, part: str, covariates: Sequence[Covariate], alone: bool
) -> str:
    event = f"m${study.times(step.endpoint).status} == 1"
    single = {"alone": "TRUE"} if alone else {}
    return call(
        "agrees_patients", quoted(part), "m", event, named_terms(study, covariates), **single
    )
