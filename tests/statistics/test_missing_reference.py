"""Missing values and Rubin's rules against R (tests/reference/missing.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, data, names, value

from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.against_known import compare_missing
from cohort_stats.imputing.little import little_test
from cohort_stats.imputing.outcome_columns import nelson_aalen
from cohort_stats.imputing.patterns import missing_pattern
from cohort_stats.imputing.rubin import pool_chi_square, pool_estimates, pool_wald
from cohort_stats.kernels.imputation_draws import nearest_donors
from cohort_stats.results import pick
from cohort_stats.survival.curves import logrank


@pytest.mark.parametrize("name", names("missing", "pattern "))
def test_patterns_are_those_of_mice(name):
    wanted = case("missing", name)["values"]
    variables = wanted["variables"]
    result = missing_pattern(data(case("missing", name)["data"]), variables)
    assert value(result, "complete") == wanted["complete"]
    assert value(result, "patterns") == len(wanted["patients"])
    for j, variable in enumerate(variables):
        assert value(result, "missing", term=variable) == wanted["missing_of_variable"][j]
    theirs = {
        tuple(known): (patients, lacking)
        for known, patients, lacking in zip(
            wanted["known"], wanted["patients"], wanted["missing_of_pattern"], strict=True
        )
    }
    ours: dict = {}
    for k in range(1, len(theirs) + 1):
        known = tuple(
            int(value(result, "pattern_known", group=str(k), term=variable))
            for variable in variables
        )
        patients = value(result, "pattern_patients", group=str(k))
        ours[known] = patients, value(result, "pattern_missing", group=str(k))
    assert ours == theirs
    kinds = zip(
        ("rr", "rm", "mr", "mm"),
        ("both_known", "only_first_known", "only_second_known", "both_missing"),
        strict=True,
    )
    for theirs, ours in kinds:
        for i, row in pick(result.numbers, ours).iterrows():
            a, b = variables.index(row["term"]), variables.index(row["level"])
            assert row["value"] == wanted[theirs][a][b], i
    assert len(pick(result.numbers, "both_known")) >= len(variables) - 1


@pytest.mark.parametrize("name", names("missing", "little "))
def test_littles_test_is_that_of_its_likelihood_maximised_directly(name):
    wanted = case("missing", name)["values"]
    result = little_test(data(case("missing", name)["data"]), wanted["variables"])
    close(value(result, "mcar_chi_square"), wanted["chisq"], name)
    assert value(result, "mcar_df") == wanted["df"]
    close(value(result, "mcar_p"), wanted["p"], name, P_VALUE)


@pytest.mark.parametrize("name", names("missing", "donors "))
def test_donors_are_those_that_mice_picks_from(name):
    given, wanted = case("missing", name)["input"], case("missing", name)["values"]["pools"]
    pool = nearest_donors(
        np.array(given["wanted"]), np.array(given["offered"]), given["k"], np.random.default_rng(1)
    )
    for i, theirs in enumerate(wanted.values()):
        assert sorted(pool[i] + 1) == theirs


@pytest.mark.parametrize("name", names("missing", "scalar "))
def test_one_number_pools_as_in_mice(name):
    given, wanted = case("missing", name)["input"], case("missing", name)["values"]
    df = np.inf if given["df_complete"] is None else given["df_complete"]
    found = pool_estimates(np.array(given["q"]), np.array(given["u"]), df)
    for ours, theirs in (
        (found.estimate, "estimate"),
        (found.within, "within"),
        (found.between, "between"),
        (found.se**2, "total"),
        (found.df, "df"),
        (found.relative_increase, "r"),
        (found.fmi, "fmi"),
    ):
        close(ours, wanted[theirs], f"{name} {theirs}")
    close(found.p, wanted["p"], name, P_VALUE)


def test_the_cumulative_hazard_is_that_of_r():
    found = case("missing", "nelson-aalen")
    endpoint = Endpoint(np.array(found["input"]["time"]), np.array(found["input"]["died"]))
    close(nelson_aalen(endpoint), np.array(found["values"]["hazard"]), "hazard")
    unknown = Endpoint(np.array([*endpoint.time, np.nan]), np.array([*endpoint.event, True]))
    assert np.isnan(nelson_aalen(unknown)[-1])
    close(nelson_aalen(unknown)[:-1], nelson_aalen(endpoint), "one without a time")


def test_a_naive_donor_search_finds_the_same():
    rng = np.random.default_rng(5)
    offered, wanted = rng.normal(size=30), rng.normal(size=200) * 2
    pool = nearest_donors(wanted, offered, 5, rng)
    for i, target in enumerate(wanted):
        assert set(pool[i]) == set(np.argsort(np.abs(offered - target))[:5])
    tied = nearest_donors(np.zeros(3000), np.repeat([0.0, 1.0], 10), 5, np.random.default_rng(2))
    assert set(tied.ravel()) <= set(range(10))
    assert nearest_donors(np.zeros(4), np.array([1.0, 2.0]), 5, rng).shape == (4, 2)


def test_degrees_of_freedom_without_variation_are_those_of_complete_data():
    one = pool_estimates(np.full(5, 2.0), np.full(5, 0.25), 30)
    assert (one.se, one.fmi) == (0.5, pytest.approx(2 / (one.df + 3)))
    assert one.df == pytest.approx(31 / 33 * 30)
    assert pool_estimates(np.full(5, 2.0), np.full(5, 0.25)).df == np.inf
    same = pool_chi_square(np.full(4, 7.0), 2)
    assert (same.f, same.df_denominator) == (3.5, np.inf)
    both = pool_wald(np.tile([1.0, 2.0], (6, 1)), np.tile(np.eye(2), (6, 1, 1)))
    assert both.f == pytest.approx(2.5)
    with pytest.raises(ValueError, match="two or more sets"):
        pool_estimates(np.array([1.0]), np.array([1.0]))


def test_littles_test_says_when_there_is_nothing_to_test():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 3, 2, 5], "c": 1.0})
    assert "no value is missing" in little_test(frame, ["a", "b"]).warnings[0]
    few = pd.DataFrame({"a": [1.0, 2, 4], "b": [1.0, np.nan, 2], "c": [3.0, 1, 5]})
    assert "3 patients are too few for 3 columns" in little_test(few, ["a", "c", "b"]).warnings[-1]
    twice = frame.assign(b=2 * frame["a"])
    twice = pd.concat([twice] * 5, ignore_index=True)
    twice.loc[3:6, "b"] = np.nan
    assert "determine each other" in little_test(twice, ["a", "b"]).warnings[-1]
    left = little_test(
        pd.concat([frame] * 5).assign(a=[np.nan] * 3 + [1.0, 2] * 8 + [2.0]), ["a", "b", "c"]
    )
    assert left.warnings == ("`c` does not vary and is left out of Little’s test",)
    assert value(left, "mcar_df") == 1
    with pytest.raises(ValueError, match="at least 2 columns"):
        little_test(frame, ["a"])


def test_patients_with_a_missing_value_are_compared_with_the_others():
    frame = data("pbc.csv")
    endpoint = Endpoint(frame["time"].to_numpy(float), frame["status"] == 2, label="Death")
    result = compare_missing(frame, "chol", ["age", "chol", "sex"], endpoint=endpoint)
    missing = frame["chol"].isna()
    assert value(result, "n", group="Missing", term="") == missing.sum() == 134
    assert value(result, "mean", group="Missing", term="age") == frame["age"][missing].mean()
    assert set(result.numbers["term"]) == {"", "age", "sex", "Death"}
    means = [frame["age"][m].mean() for m in (missing, ~missing)]
    spread = np.sqrt((frame["age"][missing].var() + frame["age"][~missing].var()) / 2)
    close(value(result, "smd", term="age"), (means[0] - means[1]) / spread, "smd")
    tested = logrank(endpoint, missing.map({False: "a", True: "b"}))
    assert value(result, "p", term="Death") == value(tested, "p")
    with pytest.raises(ValueError, match="'age' is in nobody"):
        compare_missing(frame, "age", ["sex"])
