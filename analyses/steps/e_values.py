"""E-values of the ratios that a step estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.schema.regression import CoxStep, LogisticStep
from cohort_stats.matching.hidden_bias import RARE_BELOW, e_value
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from cohort_stats.results import Result, pick

E_VALUES = "e-values"
_RATIOS = {"cox": "hazard ratio", "logistic": "odds ratio"}


def with_e_values(step: CoxStep | LogisticStep, results: tuple[Result, ...]) -> tuple[Result, ...]:
    """A model's results and, where asked for, the E-values of its last model's covariates."""
    if not step.e_values:
        return results
    measure, models = _RATIOS[step.kind], (UNIVARIABLE, MULTIVARIABLE)
    model = [r for r in results if r.numbers["analysis"].iloc[0].endswith(models)][-1]
    statistic = measure.replace(" ", "_")
    found = []
    for term in step.e_values:
        ratios = pick(model.numbers, statistic, term=term)
        for level, value in zip(ratios["level"], ratios["value"], strict=True):
            limits = [
                float(
                    pick(model.numbers, f"{statistic}_{side}", term=term, level=level)[
                        "value"
                    ].iloc[0]
                )
                for side in ("low", "high")
            ]
            if np.isfinite(value) and value > 0:
                one = e_value(value, *limits, measure=measure, rare=_rare(model, term))
                found.append(_of(one, term, level, model))
    if not found:
        return results
    return (*results, joined_e_values(found, model).named(f"{step.id}/{E_VALUES}"))


def _rare(model: Result, term: str) -> bool:
    """Whether fewer than 15% of the patients of a model had the outcome."""
    whole = [pick(model.numbers, s, term=t) for s in ("n", "events") for t in ("", term)]
    n, events = (
        next(f for f in pair if len(f))["value"].iloc[0] for pair in (whole[:2], whole[2:])
    )
    return bool(events < RARE_BELOW * n)


def _of(one: Result, term: str, level: str, model: Result) -> Result:
    numbers = one.numbers.assign(term=term, level=level, n_used=model.n_used)
    return Result(numbers, one.method, model.n_used, model.n_missing, model.conventions)


def joined_e_values(found: Sequence[Result], model: Result) -> Result:
    """Several E-values as one result."""
    numbers = pd.concat([r.numbers for r in found], ignore_index=True)
    return Result(numbers, found[0].method, model.n_used, model.n_missing, model.conventions)
