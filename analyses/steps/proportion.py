"""The share of patients with an outcome."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.comparing import ProportionStep
from analyses.steps.e_values import E_VALUES
from cohort_stats.comparing.risks import compare_risks
from cohort_stats.comparing.weighted_risks import weighted_risks
from cohort_stats.matching.hidden_bias import e_value, rosenbaum_bounds
from cohort_stats.matching.matched_pairs import matched_risks, pairs_between
from cohort_stats.results import Result, pick

BOUNDS = "rosenbaum"


def proportion_step(step: ProportionStep, scene: Scene) -> tuple[Result, ...]:
    """The share with its interval, in everybody and in each group, and how groups differ."""
    groups = scene.groups(step.by) if step.by else None
    outcome, conventions = scene.outcome(step.outcome), scene.plan.conventions
    more: list[Result] = []
    sets = scene.sets if step.sets != "independent" else None
    if sets is not None and step.sets == "paired":
        assert groups is not None
        if groups.nunique() != 2:
            raise StepNotPossible("pairs are compared between two groups")
        result = matched_risks(outcome, groups, sets, conventions=conventions)
        if step.rosenbaum:
            more.append(_bounds(step, outcome, groups, sets))
    elif scene.weights is not None or sets is not None:
        result = weighted_risks(
            outcome, groups, weights=scene.weights, cluster=sets, conventions=conventions
        )
    else:
        result = compare_risks(outcome, groups, conventions=conventions)
    if step.e_value:
        found, why = _e_value(step, result)
        more += found
        result = replace(result, warnings=(*result.warnings, *why))
    return (result.named(step.id), *more)


def _bounds(step: ProportionStep, outcome: pd.Series, groups: pd.Series, sets: pd.Series) -> Result:
    pairs, _ = pairs_between(sets, groups)
    values = outcome.to_numpy(dtype=float, na_value=np.nan)[pairs]
    found = rosenbaum_bounds(values[:, 0], values[:, 1], test="mcnemar", gammas=step.rosenbaum)
    return found.named(f"{step.id}/{BOUNDS}")


def _e_value(step: ProportionStep, result: Result) -> tuple[list[Result], list[str]]:
    """The E-value of the risk ratio, or why there is none."""
    names = ("risk_ratio", "risk_ratio_low", "risk_ratio_high")
    values = [pick(result.numbers, name)["value"] for name in names]
    if any(v.empty for v in values):
        return [], ["no E-value: it is of one risk ratio, between two groups"]
    if not 0 < values[0].iloc[0] < np.inf:
        return [], ["no E-value: the risk ratio cannot be estimated"]
    return [e_value(*(float(v.iloc[0]) for v in values)).named(f"{step.id}/{E_VALUES}")], []
