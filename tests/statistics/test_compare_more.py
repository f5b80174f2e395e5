"""Ordered groups and pairs of groups: naive twins, other libraries, invariances, oddities."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from r_values import convention, data
from scipy import special

from cohort_stats import check_assumptions, compare_groups
from cohort_stats.comparing.adjust import ADJUSTMENTS, adjust
from cohort_stats.comparing.assumption_checks import levene, shapiro_wilk
from cohort_stats.comparing.pairwise import dunn, pairwise, tukey
from cohort_stats.comparing.rows import Row
from cohort_stats.comparing.smd import smd
from cohort_stats.comparing.tests_of_difference import (
    chi_square,
    compare_means,
    compare_ranks,
    mean_difference,
)
from cohort_stats.comparing.tests_of_trend import (
    _jonckheere_variance,
    cochran_armitage,
    jonckheere,
    linear_by_linear,
)
from cohort_stats.kernels.exact import fisher_simulated
from cohort_stats.kernels.network import fisher

SEEDS = range(6)


def some(seed: int, sizes=(9, 7, 11), levels: int = 6) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, levels, n) + 0.5 * k for k, n in enumerate(sizes)]


# ---- Naive twins ----------------------------------------------------------------


def pairs_in_order(samples) -> float:
    return sum(
        (x < y) + (x == y) / 2 for a, b in itertools.combinations(samples, 2) for x in a for y in b
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_jonckheere_counts_pairs(seed):
    samples = some(seed)
    assert jonckheere(samples).statistic == pairs_in_order(samples)


@pytest.mark.parametrize("values", [[1, 2, 2, 3, 5, 5, 5], [1, 1, 2, 2, 3, 3, 4], [0, 0, 0, 0, 1]])
def test_jonckheere_variance_is_that_of_every_permutation(values):
    sizes = [2, 2, len(values) - 4]
    found = []
    for order in itertools.permutations(values):
        parts = np.split(np.array(order, float), np.cumsum(sizes)[:-1])
        found.append(pairs_in_order(parts))
    n = len(values)
    assert np.mean(found) == pytest.approx((n**2 - sum(s**2 for s in sizes)) / 4)
    ties = np.unique(values, return_counts=True)[1].astype(float)
    got = _jonckheere_variance(np.array(sizes, float), ties)
    assert got == pytest.approx(np.var(found))


@pytest.mark.parametrize("seed", SEEDS)
def test_linear_by_linear_is_a_correlation(seed):
    table = np.random.default_rng(seed).integers(1, 9, (4, 3))
    x = np.repeat(np.repeat(np.arange(4), 3), table.ravel())
    y = np.repeat(np.tile(np.arange(3), 4), table.ravel())
    wanted = (len(x) - 1) * np.corrcoef(x, y)[0, 1] ** 2
    assert linear_by_linear(table).statistic == pytest.approx(wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_tables_estimate_the_exact_p(seed):
    table = np.random.default_rng(seed).integers(0, 7, (3, 3)) + 1
    p, se = fisher_simulated(table, 40_000, seed)
    assert abs(p - fisher(table)) < 4 * se + 1e-4


def naive_adjusted(p: list[float], method: str) -> list[float]:
    """By definition: the smallest level at which the step-wise procedure rejects."""
    k = len(p)
    found = []
    for own in p:
        if method == "bonferroni":
            found.append(min(1, k * own))
        elif method == "holm":
            found.append(min(1, max((k - sum(q < other for q in p)) * other
                                    for other in p if other <= own)))  # fmt: skip
        else:
            later = [k / sum(q <= other for q in p) * other for other in p if other >= own]
            found.append(min(1, *later))
    return found


@pytest.mark.parametrize("method", ADJUSTMENTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_adjustment_by_definition(method, seed):
    rng = np.random.default_rng(seed)
    p = list(np.round(rng.random(8) ** 2, 2))
    assert adjust(p, method) == pytest.approx(naive_adjusted(p, method))


def tukey_by_integral(q: float, k: int, df: float) -> float:
    """P(studentised range of k > q), by Gauss and Legendre on a fine grid."""
    at, weight = np.polynomial.legendre.leggauss(1000)
    z, below = 10 * at, special.ndtr(10 * at)
    density = 10 * weight * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    total = 0.0
    for u, w in zip(1 + 0.5 * at, 0.5 * weight, strict=True):  # s over sigma, from 0.5 to 1.5
        log_chi = (df / 2) * math.log(df / 2) - math.lgamma(df / 2) + math.log(2)
        chi = math.exp(log_chi + (df - 1) * math.log(u) - df * u * u / 2)
        inside = below ** (k - 1) - (below - special.ndtr(z - q * u)) ** (k - 1)
        total += w * chi * k * float(density @ inside)
    return total


@pytest.mark.parametrize("variable", ["pnodes", "tsize"])
def test_tukey_is_the_integral(variable):
    """Where R's ptukey is off by 2e-9."""
    frame = data("gbsg2.csv")
    samples = [g[variable].to_numpy(float) for _, g in frame.groupby("tgrade", observed=True)]
    for pair in tukey(samples):
        wanted = tukey_by_integral(abs(pair.outcome.statistic), 3, pair.outcome.df)
        assert pair.p_adjusted == pytest.approx(wanted, rel=1e-8)


