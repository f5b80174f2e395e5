"""Paired tests, transitions, proportions: naive twins, second opinions, invariances, extremes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from r_values import convention, data

from cohort_stats.changes.paired import compare_paired
from cohort_stats.changes.paired_tests import (
    differences,
    marginal_homogeneity,
    mcnemar,
    paired_means,
    paired_ranks,
    symmetry,
)
from cohort_stats.changes.transitions import FATES, transition
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.comparing.proportions import INTERVALS, clopper_pearson, wilson
from cohort_stats.comparing.risks import compare_risks
from cohort_stats.comparing.two_by_two import (
    exact_odds_ratio,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from cohort_stats.conventions import PRESETS, RECOMMENDED
from cohort_stats.kernels.conditional_odds import conditional_odds_ratio
from cohort_stats.kernels.signed_ranks import signed_rank_counts
from cohort_stats.results import COLUMNS, GLOSSARY

SEEDS = range(8)
PBC = data("pbc_year.csv").dropna(subset=["stage", "stage_1y"]).reset_index(drop=True)
ARM = pd.Series(pd.Categorical(PBC["trt"]))


def category(*levels: object, ordered: bool = True, of: str = "abc") -> pd.Series:
    return pd.Series(pd.Categorical(levels, categories=list(of), ordered=ordered))


def numbers(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


# ---- Naive twins ------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_signed_rank_distribution(n):
    """Every way to give signs to n ranks."""
    sums = [
        sum(rank for rank, up in enumerate(signs, start=1) if up)
        for signs in itertools.product((0, 1), repeat=n)
    ]
    counts = np.bincount(sums, minlength=n * (n + 1) // 2 + 1)
    assert_allclose(signed_rank_counts(n), counts / 2**n, rtol=1e-14)
    for v in range(n * (n + 1) // 2 + 1):
        signs = next(
            s for s in itertools.product((-1, 1), repeat=n)
            if sum(r for r, up in enumerate(s, start=1) if up > 0) == v
        )  # fmt: skip
        change = np.array(signs) * np.arange(1.0, n + 1)
        outcome = paired_ranks(np.zeros(n), change)
        extreme = min(v, n * (n + 1) // 2 - v)
        assert outcome.p == pytest.approx(min(1, 2 * sum(s <= extreme for s in sums) / 2**n))
        assert outcome.statistic == v


def test_exact_tail_of_49_signed_ranks():
    """Far in the tail the counts are partitions into distinct parts."""
    distinct = [1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10]
    assert_allclose(signed_rank_counts(49)[: len(distinct)] * 2.0**49, distinct, rtol=1e-12)


@pytest.mark.parametrize("zeros", ["dropped", "ranked"])
@pytest.mark.parametrize("seed", SEEDS)
def test_signed_ranks_with_ties_and_zeros(seed, zeros):
    rng = np.random.default_rng(seed)
    before, after = rng.integers(0, 5, 30).astype(float), rng.integers(1, 6, 30).astype(float)
    change = [y - x for x, y in zip(before, after, strict=True)]
    if zeros == "dropped":
        change = [d for d in change if d]
    ranks = [
        sum(abs(e) < abs(d) for e in change) + (sum(abs(e) == abs(d) for e in change) + 1) / 2
        for d in change
    ]
    signed = [math.copysign(r, d) for r, d in zip(ranks, change, strict=True) if d]
    z = sum(signed) / math.sqrt(sum(r**2 for r in signed))
    outcome = paired_ranks(before, after, convention(zero_differences=zeros))
    assert outcome.p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-10)
    assert outcome.statistic == pytest.approx(sum(r for r in signed if r > 0))


@pytest.mark.parametrize(("b", "c"), [(1, 6), (4, 4), (0, 3), (12, 5), (1, 0)])
def test_exact_mcnemar(b, c):
    n = b + c
    p = 2 * sum(math.comb(n, k) for k in range(min(b, c) + 1)) / 2**n
    assert mcnemar([[9, b], [c, 9]]).p == pytest.approx(min(1.0, p), rel=1e-12)


@pytest.mark.parametrize(("x", "n"), [(0, 5), (2, 7), (7, 7), (3, 40)])
def test_clopper_pearson_leaves_out_two_tails(x, n):
    low, high = clopper_pearson(x, n)

    def chance(p: float, ks: range) -> float:
        return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in ks)

    assert low == 0 if x == 0 else chance(low, range(x, n + 1)) == pytest.approx(0.025)
    assert high == 1 if x == n else chance(high, range(x + 1)) == pytest.approx(0.025)


@pytest.mark.parametrize("seed", SEEDS)
def test_conditional_odds_ratio_solves_its_equations(seed):
    a, b, c, d = np.random.default_rng(seed).integers(1, 12, 4).tolist()
    estimate, low, high = conditional_odds_ratio([[a, b], [c, d]], 0.025)
    support = range(max(0, a - d), min(a + b, a + c) + 1)

    def chances(ratio: float) -> dict[int, float]:
        weights = {k: math.comb(a + c, k) * math.comb(b + d, a + b - k) * ratio**k for k in support}
        return {k: w / sum(weights.values()) for k, w in weights.items()}

    assert sum(k * p for k, p in chances(estimate).items()) == pytest.approx(a, rel=1e-9)
    assert sum(p for k, p in chances(low).items() if k >= a) == pytest.approx(0.025, rel=1e-9)
    assert sum(p for k, p in chances(high).items() if k <= a) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_transition_counts(seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.choice([*"abc", None], 40) for _ in range(2))
    arm = rng.choice(["A", "B", None], 40)
    result = transition(category(*x), category(*y), pd.Series(arm), better="low")
    patients = list(zip(x, y, arm, strict=True))
    for group in ("A", "B"):
        mine = [(p, q) for p, q, g in patients if g == group and p and q]
        assert result.value("n", group=group) == len(mine)
        for p, q in itertools.product("abc", repeat=2):
            assert result.value("moves", group=group, term=p, level=q) == mine.count((p, q))
        fates = [sum(q < p for p, q in mine), sum(p == q for p, q in mine)]
        fates.append(len(mine) - sum(fates))
        for fate, count in zip(FATES, fates, strict=True):
            found = result.value("count", group=group, term="change", level=fate)
            assert found == count
    assert result.n_used == sum(1 for p, q, g in patients if p and q and g)
    assert result.n_used + result.n_missing == 40


# ---- Second opinions --------------------------------------------------------------------


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("seed", SEEDS)
def test_against_statsmodels_and_scipy(seed):
    stats = pytest.importorskip("scipy.stats")
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    shares = pytest.importorskip("statsmodels.stats.proportion")
    rng = np.random.default_rng(seed)
    square = rng.integers(1, 20, (4, 4))
    theirs = tables.SquareTable(square, shift_zeros=False)
    ours = marginal_homogeneity(square), symmetry(square)
    for mine, other in zip(ours, (theirs.homogeneity(), theirs.symmetry()), strict=True):
        assert mine.statistic == pytest.approx(other.statistic, rel=1e-9)
        assert mine.p == pytest.approx(other.pvalue, rel=1e-8)
    two = square[:2, :2]
    for preset, asked in (
        ("recommended", {"exact": True}),
        ("stata", {"exact": False, "correction": False}),
    ):
        other = tables.mcnemar(two, **asked)
        assert mcnemar(two, PRESETS[preset]).p == pytest.approx(other.pvalue, rel=1e-9)
    x, y = rng.normal(size=(2, 20))
    assert paired_ranks(x, y).p == pytest.approx(stats.wilcoxon(y, x, method="exact").pvalue)
    assert paired_means(x, y).p == pytest.approx(stats.ttest_rel(y, x).pvalue, rel=1e-9)
    n = int(rng.integers(5, 60))
    events = int(rng.integers(1, n))
    theirs_named = {
        "wilson": "wilson", "clopper-pearson": "beta", "agresti-coull": "agresti_coull",
        "jeffreys": "jeffreys",
    }  # fmt: skip
    for name, other in theirs_named.items():
        limits = shares.proportion_confint(events, n, method=other)
        assert_allclose(INTERVALS[name](events, n), limits, rtol=1e-9)
    table = rng.integers(1, 15, (2, 2))
    (a, b), (c, d) = table.tolist()
    exact = stats.contingency.odds_ratio(table, kind="conditional")
    limits = exact.confidence_interval()
    found = exact_odds_ratio((c, c + d), (a, a + b))
    assert_allclose(found, [exact.statistic, limits.low, limits.high], rtol=1e-6)
    newcombe = shares.confint_proportions_2indep(a, a + b, c, c + d, method="newcomb")
    assert_allclose(risk_difference((c, c + d), (a, a + b))[1:], newcombe, rtol=1e-9)


# ---- Invariances ------------------------------------------------------------------------


def same_numbers(a, b) -> None:
    left, right = (r.numbers.drop(columns="method") for r in (a, b))
    pd.testing.assert_frame_equal(left, right, rtol=1e-9, atol=1e-12)


@settings(max_examples=10, deadline=None, database=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_patients(seed):
    order = np.random.default_rng(seed).permutation(len(PBC))
    mixed, arm = PBC.iloc[order], ARM.iloc[order]
    for summary in ("mean", "median"):
        same_numbers(
            compare_paired(PBC["albumin"], PBC["albumin_1y"], ARM, summary=summary),
            compare_paired(mixed["albumin"], mixed["albumin_1y"], arm, summary=summary),
        )
    same_numbers(
        transition(PBC["stage"], PBC["stage_1y"], ARM, better="low"),
        transition(mixed["stage"], mixed["stage_1y"], arm, better="low"),
    )
    same_numbers(compare_risks(PBC["hepato"], ARM), compare_risks(mixed["hepato"], arm))


@pytest.mark.parametrize("scale", [10.0, 0.1, 1 / 30.4375, -1.0])
def test_unit_of_the_numbers(scale):
    x, y = PBC["albumin"].to_numpy(float), PBC["albumin_1y"].to_numpy(float)
    for test in (paired_means, paired_ranks):
        assert test(scale * x, scale * y).p == pytest.approx(test(x, y).p, rel=1e-9)


def test_before_and_after_exchanged():
    there = transition(PBC["stage"], PBC["stage_1y"], ARM, better="low")
    back = transition(PBC["stage_1y"], PBC["stage"], ARM, better="high")
    for group in (OVERALL, "0", "1"):
        for fate in FATES:
            where = {"group": group, "term": "change", "level": fate}
            assert there.value("count", **where) == back.value("count", **where)
    same = {"group": OVERALL, "term": "change"}
    assert there.value("p", **same) == pytest.approx(back.value("p", **same), rel=1e-12)
    table = np.array([[10, 5, 2], [8, 12, 3], [1, 6, 15]])
    for test in (marginal_homogeneity, symmetry):
        assert test(table).statistic == pytest.approx(test(table.T).statistic)


def test_an_unused_level_changes_nothing():
    table = np.array([[10, 5, 2], [8, 12, 3], [1, 6, 15]])
    wider = np.zeros((4, 4))
    wider[np.ix_([0, 1, 3], [0, 1, 3])] = table
    for test in (marginal_homogeneity, symmetry):
        narrow, wide = test(table), test(wider)
        assert (wide.df, wide.p) == (narrow.df, pytest.approx(narrow.p, rel=1e-10))


def test_groups_exchanged():
    first, second = (12, 40), (25, 45)
    a, b = risk_difference(first, second), risk_difference(second, first)
    assert_allclose(a, [-b[0], -b[2], -b[1]], rtol=1e-12)
    for ratio in (risk_ratio, odds_ratio, exact_odds_ratio):
        a, b = ratio(first, second), ratio(second, first)
        assert_allclose(a, [1 / b[0], 1 / b[2], 1 / b[1]], rtol=1e-9)


@pytest.mark.parametrize("interval", INTERVALS.values())
@pytest.mark.parametrize(("x", "n"), [(0, 9), (4, 9), (9, 9), (1, 300)])
def test_events_and_non_events_exchanged(interval, x, n):
    low, high = interval(x, n)
    assert_allclose(interval(n - x, n), [1 - high, 1 - low], rtol=1e-10, atol=1e-14)
    assert 0 <= low <= x / n <= high <= 1


def test_twice_the_patients_are_twice_as_sure():
    table = np.array([[10, 5, 2], [8, 12, 3], [1, 6, 15]])
    for test in (marginal_homogeneity, symmetry):
        assert test(2 * table).statistic == pytest.approx(2 * test(table).statistic)


def test_binary_noise_is_no_change_and_breaks_no_tie():
    before, after = np.array([0.1, 0.2, 0.7, 1.1]), np.array([0.3, 0.4, 0.4, 1.4])
    change = differences(before, after)
    assert len(set(change)) == 3  # 0.3 − 0.1 and 0.4 − 0.2 are one change
    assert "exact" not in paired_ranks(before, after).method
    constant = np.array([0.1, 0.2, 0.7, 1.1])
    outcome = paired_means(constant, constant + 0.1)
    assert math.isnan(outcome.p)
    assert "every patient changed by the same amount" in outcome.warning


def test_small_changes_of_large_numbers_keep_their_digits():
    change = 2.0**-17 * np.array([1.0, 2.0, 4.0])  # exact beside 2 ** 20
    found = paired_means(np.full(3, 2.0**20), 2.0**20 + change)
    assert found.statistic == pytest.approx(paired_means(np.zeros(3), change).statistic, rel=1e-12)


def test_numbers_keep_their_distances_on_a_scale():
    """Grade 0, 1, 5: a step from 1 to 5 is longer than one from 0 to 1."""
    before, after = numbers(0, 0, 1, 5, 1, 0, 5), numbers(1, 1, 5, 1, 0, 5, 5)
    moved = transition(before, after, better="high")
    alone = compare_paired(before, after)
    where = {"group": OVERALL, "term": "change"}
    assert moved.value("p", **where) == alone.value("p")
    assert moved.value("test_statistic", **where) == alone.value("test_statistic")


# ---- Presets ----------------------------------------------------------------------------


def test_presets_differ_where_the_programs_do():
    x, y = PBC["stage"].to_numpy(float), PBC["stage_1y"].to_numpy(float)
    outcomes = {name: paired_ranks(x, y, preset) for name, preset in PRESETS.items()}
    assert outcomes["recommended"].p == outcomes["spss"].p != outcomes["r"].p
    assert outcomes["stata"].p != outcomes["spss"].p
    assert "continuity" in outcomes["r"].method
    assert "zero differences ranked" in outcomes["stata"].method
    table = [[20, 1], [6, 13]]
    found = {name: mcnemar(table, preset).p for name, preset in PRESETS.items()}
    assert found["recommended"] == found["spss"]
    assert len(set(found.values())) == 3
    flat = {n: compare_risks(PBC["hepato"], ARM, conventions=n).value("proportion_low", group="0")
            for n in PRESETS}  # fmt: skip
    assert flat["recommended"] == flat["spss"] != flat["r"] == flat["stata"]


@pytest.mark.parametrize("preset", PRESETS)
def test_shape_of_the_results(preset):
    results = [
        compare_paired(PBC["bili"], PBC["bili_1y"], ARM, conventions=preset),
        compare_paired(category(*"aabbc"), category(*"abbcc"), conventions=preset),
        transition(PBC["stage"], PBC["stage_1y"], ARM, better="low", conventions=preset),
        compare_risks(PBC["hepato"], ARM, conventions=preset),
    ]
    for result in results:
        tidy = result.tidy()
        assert tuple(tidy.columns) == COLUMNS
        assert set(tidy["statistic"]) <= set(GLOSSARY)
        assert not tidy.duplicated(["group", "term", "level", "statistic"]).any()
        assert result.conventions == PRESETS[preset]
        assert result.method.endswith(".")


# ---- Extremes ---------------------------------------------------------------------------

NOTHING = [
    (numbers(), numbers(), "no patient is known at both times"),
    (numbers(1, 2, 3), numbers(1, 2, 3), "no patient changed"),
    (numbers(1, math.nan), numbers(math.nan, 2), "no patient is known at both times"),
    (category(*"abc"), category(*"abc"), "no patient changed"),
    (category(*"abc", ordered=False), category(*"abc", ordered=False), "no patient changed"),
    (category(*"ab", of="ab"), category(*"ab", of="ab"), "no patient changed"),
    (category(None, of="ab"), category("a", of="ab"), "no patient changed"),
]


@pytest.mark.parametrize(("before", "after", "why"), NOTHING)
def test_nothing_to_test(before, after, why):
    result = compare_paired(before, after)
    assert math.isnan(result.value("p"))
    assert result.warnings[0].endswith(f"not done: {why}")
    if len(before):
        moved = transition(before, after, better="high")
        assert math.isnan(moved.value("p", term="change"))


def test_one_and_two_patients():
    one = compare_paired(numbers(1), numbers(2), summary="mean")
    assert "fewer than two patients are known at both times" in one.warnings[0]
    assert math.isnan(one.value("mean_low", term="change"))
    assert compare_paired(numbers(1), numbers(2)).value("p") == 1
    two = compare_paired(numbers(1, 2), numbers(2, 5), summary="mean")
    assert 0 < two.value("p") < 1


def test_a_group_without_known_patients_is_said_and_crashes_nothing():
    arm = category("A", "A", "A", "B", of="AB")
    before, after = numbers(1, 2, 3, 4), numbers(2, 4, 1, math.nan)
    result = compare_paired(before, after, arm)
    assert result.value("n", group="B") == 0
    assert any(w.startswith("B: Wilcoxon signed rank test not done") for w in result.warnings)
    moved = transition(before, after, arm, better="high")
    assert any("between groups: chi-square test not done" in w for w in moved.warnings)
    assert math.isnan(moved.value("p", group="", term="change"))
    assert math.isnan(moved.value("risk_difference", term="change"))
    risks = compare_risks(pd.Series([1, 0, 1, None]), arm)
    assert any("not done" in w for w in risks.warnings)
    assert "left out for want of the outcome or the group: 1 patient" in risks.warnings
    assert math.isnan(risks.value("risk_ratio"))


def test_left_out_patients_are_counted():
    arm = category("A", None, "B", "B", of="AB")
    result = transition(numbers(1, 1, 2, math.nan), numbers(2, 2, 1, 1), arm, better="low")
    assert (result.n_used, result.n_missing) == (2, 2)
    words = "left out for want of the level before or after, or of the group: 2 patients"
    assert words in result.warnings


def test_everybody_and_nobody_with_the_outcome():
    arm = category(*"AAABBB", of="AB")
    for outcome in ([0, 0, 0, 1, 1, 1], [0] * 6, [1] * 6, [0, 0, 0, 0, 0, 1]):
        result = compare_risks(pd.Series(outcome), arm)
        for statistic in ("risk_ratio", "odds_ratio"):
            assert math.isnan(result.value(f"{statistic}_low"))
        assert any("no Wald interval" in w for w in result.warnings)
        low, high = (result.value(f"risk_difference_{e}") for e in ("low", "high"))
        assert -1 <= low < high <= 1
    nothing = compare_risks(pd.Series([], dtype=float))
    assert math.isnan(nothing.value("proportion"))
    apart = compare_risks(pd.Series([0, 0, 0, 1, 1, 1]), arm)
    assert apart.value("risk_ratio") == apart.value("conditional_odds_ratio") == math.inf
    assert 0 < apart.value("conditional_odds_ratio_low") < math.inf


def test_one_group_has_nothing_to_be_compared_with():
    result = compare_risks(pd.Series([0, 1, 1]), pd.Series(["A"] * 3))
    assert "p" not in set(result.numbers["statistic"])
    moved = transition(numbers(1, 2), numbers(2, 2), pd.Series(["A"] * 2), better="low")
    assert list(moved.numbers.query("statistic == 'p'")["group"]) == [OVERALL, "A"]


CALLS = [
    (lambda: compare_paired(numbers(1), numbers(1, 2)), "after must have 1 values; got 2"),
    (lambda: compare_paired(numbers(1), category("a")), "must be both numbers or both categories"),
    (lambda: compare_paired("x", numbers(1)), "before must be one value a patient; got 'x'"),
    (
        lambda: compare_paired(category("a"), category("a", of="ab")),
        r"after must have the levels of before, \['a', 'b', 'c'\]; got \['a', 'b'\]",
    ),
    (
        lambda: compare_paired(numbers(1), numbers(1), test="counts"),
        "test of numbers must be means or ranks; got counts",
    ),
    (
        lambda: compare_paired(category("a"), category("a"), test="means"),
        "test of categories must be ranks, counts or symmetry; got means",
    ),
    (lambda: compare_paired(numbers(1), numbers(1), test="sign"), "test must be one of"),
    (lambda: transition(numbers(1), numbers(1), better="up"), "better must be one of 'high'"),
    (
        lambda: transition(numbers(*range(21)), numbers(*range(21)), better="low"),
        "before and after must take at most 20 values; 21",
    ),
    (
        lambda: transition(numbers(1), numbers(1), pd.Series(["A", "B"]), better="low"),
        r"groups must have one entry a patient \(1\); got 2",
    ),
    (lambda: compare_risks(pd.Series([1, 2])), "outcome must be True/False or 0/1; got 2"),
    (
        lambda: RECOMMENDED.overriding(mcnemar="yates"),
        "mcnemar must be one of 'exact', 'chi-square', 'continuity'; got 'yates'",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_no_patient_at_all_has_no_interval():
    for interval in INTERVALS.values():
        assert np.isnan(interval(0, 0)).all()
    assert np.isnan(risk_difference((0, 0), (1, 2))).all()
    assert np.isnan(exact_odds_ratio((0, 2), (0, 3))).all()
    assert wilson(0, 4)[0] == 0
    estimate, low, high = exact_odds_ratio((4, 12), (0, 10))
    assert estimate == low == 0 < high
