"""Every line of R that a finding prints gives what we recomputed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from analyses.printed import (
    after_anova,
    areas,
    coefficients,
    diagnostic_counts,
    heterogeneity,
    indices,
    logistic,
    pairs,
    pseudo_r_squared,
    spreads,
    sprite,
    survival_models,
    survival_rates,
    totals,
    two_by_two,
    whole_values,
)
from analyses.printed.number import read_printed
from analyses.printed.number import read_printed as R
from analyses.printed.tests_of_counts import TWO_BY_TWO, WORDS, p_under, r_line
from analyses.printed.tests_of_means import Sample
from analyses.printed.whole_values import Scale
from analyses.published.reading import load_published
from analyses.replication.findings import findings

TABLES = ([[36, 23], [23, 20]], [[28, 9], [29, 28], [2, 6]], [[3, 1, 4], [2, 7, 1], [5, 5, 5]])


def in_r(lines: list[str]) -> list[float]:
    code = "\n".join(
        f"cat(sprintf('%.10g', as.numeric(suppressWarnings({{{line}}}))[1]), '\\n')"
        for line in lines
    )
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


@pytest.mark.outer
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
@pytest.mark.parametrize("key", ["kim2025pni", "jang2025", "xu2021"])
def test_lines_of_r_give_our_numbers(key):
    found = [
        f.outcome for f in findings(load_published(key)) if f.outcome.r and "0:" not in f.outcome.r
    ]
    assert len(found) > 40
    for outcome, value in zip(found, in_r([o.r for o in found]), strict=True):
        if any(sign in outcome.r for sign in (" == ", " <= ", " >= ")):  # TRUE or FALSE
            assert value == outcome.verdict.holds, outcome
            continue
        ours = read_printed(outcome.recomputed)
        if ours.comparator:
            assert value < ours.value
        else:
            assert value == pytest.approx(ours.value, abs=0.51 * ours.unit), outcome


@pytest.mark.outer
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_every_test_of_counts_is_that_of_r():
    cases = [
        (test, table)
        for table in TABLES
        for test in WORDS
        if len(table) == 2 or test not in TWO_BY_TWO
    ]
    values = in_r([r_line(test, table) for test, table in cases])
    for (test, table), value in zip(cases, values, strict=True):
        assert p_under(test, table) == pytest.approx(value, rel=1e-6), (test, table)


def r_outcomes():
    """An outcome of each family of checks, and the first number that its line of R gives."""
    three = [Sample(R("12.6"), R("2.9"), 12), Sample(R("13.4"), R("2.0"), 15)]
    three.append(Sample(R("13.2"), R("3.0"), 9))
    table = {"sensitivity": R("70.8%"), "specificity": R("73.6%")}
    counts = [(3.0, 20.0), (9.0, 25.0), (14.0, 22.0)]
    triple = R("0.77"), R("0.29"), R("2.04")
    exact = R("0.77"), R("0.25"), R("2.26")
    risks = R("0.80"), R("0.35"), R("1.82")
    beta, se = R("0.8408"), R("0.4753")
    return [
        (after_anova.p_after_anova(R("0.430"), three), None),
        (after_anova.p_after_anova(R("0.813"), three), None),
        (pairs.p_of_pairs(R("0.03"), three[0], Sample(R("14.0"), R("1.0"), 12)), 0.239525),
        (totals.percent_of_parts(R("40.0%"), [(R("25.0%"), 40), (R("50.0%"), 60)]), None),
        (two_by_two.interval_of_counts("or", *triple, (8, 54), (12, 65)), 0.768116),
        (two_by_two.interval_of_counts("or", *exact, (8, 54), (12, 65)), 0.249539),
        (two_by_two.interval_of_counts("rr", *risks, (8, 54), (12, 65)), 0.802469),
        (two_by_two.precision_of_ratio("or", R("0.5"), R("9.0"), 20, 119), None),
        (logistic.ratio_of_model([R("3.143")], logistic.in_order(counts)), None),
        (coefficients.limits_of_coefficient(R("0.91"), R("5.88"), beta, se), 0.913229),
        (coefficients.z_of_coefficient(R("3.13"), beta, se), None),
        (pseudo_r_squared.r_squared_of_deviance(R("0.187"), 96, 24, deviance=R("95.0")), None),
        (whole_values.mean_of_whole(R("5.18"), 28), None),
        (whole_values.sd_of_whole(R("2.50"), R("1.29"), 4), None),
        (sprite.sample_of_whole(R("2.5"), R("1.29"), 4, Scale(1, 1, 4, reached=True)), 2.5),
        (spreads.standard_error(R("1.09"), R("10.5"), 92), None),
        (indices.effective_dose(R("39.0"), R("30"), fractions=10), None),
        (areas.interval_of_area(R("0.693"), R("0.563"), R("0.823"), 24, 72), 0.563487),
        (areas.p_of_area(R("0.005"), R("0.693"), 24, 72), 0.004775),
        (diagnostic_counts.accuracy_of_counts(table, positives=24, negatives=72), 17 / 24),
        (heterogeneity.i2_of_q(R("60%"), R("10.0"), 5), None),
        (heterogeneity.p_of_q(R("0.040"), R("10.0"), 5), None),
        (survival_models.rate_and_median(R("25%"), R("12"), R("6")), None),
        (survival_rates.survival_of_deaths(R("80%"), 100, 20), 80.0),
    ]


@pytest.mark.outer
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_the_line_of_every_family_is_that_of_r():
    found = r_outcomes()
    assert all(outcome.verdict.holds and outcome.r for outcome, _ in found)
    values = in_r([outcome.r for outcome, _ in found])
    for (outcome, expected), value in zip(found, values, strict=True):
        if expected is None:
            ours = read_printed(outcome.recomputed)
            assert value == pytest.approx(ours.value, abs=0.51 * ours.unit), outcome
        else:
            assert value == pytest.approx(expected, rel=1e-4), outcome
