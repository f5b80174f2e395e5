"""Survival that a Cox step's model predicts for the profiles of its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analyses.plan import level_label
from analyses.scene import SET, Scene
from analyses.schema.predicting import PredictSection, Value, written
from analyses.schema.regression import CoxStep
from analyses.steps.building import Building, entered, model_outcome
from cohort_stats.regression.coding import Coding
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.cox_prediction import predict_survival
from cohort_stats.results import Result, as_numbers, rows

PREDICTED = "predicted"
#: Where a value of a profile comes from.
NAMED, MEDIAN, REFERENCE, LOWEST, OUTSIDE = (
    "named in the plan",
    "median of the patients",
    "reference level",
    "lowest level",
    "did not enter the model",
)
#: Numbers at the times asked for -> their names along the curve.
_ALONG = {"survival": "curve", "survival_low": "curve_low", "survival_high": "curve_high"}
Kept = tuple[Value, str]


def with_predictions(
    step: CoxStep,
    scene: Scene,
    building: Building,
    results: Sequence[Result],
    fit: Callable[[Sequence[Covariate], Any], CoxModel],
) -> tuple[Result, ...]:
    """A step's results, univariable first, and after them what its model predicts.

    Parameters
    ----------
    step, scene
        What is asked for, and of whom.
    building
        The outcome, and the strata, cluster and weights of the model.
    results
        The rows ``entered`` of the first say which covariates are in the multivariable model.
    fit
        Fits a model of some covariates to an endpoint.
    """
    if step.predict is None:
        return tuple(results)
    univariable, *others = results
    covariates = entered(step, scene, univariable)
    why = "no covariate entered the multivariable model"
    if SET in building.roles.strata:
        why = "each matched set is a stratum, with a curve of its own"
    elif covariates:
        model = fit(covariates, model_outcome(step, scene, building))
        why = _why_not(model)
    if why:
        warning = f"survival not predicted: {why}"
        return replace(univariable, warnings=(*univariable.warnings, warning)), *others
    predicted = _predicted(step.predict, scene, model)
    return univariable, *others, predicted.named(f"{step.id}/{PREDICTED}")


def _why_not(model: CoxModel) -> str:
    if not model.finite or model.fitted is None:
        return no_estimates(model.fitted)
    return "there is no baseline with exact ties (efron has one)" if model.fitted.exact else ""


def _predicted(section: PredictSection, scene: Scene, model: CoxModel) -> Result:
    """Survival of each profile at the times asked for, and along the events of the model."""
    profiles = {name: _profile(values, scene, model) for name, values in section.profiles.items()}
    warnings = [w for name, p in profiles.items() for w in _doubts(name, p, model)]
    possible = {name: p for name, p in profiles.items() if not _unknown(p, model)}
    wanted = [*model.columns.codings, *model.sample.roles.strata]
    patients = pd.DataFrame(
        [[p[v][0] for v in wanted] for p in possible.values()],
        index=list(possible),
        columns=wanted,
    )
    part = model.sample.endpoint
    at = predict_survival(model, patients, section.at)
    steps = predict_survival(model, patients, np.unique(part.time[part.event]).tolist())
    curve = steps.numbers[steps.numbers["statistic"].isin(_ALONG)]
    curve = curve.assign(statistic=curve["statistic"].map(_ALONG))
    told = [row for name, p in possible.items() for row in _told(name, p, model)]
    numbers = pd.concat([as_numbers(told), at.numbers, curve], ignore_index=True)
    return replace(at, numbers=numbers, warnings=tuple(warnings))


def _profile(values: Mapping[str, Value], scene: Scene, model: CoxModel) -> dict[str, Kept]:
    """The value of each variable of the model, and where it comes from; then those besides."""
    found: dict[str, Kept] = {}
    for name, coding in model.columns.codings.items():
        if name not in values:
            found[name] = _usual(coding, model.sample.data[name])
    for name, value in values.items():
        inside = name in model.columns.codings or name in model.sample.roles.strata
        variable = scene.dictionary.get(name)
        said = value
        if variable is not None and variable.is_categorical:
            said = level_label(variable, written(value))
        found[name] = (said, NAMED if inside else OUTSIDE)
    return found


def _usual(coding: Coding, column: pd.Series) -> Kept:
    if coding.covariate.score and coding.levels:
        return coding.levels[0], LOWEST
    if coding.reference:
        return coding.reference, REFERENCE
    return float(column.median()), MEDIAN


def _unknown(profile: Mapping[str, Kept], model: CoxModel) -> str:
    """What no patient of the model is like, in words; empty when there are such patients."""
    for name, coding in model.columns.codings.items():
        level = profile[name][0]
        if coding.levels and level not in coding.levels:
            return f"`{name}` {level}"
    strata = list(model.sample.roles.strata)
    own = tuple(profile[name][0] for name in strata)
    if strata and own not in {*map(tuple, model.sample.data[strata].astype(str).to_numpy())}:
        return ", ".join(f"`{n}` {level}" for n, level in zip(strata, own, strict=True))
    return ""


def _doubts(name: str, profile: Mapping[str, Kept], model: CoxModel) -> list[str]:
    unknown = _unknown(profile, model)
    if unknown:
        return [f"profile ‘{name}’ not predicted: no patient of the model has {unknown}"]
    found = []
    for variable, (value, origin) in profile.items():
        if origin != NAMED or isinstance(value, str):
            continue
        column = model.sample.data[variable]
        low, high = float(column.min()), float(column.max())
        if not low <= value <= high:
            found.append(
                f"profile ‘{name}’ lies outside the data: `{variable}` {value:g}, in the patients "
                f"of the model {low:g} to {high:g}"
            )
    return found


def _told(name: str, profile: Mapping[str, Kept], model: CoxModel) -> list[dict[str, object]]:
    shared = {"n_used": model.result.n_used, "n_missing": model.result.n_missing}
    found = []
    for variable, (value, origin) in profile.items():
        level, number = (value, 1.0) if isinstance(value, str) else ("", float(value))
        found += rows(
            {"profile_value": number}, group=name, term=variable, level=level, method=origin,
            **shared,
        )  # fmt: skip
    return found
