"""Model building: naive twins, invariances, a second opinion."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from problems import problem
from r_values import value

from cohort_stats.conventions import RECOMMENDED
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import resampled_cox
from cohort_stats.kernels.concordance import pairs
from cohort_stats.kernels.cox import fit as fit_cox
from cohort_stats.kernels.logit import fit as fit_logit
from cohort_stats.kernels.resampled_concordance import FEW, concordances
from cohort_stats.kernels.resampled_logit import areas
from cohort_stats.kernels.risk_sets import risk_sets
from cohort_stats.regression.choosing import choose_covariates
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.cox_sample import NO_ROLES, Roles
from cohort_stats.regression.folds import dealt
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.material import material_of
from cohort_stats.regression.optimism import validate_model
from cohort_stats.regression.penalised import lasso
from cohort_stats.regression.performance import performance_of
from cohort_stats.regression.selection import Selection

BIRTHWT = ["age", "lwt", "race", "smoke", "ptl", "ht", "ui", "ftv"]
VETERAN = ["trt", "celltype", "karno", "diagtime", "age", "prior"]
CASES = [("birthwt", BIRTHWT), ("veteran", VETERAN)]
FORWARD = Selection("forward")


def shuffled(outcome, frame, seed=3):
    order = np.random.default_rng(seed).permutation(len(frame))
    rows = frame.iloc[order].reset_index(drop=True)
    if isinstance(outcome, Endpoint):
        return Endpoint(outcome.time[order], outcome.event[order]), rows
    return outcome.iloc[order].reset_index(drop=True), rows


# Naive twins


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("strata", [(), ("celltype",)])
def test_counted_cox_models_are_those_of_repeated_rows(ties, strata):
    outcome, frame = problem("veteran")
    names = ["trt", "karno", "age"]
    conventions = RECOMMENDED.overriding(ties=ties)
    material = material_of(outcome, frame, names, Roles(strata=strata), conventions)
    rng = np.random.default_rng(5)
    samples = [rng.integers(0, len(frame), len(frame)) for _ in range(4)]
    count = np.array([np.bincount(s, minlength=len(frame)) for s in samples], dtype=float)
    performance = performance_of(material)
    fits = performance.fit(count, np.ones((4, 3), dtype=bool), np.zeros((4, 3)))
    scale = material.columns.matrix.std(axis=0)
    for sample, beta, value_ in zip(samples, fits.beta, fits.log_likelihood, strict=True):
        stratum = None if material.stratum is None else material.stratum[sample]
        one = fit_cox(
            material.time[sample],
            material.event[sample],
            material.columns.matrix[sample],
            ties,
            stratum=stratum,
        )
        np.testing.assert_allclose(beta / scale, one.beta, rtol=1e-8)
        assert value_ == pytest.approx(one.log_likelihood, rel=1e-12)


def test_counted_logistic_models_are_those_of_repeated_rows():
    outcome, frame = problem("birthwt")
    material = material_of(outcome, frame, ["age", "lwt"], NO_ROLES, RECOMMENDED)
    sample = np.random.default_rng(5).integers(0, len(frame), len(frame))
    count = np.bincount(sample, minlength=len(frame))[None].astype(float)
    fits = performance_of(material).fit(count, np.ones((1, 3), dtype=bool), np.zeros((1, 3)))
    matrix = np.column_stack([np.ones(len(sample)), material.columns.matrix[sample]])
    one = fit_logit(material.event[sample].astype(float), matrix)
    scale = material.columns.matrix.std(axis=0)
    np.testing.assert_allclose(fits.beta[0, 1:] / scale, one.beta[1:], rtol=1e-8)


def test_areas_are_shares_of_pairs():
    rng = np.random.default_rng(2)
    outcome = (rng.random(40) < 0.4).astype(float)
    score = rng.integers(0, 6, (3, 40)).astype(float)
    count = rng.integers(0, 3, (3, 40)).astype(float)
    for own, often, found in zip(score, count, areas(outcome, score, count), strict=True):
        won = total = 0.0
        for i in np.flatnonzero(outcome == 1):
            for j in np.flatnonzero(outcome == 0):
                total += often[i] * often[j]
                won += often[i] * often[j] * ((own[i] > own[j]) + (own[i] == own[j]) / 2)
        assert found == pytest.approx(won / total)


@pytest.mark.parametrize("stratum", [None, np.arange(60) % 2])
def test_concordances_one_by_one_and_sorted_agree(stratum, monkeypatch):
    rng = np.random.default_rng(4)
    time, event = rng.integers(1, 12, 60).astype(float), rng.random(60) < 0.6
    score = rng.integers(0, 9, (3, 60)).astype(float)
    count = rng.integers(0, 3, (3, 60)).astype(float)
    assert event.sum() * 60 <= FEW
    by_pair = concordances(time, event, score, count, stratum)
    monkeypatch.setattr("cohort_stats.kernels.resampled_concordance.FEW", 0)
    by_sorting = concordances(time, event, score, count, stratum)
    np.testing.assert_allclose(by_pair, by_sorting, rtol=1e-12)
    one = pairs(time, event, score[0], stratum=stratum)
    everyone = one.concordant.sum() + one.discordant.sum() + one.tied.sum()
    whole = (one.concordant.sum() + one.tied.sum() / 2) / everyone
    assert by_pair[1][0] == pytest.approx(whole)


def test_log_likelihoods_need_no_covariates():
    outcome, _ = problem("veteran")
    sets = risk_sets(outcome.time, outcome.event, np.zeros((len(outcome), 1)), "efron")
    counted = resampled_cox.counted(sets, np.ones((1, len(outcome))), "efron")
    found = resampled_cox.log_likelihoods(counted, np.zeros((1, len(outcome))))
    null = fit_cox(outcome.time, outcome.event, np.random.default_rng(1).normal(size=(137, 1)))
    assert found[0] == pytest.approx(null.log_likelihood_null)


@pytest.mark.parametrize(("name", "covariates"), CASES)
def test_the_lasso_is_at_its_optimum(name, covariates):
    outcome, frame = problem(name)
    result = lasso(outcome, frame, covariates)
    material = material_of(outcome, frame, covariates, NO_ROLES, RECOMMENDED)
    likelihood = material.likelihood(ties="breslow")
    scale = material.columns.matrix.std(axis=0)
    rows = result.numbers[result.numbers["statistic"] == "lasso_coefficient"]
    for place in ("min", "1se"):
        own = rows.loc[rows["group"] == f"lambda.{place}", "value"].to_numpy() * scale
        penalty = value(result, f"lambda_{place}")
        beta = np.concatenate([np.zeros(likelihood.base), own])
        for _ in range(50 if likelihood.base else 0):  # the intercept that goes with them
            _, score, information = likelihood.at(range(likelihood.columns), beta)
            beta[0] += score[0] / information[0, 0]
        _, score, _ = likelihood.at(range(likelihood.columns), beta)
        gradient = score[likelihood.base :] / len(material)
        inside = own != 0
        np.testing.assert_allclose(gradient[inside], penalty * np.sign(own[inside]), rtol=1e-8)
        assert (np.abs(gradient[~inside]) <= penalty).all()


def test_the_lasso_agrees_with_scikit_learn():
    linear_model = pytest.importorskip("sklearn.linear_model")
    outcome, frame = problem("birthwt")
    result = lasso(outcome, frame, BIRTHWT)
    material = material_of(outcome, frame, BIRTHWT, NO_ROLES, RECOMMENDED)
    matrix, n = material.columns.matrix, len(material)
    penalty = value(result, "lambda_min")
    model = linear_model.LogisticRegression(
        l1_ratio=1, C=1 / (n * penalty), solver="saga", tol=1e-10, max_iter=100_000
    )
    scaled = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    theirs = model.fit(scaled, material.event).coef_[0] / matrix.std(axis=0)
    rows = result.numbers[result.numbers["statistic"] == "lasso_coefficient"]
    ours = rows.loc[rows["group"] == "lambda.min", "value"]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


# Invariances


@pytest.mark.parametrize(("name", "covariates"), CASES)
@pytest.mark.parametrize("rule", ["forward", "backward", "both"])
def test_a_search_does_not_depend_on_the_order_of_rows_or_on_units(name, covariates, rule):
    outcome, frame = problem(name)
    selection = Selection(rule, by="aic" if rule == "both" else "wald")
    first = choose_covariates(outcome, frame, covariates, selection)
    other, rows = shuffled(outcome, frame)
    rows = rows.assign(age=rows["age"] * 365.25 + 1000)
    second = choose_covariates(other, rows, covariates, selection)
    assert first.terms == second.terms
    ours, theirs = (f.result.numbers["value"] for f in (first, second))
    # A change of the AIC is the small difference of numbers near a thousand.
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_a_search_does_not_depend_on_the_order_of_covariates():
    outcome, frame = problem("birthwt")
    one = choose_covariates(outcome, frame, BIRTHWT, FORWARD)
    two = choose_covariates(outcome, frame, BIRTHWT[::-1], FORWARD)
    assert one.terms == two.terms[::-1]
    steps = [f.result.numbers.query("statistic == 'step_p'")["term"].tolist() for f in (one, two)]
    assert steps[0] == steps[1]


@pytest.mark.parametrize(("name", "covariates"), CASES)
def test_validation_is_the_same_again_and_differs_with_the_seed(name, covariates):
    outcome, frame = problem(name)
    once, again = (validate_model(outcome, frame, covariates, repeats=20) for _ in range(2))
    pd.testing.assert_frame_equal(once.numbers, again.numbers)
    other = validate_model(outcome, frame, covariates, repeats=20, seed=2)
    assert value(once, "optimism", level="C") != value(other, "optimism", level="C")
    assert value(once, "apparent", level="C") == value(other, "apparent", level="C")


def test_a_single_sample_of_everybody_has_no_optimism():
    outcome, frame = problem("veteran")
    result = validate_model(outcome, frame, VETERAN, samples=[np.arange(len(frame))])
    for index in ("C", "R²", "calibration slope"):
        assert value(result, "optimism", level=index) == pytest.approx(0, abs=1e-9)


def test_apparent_values_are_those_of_the_models():
    outcome, frame = problem("veteran")
    names = ["karno", "celltype"]
    result = validate_model(outcome, frame, names, repeats=2)
    model = cox(outcome, frame, names)
    n, null = model.n_used, value(model, "log_likelihood_null")
    share = 1 - np.exp(-value(model, "lr_chi_square") / n)
    r2 = share / (1 - np.exp(2 * null / n))
    assert value(result, "apparent", level="R²") == pytest.approx(r2)
    outcome, frame = problem("birthwt")
    result = validate_model(outcome, frame, ["lwt", "smoke"], repeats=2)
    model = logistic(outcome, frame, ["lwt", "smoke"])
    r2 = value(model, "nagelkerke")
    assert value(result, "apparent", level="R²") == pytest.approx(r2)


def test_folds_hold_events_evenly_and_follow_the_seed():
    event = np.arange(95) % 4 == 0
    parts = dealt(event, 10, seed=1)
    assert set(np.bincount(parts)) <= {9, 10}
    assert set(np.bincount(parts[event], minlength=10)) <= {2, 3}
    assert (parts == dealt(event, 10, seed=1)).all()
    assert (parts != dealt(event, 10, seed=2)).any()


def test_progress_is_told_and_an_interruption_goes_through():
    outcome, frame = problem("birthwt")
    told = []
    validate_model(
        outcome, frame, BIRTHWT, repeats=60, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(25, 60), (50, 60), (60, 60)]

    def interrupt(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        validate_model(outcome, frame, BIRTHWT, repeats=60, progress=interrupt)


def test_a_model_that_runs_away_is_too_far_and_overflows_nothing():
    """Events of patients whose risk is nothing beside that of the others."""
    matrix = np.array([[400.0], [0.0], [1.0], [0.0]])
    sets = risk_sets(np.arange(1.0, 5), np.array([False, True, True, True]), matrix, "efron")
    counted = resampled_cox.counted(sets, np.ones((1, 4)), "efron")
    with np.errstate(over="raise"):
        value, _, information = resampled_cox.evaluate(counted, sets.matrix[None], np.ones((1, 1)))
    assert value == -np.inf  # too far away, so that the step is halved
    assert np.isfinite(information).all()
