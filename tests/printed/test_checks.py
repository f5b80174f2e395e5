"""Checks of printed numbers against hand-computed examples and R (values in the comments)."""

from __future__ import annotations

import pytest

from analyses.printed import (
    arithmetic,
    coefficients,
    ratios,
    shares,
    tests_of_counts,
    tests_of_means,
)
from analyses.printed.number import read_printed
from analyses.printed.outcome import Verdict
from analyses.printed.tests_of_means import Sample

R = read_printed


def sample(mean: str, sd: str, n: int) -> Sample:
    return Sample(R(mean), R(sd), n)


@pytest.mark.parametrize(
    ("percent", "count", "n", "verdict"),
    [
        ("79.2%", "19", "24", Verdict.REPRODUCED),  # 79.1667
        ("79.1%", "19", "24", Verdict.UNDER_CONVENTION),  # cut off
        ("12.5%", "1", "8", Verdict.REPRODUCED),
        ("13%", "1", "8", Verdict.REPRODUCED),  # half up
        ("12%", "1", "8", Verdict.REPRODUCED),  # half to even
        ("36.1%", "27", "72", Verdict.INCONSISTENT),  # 37.5
        ("120%", "12", "10", Verdict.IMPOSSIBLE),
        ("0%", "0", "10", Verdict.REPRODUCED),
        ("0.863", "88", "102", Verdict.REPRODUCED),  # a share: 0.8627
    ],
)
def test_percent_of_counts(percent, count, n, verdict):
    assert shares.percent_of_counts(R(percent), R(count), R(n)).verdict is verdict


def test_a_wrong_percentage_names_counts_and_denominators_that_fit():
    found = shares.percent_of_counts(R("36.1%"), R("27"), R("72"))
    assert [e.words for e in found.explanations] == ["a count of 26"]
    assert shares.denominators_of(R("79.2%"), 19) == [24]
    assert shares.denominators_of(R("0%"), 0) == []


def test_attainable_shares():
    assert shares.attainable(R("0.863"), R("102")).verdict is Verdict.REPRODUCED  # 88/102
    found = shares.attainable(R("0.419"), R("30"))
    assert found.verdict is Verdict.INCONSISTENT
    assert [e.words for e in found.explanations] == ["a denominator of 31"]


def test_sums_and_differences_of_counts_are_exact():
    parts = [R(n) for n in ("35", "34", "13", "10", "39")]
    found = arithmetic.sum_of(R("133"), parts)
    assert (found.verdict, found.recomputed) == (Verdict.INCONSISTENT, "131")
    assert arithmetic.sum_of(R("131"), parts).verdict is Verdict.REPRODUCED
    assert arithmetic.difference_of(R("31"), R("133"), R("102")).verdict is Verdict.REPRODUCED
    assert arithmetic.difference_of(R("30"), R("133"), R("102")).verdict is Verdict.INCONSISTENT


def test_percentages_add_up_within_rounding():
    thirds = [R("33.3%")] * 3
    found = arithmetic.sum_of(R("100.0%"), thirds, counts=False)
    assert found.verdict is Verdict.WITHIN_ROUNDING
    assert arithmetic.complement_of(R("66.7%"), R("33.3%"), 100).verdict is Verdict.REPRODUCED


def test_weighted_sums_and_ratios():
    terms = [(10.0, R("3.7")), (0.005, R("1215"))]  # 43.075, from 42.5725 to 43.5775
    assert arithmetic.linear_of(R("42.8"), terms).verdict is Verdict.WITHIN_ROUNDING
    assert arithmetic.linear_of(R("42.3"), terms).verdict is Verdict.INCONSISTENT
    assert arithmetic.ratio_of(R("2.0"), R("4.0"), R("2.0")).verdict is Verdict.REPRODUCED
    nothing = arithmetic.ratio_of(R("2.0"), R("4.0"), R("0"))
    assert nothing.verdict is Verdict.NOT_CHECKABLE


