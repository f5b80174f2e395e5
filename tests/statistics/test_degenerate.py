"""Data on which a method fails: a plain warning or a named ValueError, never a quiet number."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from r_values import convention, data, endpoint, value

from cohort_stats.comparing.groups import OVERALL, Row, compare_groups
from cohort_stats.comparing.risks import compare_risks
from cohort_stats.comparing.smd import smd
from cohort_stats.comparing.tests_of_difference import compare_counts, compare_means, compare_ranks
from cohort_stats.comparing.weighted_groups import weighted_groups
from cohort_stats.conventions import Conventions
from cohort_stats.discrimination.partial_area import partial_area
from cohort_stats.discrimination.roc_curve import roc, roc_curve
from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.chained_equations import impute
from cohort_stats.kernels import cox as cox_kernel
from cohort_stats.matching.matched import match
from cohort_stats.regression.concordance import cox_concordance
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import cox, fit_cox
from cohort_stats.regression.cox_terms import cox_term_tests
from cohort_stats.regression.design import design
from cohort_stats.regression.logistic_model import fit_logistic, logistic
from cohort_stats.regression.logistic_rows import INTERCEPT
from cohort_stats.regression.predictive_performance import logistic_performance
from cohort_stats.regression.proportional_hazards import proportional_hazards
from cohort_stats.survival.contrasts import restricted_mean
from cohort_stats.survival.curves import kaplan_meier, logrank
from cohort_stats.survival.landmark_analysis import landmark

ESTIMATES = ("hazard_ratio", "odds_ratio", "coefficient", "p", "se")


def category(*levels: object, **kwargs) -> pd.Series:
    return pd.Series(pd.Categorical(levels, **kwargs))


def frame_of(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns)


def no_estimates(result) -> bool:
    return not result.numbers["statistic"].isin(ESTIMATES).any()


def follow_up(time, event) -> Endpoint:
    return Endpoint(np.array(time, float), np.array(event))


RNG = np.random.default_rng(7)
N = 30
TIME = RNG.integers(1, 40, N).astype(float)
EVENT = RNG.random(N) < 0.6
X = pd.Series(RNG.normal(size=N))


# ---- Endpoint -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "event", "words"),
    [
        ([1, 2, 3], [1, 2, 1], "event must be True/False or 0/1; got 2"),
        ([1, 2], ["dead", "alive"], "event must be True/False or 0/1; got 'dead', 'alive'"),
        ([1, 2], [1, math.nan], "event must be True/False or 0/1; got nan"),
        ([1, 2], [True, None], "event must be True/False or 0/1; got None"),
        ([1, -2], [1, 0], "time must be finite and not negative; got -2"),
        ([1, math.inf], [1, 0], "time must be finite and not negative; got inf"),
        ([1, 2, 3], [1, 0], "one length; got shapes (3,) and (2,)"),
        ([[1, 2]], [[1, 0]], "one-dimensional and of one length"),
    ],
)
def test_endpoint_refuses(time, event, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Endpoint(np.array(time, float), np.array(event))


@pytest.mark.parametrize(
    "event", [[True, False], [1, 0], [1.0, 0.0], np.array([True, False], dtype=object)]
)
def test_endpoint_takes(event):
    end = Endpoint(np.array([1.0, 2.0]), np.array(event))
    assert end.event.dtype == bool
    assert end.event.tolist() == [True, False]


def test_event_without_a_time_does_not_matter():
    end = Endpoint(np.array([1.0, math.nan]), np.array([1.0, math.nan]))
    assert end.known.tolist() == [True, False]
    assert end.event.tolist() == [True, False]


def test_event_by_a_time():
    end = follow_up([1, 2, 3, 4, math.nan], [1, 0, 1, 0, 0])
    assert end.by(3).tolist()[:1] == [True]
    assert end.by(3).isna().tolist() == [False, True, False, False, True]
    assert end.by(3)[[2, 3]].tolist() == [True, False]
    assert not end.by(4).isna()[3]  # censored at that very time: known to be without it


# ---- Survival -----------------------------------------------------------------


def test_no_event():
    end = follow_up([1, 2, 3], [0, 0, 0])
    result = kaplan_meier(end, category("a", "a", "b"), times=[2])
    assert result.warnings == ("no event happened: survival stays at 100%",)
    assert math.isnan(result.value("median", group=OVERALL))
    assert result.value("survival", group=OVERALL, time=2) == 1
    assert math.isnan(result.value("survival_low", group=OVERALL, time=2))
    test = logrank(end, category("a", "a", "b"))
    assert test.warnings == ("log-rank test not done: no event happened",)
    assert math.isnan(test.value("p"))


@pytest.mark.parametrize("scale", ["log-log", "log", "plain"])
def test_everybody_has_the_event_at_once(scale):
    end = follow_up([5, 5, 5, 5], [1, 1, 1, 1])
    conventions = convention(survival_interval=scale)
    result = kaplan_meier(end, times=[4, 5, 6], conventions=conventions)
    assert result.value("median", group=OVERALL) == 5
    assert math.isnan(result.value("median_low", group=OVERALL))
    for time in (5, 6):
        assert result.value("survival", group=OVERALL, time=time) == 0
        assert math.isnan(result.value("survival_low", group=OVERALL, time=time))
    test = logrank(end, category("a", "a", "b", "b"))
    why = "no event happened while patients of two groups were at risk"
    assert test.warnings in {(f"log-rank test not done: {why}",)}
    assert math.isnan(test.value("p"))


def test_at_risk_counts_those_who_leave_at_that_time():
    end = follow_up([1, 2, 2, 3], [1, 1, 0, 0])
    result = kaplan_meier(end, risk_times=[0, 2, 3, 9])
    at_risk = [result.value("at_risk", group=OVERALL, time=t) for t in (0, 2, 3, 9)]
    assert at_risk == [4, 3, 1, 0]
    events = [result.value("events_to_date", group=OVERALL, time=t) for t in (0, 2, 3, 9)]
    assert events == [0, 2, 2, 2]
    censored = [result.value("censored_to_date", group=OVERALL, time=t) for t in (0, 2, 3, 9)]
    assert censored == [0, 0, 1, 2]


def test_one_patient_and_nobody():
    one = kaplan_meier(follow_up([3], [1]), times=[1])
    assert one.value("median", group=OVERALL) == 3
    nobody = kaplan_meier(follow_up([math.nan], [1]), category("a"), times=[1], risk_times=[1])
    assert nobody.n_used == 0
    assert nobody.value("n", group=OVERALL) == 0
    assert math.isnan(nobody.value("median", group=OVERALL))
    assert nobody.warnings[0] == "left out for want of a follow-up time: 1 patient"
    assert logrank(follow_up([math.nan], [1]), category("a")).warnings


def test_patients_without_a_group_are_left_out_and_counted():
    end = follow_up([1, 2, 3, math.nan], [1, 1, 0, 1])
    groups = category("a", "b", None, "a", categories=["a", "b", "nobody"])
    result = kaplan_meier(end, groups)
    assert (result.n_used, result.n_missing) == (2, 2)
    assert set(result.numbers["group"]) == {OVERALL, "a", "b"}
    assert result.warnings == (
        "left out for want of a follow-up time: 1 patient",
        "left out for want of a group: 1 patient",
    )
    test = logrank(end, groups)
    assert (test.n_used, test.n_missing, test.value("df")) == (2, 2, 1)


def test_a_group_that_left_before_the_first_event_costs_no_degree_of_freedom():
    """R: ``survdiff`` counts groups with expected events only."""
    end = follow_up([1, 1, 2, 3, 4, 5, 6, 7], [0, 0, 1, 1, 1, 0, 1, 1])
    with_early = category("early", "early", *"aabbab")
    late = logrank(follow_up(end.time[2:], end.event[2:]), with_early[2:])
    result = logrank(end, with_early)
    assert result.value("df") == 1
    assert result.value("p") == pytest.approx(late.value("p"), rel=1e-10)
    assert result.value("expected", group="early") == 0


def test_one_group_only():
    test = logrank(follow_up(TIME, EVENT), pd.Series(["a"] * N))
    assert test.warnings == ("log-rank test not done: there are fewer than two groups",)


def test_groups_of_another_length():
    words = re.escape("groups must have one entry a patient (30); got 2")
    for verb in (kaplan_meier, logrank):
        with pytest.raises(ValueError, match=words):
            verb(follow_up(TIME, EVENT), category("a", "b"))


# ---- Cox ----------------------------------------------------------------------


def cox_of(frame, covariates, time=TIME, event=EVENT, **kwargs):
    return cox(follow_up(time, event), frame, covariates, **kwargs)


@pytest.mark.parametrize(
    ("frame", "event", "why"),
    [
        (frame_of(x=X), np.zeros(N, bool), "no patient has the event"),
        (frame_of(x=[1.0] * N), EVENT, "`x` does not vary"),
        (frame_of(x=["a"] * N), EVENT, "`x` does not vary"),
        (frame_of(x=[math.nan] * N), EVENT, "no patient has every value known"),
        (frame_of(x=category(*[None] * N, categories=["a"])), EVENT, "no patient has every"),
    ],
)
def test_cox_that_cannot_be_fitted(frame, event, why):
    result = cox_of(frame, ["x"], event=event)
    assert no_estimates(result)
    assert len(result.warnings) == 1
    assert result.warnings[0].startswith(f"Cox model not fitted: {why}")


def test_a_constant_factor_beside_a_good_covariate_is_not_dropped_in_silence():
    frame = frame_of(x=X, sex=["f"] * N)
    for result in (cox_of(frame, ["x", "sex"]), logistic(pd.Series(EVENT), frame, ["x", "sex"])):
        assert no_estimates(result)
        assert "`sex` does not vary" in result.warnings[0]


def test_what_rests_on_a_model_that_was_not_fitted_says_so():
    end, frame = follow_up(TIME, EVENT), frame_of(x=X, k=[1.0] * N)
    model = fit_cox(end, frame, ["x", "k"])
    assert model.result.warnings == ("Cox model not fitted: `k` does not vary",)
    logit = fit_logistic(pd.Series(EVENT), frame, ["x", "k"])
    for warnings in (
        *(f(model).warnings for f in (proportional_hazards, cox_concordance, cox_term_tests)),
        logistic_performance(logit).warnings,
    ):
        assert warnings[0].endswith(": the model could not be fitted")


def test_collinear_covariates():
    frame = frame_of(x=X, y=2 * X + 1, z=X**2)
    for result in (
        cox_of(frame, ["x", "y", "z"]),
        cox_of(frame, ["x", "x"]),
        logistic(pd.Series(EVENT), frame, ["x", "y", "z"]),
    ):
        assert no_estimates(result)
        assert "the covariates determine each other" in result.warnings[0]


def test_more_coefficients_than_patients():
    frame = pd.DataFrame(RNG.normal(size=(4, 5)), columns=list("abcde"))
    for result in (
        cox(follow_up([1, 2, 3, 4], [1, 1, 1, 0]), frame, list("abcde")),
        logistic(pd.Series([1, 0, 1, 0]), frame, list("abcde")),
    ):
        assert no_estimates(result)
        assert "4 patients cannot determine 5 coefficients" in result.warnings[0]


def test_one_and_two_patients():
    one = cox(follow_up([1], [1]), frame_of(x=[1.0]), ["x"])
    assert no_estimates(one)
    two = cox(follow_up([1, 2], [1, 1]), frame_of(x=[1.0, 0.0]), ["x"])
    assert value(two, "hazard_ratio", term="x") == math.inf
    assert any("no finite hazard ratio for `x`" in w for w in two.warnings)


def test_last_patient_alone_has_the_only_event():
    """Nobody to compare with: no information, and no hazard ratio of 1."""
    result = cox(follow_up([1, 2, 3], [0, 0, 1]), frame_of(x=[0.0, 1.0, 2.0]), ["x"])
    assert no_estimates(result)
    assert "too alike" in result.warnings[0]


def test_all_times_tied():
    x = RNG.normal(size=10)
    result = cox(follow_up([3] * 10, [1] * 5 + [0] * 5), frame_of(x=x), ["x"])
    assert math.isfinite(value(result, "hazard_ratio", term="x"))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("sign", [1, -1])
def test_monotone_likelihood(ties, sign):
    """All events in one group: the hazard ratio is infinite (or 0), the other stays."""
    rng = np.random.default_rng(3)
    n = 60
    time, x = rng.exponential(10, n), rng.normal(size=n)
    marker = sign * np.repeat([0.0, 1.0], n // 2)
    event = (rng.random(n) < 0.7) & (np.repeat([0, 1], n // 2) == 1)
    frame = frame_of(marker=marker, x=x)
    conventions = convention(ties=ties)
    result = cox(follow_up(time, event), frame, ["marker", "x"], conventions=conventions)
    assert value(result, "hazard_ratio", term="marker") == (math.inf if sign > 0 else 0)
    for statistic in ("se", "z", "p", "hazard_ratio_low", "hazard_ratio_high"):
        assert math.isnan(value(result, statistic, term="marker")), statistic
    assert math.isnan(value(result, "wald_chi_square"))
    warning = "no finite hazard ratio for `marker`: all events on one side"
    assert f"{warning}; Firth’s penalised estimate stands beside it" in result.warnings
    assert 0 < value(result, "firth_hazard_ratio", term="marker") < math.inf
    # In the limit only the patients of the group with the events count.
    here = marker != 0
    alone = cox(follow_up(time[here], event[here]), frame[here], ["x"], conventions=conventions)
    for statistic in ("coefficient", "se", "p"):
        got = value(result, statistic, term="x")
        assert got == pytest.approx(value(alone, statistic, term="x"), rel=1e-6)
    got = value(result, "log_likelihood")
    assert got == pytest.approx(value(alone, "log_likelihood"), rel=1e-9)


def test_monotone_level_of_a_factor():
    rng = np.random.default_rng(5)
    group = pd.Series(np.repeat(["a", "b", "c"], 15))
    event = (rng.random(45) < 0.8) & (group != "b").to_numpy()
    result = cox(follow_up(rng.exponential(9, 45), event), frame_of(g=group), ["g"])
    assert value(result, "hazard_ratio", term="g", level="b") == 0
    assert math.isfinite(value(result, "hazard_ratio", term="g", level="c"))
    assert math.isfinite(value(result, "p", term="g", level="c"))
    assert math.isnan(value(result, "global_p", term="g"))
    assert any("`g` b" in w for w in result.warnings)


def test_a_coefficient_left_open_by_monotone_likelihood_has_no_estimate():
    """All events at x = 1, and z differs only at x = 0."""
    x = np.tile([0.0, 1.0], 15)
    z = np.where(x == 0, RNG.normal(size=30), 0.0)
    result = cox_of(frame_of(x=x, z=z), ["x", "z"], event=x == 1)
    for term in ("x", "z"):
        assert not math.isfinite(value(result, "coefficient", term=term))
        assert math.isnan(value(result, "p", term=term))
    assert any("for `x`:" in w and "leave open that of `z`" in w for w in result.warnings)


def test_monotone_likelihood_along_two_covariates():
    """The sum of x and y decides all; within the sum their difference is estimated."""
    rng = np.random.default_rng(11)
    n = 80
    x, w = rng.normal(size=n), rng.normal(size=n)
    late = np.arange(n) < n // 2
    event = ~late
    time = rng.exponential(5, n)
    y = np.where(late, 0.0, 1.0) - x
    result = cox(follow_up(time, event), frame_of(x=x, y=y, w=w), ["x", "y", "w"])
    here = ~late
    alone = cox(follow_up(time[here], event[here]), frame_of(x=x, w=w)[here], ["w"])
    assert value(result, "hazard_ratio", term="x") == math.inf
    assert value(result, "hazard_ratio", term="y") == math.inf
    with_both = cox(follow_up(time[here], event[here]), frame_of(x=x, w=w)[here], ["x", "w"])
    for statistic in ("coefficient", "se"):
        got = value(result, statistic, term="w")
        assert got == pytest.approx(value(with_both, statistic, term="w"), rel=1e-5)
        assert got != pytest.approx(value(alone, statistic, term="w"), rel=1e-5)


def test_a_large_but_finite_hazard_ratio_is_kept():
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    time = np.exp(-9.5 * x) * rng.exponential(size=400)
    result = cox(follow_up(time, np.ones(400, bool)), frame_of(x=x), ["x"])
    assert value(result, "coefficient", term="x") == pytest.approx(9.5, rel=0.15)
    assert not result.warnings


def test_extreme_outlier_is_finite_and_without_runtime_warnings():
    x = X.copy()
    x[0] = 1e9
    result = cox_of(frame_of(x=x), ["x"])
    assert value(result, "se", term="x") > 0


def test_a_level_with_no_patient_is_left_out():
    levels = pd.Series(pd.Categorical(["a", "b"] * (N // 2), categories=["a", "b", "nobody"]))
    result = cox_of(frame_of(g=levels), ["g"])
    assert set(result.numbers.loc[result.numbers["term"] == "g", "level"]) == {"", "a", "b"}
    with pytest.raises(ValueError, match="reference of 'g' must be one of .*; got 'nobody'"):
        cox_of(frame_of(g=levels), [Covariate("g", reference="nobody")])


@pytest.mark.parametrize("kind", [bool, "boolean", object])
def test_yes_no_columns_are_factors(kind):
    frame = frame_of(flag=pd.Series(np.arange(N) % 3 == 0).astype(kind), x=X)
    result = cox_of(frame, ["flag", "x"])
    assert math.isfinite(value(result, "hazard_ratio", term="flag", level="True"))
    turned = cox_of(frame, [Covariate("flag", reference="True"), "x"])
    assert value(turned, "hazard_ratio", term="flag", level="False") == pytest.approx(
        1 / value(result, "hazard_ratio", term="flag", level="True")
    )
    matched = match(frame["flag"], frame.assign(other=frame["flag"].shift(1)), ["x", "other"])
    assert matched.result.value("n", group="treated") > 0


def test_missing_covariates_are_counted():
    x = X.copy()
    x[:4] = math.nan
    result = cox_of(frame_of(x=x), ["x"])
    assert (result.n_used, result.n_missing) == (N - 4, 4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: cox_of(frame_of(x=X), ["y"]),
            "covariates must be columns of the frame; got 'y'",
        ),
        (lambda: cox_of(frame_of(x=X[:5]), ["x"]), "frame must have one row a patient (30); got 5"),
        (lambda: Covariate("x", per=0), "per of 'x' must be above 0; got 0"),
        (lambda: design(frame_of(x=X), ["y"]), "covariates must be columns of the frame; got 'y'"),
        (
            lambda: logistic(pd.Series(EVENT[:5]), frame_of(x=X), ["x"]),
            "frame must have one row a patient (5); got 30",
        ),
        (
            lambda: logistic(pd.Series([1, 2] * 15), frame_of(x=X), ["x"]),
            "outcome must be True/False or 0/1; got 2",
        ),
        (
            lambda: logistic(pd.Series(["yes", "no"] * 15), frame_of(x=X), ["x"]),
            "outcome must be True/False or 0/1; got 'yes', 'no'",
        ),
        (
            lambda: roc(pd.Series([1, 2] * 15), X, direction="high"),
            "outcome must be True/False or 0/1; got 2",
        ),
        (
            lambda: roc(pd.Series(EVENT), X[:5], direction="high"),
            "marker must have 30 values; got 5",
        ),
        (
            lambda: roc(pd.Series(EVENT), pd.Series(["a"] * N), direction="high"),
            "marker must be numbers; got object",
        ),
        (
            lambda: roc(pd.Series(EVENT), X, direction="up"),
            "direction must be one of 'high', 'low'; got 'up'",
        ),
        (
            lambda: match(pd.Series([1, 2] * 15), frame_of(x=X), ["x"]),
            "treated must be True/False or 0/1; got 2",
        ),
        (
            lambda: match(pd.Series(EVENT), frame_of(x=X), ["x"], ratio=0),
            "ratio must be at least 1",
        ),
        (
            lambda: match(pd.Series(EVENT), frame_of(x=X), ["x"], caliper=0),
            "caliper must be positive or None; got 0",
        ),
        (
            lambda: compare_groups(frame_of(x=X), ["y"]),
            "variables must be columns of the frame; got 'y'",
        ),
        (
            lambda: impute(frame_of(x=X), ["x"], endpoints=Endpoint(np.ones(N), np.ones(N))),
            "endpoints must be a list of endpoints, as endpoints=[…]; got Endpoint",
        ),
        (
            lambda: impute(frame_of(x=["a"] * N), ["x"]),
            'of texts make a category: frame["x"].astype("category")',
        ),
        (
            lambda: compare_groups(frame_of(x=pd.to_datetime(["2020-01-01"] * N)), ["x"]),
            "variables must be numbers, categories or text; 'x' is datetime64[ns]",
        ),
        (
            lambda: compare_groups(
                frame_of(x=X, g=["a", "b"] * 15), [Row("x", test="counts")], by="g"
            ),
            "test of 'x', a number, must be means, ranks or jonckheere; got counts",
        ),
        (
            lambda: Row("x", summary="mode"),
            "summary must be one of 'mean', 'median', 'range'; got 'mode'",
        ),
        (lambda: Row("x", test="t"), "test must be one of"),
        (
            lambda: Conventions(ties="cox"),
            "ties must be one of 'efron', 'breslow', 'exact'; got 'cox'",
        ),
        (lambda: Conventions(quartiles=5), "quartiles must be one of 7, 6, 2; got 5"),
        (
            lambda: Conventions().overriding(tie="efron"),
            "conventions must be one of 'preset', 'two_means'",
        ),
        (lambda: Conventions().overriding(ties="cox"), "ties must be one of"),
    ],
)
def test_errors_name_argument_allowed_and_given(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


# ---- Logistic -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ([0] * N, "no patient has the outcome"),
        ([1] * N, "every patient has the outcome"),
        ([None] * N, "no patient has every value known"),
    ],
)
def test_logistic_that_cannot_be_fitted(outcome, why):
    result = logistic(pd.Series(outcome, dtype=object), frame_of(x=X), ["x"])
    assert no_estimates(result)
    assert result.warnings == (f"logistic model not fitted: {why}",)


@pytest.mark.parametrize("interval", ["profile", "wald"])
@pytest.mark.parametrize("scale", [1.0, 1e6, 0.01])
def test_complete_separation(interval, scale):
    x = pd.Series(np.arange(12.0) * scale)
    y = pd.Series(np.arange(12) > 5)
    frame = frame_of(x=x, z=np.tile([0.0, 1.0, 1.0, 0.0], 3))
    result = logistic(y, frame, ["x"], conventions=convention(logistic_interval=interval))
    assert value(result, "odds_ratio", term="x") == math.inf
    for statistic in ("se", "z", "p"):
        assert math.isnan(value(result, statistic, term="x"))
    low, high = (value(result, f"odds_ratio_{s}", term="x") for s in ("low", "high"))
    if interval == "profile":
        assert 1 < low**scale < high == math.inf
    else:
        assert math.isnan(low)
        assert math.isnan(high)
    assert any(w.startswith("separation: `x` predicts") for w in result.warnings)
    both = logistic(y, frame, ["x", "z"], conventions=convention(logistic_interval=interval))
    assert math.isnan(value(both, "odds_ratio", term="z")) or math.isinf(
        value(both, "coefficient", term="z")
    )
    assert any("`x`, `z`" in w for w in both.warnings)


def test_quasi_complete_separation_leaves_the_other_estimates():
    """A level without cases: its odds ratio is 0, the others are those without that level."""
    rng = np.random.default_rng(2)
    group = np.repeat(["a", "b", "c"], 40)
    x = rng.normal(size=120)
    y = (rng.random(120) < 0.45) & (group != "b")
    frame = frame_of(g=group, x=x)
    result = logistic(pd.Series(y), frame, ["g", "x"])
    assert value(result, "odds_ratio", term="g", level="b") == 0
    assert value(result, "odds_ratio_low", term="g", level="b") == 0
    assert 0 < value(result, "odds_ratio_high", term="g", level="b") < 1
    assert math.isnan(value(result, "global_p", term="g"))
    rest = group != "b"
    without = logistic(pd.Series(y[rest]), frame[rest], ["g", "x"])
    for where in ({"term": "x"}, {"term": "g", "level": "c"}, {"term": INTERCEPT}):
        for statistic in ("coefficient", "se", "p", "odds_ratio_low", "odds_ratio_high"):
            got = value(result, statistic, **where)
            assert got == pytest.approx(value(without, statistic, **where), rel=1e-6), where


def test_quasi_complete_separation_along_a_slope():
    """Cases above 2, controls below, both at 2: there z counts, with an intercept of its own."""
    rng = np.random.default_rng(4)
    x = np.repeat([0.0, 1, 2, 3, 4], [10, 10, 60, 10, 10])
    z = rng.normal(size=100)
    y = np.where(x == 2, rng.random(100) < 0.5, x > 2)
    result = logistic(pd.Series(y), frame_of(x=x, z=z), ["x", "z"])
    assert value(result, "odds_ratio", term="x") == math.inf
    assert value(result, "odds_ratio", term=INTERCEPT) == 0
    at = x == 2
    alone = logistic(pd.Series(y[at]), frame_of(z=z[at]), ["z"])
    for statistic in ("coefficient", "se", "p", "odds_ratio_low", "odds_ratio_high"):
        got = value(result, statistic, term="z")
        assert got == pytest.approx(value(alone, statistic, term="z"), rel=1e-6), statistic


def test_a_coefficient_left_open_by_separation_has_no_estimate():
    """Who is not predicted perfectly by x has one value of z."""
    x = np.repeat([0.0, 1.0], 12)
    z = np.r_[np.zeros(12), np.tile([0.0, 1.0], 6)]
    y = np.r_[np.tile([0, 1], 6), np.ones(12)]
    result = logistic(pd.Series(y), frame_of(x=x, z=z), ["x", "z"])
    assert not math.isfinite(value(result, "coefficient", term="z"))
    assert math.isnan(value(result, "p", term="z"))
    assert any("`x`" in w and "`z`" in w for w in result.warnings)
    assert value(result, "odds_ratio", term=INTERCEPT) == pytest.approx(1)


def test_strong_but_finite_odds_ratio_is_no_separation():
    x = np.repeat([0.0, 1.0], 200)
    y = np.r_[np.zeros(199), 1, np.ones(199), 0]
    result = logistic(pd.Series(y), frame_of(x=x), ["x"])
    assert value(result, "odds_ratio", term="x") == pytest.approx(199**2)
    assert not result.warnings


def test_warnings_count_one_and_many():
    warnings = logistic(pd.Series(EVENT[:12]), frame_of(x=X[:12]), ["x"]).warnings
    assert "for 1 coefficient: fewer than ten each" in warnings[0]
    end = follow_up([1, 2], [1, 0])
    assert "taken up to 1 month (" in restricted_mean(replace(end, unit="months"), tau=1).method
    nobody = landmark(replace(end, unit="days"), 5).result
    assert nobody.warnings == ("nobody is left at risk after 5 days",)
    assert "left out were 1 patient with the event and 1 censored by then" in nobody.method


def test_few_outcomes_are_mentioned():
    result = logistic(pd.Series(EVENT), frame_of(x=X, z=X**2), ["x", "z"])
    assert any("fewer than ten each" in w for w in result.warnings)


# ---- ROC ----------------------------------------------------------------------


def test_roc_without_cases_or_controls():
    for outcome, words in (
        ([0] * N, "no patient has the outcome"),
        ([1] * N, "every patient has the outcome"),
        ([None] * N, "nobody has a known outcome and a known marker"),
    ):
        result = roc(pd.Series(outcome, dtype=object), X, direction="high")
        assert result.warnings == (f"ROC curve not drawn: {words}",)
        assert "auc" not in set(result.numbers["statistic"])


def test_roc_with_one_case_has_no_interval():
    outcome = pd.Series(np.arange(N) == 3)
    result = roc(outcome, X, direction="high")
    assert 0 <= result.value("auc") <= 1
    for statistic in ("auc_se", "auc_low", "auc_high", "p"):
        assert math.isnan(result.value(statistic))
    assert any("only one patient" in w for w in result.warnings)


def test_a_marker_that_points_the_other_way_has_no_cutoff():
    result = roc(pd.Series([1, 1, 1, 0, 0, 0]), pd.Series(range(6)), direction="high")
    assert value(result, "auc") == 0
    statistics = set(result.numbers["statistic"])
    assert not statistics & {"cutoff", "cutoff_low", "sensitivity", "youden", "true_positive"}
    assert result.warnings == (
        "the marker separates the outcomes perfectly, but in the other direction: the area’s "
        "interval has no width",
        "no cut-off is given: none does better than chance (the largest Youden index is 0)",
    )


def test_an_area_below_half_is_said_to_point_the_other_way():
    outcome = pd.Series([1, 1, 0, 1, 0, 0, 0, 1])
    result = roc(outcome, pd.Series(range(8)), direction="high")
    assert value(result, "auc") < 0.5
    assert "points in the other direction" in result.warnings[0]
    assert math.isfinite(value(result, "cutoff"))


def test_a_cutoff_from_outside_is_kept_where_none_does_better_than_chance():
    outcome = pd.Series([1, 1, 1, 0, 0, 0])
    result = roc(outcome, pd.Series(range(6)), direction="high", cutoff=2.5)
    assert value(result, "sensitivity") == 0


@pytest.mark.parametrize(("direction", "counted"), [("high", (2, 3)), ("low", (2, 3))])
def test_a_value_at_the_cutoff_is_on_the_side_that_is_asked_for(direction, counted):
    outcome, marker = pd.Series([1, 0, 1, 0, 1]), pd.Series([1.0, 2, 3, 4, 5])
    found = []
    for side in ("negative", "positive"):
        result = roc(outcome, marker, direction=direction, cutoff=3, at_cutoff=side)
        assert value(result, "cutoff") == 3
        found.append(value(result, "true_positive") + value(result, "false_positive"))
        assert ("equal to the cut-off of 3" in result.method) == (side == "positive")
    assert tuple(found) == counted
    with pytest.raises(ValueError, match="at_cutoff must be one of 'positive', 'negative'"):
        roc(outcome, marker, direction=direction, cutoff=3, at_cutoff="above")


def test_perfect_marker_is_said_to_have_no_width():
    result = roc(pd.Series([0, 0, 0, 1, 1, 1]), pd.Series(range(6)), direction="high")
    assert [result.value(s) for s in ("auc", "auc_low", "auc_high")] == [1, 1, 1]
    assert math.isnan(result.value("p"))
    assert any("separates the outcomes perfectly" in w for w in result.warnings)


def test_a_perfect_part_of_a_curve_is_said_to_have_no_width():
    result = partial_area(pd.Series([0, 0, 1, 1]), pd.Series(range(4)), direction="high",
                          between=(0.8, 1), bootstraps=9)  # fmt: skip
    assert result.value("partial_auc_low") == result.value("partial_auc_high")
    assert result.warnings == (
        "the interval has no width: all bootstrap samples have the same area",
    )


def test_roc_ignores_the_index_and_counts_the_missing():
    outcome = pd.Series(EVENT)
    marker = X.copy()
    marker[:3] = math.nan
    plain = roc(outcome, marker, direction="high", cutoff=0.0)
    other = roc(outcome, marker.set_axis(range(100, 100 + N)), direction="high", cutoff=0.0)
    pd.testing.assert_frame_equal(plain.numbers, other.numbers)
    assert (plain.n_used, plain.n_missing) == (N - 3, 3)


def test_cutoff_between_neighbours_of_the_last_digit():
    x = np.array([1.0, np.nextafter(1.0, 2), np.nextafter(np.nextafter(1.0, 2), 2)])
    curve = roc_curve(np.array([False, True, True]), x, "high")
    for cutoff, sensitivity in zip(curve.cutoff, curve.sensitivity, strict=True):
        assert ((x > cutoff) & [False, True, True]).sum() / 2 == sensitivity


# ---- Matching -----------------------------------------------------------------


def test_matching_that_cannot_be_done():
    frame = frame_of(x=X)
    for treated, why in (
        ([0] * N, "no patient has the treatment"),
        ([1] * N, "every patient has the treatment"),
        ([None] * N, "no patient has every value known"),
    ):
        matched = match(pd.Series(treated, dtype=object), frame, ["x"])
        assert matched.result.warnings == (f"matching not done: {why}",)
        assert (matched.sets == 0).all()


def test_matching_of_separated_groups_says_so():
    matched = match(pd.Series(np.arange(N) > 20), frame_of(x=np.arange(N) + 0.0), ["x"])
    assert matched.result.warnings[0].startswith(
        "the propensity model separates the groups: `x` tells them apart in some patients"
    )


def test_matching_says_which_level_separates_the_groups():
    level = category(*["a"] * 10, *["b"] * 10, *["c"] * 10)
    treated = pd.Series([False, True] * 10 + [True] * 10)
    warnings = match(treated, frame_of(g=level), ["g"]).result.warnings
    words = "`g` c (all of 10 patients have the treatment) tells them apart in some patients"
    assert any(words in w for w in warnings)


def test_follow_up_times_that_are_all_0_are_pointed_out():
    endpoint = Endpoint(np.zeros(N), np.arange(N) % 2 == 0)
    words = "every follow-up time is 0: nobody was observed for any time"
    assert words in kaplan_meier(endpoint).warnings
    assert words in logrank(endpoint, category(*["a", "b"] * (N // 2))).warnings


def test_matching_with_missing_covariates():
    frame = frame_of(x=X.where(X.index > 3), g=category(*["a", "b", "c"] * 10))
    matched = match(pd.Series(EVENT), frame, ["x", "g"], caliper=None)
    assert np.isnan(matched.score[:4]).all()
    assert (matched.sets[:4] == 0).all()
    assert matched.result.n_missing == 4
    assert any("not scored for a missing value: 4 patients" in w for w in matched.result.warnings)


def test_a_single_treated_patient():
    matched = match(pd.Series(np.arange(N) == 4), frame_of(x=X), ["x"], caliper=None)
    assert (matched.sets > 0).sum() == 2
    assert math.isnan(value(matched.result, "smd", term="x", group="after matching"))


# ---- Comparisons --------------------------------------------------------------


def outcome_of(samples, test):
    return test([np.array(s, float) for s in samples])


@pytest.mark.parametrize("test", [compare_means, compare_ranks])
def test_an_empty_group(test):
    for samples in ([[], [1, 2, 3]], [[1, 2], [], [3, 4]]):
        outcome = outcome_of(samples, test)
        assert math.isnan(outcome.p)
        assert "a group has" in outcome.warning


@pytest.mark.parametrize("choice", ["welch", "student"])
def test_constant_values(choice):
    """0.1 + 0.1 + 0.1 has a variance of 2e-34 in floating point: it is still constant."""
    for samples in ([[0.1] * 3, [0.1] * 7], [[0.1] * 3, [0.3] * 3], [[0.1] * 3] * 3):
        outcome = compare_means([np.array(s) for s in samples], convention(two_means=choice))
        assert math.isnan(outcome.p)
        assert outcome.warning.endswith("the values of a group do not vary")


def test_one_constant_group_of_two():
    """R: ``t.test(c(1, 1, 1), c(1, 2, 3, 5))``."""
    outcome = outcome_of([[1, 1, 1], [1, 2, 3, 5]], compare_means)
    assert outcome.df == 3
    assert outcome.statistic == pytest.approx(-1.75 / math.sqrt(35 / 12 / 4))
    three = outcome_of([[1, 1, 1], [1, 2, 3, 5], [2, 3, 4]], compare_means)
    assert math.isnan(three.p)


def test_ranks_of_equal_values():
    for samples in ([[2, 2], [2, 2]], [[2, 2], [2], [2]]):
        outcome = outcome_of(samples, compare_ranks)
        assert math.isnan(outcome.p)
        assert outcome.warning.endswith("all values are the same")


def test_counts_without_a_comparison():
    assert compare_counts([[3, 4]]).warning.endswith("all patients are at one level")
    assert compare_counts([[3, 0], [2, 0]]).warning.endswith("a group has no known value")
    assert compare_counts([[3, 2], [0, 0], [1, 4]]).p == compare_counts([[3, 2], [1, 4]]).p


def test_table_too_large_for_an_exact_test():
    outcome = compare_counts([[100, 100, 100, 1], [100, 90, 80, 3], [50, 60, 70, 2]])
    words = "p estimated from 100,000 random tables, standard error 0.001, seed 1"
    assert outcome.method == f"Fisher–Freeman–Halton exact test ({words})"
    assert 0 < outcome.p_se < 0.002


def test_table_with_every_oddity():
    frame = frame_of(
        x=[1.0, 2, math.nan, 4, 5],
        same=[0.1] * 5,
        unknown=[math.nan] * 5,
        only_one=[1.0, math.nan, math.nan, 2.0, 3.0],
        level=pd.Categorical(["a", "a", "b", None, "b"], categories=["a", "b", "nobody"]),
        flat=pd.Categorical(["a"] * 5),
        none=pd.Categorical([None] * 5, categories=["a", "b"]),
        g=pd.Categorical(["one", "one", "two", "two", None], categories=["one", "two", "nobody"]),
    )
    variables = ["x", "same", "unknown", "only_one", "level", "flat", "none"]
    result = compare_groups(frame, variables, by="g")
    assert compare_groups(frame, [Row("only_one", "mean")], by="g").warnings
    assert compare_groups(frame, [Row("level", test="ranks")], by="g").value("p", term="level") > 0
    assert result.n_missing == 1
    assert math.isnan(result.value("mean", term="unknown", group=OVERALL))
    assert math.isnan(result.value("smd", term="same"))
    assert result.value("count", term="level", group="one", level="nobody") == 0
    assert math.isnan(result.value("percent", term="none", group="one", level="a"))
    for name in ("same", "unknown", "flat", "none"):
        assert math.isnan(result.value("p", term=name))
        assert any(w.startswith(f"`{name}`: ") for w in result.warnings), name


def test_one_group_alone_and_nobody_are_pointed_out():
    frame = frame_of(y=[1.0, 0.0], g=pd.Categorical(["a", "a"], ["a", "b"]))
    for part, who in ((frame, "everybody is in the group ‘a’"), (frame[:0], "nobody has a group")):
        warnings = compare_groups(part, ["y"], by="g").warnings
        assert warnings[0] == f"groups of `g` not compared: {who}"
        risks = compare_risks(part["y"], part["g"]).warnings
        assert risks[0] == "groups not compared: there are fewer than two"
    assert compare_groups(frame[:0], ["y"]).warnings == ("there is no patient to describe",)
    assert compare_risks(frame["y"][:0]).warnings == ("there is no patient with a known outcome",)


def test_a_difference_of_means_that_no_row_has_is_pointed_out():
    frame = frame_of(y=X, g=["a", "b"] * 15)
    told = "no difference of means: it takes two groups and a row tested by its means"
    assert told in compare_groups(frame, ["y"], by="g", difference=True).warnings
    mean = compare_groups(frame, [Row("y", "mean")], by="g", difference=True)
    assert told not in mean.warnings
    # R's t.test(first, second) has the sign of the first less the second.
    assert mean.value("test_statistic") * mean.value("mean_difference") < 0


def test_text_is_described_by_its_levels_in_order():
    frame = frame_of(x=["b", "a", None] * 10, yes=[True, False, True] * 10, g=["p", "q"] * 15)
    levels = frame.assign(x=frame["x"].astype("category"), yes=frame["yes"].astype("category"))
    for part in (frame, frame.astype({"x": "string", "yes": "boolean"})):
        found = compare_groups(part, ["x", "yes"], by="g")
        same = compare_groups(levels, ["x", "yes"], by="g")
        pd.testing.assert_frame_equal(found.numbers, same.numbers)
    weights = pd.Series(np.ones(N))
    assert weighted_groups(frame, ["x"], weights=weights).value("count", level="a") == 10


def test_smd_without_spread():
    a, b = pd.Series([0.1] * 3), pd.Series([0.3] * 3)
    assert math.isnan(smd(a, b))
    assert math.isnan(smd(pd.Series([1.0]), pd.Series([1.0, 2.0])))
    assert math.isnan(smd(pd.Series([], dtype=float), b))
    levels = ["x", "y", "z"]
    one = category("x", "x", "x", categories=levels)
    assert math.isnan(smd(one, category("y", "z", "y", categories=levels)))  # nothing shared
    assert math.isnan(smd(one, category("y", "y", "y", categories=levels)))
    assert math.isnan(smd(one, one))
    assert smd(category(*"xyz"), category(*"xyz")) == 0


def test_score_of_an_ordered_factor():
    frame = frame_of(g=pd.Categorical(["lo", "mid", "hi"] * 10, ["lo", "mid", "hi"], ordered=True))
    frame["codes"] = frame["g"].cat.codes.astype(float)
    ours = cox_of(frame, [Covariate("g", score=True)])
    plain = cox_of(frame, ["codes"])
    for statistic in ("coefficient", "p"):
        assert value(ours, statistic, term="g") == value(plain, statistic, term="codes")


def test_a_singular_step_does_not_stop_the_kernel():
    """Covariates that differ only among patients who left before the first event."""
    time = np.array([1.0, 1, 2, 3, 4, 5])
    event = np.array([0, 0, 1, 1, 1, 0], bool)
    matrix = np.array([[1.0], [2], [0], [0], [0], [0]])
    fitted = cox_kernel.fit(time, event, matrix)
    assert np.isnan(fitted.beta).all()
    result = cox(Endpoint(time, event), frame_of(x=matrix[:, 0]), ["x"])
    assert no_estimates(result)


def test_lung_with_a_patient_alone_at_a_level():
    frame = data("lung.csv")
    frame["ph.ecog"] = pd.Categorical(frame["ph.ecog"])
    result = compare_groups(frame, [Row("age", "mean")], by="ph.ecog")
    assert "fewer than two known values" in result.warnings[0]
    assert math.isnan(result.value("p", term="age"))
    assert kaplan_meier(endpoint("lung", frame), frame["ph.ecog"]).value("n", group="3.0") == 1
