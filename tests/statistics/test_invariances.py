"""What must not change a result, and what must change it in a known way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from r_values import convention, data, endpoint, value

from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.comparing.smd import smd
from cohort_stats.comparing.tests_of_difference import compare_counts, compare_means, compare_ranks
from cohort_stats.discrimination.roc_curve import roc
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.nearest import match_nearest
from cohort_stats.matching.matched import match
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.survival.curves import kaplan_meier, logrank

MODEL = ["age", "tgrade", "pnodes", "horTh"]
quick = settings(max_examples=15, deadline=None, database=None)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def gbsg2():
    frame = data("gbsg2.csv")
    return endpoint("gbsg2", frame), frame


def same_numbers(a, b, rtol=1e-9):
    left, right = (r.numbers.drop(columns="method") for r in (a, b))
    pd.testing.assert_frame_equal(left, right, rtol=rtol, atol=1e-12)


@quick
@given(seeds)
def test_order_of_rows(seed):
    frame = data("gbsg2.csv")
    order = np.random.default_rng(seed).permutation(len(frame))
    shuffled = frame.iloc[order]
    end, moved = endpoint("gbsg2", frame), endpoint("gbsg2", shuffled)
    same_numbers(kaplan_meier(end, frame["tgrade"]), kaplan_meier(moved, shuffled["tgrade"]))
    same_numbers(logrank(end, frame["tgrade"]), logrank(moved, shuffled["tgrade"]))
    same_numbers(cox(end, frame, MODEL), cox(moved, shuffled, MODEL))
    wald = convention(logistic_interval="wald")
    same_numbers(
        logistic(frame["cens"], frame, MODEL, conventions=wald),
        logistic(shuffled["cens"], shuffled, MODEL, conventions=wald),
    )
    rows = ["age", "tgrade", Row("pnodes", "mean")]
    same_numbers(
        compare_groups(frame, rows, by="horTh"), compare_groups(shuffled, rows, by="horTh")
    )
    same_numbers(
        roc(frame["cens"], frame["pnodes"], direction="high", cutoff=4.5),
        roc(shuffled["cens"], shuffled["pnodes"], direction="high", cutoff=4.5),
    )


@quick
@given(seeds)
def test_matching_without_ties_does_not_depend_on_order(seed):
    rng = np.random.default_rng(seed)
    treated, controls = rng.normal(size=12), rng.normal(size=30)
    a, b = rng.permutation(12), rng.permutation(30)
    plain = match_nearest(treated, controls, 2, 0.4)
    moved = match_nearest(treated[a], controls[b], 2, 0.4)
    back = np.where(moved >= 0, b[moved], -1)
    np.testing.assert_array_equal(back, plain[a])


@pytest.mark.parametrize("scale", [1 / 30.4375, 1 / 365.25, 7.0])
def test_unit_of_time(gbsg2, scale):
    end, frame = gbsg2
    other = Endpoint(end.time * scale, end.event)
    same_numbers(cox(end, frame, MODEL), cox(other, frame, MODEL))
    same_numbers(logrank(end, frame["tgrade"]), logrank(other, frame["tgrade"]))
    days, scaled = kaplan_meier(end), kaplan_meier(other)
    for statistic in ("median", "median_low", "median_high", "median_follow_up"):
        assert scaled.value(statistic) == pytest.approx(scale * days.value(statistic))


@pytest.mark.parametrize("factor", [10.0, 0.5])
def test_per(gbsg2, factor):
    end, frame = gbsg2
    for fit in (
        lambda covariate: cox(end, frame, ["pnodes", covariate]),
        lambda covariate: logistic(frame["cens"], frame, ["pnodes", covariate]),
    ):
        plain, per = fit("age"), fit(Covariate("age", per=factor))
        for statistic in ("coefficient", "se"):
            got = value(per, statistic, term="age")
            assert got == pytest.approx(factor * value(plain, statistic, term="age"), rel=1e-9)
        name = "hazard_ratio" if "Cox" in plain.method else "odds_ratio"
        for statistic in (name, f"{name}_low", f"{name}_high"):
            got = value(per, statistic, term="age")
            assert got == pytest.approx(value(plain, statistic, term="age") ** factor, rel=1e-9)
        for statistic in ("z", "p"):
            got = value(per, statistic, term="age")
            assert got == pytest.approx(value(plain, statistic, term="age"), rel=1e-9)
        got = value(per, "coefficient", term="pnodes")
        assert got == pytest.approx(value(plain, "coefficient", term="pnodes"), rel=1e-9)


@pytest.mark.parametrize("shift", [2000.0, -1e5])
def test_origin_of_a_covariate(gbsg2, shift):
    """Years of the calendar, or ages, must fit equally well."""
    end, frame = gbsg2
    moved = frame.assign(age=frame["age"] + shift)
    for fit in (lambda f: cox(end, f, MODEL), lambda f: logistic(f["cens"], f, MODEL)):
        plain, other = fit(frame), fit(moved)
        name = "hazard_ratio" if "Cox" in plain.method else "odds_ratio"
        for statistic in ("coefficient", "se", f"{name}_low", f"{name}_high"):
            got = value(other, statistic, term="age")
            assert got == pytest.approx(value(plain, statistic, term="age"), rel=1e-6)


def test_change_of_reference(gbsg2):
    end, frame = gbsg2
    first = cox(end, frame, ["age", "tgrade"])
    other = cox(end, frame, ["age", Covariate("tgrade", reference="III")])
    grades = {
        level: value(first, "coefficient", term="tgrade", level=level) for level in ("II", "III")
    }
    assert value(other, "coefficient", term="tgrade", level="I") == pytest.approx(-grades["III"])
    assert value(other, "coefficient", term="tgrade", level="II") == pytest.approx(
        grades["II"] - grades["III"]
    )
    for statistic, where in (("global_p", {"term": "tgrade"}), ("lr_chi_square", {})):
        assert value(other, statistic, **where) == pytest.approx(value(first, statistic, **where))
    for statistic in ("coefficient", "p"):
        assert value(other, statistic, term="age") == pytest.approx(
            value(first, statistic, term="age")
        )


def test_names_of_levels(gbsg2):
    end, frame = gbsg2
    renamed = frame.assign(tgrade=frame["tgrade"].cat.rename_categories(["a", "b", "c"]))
    plain, other = cox(end, frame, MODEL), cox(end, renamed, MODEL)
    np.testing.assert_array_equal(plain.numbers["value"], other.numbers["value"])
    plain, other = kaplan_meier(end, frame["tgrade"]), kaplan_meier(end, renamed["tgrade"])
    np.testing.assert_array_equal(plain.numbers["value"], other.numbers["value"])


def test_flipped_event_and_covariate_signs(gbsg2):
    end, frame = gbsg2
    plain = cox(end, frame, ["age"])
    flipped = cox(end, frame.assign(age=-frame["age"]), ["age"])
    assert value(flipped, "hazard_ratio", term="age") == pytest.approx(
        1 / value(plain, "hazard_ratio", term="age")
    )
    assert value(flipped, "hazard_ratio_low", term="age") == pytest.approx(
        1 / value(plain, "hazard_ratio_high", term="age")
    )
    plain = logistic(frame["cens"], frame, ["age"])
    flipped = logistic(1 - frame["cens"], frame, ["age"])
    for low, high in (("low", "high"), ("high", "low")):
        assert value(flipped, f"odds_ratio_{low}", term="age") == pytest.approx(
            1 / value(plain, f"odds_ratio_{high}", term="age"), rel=1e-9
        )


@quick
@given(seeds)
def test_swap_of_two_groups(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, 12) + 0.0, rng.integers(2, 12, 15) + 0.0
    one, other = compare_means([a, b]), compare_means([b, a])
    assert (one.statistic, one.p) == (pytest.approx(-other.statistic), pytest.approx(other.p))
    one, other = compare_ranks([a, b]), compare_ranks([b, a])
    assert one.statistic == pytest.approx(len(a) * len(b) - other.statistic)
    assert one.p == pytest.approx(other.p)
    assert smd(pd.Series(a), pd.Series(b)) == pytest.approx(-smd(pd.Series(b), pd.Series(a)))
    table = rng.integers(1, 9, (3, 2))
    for turned in (table[:, ::-1], table[::-1], table.T):
        assert compare_counts(turned).p == pytest.approx(compare_counts(table).p)


@settings(quick, max_examples=4)
@given(seeds)
def test_monotone_transformation(seed):
    """Ranks, areas and Youden's index know only the order."""
    rng = np.random.default_rng(seed)
    x = pd.Series(rng.integers(1, 20, 50) / 2.0)
    outcome = pd.Series(rng.random(50) < 0.5)
    outcome[:2] = [True, False]
    for transformed in (np.log(x), x**3, 5 + 2 * x):
        plain = roc(outcome, x, direction="high")
        other = roc(outcome, transformed, direction="high")
        for statistic in ("auc", "auc_low", "auc_high", "p", "sensitivity", "specificity"):
            assert other.value(statistic) == pytest.approx(plain.value(statistic), nan_ok=True)
        groups = [x[outcome].to_numpy(), x[~outcome].to_numpy()]
        moved = [transformed[outcome].to_numpy(), transformed[~outcome].to_numpy()]
        assert compare_ranks(moved).p == pytest.approx(compare_ranks(groups).p)


