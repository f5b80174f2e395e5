"""The ratio of one exposure within subgroups, with the interaction p of each variable."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.subgroups import SubgroupsStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures.forest import Line, ratio_figure
from reports.figures.style import Drawing
from reports.format import count, ratio_interval
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.tables.subgroups import SHORT, contrasts, ratio_of
from reports.view import View

WORDS = {"hazard_ratio": "Hazard ratio", "odds_ratio": "Odds ratio"}


def subgroups_forest(step: SubgroupsStep, view: View) -> Drawing | None:
    """All patients, then each level, with events and patients; None when nothing was estimated."""
    numbers, statistic = view.numbers(step.id), ratio_of(step)
    lines = [
        line
        for level, words in contrasts(step, numbers, view)
        for line in _lines(numbers, statistic, level, words, view)
    ]
    drawn = [line for line in lines if line.found]
    if not drawn:
        return None
    heads = ("Events/\npatients", "p for\ninteraction")
    label = view.dictionary[step.exposure.variable].label
    axis = f"{WORDS[statistic]} of {label[:1].lower()}{label[1:]}"
    figure, spots = ratio_figure(lines, WORDS[statistic], SHORT[statistic], view, heads)
    listed = "; ".join(
        f"{x.name} {x.counts} {ratio_interval(*x.found)}"
        if x.found
        else f"{x.label} interaction {p_equals(x.p)}"
        if known(x.p)
        else x.label
        for x in lines
        if x.found or known(x.p) or not x.indent
    )
    alt = f"Forest plot of subgroups. {axis} (95% confidence interval): {listed}."
    return Drawing(step.id, step.title, alt, figure, spots)


def _lines(numbers: Numbers, statistic: str, level: str, words: str, view: View) -> Iterator[Line]:
    yield Line(words, 0, variable=True)

    def line(label: str, indent: int, term: str, group: str) -> Line:
        n, events = (numbers.get(s, term=term, group=group) for s in ("n", "events"))
        where = {"term": term, "group": group, "level": level}
        found = numbers.triple(statistic, **where)
        name = f"{view.dictionary[term].label} {label}" if term else label
        given = found if known(found[0]) else None
        return Line(label, indent, given, name=name, counts=f"{count(events)}/{count(n)}")

    yield line("All patients", 1, "", OVERALL)
    frame = numbers.frame
    for term in numbers.unique("term", "n"):
        p = numbers.get("term_lr_p", term=term)
        yield Line(view.dictionary[term].label, 1, p=p, variable=True)
        for group in dict.fromkeys(frame.loc[frame["term"] == term, "group"]):
            if group:
                yield line(group, 2, term, group)