# ---- Other libraries ------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_second_opinion_of_scipy(seed):
    stats = pytest.importorskip("scipy.stats")
    samples = some(seed)
    for centre in ("mean", "median"):
        theirs = stats.levene(*samples, center=centre)
        ours = levene(samples, centre=centre)
        assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    theirs = stats.tukey_hsd(*samples)
    for pair in tukey(samples):
        assert pair.p_adjusted == pytest.approx(theirs.pvalue[pair.first, pair.second], rel=1e-6)
    table = np.random.default_rng(seed).integers(1, 20, (3, 4))
    theirs = stats.chi2_contingency(table, lambda_="log-likelihood")
    ours = chi_square(table, convention(chi_square="likelihood ratio"))
    assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("seed", SEEDS)
def test_second_opinion_of_statsmodels(seed):
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    multiple = pytest.importorskip("statsmodels.stats.multitest")
    table = np.random.default_rng(seed).integers(1, 20, (4, 3))
    theirs = tables.Table(table, shift_zeros=False).test_ordinal_association()
    assert linear_by_linear(table).statistic == pytest.approx(theirs.zscore**2)
    p = np.random.default_rng(seed).random(9)
    for method, name in (("holm", "holm"), ("benjamini-hochberg", "fdr_bh")):
        assert adjust(p, method) == pytest.approx(multiple.multipletests(p, method=name)[1])


# ---- What must not change a result ----------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_rows_and_unit(seed):
    rng = np.random.default_rng(seed)
    frame = data("gbsg2.csv")
    moved = frame.iloc[rng.permutation(len(frame))].assign(age=lambda f: f["age"] * 12)
    rows = [
        Row("age", "mean", pairs="tukey"), Row("pnodes", test="jonckheere"),
        Row("menostat", test="trend"), Row("progrec", pairs="dunn"),
    ]  # fmt: skip
    options = {"by": "tgrade", "posthoc": "holm"}
    a, b = (compare_groups(f, rows, **options).numbers for f in (frame, moved))
    for statistic in ("p", "p_adjusted", "smd_largest", "smd_mean"):
        left, right = (n.loc[n["statistic"] == statistic, "value"] for n in (a, b))
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-13)
    left, right = (n.loc[n["statistic"] == "mean_difference_low", "value"] for n in (a, b))
    np.testing.assert_allclose(12 * left, right, rtol=1e-9)


def test_groups_in_the_other_order():
    samples = some(1)
    assert jonckheere(samples).p == pytest.approx(jonckheere(samples[::-1]).p)
    table = np.array([[3, 5, 9], [8, 6, 2], [1, 1, 4]])
    backwards = linear_by_linear(table[:, ::-1])
    assert linear_by_linear(table).p == pytest.approx(backwards.p)
    assert linear_by_linear(table[::-1]).p == pytest.approx(backwards.p)
    assert linear_by_linear(table[[1, 0, 2]]).p != pytest.approx(backwards.p)


def test_two_groups_are_the_plain_tests():
    samples = some(3)[:2]
    plain = compare_ranks(samples, convention(rank_test="asymptotic"))
    assert jonckheere(samples).p == pytest.approx(plain.p)
    student = compare_means(samples, convention(two_means="student"))
    assert tukey(samples)[0].p_adjusted == pytest.approx(student.p, rel=1e-6)
    kruskal = dunn(samples)[0].outcome.p
    assert kruskal == pytest.approx(plain.p)
    table = [[12, 5], [7, 19]]
    assert cochran_armitage(table).p == pytest.approx(chi_square(table).p)
    n_less = chi_square(table, convention(chi_square="n-1"))
    assert linear_by_linear(table).p == pytest.approx(n_less.p)


