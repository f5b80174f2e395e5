"""Regression models: outcome, covariates with units and reference levels, strata, products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyses.schema.regression import ModelStep
from analyses.schema.selection import RULE_KEYS
from analyses.schema.step import CovariateSection, EndpointStep
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from reports.numbers import Numbers
from reports.tables.logistic import PENALISED
from reports.view import View
from reports.wording import listed, mid, quoted

#: Rule of a selection -> how its covariates are together.
TOGETHER = dict.fromkeys(RULE_KEYS, "those that entered together")
TOGETHER["all"] = "all together"
ALONE = (
    "Where a covariate separates those with the outcome from those without, the likelihood has its "
    "maximum at infinity: such a ratio is given as 0 or ∞, without a p-value"
)
BESIDE = (
    f"{ALONE}, and beside it stand the ratios of the model by Firth’s penalised likelihood, with "
    "profile intervals and likelihood-ratio tests"
)


def model_sentences(steps: Sequence[ModelStep], view: View) -> list[str]:
    """The covariates of the models of some steps, as they were entered.

    Parameters
    ----------
    steps
        Steps of regression models that were done; those alike are told together.
    view
        The study.
    """
    alike: dict[tuple[str, str, str], list[str]] = {}
    for step in steps:
        of, together = _of(step, view), view.numbers(f"{step.id}/{MULTIVARIABLE}")
        how = TOGETHER[step.selection.rule] if together else ""
        words = "; ".join(_entered(step, together, view))
        alike.setdefault((of, how, words), []).append(step.title)
    found = []
    for (of, how, words), titles in alike.items():
        joined = f", each alone and {how}" if "; " in words and how else ""
        joined = joined or (", each alone" if "; " in words else "")
        noun = "covariates" if "; " in words else "covariate"
        found.append(f"The {noun} of {quoted(titles)}{of}{joined}: {words}.")
    found += [words for step in steps for words in _shapes(step, view)]
    return found + _without_end(steps, view)


def _of(step: ModelStep, view: View) -> str:
    if not isinstance(step, EndpointStep):
        return ""
    return f" ({mid(view.results.plan.file.endpoints[step.endpoint].label)})"


def _entered(step: ModelStep, together: Numbers, view: View) -> list[str]:
    alone = view.numbers(f"{step.id}/{UNIVARIABLE}")
    tried = set(alone.unique("term")) | set(together.unique("term"))
    return [_covariate(c, alone, view) for c in step.covariates if c.variable in tried]


def _covariate(section: CovariateSection, numbers: Numbers, view: View) -> str:
    label = covariate_words(section, view)
    reference = numbers.unique_levels_of("reference", section.variable)
    if section.knots:
        return f"{mid(view.dictionary[section.variable].label)} (restricted cubic spline)"
    return f"{label} (reference ‘{reference[0]}’)" if reference and reference[0] else label


def covariate_words(section: CovariateSection, view: View) -> str:
    """A covariate as it stands in a sentence: ``age (per 10 years)``."""
    label = view.dictionary[section.variable].label
    per = view.covariate_label(section).removeprefix(label).removeprefix(", ")
    return mid(label) if per in ("", "per 1") else f"{mid(label)} ({per})"


def _shapes(step: ModelStep, view: View) -> list[str]:
    together, found = view.numbers(f"{step.id}/{MULTIVARIABLE}"), []
    strata = getattr(step, "strata", ())
    if strata:
        labels = listed([mid(view.dictionary[name].label) for name in strata])
        whole = "a baseline hazard" if step.kind == "cox" else "a baseline risk"
        found.append(f"‘{step.title}’ has {whole} of its own for each level of {labels}.")
    cluster = view.dictionary.cluster
    if cluster and getattr(step, "clusters", "robust") == "independent":
        label = mid(view.dictionary[cluster].label)
        found.append(f"In ‘{step.title}’, rows of one {label} were taken as independent.")
    terms = set(together.unique("term"))
    pairs = [pair for pair in getattr(step, "interactions", ()) if set(pair) <= terms]
    for pair in pairs:
        first, second = (mid(view.dictionary[name].label) for name in pair)
        found.append(f"‘{step.title}’ has the product of {first} and {second}: their interaction.")
    return found


def _without_end(steps: Sequence[ModelStep], view: View) -> list[str]:
    """Which models have an estimate that is not finite, and what stands in its place."""
    found: dict[str, list[str]] = {}
    for step in steps:
        parts = [view.numbers(f"{step.id}/{part}") for part in (UNIVARIABLE, MULTIVARIABLE)]
        endless = any(_endless(part) for part in parts if part)
        beside = any(part.about(name) for part in parts for name in PENALISED)
        if endless:
            found.setdefault(BESIDE if beside else ALONE, []).append(step.title)
    return [f"{words} ({quoted(titles)})." for words, titles in found.items()]


def _endless(numbers: Numbers) -> bool:
    values = numbers.frame.loc[numbers.frame["statistic"] == "coefficient", "value"]
    return bool(np.isinf(values).any())
