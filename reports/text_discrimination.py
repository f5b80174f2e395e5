"""Sentences about markers and cut-offs."""

from __future__ import annotations

from typing import Any

from analyses.schema.discrimination import COMPARISON, GROUPS, MarkerSection, RocStep
from reports.format import (
    CUTOFF_DIGITS,
    area_difference,
    area_interval,
    general,
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