@pytest.mark.parametrize("column", ["age", "tgrade", "menostat"])
def test_equal_weights_and_repeated_patients(column):
    frame = data("gbsg2.csv")
    a, b = (frame.loc[frame["horTh"] == level, column] for level in ("yes", "no"))
    plain = smd(a, b)
    assert smd(a, b, weights=(np.full(len(a), 3.0), np.full(len(b), 0.2))) == pytest.approx(plain)
    if column != "age":  # shares do not know how many patients they come from
        twice = np.random.default_rng(1).integers(1, 4, len(a))
        repeated = a.repeat(twice)
        assert smd(repeated, b) == pytest.approx(smd(a, b, weights=(twice, np.ones(len(b)))))
    nobody = np.where(np.arange(len(a)) < 20, 0.0, 1.0)
    assert smd(a, b, weights=(nobody, np.ones(len(b)))) == pytest.approx(smd(a[20:], b), rel=1e-3)


# ---- Data on which a method fails -----------------------------------------------


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        ([[1, 2], []], "a group has no known value"),
        ([[1, 1], [1, 1, 1], [1]], "all values are the same"),
    ],
)
def test_ranks_that_cannot_be_compared(samples, why):
    samples = [np.array(s, float) for s in samples]
    assert math.isnan(jonckheere(samples).p)
    assert jonckheere(samples).warning.endswith(why)
    for pair in dunn(samples):
        assert math.isnan(pair.p_adjusted)
        assert pair.outcome.warning.endswith(why)


def test_two_patients():
    outcome = jonckheere([np.array([1.0]), np.array([2.0])])
    assert outcome.p == pytest.approx(math.erfc(1 / math.sqrt(2)))
    assert math.isnan(mean_difference(np.array([1.0]), np.array([2.0]))[1])
    assert math.isnan(mean_difference(np.array([]), np.array([2.0]))[0])
    assert tukey([np.array([1.0]), np.array([2.0])])[0].outcome.warning.endswith(
        "too few known values"
    )


@pytest.mark.parametrize("test", [linear_by_linear, cochran_armitage])
def test_tables_without_a_trend(test):
    assert test([[3, 0], [2, 0]]).warning.endswith("a group has no known value")
    assert test([[3, 1], [0, 0]]).warning.endswith("all patients are at one level")
    assert test([[5, 5], [5, 5]]).p == 1


def test_an_empty_level_keeps_its_place():
    """Levels 1 and 3 of 4 are not neighbours."""
    table = np.array([[9, 3], [0, 0], [4, 4], [1, 6]])
    assert linear_by_linear(table).p != pytest.approx(linear_by_linear(table[[0, 2, 3]]).p)


def test_tukey_that_cannot_be_done():
    flat = [np.array(s, float) for s in ([1, 1], [2, 2], [3, 3])]
    empty = [np.array(s, float) for s in ([1, 1], [], [3, 3])]
    assert tukey(flat)[0].outcome.warning.endswith("the values do not vary within the groups")
    assert tukey(empty)[2].outcome.warning.endswith("a group has no known value")
    assert math.isnan(tukey(flat)[1].p_adjusted)


def test_checks_that_cannot_be_done():
    assert shapiro_wilk(np.array([1.0, 2.0])).warning.endswith("there are 2")
    assert shapiro_wilk(np.ones(9)).warning.endswith("all values are the same")
    assert shapiro_wilk(np.arange(5001.0)).warning
    one, flat = np.array([1.0]), np.ones(4)
    assert levene([one, flat], centre="mean").warning
    assert levene([flat, flat], centre="median").warning
    # Distances from the mean of 1 and 3 are all 1.
    assert math.isnan(levene([np.array([1.0, 3.0])] * 2, centre="mean").p)
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 9], "c": pd.Categorical(list("aabba"))})
    result = check_assumptions(frame, ["x", "c"])
    assert set(result.numbers["term"]) == {"x"}
    assert "no test was chosen by them" in result.method


