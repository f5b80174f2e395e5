"""Cuts, intervals, conditions, and the rule that builds a multivariable model."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from r_values import data, endpoint

import cohort_stats
from cohort_stats.condition import Condition
from cohort_stats.derive import cut, interval
from cohort_stats.distributions import chi_square_tail, f_tail, normal_two_sided, t_two_sided
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.design import design
from cohort_stats.regression.model_building import Selection, build_model, univariable_p

FRAME = pd.DataFrame(
    {"age": [40.0, 50.0, np.nan, 60.0], "stage": pd.Categorical(["I", "II", "I", None])}
)


@pytest.mark.parametrize(
    ("at_least", "levels"),
    [(True, ["low", "high", "high", None]), (False, ["low", "low", "high", None])],
)
def test_cut(at_least, levels):
    values = pd.Series([4.9, 5.0, 5.1, np.nan], index=[3, 1, 2, 0])
    found = cut(values, [5.0], ["low", "high"], at_least=at_least)
    assert found.index.equals(values.index)
    assert found.cat.ordered
    assert [None if pd.isna(v) else v for v in found] == levels


@pytest.mark.parametrize(
    ("at", "labels", "words"),
    [
        ([5, 5], ["a", "b", "c"], "at must ascend; got [5, 5]"),
        ([5, 3], ["a", "b", "c"], "at must ascend; got [5, 3]"),
        ([5], ["a"], "labels must be 2; got 1"),
    ],
)
def test_cut_refuses(at, labels, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        cut(FRAME["age"], at, labels)


def test_interval():
    start = pd.Series(pd.to_datetime(["2020-01-01", "2020-01-01", None]))
    end = pd.Series(pd.to_datetime(["2020-12-31", "2020-01-01", "2020-01-01"]))
    assert interval(start, end, "days").tolist()[:2] == [365, 0]
    assert interval(start, end)[0] == pytest.approx(365 / 30.4375)
    assert interval(start, end, "years")[0] == pytest.approx(365 / 365.25)
    assert interval(start, end).isna().tolist() == [False, False, True]
    with pytest.raises(ValueError, match="unit must be one of 'days', 'months', 'years'; got 'h'"):
        interval(start, end, "h")


@pytest.mark.parametrize(
    ("comparison", "limit", "met"),
    [
        ("below", 50, [1, 0]),
        ("at_most", 50, [1, 1]),
        ("above", 40, [0, 1]),
        ("at_least", 40, [1, 1]),
    ],
)
def test_condition_on_a_number(comparison, limit, met):
    holds, unknown = Condition("age", comparison, limit).holds(FRAME)
    assert holds[:2].tolist() == met
    assert unknown.tolist() == [False, False, True, False]
    assert not (holds & unknown).any()


@pytest.mark.parametrize(
    ("comparison", "levels", "met"),
    [("is", "I", [1, 0, 1, 0]), ("is_not", "I", [0, 1, 0, 0]), ("in", ("I", "II"), [1, 1, 1, 0])],
)
def test_condition_on_a_level(comparison, levels, met):
    holds, unknown = Condition("stage", comparison, levels).holds(FRAME)
    assert holds.tolist() == met
    assert unknown.tolist() == [False, False, False, True]


def test_condition_on_missing():
    for wanted, met in ((True, [0, 0, 1, 0]), (False, [1, 1, 0, 1])):
        holds, unknown = Condition("age", "missing", wanted).holds(FRAME)
        assert holds.tolist() == met
        assert not unknown.any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Condition("age", "like", 1), "comparison must be one of 'is', 'is_not'"),
        (lambda: Condition("size", "is", 1).holds(FRAME), "variable must be a column of the frame"),
        (lambda: Condition("stage", "above", 1).holds(FRAME), "above needs numbers; 'stage' holds"),
        (
            lambda: Selection("best"),
            "rule must be one of 'univariable', 'given', 'all', 'forward'",
        ),
    ],
)
def test_refusals(make, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        make()


def test_design():
    columns = design(
        FRAME.assign(flag=[True, False, True, True]), ["age", "stage", Covariate("flag")]
    )
    assert columns.terms == ("age", "stage", "flag")
    assert columns.levels == ("", "II", "True")
    assert columns.references == {"stage": "I", "flag": "False"}
    np.testing.assert_array_equal(columns.matrix[:, 1], [0, 1, 0, np.nan])
    assert columns.names(np.array([True, True, False])) == ["`age`", "`stage` II"]


def fitter():
    frame = data("gbsg2.csv").assign(constant=1.0)
    end = endpoint("gbsg2", frame)
    return lambda covariates: cox(end, frame, covariates)


CANDIDATES = [Covariate(name) for name in ("horTh", "age", "tgrade", "pnodes", "constant")]


def test_univariable_rule():
    alone, together = build_model(fitter(), CANDIDATES, Selection("univariable"))
    entered = alone.numbers[alone.numbers["statistic"] == "entered"].set_index("term")["value"]
    assert entered.to_dict() == {"horTh": 1, "age": 0, "tgrade": 1, "pnodes": 1, "constant": 0}
    assert set(together.numbers["term"]) == {"", "horTh", "tgrade", "pnodes"}
    assert alone.value("global_p", term="tgrade") == univariable_p(
        fitter()([Covariate("tgrade")]), "tgrade"
    )
    assert any("`constant` does not vary" in w for w in alone.warnings)
    names = [c.variable for c in CANDIDATES]
    by_name = cohort_stats.build_model(fitter(), names, Selection("univariable"))[0]
    pd.testing.assert_frame_equal(by_name.numbers, alone.numbers)


def test_given_rule():
    alone, together = build_model(fitter(), CANDIDATES, Selection("given", given=("age",)))
    assert set(together.numbers["term"]) == {"", "age"}
    assert alone.value("entered", term="tgrade") == 0
    with pytest.raises(ValueError, match="given must be one of 'horTh', .*; got 'size'"):
        build_model(fitter(), CANDIDATES, Selection("given", given=("size",)))


def test_nothing_enters_and_nothing_to_enter():
    assert build_model(fitter(), CANDIDATES, Selection("univariable", p_below=0.0))[1] is None
    with pytest.raises(ValueError, match="covariates must name at least one candidate; got none"):
        build_model(fitter(), [], Selection("all"))


def test_tails_stay_exact_far_out():
    """By identities between the distributions; far out nothing may be cut off to 0."""
    assert normal_two_sided(10.0) == pytest.approx(1.523970604832105e-23, rel=1e-12)
    assert normal_two_sided(1.959963984540054) == pytest.approx(0.05, rel=1e-12)
    assert t_two_sided(12.0, 1e9) == pytest.approx(normal_two_sided(12.0), rel=1e-4)
    assert chi_square_tail(100.0, 1) == pytest.approx(normal_two_sided(10.0), rel=1e-12)
    assert chi_square_tail(100.0, 2) == pytest.approx(np.exp(-50), rel=1e-12)
    assert chi_square_tail(-1e-14, 1) == 1  # a likelihood ratio of 0, but for rounding
    assert np.isnan(chi_square_tail(np.nan, 1))
    assert f_tail(9.0, 1, 7.0) == pytest.approx(t_two_sided(3.0, 7.0), rel=1e-12)
