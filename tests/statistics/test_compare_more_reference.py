"""Ordered groups, pairs of groups, differences and checks against R."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, names

from cohort_stats import check_assumptions, compare_groups
from cohort_stats.comparing.adjust import adjust
from cohort_stats.comparing.pairwise import dunn, pairwise, tukey
from cohort_stats.comparing.rows import Row
from cohort_stats.comparing.smd import smd, smd_of_groups
from cohort_stats.comparing.tests_of_difference import (
    chi_square,
    compare_counts,
    compare_means,
    compare_ranks,
    mean_difference,
)
from cohort_stats.comparing.tests_of_trend import cochran_armitage, jonckheere, linear_by_linear
from cohort_stats.kernels.exact import fisher_simulated
from cohort_stats.kernels.network import fisher

STEM = "compare_more"
NUMERIC = names(STEM, "numeric ")
TABLES = names(STEM, "categorical ")
BH = {"holm": "holm", "bonferroni": "bonferroni", "bh": "benjamini-hochberg", "none": "none"}


def wanted_of(name: str) -> dict:
    return case(STEM, name)["values"]


def frame_of(name: str) -> tuple[pd.DataFrame, str, str]:
    _, _, variable, _, by = name.split()
    frame = data(case(STEM, name)["data"])
    if by == "ph.ecog":  # one patient is alone at level 3
        frame = frame[frame[by].isin([0, 1, 2])]
    frame = frame[[variable, by]].dropna()
    return frame.assign(**{by: factor(frame[by])}), variable, by


def samples_of(name: str) -> list[np.ndarray]:
    frame, variable, by = frame_of(name)
    return [g[variable].to_numpy(float) for _, g in frame.groupby(by, observed=True)]


@pytest.mark.parametrize("name", NUMERIC)
def test_jonckheere(name):
    wanted = wanted_of(name)["jonckheere"]
    outcome = jonckheere(samples_of(name))
    close(outcome.statistic, wanted["statistic"], name)
    close(outcome.p, wanted["p"], name, P_VALUE)


@pytest.mark.parametrize("name", NUMERIC)
def test_checks_of_assumptions(name):
    frame, variable, by = frame_of(name)
    wanted, result = wanted_of(name), check_assumptions(frame, [variable], by=by)
    numbers = result.numbers
    for statistic, key in (("normality_w", "shapiro_w"), ("normality_p", "shapiro_p")):
        got = numbers.loc[numbers["statistic"] == statistic, "value"]
        close(got, wanted[key], f"{name}: {statistic}", P_VALUE)
    for test in ("levene", "brown_forsythe"):
        close(result.value(f"{test}_f"), wanted[test]["f"], name)
        close(result.value(f"{test}_p"), wanted[test]["p"], name, P_VALUE)


@pytest.mark.parametrize("name", NUMERIC)
def test_welch_anova(name):
    wanted = wanted_of(name)["welch_anova"]
    outcome = compare_means(samples_of(name))
    close(outcome.p, wanted["p"], name, P_VALUE)
    if np.isfinite(outcome.df_denominator):
        close(outcome.statistic, wanted["statistic"], name)
        close([outcome.df, outcome.df_denominator], wanted["df"], name)


@pytest.mark.parametrize("name", [n for n in NUMERIC if "student" in wanted_of(n)
                                  and "pairs" not in wanted_of(n)])  # fmt: skip
@pytest.mark.parametrize("choice", ["welch", "student"])
def test_difference_of_means(name, choice):
    wanted = wanted_of(name)[choice]
    first, second = samples_of(name)
    triple = mean_difference(first, second, convention(two_means=choice))
    close(triple, [wanted[k] for k in ("difference", "low", "high")], name)
    frame, variable, by = frame_of(name)
    row = Row(variable, "mean")
    result = compare_groups(
        frame, [row], by=by, difference=True, conventions=convention(two_means=choice)
    )
    close(result.value("mean_difference_low"), wanted["low"], name)


PAIRS = [n for n in NUMERIC if "pairs" in wanted_of(n)]


@pytest.mark.parametrize("name", PAIRS)
def test_pairs(name):
    wanted, samples = wanted_of(name), samples_of(name)
    assert [f"{i + 1}-{j + 1}" for i, j in combinations(range(len(samples)), 2)] == wanted["pairs"]
    tests = {
        "welch": compare_means,
        "student": lambda s: compare_means(s, convention(two_means="student")),
        "wilcoxon": lambda s: compare_ranks(s, convention(rank_test="asymptotic")),
    }
    for kind, test in tests.items():
        for key, values in wanted[kind].items():
            found = pairwise(samples, test, adjustment=BH[key])
            close([p.p_adjusted for p in found], values, f"{name}: {kind} {key}", P_VALUE)


@pytest.mark.parametrize("name", PAIRS)
def test_dunn_and_tukey(name):
    wanted, samples = wanted_of(name), samples_of(name)
    found = dunn(samples)
    close([p.outcome.statistic for p in found], wanted["dunn"]["z"], name)
    close([p.outcome.p for p in found], wanted["dunn"]["p"], name, P_VALUE)
    close([p.p_adjusted for p in found], wanted["dunn"]["holm"], name, P_VALUE)
    found = tukey(samples)
    close([p.difference[0] for p in found], wanted["tukey"]["difference"], name)
    # R's ptukey is right to about 2e-9 only (see the integral in test_compare_more.py), and its
    # qtukey stops at a step of 1e-4.
    np.testing.assert_allclose(
        [p.p_adjusted for p in found], wanted["tukey"]["p"], rtol=P_VALUE, atol=5e-9
    )
    close([p.difference[1] for p in found], wanted["tukey"]["low"], name, 1e-5)
    close([p.difference[2] for p in found], wanted["tukey"]["high"], name, 1e-5)


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_in_a_comparison(name):
    """The verb names the pair, and each row has its own family of p-values."""
    frame, variable, by = frame_of(name)
    wanted = wanted_of(name)
    frame = frame.assign(again=frame[variable])
    rows = [Row(variable, "mean"), Row("again", pairs="dunn")]
    result = compare_groups(frame, rows, by=by, posthoc="bonferroni")
    levels = list(map(str, frame[by].cat.categories))
    for (first, second), p in zip(
        combinations(levels, 2), wanted["welch"]["bonferroni"], strict=True
    ):
        got = result.value("p_adjusted", term=variable, group=first, level=second)
        close(got, p, name, P_VALUE)
    got = result.value("p", term="again", group=levels[0], level=levels[1])
    close(got, wanted["dunn"]["p"][0], name, P_VALUE)
    close(result.value("smd_largest", term=variable), wanted["smd"]["largest"], name)
    close(result.value("smd_mean", term=variable), wanted["smd"]["mean"], name)
    assert "Bonferroni’s method" in result.method


@pytest.mark.parametrize("name", TABLES)
def test_tables(name):
    wanted = wanted_of(name)
    table = np.array(wanted["table"], float)
    found = {
        "linear": linear_by_linear(table),
        "likelihood_ratio": chi_square(table, convention(chi_square="likelihood ratio")),
        "n_minus_1": chi_square(table, convention(chi_square="n-1")),
        "trend": cochran_armitage(table),
    }
    for kind, outcome in found.items():
        if kind in wanted:
            close(outcome.statistic, wanted[kind]["statistic"], f"{name}: {kind}")
            close(outcome.p, wanted[kind]["p"], f"{name}: {kind}", P_VALUE)
        elif kind == "n_minus_1":
            assert outcome == chi_square(table)
        else:
            assert "two groups, or a variable of two levels" in outcome.warning
    plain = convention(small_counts="chi-square")
    for key, values in wanted.get("pairs", {}).items():
        pairs = pairwise(
            list(table.T),
            lambda two: compare_counts(np.column_stack(two), plain),
            adjustment=BH[key],
        )
        close([p.p_adjusted for p in pairs], values, f"{name}: {key}", P_VALUE)


@pytest.mark.parametrize("name", [n for n in TABLES if "smd" in wanted_of(n)])
def test_smd_of_several_groups(name):
    frame, variable, by = frame_of(name)
    column = frame[variable]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = factor(column)
    largest, mean = smd_of_groups([column[frame[by] == g] for g in frame[by].cat.categories])
    close(largest, wanted_of(name)["smd"]["largest"], name)
    close(mean, wanted_of(name)["smd"]["mean"], name)


@pytest.mark.parametrize("name", names(STEM, "weighted "))
def test_weighted_smd(name):
    frame, weights = data("gbsg2.csv"), np.array(case(STEM, name)["input"]["weights"])
    column, treated = frame[name.split()[-1]], (frame["horTh"] == "yes").to_numpy()
    got = smd(column[treated], column[~treated], weights=(weights[treated], weights[~treated]))
    wanted = wanted_of(name)["smd"]
    close(abs(got) if isinstance(column.dtype, pd.CategoricalDtype) else got, wanted, name)


@pytest.mark.parametrize("name", names(STEM, "network "))
def test_exact_test_of_larger_tables(name):
    """R counts tables up to 3.5e-7 likelier than the observed one, we up to 1e-7."""
    table, wanted = case(STEM, name)["input"]["table"], wanted_of(name)["p"]
    assert fisher(table) == pytest.approx(wanted, rel=P_VALUE)
    assert fisher(np.array(table).T[::-1]) == pytest.approx(fisher(table), rel=1e-10)


@pytest.mark.parametrize("name", names(STEM, "simulated "))
def test_simulated_exact_test(name):
    """Two estimates of one p: within four standard errors of their difference."""
    wanted, table = wanted_of(name), case(STEM, name)["input"]["table"]
    for seed in (1, 2, 3):
        p, se = fisher_simulated(table, 100_000, seed)
        assert abs(p - wanted["p"]) < 4 * np.hypot(se, wanted["se"])
    assert compare_counts(table, seed=3).p == p
    assert "seed 3" in compare_counts(table, seed=3).method


@pytest.mark.parametrize("name", names(STEM, "p.adjust "))
def test_adjustment(name):
    reference = case(STEM, name)
    p = np.array([np.nan if v is None else v for v in reference["input"]["p"]])
    wanted = [np.nan if v is None else v for v in reference["values"]["adjusted"]]
    close(adjust(p, BH[name.split()[-1].lower()]), wanted, name)


@pytest.mark.parametrize("name", ["p.adjust holm", "p.adjust bonferroni", "p.adjust BH"])
def test_adjustment_of_ten(name):
    reference = case("compare", name)
    close(
        adjust(reference["input"]["p"], BH[name.split()[-1].lower()]),
        reference["values"]["adjusted"],
        name,
    )
