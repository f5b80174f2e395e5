"""Results of regression models in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.regression import CoxStep, ModelStep, OrdinalStep
from analyses.schema.step import CovariateSection
from analyses.steps.shapes import WITHIN
from cohort_stats.regression.model_building import MULTIVARIABLE
from reports.format import count, p_equals, ratio_interval
from reports.numbers import NAN, Numbers, known
from reports.tables.building import validation_sentence
from reports.tables.logistic import PENALISED
from reports.tables.predicting import prediction_sentence
from reports.tables.regression import OVER_TIME, RATIOS
from reports.view import View

SIGNIFICANT = 0.05


def model_text(step: ModelStep, view: View) -> str:
    """With what the outcome was associated, and what the data left open."""
    numbers = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    if not numbers:
        return "No covariate entered a multivariable model."
    why = view.why_not_fitted(f"{step.id}/{MULTIVARIABLE}")
    if why:
        return f"The multivariable model was not fitted: {why}."
    clear: list[str] = []
    unclear: list[str] = []
    beside = _interacting(step, numbers)
    inside = {name for pair in beside for name in pair}
    infinite: list[str] = []
    for section in step.covariates:
        if section.variable in inside:
            continue
        for words, p in _clauses(section, step, numbers, view):
            if known(p):
                (clear if p < SIGNIFICANT else unclear).append(words)
            else:
                infinite.append(words)
    n = count(numbers.get("n"))
    events = "" if step.kind == "ordinal" else count(numbers.get("events"))
    noun = "events" if step.kind in OVER_TIME else "with the outcome"
    text = f"The multivariable model had {n} patients, {events} {noun}."
    if isinstance(step, OrdinalStep):
        outcome = view.dictionary[step.outcome].label
        text = f"The multivariable model had {n} patients; an odds ratio above 1 speaks for "
        text += f"higher levels of {outcome}."
    if clear:
        text += f" The outcome was associated with {_list(clear)}."
    if unclear:
        text += f" The data left open whether it is associated with {_list(unclear)}."
    if infinite:
        text += f" No ratio could be estimated for {_list(infinite)}."
    for pair in beside:
        text += _interaction(pair, step, view)
    text += validation_sentence(step, view)
    return text + prediction_sentence(step, view) if isinstance(step, CoxStep) else text


def _clauses(
    section: CovariateSection, step: ModelStep, numbers: Numbers, view: View
) -> Iterator[tuple[str, float]]:
    """What a covariate's ratios are, each with its p: unknown where there is no ratio."""
    ratio, short = RATIOS[step.kind]
    term, label = section.variable, view.covariate_label(section)
    if numbers.unique_levels_of("knot", term):
        p, bent = (numbers.get(name, term=term) for name in ("global_p", "nonlinear_p"))
        words = f"{view.dictionary[term].label} (as a spline, {p_equals(p)}"
        words += f"; {p_equals(bent)} for nonlinearity" if known(bent) else ""
        yield f"{words})", p
        return
    for level in numbers.unique_levels_of(ratio, term):
        name = label
        if level:
            reference = numbers.unique_levels_of("reference", term)[0]
            name = f"{label} ‘{level}’ against ‘{reference}’"
        p, found = (
            numbers.get("p", term=term, level=level),
            numbers.triple(ratio, term=term, level=level),
        )
        called = short
        if not known(p):
            p, found = _penalised(numbers, term, level)
            called = f"Firth’s penalised {short}"
        if known(p):
            value, _, limits = ratio_interval(*found).partition(" (")
            name += f" ({called} {value}, 95% CI {limits[:-1]}, {p_equals(p)})"
        yield name, p


def _penalised(numbers: Numbers, term: str, level: str) -> tuple[float, tuple[float, float, float]]:
    """Firth's ratio and its p where they stand beside; else unknown."""
    for name in PENALISED:
        if numbers.about(name):
            p = numbers.get("firth_p", term=term, level=level)
            return p, numbers.triple(name, term=term, level=level)
    return NAN, (NAN, NAN, NAN)


def _interacting(step: ModelStep, numbers: Numbers) -> list[tuple[str, str]]:
    """The pairs whose product is in the model: each one's own ratio is not its effect."""
    terms = set(numbers.unique("term"))
    pairs = getattr(step, "interactions", ())
    return [pair for pair in pairs if set(pair) <= terms]


def _interaction(pair: tuple[str, str], step: ModelStep, view: View) -> str:
    """Whether the ratio of one covariate changes with another."""
    first, second = pair
    names = [view.dictionary[name].label for name in pair]
    within = view.numbers(f"{step.id}/{WITHIN}/{first}/{second}")
    p = within.get("interaction_p", term=first)
    if not known(p):
        return f" The interaction of {names[0]} and {names[1]} could not be estimated."
    told = f"with {names[1]} ({p_equals(p)} for interaction)"
    if p < SIGNIFICANT:
        return f" The association of {names[0]} with the outcome differed {told}."
    return f" The data left open whether the association of {names[0]} differs {told}."


def _list(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
