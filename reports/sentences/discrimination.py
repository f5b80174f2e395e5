"""Sentences about markers and cut-offs."""

from __future__ import annotations

from typing import Any

from analyses.schema.discrimination import (
    COMPARISON,
    GROUPS,
    DecisionCurveStep,
    MarkerSection,
    ReclassificationStep,
    RocStep,
    SurvivalCutoffStep,
    TimeRocStep,
)
from cohort_stats.discrimination.decision_curves import TREAT_ALL
from reports.format import (
    CUTOFF_DIGITS,
    area_difference,
    area_interval,
    count,
    general,
    number,
    share_interval,
    share_percent,
)
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.sentences.effects import clear, include, inside, told
from reports.view import View
from reports.wording import listed, mid, start


def roc_text(step: RocStep, view: View) -> str:
    """The areas, the first cut-off of each marker, and how the areas differ."""
    sentences = [_marker(step, marker, view) for marker in step.marked]
    sentences += _differences(step, view)
    return " ".join(filter(None, sentences))


def _marker(step: RocStep, marker: MarkerSection, view: View) -> str:
    numbers = view.numbers(step.part(marker))
    area = numbers.triple("auc")
    if not known(area[0]):
        return ""
    variable = view.dictionary[marker.variable]
    shown = told(area_interval(*area)) if known(area[1]) else number(area[0], 3)
    words = (
        f"The area under the curve of {mid(variable.label)} was {shown}{_of_whom(numbers, view)}."
    )
    if known(area[1]) and include([area[1:]], 0.5):
        words += " The interval includes 0.5, the area of chance."
    if not known(numbers.get("cutoff")):
        return f"{words} No cut-off did better than chance; none is given."
    se, sp = (told(share_interval(*numbers.triple(s))) for s in ("sensitivity", "specificity"))
    derived = "derived" in str(numbers.about("cutoff")["method"])
    origin = "derived from these data" if derived else "given from outside"
    cutoff = f"{step.sign_of(marker)} {general(numbers.get('cutoff'), CUTOFF_DIGITS)}"
    cutoff = f"{cutoff} {variable.unit}".rstrip()
    return (
        f"{words} A cut-off of {cutoff}, {origin}, had a sensitivity of {se} and a specificity "
        f"of {sp}.{_out_of_bag(numbers)}"
    )


def _of_whom(numbers: Numbers, view: View) -> str:
    n, events = (numbers.get(name) for name in ("n", "events"))
    if not (known(n) and known(events)):
        return ""
    return f" in {view.counted(n)}, {count(events)} with the outcome"


def _out_of_bag(numbers: Numbers) -> str:
    se, sp = (numbers.get(f"{s}_out_of_bag") for s in ("sensitivity", "specificity"))
    if not (known(se) and known(sp)):
        return ""
    return (
        f" In patients who had no part in choosing it, they were {share_percent(se)} and "
        f"{share_percent(sp)} (bootstrap, out of bag)."
    )


def _differences(step: RocStep, view: View) -> list[str]:
    found = []
    for part, key in ((COMPARISON, "term"), (GROUPS, "group")):
        numbers = view.numbers(f"{step.id}/{part}")
        if not numbers:
            continue
        frame = numbers.frame[numbers.frame["statistic"] == "auc_difference"]
        for one, other in zip(frame[key], frame["level"], strict=True):
            where: dict[str, Any] = {key: one, "level": other}
            p = numbers.get("p", **where)
            if not known(p):
                continue
            names = [f"‘{name}’" for name in (one, other)]
            if part == COMPARISON:
                names = [mid(view.dictionary[name].label) for name in (one, other)]
            shown = inside(area_difference(*numbers.triple("auc_difference", **where)))
            found.append(_differ(names, shown, p))
    return found


def _differ(names: list[str], shown: str, p: float) -> str:
    """How two areas differ, or that no clear difference is seen."""
    if clear(p):
        value, _, limits = shown.partition(", ")
        return f"The areas of {listed(names)} differed by {value} ({limits}; {p_equals(p)})."
    return (
        f"No clear difference was seen between the areas of {listed(names)} (difference {shown}; "
        f"{p_equals(p)})."
    )


