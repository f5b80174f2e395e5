"""Nomograms against R's rms."""

from __future__ import annotations

import numpy as np
import pytest
from r_values import case, close, data, factor

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.covariate import Covariate, interaction
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.logistic_model import fit_logistic
from cohort_stats.regression.nomograms import nomogram, ticks

TOTALS = np.arange(0, 201, 20)


def births(covariates=("age", "lwt", "race", "ht")):
    frame = data("birthwt.csv")
    frame["race"], frame["ht"] = factor(frame["race"]), factor(frame["ht"])
    return fit_logistic(frame["low"] == 1, frame, list(covariates))


def lung(covariates=("age", "sex", "ph.ecog", "wt.loss"), **more):
    frame = data("lung.csv").dropna(subset=["age", "sex", "ph.ecog", "wt.loss"])
    frame = frame.reset_index(drop=True)
    frame["sex"], frame["ph.ecog"] = factor(frame["sex"]), factor(frame["ph.ecog"])
    endpoint = Endpoint(frame["time"].to_numpy(float), frame["status"].to_numpy() == 2)
    return fit_cox(endpoint, frame, list(covariates), Roles(**more))


def same_points(result, wanted):
    for term, theirs in wanted["points"].items():
        own = result.numbers[result.numbers["term"] == term]
        ours = {f"{float(k):g}": v for k, v in zip(own["level"], own["value"], strict=True)}
        assert sorted(ours) == sorted(theirs["at"])
        for at, points in zip(theirs["at"], theirs["points"], strict=True):
            close(ours[at], points, f"{term} {at}")
    close(result.value("nomogram_unit"), wanted["unit"])


def test_a_logistic_model():
    wanted = case("nomogram", "birthwt")["values"]
    result = nomogram(births())
    same_points(result, wanted)
    close(result.value("nomogram_zero"), wanted["lp"])
    for at, risk in zip(wanted["risk"]["at"], wanted["risk"]["values"], strict=True):
        close(result.value("nomogram_risk", level=f"{at:g}"), risk)


def test_a_cox_model():
    wanted = case("nomogram", "lung")["values"]
    result = nomogram(lung(), [180, 365])
    same_points(result, wanted)
    for time, theirs in wanted["survival"].items():
        for at, share in zip(theirs["at"], theirs["values"], strict=True):
            where = {"level": f"{at:g}", "time": float(time)}
            if at <= result.value("nomogram_most"):
                close(result.value("nomogram_survival", **where), share)


def test_the_points_of_a_share_predict_it():
    model = births()
    numbers = nomogram(model).numbers
    unit, zero = (
        float(numbers.loc[numbers["statistic"] == s, "value"].iloc[0])
        for s in ("nomogram_unit", "nomogram_zero")
    )
    marked = numbers[numbers["statistic"] == "nomogram_risk_points"]
    assert len(marked) > 5
    for level, points in zip(marked["level"], marked["value"], strict=True):
        assert 1 / (1 + np.exp(-(zero + points / unit))) == pytest.approx(float(level), rel=1e-12)


def test_units_and_scores_do_not_move_the_scale():
    plain, scaled = nomogram(births()), nomogram(births(
        [Covariate("age", per=10), Covariate("lwt", per=7), "race", "ht"]
    ))  # fmt: skip
    np.testing.assert_allclose(plain.numbers["value"], scaled.numbers["value"], rtol=1e-9)


def test_times_without_a_prediction_are_named():
    result = nomogram(lung(), [1, 365, 5000])
    assert [w.split(":")[0] for w in result.warnings] == [
        "no survival at 1",
        "no survival at 5000",
    ]
    drawn = result.numbers.loc[result.numbers["statistic"] == "nomogram_survival", "time"]
    assert set(drawn) == {365.0}


@pytest.mark.parametrize(
    ("model", "times", "words"),
    [
        (lambda: births(["age", "ht", interaction("age", "ht")]), (), "interactions"),
        (lambda: lung(["age"], strata=("sex",)), (365,), "strata"),
        (lambda: lung(["age"]), (), "times must be given"),
        (births, (12,), "times must be given"),
        (lambda: lung(["age"]), (-1,), "positive"),
    ],
)
def test_what_has_no_nomogram_is_refused(model, times, words):
    with pytest.raises(ValueError, match=words):
        nomogram(model(), times)


@pytest.mark.parametrize(
    ("low", "high", "least", "wanted"),
    [
        (0, 100, 0.0, [0, 20, 40, 60, 80, 100]),
        (14, 45, 0.0, [15, 20, 25, 30, 35, 40, 45]),
        (0, 3, 1.0, [0, 1, 2, 3]),
        (0.1, 0.7, 0.0, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
        (-24, 68, 1.0, [-20, 0, 20, 40, 60]),
        (5, 5, 0.0, [5]),
    ],
)
def test_ticks_are_round(low, high, least, wanted):
    assert ticks(low, high, 8, least) == wanted
