"""Screening by univariable p where a factor separates the outcome: Wald's test says nothing."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from cohort_stats.conventions import RECOMMENDED
from cohort_stats.regression.choosing import chosen_terms
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_sample import NO_ROLES
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.material import material_of
from cohort_stats.regression.model_building import build_model
from cohort_stats.regression.selection import Selection
from cohort_stats.results import pick

#: Nobody of stage I had the event.
STAGES = {"I": (0, 16), "II": (4, 62), "III": (11, 117), "IV": (44, 104)}
RULE = Selection("univariable", p_below=0.1)


def patients() -> tuple[pd.DataFrame, pd.Series]:
    stage = np.concatenate([[name] * n for name, (_, n) in STAGES.items()])
    died = np.concatenate([np.arange(n) < events for events, n in STAGES.values()])
    age = 60 + np.arange(len(stage)) * 37 % 21 - 10.0
    weight = np.where(age > 60, 1.5, 1.0)
    stages = pd.Categorical(stage, categories=list(STAGES))
    return pd.DataFrame({"stage": stages, "age": age, "weight": weight}), pd.Series(died)


def screened(**more: object) -> tuple[dict[str, float], tuple[str, ...]]:
    frame, died = patients()
    fit = partial(logistic, died, frame, **more)
    univariable, _ = build_model(fit, ["stage", "age"], RULE)
    marks = pick(univariable.numbers, "entered").set_index("term")["value"]
    return marks.to_dict(), univariable.warnings


def test_a_separated_factor_is_judged_by_its_likelihood_ratio():
    entered, warnings = screened()
    assert entered == {"stage": 1, "age": 0}
    assert [w for w in warnings if "likelihood-ratio p" in w] == [
        "`stage` has an infinite estimate and no Wald p: whether it enters the multivariable "
        "model was judged by its likelihood-ratio p, below 0.001"
    ]
    assert "likelihood-ratio test where an estimate is infinite" in RULE.words


def test_where_there_is_no_likelihood_ratio_it_is_said_that_it_did_not_enter():
    entered, warnings = screened(weights="weight")
    assert entered["stage"] == 0
    assert "`stage` has no univariable p, so that it did not enter the multivariable model" in (
        warnings
    )


def test_bootstrap_samples_are_screened_by_the_same_rule():
    frame, died = patients()
    both = [Covariate("stage"), Covariate("age")]
    material = material_of(died, frame, both, NO_ROLES, RECOMMENDED)
    assert chosen_terms(material, RULE) == ("stage",)
