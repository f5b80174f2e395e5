"""Results of survival and of rates in sentences."""

from __future__ import annotations

from analyses.schema.survival import KaplanMeierStep, RatesStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.survival.contrasts import DIFFERENCE, RATIO
from reports.format import (
    count,
    estimate_interval,
    general,
    ratio_interval,
    share_interval,
    signed_interval,
    time_interval,
)
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.sentences.effects import clear, groups_of, inside, told, verdict, who
from reports.tables.rates import per_words
from reports.tables.survival import landmark_words, mean_decimals, names_a_time
from reports.view import View
from reports.wording import listed, mid, start


def survival_text(step: KaplanMeierStep, view: View) -> str:
    """Events, follow-up, medians by group with the test; S(t); restricted means; the landmark."""
    numbers = view.numbers(f"{step.id}/curves")
    unit, label = view.unit(step.endpoint), view.results.plan.file.endpoints[step.endpoint].label
    name = mid(label) if names_a_time(label) else f"time to {mid(label)}"
    begin, means = view.numbers(f"{step.id}/landmark"), view.numbers(f"{step.id}/rmst")
    sentences = [
        landmark_words(begin, unit) if begin else "",
        _counts(numbers, unit, view),
        f"Median {name} {_medians(step, numbers, unit, view)}{_tests(step, view)}.",
        _at(step, numbers, unit, view),
        _means(step, view, means, unit) if means else "",
    ]
    return " ".join(filter(None, sentences))


def _counts(numbers: Numbers, unit: str, view: View) -> str:
    groups = groups_of(numbers)
    total = OVERALL if known(numbers.get("n", group=OVERALL)) else groups[0]
    n, events = (numbers.get(s, group=total) for s in ("n", "events"))
    if not known(events):
        return ""
    words = f"{count(events)} of {view.counted(n)} had the event"
    follow_up = numbers.triple("median_follow_up", group=total)
    if known(follow_up[0]):
        words += f"; the median follow-up was {told(time_interval(*follow_up), unit)}"
    left_out = int(numbers.frame["n_missing"].max())
    return f"{words}{f'; {view.counted(left_out)} left out' if left_out else ''}."


def _medians(step: KaplanMeierStep, numbers: Numbers, unit: str, view: View) -> str:
    parts = []
    for group in groups_of(numbers):
        median, name = numbers.triple("median", group=group), who(group, step.by, view)
        if known(median[0]):
            parts.append(f"was {told(time_interval(*median), unit)} {name}")
        else:
            parts.append(f"was not reached {name}")
    return "; it ".join(parts)


def _tests(step: KaplanMeierStep, view: View) -> str:
    name, p = view.group_test(step.id)
    if not known(p):
        return ""
    words = verdict(f"{_named(name)} test", p)
    trend = view.numbers(f"{step.id}/trend").get("p")
    if known(trend):
        words = f"{words.removesuffix(')')}; trend {p_equals(trend)})"
    return f"; {words}"


def _named(test: str) -> str:
    """A test's name within a sentence; people keep their capitals."""
    small = ("Log", "Strat", "Robust", "Pooled", "Weighted")
    return f"{test[:1].lower()}{test[1:]}" if test.startswith(small) else test


def _at(step: KaplanMeierStep, numbers: Numbers, unit: str, view: View) -> str:
    """The share without the event at the last of the times asked for at which it is known."""
    groups = groups_of(numbers)
    for time in sorted(step.times, reverse=True):
        found = [numbers.triple("survival", group=g, time=time) for g in groups]
        if all(known(one[0]) for one in found):
            shown = zip(found, groups, strict=True)
            parts = [f"{told(share_interval(*f))} {who(g, step.by, view)}" for f, g in shown]
            return (
                f"At {general(time)} {unit}".rstrip()
                + f", the share without the event was {listed(parts)}."
            )
    return ""


def _means(step: KaplanMeierStep, view: View, means: Numbers, unit: str) -> str:
    tau, decimals = means.get("horizon"), mean_decimals(means, "rmst")
    parts = []
    for group in groups_of(means):
        mean = means.triple("rmst", group=group)
        if known(mean[0]):
            name = who(group, step.by, view)
            parts.append(f"{told(estimate_interval(*mean, decimals), unit)} {name}")
    if not parts:
        return ""
    text = f"Up to {general(tau)} {unit}".rstrip() + f", its mean was {listed(parts)}"
    others = means.unique("group", "rmst_difference")
    if len(others) == 1:
        where = {"group": others[0], "level": groups_of(means)[0], "term": DIFFERENCE}
        difference = means.triple("rmst_difference", **where)
        if known(difference[0]):
            words = inside(signed_interval(*difference), unit)
            text += f" (difference {words}, {p_equals(means.get('p', **where))})"
    return f"{text}."


def rates_text(step: RatesStep, view: View) -> str:
    """Events and rate of each group, and the ratio of two."""
    numbers = view.numbers(step.id)
    parts = []
    for group in groups_of(numbers):
        rate, events = numbers.triple("rate", group=group), numbers.get("events", group=group)
        if known(rate[0]):
            name = who(group, step.by, view)
            shown = told(estimate_interval(*rate))
            parts.append(f"{shown} {name}{f' ({count(events)} events)' if known(events) else ''}")
    if not parts:
        return ""
    text = f"Events {per_words(step, view)} were {listed(parts)}"
    others = numbers.unique("group", "rate_ratio")
    if len(others) == 1:
        where = {"group": others[0], "level": groups_of(numbers)[0], "term": RATIO}
        ratio, p = numbers.triple("rate_ratio", **where), numbers.get("p", **where)
        if known(ratio[0]):
            said = "" if clear(p) or not known(p) else "; no clear difference was seen"
            text += f"{said} (rate ratio {inside(ratio_interval(*ratio))}, {p_equals(p)})"
    return f"{start(text)}."
