"""Results of regression models in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analyses.schema.regression import CoxStep, ModelStep, OrdinalStep
from analyses.schema.step import CovariateSection, EndpointStep, OutcomeStep
from analyses.steps.shapes import WITHIN
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from cohort_stats.regression.proportional_hazards import DOUBTFUL
from reports.conditions import condition_words
from reports.format import area_interval, count, ratio_interval
from reports.methods.models import covariate_words
from reports.numbers import NAN, Numbers, known
from reports.p_values import p_equals
from reports.sentences.effects import clear, include, inside, told
from reports.tables.building import validation_sentence
from reports.tables.logistic import PENALISED
from reports.tables.predicting import prediction_sentence
from reports.tables.regression import OVER_TIME, RATIOS, of_one_covariate
from reports.view import View
from reports.wording import listed, mid, start

#: Levels of a covariate, beside its reference, that are told one by one.
MOST = 6


@dataclass
class _Found:
    """What a model's terms say, sorted by what the data allow to say."""

    clear: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)
    infinite: list[str] = field(default_factory=list)

    def add(self, words: str, p: float, limits: tuple[float, float]) -> None:
        """Put one term where it belongs."""
        if not known(p):
            self.infinite.append(words)
        elif clear(p):
            self.clear.append(words)
        else:
            self.unclear.append(words)
            self.limits.append(limits)

    def sentences(self, outcome: str) -> str:
        """With what the outcome was associated, and with what no clear association was seen."""
        text = (
            f" {start(outcome)} was associated with {listed(_once(self.clear))}."
            if self.clear
            else ""
        )
        if self.unclear:
            text += f" No clear association was seen with {listed(_once(self.unclear))}"
            if include(self.limits, 1):
                one = len(self.limits) == 1
                text += "; the interval includes 1" if one else "; these intervals include 1"
            text += "."
        if self.infinite:
            text += f" No finite ratio could be estimated for {listed(_once(self.infinite))}."
        return text


def _once(parts: Sequence[str]) -> list[str]:
    """Clauses, of which those on further levels of one covariate do not repeat its label."""
    labels = [part.partition(" ‘")[0] if " ‘" in part else "" for part in parts]
    before = ["", *labels]
    return [
        part.removeprefix(f"{label} ") if label and label == last else part
        for part, label, last in zip(parts, labels, before, strict=False)
    ]


def model_text(step: ModelStep, view: View) -> str:
    """With what the outcome was associated, and where the data show nothing clear."""
    numbers = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    if not numbers:
        return f"No covariate entered a multivariable model.{_alone(step, view)}"
    why = view.why_not_fitted(f"{step.id}/{MULTIVARIABLE}")
    if why:
        return f"{_named(step)} was not fitted: {why}."
    beside = _interacting(step, numbers)
    inside_pairs = {name for pair in beside for name in pair}
    found = _Found()
    for section in step.covariates:
        if section.variable not in inside_pairs:
            for clause in _clauses(section, step, numbers, view):
                found.add(*clause)
    text = f"{_counts(step, numbers, view)}{found.sentences(outcome_words(step, view))}"
    for pair in beside:
        text += _interaction(pair, step, view)
    text += f"{_checked(step, numbers, view)}{validation_sentence(step, view)}"
    return text + prediction_sentence(step, view) if isinstance(step, CoxStep) else text


def outcome_words(step: ModelStep, view: View) -> str:
    """What a model is of, as it stands in a sentence."""
    if isinstance(step, EndpointStep):
        return mid(view.results.plan.file.endpoints[step.endpoint].label)
    if isinstance(step, OutcomeStep):
        return condition_words(step.outcome, view, named=True)
    return mid(view.dictionary[step.outcome].label) if isinstance(step, OrdinalStep) else ""


def _named(step: ModelStep) -> str:
    return "The model" if of_one_covariate(step) else "The multivariable model"


def _counts(step: ModelStep, numbers: Numbers, view: View) -> str:
    n, events = numbers.get("n"), numbers.get("events")
    noun = "event" if step.kind in OVER_TIME else "with the outcome"
    noun += "s" if noun == "event" and events != 1 else ""
    text = f"{_named(step)} has {view.counted(n)}"
    text += f", {count(events)} {noun}" if known(events) else ""
    missing = int(numbers.frame["n_missing"].max())
    text += f"; {view.counted(missing)} left out." if missing else "."
    if isinstance(step, OrdinalStep):
        text += f" An odds ratio above 1 speaks for higher levels of {outcome_words(step, view)}."
    return text


