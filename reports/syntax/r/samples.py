"""Matching and weighting by a propensity score in R."""

from __future__ import annotations

from analyses.schema.matching import MatchStep, WeightStep
from reports.syntax.r.models import formula, named_terms, patients, prepared
from reports.syntax.r.words import call, exactly, holds, not_repeated, number, numbers, quoted
from reports.syntax.study import Study

ALGORITHM = "who is matched with whom: the sets are a column of cohort.csv (MatchIt, optmatch)"
REFERENCES = "marks (the reference level), no estimates"


def match_r(step: MatchStep, study: Study) -> list[str]:
    """Balance before and after, and who was left out; the sets are those of the packet."""
    inside, weight, sets = study.sample(step.id)
    lines = _scored(step, study)
    lines.append(f"w <- {f'ifelse(m${inside} == 1, m${weight}, 0)' if weight else f'm${inside}'}")
    stages = 'list("before matching" = rep(1, nrow(m)), "after matching" = w)'
    place = "qlogis(e)" if step.score else "score$linear.predictors"
    place = "e" if step.distance == "probability" else place
    lines += [*_balance(step, study, stages), f"place <- {place}"]
    more = {}
    if step.caliper != "none":
        spread = " * sd(place)" if step.caliper_scale == "sd" else ""
        more["caliper"] = f"{number(step.caliper)}{spread}"
    if step.exact:
        alike = ", ".join(f"m${study.name(name)}" for name in step.exact)
        more["alike"] = f"interaction({alike}, drop = TRUE)"
    known = f"ifelse(is.na(m${sets}), 0, m${sets})" if sets else "NULL"
    lines.append(call("agrees_matched", quoted(step.id), "place", "treated", known, "w", **more))
    return [*lines, not_repeated(exactly(step.id), "", ALGORITHM)]


def weight_r(step: WeightStep, study: Study) -> list[str]:
    """The weights by their formula, and the balance before and after."""
    lines = _scored(step, study)
    kept = "rep(TRUE, nrow(m))"
    if step.trim is not None:
        kept = f"e >= {number(step.trim[0])} & e <= {number(step.trim[1])}"
    mine, other = {
        "ate": ("1 / e", "1 / (1 - e)"),
        "att": ("1", "e / (1 - e)"),
        "ato": ("1 - e", "e"),
    }[step.estimand]
    lines += [f"kept <- {kept}", f"w <- ifelse(treated == 1, {mine}, {other})"]
    if step.stabilised:
        share = "mean(treated[kept])"
        lines.append(f"w <- w * ifelse(treated == 1, {share}, 1 - {share})")
    more = {}
    if step.truncate is not None:
        ends = numbers(limit / 100 for limit in step.truncate)
        lines.append(f"ends <- quantile(w[kept], {ends})")
        lines.append("truncated <- sum(w[kept] < ends[1] | w[kept] > ends[2])")
        lines.append("w <- pmin(pmax(w, ends[1]), ends[2])")
        more["truncated"] = "truncated"
    stages = 'list("before weighting" = rep(1, nrow(m)), "after weighting" = w)'
    lines += ["w[!kept] <- 0", "tapply(w, treated, summary)"]
    lines.append(call("agrees_weights", quoted(step.id), "w", "treated", **more))
    return [*lines, *_balance(step, study, stages)]


def _scored(step: MatchStep | WeightStep, study: Study) -> list[str]:
    """Those whose propensity score can be known, as ``m``, and the score, as ``e``."""
    lines = prepared(study, step)
    lines.append(f"d$treated <- as.integer({holds(study, step.treated, 'd$')})")
    exact = [study.name(n) for n in step.exact] if isinstance(step, MatchStep) else []
    if step.score:
        lines += patients(study, [], ["treated", study.name(step.score), *exact])
        lines.append(f"e <- m${study.name(step.score)}")
    else:
        covariates = study.covariates(step)
        lines += patients(study, covariates, ["treated", *exact])
        code = call(
            "glm", f"treated ~ {formula(study, step, covariates)}", family="binomial", data="m",
            control="glm.control(epsilon = 1e-14, maxit = 50)",
        )  # fmt: skip
        lines += [f"score <- quiet({code})", "summary(score)", "e <- fitted(score)"]
    return [*lines, "treated <- m$treated"]


def _balance(step: MatchStep | WeightStep, study: Study, stages: str) -> list[str]:
    how = study.plan.conventions.smd_denominator
    more = {"denominator": quoted(how)} if how != "pooled" else {}
    terms = named_terms(study, study.covariates(step))
    analysis = quoted(step.id)
    return [
        f"stages <- {stages}",
        call("agrees_balance", analysis, "m", "treated", terms, "stages", **more),
        call("agrees_scores", analysis, "e", "treated", "stages"),
    ]