@pytest.mark.parametrize(
    ("a", "b", "agree"),
    [
        ("7", "7.0", True),
        ("0.001", "0.0014", True),
        ("0.002", "0.0014", False),
        ("<0.001", "0.0003", True),
        ("<0.001", "<0.001", True),
        ("1165.52", "1235.52", False),
        ("≥ 42.8", "42.8", True),
    ],
)
def test_the_same_number_printed_twice(a, b, agree):
    verdict = arithmetic.same(R(a), R(b)).verdict
    assert verdict is (Verdict.REPRODUCED if agree else Verdict.INCONSISTENT)


# R: m <- matrix(c(36, 23, 23, 20), 2, byrow = TRUE); chisq.test(m, correct = FALSE) 0.447046,
# correct = TRUE 0.577306, fisher.test(m) 0.543199; test_r.py repeats every line in R.
def test_p_of_counts_under_every_test():
    table = [[36, 23], [23, 20]]
    expected = {
        "chi-square": 0.447046,
        "yates": 0.577306,
        "fisher": 0.543199,
        "n-1": 0.449282,
        "likelihood ratio": 0.447365,
        "fisher one-sided": 0.288393,
        "mid-p": 0.456070,
    }
    found = {test: tests_of_counts.p_under(test, table) for test in expected}
    assert found == pytest.approx(expected, abs=1e-6)


def test_the_test_that_gives_the_printed_p_is_named():
    table = [[36, 23], [23, 20]]
    found = tests_of_counts.p_of_counts(R("0.543"), table, ["chi-square"])
    assert found.verdict is Verdict.UNDER_CONVENTION
    assert [e.convention for e in found.explanations] == ["fisher"]
    assert found.tried == 7
    assert tests_of_counts.p_of_counts(R("0.543"), table).verdict is Verdict.REPRODUCED
    assert tests_of_counts.p_of_counts(R("0.447"), table).verdict is Verdict.REPRODUCED
    none = tests_of_counts.p_of_counts(R("0.578"), table)
    assert none.verdict is Verdict.INCONSISTENT
    assert "Fisher’s exact test: p = 0.5432; also tried" in none.how


def test_p_cut_off_is_a_convention():
    found = tests_of_counts.p_of_counts(R("0.57"), [[36, 23], [23, 20]], ["yates"])
    assert found.verdict is Verdict.UNDER_CONVENTION  # 0.577 → 0.58
    assert "cut off" in found.explanations[-1].words


def test_one_may_be_printed_as_the_largest_p_below_it():
    # R: fisher.test(matrix(c(2, 0, 69, 35), 2, byrow = TRUE))$p.value 1
    found = tests_of_counts.p_of_counts(R("0.999"), [[2, 0], [69, 35]], ["fisher"])
    assert found.verdict is Verdict.UNDER_CONVENTION
    assert found.explanations[-1].words == "Fisher’s exact test, the largest p below 1 for 1"
    other = tests_of_counts.p_of_counts(R("0.998"), [[2, 0], [69, 35]], ["fisher"])
    assert other.verdict is Verdict.INCONSISTENT


def test_ordered_levels_have_tests_of_trend():
    asa = [[28, 9], [29, 28], [2, 6]]
    found = tests_of_counts.p_of_counts(R("0.002"), asa, ["linear by linear"], ordered=True)
    assert found.verdict is Verdict.REPRODUCED
    assert found.recomputed == "0.0022"  # R: 0.00216635


def test_counts_that_cannot_be_compared():
    for table in ([[5, 6], [0, 0]], [[5, 0], [3, 0]]):
        assert tests_of_counts.p_of_counts(R("0.5"), table).verdict is Verdict.NOT_CHECKABLE
    impossible = tests_of_counts.p_of_counts(R("1.667"), [[5, 6], [3, 4]])
    assert impossible.verdict is Verdict.IMPOSSIBLE


