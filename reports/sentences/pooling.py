"""What pooled studies show, in sentences."""

from __future__ import annotations

from analyses.schema.pooling import PoolStep
from analyses.steps.pool import POOLED
from cohort_stats.pooling import meta_analysis as pooling
from cohort_stats.wording import counted
from reports.format import FORMATS
from reports.numbers import Numbers, known
from reports.sentences.effects import verdict
from reports.tables.pooling import (
    MEASURES,
    asymmetry,
    counted_studies,
    heterogeneity,
    interval_only,
    sensitivity,
)
from reports.view import View
from reports.wording import mid


def pooling_sentences(step: PoolStep, view: View) -> str:
    """The pooled effect with its intervals, its groups, and what the sensitivity analyses say."""
    numbers = view.numbers(f"{step.id}/{POOLED}")
    k, n = (numbers.get(name, term=pooling.POOLED) for name in ("studies", "n"))
    if k == 1:
        return f"One study could be used: the {step.measure} was {_effect(step, numbers)}."
    patients = f" with {counted(round(n))}" if known(n) else ""
    sentences = [
        f"{counted_studies(k, view)}{patients} were pooled. The pooled {step.measure} was "
        f"{_effect(step, numbers)}; heterogeneity: {heterogeneity(numbers)}."
    ]
    frame = numbers.frame
    mine = frame[(frame["term"] == pooling.POOLED) & (frame["statistic"] == "estimate")]
    parts = [f"{_effect(step, numbers, g)} for ‘{g}’" for g in mine["group"] if g]
    if len(parts) > 1:
        p = numbers.get("p", term=pooling.BETWEEN)
        closing = f"; {verdict('test between groups,', p)}" if known(p) else ""
        label = mid(view.group_label(step.by))
        sentences.append(f"By {label}, it was {'; '.join(parts)}{closing}.")
    sentences += [sensitivity(step, view), asymmetry(step, view)]
    return " ".join(filter(None, sentences))


def _effect(step: PoolStep, numbers: Numbers, group: str = "") -> str:
    kind = MEASURES[step.measure][0]
    where = {"term": pooling.POOLED, "group": group}
    found = numbers.triple("estimate", **where)
    value = FORMATS[kind](*found).partition(" (")[0]
    words = f"{value} (95% CI {interval_only(kind, found)}"
    spread = numbers.triple("prediction", **where)
    if known(spread[1]):
        words += f"; 95% prediction interval {interval_only(kind, spread)}"
    return f"{words})"
