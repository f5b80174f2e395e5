"""Model building where it is hard: degenerate data, separation, wrong arguments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from problems import problem
from r_values import data, value

from cohort_stats.conventions import RECOMMENDED
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.lasso import penalties
from cohort_stats.kernels.likelihoods import fit, logit_likelihood, score_tests
from cohort_stats.regression.bootstrap import Drawn
from cohort_stats.regression.choosing import choose_covariates
from cohort_stats.regression.covariate import Covariate, interaction
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.material import material_of
from cohort_stats.regression.model_building import build_model
from cohort_stats.regression.optimism import validate_model
from cohort_stats.regression.penalised import lasso
from cohort_stats.regression.selection import Selection
from cohort_stats.regression.stepwise import stepwise

BIRTHWT = ["age", "lwt", "race", "smoke", "ptl", "ht", "ui", "ftv"]
VETERAN = ["trt", "celltype", "karno", "diagtime", "age", "prior"]
CASES = [("birthwt", BIRTHWT), ("veteran", VETERAN)]
FORWARD = Selection("forward")


# Degenerate data


def test_patients_without_a_candidate_are_left_out_of_every_step():
    outcome, frame = problem("birthwt")
    frame["lwt"] = frame["lwt"].astype(float).where(frame.index >= 9)
    found = choose_covariates(outcome, frame, BIRTHWT, FORWARD)
    assert (found.result.n_used, found.result.n_missing) == (len(frame) - 9, 9)
    assert found.kept.sum() == len(frame) - 9
    rest = choose_covariates(
        outcome[9:].reset_index(drop=True), frame[9:].reset_index(drop=True), BIRTHWT, FORWARD
    )
    assert rest.terms == found.terms


def test_a_copy_of_a_covariate_never_joins_it():
    outcome, frame = problem("birthwt")
    frame["pounds"] = frame["lwt"] * 2 + 1
    found = choose_covariates(outcome, frame, [*BIRTHWT, "pounds"], FORWARD)
    assert len({"lwt", "pounds"} & set(found.terms)) == 1
    backward = choose_covariates(outcome, frame, [*BIRTHWT, "pounds"], Selection("backward"))
    assert backward.terms == ()
    assert "determine each other" in backward.result.warnings[0]


@pytest.mark.parametrize("rule", ["forward", "backward", "lasso"])
def test_no_events_are_said(rule):
    _, frame = problem("veteran")
    nobody = Endpoint(frame["time"].to_numpy(float), np.zeros(len(frame), dtype=bool))
    found = choose_covariates(nobody, frame, VETERAN, Selection(rule))
    assert found.terms == ()
    assert "no covariate could be selected" in found.result.warnings[0]
    result = validate_model(nobody, frame, VETERAN, Selection(rule), repeats=3)
    assert result.numbers.empty
    assert "the model was not validated" in result.warnings[0]


def test_a_constant_covariate_never_enters():
    outcome, frame = problem("birthwt")
    frame["one"] = 1.0
    found = choose_covariates(outcome, frame, [*BIRTHWT, "one"], FORWARD)
    assert "one" not in found.terms
    told = "`one` does not vary and cannot enter"
    assert found.result.warnings == (told,)
    result = lasso(outcome, frame, [*BIRTHWT, "one"])
    assert result.warnings == (told,)
    rows = result.numbers.query("statistic == 'lasso_coefficient' and term == 'one'")
    assert (rows["value"] == 0).all()


@pytest.mark.parametrize("by", ["wald", "likelihood ratio", "conditional", "score", "aic"])
def test_separation_does_not_stop_a_search(by):
    outcome, frame = problem("birthwt")
    frame["perfect"] = np.where(outcome, 1.0, 0.0)
    for rule in ("forward", "backward"):
        found = choose_covariates(outcome, frame, [*BIRTHWT, "perfect"], Selection(rule, by=by))
        assert "perfect" in found.terms


def test_samples_that_cannot_be_fitted_are_counted():
    outcome, frame = problem("birthwt")
    everyone = np.arange(len(frame))
    nobody = np.flatnonzero(~outcome)
    result = validate_model(outcome, frame, ["lwt", "smoke"], samples=[everyone, nobody])
    assert value(result, "failed_repeats") == 1
    assert "1 of 2 bootstrap samples" in result.warnings[0]
    without_smokers = np.flatnonzero(frame["smoke"] == 0)
    all_of_them = [everyone] * 10
    for samples in ([*all_of_them, without_smokers], [without_smokers, *all_of_them]):
        result = validate_model(outcome, frame, ["lwt", "smoke"], samples=samples)
        assert value(result, "failed_repeats") == 1
        assert value(result, "optimism", level="C") == pytest.approx(0, abs=1e-12)


def test_columns_that_resemble_each_other_are_no_failure():
    _, frame = problem("gbsg2")
    outcome = (frame["time"] < 730) & (frame["cens"] == 1)
    curve = [Covariate("pnodes", knots=4), "progrec", "tgrade"]
    assert value(validate_model(outcome, frame, curve, repeats=50), "failed_repeats") == 0


@pytest.mark.parametrize("kind", ["cox", "logistic"])
def test_separated_samples_are_failures(kind):
    rng = np.random.default_rng(12)
    x = np.repeat([0.0, 1.0], 20)
    event = np.r_[rng.random(20) < 0.5, np.ones(20, dtype=bool)]
    time = rng.random(40) + 2 * (x == 0)
    time[39] = 5.0  # the one who keeps the hazard ratio finite
    event[39] = kind == "cox"  # and the odds ratio
    outcome = pd.Series(event) if kind == "logistic" else Endpoint(time, event)
    frame = pd.DataFrame({"x": x, "z": rng.normal(size=40)})
    separated = np.r_[np.arange(39), 38]
    result = validate_model(outcome, frame, ["x", "z"], samples=[np.arange(40), separated])
    assert value(result, "failed_repeats") == 1


def test_a_search_that_would_come_back_ends():
    # The score test lets the covariate in, the Wald test would send it out again (SPSS stops).
    outcome = pd.Series([1] * 5 + [0] * 21)
    frame = pd.DataFrame({"x": [1.0] * 3 + [0.0] * 2 + [1.0] * 3 + [0.0] * 18})
    limit = 0.033
    once = choose_covariates(
        outcome, frame, ["x"], Selection("forward", by="wald", enter=limit, remove=limit)
    )
    p = logistic(outcome, frame, ["x"]).value("p", term="x")
    entered = once.result.numbers.query("statistic == 'step_p'")
    assert entered["value"].iloc[0] < limit < p
    assert once.terms == ("x",)
    assert entered["group"].tolist() == ["entered"]


def test_a_sample_in_which_nothing_is_selected_counts_as_no_model():
    outcome, frame = problem("veteran")
    rng = np.random.default_rng(8)
    frame["noise"] = rng.normal(size=len(frame))
    selection = Selection("univariable", p_below=1e-12)
    whole = validate_model(outcome, frame, ["noise"], selection, repeats=3)
    assert "no covariate is selected" in whole.warnings[0]
    strict = Selection("univariable", p_below=1e-7)
    result = validate_model(outcome, frame, ["karno", "noise"], strict, repeats=30)
    assert value(result, "selected", term="noise") == 0
    assert 0 < value(result, "selected", term="karno") <= 1
    assert value(result, "test", level="calibration slope") <= 1.3


def test_too_few_events_for_the_folds_are_said():
    outcome, frame = problem("veteran")
    few = Endpoint(outcome.time, outcome.event & (np.arange(len(frame)) < 7))
    result = lasso(few, frame, VETERAN)
    assert result.numbers.empty
    assert "7 events cannot be divided into 10 parts" in result.warnings[0]


def test_more_columns_than_patients():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(40, 60)), columns=[f"g{k}" for k in range(60)])
    outcome = pd.Series(frame["g0"] + frame["g1"] + rng.normal(size=40) > 0)
    result = lasso(outcome, frame, list(frame.columns), folds=5)
    assert value(result, "lambda_min") <= value(result, "lambda_1se")
    likelihood = logit_likelihood(outcome.to_numpy(float), frame.to_numpy())
    first = penalties(likelihood, 40)
    assert first[-1] / first[0] == pytest.approx(1e-2)
    found = choose_covariates(outcome, frame, list(frame.columns), Selection("backward"))
    assert "cannot determine" in found.result.warnings[0]


def test_a_cluster_is_drawn_whole():
    frame = data("retinopathy.csv")
    outcome = Endpoint(frame["futime"].to_numpy(float), frame["status"].to_numpy() == 1)
    names = ["trt", "age"]
    together = validate_model(outcome, frame, names, roles=Roles(cluster="id"), repeats=20)
    assert "of whole clusters" in together.method
    material = material_of(outcome, frame, names, Roles(cluster="id"), RECOMMENDED)
    for sample in Drawn(material, 5, 1, None):
        copies = np.bincount(sample, minlength=len(frame))
        both_eyes = pd.Series(copies).groupby(frame["id"]).nunique()
        assert (both_eyes == 1).all()
        assert len(sample) == len(frame)
    found = choose_covariates(outcome, frame, names, FORWARD, roles=Roles(cluster="id"))
    assert "rows to be independent" in found.result.warnings[0]


def test_a_term_that_is_determined_by_the_model_has_no_score():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 2))
    matrix = np.column_stack([x, x.sum(axis=1)])
    likelihood = logit_likelihood((rng.random(50) < 0.5).astype(float), matrix)
    both = fit(likelihood, [0, 1, 2])
    assert np.isnan(score_tests(likelihood, both, [[3]])[0])


def test_products_and_splines_of_covariates():
    outcome, frame = problem("veteran")
    names = [
        Covariate("karno", knots=4),
        Covariate("age"),
        Covariate("trt"),
        interaction("age", "trt"),
    ]
    result = validate_model(outcome, frame, names, repeats=10)
    model = cox(outcome, frame, names)
    gain, null = value(model, "lr_chi_square"), value(model, "log_likelihood_null")
    r2 = (1 - np.exp(-gain / 137)) / (1 - np.exp(2 * null / 137))
    assert value(result, "apparent", level="R²") == pytest.approx(r2)
    found = choose_covariates(outcome, frame, names, Selection("backward", by="aic"))
    assert "karno" in found.terms
    assert "age × trt" not in found.terms or {"age", "trt"} <= set(found.terms)
    given = Selection("given", given=("age", "trt"))
    two = validate_model(outcome, frame, names, given, repeats=3)
    gain = value(cox(outcome, frame, names[1:]), "lr_chi_square")
    r2 = (1 - np.exp(-gain / 137)) / (1 - np.exp(2 * null / 137))
    assert value(two, "apparent", level="R²") == pytest.approx(r2)


def test_exact_ties():
    outcome, frame = problem("veteran")
    exact = RECOMMENDED.overriding(ties="exact")
    found = choose_covariates(
        outcome, frame, VETERAN, Selection("backward", by="aic"), conventions=exact
    )
    model = cox(outcome, frame, list(found.terms), conventions=exact)
    aic = -2 * value(model, "log_likelihood") + 2 * value(model, "lr_df")
    last = found.result.numbers.query("statistic == 'step_aic'")["value"].iloc[-1]
    assert last == pytest.approx(aic)
    result = validate_model(outcome, frame, VETERAN, conventions=exact, repeats=3)
    assert "ties cannot be exact" in result.warnings[0]


# Arguments


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rule": "sideways"}, "rule must be one of 'univariable'"),
        ({"rule": "forward", "by": "p"}, "by must be one of 'likelihood ratio'"),
        ({"rule": "both"}, "by must be 'aic' with the rule 'both'"),
        ({"rule": "forward", "enter": 0.2}, "enter not above remove; got 0.2 and 0.1"),
        ({"rule": "lasso", "folds": 2}, "folds must be at least 3; got 2"),
        ({"rule": "lasso", "penalty": "least"}, "penalty must be one of 'lambda.min'"),
    ],
)
def test_wrong_rules_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        Selection(**arguments)


def test_wrong_arguments_are_named():
    outcome, frame = problem("birthwt")
    with pytest.raises(ValueError, match="samples must be whole numbers from 0 to 188"):
        validate_model(outcome, frame, ["age"], samples=[[0, 189]])
    with pytest.raises(ValueError, match="repeats must be at least 1; got 0"):
        validate_model(outcome, frame, ["age"], repeats=0)
    with pytest.raises(ValueError, match="roles must be strata and a cluster"):
        validate_model(outcome, frame, ["age"], roles=Roles(weights="lwt"))
    with pytest.raises(ValueError, match="roles must be a cluster alone in a logistic model"):
        choose_covariates(outcome, frame, ["age"], FORWARD, roles=Roles(strata=("race",)))
    with pytest.raises(ValueError, match="rule must be one of 'forward'"):
        choose_covariates(outcome, frame, ["age"], Selection("all"))
    with pytest.raises(ValueError, match=r"folds must be .* one whole number a patient \(189\)"):
        lasso(outcome, frame, ["age"], folds=[1, 2, 3])


def test_found_covariates_enter_the_model():
    outcome, frame = problem("birthwt")
    selection = Selection("backward", by="aic")
    found = choose_covariates(outcome, frame, BIRTHWT, selection)
    from cohort_stats.regression.covariate import as_covariates

    univariable, together = build_model(
        lambda covariates: logistic(outcome, frame, list(covariates)),
        as_covariates(BIRTHWT),
        selection,
        found=found.terms,
    )
    entered = univariable.numbers.query("statistic == 'entered' and value == 1")["term"]
    assert tuple(entered) == found.terms
    assert together is not None
    assert set(together.numbers.query("statistic == 'coefficient'")["term"]) == {
        *found.terms,
        "(Intercept)",
    }


@pytest.mark.parametrize("rule", ["forward", "backward"])
@pytest.mark.parametrize("by", ["wald", "aic"])
def test_a_product_is_never_without_its_parts(rule, by):
    rng = np.random.default_rng(6)
    x = rng.normal(size=(400, 3))
    product = (x[:, 0] * x[:, 1])[:, None]
    outcome = (rng.random(400) < 1 / (1 + np.exp(-product[:, 0]))).astype(float)
    likelihood = logit_likelihood(outcome, np.hstack([x, product]))
    terms = {"a": (1,), "b": (2,), "c": (3,), "a × b": (4,)}
    free = stepwise(likelihood, terms, Selection(rule, by=by))
    assert "a × b" in free.chosen
    assert "a" not in free.chosen
    bound = stepwise(likelihood, terms, Selection(rule, by=by), {"a × b": ("a", "b")})
    assert "a × b" not in bound.chosen or {"a", "b"} <= set(bound.chosen)
    if rule == "backward":
        assert set(bound.chosen) == {"a", "b", "a × b"}
