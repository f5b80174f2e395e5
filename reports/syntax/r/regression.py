"""Cox and logistic regression in R."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.schema.regression import CoxStep, LogisticStep
from cohort_stats.regression.covariate import Covariate
from reports.syntax.r.models import (
    INFINITE,
    Together,
    curves,
    e_values,
    entered,
    finite,
    formula,
    knots,
    left_to_the_packet,
    named_terms,
    patients,
    prepared,
    searched,
    searched_among,
    together_of,
)
from reports.syntax.r.predicted import predicted_r
from reports.syntax.r.words import (
    call,
    exactly,
    followed,
    holds,
    not_repeated,
    quoted,
    surv,
)
from reports.syntax.study import Study

PROFILE = "limits along the profile of the partial likelihood: survival has Wald limits"
PENALISED = "estimates beside infinite ones (penalised, or none): package coxphf, logistf, brglm2"
ROBUST = "tests and concordance of weighted patients, or of rows that belong together"


def cox_r(step: CoxStep, study: Study) -> list[str]:
    """Each covariate alone, then those that entered together."""
    together = together_of(study, step)
    lines = [*prepared(study, step), followed(study, step.endpoint, together.strata)]
    if together.cluster == "patient":
        lines.append("d$patient <- seq_len(nrow(d))")
    lines += ["", "# Each covariate alone"]
    for covariate in study.covariates(step):
        lines += _cox(step, study, [covariate], together, alone=True)
    several = entered(study, step)
    if several and f"{step.id}/multivariable" in study.analyses(step.id):
        lines += ["", "# Together", *searched(step, "cox")]
        lines += _cox(step, study, several, together, alone=False)
        lines += predicted_r(step, study, several)
    if study.plan.conventions.cox_interval == "profile":
        lines.append(not_repeated(exactly(step.id), "^hazard_ratio_(low|high)$", PROFILE))
    if together.robust:
        pattern = "^(ph_.*|concordance.*|log_likelihood.*|lr_.*|score_.*|robust_.*)$"
        lines.append(not_repeated(exactly(step.id), pattern, ROBUST))
    lines.append(not_repeated(exactly(step.id), "^firth_", PENALISED))
    lines += e_values(study, step.id, _last(study, step.id), "hazard_ratio")
    return [*lines, *left_to_the_packet(study, step)]


def _last(study: Study, step: str) -> str:
    """The last of a step's models, whose ratios have E-values."""
    together = f"{step}/multivariable"
    return together if together in study.analyses(step) else f"{step}/univariable"


def _cox(
    step: CoxStep, study: Study, covariates: Sequence[Covariate], together: Together, alone: bool
) -> list[str]:
    analysis = quoted(f"{step.id}/{'univariable' if alone else 'multivariable'}")
    right = formula(study, step, covariates)
    right += "".join(f" + strata({name})" for name in together.strata)
    more = {"data": "m", "ties": quoted(study.plan.conventions.ties)}
    more |= {"weights": together.weights} if together.weights else {}
    more |= {"cluster": together.cluster} if together.cluster else {}
    status = study.times(step.endpoint).status
    about = [analysis, "model", *([quoted(covariates[0].variable)] if alone else [])]
    exact = study.plan.conventions.ties == "exact"
    lines = patients(study, covariates, () if alone else searched_among(study, step))
    lines.append("model <- " + call("coxph", f"{surv(study, step.endpoint)} ~ {right}", **more))
    lines.append("summary(model)")
    lines.append(call("agrees_cox", *about, **({"checks": "FALSE"} if exact else {})))
    terms = named_terms(study, covariates)
    lone = {"alone": "TRUE"} if alone else {}
    lines.append(call("agrees_patients", analysis, "m", f"m${status} == 1", terms, **lone))
    lines += knots(study, analysis, covariates)
    lines += curves(study, step, covariates, alone)
    if not alone and not together.robust:
        lines.append(call("agrees_terms", analysis, "model"))
    return lines


def logistic_r(step: LogisticStep, study: Study) -> list[str]:
    """Each covariate alone, then those that entered together."""
    if step.conditional:
        return _conditional(step, study)
    together = together_of(study, step)
    lines = prepared(study, step)
    lines += [f"d$outcome <- as.integer({holds(study, step.outcome, 'd$')})"]
    if together.cluster == "patient":
        lines.append("d$patient <- seq_len(nrow(d))")
    lines += ["d <- subset(d, !is.na(outcome))", "", "# Each covariate alone"]
    for covariate in study.covariates(step):
        lines += _logistic(step, study, [covariate], together, alone=True)
    several = entered(study, step)
    if several and f"{step.id}/multivariable" in study.analyses(step.id):
        lines += ["", "# Together", *searched(step, "binomial")]
        lines += _logistic(step, study, several, together, alone=False)
    if together.robust:
        pattern = (
            "^(brier|concordance.*|calibration.*|log_likelihood.*|deviance|.*snell|nag.*|mcf.*)$"
        )
        lines.append(not_repeated(exactly(step.id), pattern, ROBUST))
    lines.append(not_repeated(exactly(step.id), "^firth_", PENALISED))
    lines += e_values(study, step.id, _last(study, step.id), "odds_ratio")
    return [*lines, *left_to_the_packet(study, step)]