def test_p_of_means():
    # R: the line in the finding; Student 0.0356379, Welch 0.0361465
    samples = [sample("57.7", "11.9", 59), sample("62.8", "12.0", 43)]
    assert tests_of_means.p_under("student", samples) == pytest.approx(0.0356379, abs=1e-7)
    assert tests_of_means.p_under("welch", samples) == pytest.approx(0.0361465, abs=1e-7)
    assert tests_of_means.p_of_means(R("0.036"), samples).verdict is Verdict.REPRODUCED
    assert tests_of_means.p_of_means(R("0.037"), samples).verdict is Verdict.WITHIN_ROUNDING
    assert tests_of_means.p_of_means(R("0.37"), samples).verdict is Verdict.INCONSISTENT


def test_welch_is_named_where_student_is_stated():
    samples = [sample("773.3", "809.2", 59), sample("1046.8", "901.4", 43)]
    found = tests_of_means.p_of_means(R("0.118"), samples, ["student"])
    assert found.verdict is Verdict.UNDER_CONVENTION
    assert [e.convention for e in found.explanations] == ["welch"]


def test_p_that_may_be_of_ranks_is_not_held_against_means():
    samples = [sample("6.31", "6.01", 54), sample("7.55", "7.17", 65)]
    by_ranks = tests_of_means.p_of_means(R("0.600"), samples, ["student", "mann-whitney"])
    assert by_ranks.verdict is Verdict.NOT_CHECKABLE
    assert "p = 0.3147" in by_ranks.how  # R: 0.314656
    assert by_ranks.why == "the Mann–Whitney test needs patients"
    fits = tests_of_means.p_of_means(R("0.315"), samples, ["student", "mann-whitney"])
    assert fits.verdict is Verdict.REPRODUCED


def test_equal_means_have_p_up_to_one():
    samples = [sample("22.8", "3.0", 59), sample("22.8", "3.9", 43)]
    low, high = tests_of_means.p_span("student", samples)
    assert high == 1
    assert low == pytest.approx(0.8822, abs=1e-4)


def test_three_groups():
    samples = [sample("52.8", "16.4", 116), sample("53.2", "16.6", 26), sample("52.9", "16.4", 11)]
    found = tests_of_means.p_of_means(R("0.994"), samples, ["student"])
    assert found.verdict is Verdict.REPRODUCED  # R: 0.993715
    assert tests_of_means.p_of_means(R("0.392"), samples).verdict is Verdict.INCONSISTENT
    low, high = tests_of_means.p_span("anova", samples)
    assert low < 0.9936 < high <= 1


def test_groups_without_spread_are_not_compared():
    samples = [sample("1.0", "0.0", 10), sample("2.0", "0.0", 10)]
    assert tests_of_means.p_of_means(R("0.5"), samples).verdict is Verdict.NOT_CHECKABLE


def test_mean_and_sd_of_all_from_groups():
    parts = [sample("48.4", "4.0", 59), sample("37.3", "4.1", 43)]
    # (59 * 48.4 + 43 * 37.3) / 102 = 43.72; R: 6.820591
    assert tests_of_means.mean_of_parts(R("43.7"), parts).verdict is Verdict.REPRODUCED
    assert tests_of_means.sd_of_parts(R("6.8"), parts).verdict is Verdict.REPRODUCED
    assert tests_of_means.mean_of_parts(R("42.8"), parts).verdict is Verdict.INCONSISTENT
    assert tests_of_means.sd_of_parts(R("4.1"), parts).verdict is Verdict.INCONSISTENT


def test_a_ratio_its_interval_and_its_p():
    estimate, low, high = R("1.516"), R("1.010"), R("2.277")
    # sqrt(1.010 * 2.277) = 1.5165; z = 2.0064, p = 0.0448
    middle = ratios.estimate_of_interval(estimate, low, high)
    assert middle.verdict is Verdict.REPRODUCED
    found = ratios.p_of_interval(R("0.045"), estimate, low, high)
    assert (found.verdict, found.recomputed) == (Verdict.REPRODUCED, "0.0448")
    wrong = ratios.p_of_interval(R("0.45"), estimate, low, high)
    assert wrong.verdict is Verdict.INCONSISTENT
    assert wrong.assumed == ("a Wald test and Wald limits",)


