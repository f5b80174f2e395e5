"""Survival that a Cox model predicts, in R."""

from __future__ import annotations

import pandas as pd

from analyses.schema.regression import CoxStep
from analyses.steps.predicting import MEDIAN, OUTSIDE, PREDICTED
from cohort_stats.regression.covariate import Covariate
from cohort_stats.results import pick
from reports.syntax.cohort_csv import codes_of
from reports.syntax.r.words import call, not_repeated, number, numbers, quoted
from reports.syntax.study import Study

NAMED = "values of profiles, as the plan names them"


def predicted_r(step: CoxStep, study: Study, several: list[Covariate]) -> list[str]:
    """The survival of each profile, of the model of several covariates, which R calls ``model``."""
    analysis = f"{step.id}/{PREDICTED}"
    values = pick(study.numbers(analysis), "profile_value")
    if step.predict is None or values.empty:
        return []
    names = study.times(step.endpoint)
    scored = {c.variable for c in several if c.score}
    lines = ["", "# Survival predicted"]
    lines.append(f"events <- sort(unique(m${names.time}[m${names.status} == 1]))")
    for profile, rows in values.groupby("group", sort=False):
        inside = rows[rows["method"] != OUTSIDE]
        columns = ", ".join(_value(study, row, scored) for _, row in inside.iterrows())
        lines.append(f"new <- data.frame({columns})")
        lines.append(
            call(
                "agrees_predicted", quoted(analysis), quoted(str(profile)), "model", "new",
                numbers(step.predict.at), "events",
                quoted(study.plan.conventions.survival_interval),
            )
        )  # fmt: skip
        for _, row in inside[inside["method"] == MEDIAN].iterrows():
            about = {"group": quoted(str(profile)), "term": quoted(row["term"])}
            median = f"median(m${study.name(row['term'])})"
            lines.append(call("agrees", quoted(analysis), **about, profile_value=median))
    return [*lines, not_repeated(f"^{analysis}$", "^profile_value$", NAMED)]


def _value(study: Study, row: pd.Series, scored: set[str]) -> str:
    """A value of a profile as an argument of data.frame()."""
    name = study.name(row["term"])
    if row["level"] and row["term"] in scored:
        codes = codes_of(study, row["term"])
        return f"{name}_score = {codes[row['level']] - min(codes.values())}"
    if row["level"]:
        return f"{name} = factor({quoted(row['level'])}, levels = levels(m${name}))"
    if row["method"] == MEDIAN:
        return f"{name} = median(m${name})"
    return f"{name} = {number(row['value'])}"