def _logistic(
    step: LogisticStep,
    study: Study,
    covariates: Sequence[Covariate],
    together: Together,
    alone: bool,
) -> list[str]:
    part = f"{step.id}/{'univariable' if alone else 'multivariable'}"
    lines = patients(study, covariates, () if alone else searched_among(study, step))
    lines += [_glm(step, study, covariates, together), "summary(model)"]
    terms = named_terms(study, covariates)
    lone = {"alone": "TRUE"} if alone else {}
    lines.append(call("agrees_patients", quoted(part), "m", "m$outcome == 1", terms, **lone))
    lines += [*knots(study, quoted(part), covariates), *curves(study, step, covariates, alone)]
    if not finite(study, part, covariates if alone else ()):
        return [*lines, not_repeated(f"^{part}$", "", INFINITE)]
    about = [quoted(part), "model", *([quoted(covariates[0].variable)] if alone else [])]
    if step.estimator == "firth":
        lines.append(call("agrees_firth", *about))
    else:
        lines += _compared(study, about, together)
        if not alone and not together.robust:
            lines.append(call("agrees_terms", quoted(part), "model"))
    if not alone and not together.robust:
        lines.append(call("agrees_performance", quoted(part), "model"))
    return lines


def _glm(
    step: LogisticStep, study: Study, covariates: Sequence[Covariate], together: Together
) -> str:
    right = formula(study, step, covariates)
    more = {"family": "quasibinomial" if together.weights else "binomial", "data": "m"}
    more |= {"weights": together.weights} if together.weights else {}
    if step.estimator == "firth":
        # From zero: brglm2 starts at the plain estimates, which may be infinite.
        start = f"rep(0, ncol(model.matrix(~ {right}, m)))"
        more |= {"method": '"brglmFit"', "type": '"AS_mean"', "start": start}
        more["control"] = "list(epsilon = 1e-12)"
    else:
        more["control"] = "glm.control(epsilon = 1e-14, maxit = 50)"
    return "model <- quiet(" + call("glm", f"outcome ~ {right}", **more) + ")"


def _compared(study: Study, about: Sequence[str], together: Together) -> list[str]:
    """A model's numbers; its limits and covariance by the conventions of the plan."""
    if together.robust:
        factor = study.plan.conventions.cluster_factor == "g/(g-1)"
        covariance = (
            f'sandwich::vcovCL(model, cluster = m${together.cluster}, type = "HC0", '
            f"cadjust = {'TRUE' if factor else 'FALSE'})"
        )
        return [call("agrees_logistic", *about, profile="FALSE", V=covariance)]
    if study.plan.conventions.logistic_interval != "profile":
        return [call("agrees_logistic", *about, profile="FALSE")]
    return [
        "quiet(confint(model))   # by interpolation; below to full precision",
        call("agrees_logistic", *about),
    ]


def _conditional(step: LogisticStep, study: Study) -> list[str]:
    """Odds ratios within matched sets: conditional logistic regression."""
    sets = [study.name(name) for name in step.strata]
    if step.sets == "conditional" and step.on:
        sets.append(study.sample(step.on)[2])
    lines = prepared(study, step)
    lines += [f"d$outcome <- as.integer({holds(study, step.outcome, 'd$')})"]
    known = " & ".join(f"!is.na({name})" for name in ("outcome", *sets))
    lines += [f"d <- subset(d, {known})", "", "# Each covariate alone"]
    within = " + ".join(f"strata({name})" for name in sets)
    several = entered(study, step)
    parts = [([c], True) for c in study.covariates(step)]
    if several and f"{step.id}/multivariable" in study.analyses(step.id):
        parts.append((several, False))
    for covariates, alone in parts:
        part = quoted(f"{step.id}/{'univariable' if alone else 'multivariable'}")
        lone = [quoted(covariates[0].variable)] if alone else []
        lines += ["", "# Together"] if not alone else []
        lines += patients(study, covariates)
        right = formula(study, step, covariates)
        code = call("clogit", f"outcome ~ {right} + {within}", data="m", method='"exact"')
        lines += [f"model <- {code}", "summary(model)"]
        columns = ", ".join(f"m${name}" for name in sets)
        one = columns if len(sets) == 1 else f"interaction({columns}, drop = TRUE)"
        lines.append(call("agrees_conditional", part, "model", "m$outcome", one, *lone))
        single = {"alone": "TRUE"} if alone else {}
        terms = named_terms(study, covariates)
        lines.append(call("agrees_patients", part, "m", "m$outcome == 1", terms, **single))
    why = "what a conditional model has beside its estimates and tests"
    lines.append(not_repeated(exactly(step.id), "", why))
    return [*lines, *left_to_the_packet(study, step)]
