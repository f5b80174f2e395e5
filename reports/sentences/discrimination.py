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
    general,
    number,
    p_equals,
    share_interval,
)
from reports.numbers import Numbers, known
from reports.view import View


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
    value, _, limits = area_interval(*area).partition(" (")
    variable = view.dictionary[marker.variable]
    sign = ">" if step.direction_of(marker) == "high" else "<"
    words = f"The area under the curve of {variable.label} was {value} (95% CI {limits}."
    if not known(numbers.get("cutoff")):
        return f"{words} No cut-off did better than chance; none is given."
    se, sp = (share_interval(*numbers.triple(s)) for s in ("sensitivity", "specificity"))
    derived = "derived" in str(numbers.about("cutoff")["method"])
    origin = "derived from these data" if derived else "given from outside"
    cutoff = f"{sign} {general(numbers.get('cutoff'), CUTOFF_DIGITS)} {variable.unit}".rstrip()
    return (
        f"{words} A cut-off of {cutoff}, {origin}, had a sensitivity of {se} and a specificity "
        f"of {sp}.{_out_of_bag(numbers)}"
    )


def _out_of_bag(numbers: Numbers) -> str:
    se, sp = (numbers.get(f"{s}_out_of_bag") for s in ("sensitivity", "specificity"))
    if not (known(se) and known(sp)):
        return ""
    return (
        f" In patients who had no part in choosing it, they were {100 * se:.1f}% and "
        f"{100 * sp:.1f}% (bootstrap, out of bag)."
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
            names = [one, other]
            if part == COMPARISON:
                names = [view.dictionary[name].label for name in names]
            shown = area_difference(*numbers.triple("auc_difference", **where))
            value, _, limits = shown.partition(" (")
            found.append(
                f"The areas of {names[0]} and {names[1]} differed by {value} (95% CI "
                f"{limits[:-1]}; {p_equals(p)})."
            )
    return found


def time_roc_text(step: TimeRocStep, view: View) -> str:
    """The areas of each marker at the times."""
    unit, sentences = view.unit(step.endpoint), []
    for marker in step.marked:
        numbers = view.numbers(step.part(marker))
        parts = []
        for time in numbers.unique("time", "auc_se"):
            area = numbers.triple("auc", time=time)
            if known(area[0]):
                value, _, limits = area_interval(*area).partition(" (")
                parts.append(f"{value} (95% CI {limits[:-1]}) at {general(time)} {unit}".rstrip())
        if parts:
            label = view.dictionary[marker.variable].label
            sentences.append(f"The area under the curve of {label} was {_listed(parts)}.")
    return " ".join(sentences)


def survival_cutoff_text(step: SurvivalCutoffStep, view: View) -> str:
    """The cut-off and its corrected p."""
    numbers, variable = view.numbers(step.id), view.dictionary[step.marker]
    cutoff = numbers.get("cutoff")
    if not known(cutoff):
        return ""
    shown = f"{general(cutoff, CUTOFF_DIGITS)} {variable.unit}".rstrip()
    return (
        f"Survival differed most between patients below and at or above {shown} of "
        f"{variable.label} "
        f"({p_equals(numbers.get('p'))} after correction for the search)."
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
                    f"{number(value, 3)} at a threshold of {100 * at:g}% (all treated "
                    f"{number(every, 3)})"
                )
        if parts:
            label = view.dictionary[name].label
            sentences.append(f"Treating by {label} had a net benefit of {_listed(parts)}.")
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
            value, _, limits = area_difference(*found).partition(" (")
            p = p_equals(numbers.get("p", term=term))
            parts.append(f"{words} {value} (95% CI {limits[:-1]}; {p})")
    if not parts:
        return ""
    old, new = (view.dictionary[name].label for name in (step.old, step.new))
    return (
        f"{new} against {old}: {_listed(parts)}. Net reclassification can rise without any better "
        "prediction."
    )


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
