"""Sentences on characteristics of patients and how groups of them differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyses.schema.comparing import CompareStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import FORMATS, SUMMARIES, count, difference, percent
from reports.house_style import house_style
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.sentences.effects import clear, groups_of
from reports.tables import compared_pairs
from reports.tables.baseline import SUMMED_UP
from reports.view import View
from reports.wording import listed, mid

#: Rows that are described where there are no groups; the others are in the table.
MOST = 8
#: Groups whose values are told one by one.
MOST_GROUPS = 6


def compare_text(step: CompareStep, view: View) -> str:
    """The groups, in which rows they differ, where no clear difference is seen, what is missing."""
    numbers, groups = view.numbers(step.id), groups_of(view.numbers(step.id))
    terms = numbers.unique("term", "n")
    summaries = {row.variable: row.summary or step.summary for row in step.rows}
    if groups == [OVERALL]:
        sentences = [_described(numbers, terms, summaries, view)]
    else:
        label = mid(view.group_label(step.by))
        sizes = [f"{count(numbers.get('n', group=g))} with ‘{g}’" for g in groups]
        sentences = [f"By {label}: {listed(sizes)}."]
        sentences += differing(numbers, terms, summaries, view)
        sentences.append(_largest(step, numbers, view))
    return " ".join(filter(None, [*sentences, _missing(numbers, terms, view)]))


def differing(
    numbers: Numbers, terms: Sequence[str], summaries: Mapping[str, str], view: View
) -> list[str]:
    """In which rows groups differ, and in which none is seen.

    Parameters
    ----------
    numbers
        Of a comparison of groups.
    terms
        Its rows.
    summaries
        Row -> ``mean``, ``median`` or ``range``, of numbers.
    view
        Knows the labels.
    """
    apart, alike = [], []
    for term in terms:
        p, label = numbers.get("p", term=term), _name(term, terms, view)
        if clear(p):
            values = _values(numbers, term, summaries.get(term, "median"), view)
            apart.append(f"{label} ({p_equals(p)}){values}")
        elif known(p):
            alike.append(f"{label} ({p_equals(p)})")
    found = [f"The groups differed in {_apart(apart)}."] if apart else []
    if alike:
        found.append(f"No clear difference was seen in {listed(alike)}.")
    return found


def _name(term: str, terms: Sequence[str], view: View) -> str:
    """A row's label; where a number and its classes share one, the classes say so."""
    variable = view.dictionary[term]
    shared = [t for t in terms if view.dictionary[t].label == variable.label]
    classes = len(shared) > 1 and not variable.is_numeric
    return f"{mid(variable.label)}{' in classes' if classes else ''}"


def _values(numbers: Numbers, term: str, summary: str, view: View) -> str:
    """The groups' values after a colon; nothing for a category, or for groups, of too many."""
    groups, variable = groups_of(numbers), view.dictionary[term]
    if len(groups) > MOST_GROUPS:
        return ""
    if variable.is_numeric:
        shown = _numbers(numbers, term, summary, groups, view)
        first, *others = (_named(v, summary) for v in shown)
        average = "mean" if summary == "mean" else "median"
        first = f"{average} {first} {variable.unit}".rstrip()
        return f": {_with([first, *others], groups)}"
    levels = numbers.unique_levels_of("count", term)
    if variable.type != "yesno" and len(levels) != 2:
        return ""
    shown = [_share(numbers, group, term, levels[-1]) for group in groups]
    name = "" if variable.type == "yesno" else f"‘{levels[-1]}’ in "
    return f": {name}{_with(shown, groups)}"


def _named(shown: str, summary: str) -> str:
    """A summary in whose brackets stands what they hold."""
    names = {"mean": "SD", "median": f"Q1{house_style().dash}Q3", "range": "range"}
    name = names[summary]
    return shown.replace("(", f"({name} ", 1)


def _numbers(
    numbers: Numbers, term: str, summary: str, groups: Sequence[str], view: View
) -> list[str]:
    kind = SUMMED_UP[summary]
    values = [numbers.several(*SUMMARIES[kind], group=g, term=term) for g in groups]
    decimals = view.decimals(kind, term)
    return [FORMATS[kind](*found, decimals) for found in values]


def _share(numbers: Numbers, group: str, term: str, level: str) -> str:
    share = numbers.get("percent", group=group, term=term, level=level)
    return percent(share, numbers.get("n", group=OVERALL, term=term))  # as in the table


def _with(shown: Sequence[str], groups: Sequence[str]) -> str:
    return listed([f"{value} with ‘{group}’" for value, group in zip(shown, groups, strict=True)])


def _apart(rows: Sequence[str]) -> str:
    """Rows in a list, told apart by semicolons where one gives its groups' values."""
    if len(rows) < 2 or not any("): " in words for words in rows):
        return listed(rows)
    return f"{'; '.join(rows[:-1])}; and {rows[-1]}"


#: Columns of standardised differences -> what the largest of them is.
DIFFERENCES = {
    "smd": "The largest standardised difference",
    "smd_largest": "The largest standardised difference of every two groups",
    "smd_mean": "The largest standardised difference, a mean of every two groups,",
}


def _largest(step: CompareStep, numbers: Numbers, view: View) -> str:
    """The largest of the standardised differences that the table prints, and of what."""
    for name in compared_pairs.shown(step, numbers):
        found = {t: abs(numbers.get(name, term=t)) for t in numbers.unique("term", name)}
        found = {term: value for term, value in found.items() if known(value)}
        if found and name in DIFFERENCES:
            worst = max(found, key=lambda term: found[term])
            label = mid(view.dictionary[worst].label)
            return f"{DIFFERENCES[name]} was {difference(found[worst])} ({label})."
    return ""


def _described(
    numbers: Numbers, terms: Sequence[str], summaries: Mapping[str, str], view: View
) -> str:
    parts = []
    for term in terms[:MOST]:
        variable = view.dictionary[term]
        n = numbers.get("n", group=OVERALL, term=term)
        if not n:
            continue
        if variable.is_numeric:
            (shown,) = _numbers(numbers, term, summaries.get(term, "median"), [OVERALL], view)
            parts.append(f"{mid(variable.label)} {shown} {variable.unit}".rstrip())
            continue
        levels = numbers.unique_levels_of("count", term)
        most = max(levels, key=lambda v: numbers.get("count", group=OVERALL, term=term, level=v))
        level = levels[-1] if variable.type == "yesno" else most
        share = _share(numbers, OVERALL, term, level)
        with_n = f"{count(numbers.get('count', group=OVERALL, term=term, level=level))} ({share})"
        named = (
            mid(variable.label)
            if variable.type == "yesno"
            else (f"{mid(variable.label)} most often ‘{level}’,")
        )
        parts.append(f"{named} {with_n}")
    who = view.counted(numbers.get("n", group=OVERALL))
    return f"Of {who}: {'; '.join(parts)}." if parts else f"There were {who}."


def _missing(numbers: Numbers, terms: Sequence[str], view: View) -> str:
    lacking = {t: numbers.get("missing", group=OVERALL, term=t) for t in terms}
    parts = [f"{mid(view.dictionary[t].label)} ({count(n)})" for t, n in lacking.items() if n > 0]
    return f"Values were missing of {listed(parts)}." if parts else ""
