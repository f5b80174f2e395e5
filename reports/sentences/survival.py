"""Results of survival and of rates in sentences."""

from __future__ import annotations

from analyses.schema.survival import KaplanMeierStep, RatesStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.survival.contrasts import DIFFERENCE, RATIO
from reports.format import (
    estimate_interval,
    general,
    p_equals,
    ratio_interval,
    signed_interval,
    time_interval,
)
from reports.numbers import Numbers, known
from reports.tables.rates import per_words
from reports.tables.survival import landmark_words, mean_decimals
from reports.view import View


def survival_text(step: KaplanMeierStep, view: View) -> str:
    """Median survival by group with the test; restricted means, trend, the landmark."""
    numbers = view.numbers(f"{step.id}/curves")
    unit, label = view.unit(step.endpoint), view.results.plan.file.endpoints[step.endpoint].label
    parts = []
    for group in _groups(numbers):
        median = numbers.triple("median", group=group)
        name = _name(group, step.by, view)
        if not known(median[0]):
            parts.append(f"was not reached {name}")
        else:
            parts.append(f"was {_words(time_interval(*median), unit)} {name}")
    sentences = [
        f"Median {label[:1].lower()}{label[1:]} {'; it '.join(parts)}{_tests(step, view)}."
    ]
    start, means = view.numbers(f"{step.id}/landmark"), view.numbers(f"{step.id}/rmst")
    if start:
        sentences.insert(0, landmark_words(start, unit))
    if means:
        sentences.append(_means(step, view, means, unit))
    return " ".join(filter(None, sentences))


def _groups(numbers: Numbers) -> list[str]:
    return [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]


def _name(group: str, by: str, view: View) -> str:
    return "overall" if group == OVERALL else f"with {view.group_label(by)} ‘{group}’"


def _words(interval: str, unit: str) -> str:
    value, _, limits = interval.partition(" (")
    words = f"{value} {unit}".rstrip()
    return f"{words} (95% CI {limits.replace('n.r.', 'not reached')}" if limits else words


def _tests(step: KaplanMeierStep, view: View) -> str:
    name, p = view.group_test(step.id)
    if not known(p):
        return ""
    found = f"{name[:1].lower() if name.startswith(('Log', 'Strat')) else name[:1]}{name[1:]}"
    trend = view.numbers(f"{step.id}/trend").get("p")
    return f" ({found} {p_equals(p)}{f'; trend {p_equals(trend)}' if known(trend) else ''})"


def _means(step: KaplanMeierStep, view: View, means: Numbers, unit: str) -> str:
    tau, decimals = means.get("horizon"), mean_decimals(means, "rmst")
    parts = []
    for group in _groups(means):
        mean = means.triple("rmst", group=group)
        if known(mean[0]):
            name = _name(group, step.by, view)
            parts.append(f"{_words(estimate_interval(*mean, decimals), unit)} {name}")
    if not parts:
        return ""
    text = f"Up to {general(tau)} {unit}".rstrip() + f", its mean was {' and '.join(parts)}"
    others = means.unique("group", "rmst_difference")
    if len(others) == 1:
        where = {"group": others[0], "level": _groups(means)[0], "term": DIFFERENCE}
        difference = means.triple("rmst_difference", **where)
        if known(difference[0]):
            words = _words(signed_interval(*difference), unit).replace(" (95% CI", ", 95% CI")
            text += f" (difference {words.removesuffix(')')}, {p_equals(means.get('p', **where))})"
    return f"{text}."


def rates_text(step: RatesStep, view: View) -> str:
    """The rate of each group, and the ratio of two."""
    numbers = view.numbers(step.id)
    parts = []
    for group in _groups(numbers):
        rate = numbers.triple("rate", group=group)
        if known(rate[0]):
            parts.append(f"{_words(estimate_interval(*rate), '')} {_name(group, step.by, view)}")
    if not parts:
        return ""
    text = f"Events {per_words(step, view)} were {' and '.join(parts)}"
    others = numbers.unique("group", "rate_ratio")
    if len(others) == 1:
        where = {"group": others[0], "level": _groups(numbers)[0], "term": RATIO}
        ratio = numbers.triple("rate_ratio", **where)
        if known(ratio[0]):
            value, _, limits = ratio_interval(*ratio).partition(" (")
            p = p_equals(numbers.get("p", **where))
            text += f" (rate ratio {value}, 95% CI {limits[:-1]}, {p})"
    return f"{text}."