def time_roc_text(step: TimeRocStep, view: View) -> str:
    """The areas of each marker at the times."""
    unit, sentences = view.unit(step.endpoint), []
    for marker in step.marked:
        numbers = view.numbers(step.part(marker))
        parts = []
        for time in numbers.unique("time", "auc_se"):
            area = numbers.triple("auc", time=time)
            if known(area[0]):
                shown = told(area_interval(*area)) if known(area[1]) else number(area[0], 3)
                parts.append(f"{shown} at {general(time)} {unit}".rstrip())
        if parts:
            label = mid(view.dictionary[marker.variable].label)
            sentences.append(f"The area under the curve of {label} was {listed(parts)}.")
    return " ".join([*sentences, *_over_time(step, view, unit)])


def _over_time(step: TimeRocStep, view: View, unit: str) -> list[str]:
    """How the areas of markers differ at each time."""
    numbers, found = view.numbers(f"{step.id}/{COMPARISON}"), []
    frame = numbers.frame[numbers.frame["statistic"] == "auc_difference"]
    for one, other, time in zip(frame["term"], frame["level"], frame["time"], strict=True):
        where: dict[str, Any] = {"term": one, "level": other, "time": time}
        p = numbers.get("p", **where)
        if known(p):
            names = [mid(view.dictionary[name].label) for name in (one, other)]
            shown = inside(area_difference(*numbers.triple("auc_difference", **where)))
            words = _differ(names, shown, p)
            found.append(f"At {general(time)} {unit}, {words[:1].lower()}{words[1:]}")
    return found


def survival_cutoff_text(step: SurvivalCutoffStep, view: View) -> str:
    """The cut-off and its corrected p."""
    numbers, variable = view.numbers(step.id), view.dictionary[step.marker]
    cutoff = numbers.get("cutoff")
    if not known(cutoff):
        return ""
    shown = f"{general(cutoff, CUTOFF_DIGITS)} {variable.unit}".rstrip()
    p, label = numbers.get("p"), mid(view.results.plan.file.endpoints[step.endpoint].label)
    said = "" if clear(p) or not known(p) else "; no clear difference was seen"
    return (
        f"{start(label)} differed most between {view.noun} below and at or above {shown} of "
        f"{mid(variable.label)}{said} ({p_equals(p)} after correction for the search)."
    )


def decision_text(step: DecisionCurveStep, view: View) -> str:
    """Net benefit at the thresholds of the table."""
    numbers, sentences = view.numbers(step.id), []
    for name in step.risks:
        parts = []
        for at in step.at:
            value = numbers.get("net_benefit", term=name, level=f"{at:g}")
            every = numbers.get("net_benefit", term=TREAT_ALL, level=f"{at:g}")
            if known(value):
                parts.append(
                    f"{number(value, 3)} at a threshold of {general(100 * at)}% (all treated "
                    f"{number(every, 3)})"
                )
        if parts:
            label = mid(view.dictionary[name].label)
            sentences.append(f"Treating by {label} had a net benefit of {listed(parts)}.")
    return " ".join(sentences)


def reclassification_text(step: ReclassificationStep, view: View) -> str:
    """Net reclassification and integrated discrimination improvement."""
    numbers, parts = view.numbers(step.id), []
    for words, statistic, term in (
        ("continuous net reclassification improvement", "nri", "continuous"),
        ("categorical net reclassification improvement", "nri", "categorical"),
        ("integrated discrimination improvement", "idi", ""),
    ):
        found = numbers.triple(statistic, term=term)
        if known(found[0]):
            value, _, limits = inside(area_difference(*found)).partition(", ")
            p = p_equals(numbers.get("p", term=term))
            parts.append(f"{words} {value} ({limits}; {p})" if limits else f"{words} {value} ({p})")
    if not parts:
        return ""
    old, new = (mid(view.dictionary[name].label) for name in (step.old, step.new))
    return (
        f"{start(new)} against {old}: {listed(parts)}. Net reclassification can rise without any "
        "better prediction."
    )