@quick
@given(seeds)
def test_direction_and_area(seed):
    rng = np.random.default_rng(seed)
    x = pd.Series(rng.integers(0, 9, 40) + 0.0)
    outcome = pd.Series(rng.random(40) < 0.5)
    outcome[:4] = [True, False, True, False]
    high = roc(outcome, x, direction="high", cutoff=4.0)
    low = roc(outcome, x, direction="low", cutoff=4.0)
    assert low.value("auc") == pytest.approx(1 - high.value("auc"))
    assert low.value("auc_low") == pytest.approx(1 - high.value("auc_high"))
    mirrored = roc(outcome, -x, direction="low", cutoff=-4.0)
    for statistic in ("auc", "sensitivity", "specificity", "ppv", "npv", "youden"):
        assert mirrored.value(statistic) == pytest.approx(high.value(statistic), nan_ok=True)


def test_the_bootstrap_repeats_itself():
    frame = data("aSAH.csv")
    first, again, other = (
        roc(frame["outcome"] == "Poor", frame["s100b"], direction="high", seed=seed)
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first.numbers, again.numbers)
    assert not first.numbers.equals(other.numbers)


@quick
@given(seeds)
def test_observed_and_expected_events_add_up(seed):
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 15, 40) + 0.0, rng.random(40) < 0.7
    event[0] = True
    group = pd.Series(rng.choice(["a", "b", "c"], 40))
    result = logrank(Endpoint(time, event), group)
    parts = result.numbers.set_index("statistic")["value"]
    assert parts["observed"].sum() == pytest.approx(event.sum())
    assert parts["expected"].sum() == pytest.approx(event.sum())


def test_unit_of_a_covariate_in_matching(gbsg2):
    _, frame = gbsg2
    treated = frame["horTh"] == "yes"
    plain = match(treated, frame, ["age", "pnodes", "tgrade"])
    other = match(treated, frame.assign(age=frame["age"] * 12), ["age", "pnodes", "tgrade"])
    np.testing.assert_allclose(plain.score, other.score, rtol=1e-7)
    assert (plain.pairs > 0).sum() == (other.pairs > 0).sum()


def test_each_patient_is_in_at_most_one_pair_within_the_caliper(gbsg2):
    _, frame = gbsg2
    treated = (frame["horTh"] == "yes").to_numpy()
    matched = match(pd.Series(treated), frame, ["age", "pnodes", "tgrade"], ratio=2, caliper=0.1)
    width = matched.result.value("caliper")
    assert width == pytest.approx(0.1 * np.std(matched.score, ddof=1))
    for number in range(1, matched.sets.max() + 1):
        here = matched.sets == number
        assert (here & treated).sum() == 1
        assert 1 <= (here & ~treated).sum() <= 2
        gaps = np.abs(matched.score[here & ~treated] - matched.score[here & treated])
        assert gaps.max() <= width
