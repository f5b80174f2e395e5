"""Survival, regression and ROC curves in SPSS."""

from __future__ import annotations

from analyses.schema.discrimination import RocStep
from analyses.schema.regression import CoxStep, LogisticStep, ModelStep, OrdinalStep
from analyses.schema.survival import KaplanMeierStep
from cohort_stats.regression.covariate import Covariate
from reports.syntax.cohort_csv import codes_of
from reports.syntax.spss.words import begin, comment, end, outcome, plain
from reports.syntax.study import Study, WithCovariates

TESTS = {"log-rank": "LOGRANK", "gehan-breslow": "BRESLOW", "tarone-ware": "TARONE"}
STATISTIC = {"likelihood ratio": "LR", "wald": "WALD", "conditional": "COND", "score": "LR"}


def kaplan_meier_spss(step: KaplanMeierStep, study: Study) -> list[str]:
    """Curves, medians and log-rank tests."""
    names, (variable, _) = study.times(step.endpoint), study.groups(step)
    lines = begin(study, step)
    if names.entry:
        lines += comment("KM of SPSS knows no late entry: its numbers differ from the packet's.")
    time = names.time
    if step.landmark is not None:
        time = "since_landmark"
        lines += [f"COMPUTE {time} = {names.time} - {plain(step.landmark)}.", "EXECUTE."]
        lines += ["TEMPORARY.", f"SELECT IF ({time} > 0)."]
    by = f" BY {study.name(variable)}" if variable else ""
    code = f"KM {time}{by} /STATUS={names.status}(1) /PRINT=TABLE MEAN /PLOT=SURVIVAL"
    code += f" /PERCENTILES={' '.join(plain(100 * (1 - q)) for q in (step.quantiles or (0.5,)))}"
    if by:
        test = TESTS.get(step.weights) if isinstance(step.weights, str) else None
        code += f"{f' /STRATA={study.name(step.strata)}' if step.strata else ''}"
        how = "PAIRWISE" if step.pairwise else "OVERALL"
        code += f" /TEST={test or 'LOGRANK'} /COMPARE={how} POOLED"
        code += " /TREND=METRIC" if step.trend else ""
        if test is None:
            lines += comment("These weights SPSS does not have; the log-rank test stands instead.")
    words = "SPSS's intervals of S(t) are of the plain scale, that of a median is symmetric."
    return [*lines, f"{code}.", *comment(words), *end(step)]


def covariates_spss(step: WithCovariates, study: Study) -> tuple[list[str], list[str], list[str]]:
    """Lines that prepare the covariates, their names, and the contrasts of factors."""
    lines: list[str] = []
    names: list[str] = []
    contrasts: list[str] = []
    for covariate in study.covariates(step):
        name, variable = study.name(covariate.variable), study.variable(covariate.variable)
        if covariate.score:
            first = min(codes_of(study, covariate.variable).values())
            lines.append(f"COMPUTE {name}_score = {name} - {first}.")
            names.append(f"{name}_score")
        elif variable.is_categorical:
            names.append(name)
            contrasts.append(f"/CONTRAST ({name})=INDICATOR({_place(step, study, covariate)})")
        elif covariate.per != 1:
            lines.append(f"COMPUTE {name}_per = {name} / {plain(covariate.per)}.")
            names.append(f"{name}_per")
        else:
            names.append(name)
        if covariate.knots:
            lines += comment(f"{name}: SPSS has no restricted cubic splines; a straight line here.")
    return [*lines, *(["EXECUTE."] if lines else [])], names, contrasts


def _place(step: WithCovariates, study: Study, covariate: Covariate) -> int:
    """The place of the reference level among those that patients have."""
    present = set(study.scene_of(step).frame[covariate.variable].dropna())
    labels = [label for label in codes_of(study, covariate.variable) if label in present]
    return labels.index(covariate.reference) + 1 if covariate.reference in labels else 1


def _method(step: ModelStep, study: Study, names: list[str]) -> tuple[list[str], str]:
    """Words on the rule, and the subcommands that carry it out."""
    rule = step.selection
    every = " ".join(names)
    if rule.rule in ("forward", "backward") and rule.by != "aic":
        word = "FSTEP" if rule.rule == "forward" else "BSTEP"
        limits = f"/CRITERIA=PIN({plain(rule.enter)}) POUT({plain(rule.remove)})"
        return [], f"/METHOD={word}({STATISTIC[rule.by]}) {every} {limits}"
    words = []
    if rule.rule in ("forward", "backward", "both", "lasso"):
        words = comment("SPSS does not search by this rule: the covariates that it found.")
    from reports.syntax.r.models import entered

    chosen = {c.variable for c in entered(study, step)}
    pairs = zip(study.covariates(step), names, strict=True)
    several = [name for covariate, name in pairs if covariate.variable in chosen]
    return words, f"/METHOD=ENTER {' '.join(several)}" if several else ""


def _products(step: ModelStep) -> list[str]:
    pairs = getattr(step, "interactions", ())
    return comment("Interactions: add a*b to /METHOD=ENTER.") if pairs else []


