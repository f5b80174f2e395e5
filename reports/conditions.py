"""Conditions of a plan in words."""

from __future__ import annotations

from analyses.plan import with_labels
from analyses.schema.words import ConditionSection
from reports.format import general
from reports.view import View
from reports.wording import mid, quoted

SIGNS = {"below": "<", "at_most": "≤", "above": ">", "at_least": "≥"}


def condition_words(section: ConditionSection, view: View, *, named: bool = False) -> str:
    """A condition as it stands in a sentence: ``age < 18 years``, ``status ‘Dead’``.

    Parameters
    ----------
    section
        As written in the plan.
    view
        Knows the labels.
    named
        Whether a yes/no variable stands as a name, in quotation marks.
    """
    variable = view.dictionary[section.variable]
    condition, label = with_labels(section.condition, variable), mid(variable.label)
    value = condition.value
    if condition.comparison == "missing":
        return f"{label} {'not known' if value else 'known'}"
    if condition.comparison in SIGNS and isinstance(value, int | float):
        return f"{label} {SIGNS[condition.comparison]} {general(value)} {variable.unit}".rstrip()
    if variable.type == "yesno" and condition.comparison == "is":
        yes = str(value).casefold() == "yes"
        if named:
            return f"‘{variable.label}’" if yes else f"not ‘{variable.label}’"
        return label if yes else f"no {label}"
    levels = [str(v) for v in value] if isinstance(value, tuple | list) else [str(value)]
    no = "not " if condition.comparison == "is_not" else ""
    return f"{label} {no}{quoted(levels, 'or')}"
