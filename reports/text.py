"""Methods and results in sentences, written from what was run."""

from __future__ import annotations

import platform
from importlib.metadata import version

from analyses.running import StepResults
from analyses.schema.changes import PairedStep, TransitionStep
from analyses.schema.comparing import ProportionStep
from analyses.schema.discrimination import (
    DecisionCurveStep,
    ReclassificationStep,
    RocStep,
    SurvivalCutoffStep,
    TimeRocStep,
)
from analyses.schema.imputing import MissingnessStep
from analyses.schema.matching import PropensityStep
from analyses.schema.pooling import PoolStep
from analyses.schema.regression import ModelStep, OrdinalStep
from analyses.schema.steps import Step
from analyses.schema.survival import CumulativeIncidenceStep, KaplanMeierStep, RatesStep
from cohort_stats import __version__
from cohort_stats.regression.model_building import MULTIVARIABLE
from reports.derived import derived_methods
from reports.format import (
    count,
    p_equals,
    ratio_interval,
)
from reports.incidence_text import incidence_text
from reports.numbers import known
from reports.pooling import pooling_sentences
from reports.tables.building import validation_sentence
from reports.tables.regression import OVER_TIME, RATIOS
from reports.text_change import paired_text, proportion_text, transition_text
from reports.text_discrimination import (
    decision_text,
    reclassification_text,
    roc_text,
    survival_cutoff_text,
    time_roc_text,
)
from reports.text_matching import propensity_text
from reports.text_missing import missingness_text
from reports.text_survival import rates_text, survival_text
from reports.view import View

SIGNIFICANT = 0.05


def software() -> str:
    """Program and versions, for the last sentence of a methods section."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "scipy"))
    python = ".".join(platform.python_version_tuple()[:2])
    return f"cohort-stats {__version__} (Python {python}; {packages})"


def methods_text(view: View) -> list[str]:
    """Paragraphs of a methods section: what was done, each sentence once."""
    results = view.results
    methods = [results.imputation.method] if results.imputation is not None else []
    methods += [r.method for done in results.steps for r in done.results if r.method]
    sentences = [view.with_labels(method) for method in methods]
    models = [s for s in sentences if s[:1].islower()]
    whole = [s for s in sentences if not s[:1].islower()]
    joined = [s[:1].upper() + s[1:] + ("" if s.endswith(".") else ".") for s in models]
    unique: list[str] = []
    for paragraph in [*whole, *joined]:
        for sentence in paragraph.split(". "):
            words = sentence.rstrip(".")
            if not any(s.startswith(words) for s in unique):
                unique.append(words + ".")
    adjusted = any(getattr(s, "pairwise", "none") not in (None, "none") for s in _steps(view))
    imputed = " unless it is marked as imputed" if results.imputation is not None else ""
    closing = (
        f"Every analysis used the {view.noun} whose values were known{imputed}; numbers left out "
        "are given with each result. Two-sided p-values are not adjusted for multiple comparisons"
        f"{' unless said' if adjusted else ''}."
    )
    if any("p_adjusted" in set(r.numbers["statistic"]) for s in results.steps for r in s.results):
        closing = closing.replace("Two-sided", "Except where stated, two-sided")
    paragraphs = [" ".join(unique), derived_methods(view)]
    return [*filter(None, paragraphs), f"{closing} Analyses were done with {software()}."]


def _steps(view: View) -> list[Step]:
    return [done.step for done in view.results.steps]


def results_text(view: View) -> list[tuple[str, str]]:
    """A paragraph of results for each step that has one: (title, sentences)."""
    flow, noun = view.results.cohort.flow, view.noun
    first = f"Of {flow.entered} {noun} in the file, {flow.remaining} were analysed."
    if not flow.steps:
        first = f"All {flow.entered} {noun} in the file were analysed."
    found = [(noun.capitalize(), first)]
    for done in view.results.steps:
        words = _step_text(done, view)
        if words:
            found.append((done.step.title, words))
    return found


def _step_text(done: StepResults, view: View) -> str:
    step = done.step
    if isinstance(step, KaplanMeierStep):
        return survival_text(step, view)
    if isinstance(step, RatesStep):
        return rates_text(step, view)
    if isinstance(step, CumulativeIncidenceStep):
        return incidence_text(step, view)
    if isinstance(step, ModelStep):
        return _model(step, view)
    if isinstance(step, RocStep):
        return roc_text(step, view)
    if isinstance(step, TimeRocStep):
        return time_roc_text(step, view)
    if isinstance(step, SurvivalCutoffStep):
        return survival_cutoff_text(step, view)
    if isinstance(step, DecisionCurveStep):
        return decision_text(step, view)
    if isinstance(step, ReclassificationStep):
        return reclassification_text(step, view)
    if isinstance(step, PropensityStep):
        return propensity_text(step, view)
    if isinstance(step, PairedStep):
        return paired_text(step, view)
    if isinstance(step, TransitionStep):
        return transition_text(step, view)
    if isinstance(step, ProportionStep):
        return proportion_text(step, view)
    if isinstance(step, PoolStep):
        return pooling_sentences(step, view)
    if isinstance(step, MissingnessStep):
        return missingness_text(step, view)
    return ""


def _model(step: ModelStep, view: View) -> str:
    numbers = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    if not numbers:
        return "No covariate entered a multivariable model."
    ratio, short = RATIOS[step.kind]
    clear: list[str] = []
    unclear: list[str] = []
    for section in step.covariates:
        term, label = section.variable, view.covariate_label(section)
        for level in numbers.unique_levels_of(ratio, term):
            found = numbers.triple(ratio, term=term, level=level)
            p = numbers.get("p", term=term, level=level)
            name = label
            if level:
                reference = numbers.unique_levels_of("reference", term)[0]
                name = f"{label} ‘{level}’ against ‘{reference}’"
            value, _, limits = ratio_interval(*found).partition(" (")
            words = f"{name} ({short} {value}, 95% CI {limits[:-1]}, {p_equals(p)})"
            if known(p):
                (clear if p < SIGNIFICANT else unclear).append(words)
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
    return text + validation_sentence(step, view)


def _list(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
