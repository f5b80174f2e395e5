"""Statistical analysis, a passage for each family of steps that was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analyses.running import StepResults
from analyses.schema.comparing import CompareStep
from analyses.schema.discrimination import MarkersStep
from analyses.schema.matching import PropensityStep
from analyses.schema.regression import LogisticStep, ModelStep
from cohort_stats.regression.model_building import MULTIVARIABLE
from reports.methods.models import model_sentences
from reports.methods.recorded import Said, attributed, elsewhere, recorded
from reports.numbers import known
from reports.view import View
from reports.wording import listed, mid

#: Heading -> the kinds of step it is about, in the order of a methods section.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "Comparison of groups": ("compare",),
    "Distributions and courses": ("distribution", "bars", "waterfall", "swimmer"),
    "Proportions": ("proportion",),
    "Adverse events": ("adverse_events",),
    "Changes within patients": ("paired", "transition"),
    "Survival": ("kaplan_meier", "rates"),
    "Competing risks": ("cumulative_incidence", "fine_gray"),
    "Cox regression": ("cox",),
    "Logistic regression": ("logistic",),
    "Ordered outcomes": ("ordinal",),
    "Subgroups": ("subgroups",),
    "Markers and cut-offs": ("roc", "time_roc", "survival_cutoff"),
    "Value of predictions": ("decision_curve", "reclassification"),
    "Matching and weighting": ("match", "weight"),
    "Pooling of studies": ("pool",),
    "Risk of bias": ("risk_of_bias",),
    "Patterns of missing values": ("missingness",),
}


def family_passages(view: View) -> Iterator[tuple[str, list[str]]]:
    """Heading and sentences of each family of which a step was done."""
    for heading, kinds in FAMILIES.items():
        done = [d for d in view.results.steps if d.step.kind in kinds]
        if not done:
            continue
        sentences = []
        for kind in kinds:
            sentences += _recorded([d for d in done if d.step.kind == kind], view)
        sentences += _own(done, view)
        if heading == "Matching and weighting":
            sentences += _taken_as_independent(view, recorded(view.results.steps, view))
        yield heading, list(dict.fromkeys(sentences))


def _recorded(done: Sequence[StepResults], view: View) -> list[str]:
    steps = [one.step for one in done]
    said = recorded(done, view)
    return [attributed(w, about, steps) for w, about in said.items() if not elsewhere(w)]


def _own(done: Sequence[StepResults], view: View) -> list[str]:
    """What only the plan says of steps."""
    found = model_sentences([one.step for one in done if isinstance(one.step, ModelStep)], view)
    for one in done:
        maker = OWN.get(one.step.kind)
        found += maker(one.step, view) if maker else []
    return found


def _compared(step: CompareStep, view: View) -> list[str]:
    chosen: dict[str, list[str]] = {}
    for row in step.rows:
        if row.test != "by type" and row.variable in view.dictionary and step.by:
            chosen.setdefault(row.test, []).append(mid(view.dictionary[row.variable].label))
    if not chosen:
        return []
    parts = [f"{listed(labels)} by {CHOSEN[test]}" for test, labels in chosen.items()]
    return [f"Chosen beforehand were, in ‘{step.title}’: {'; '.join(parts)}."]


CHOSEN = {
    "means": "means",
    "ranks": "ranks",
    "counts": "counts",
    "trend": "a test for trend",
    "linear by linear": "the linear-by-linear association",
    "jonckheere": "the Jonckheere–Terpstra test",
}


def _propensity(step: PropensityStep, view: View) -> list[str]:
    covariates = listed([mid(view.dictionary[c.variable].label) for c in step.covariates])
    if step.score:
        words = f"In ‘{step.title}’ the score is ‘{view.dictionary[step.score].label}’"
    else:
        words = f"The score of ‘{step.title}’ was estimated from {covariates}"
    numbers = view.numbers(step.id)
    after = numbers.unique("group", "smd")[1:]
    judged = [name for key, name in JUDGED.items() if key in set(numbers.frame["statistic"])]
    found = [f"{words}."]
    if judged and after:
        found.append(f"Balance before and {after[0]} was judged by {listed(judged)}, not by tests.")
    return found


def _performance(step: LogisticStep, view: View) -> list[str]:
    """What measures how well a model predicts in its own patients."""
    numbers = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    measures = [words for name, words in MEASURES.items() if known(numbers.get(name))]
    if not known(numbers.get("brier")):
        return []
    return [f"How well a model predicts was measured by {listed(measures)}."]


MEASURES = {
    "concordance": "the area under its ROC curve (C)",
    "brier": "the Brier score",
    "calibration_slope": "calibration slope and intercept",
    "hl_chi_square": "the Hosmer–Lemeshow test",
}


def _markers(step: MarkersStep, view: View) -> list[str]:
    parts = []
    for direction in ("high", "low"):
        names = [m.variable for m in step.marked if step.direction_of(m) == direction]
        if names:
            labels = listed([mid(view.dictionary[name].label) for name in names])
            parts.append(f"{direction} values of {labels}")
    return [f"In ‘{step.title}’, {' and '.join(parts)} were taken to speak for the outcome."]


JUDGED = {
    "smd": "standardised mean differences",
    "variance_ratio": "variance ratios",
    "ks": "the largest distance of the distribution functions",
}


def _taken_as_independent(view: View, said: Said) -> list[str]:
    for words, steps in said.items():
        if elsewhere(words) == "sets":
            matched = [d.step for d in view.results.steps if d.step.on]
            told = f"Matched {view.noun} were taken as independent of each other."
            return [attributed(told, steps, matched)]
    return []


OWN: Mapping[str, Callable[[Any, View], list[str]]] = {
    "compare": _compared,
    "match": _propensity,
    "weight": _propensity,
    "logistic": _performance,
    "roc": _markers,
    "time_roc": _markers,
}
