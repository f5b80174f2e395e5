"""Sentences on changes within patients, on transitions, and on proportions."""

from __future__ import annotations

from analyses.schema.changes import PairedStep, PairSection, TransitionStep
from analyses.schema.comparing import ProportionStep
from cohort_stats.changes.paired import CHANGE
from cohort_stats.changes.transitions import FATES
from cohort_stats.comparing.groups import OVERALL
from reports.format import (
    change_interval,
    count,
    p_equals,
    percent,
    points_interval,
    share_interval,
)
from reports.numbers import Numbers, known
from reports.tables.paired import change_of, difference_of
from reports.tables.proportion import weighted
from reports.view import View


def paired_text(step: PairedStep, view: View) -> str:
    """How each pair changed, overall or in each group."""
    sentences = []
    for pair in step.pairs:
        numbers = view.numbers(f"{step.id}/{pair.before}/{pair.after}")
        if numbers:
            parts = [
                f"{_change(numbers, pair, pair.summary or step.summary, view, group)}"
                f"{_where(step.by, view, group)} ({_tested(numbers, '', group)})"
                for group in _groups(numbers)
            ]
            sentences.append(f"{view.pair_label(pair)}: {'; '.join(parts)}.")
    return " ".join(sentences)


def transition_text(step: TransitionStep, view: View) -> str:
    """How many improved, stayed the same and became worse."""
    numbers = view.numbers(step.id)
    before, after = (view.dictionary[name].label for name in (step.before, step.after))
    parts = []
    for group in _groups(numbers):
        n = numbers.get("n", group=group)
        words = [_share(numbers, group, fate, n) for fate in FATES]
        parts.append(
            f"{words[0]} of {count(n)} patients{_where(step.by, view, group)} improved, "
            f"{words[1]} were unchanged and {words[2]} worse"
            f" ({_tested(numbers, CHANGE, group)})"
        )
    text = f"From {before} to {after}, {'; '.join(parts)}."
    p = numbers.get("p", term=CHANGE)
    if known(p):
        method = numbers.about("p", group="")["method"]
        text += f" Comparison between groups: {method}, {p_equals(p)}."
    return text


def proportion_text(step: ProportionStep, view: View) -> str:
    """The share with the outcome, overall or in each group."""
    numbers = view.numbers(step.id)
    parts = []
    for group in _groups(numbers):
        events, n = (count(numbers.get(s, group=group)) for s in ("events", "n"))
        share = share_interval(*numbers.triple("proportion", group=group))
        value, _, limits = share.partition(" (")
        parts.append(
            f"{events} of {n} patients{_where(step.by, view, group)} ({value}, 95% CI {limits}"
        )
    test = numbers.about("p")
    closing = f" ({test['method']}, {p_equals(numbers.get('p'))})" if test else ""
    text = f"The outcome was seen in {'; in '.join(parts)}{closing}."
    return (
        f"{text} The percentages are weighted, the counts are not." if weighted(numbers) else text
    )


def _groups(numbers: Numbers) -> list[str]:
    groups: list[str] = numbers.unique("group", "n")
    return [g for g in groups if g != OVERALL] or [OVERALL]


def _where(by: str, view: View, group: str) -> str:
    return "" if group == OVERALL else f" with {view.group_label(by)} ‘{group}’"


def _tested(numbers: Numbers, term: str, group: str) -> str:
    p = numbers.get("p", group=group, term=term)
    if not known(p):
        return "not tested"
    return f"{numbers.about('p', group=group, term=term)['method']}, {p_equals(p)}"


def _share(numbers: Numbers, group: str, fate: str, n: float) -> str:
    found = (numbers.get(s, group=group, term=CHANGE, level=fate) for s in ("count", "percent"))
    number, part = found
    return f"{count(number)} ({percent(part, n)})"


def _change(numbers: Numbers, pair: PairSection, summary: str, view: View, group: str) -> str:
    variable = view.dictionary[pair.before]
    higher, lower = (numbers.get(s, group=group) for s in ("higher", "lower"))
    if not variable.is_numeric:
        if not known(higher):
            n, same = (numbers.get(s, group=group) for s in ("n", "unchanged"))
            return f"{count(n - same)} of {count(n)} patients changed"
        to_high, to_low = count(higher), count(lower)
        patients = f"of {count(numbers.get('n', group=group))} patients"
        if len(variable.labels) == 2:
            low, high = (f"‘{level}’" for level in variable.labels)
            words = f"{patients}, {to_high} changed to {high} and {to_low} to {low}"
            found = difference_of(numbers, group)
            if not known(found[0]):
                return words
            value, _, limits = points_interval(*found).partition(" (")
            return f"{words}, a difference of {value} percentage points" + (
                f", 95% CI {limits[:-1]}" if limits else ""
            )
        return f"{patients}, {to_high} were higher and {to_low} lower after"
    value, _, limits = change_interval(*change_of(numbers, group, summary)).partition(" (")
    opening = "95% CI " if summary == "mean" else "quartiles "
    return f"the {summary} change was {value}" + (f", {opening}{limits[:-1]}" if limits else "")