def test_pairs_with_a_group_that_has_no_value():
    frame = pd.DataFrame({"x": [1.0, 2, 4, 5, math.nan, math.nan], "g": list("aabbcc")})
    frame["g"] = pd.Categorical(frame["g"])
    result = compare_groups(frame, [Row("x", "mean")], by="g", posthoc="holm")
    alone = compare_means([np.array([1.0, 2]), np.array([4.0, 5])])
    got = result.value("p_adjusted", group="a", level="b")
    assert got == pytest.approx(alone.p)  # the other two pairs are no comparisons
    assert math.isnan(result.value("p_adjusted", group="a", level="c"))
    assert any("`x`, a against c: Welch’s t-test not done" in w for w in result.warnings)
    assert math.isnan(result.value("smd_mean"))


def test_two_groups_have_no_pairs():
    frame = data("gbsg2.csv")
    result = compare_groups(frame, ["age"], by="horTh", posthoc="holm")
    assert "p_adjusted" not in set(result.numbers["statistic"])


def test_the_rule_is_a_sentence():
    frame = data("gbsg2.csv")
    plain = compare_groups(frame, ["age"], by="horTh").method
    assert "means by Welch’s t-test (of more than two groups, Welch’s analysis" in plain
    assert "medians by the Mann–Whitney U test, exact below 50 patients" in plain
    assert "Pearson’s chi-square test or, where an expected count is below 5, an exact" in plain
    spss = compare_groups(frame, ["age"], by="tgrade", conventions="spss").method
    assert "means by Student’s t-test (of more than two groups, one-way" in spss
    assert "medians by the Mann–Whitney U test (of more than two groups, the Krus" in spss
    never = convention(small_counts="chi-square", chi_square="n-1")
    never_exact = compare_groups(frame, ["age"], by="horTh", conventions=never).method
    assert "the chi-square test (N − 1 for 2 × 2 tables); a row" in never_exact
    assert "The test follows" not in compare_groups(frame, ["age"]).method


def test_a_table_too_large_to_enumerate_names_its_seed():
    table = np.array([[100, 100, 100, 1], [100, 90, 80, 3], [50, 60, 70, 2]])
    level, group = (np.repeat(v.ravel(), table.ravel()) for v in np.indices(table.shape))
    frame = pd.DataFrame({"level": pd.Categorical(level), "g": pd.Categorical(group)})
    one, other = (compare_groups(frame, ["level"], by="g", seed=s) for s in (5, 6))
    method = one.numbers.loc[one.numbers["statistic"] == "p", "method"].iloc[0]
    assert "100,000 random tables, standard error 0.001, seed 5" in method
    assert one.value("p") != other.value("p")
    assert abs(one.value("p") - other.value("p")) < 6 * one.value("p_se")


def test_the_order_of_groups_is_named():
    frame = data("gbsg2.csv")
    result = compare_groups(frame, [Row("age", test="jonckheere")], by="tgrade")
    method = result.numbers.loc[result.numbers["statistic"] == "p", "method"].iloc[0]
    assert method == "Jonckheere–Terpstra test (order: I, II, III)"


FRAME = pd.DataFrame({"x": [1.0, 2, 3], "g": pd.Categorical(list("aab"))})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: adjust([0.1], "holms"), "method must be one of 'holm'"),
        (lambda: adjust([1.2]), "p must be a list of numbers from 0 to 1"),
        (lambda: adjust(0.2), "p must be a list of numbers from 0 to 1"),
        (lambda: compare_groups(FRAME, ["x"], by="g", posthoc="tukey"), "posthoc must be one of"),
        (lambda: compare_groups(FRAME, [Row("x", test="trend")], by="g"), "'x', a number, must be"),
        (
            lambda: compare_groups(FRAME, [Row("x", pairs="tukey")], by="g"),
            "pairs of 'x' can be tukey with the test means; got ranks",
        ),
        (lambda: Row("x", pairs="scheffe"), "pairs must be one of 'same test', 'tukey', 'dunn'"),
        (lambda: levene([np.arange(3.0)] * 2, centre="mode"), "centre must be one of"),
        (lambda: check_assumptions(FRAME, ["y"]), "variables must be columns"),
        (
            lambda: smd(FRAME["x"], FRAME["x"], weights=([1], [1, 1, 1])),
            "weights must be one number a patient of each group",
        ),
        (
            lambda: smd(FRAME["x"], FRAME["x"], weights=([1, -1, 1], [1, 1, 1])),
            "none negative",
        ),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_pairs_need_no_special_sample():
    found = pairwise([3, 5, 9], lambda two: compare_means([np.arange(two[0]), np.arange(two[1])]))
    assert [(p.first, p.second) for p in found] == [(0, 1), (0, 2), (1, 2)]
