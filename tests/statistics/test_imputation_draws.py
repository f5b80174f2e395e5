"""What chance draws, against the distributions it should have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import case, data, value
from scipy import stats

from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.chained_equations import impute
from cohort_stats.kernels import imputation_draws as draws
from cohort_stats.kernels.category_models import (
    polytomous,
    proportional_odds,
    proportional_odds_shares,
)

N = 60


@pytest.fixture
def sample():
    rng = np.random.default_rng(11)
    matrix = np.column_stack([np.ones(N), rng.normal(size=N), rng.normal(3, 2, N)])
    return matrix, matrix @ [1.0, 2.0, -0.5] + rng.normal(size=N)


def fits(values, distribution):
    """Whether draws come from a distribution; one in ten thousand good ones would fail."""
    assert stats.kstest(values, distribution).pvalue > 1e-4


def test_regression_coefficients_have_their_posterior(sample):
    matrix, known = sample
    rng = np.random.default_rng(1)
    many = [draws.linear_draw(known, matrix, rng) for _ in range(4000)]
    inverse = np.linalg.inv(matrix.T @ matrix)
    estimate = inverse @ matrix.T @ known
    rest = known - matrix @ estimate
    for found, _, _ in many[:3]:
        np.testing.assert_allclose(found, estimate, rtol=1e-12)
    sigma = np.array([s for _, _, s in many])
    fits(rest @ rest / sigma**2, stats.chi2(N - 3).cdf)
    drawn = np.array([d for _, d, _ in many])
    for j in range(3):  # given sigma normal, without it Student's t
        scale = np.sqrt(inverse[j, j])
        fits((drawn[:, j] - estimate[j]) / sigma / scale, stats.norm.cdf)
        spread = scale * np.sqrt(rest @ rest / (N - 3))
        fits((drawn[:, j] - estimate[j]) / spread, stats.t(N - 3).cdf)
    turned = (drawn - estimate) @ np.linalg.cholesky(np.linalg.inv(inverse)) / sigma[:, None]
    np.testing.assert_allclose(np.corrcoef(turned.T), np.eye(3), atol=0.06)


def test_normal_imputations_have_their_predictive_distribution(sample):
    matrix, known = sample
    at = np.array([[1.0, 0.5, 4.0]])
    rng = np.random.default_rng(2)
    many = np.array([draws.normal(known, matrix, at, rng)[0] for _ in range(4000)])
    inverse = np.linalg.inv(matrix.T @ matrix)
    estimate = inverse @ matrix.T @ known
    s2 = np.sum((known - matrix @ estimate) ** 2) / (N - 3)
    spread = np.sqrt(s2 * (1 + at[0] @ inverse @ at[0]))
    fits((many - at[0] @ estimate) / spread, stats.t(N - 3).cdf)


def test_predictors_that_determine_each_other_change_nothing(sample):
    matrix, known = sample
    doubled = np.column_stack([matrix, matrix[:, 1] + matrix[:, 2], np.zeros(N)])
    found, _, _ = draws.linear_draw(known, doubled, np.random.default_rng(3))
    estimate, _, _ = draws.linear_draw(known, matrix, np.random.default_rng(3))
    np.testing.assert_allclose(doubled @ found, matrix @ estimate, rtol=1e-9)


def test_matched_values_come_from_donors_at_even_chances(sample):
    matrix, known = sample
    far = np.array([[1.0, 50.0, 0.0]])  # its donors are the five with the highest prediction
    rng = np.random.default_rng(4)
    many = np.array([draws.predictive_means(known, matrix, far, rng)[0] for _ in range(3000)])
    estimate, _, _ = draws.linear_draw(known, matrix, rng)
    highest = known[np.argsort(matrix @ estimate)[-5:]]
    values, counts = np.unique(many, return_counts=True)
    np.testing.assert_allclose(values, np.sort(highest))
    assert stats.chisquare(counts).pvalue > 1e-4


def test_levels_are_drawn_with_the_probabilities_of_drawn_models():
    rng = np.random.default_rng(6)
    matrix = np.column_stack([np.ones(300), rng.normal(size=300)])
    latent = matrix[:, 1] + rng.logistic(size=300)
    codes = np.digitize(latent, [-0.5, 1.0]).astype(np.intp)
    at = np.tile([1.0, 0.3], (2000, 1))
    beta, information = polytomous(codes, matrix, 3, np.ones(300))
    found, more = proportional_odds(codes, matrix[:, 1:], 3, np.ones(300))
    covariance = np.linalg.inv(information)
    eta = np.exp(np.c_[np.zeros(4000), (rng.multivariate_normal(beta, covariance, 4000)
                                        .reshape(-1, 2, 2) @ at[0])])  # fmt: skip
    expected = (eta / eta.sum(axis=1, keepdims=True)).mean(axis=0)
    ordered = [
        proportional_odds_shares(one, at[:1, 1:], 3)[0]
        for one in rng.multivariate_normal(found, np.linalg.inv(more), 4000)
    ]
    for draw, shares in (
        (draws.levels_polytomous, expected),
        (draws.levels_in_order, np.mean(ordered, axis=0)),
    ):
        many = np.concatenate([draw(codes, matrix, at, 3, rng) for _ in range(60)])
        got = np.bincount(many, minlength=3) / len(many)
        np.testing.assert_allclose(got, shares, atol=0.02)


def test_a_perfect_predictor_does_not_make_levels_certain():
    matrix = np.column_stack([np.ones(40), np.r_[np.zeros(20), np.ones(20)]])
    codes = np.r_[np.zeros(20), np.ones(20)].astype(np.intp)
    rng = np.random.default_rng(8)
    at = np.array([[1.0, 0.0]])
    many = [draws.levels_polytomous(codes, matrix, at, 2, rng)[0] for _ in range(400)]
    assert 0 < np.mean(many) < 0.3


def test_sets_are_the_same_again_and_do_not_depend_on_their_number():
    frame = data("lung.csv")
    names = ["age", "ph.karno", "wt.loss", "meal.cal"]
    first = impute(frame, names, imputations=2, iterations=3, seed=5)
    more = impute(frame, names, imputations=4, iterations=3, seed=5)
    for a, b in zip(first.frames, more.frames, strict=False):
        pd.testing.assert_frame_equal(a, b)
    other = impute(frame, names, imputations=2, iterations=3, seed=6)
    assert not first.frames[0].equals(other.frames[0])
    for one in first.frames:
        known = frame[names].notna()
        pd.testing.assert_frame_equal(
            one[names].astype(float).where(known), frame[names].astype(float).where(known)
        )
        assert one[names].notna().all().all()
        assert set(one["wt.loss"]) <= set(frame["wt.loss"])


def test_means_after_imputing_are_those_of_mice_within_chance():
    frame = data("nhanes2_imputed.csv").query("set == 0").drop(columns="set")
    frame["age"] = frame["age"].cat.as_unordered()
    wanted = case("missing", "mice nhanes2")["values"]
    found = impute(frame.reset_index(drop=True), list(frame), imputations=100, seed=3)
    means = np.array(
        [[f["bmi"].mean(), f["chl"].mean(), (f["hyp"] == "yes").mean()] for f in found.frames]
    )
    error = np.sqrt((np.array(wanted["between"]) + means.var(axis=0, ddof=1)) / 100)
    z = (means.mean(axis=0) - wanted["mean"]) / error
    assert np.abs(z).max() < 3.5, z


def test_every_type_of_column_is_imputed_in_its_own_way():
    frame = data("pbc.csv")
    frame["stage"] = pd.Categorical(frame["stage"].astype("Int64"), ordered=True)
    frame["edema"] = pd.Categorical(frame["edema"])
    frame.loc[::9, "edema"] = np.nan
    frame["ascites"] = frame["ascites"].map({1: True, 0: False})
    endpoint = Endpoint(frame["time"].to_numpy(float), frame["status"] == 2, label="death")
    found = impute(
        frame, ["stage", "edema", "ascites", "chol", "age"], auxiliary=["trig"],
        endpoints=[endpoint], methods={"chol": "normal"}, imputations=2, iterations=2,
    )  # fmt: skip
    assert found.methods == {
        "stage": "proportional odds",
        "edema": "polytomous",
        "ascites": "logistic",
        "chol": "normal",
    }
    one = found.frames[0]
    assert one["stage"].dtype == frame["stage"].dtype
    assert one["ascites"].notna().all()
    assert one["trig"].isna().sum() == frame["trig"].isna().sum()
    for words in ("the Nelson–Aalen cumulative hazard of death", "`trig`", "seed 1", "5 donors"):
        assert words in found.result.method or words == "5 donors"
    assert value(found.result, "complete", term="") == int(
        frame[["stage", "edema", "ascites", "chol"]].notna().all(axis=1).sum()
    )


def test_an_outcome_in_the_imputation_keeps_its_association():
    rng = np.random.default_rng(12)
    x = rng.normal(size=800)
    died = pd.Series(rng.random(800) < 1 / (1 + np.exp(-1.5 * x)))
    frame = pd.DataFrame(
        {"x": np.where(rng.random(800) < 0.5, np.nan, x), "z": rng.normal(size=800)}
    )
    blind = impute(frame, ["x", "z"], imputations=3, iterations=2)
    seeing = impute(frame, ["x", "z"], outcomes={"death": died}, imputations=3, iterations=2)

    def apart(found):
        return np.mean([f["x"][died].mean() - f["x"][~died].mean() for f in found.frames])

    truth = x[died].mean() - x[~died].mean()
    assert abs(apart(seeing) - truth) < 0.25
    assert apart(blind) < 0.7 * truth


def test_what_cannot_be_imputed_is_refused():
    frame = pd.DataFrame({"a": [1.0, np.nan, 3], "t": ["x", "y", None], "e": [np.nan] * 3})
    with pytest.raises(ValueError, match="'t' is object"):
        impute(frame, ["a", "t"])
    with pytest.raises(ValueError, match="'e' has none"):
        impute(frame, ["a", "e"])
    with pytest.raises(ValueError, match="methods of 'a', a number"):
        impute(frame, ["a"], methods={"a": "polytomous"})
    with pytest.raises(ValueError, match="imputations must be at least 1"):
        impute(frame, ["a"], imputations=0)
    with pytest.raises(ValueError, match="outcomes must have one entry a patient"):
        impute(frame, ["a"], outcomes={"y": pd.Series([1.0])})
    whole = impute(frame.assign(a=1.0), ["a"], imputations=2)
    assert whole.result.method == "No value was missing, and none was imputed."
    alone = impute(frame, ["a"], imputations=2, iterations=1)
    assert alone.frames[0]["a"].notna().all()


def test_it_can_be_interrupted_and_tells_how_far_it_is():
    seen = []

    def stop(done, of):
        seen.append((done, of))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        impute(data("lung.csv"), ["age", "wt.loss"], imputations=2, iterations=4, progress=stop)
    assert seen == [(1, 8), (2, 8), (3, 8)]
