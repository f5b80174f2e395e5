"""Sentences on what pictures show."""

from __future__ import annotations

from analyses.schema.pictures import BarsStep, DistributionStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, count_percent, median_quartiles
from reports.numbers import Numbers
from reports.view import View


def middle_words(numbers: Numbers, view: View, name: str, group: str) -> str:
    """Median and quartiles with their unit, and how many they are of."""
    n = numbers.get("n", group=group, term=name)
    if not n:
        return "no known value"
    median, q1, q3 = numbers.several("median", "q1", "q3", group=group, term=name)
    words = median_quartiles(median, q1, q3, view.decimals("median_quartiles", name))
    unit = view.dictionary[name].unit
    return f"median {words}{f' {unit}' if unit else ''}, n = {count(n)}"


def distribution_text(step: DistributionStep, view: View) -> str:
    """Median and quartiles of each variable, overall or in each group."""
    numbers = view.numbers(step.id)
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    sentences = []
    for name in numbers.unique("term", "n"):
        parts = [
            f"{'' if group == OVERALL else f'‘{group}’ '}{middle_words(numbers, view, name, group)}"
            for group in groups
        ]
        sentences.append(f"{view.dictionary[name].label}: {'; '.join(parts)}.")
    return " ".join(sentences)


def bars_text(step: BarsStep, view: View) -> str:
    """The most frequent level of each variable, or how often each of several applied."""
    numbers = view.numbers(step.id)
    names = numbers.unique("term", "n")
    known = [n for n in names if numbers.get("n", group=OVERALL, term=n)]
    if len(names) > 1 and step.layout != "percent":
        parts = [f"{view.dictionary[n].label} {_share(numbers, n, 'Yes')}" for n in known]
        return f"{', '.join(parts)}." if parts else ""
    sentences = []
    for name in known:
        levels = numbers.unique_levels_of("count", name)
        shares = [numbers.get("count", group=OVERALL, term=name, level=lv) for lv in levels]
        most = levels[shares.index(max(shares))]
        sentences.append(
            f"{view.dictionary[name].label} was most often ‘{most}’, {_share(numbers, name, most)} "
            f"of {count(numbers.get('n', group=OVERALL, term=name))} {view.noun}."
        )
    return " ".join(sentences)


def _share(numbers: Numbers, name: str, level: str) -> str:
    n = numbers.get("n", group=OVERALL, term=name)
    counted, share = numbers.several("count", "percent", group=OVERALL, term=name, level=level)
    return count_percent(counted, share, n)
