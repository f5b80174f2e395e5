"""Proportional odds regression in R."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.schema.regression import OrdinalStep
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
    together_of,
)
from reports.syntax.r.words import call, exactly, not_repeated, quoted
from reports.syntax.study import Study

ROBUST = "robust standard errors of proportional odds: ordinal and MASS have none"
CONTROL = "list(gradTol = 1e-12, maxIter = 200)"


def ordinal_r(step: OrdinalStep, study: Study) -> list[str]:
    """Each covariate alone, then those that entered together."""
    lines = prepared(study, step)
    lines.append(f"d$outcome <- factor(d${study.name(step.outcome)}, ordered = TRUE)")
    lines += ["d <- subset(d, !is.na(outcome))", "", "# Each covariate alone"]
    for covariate in study.covariates(step):
        lines += _model(step, study, [covariate], alone=True)
    several = entered(study, step)
    if several and f"{step.id}/multivariable" in study.analyses(step.id):
        lines += ["", "# Together", *searched(step, "ordinal")]
        lines += _model(step, study, several, alone=False)
    if together_of(study, step).robust:
        lines.append(not_repeated(exactly(step.id), "", ROBUST))
    return [*lines, *left_to_the_packet(study, step)]


def _model(
    step: OrdinalStep, study: Study, covariates: Sequence[Covariate], alone: bool
) -> list[str]:
    part = f"{step.id}/{'univariable' if alone else 'multivariable'}"
    lines = patients(study, covariates)
    lone = [quoted(covariates[0].variable)] if alone else []
    if not finite(study, part, covariates if alone else ()):
        return [*lines, not_repeated(f"^{part}$", "", INFINITE)]
    right = formula(study, step, covariates)
    code = call("clm", f"outcome ~ {right}", data="m", control=CONTROL)
    lines += [f"model <- {code}", "summary(model)"]
    if together_of(study, step).robust:
        return lines
    profile = study.plan.conventions.logistic_interval == "profile"
    how = {} if profile else {"profile": "FALSE"}
    lines.append(call("agrees_ordinal", quoted(part), "model", *lone, **how))
    terms = named_terms(study, covariates)
    nobody = "rep(FALSE, nrow(m))"
    single = {"alone": "TRUE"} if alone else {}
    lines.append(call("agrees_patients", quoted(part), "m", nobody, terms, **single))
    if not alone:
        lines.append(call("agrees_terms", quoted(part), "model"))
        lines.append(call("agrees_proportional_odds", quoted(part), "model"))
    return lines
