"""Sentences on changes within patients, on transitions, and on proportions."""

from __future__ import annotations

from analyses.schema.changes import PairedStep, PairSection, TransitionStep
from analyses.schema.comparing import ProportionStep
from cohort_stats.changes.paired import CHANGE
from cohort_stats.changes.transitions import FATES
from cohort_stats.comparing.groups import OVERALL
from reports.conditions import condition_words
from reports.format import change_interval, count, percent, points_interval, ratio, share_interval
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.sentences.effects import clear, groups_of, inside, told, verdict, who
from reports.tables.paired import change_of, difference_of
from reports.tables.proportion import weighted
from reports.view import View
from reports.wording import mid, start


def paired_text(step: PairedStep, view: View) -> str:
    """How each pair changed, overall or in each group."""
    sentences = []
    for pair in step.pairs:
        numbers = view.numbers(f"{step.id}/{pair.before}/{pair.after}")
        if numbers:
            parts = [
                f"{_change(numbers, pair, pair.summary or step.summary, view, group)}"
                f"{_where(step.by, view, group)} ({_tested(numbers, '', group)})"
                for group in groups_of(numbers)
            ]
            sentences.append(f"{view.pair_label(pair)}: {'; '.join(parts)}.")
    return " ".join(sentences)


def transition_text(step: TransitionStep, view: View) -> str:
    """How many improved, stayed the same and became worse."""
    numbers = view.numbers(step.id)
    before, after = (mid(view.dictionary[name].label) for name in (step.before, step.after))
    parts = []
    for group in groups_of(numbers):
        n = numbers.get("n", group=group)
        words = [_share(numbers, group, fate, n) for fate in FATES]
        parts.append(
            f"{words[0]} of {view.counted(n)}{_where(step.by, view, group)} improved, "
            f"{words[1]} were unchanged and {words[2]} worse"
            f" ({_tested(numbers, CHANGE, group)})"
        )
    text = f"From {before} to {after}, {'; '.join(parts)}."
    p = numbers.get("p", term=CHANGE)
    if known(p):
        method = str(numbers.about("p", group="")["method"])
        text += f" Between groups, {verdict(f'{method},', p, 'these shares differed')}."
    return text


def proportion_text(step: ProportionStep, view: View) -> str:
    """The share with the outcome, overall or in each group, and how two groups differ."""
    numbers = view.numbers(step.id)
    parts = []
    for group in groups_of(numbers):
        events, n = (numbers.get(s, group=group) for s in ("events", "n"))
        share = inside(share_interval(*numbers.triple("proportion", group=group)))
        parts.append(
            f"{count(events)} of {view.counted(n)}{_where(step.by, view, group)} ({share})"
        )
    outcome = condition_words(step.outcome, view, named=True)
    text = f"The outcome, {outcome}, was seen in {'; in '.join(parts)}."
    test = numbers.about("p")
    if test:
        text += f" {start(verdict(str(test['method']) + ',', numbers.get('p')))}."
    difference = numbers.triple("risk_difference")
    if known(difference[0]):
        shown = told(points_interval(*difference), "percentage points")
        text += f" The difference is {shown}."
    if weighted(numbers):
        text += " The percentages are weighted, the counts are not."
    return text + _e_value(step, view)


def _e_value(step: ProportionStep, view: View) -> str:
    numbers = view.numbers(f"{step.id}/e-values")
    frame = numbers.frame[numbers.frame["statistic"] == "e_value"]
    if frame.empty or not known(float(frame["value"].iloc[0])):
        return ""
    return f" The E-value of the estimate is {ratio(float(frame['value'].iloc[0]))}."


def _where(by: str, view: View, group: str) -> str:
    return "" if group == OVERALL else f" {who(group, by, view)}"


def _tested(numbers: Numbers, term: str, group: str) -> str:
    p = numbers.get("p", group=group, term=term)
    if not known(p):
        return "not tested"
    said = "" if clear(p) else "no clear change was seen: "
    return f"{said}{numbers.about('p', group=group, term=term)['method']}, {p_equals(p)}"


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
            return f"{count(same)} of {view.counted(n)} did not change"
        to_high, to_low = count(higher), count(lower)
        patients = f"of {view.counted(numbers.get('n', group=group))}"
        if len(variable.labels) == 2:
            low, high = (f"‘{level}’" for level in variable.labels)
            words = f"{patients}, {to_high} changed to {high} and {to_low} to {low}"
            found = difference_of(numbers, group)
            if not known(found[0]):
                return words
            return (
                f"{words}, a difference of {inside(points_interval(*found), 'percentage points')}"
            )
        return f"{patients}, {to_high} were higher and {to_low} lower after"
    value, _, limits = change_interval(*change_of(numbers, group, pair, summary, view)).partition(
        " ("
    )
    opening = "95% CI " if summary == "mean" else "quartiles "
    return f"the {summary} change was {value}" + (f", {opening}{limits[:-1]}" if limits else "")
