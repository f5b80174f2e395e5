"""Sentences about adverse events."""

from __future__ import annotations

from analyses.schema.adverse import AdverseEventsStep
from cohort_stats.comparing.adverse_events import ANY_EVENT, ANY_GRADE, SEVERE
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, percent
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.sentences.effects import who
from reports.view import View


def adverse_text(step: AdverseEventsStep, view: View) -> str:
    """How many had any event, of any grade and of a severe one; of a single event, that one."""
    numbers = view.numbers(step.id)
    terms = numbers.unique("term", "n")
    term = ANY_EVENT if ANY_EVENT in terms else terms[0]
    event = "Any adverse event" if term == ANY_EVENT else view.dictionary[term].label
    levels = numbers.unique_levels_of("n", term)
    of_grade = " of any grade" if SEVERE in levels else ""
    text = f"{event}{of_grade} was recorded in {_shares(numbers, term, ANY_GRADE, step, view)}."
    if SEVERE in levels:
        shares = _shares(numbers, term, SEVERE, step, view)
        text += f" Grade {step.severe} or higher was reached in {shares}."
    return text


def _shares(numbers: Numbers, term: str, level: str, step: AdverseEventsStep, view: View) -> str:
    """``12 of 60 patients (20%) with arm ‘A’ and …``, with the test between them."""
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    parts = []
    for group in groups:
        found = numbers.several("count", "percent", "n", group=group, term=term, level=level)
        share = f" ({percent(*found[1:])})" if known(found[1]) else ""
        whose = "" if group == OVERALL else f" {who(group, step.by, view)}"
        parts.append(f"{count(found[0])} of {count(found[2])} {view.noun}{share}{whose}")
    p = numbers.get("p", term=term, level=level)
    closing = ""
    if known(p):
        test = numbers.about("p", term=term, level=level)["method"]
        closing = f" ({test}, {p_equals(p)})"
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{listed}{closing}"