def test_an_estimate_outside_its_interval_is_impossible():
    found = ratios.estimate_of_interval(R("1.11"), R("0.97"), R("1.04"))
    assert found.verdict is Verdict.IMPOSSIBLE
    p = ratios.p_of_interval(R("0.812"), R("1.11"), R("0.97"), R("1.04"))
    assert p.verdict is Verdict.NOT_CHECKABLE
    skewed = ratios.estimate_of_interval(R("1.00"), R("0.46"), R("2.72"))
    assert skewed.verdict is Verdict.INCONSISTENT
    assert "need not be symmetric: not computed" in skewed.how


def test_coarse_limits_leave_room():
    found = ratios.p_of_interval(R("0.64"), R("0.99"), R("0.94"), R("1.04"))
    assert found.verdict is Verdict.WITHIN_ROUNDING
    assert ratios.p_of_interval(R("0.5"), R("1.0"), R("0.0"), R("9")).verdict is (
        Verdict.NOT_CHECKABLE
    )


def test_crude_ratios():
    # (8 / 46) / (12 / 53) = 0.768; reversed 1.302
    assert ratios.crude_ratio("or", R("0.77"), (8, 54), (12, 65)).verdict is Verdict.REPRODUCED
    upside = ratios.crude_ratio("or", R("1.30"), (8, 54), (12, 65))
    assert upside.verdict is Verdict.UNDER_CONVENTION
    assert upside.explanations[0].convention == "reference"
    other = ratios.crude_ratio("or", R("0.80"), (8, 54), (12, 65))  # risk ratio 0.8025
    assert [e.convention for e in other.explanations] == ["rr"]
    empty = ratios.crude_ratio("or", R("0.80"), (0, 54), (12, 65))
    assert empty.verdict is Verdict.NOT_CHECKABLE


def test_regression_output():
    beta, se = R("0.8408"), R("0.4753")
    # 0.8408 / 0.4753 = 1.76899; R: 2 * pnorm(-1.76899) = 0.0768953; exp(0.8408) = 2.31822
    assert coefficients.z_of_coefficient(R("1.77"), beta, se).verdict is Verdict.REPRODUCED
    assert coefficients.p_of_coefficient(R("0.077"), beta, se).verdict is Verdict.REPRODUCED
    assert coefficients.ratio_of_coefficient(R("2.32"), beta).verdict is Verdict.REPRODUCED
    assert coefficients.ratio_of_coefficient(R("0.43"), beta).verdict is Verdict.INCONSISTENT
    near = coefficients.p_of_coefficient(R("0.94"), R("0.001"), R("0.0178"))
    assert near.verdict is Verdict.WITHIN_ROUNDING  # 0.9552, from 0.9331 to 0.9776
    minus = coefficients.z_of_coefficient(R("−0.39"), R("−0.0178"), R("0.0463"))
    assert minus.verdict is Verdict.WITHIN_ROUNDING  # -0.3845


def test_a_p_said_to_be_cut_off_is_shown_with_a_value_that_gives_it():
    p = R("0.026")  # the limits as printed give 0.0272, their rounding 0.0266 at the least
    found = ratios.p_of_interval(p, R("0.639"), R("0.429"), R("0.950"))
    assert found.verdict is Verdict.UNDER_CONVENTION
    assert p.covers(float(found.explanations[0].recomputed), "truncation")


def test_profile_limits_need_not_be_symmetric():
    skewed = ratios.estimate_of_interval(R("1.00"), R("0.46"), R("2.72"), "profile")
    assert skewed.verdict is Verdict.NOT_CHECKABLE
    plain = ratios.estimate_of_interval(R("1.00"), R("0.46"), R("2.72"))
    assert plain.verdict is Verdict.INCONSISTENT
    assert not plain.explanations
    assert "not computed" in plain.how
    outside = ratios.estimate_of_interval(R("3.00"), R("0.46"), R("2.72"), "profile")
    assert outside.verdict is Verdict.IMPOSSIBLE
