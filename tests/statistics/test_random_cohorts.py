"""Small random cohorts with every oddity at once: never a crash, never a quiet number.

The single seeds once broke something: overflow in a risk set, a profile that lost its way
after separation.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.conventions import PRESETS
from cohort_stats.endpoint import Endpoint
from cohort_stats.matching.matched import match
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.results import COLUMNS
from cohort_stats.survival.curves import kaplan_meier, logrank


def cohort(seed: int):
    """Up to 24 patients: scales of 1e-8 to 1e8, heavy tails, ties, empty levels, gaps."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 25))
    frame = pd.DataFrame(
        {
            "a": rng.normal(size=n) * 10.0 ** rng.integers(-8, 9),
            "b": rng.integers(0, 3, n) * 1.0,
            "c": pd.Categorical(rng.choice(list("xyz"), n) if n else [], categories=list("wxyz")),
            "d": rng.random(n) < 0.3,
            "e": rng.standard_cauchy(n) ** 3,
        }
    )
    for name in "abc":
        if n and rng.random() < 0.5:
            frame.loc[rng.random(n) < 0.2, name] = np.nan
    time, event = rng.integers(0, rng.integers(1, 12), n) * 1.0, rng.random(n) < rng.random()
    if n and rng.random() < 0.3:
        time[rng.random(n) < 0.2] = np.nan
    covariates = [name for name in "abcde" if rng.random() < 0.5]
    preset = PRESETS[rng.choice(list(PRESETS))]
    outcome = pd.Series(rng.random(n) < rng.random())
    return Endpoint(time, event), frame, covariates, outcome, preset


@pytest.mark.parametrize("seed", [*range(25), 246, 422, 831, 1113, 1150, 1165, 1336, 1410])
def test_random_cohort(seed):
    end, frame, covariates, outcome, preset = cohort(seed)
    chosen = {"conventions": preset}
    rows = ["a", "b", "c", "e"]
    models = [cox(end, frame, covariates, **chosen), logistic(outcome, frame, covariates, **chosen)]
    results = [
        *models,
        kaplan_meier(end, frame["c"], times=[2], risk_times=[0, 2], **chosen),
        logrank(end, frame["c"], **chosen),
        match(outcome, frame, covariates, ratio=1 + seed % 2, **chosen).result,
        compare_groups(frame, rows, by="d", **chosen),
        compare_groups(frame, [Row("a", "mean"), Row("c", test="ranks")], by="d", **chosen),
    ]
    for result in results:
        assert tuple(result.tidy().columns) == COLUMNS
    for model in models:
        numbers = model.numbers.set_index("statistic")["value"]
        for statistic in ("se", "p"):
            if statistic in numbers and np.isnan(numbers[[statistic]]).any():
                assert model.warnings
