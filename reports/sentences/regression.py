"""Results of regression models in sentences."""

from __future__ import annotations

from analyses.schema.regression import ModelStep, OrdinalStep
from cohort_stats.regression.model_building import MULTIVARIABLE
from reports.format import count, p_equals, ratio_interval
from reports.numbers import known
from reports.tables.building import validation_sentence
from reports.tables.regression import OVER_TIME, RATIOS
from reports.view import View

SIGNIFICANT = 0.05


def model_text(step: ModelStep, view: View) -> str:
    """With what the outcome was associated, and what the data left open."""
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
