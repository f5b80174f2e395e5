"""What an unmeasured confounder would have to do, as notes and rows of tables."""

from __future__ import annotations

from analyses.schema.comparing import ProportionStep
from analyses.schema.regression import ModelStep
from analyses.steps.e_values import E_VALUES
from analyses.steps.proportion import BOUNDS
from reports.format import general, number
from reports.numbers import Numbers, known
from reports.p_values import p_value
from reports.view import View


def e_value_notes(step: ModelStep, view: View) -> list[str]:
    """A note with the E-values of a model's covariates; none when none was asked for."""
    numbers = view.numbers(f"{step.id}/{E_VALUES}")
    if not numbers:
        return []
    parts = []
    for term in numbers.unique("term", "e_value"):
        for level in numbers.unique_levels_of("e_value", term):
            label = view.dictionary[term].label
            name = f"{label} ‘{level}’" if level else label
            parts.append(f"{name} {_words(numbers, term, level)}")
    method = str(numbers.about("e_value")["method"])
    return [f"{method}: {'; '.join(parts)}."]


def hidden_bias_notes(step: ProportionStep, view: View) -> list[str]:
    """Notes with the E-value and Rosenbaum's bounds of a comparison, where asked for."""
    notes = []
    numbers = view.numbers(f"{step.id}/{E_VALUES}")
    if numbers:
        notes.append(f"E-value of the risk ratio: {_words(numbers, '', '')}.")
    bounds = view.numbers(f"{step.id}/{BOUNDS}")
    if bounds:
        levels = bounds.unique_levels_of("largest_p", "")
        parts = [f"Γ = {g}: {p_value(bounds.get('largest_p', level=g))}" for g in levels]
        most = bounds.get("gamma_most")
        end = f"; p ≤ 0.05 up to Γ = {number(most, 2)}" if known(most) else ""
        notes.append(
            "Hidden bias that multiplies the odds of treatment by Γ could raise the one-sided p to "
            f"({', '.join(parts)}){end}."
        )
    return notes


def _words(numbers: Numbers, term: str, level: str) -> str:
    value = numbers.get("e_value", term=term, level=level)
    limit = numbers.get("e_value_limit", term=term, level=level)
    words = general(value, 3)
    return f"{words} (limit nearer to 1: {general(limit, 3)})" if known(limit) else words
