"""Univariable Cox models fitted together: the same numbers as one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cox_models import asked
from numpy.testing import assert_allclose
from r_values import data, endpoint

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression import cox_alone
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_alone import cox_univariable, each_alone
from cohort_stats.regression.cox_model import cox, fit_cox
from cohort_stats.regression.proportional_hazards import proportional_hazards
from cohort_stats.results import joined

KEYS = ["term", "level", "statistic", "method", "n_used", "n_missing"]


def same_numbers(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        found[KEYS].reset_index(drop=True), wanted[KEYS].reset_index(drop=True)
    )
    assert_allclose(found["value"], wanted["value"], rtol=1e-10, atol=1e-11)


def one_by_one(end, frame, covariates, **how) -> tuple[pd.DataFrame, list[str]]:
    found, warnings = [], []
    for covariate in covariates:
        result = cox(end, frame, [covariate], **how)
        name = getattr(covariate, "variable", covariate)
        term = result.numbers["term"]
        found.append(result.numbers.assign(term=term.mask(term == "", name)))
        warnings += result.warnings
    return pd.concat(found, ignore_index=True), list(dict.fromkeys(warnings))


def check(end, frame, covariates, *, together: int, **how) -> None:
    fitted = []
    plain = cox_alone.fit_alone

    def counting(stack):
        fits = plain(stack)
        fitted.append(int(fits.settled.sum()))
        return fits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cox_alone, "fit_alone", counting)
        result = cox_univariable(end, frame, covariates, **how)
    wanted, warnings = one_by_one(end, frame, covariates, **how)
    same_numbers(result.numbers, wanted)
    assert list(result.warnings) == warnings
    assert sum(fitted) == together


LUNG = ["inst", "age", "sex", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss"]


@pytest.mark.parametrize("conventions", ["recommended", "spss"])
def test_missing_values_and_ties(conventions):
    frame = data("lung.csv")
    check(endpoint("lung", frame), frame, LUNG, together=8, conventions=conventions)


def test_factors_scores_units_and_coarse_times():
    frame = data("gbsg2.csv")
    end = endpoint("gbsg2", frame)
    coarse = Endpoint(np.ceil(end.time / 90), end.event)
    frame["grade"] = pd.Categorical(frame["tgrade"], ordered=True)
    frame.loc[::7, "grade"] = None
    covariates = ["horTh", Covariate("age", per=10), "grade", Covariate("grade", score=True)]
    covariates += [Covariate("tgrade", reference="III"), "menostat", "pnodes"]
    check(coarse, frame, covariates, together=7)
    check(end, frame, covariates, together=6, strata=["menostat"])  # it does not vary in them


@pytest.mark.parametrize("name", ["heart intervals", "lung copies", "veteran strata"])
def test_roles(name):
    end, frame, covariates, roles = asked(f"{name}, efron")
    how = {"strata": roles.strata, "weights": roles.weights, "entry": roles.entry}
    check(end, frame, covariates, together=len(covariates), **how)


def test_robust_models_are_fitted_one_by_one():
    end, frame, covariates, roles = asked("cgd everything, efron")
    how = {"strata": roles.strata, "weights": roles.weights, "entry": roles.entry}
    check(end, frame, covariates, together=0, cluster=roles.cluster, **how)


def odd_columns():
    rng = np.random.default_rng(5)
    n = 60
    time, event = rng.integers(1, 15, n).astype(float), rng.random(n) < 0.5
    frame = pd.DataFrame({"x": rng.normal(size=n), "constant": 1.0, "never": np.nan})
    frame["endless"] = np.where(event, 1.0, 0.0)
    frame["few"] = np.where(np.arange(n) < 2, frame["x"], np.nan)
    frame["rare"] = pd.Categorical(np.where(np.arange(n) == 3, "a", "b"), ["b", "a"])
    frame["alone"] = pd.Categorical(["a"] * n)
    frame["wide"] = np.exp(5 * rng.normal(size=n))
    return Endpoint(time, event), frame


def test_models_that_cannot_be_fitted():
    end, frame = odd_columns()
    check(end, frame, list(frame), together=3)
    nobody = Endpoint(end.time, np.zeros(len(end), bool))
    wanted, warnings = one_by_one(nobody, frame, ["x"])
    result = cox_univariable(nobody, frame, ["x"])
    same_numbers(result.numbers, wanted)
    assert list(result.warnings) == warnings


@pytest.mark.parametrize("seed", range(10))
def test_random_cohorts(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 60))
    end = Endpoint(rng.integers(1, 12, n).astype(float), rng.random(n) < 0.6)
    frame = pd.DataFrame(rng.normal(size=(n, 5)), columns=list("abcde"))
    frame["yes"] = rng.random(n) < 0.4
    frame["level"] = pd.Categorical(rng.choice(list("xyz"), n))
    frame = frame.mask(rng.random(frame.shape) < 0.15)
    frame["level"] = frame["level"].astype("category")
    result = cox_univariable(end, frame, list(frame))
    wanted, _ = one_by_one(end, frame, list(frame))
    same_numbers(result.numbers, wanted)


@pytest.mark.parametrize("name", ["heart intervals", "lung copies", "pbc strata", "rats cluster"])
def test_proportional_hazards_of_each(name):
    end, frame, covariates, roles = asked(f"{name}, efron")
    if name == "lung copies":
        covariates += ["meal.cal", "wt.loss"]
    for covariate, found in zip(covariates, each_alone(end, frame, covariates, roles), strict=True):
        model = fit_cox(end, frame, [covariate], roles)
        wanted = joined(model.result, proportional_hazards(model))
        same_numbers(found.numbers, wanted.numbers)
        assert (found.method, found.warnings) == (wanted.method, wanted.warnings)
        assert (found.n_used, found.n_missing) == (wanted.n_used, wanted.n_missing)


def test_refusals():
    end, frame = odd_columns()
    with pytest.raises(ValueError, match="covariates must name at least one; got none"):
        cox_univariable(end, frame, [])
    with pytest.raises(ValueError, match="covariates must be columns of the frame; got 'y'"):
        cox_univariable(end, frame, ["y"])
    late = Endpoint(end.time, end.event, entry=end.time / 2)
    with pytest.raises(ValueError, match="entry must be empty: the endpoint has entry times"):
        cox_univariable(late, frame.assign(from_=0.0), ["x"], entry="from_")


def test_entry_times_of_the_endpoint():
    end, frame, covariates, roles = asked("heart intervals, efron")
    column = cox_univariable(end, frame, covariates, entry=roles.entry)
    late = Endpoint(end.time, end.event, entry=frame[roles.entry].to_numpy(float))
    own = cox_univariable(late, frame, covariates)
    assert_allclose(own.numbers["value"], column.numbers["value"], rtol=1e-12)
    assert "at risk from the entry time" in own.numbers["method"].iloc[0]
    check(late, frame, covariates, together=len(covariates))