def _clauses(
    section: CovariateSection, step: ModelStep, numbers: Numbers, view: View
) -> Iterator[tuple[str, float, tuple[float, float]]]:
    """What a covariate's ratios are, each with its p, unknown where there is no ratio."""
    ratio, short = RATIOS[step.kind]
    term, label = section.variable, mid(view.dictionary[section.variable].label)
    if numbers.unique_levels_of("knot", term):
        p, bent = (numbers.get(name, term=term) for name in ("global_p", "nonlinear_p"))
        words = f"{label} (as a spline, {p_equals(p)}"
        words += f"; {p_equals(bent)} for nonlinearity" if known(bent) else ""
        yield f"{words})", p, (NAN, NAN)
        return
    levels = numbers.unique_levels_of(ratio, term)
    if len(levels) > MOST:
        p = numbers.get("global_p", term=term)
        yield f"{label} ({len(levels) + 1} levels, {p_equals(p)}; see the table)", p, (NAN, NAN)
        return
    for level in levels:
        name = covariate_words(section, view)
        if level:
            reference = numbers.unique_levels_of("reference", term)[0]
            name = f"{label} ‘{level}’ against ‘{reference}’"
        p, found = (
            numbers.get("p", term=term, level=level),
            numbers.triple(ratio, term=term, level=level),
        )
        shown = f"{short} {inside(ratio_interval(*found))}, {p_equals(p)}" if known(p) else ""
        shown = shown or "; ".join(_in_place(numbers, (ratio, short), term, level))
        if shown:
            name = f"{name[:-1]}; {shown})" if name.endswith(")") else f"{name} ({shown})"
        yield name, p, found[1:]


def _alone(step: ModelStep, view: View) -> str:
    """What the covariates say one by one, where none entered a model."""
    numbers, found = view.numbers(f"{step.id}/{UNIVARIABLE}"), _Found()
    for section in step.covariates:
        for clause in _clauses(section, step, numbers, view):
            found.add(*clause)
    words = found.sentences(outcome_words(step, view))
    return f" One by one:{words}" if words else ""


def _checked(step: ModelStep, numbers: Numbers, view: View) -> str:
    """Discrimination, and what the tests of the model's assumptions say."""
    text, c = "", numbers.triple("concordance")
    if known(c[0]) and not view.numbers(f"{step.id}/validation"):
        name = "Harrell’s C" if step.kind == "cox" else "C"
        shown = told(area_interval(*c)) if known(c[1]) else area_interval(*c).partition(" (")[0]
        text = f" {name} was {shown} in the {view.makers}."
    for statistic, name in (
        ("ph_global_p", "proportional hazards"), ("po_global_p", "proportional odds")
    ):  # fmt: skip
        p = numbers.get(statistic)
        if known(p):
            said = "spoke against" if p < DOUBTFUL else "gave no clear sign against"
            text += f" The test of {name} {said} them ({p_equals(p)})."
    return text


def _in_place(numbers: Numbers, about: tuple[str, str], term: str, level: str) -> Iterator[str]:
    """What is known where the estimate has no end: its interval, and Firth's ratio by its name."""
    ratio, short = about
    value, low, high = numbers.triple(ratio, term=term, level=level)
    if known(low) and known(high):
        yield inside(ratio_interval(value, low, high)).partition(", ")[2]
    for name in PENALISED:
        p = numbers.get("firth_p", term=term, level=level)
        if numbers.about(name) and known(p):
            shown = inside(ratio_interval(*numbers.triple(name, term=term, level=level)))
            yield f"Firth’s penalised {short} {shown}, {p_equals(p)}"


def _interacting(step: ModelStep, numbers: Numbers) -> list[tuple[str, str]]:
    """The pairs whose product is in the model: each one's own ratio is not its effect."""
    terms = set(numbers.unique("term"))
    pairs = getattr(step, "interactions", ())
    return [pair for pair in pairs if set(pair) <= terms]


def _interaction(pair: tuple[str, str], step: ModelStep, view: View) -> str:
    """Whether the ratio of one covariate changes with another."""
    first, second = pair
    names = [mid(view.dictionary[name].label) for name in pair]
    within = view.numbers(f"{step.id}/{WITHIN}/{first}/{second}")
    p = within.get("interaction_p", term=first)
    if not known(p):
        return f" The interaction of {names[0]} and {names[1]} could not be estimated."
    told = f"with {names[1]} ({p_equals(p)} for interaction)"
    if clear(p):
        return f" The association of {names[0]} with the outcome differed {told}."
    return f" No clear change of the association of {names[0]} was seen {told}."
