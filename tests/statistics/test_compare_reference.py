"""Descriptions and tests of difference against R's stats package."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, names

from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.comparing.smd import smd
from cohort_stats.comparing.tests_of_difference import (
    chi_square,
    compare_counts,
    compare_means,
    compare_ranks,
    expected_counts,
)
from cohort_stats.kernels.network import fisher

NUMERIC = names("compare", "numeric ")


def numeric_case(name: str):
    """Frame of two columns without missing values, the variable and the grouping."""
    _, _, variable, _, by = name.removesuffix(" (0 to 2)").split()
    frame = data(case("compare", name)["data"])
    if "(0 to 2)" in name:  # one patient is alone at level 3
        frame = frame[frame[by].isin([0, 1, 2])]
    frame = frame[[variable, by]].dropna()
    return frame.assign(**{by: factor(frame[by])}), variable, by


def same_test(outcome, wanted: dict, what: str) -> None:
    close(outcome.statistic, wanted["statistic"], f"{what}: statistic")
    close(outcome.p, wanted["p"], f"{what}: p", P_VALUE)


@pytest.mark.parametrize("name", NUMERIC)
def test_means(name):
    wanted = case("compare", name)["values"]
    frame, variable, by = numeric_case(name)
    samples = [g[variable].to_numpy(float) for _, g in frame.groupby(by, observed=True)]
    for choice in ("welch", "student"):
        outcome = compare_means(samples, convention(two_means=choice))
        if len(samples) == 2:
            same_test(outcome, wanted[choice], f"{name}: {choice}")
            close(outcome.df, wanted[choice]["df"], name)
        else:
            r_name = {"welch": "welch_anova", "student": "anova"}[choice]
            same_test(outcome, wanted[r_name], f"{name}: {r_name}")
            close([outcome.df, outcome.df_denominator], wanted[r_name]["df"], name)


@pytest.mark.parametrize("name", NUMERIC)
def test_ranks(name):
    wanted = case("compare", name)["values"]
    frame, variable, by = numeric_case(name)
    samples = [g[variable].to_numpy(float) for _, g in frame.groupby(by, observed=True)]
    if len(samples) == 2:
        plain = compare_ranks(samples, convention(rank_test="asymptotic"))
        same_test(plain, wanted["wilcoxon_uncorrected"], f"{name}: wilcoxon")
        corrected = compare_ranks(samples, convention(rank_test="continuity"))
        same_test(corrected, wanted["wilcoxon"], f"{name}: wilcoxon, continuity")
    else:
        outcome = compare_ranks(samples)
        same_test(outcome, wanted["kruskal"], f"{name}: kruskal")
        close(outcome.df, wanted["kruskal"]["df"])


@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("kind", [7, 6])
def test_table_of_numbers(name, kind):
    """The verb: each group and everybody, with the test that its row asks for."""
    wanted = case("compare", name)["values"]
    frame, variable, by = numeric_case(name)
    row = Row(variable, summary="mean")
    result = compare_groups(frame, [row], by=by, conventions=convention(quartiles=kind))
    named = dict(zip(frame[by].cat.categories.map(str), wanted["groups"].values(), strict=True))
    for group, one in {"Overall": wanted["overall"], **named}.items():
        for statistic in ("n", "mean", "sd", "median", "min", "max"):
            got = result.value(statistic, group=group, term=variable)
            close(got, one[statistic], f"{name}: {group} {statistic}")
        for statistic in ("q1", "q3"):
            got = result.value(statistic, group=group, term=variable)
            close(got, one[f"{statistic}_type{kind}"], f"{name}: {group} {statistic}, type {kind}")
    test = wanted["welch" if "welch" in wanted else "welch_anova"]
    close(result.value("p", term=variable), test["p"], name, P_VALUE)
    if "smd" in wanted:  # ours is second minus first: treated minus control
        close(result.value("smd", term=variable), -wanted["smd"], f"{name}: smd")


@pytest.mark.parametrize("name", names("compare", "wilcoxon exact"))
def test_exact_ranks(name):
    reference = case("compare", name)
    samples = [np.array(reference["input"][c], float) for c in ("x", "y")]
    wanted = reference["values"]
    exact = compare_ranks(samples)
    same_test(exact, wanted, name)
    assert "exact" in exact.method
    same_test(compare_ranks(samples, convention(rank_test="continuity")), wanted, name)
    plain = compare_ranks(samples, convention(rank_test="asymptotic"))
    close(plain.p, wanted["p_normal_uncorrected"], name, P_VALUE)


def test_ranks_with_ties():
    reference = case("compare", "wilcoxon ties")
    samples = [np.array(reference["input"][c], float) for c in ("x", "y")]
    same_test(
        compare_ranks(samples, convention(rank_test="continuity")), reference["values"], "ties"
    )
    close(compare_ranks(samples).p, reference["values"]["p_uncorrected"], "ties", P_VALUE)


def test_equal_samples():
    reference = case("compare", "wilcoxon equal")
    samples = [np.array(reference["input"][c], float) for c in ("x", "y")]
    close(compare_ranks(samples, convention(rank_test="continuity")).p, reference["values"]["p"])
    close(compare_means(samples).p, reference["values"]["t_p"])


TABLES = names("compare", "categorical ", "typed ")


@pytest.mark.parametrize("name", TABLES)
def test_counts(name):
    wanted = case("compare", name)["values"]
    table = np.array(wanted["table"], float)
    table = table[table.sum(axis=1) > 0]
    close(expected_counts(table), wanted["expected"], name)
    outcome = chi_square(table)
    same_test(outcome, wanted["chisq"], f"{name}: Pearson")
    close(outcome.df, wanted["chisq"]["df"])
    if "chisq_corrected" in wanted:
        yates = chi_square(table, convention(chi_square="yates"))
        same_test(yates, wanted["chisq_corrected"], f"{name}: Yates")
    small = wanted["min_expected"] < 5
    chosen = compare_counts(table)
    assert ("Fisher" in chosen.method) == small
    close(chosen.p, wanted["fisher_p"] if small else wanted["chisq"]["p"], name, P_VALUE)


@pytest.mark.parametrize("name", TABLES)
def test_fisher(name):
    wanted = case("compare", name)["values"]
    close(fisher(wanted["table"]), wanted["fisher_p"], name, P_VALUE)


@pytest.mark.parametrize("name", [n for n in TABLES if "smd" in case("compare", n)["values"]])
def test_smd_of_categories(name):
    wanted = case("compare", name)["values"]
    table = np.array(wanted["table"], int)
    levels = [f"level {k}" for k in range(len(table))]
    first, second = (
        pd.Series(pd.Categorical(np.repeat(levels, column), categories=levels))
        for column in table.T
    )
    got = smd(first, second)
    close(abs(got), wanted["smd"], name)
    if len(table) == 2:
        close(got, wanted["smd_by_row"][1], f"{name}: sign")


@pytest.mark.parametrize("name", names("compare", "describe "))
@pytest.mark.parametrize("kind", [7, 6])
def test_description(name, kind):
    reference = case("compare", name)
    wanted = reference["values"]
    variable = name.split()[-1]
    frame = data(reference["data"])
    result = compare_groups(frame, [variable], conventions=convention(quartiles=kind))
    for statistic in ("n", "missing", "mean", "sd", "median", "min", "max"):
        close(result.value(statistic, term=variable), wanted[statistic], f"{name}: {statistic}")
    for statistic in ("q1", "q3"):
        got = result.value(statistic, term=variable)
        close(got, wanted[f"{statistic}_type{kind}"], f"{name}: {statistic}, type {kind}")
