"""Regression models in R: what their covariates and patients are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyses.scene import SET, WEIGHT
from analyses.schema.regression import BuiltStep, CoxStep, LogisticStep, ModelStep, OrdinalStep
from analyses.steps.e_values import E_VALUES
from analyses.steps.roles import PATIENT, roles_of
from cohort_stats.regression.covariate import Covariate
from cohort_stats.results import pick
from reports.syntax.r.words import (
    begin,
    call,
    commented,
    exactly,
    not_repeated,
    number,
    numbers,
    quoted,
)
from reports.syntax.study import Study, WithCovariates

INFINITE = "no finite estimate (a separated outcome, patients too alike): R gives large numbers"
WITHIN = "effects within levels: emmeans::emmeans(), or relevel() and fit again"
MARKS = "marks (the reference level, who entered the model), no estimates"
BUILT = {
    "selection": "the search for covariates: the line above it says what R has for it",
    "validation": "bootstrap samples: they differ by chance",
    "nomogram": "points of a nomogram: R: rms::nomogram()",
}


@dataclass(frozen=True)
class Together:
    """What a model has beside its covariates.

    Parameters
    ----------
    strata
        Columns of strata.
    cluster, weights
        Columns; empty for none.
    """

    strata: tuple[str, ...] = ()
    cluster: str = ""
    weights: str = ""

    @property
    def robust(self) -> bool:
        """Whether standard errors are robust."""
        return bool(self.cluster or self.weights)


def together_of(study: Study, step: CoxStep | LogisticStep | OrdinalStep) -> Together:
    """The strata, clusters and weights of a model, by the columns of the file."""
    scene = study.scene_of(step)
    roles, _ = roles_of(step, scene)

    def column(name: str) -> str:
        if name == PATIENT and PATIENT not in scene.frame:  # each is a cluster of its own
            return "patient"
        if name in (SET, WEIGHT):
            return study.sample(step.on)[2 if name == SET else 1]
        return study.name(name) if name else ""

    strata = tuple(map(column, roles.strata))
    return Together(strata, column(roles.cluster), column(roles.weights))


def prepared(study: Study, step: WithCovariates) -> list[str]:
    """The patients of a model, its reference levels and scores."""
    lines = begin(study, step)
    for covariate in study.covariates(step):
        name = study.name(covariate.variable)
        if covariate.score:
            lines.append(f"d${name}_score <- as.integer(d${name}) - 1")
        elif covariate.reference:
            labels = study.variable(covariate.variable).labels
            present = set(study.scene_of(step).frame[covariate.variable].dropna())
            if covariate.reference != next(label for label in labels if label in present):
                lines.append(f"d${name} <- relevel(d${name}, ref = {quoted(covariate.reference)})")
    return lines


def term(study: Study, covariate: Covariate) -> str:
    """A covariate in a formula: ``I(age / 10)``."""
    name = study.name(covariate.variable)
    if covariate.score:
        return f"{name}_score"
    if covariate.knots:
        return f"spline({name}, {name}_knots)"
    return name if covariate.per == 1 else f"I({name} / {number(covariate.per)})"


def entered(study: Study, step: ModelStep) -> list[Covariate]:
    """The covariates of the multivariable model."""
    marks = pick(study.numbers(f"{step.id}/univariable"), "entered")
    names = set(marks.loc[marks["value"] == 1, "term"])
    return [c for c in study.covariates(step) if c.variable in names]


def finite(study: Study, analysis: str, covariates: Sequence[Covariate]) -> bool:
    """Whether a model has finite estimates; of several small models, that of one covariate."""
    found = pick(study.numbers(analysis), "coefficient")
    if covariates:
        found = found[found["term"] == covariates[0].variable]
    return bool(len(found) and found["value"].abs().lt(float("inf")).all())


def formula(study: Study, step: WithCovariates, covariates: Sequence[Covariate]) -> str:
    """The right side of a model: covariates, and their products last."""
    terms = [term(study, c) for c in covariates]
    by_name = {c.variable: term(study, c) for c in covariates}
    pairs = step.interactions if isinstance(step, BuiltStep) else ()
    terms += [f"{by_name[a]}:{by_name[b]}" for a, b in pairs if {a, b} <= set(by_name)]
    return " + ".join(terms)


def patients(study: Study, covariates: Sequence[Covariate], also: Sequence[str] = ()) -> list[str]:
    """The patients who have every value of a model, as ``m``; and the knots of its splines."""
    columns = [study.name(c.variable) for c in covariates]
    needed = [*dict.fromkeys([*columns, *also])]
    known = " & ".join(f"!is.na({name})" for name in needed)
    lines = [f"m <- droplevels(subset(d, {known}))"]
    bent = [c for c in covariates if c.knots]
    lines += [f"{study.name(c.variable)}_knots <- {_knots(study, c)}" for c in bent]
    return lines


def searched_among(study: Study, step: ModelStep) -> list[str]:
    """A search looks at patients with every candidate known: the columns of these."""
    if step.selection.rule in ("all", "given", "univariable"):
        return []
    return [study.name(c.variable) for c in study.covariates(step)]


def _knots(study: Study, covariate: Covariate) -> str:
    """The knots, placed as the packet has them."""
    if not isinstance(covariate.knots, int):
        return numbers(covariate.knots)
    column = f"m${study.name(covariate.variable)}"
    return f"Hmisc::rcspline.eval({column}, nk = {covariate.knots}, knots.only = TRUE)"


def knots(study: Study, analysis: str, covariates: Sequence[Covariate]) -> list[str]:
    """The knots of splines, beside those of the packet; `analysis` as a text of R."""
    lines = []
    for covariate in (c for c in covariates if c.knots):
        name = f"{study.name(covariate.variable)}_knots"
        about = {"level": f"seq_along({name})", "knot": name}
        lines.append(call("agrees", analysis, term=quoted(covariate.variable), **about))
    return lines


def curves(
    study: Study, step: BuiltStep, covariates: Sequence[Covariate], alone: bool
) -> list[str]:
    """The curves along splines of a model: those in the model of several are drawn from it."""
    pairs = {name for pair in step.interactions for name in pair}
    together = {c.variable for c in entered(study, step)}
    lines = []
    for covariate in (c for c in covariates if c.knots):
        analysis, name = f"{step.id}/curve/{covariate.variable}", study.name(covariate.variable)
        whole = covariate.variable in together and covariate.variable not in pairs
        if whole != alone and analysis in study.analyses(step.id):
            about = ["model", quoted(covariate.variable), f"m${name}", f"{name}_knots"]
            lines.append(call("agrees_spline_curve", quoted(analysis), *about))
    return lines


def named_terms(study: Study, covariates: Sequence[Covariate]) -> str:
    """Columns of the file and the names of their variables in the packet."""
    pairs = [f"{study.name(c.variable)} = {quoted(c.variable)}" for c in covariates]
    return f"c({', '.join(pairs)})"


def searched(step: ModelStep, family: str) -> list[str]:
    """What R has for a search for covariates; nothing is run."""
    rule = step.selection.rule
    words = {
        "univariable": f"Covariates with a univariable p below {step.selection.p_below:g} entered.",
        "given": "The covariates were named beforehand.",
        "all": "All covariates entered.",
        "forward": "Found by forward selection; R: add1() and drop1() in turn.",
        "backward": "Found by backward elimination; R: drop1() again and again, or rms::fastbw().",
        "both": 'Found by AIC; R: MASS::stepAIC(model, direction = "both").',
        "lasso": f'Found by the LASSO; R: glmnet::cv.glmnet(x, y, family = "{family}").',
    }[rule]
    return commented(words)


def e_values(study: Study, step: str, model: str, ratio: str) -> list[str]:
    """The E-values of the ratios of a model, where there are any."""
    analysis = f"{step}/{E_VALUES}"
    found = study.numbers(analysis)
    if found.empty:
        return []
    common = found["method"].str.contains("common").any()
    how = {"common": "TRUE"} if common else {}
    return [call("agrees_e_values", quoted(analysis), quoted(model), quoted(ratio), **how)]


def left_to_the_packet(study: Study, step: ModelStep) -> list[str]:
    """Parts of a model's results that the script does not repeat."""
    lines = [not_repeated(exactly(step.id), "^(reference|entered)$", MARKS)]
    analyses = study.analyses(step.id)
    for part, why in BUILT.items():
        if f"{step.id}/{part}" in analyses:
            lines.append(not_repeated(f"^{step.id}/{part}$", "", why))
    if any(a.startswith(f"{step.id}/within/") for a in analyses):
        lines.append(not_repeated(f"^{step.id}/within/", "", WITHIN))
    return lines
