"""Endpoints and outcomes: event, time and its origin, unit, competing events, censoring."""

from __future__ import annotations

from analyses.schema.file import EndpointSection
from analyses.schema.regression import OrdinalStep
from analyses.schema.step import EndpointStep, OutcomeStep
from analyses.schema.subgroups import SubgroupsStep
from reports.conditions import condition_words
from reports.view import View
from reports.wording import mid, quoted, start

#: Kinds of step in which a patient with the competing event leaves the risk set.
CAUSE_SPECIFIC = ("kaplan_meier", "cox", "rates", "survival_cutoff")
IN_THEIR_RIGHT = ("cumulative_incidence", "fine_gray", "time_roc")


def outcome_sentences(view: View) -> list[str]:
    """What each endpoint and outcome is, for the analyses that were done."""
    found = []
    for name in endpoints_used(view):
        found += _endpoint(name, view)
    return [*found, *_outcomes(view)]


def endpoints_used(view: View) -> list[str]:
    """Names of the endpoints of the steps that were done, in order."""
    steps = [done.step for done in view.results.steps]
    names = [str(getattr(step, "endpoint", "")) for step in steps]
    return list(dict.fromkeys(filter(None, names)))


def origin_words(section: EndpointSection, view: View) -> str:
    """From when to when a time runs; empty where the plan does not say."""
    file = view.results.plan.file
    names = [n for n in (section.time, section.follow_up) if n]
    parts = []
    for name in names:
        derived = file.derived.get(name)
        if derived is not None and derived.interval is not None:
            ends = [view.dictionary[n].label for n in derived.interval.inputs]
            parts.append(f"from {mid(ends[0])} to {mid(ends[1])}")
        elif name in file.variables and file.variables[name].description:
            words = file.variables[name].description.rstrip(".")
            parts.append(f"{words[:1].lower()}{words[1:]}")
    return "; ".join(dict.fromkeys(parts))


def _endpoint(name: str, view: View) -> list[str]:
    section = view.results.plan.file.endpoints[name]
    time, unit = view.dictionary[section.time], view.unit(name)
    origin = origin_words(section, view)
    event = condition_words(section.event, view, named=True)
    words = f"{section.label}: the event is {event}; the time is "
    words += f"‘{time.label}’{f', in {unit}' if unit else ''}{f' ({origin})' if origin else ''}."
    last = f"‘{view.dictionary[section.follow_up].label}’" if section.follow_up else "that time"
    found = [words, f"{start(view.noun)} without the event were censored at {last}."]
    if section.entry:
        entry = view.dictionary[section.entry].label
        found.append(f"They were at risk from ‘{entry}’ (late entry).")
    return found + (_competing(name, section, view) if section.competing is not None else [])


def _competing(name: str, section: EndpointSection, view: View) -> list[str]:
    assert section.competing is not None
    words = f"The competing event of {mid(section.label)} is "
    words += condition_words(section.competing, view, named=True)
    if section.competing_time:
        words += f", at ‘{view.dictionary[section.competing_time].label}’"
    steps = [done.step for done in view.results.steps]
    mine = [s for s in steps if isinstance(s, EndpointStep) and s.endpoint == name]
    censored = [s.title for s in mine if s.kind in CAUSE_SPECIFIC]
    own = [s.title for s in mine if s.kind in IN_THEIR_RIGHT]
    found = [f"{words}."]
    if censored:
        found.append(f"{start(view.noun)} with it count as censored in {quoted(censored)}.")
    if own:
        found.append(f"It is an event of its own in {quoted(own)}.")
    return found


def _outcomes(view: View) -> list[str]:
    found: dict[str, list[str]] = {}
    for done in view.results.steps:
        step = done.step
        if isinstance(step, OutcomeStep) or (
            isinstance(step, SubgroupsStep) and step.outcome is not None
        ):
            assert step.outcome is not None
            words = condition_words(step.outcome, view, named=True)
        elif isinstance(step, OrdinalStep):
            words = f"‘{view.dictionary[step.outcome].label}’, in its order"
        else:
            continue
        found.setdefault(words, []).append(step.title)
    return [f"The outcome of {quoted(titles)} is {words}." for words, titles in found.items()]
