"""Results of completed sets pooled as mice does it (tests/reference/missing.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, data, factor, names, value

from cohort_stats.comparing.groups import compare_groups
from cohort_stats.comparing.rows import Row
from cohort_stats.conventions import RECOMMENDED
from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.chained_equations import impute
from cohort_stats.imputing.pooled_comparison import pool_comparison
from cohort_stats.imputing.pooled_models import pool_models
from cohort_stats.imputing.pooled_survival import pool_survival, pool_tests
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.ordinal_model import ordinal
from cohort_stats.results import pick
from cohort_stats.survival.curves import kaplan_meier, logrank

WALD = RECOMMENDED.overriding(logistic_interval="wald")


def sets_of(file: str) -> list[pd.DataFrame]:
    frame = data(file)
    if "ph.ecog" in frame:
        frame["ph.ecog"] = factor(frame["ph.ecog"])
    parts = [part.reset_index(drop=True) for _, part in frame.groupby("set")]
    for part in parts:
        for name in part.columns:
            if part[name].dtype == "category":
                part[name] = part[name].cat.remove_unused_categories()
    return parts


def death(frame: pd.DataFrame) -> Endpoint:
    died = frame["died"].astype(str) == "TRUE" if frame["died"].dtype != bool else frame["died"]
    return Endpoint(frame["time"].to_numpy(float), died.to_numpy(), "days", "Death")


def fitted(name: str, frame: pd.DataFrame):
    if name == "model cox":
        covariates = ["age", "sex", "ph.ecog", "wt.loss", "meal.cal"]
        return cox(death(frame), frame, covariates)
    return logistic(frame["hyp"] == "yes", frame, ["bmi", "chl"], conventions=WALD)


EACH = (
    ("coefficient", "estimate"),
    ("se", "se"),
    ("z", "statistic"),
    ("df", "df"),
    ("p", "p"),
    ("relative_increase", "riv"),
    ("fmi", "fmi"),
)


def test_proportional_odds_pool_as_in_mice():
    wanted = case("missing_ordinal", "ordinal")["values"]
    _, *completed = sets_of(case("missing_ordinal", "ordinal")["data"])
    result = pool_models([ordinal(f["ph.ecog"], f, ["age", "sex", "ph.karno"]) for f in completed])
    for j, term in enumerate(wanted["terms"]):
        for ours, theirs in EACH:
            rtol = P_VALUE if ours == "p" else 1e-7  # clm() solves to its 9th digit
            close(value(result, ours, term=term), wanted[theirs][j], f"{term} {ours}", rtol)
        close(np.log(value(result, "odds_ratio_low", term=term)), wanted["lower"][j], term, 1e-7)
        close(np.log(value(result, "odds_ratio_high", term=term)), wanted["upper"][j], term, 1e-7)
    for ours, theirs in (("wald", "whole_D1"), ("lr", "whole_lr_D2")):
        close(value(result, f"{ours}_f"), wanted[theirs]["f"], ours, 1e-7)
        close(value(result, f"{ours}_p"), wanted[theirs]["p"], ours, P_VALUE)


@pytest.mark.parametrize("name", names("missing", "model "))
def test_models_pool_as_in_mice(name):
    wanted = case("missing", name)["values"]
    _, *completed = sets_of(case("missing", name)["data"])
    result = pool_models([fitted(name, frame) for frame in completed])
    ratio = "hazard_ratio" if name == "model cox" else "odds_ratio"
    for j, term in enumerate(wanted["terms"]):
        where = {"term": term, "level": ""}
        if term.startswith("ph.ecog"):
            where = {"term": "ph.ecog", "level": term[-1]}
        for ours, theirs in EACH:
            rtol = P_VALUE if ours == "p" else 1e-8
            close(value(result, ours, **where), wanted[theirs][j], f"{name} {term} {ours}", rtol)
        close(value(result, "se_within", **where) ** 2, wanted["within"][j], term)
        close(value(result, "se_between", **where) ** 2, wanted["between"][j], term)
        close(np.log(value(result, f"{ratio}_low", **where)), wanted["lower"][j], term)
        close(np.log(value(result, f"{ratio}_high", **where)), wanted["upper"][j], term)
    for ours, theirs in (("wald", "whole_D1"), ("lr", "whole_lr_D2")):
        close(value(result, f"{ours}_f"), wanted[theirs]["f"], ours)
        close(value(result, f"{ours}_df_denominator"), wanted[theirs]["df2"], ours)
        close(value(result, f"{ours}_p"), wanted[theirs]["p"], ours, P_VALUE)
    if name == "model cox":
        close(value(result, "global_f", term="ph.ecog"), wanted["D1"]["f"], "D1")
        close(value(result, "global_df_denominator", term="ph.ecog"), wanted["D1"]["df2"], "D1")
        close(value(result, "global_p", term="ph.ecog"), wanted["D1"]["p"], "D1", P_VALUE)
    assert value(result, "imputations") == len(completed)


def test_survival_pools_on_the_complementary_log_log_scale():
    wanted = case("missing", "survival lung")["values"]
    _, *completed = sets_of("lung_imputed.csv")
    times = sorted(set(wanted["time"]))
    curves = [kaplan_meier(death(f), f["ph.ecog"], times=times) for f in completed]
    result = pool_survival(curves)
    for k, (time, group) in enumerate(zip(wanted["time"], wanted["group"], strict=True)):
        where = {"group": str(group), "time": time}
        close(value(result, "survival", **where), wanted["survival"][k], f"{where}")
        close(value(result, "survival_low", **where), wanted["low"][k], f"{where}")
        close(value(result, "survival_high", **where), wanted["high"][k], f"{where}")
    tests = pool_tests([logrank(death(f), f["ph.ecog"]) for f in completed])
    close(value(tests, "f"), wanted["logrank"]["f"], "D2")
    close(value(tests, "df_denominator"), wanted["logrank"]["df2"], "D2")
    close(value(tests, "p"), wanted["logrank"]["p"], "D2", P_VALUE)


@pytest.mark.parametrize("two_means", ["student", "welch"])
def test_a_comparison_pools_means_differences_and_counts(two_means):
    wanted = case("missing", "compare lung")["values"]
    _, *completed = sets_of("lung_imputed.csv")
    conventions = RECOMMENDED.overriding(two_means=two_means, small_counts="chi-square")
    rows = [Row("meal.cal", "mean"), Row("wt.loss"), Row("ph.ecog")]

    def table(frame, by="sex", rows=rows):
        frame = frame.assign(sex=factor(frame["sex"]))
        return compare_groups(frame, rows, by=by, difference=True, conventions=conventions)

    result = pool_comparison([table(f) for f in completed], rows, {"meal.cal": 47})
    assert value(result, "imputed_values", term="meal.cal", group="Overall") == 47
    for k, sex in enumerate(("1", "2")):
        where = {"term": "meal.cal", "group": sex}
        close(value(result, "mean", **where), wanted[f"sex{sex}"]["mean"], sex)
        close(value(result, "sd", **where), wanted["sd"][k], sex)
    test = wanted[two_means]
    for ours, theirs in (("", "difference"), ("_low", "low"), ("_high", "high")):
        close(value(result, f"mean_difference{ours}", term="meal.cal"), test[theirs], theirs)
    close(value(result, "f", term="meal.cal"), test["t"] ** 2, "t")
    close(value(result, "df_denominator", term="meal.cal"), test["df"], "df")
    close(value(result, "p", term="meal.cal"), test["p"], "p", P_VALUE)
    close(value(result, "f", term="ph.ecog"), wanted["counts"]["f"], "D2")
    close(value(result, "p", term="ph.ecog"), wanted["counts"]["p"], "D2", P_VALUE)
    assert np.isnan(value(result, "p", term="wt.loss"))
    assert pick(result.numbers, "p", term="wt.loss")["method"].iloc[0].startswith("rank tests")
    means = [f["wt.loss"].median() for f in completed]
    close(value(result, "median", term="wt.loss", group="Overall"), np.mean(means), "median")
    if two_means == "student":
        row = [Row("wt.loss", "mean")]
        three = pool_comparison([table(f, "ph.ecog", row) for f in completed], row)
        close(value(three, "f", term="wt.loss"), wanted["three_groups"]["f"], "D1")
        close(value(three, "df_denominator", term="wt.loss"), wanted["three_groups"]["df2"], "D1")
        close(value(three, "p", term="wt.loss"), wanted["three_groups"]["p"], "D1", P_VALUE)


def test_what_does_not_vary_pools_to_itself():
    complete = data("veteran.csv")
    endpoint = Endpoint(complete["time"].to_numpy(float), complete["status"] == 1)
    once = kaplan_meier(endpoint, complete["celltype"], times=[50, 100])
    pooled = pool_survival([once] * 4)
    for statistic in ("survival", "median", "curve", "curve_low", "n", "at_risk"):
        a = once.numbers.query("statistic == @statistic")["value"].to_numpy()
        b = pooled.numbers.query("statistic == @statistic")["value"].to_numpy()
        np.testing.assert_allclose(a, b, rtol=1e-12, err_msg=statistic)
    model = cox(endpoint, complete, ["age", "celltype"])
    again = pool_models([model] * 4)
    assert value(again, "coefficient", term="age") == value(model, "coefficient", term="age")
    assert value(again, "se", term="age") == pytest.approx(value(model, "se", term="age"))
    assert value(again, "relative_increase", term="age") == 0


def test_estimates_after_imputing_are_those_of_mice_within_chance():
    wanted = case("missing", "mice lung")["values"]
    first = sets_of("lung_imputed.csv")[0]
    first["ph.ecog"] = first["ph.ecog"].cat.as_ordered()
    variables = ["age", "sex", "ph.ecog", "ph.karno", "meal.cal", "wt.loss"]
    found = impute(first, variables, endpoints=[death(first)], imputations=60, iterations=5, seed=2)
    covariates = ["age", "sex", "ph.karno", "wt.loss", "meal.cal"]
    result = pool_models([cox(death(first), frame, covariates) for frame in found.frames])
    for j, term in enumerate(wanted["terms"]):
        estimate = value(result, "coefficient", term=term)
        between = value(result, "se_between", term=term)
        error = np.sqrt(wanted["between"][j] / wanted["m"] + between**2 / 60)
        assert abs(estimate - wanted["estimate"][j]) < 4 * error, term
        assert value(result, "se", term=term) == pytest.approx(wanted["se"][j], rel=0.15), term


def test_a_level_or_a_finite_estimate_that_a_set_lacks_is_named():
    frame = data("veteran.csv")
    endpoint = Endpoint(frame["time"].to_numpy(float), frame["status"] == 1)
    less = frame.copy()
    less.loc[less["celltype"] == "large", "celltype"] = "adeno"
    result = pool_models([cox(endpoint, f, ["age", "celltype"]) for f in (frame, less, frame)])
    assert result.warnings == (
        "not pooled, for want of a finite estimate in every set: `celltype` large",
    )
    assert np.isnan(value(result, "global_p", term="celltype"))
    assert np.isfinite(value(result, "p", term="age"))
    with pytest.raises(ValueError, match="two or more completed sets; got 1"):
        pool_models([cox(endpoint, frame, ["age"])])
