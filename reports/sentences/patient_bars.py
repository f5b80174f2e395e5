"""Sentences on the changes and the courses of single patients, in counts."""

from __future__ import annotations

from analyses.schema.pictures import SwimmerStep, WaterfallStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, count_percent, decimals_for, general, number
from reports.numbers import Numbers
from reports.view import View


def unit_of(step: WaterfallStep, view: View) -> str:
    """The unit of the change, ready to follow a number."""
    if step.percent:
        return "%"
    unit = view.dictionary[step.change or step.before].unit
    return f" {unit}" if unit and unit != "%" else unit


def change_label(step: WaterfallStep, view: View) -> str:
    """What the change is called, with its unit."""
    if step.change:
        return view.dictionary[step.change].heading
    first = view.dictionary[step.before]
    best = "Best change" if len(step.after) > 1 else "Change"
    unit = "%" if step.percent else first.unit
    return f"{best} from {first.label}{f' ({unit})' if unit else ''}"


def line_words(step: WaterfallStep, view: View, line: float) -> str:
    """``at most −30%``, ``at least 20%``."""
    return f"{'at most' if line < 0 else 'at least'} {general(line)}{unit_of(step, view)}"


def middle_of(step: WaterfallStep, view: View, numbers: Numbers, group: str) -> str:
    """``median −34% (−96 to 27%), n = 90``."""
    found = numbers.several("median", "min", "max", group=group)
    shown = decimals_for(found[2] - found[1])
    median, low, high = (number(value, shown) for value in found)
    unit = unit_of(step, view)
    n = count(numbers.get("n", group=group))
    return f"median {median}{unit} (range {low} to {high}{unit}), n = {n}"


def waterfall_text(step: WaterfallStep, view: View) -> str:
    """The median change, and how many lie beyond each line."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")
    parts = []
    for group in groups if len(groups) == 1 else groups[1:]:
        who = "" if group == OVERALL else f"‘{group}’ "
        if not numbers.get("n", group=group):
            parts.append(f"{who}no known change")
            continue
        lines = "".join(f", {_beyond(step, view, numbers, group, line)}" for line in step.lines)
        parts.append(f"{who}{middle_of(step, view, numbers, group)}{lines}")
    return f"{change_label(step, view)}: {'; '.join(parts)}."


def _beyond(step: WaterfallStep, view: View, numbers: Numbers, group: str, line: float) -> str:
    n = numbers.get("n", group=group)
    counted, share = numbers.several("beyond_line", "beyond_line_percent", group=group, time=line)
    return f"{line_words(step, view, line)} in {count_percent(counted, share, n)}"


def swimmer_text(step: SwimmerStep, view: View) -> str:
    """How many were followed and had the event."""
    frame = view.numbers(step.id).frame
    ends = frame.loc[frame["statistic"] == "bar_end", "value"]
    times = frame.loc[frame["statistic"] == "bar_to", "value"]
    endpoint = view.results.plan.file.endpoints[step.endpoint]
    unit = view.unit(step.endpoint)
    return (
        f"{count(len(ends))} {view.noun} were followed for {general(times.min())} to "
        f"{general(times.max())}{f' {unit}' if unit else ''}; the event ({endpoint.label}) was "
        f"seen in {count((ends == 1).sum())}."
    )
