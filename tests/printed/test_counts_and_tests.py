"""Neighbouring counts, totals, exact and post-hoc tests: examples by hand and R, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import after_anova, chi_square, neighbours, pairs, tests_of_counts, totals
from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from analyses.printed.tests_of_means import Sample, p_of_means, p_under

digits = st.integers(0, 3)
counts = st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(lambda k: sum(k) > 0)


@pytest.mark.parametrize(
    ("printed", "verdict", "name"),
    [
        ("4.76", Verdict.REPRODUCED, "chi-square test (Pearson)"),
        ("4.75", Verdict.UNDER_CONVENTION, "chi-square test (Pearson), cut off"),
        ("3.15", Verdict.UNDER_CONVENTION, "chi-square test with Yates’ correction"),
        ("4.67", Verdict.UNDER_CONVENTION, "chi-square test (N − 1)"),
        ("5.14", Verdict.UNDER_CONVENTION, "likelihood-ratio chi-square test"),
        ("2.36", Verdict.INCONSISTENT, ""),
    ],
)
def test_a_chi_square_statistic_is_that_of_its_counts(printed, verdict, name):
    # R: m <- matrix(c(1, 6, 28, 20), 2, byrow = TRUE); chisq.test(m, correct = FALSE) 4.7553,
    # correct = TRUE 3.1523; 4.7553 * 54 / 55 = 4.6688; 2 * sum(m * log(m / e)) = 5.1383
    found = chi_square.statistic_of_counts(R(printed), [[1, 6], [28, 20]])
    assert found.verdict is verdict
    assert [e.words.startswith(name) for e in found.explanations] == [True] * bool(name)
    nobody = chi_square.statistic_of_counts(R(printed), [[0, 0], [28, 20]])
    assert nobody.verdict is Verdict.NOT_CHECKABLE


def test_a_p_is_that_of_its_chi_square_statistic():
    # R: pchisq(4.75, 1, lower.tail = FALSE) 0.02930, pchisq(4.75, 2, lower.tail = FALSE) 0.09301
    assert chi_square.p_of_statistic(R("0.029"), R("4.75"), 1).verdict is Verdict.REPRODUCED
    assert chi_square.p_of_statistic(R("0.031"), R("4.7"), 1).verdict is Verdict.WITHIN_ROUNDING
    assert chi_square.p_of_statistic(R("0.029"), R("4.75"), 2).verdict is Verdict.INCONSISTENT
    assert chi_square.p_of_statistic(R("1.2"), R("4.75"), 2).verdict is Verdict.IMPOSSIBLE
    assert chi_square.p_of_statistic(R("0.9"), R("4.75"), 0).verdict is Verdict.NOT_CHECKABLE


def test_a_neighbouring_count_that_gives_the_p_is_named():
    # R: fisher.test(matrix(c(8, 2, 12, 18), 2, byrow = TRUE))$p.value 0.0658 (chi-square 0.0285)
    printed = [[7, 2], [13, 18]]
    p = R("0.0285")
    alone = tests_of_counts.p_of_counts(p, printed, ["chi-square"])
    assert alone.verdict is Verdict.INCONSISTENT
    found = neighbours.near_counts(alone, p, printed, ["chi-square"], complement=True)
    assert found.verdict is Verdict.INCONSISTENT
    words = [e.words for e in found.explanations]
    assert words == ["a count of 8 instead of 7 (chi-square test (Pearson))"]
    assert found.tried == alone.tried + 8
    fine = tests_of_counts.p_of_counts(R("0.0285"), [[8, 2], [12, 18]], ["chi-square"])
    assert neighbours.near_counts(fine, p, [[8, 2], [12, 18]]) is fine


def test_patients_left_out_without_a_word_are_named():
    samples = [Sample(R("191.1"), R("79.2"), 72), Sample(R("161.0"), R("58.5"), 24)]
    smaller = [samples[0], Sample(R("161.0"), R("58.5"), 21)]
    p = shown(p_under("student", smaller), 3)
    alone = p_of_means(p, samples, ["student"])
    found = neighbours.near_sizes(alone, p, samples, ["student"])
    assert any(e.words.startswith("21 instead of 24") for e in found.explanations)


def test_percentages_of_levels():
    assert totals.percents_of_whole([R("33.3%")] * 3).verdict is Verdict.WITHIN_ROUNDING
    assert totals.percents_of_whole([R("50%")] * 2).verdict is Verdict.REPRODUCED
    wrong = totals.percents_of_whole([R("33.3%"), R("33.3%"), R("34.3%")])
    assert (wrong.verdict, wrong.assumed) == (Verdict.INCONSISTENT, (totals.EXCLUSIVE,))
    cut = totals.percents_of_whole([R("16.6%")] * 6)
    assert cut.verdict is Verdict.UNDER_CONVENTION


def test_percentages_that_whole_counts_cannot_give():
    good = totals.counts_of_percents([R("57.9%"), R("42.1%")], R("19"))
    assert (good.verdict, good.recomputed) == (Verdict.REPRODUCED, "11 + 8")
    wrong = totals.counts_of_percents([R("57.9%"), R("42.1%")], R("20"))
    assert wrong.verdict is Verdict.INCONSISTENT
    assert [e.words for e in wrong.explanations] == ["19 patients"]


def test_the_percentage_of_all():
    parts = [(R("25.0%"), 40.0), (R("50.0%"), 60.0)]
    assert totals.percent_of_parts(R("40.0%"), parts).verdict is Verdict.REPRODUCED
    assert totals.percent_of_parts(R("37.5%"), parts).verdict is Verdict.INCONSISTENT


# R: y of three groups of 12, 15, 9; pairwise.t.test(y, g, p.adjust = "none") 0.3928181,
# TukeyHSD 0.6652497
THREE = [
    Sample(R("12.57500"), R("2.868362"), 12),
    Sample(R("13.43333"), R("1.963476"), 15),
    Sample(R("13.22222"), R("2.994068"), 9),
]


def test_two_groups_of_three():
    found = after_anova.p_under(THREE, (0, 1))
    assert found["lsd"] == pytest.approx(0.3928181, abs=1e-5)
    assert found["tukey"] == pytest.approx(0.6652497, abs=1e-5)
    assert after_anova.p_after_anova(R("0.393"), THREE).verdict is Verdict.REPRODUCED
    tukey = after_anova.p_after_anova(R("0.665"), THREE)
    assert [e.convention for e in tukey.explanations] == ["tukey"]
    assert after_anova.p_after_anova(R("0.5"), THREE).verdict is Verdict.INCONSISTENT
    alone = p_of_means(R("0.665"), THREE[:2])
    assert alone.verdict is Verdict.INCONSISTENT
    told = after_anova.explained(alone, R("0.665"), THREE, (0, 1))
    assert told.verdict is Verdict.UNDER_CONVENTION


def test_the_same_patients_twice():
    # largest: 2 * pt(-abs(5.0 - 6.0) / ((1 + 1) / sqrt(20)), 19) = 0.0374 (without rounding)
    before, after = Sample(R("5.0"), R("1.0"), 20), Sample(R("6.0"), R("1.0"), 20)
    assert pairs.p_of_pairs(R("0.001"), before, after).verdict is Verdict.WITHIN_ROUNDING
    wrong = pairs.p_of_pairs(R("0.20"), before, after)
    assert wrong.verdict is Verdict.INCONSISTENT
    assert wrong.assumed
    other = Sample(R("6.0"), R("1.0"), 19)
    assert pairs.p_of_pairs(R("0.20"), before, other).verdict is Verdict.NOT_CHECKABLE


@given(counts, digits)
def test_printed_percentages_are_never_contradicted(k, places):
    n = sum(k)
    percents = [shown(100 * x / n, places) for x in k]
    assert holds(totals.percents_of_whole(percents))
    assert holds(totals.counts_of_percents(percents, shown(n, 0)))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=2, max_size=4), digits)
def test_percentages_of_all_are_never_contradicted(groups, places):
    groups = [(min(k, n), n) for k, n in groups]
    total = 100 * sum(k for k, _ in groups) / sum(n for _, n in groups)
    parts = [(shown(100 * k / n, places), float(n)) for k, n in groups]
    assert holds(totals.percent_of_parts(shown(total, places), parts))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 5), st.integers(1, 2), st.integers(2, 4))
def test_posthoc_p_are_never_contradicted(seed, k, places, p_places):
    rng = np.random.default_rng(seed)
    groups = [rng.normal(rng.normal(10, 1), 3, rng.integers(4, 30)) for _ in range(k)]
    exact = [Sample(shown(g.mean(), 9), shown(g.std(ddof=1), 9), len(g)) for g in groups]
    coarse = [Sample(shown(g.mean(), places), shown(g.std(ddof=1), places), len(g)) for g in groups]
    for p in after_anova.p_under(exact, (0, 1)).values():
        assert holds(after_anova.p_after_anova(shown(p, p_places), coarse))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(-1, 1), st.integers(1, 2), st.integers(2, 4))
def test_paired_p_are_never_contradicted(seed, correlation, places, p_places):
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 40))
    first = rng.normal(10, 2, n)
    second = correlation * first + rng.normal(0, 1, n)
    samples = [
        Sample(shown(x.mean(), places), shown(x.std(ddof=1), places), n) for x in (first, second)
    ]
    assert holds(pairs.p_of_pairs(shown(ttest_rel(first, second).pvalue, p_places), *samples))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4), st.integers(2, 4))
def test_p_of_two_by_two_tables_are_never_contradicted(cells, places):
    from scipy.stats import fisher_exact

    table = np.array(cells).reshape(2, 2)
    if min(table.sum(axis=0).min(), table.sum(axis=1).min()) == 0:
        return
    for side in ("two-sided", "less", "greater"):
        p = float(fisher_exact(table, alternative=side).pvalue)
        if side == "two-sided" or p <= 0.5:
            rows = table.tolist()
            assert holds(tests_of_counts.p_of_counts(shown(p, places), rows, ["fisher"]))