def cox_spss(step: CoxStep, study: Study) -> list[str]:
    """Each covariate alone, then those that entered together."""
    names = study.times(step.endpoint)
    lines, covariates, contrasts = covariates_spss(step, study)
    head = f"COXREG {names.time} /STATUS={names.status}(1)"
    head += "".join(f" /STRATA={study.name(s)}" for s in step.strata)
    words = "SPSS takes ties by Breslow's method"
    if study.plan.conventions.ties != "breslow":
        words += f", the packet by {study.plan.conventions.ties}: ratios differ a little"
    lines = [*begin(study, step), *lines, *comment(words + ".")]
    if names.entry:
        lines += comment("COXREG has no late entry; the packet's model has.")
    for name in covariates:
        mine = " ".join(c for c in contrasts if f"({name})" in c)
        lines.append(f"{head} {mine} /METHOD=ENTER {name} /PRINT=CI(95).".replace("  ", " "))
    told, method = _method(step, study, covariates)
    if method:
        inside = [c for c in contrasts if c.split("(")[1].split(")")[0] in method.split()]
        lines += [*told, *_products(step)]
        lines.append(
            f"{head} {' '.join(inside)} {method} /PRINT=CI(95) SUMMARY.".replace("  ", " ")
        )
    return [*lines, *end(step)]


def logistic_spss(step: LogisticStep, study: Study) -> list[str]:
    """Each covariate alone, then those that entered together."""
    lines, covariates, contrasts = covariates_spss(step, study)
    lines = [*begin(study, step), *outcome(study, step.outcome), *lines]
    if step.conditional:
        lines += comment("Within matched sets: COXREG with a constant time and /STRATA of the set.")
        return [*lines, *end(step)]
    if step.estimator == "firth":
        lines += comment("SPSS has Firth's method only in the extension STATS FIRTHLOG.")
    lines += comment("SPSS's intervals are Wald's; a profile likelihood has other limits.")
    for name in covariates:
        method = f"/METHOD=ENTER {name}"
        lines.append(logistic_regression("outcome", [name], contrasts, method))
    told, method = _method(step, study, covariates)
    if method:
        several = [name for name in covariates if name in method.split()]
        code = logistic_regression("outcome", several, contrasts, method, "  /PRINT=CI(95) GOODFIT")
        lines += [*told, *_products(step), code]
    return [*lines, *end(step)]


def logistic_regression(
    outcome: str, names: list[str], contrasts: list[str], method: str, more: str = "  /PRINT=CI(95)"
) -> str:
    """A LOGISTIC REGRESSION of an outcome on covariates.

    Parameters
    ----------
    outcome, names
        Columns.
    contrasts
        Those of factors, of which some may not be among the covariates.
    method
        The subcommands that let them in.
    more
        Subcommands after these.
    """
    factors = [c.split("(")[1].split(")")[0] for c in contrasts]
    mine = [name for name in names if name in factors]
    lines = [f"LOGISTIC REGRESSION VARIABLES={outcome} WITH {' '.join(names)}"]
    lines += [f"  /CATEGORICAL={' '.join(mine)}"] if mine else []
    lines += [f"  {c}" for c in contrasts if c.split("(")[1].split(")")[0] in mine]
    return "\n".join([*lines, f"  {method}", f"{more}."])


def ordinal_spss(step: OrdinalStep, study: Study) -> list[str]:
    """Proportional odds of an ordered outcome."""
    lines, names, contrasts = covariates_spss(step, study)
    factors = [c.split("(")[1].split(")")[0] for c in contrasts]
    numbers = [name for name in names if name not in factors]
    lines = [*begin(study, step), *lines]
    lines += comment("The signs of PLUM's estimates follow its own reference, the last level.")
    code = f"PLUM {study.name(step.outcome)}"
    code += f" BY {' '.join(factors)}" if factors else ""
    code += f" WITH {' '.join(numbers)}" if numbers else ""
    return [*lines, f"{code} /LINK=LOGIT /PRINT=FIT PARAMETER SUMMARY TPARALLEL.", *end(step)]


def roc_spss(step: RocStep, study: Study) -> list[str]:
    """The areas of markers."""
    lines = [*begin(study, step), *outcome(study, step.outcome)]
    convention = study.plan.conventions.auc_interval
    if not convention.startswith("hanley"):
        words = "SPSS has Hanley and McNeil's standard error, the packet another interval"
        lines += comment(f"{words} ({convention}); ROC ANALYSIS (SPSS 26) has DeLong's.")
    kind = "NEGEXPO" if "exponential" in convention else "FREE"
    for direction, word in (("high", "LARGE"), ("low", "SMALL")):
        names = [study.name(m.variable) for m in step.marked if step.direction_of(m) == direction]
        if names:
            lines.append(
                f"ROC {' '.join(names)} BY outcome (1) /PLOT=CURVE(REFERENCE) /PRINT=SE COORDINATES"
                f" /CRITERIA=TESTPOS({word}) CI(95) DISTRIBUTION({kind})."
            )
    return [*lines, *end(step)]
