"""Study design and patients; who took part in which analysis."""

from __future__ import annotations

from cohort_stats.cohort import FlowStep
from reports.conditions import condition_words
from reports.view import View
from reports.wording import mid, quoted, sentence, typographic


def design_sentences(view: View) -> list[str]:
    """Design, source, eligibility with counts, and who each analysis is of."""
    study = view.results.plan.file.study
    found = [f"These {view.noun} are synthetic (made up)."] if view.synthetic else []
    found += [sentence(f"Design: {study.design}")]
    found += [f"Source: {study.source.rstrip('.')}."] if study.source else []
    return [*found, *_eligibility(view), *_not_applied(view), *_subgroups(view), *_samples(view)]


def _eligibility(view: View) -> list[str]:
    flow, noun = view.results.cohort.flow, view.noun
    applied = [s for s in flow.steps if s.reason not in view.results.not_applied]
    if not applied:
        return [f"The cohort file held {view.counted(flow.entered)}; no exclusion was applied."]
    reasons = "; ".join(f"{mid(step.reason)} ({_counts(step)})" for step in applied)
    words = [
        f"The cohort file held {view.counted(flow.entered)}. Left out were, one reason after the "
        f"other: {reasons}. There remained {view.counted(flow.remaining)}."
    ]
    if any(step.unknown for step in applied):
        words.append(f"The {noun} of whom a reason is not known were kept.")
    return words


def _counts(step: FlowStep) -> str:
    unknown = f"; not known of {step.unknown}" if step.unknown else ""
    return f"n = {step.excluded}{unknown}"


def _not_applied(view: View) -> list[str]:
    return [
        f"The exclusion ‘{reason}’ could not be applied, as {typographic(why)}."
        for reason, why in view.results.not_applied.items()
    ]


def _subgroups(view: View) -> list[str]:
    found: dict[str, list[str]] = {}
    for done in view.results.steps:
        if done.step.only is not None:
            who = condition_words(done.step.only, view)
            found.setdefault(who, []).append(done.step.title)
    return [
        f"Only {view.noun} with {who} are in {quoted(titles)}." for who, titles in found.items()
    ]


def _samples(view: View) -> list[str]:
    titles = {done.step.id: done.step for done in view.results.steps}
    found: dict[str, list[str]] = {}
    for done in view.results.steps:
        if done.step.on:
            found.setdefault(done.step.on, []).append(done.step.title)
    kept = {"match": "matched", "weight": "weighted"}
    return [
        f"The {view.noun} {kept[titles[on].kind]} in ‘{titles[on].title}’ are those of "
        f"{quoted(names)}."
        for on, names in found.items()
        if on in titles
    ]
