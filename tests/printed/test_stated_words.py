"""Words that relate ratios, studies and survival: what is true holds, a planted error is found."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from analyses.printed.printed_studies import Study
from analyses.printed.recovered import table_of_ratio
from analyses.printed.weights import weight_of_study
from analyses.published.reading import PublishedError, published_from
from analyses.replication.findings import findings

# R: glm(cbind(c(8, 5, 20, 4), c(12, 25, 30, 16)) ~ c(1, 0, 1, 0) + c(0, 0, 1, 1), binomial):
# 2.9654 (1.2000–7.3282 by confint.default). metafor::rma of the logs of the studies: Q 8.4733;
# REML τ² 0.1276, weight of the first 31.30; DL I² 76.40; FE weight 20.65.
TEXT = """
[paper]
key = "words"
title = "Words"
citation = "Nobody 2020"

[groups]
a = { label = "A", n = "54" }
b = { label = "B", n = "65" }

[models]
uni = { label = "univariable", effect = "or" }

[[tables]]
id = "j"
place = "Table 1"
rows = '''
id  | what      | kind          | a
yo  | exposed, young   | count_percent | 8/20
no  | unexposed, young | count_percent | 5/30
ye  | exposed, old     | count_percent | 20/50
ne  | unexposed, old   | count_percent | 4/20
'''

[[text]]
id = "t"
place = "Results"
rows = '''
id | what  | kind | group | value | relations
or       | OR    | or_ci | uni | 0.77 (0.29–2.04) | counts_within a b 20
turned   | OR    | or_ci | uni | 1.30 (0.49–3.46) | reciprocal_of t.or
plain    | OR    | or   | uni | 1.30     | reciprocal_of t.or
unit     | OR    | or_ci | uni | 1.16 (1.04–1.29) |
halves   | OR    | or_ci | uni | 2.08 (1.20–3.60) | halves_of t.unit 5
adj | OR | or_ci | uni | 2.97 (1.20–7.33) | adjusted_or 1,0=j.yo.a 0,0=j.no.a 1,1=j.ye.a 0,1=j.ne.a
median_a | median | median | a   | 6.0      |
median_b | median | median | b   | 12.0     |
rate_a   | survival | rate | a   | 25.0%    |
rate_b   | survival | rate | b   | 50.0%    | weibull_of 12 t.median_b
hr       | HR    | hr_ci |     | 2.00 (1.20–3.33) | ratio_of_medians t.median_a t.median_b
hr_again | HR    | hr_ci |     | 2.00 (1.20–3.33) | ratio_of_rates t.rate_a t.rate_b
died     | deaths | count | a   | 40       | deaths_for t.rate_a a 5
left     | at risk | n    | a   | 10       | left_after a t.died
size     | length | mean_sd | a   | 60.0 ± 10.0 |
middle   | length | median | a   | 65       | median_beside t.size
s1       | study | hr_ci |     | 0.90 (0.60–1.35) |
s2       | study | hr_ci |     | 1.30 (1.02–1.65) |
s3       | study | hr_ci |     | 2.10 (1.40–3.15) |
q        | Q     | statistic |     | 8.5      | q_of t.s1 t.s2 t.s3
i2       | I²    | percent |     | 76%      | i2_of_studies t.s1 t.s2 t.s3 by dersimonian-laird
tau2     | τ²    | number |     | 0.13     | tau2_of t.s1 t.s2 t.s3
weight   | weight | percent |     | 31.3%    | weight_of t.s1 t.s2 t.s3
'''
"""
ERRORS = {
    "0.77 (0.29–2.04)": ("0.77 (0.60–0.99)", "t.or"),
    "1.30 (0.49–3.46)": ("1.30 (0.49–3.64)", "t.turned"),
    "| 1.30  ": ("| 1.03  ", "t.plain"),
    "2.97 (1.20–7.33)": ("3.27 (1.20–7.33)", "t.adj"),
    "| 40    ": ("| 50    ", "t.died"),
    "| 10    ": ("| 15    ", "t.left"),
    "| 65    ": ("| 85    ", "t.middle"),
    "| 8.5   ": ("| 3.2   ", "t.q"),
    "| 76%   ": ("| 17%   ", "t.i2"),
    "| 0.13  ": ("| 0.41  ", "t.tau2"),
    "| 31.3% ": ("| 51.3% ", "t.weight"),
}


def found(text: str):
    return {f.address.removesuffix(".estimate"): f for f in findings(published_from(text))}


def test_what_is_true_holds():
    told = [f for f in findings(published_from(TEXT)) if not f.verdict.holds]
    assert told == []
    assert found(TEXT)["t.or"].outcome.recomputed == "8 of 54 against 12 of 65"
    assert found(TEXT)["t.rate_b"].outcome.how.startswith("constant hazard: 0.5^(12 / 12)")


@pytest.mark.parametrize("right", ERRORS)
def test_an_error_is_found(right):
    wrong, address = ERRORS[right]
    assert TEXT.count(right) == 1
    lost = [f for f in findings(published_from(TEXT.replace(right, wrong))) if not f.verdict.holds]
    assert address in {f.address.removesuffix(".estimate").removesuffix(".low") for f in lost}
    assert all(f.outcome.r for f in lost)


@pytest.mark.parametrize("words", ["ratio_of_medians t.median_a t.median_b", "halves_of t.unit 5"])
def test_effects_that_need_no_such_form_never_contradict(words):
    text = TEXT.replace("2.00 (1.20–3.33)", "0.40 (0.24–0.66)").replace("5\n", "-5\n", 1)
    assert words.split()[0] in text
    assert found(text)["t.hr"].verdict.holds


def test_what_a_word_needs_is_said():
    with pytest.raises(PublishedError, match="a model of reml"):
        published_from(TEXT.replace("by dersimonian-laird", "by dersimonian"))
    with pytest.raises(PublishedError, match="an address of this file"):
        published_from(TEXT.replace("1,0=j.yo.a", "1,0=j.yu.a"))
    with pytest.raises(PublishedError, match="counts_within N REFERENCE"):
        published_from(TEXT.replace("counts_within a b 20", "counts_within a"))
    no = found(TEXT.replace("| or_ci | uni | 0.77 (0.29–2.04)", "| or | uni | 0.77"))
    assert no["t.or"].verdict is Verdict.NOT_CHECKABLE


def test_groups_with_a_patient_more_or_less_are_named():
    # 2 of 14 against 13 of 51: 0.49 (0.10–2.47)
    ratio = R("0.49"), R("0.10"), R("2.47")
    lost = table_of_ratio("or", *ratio, 13, 52, 15)
    assert lost.verdict is Verdict.INCONSISTENT
    assert [e.words for e in lost.explanations] == ["2 of 14 against 13 of 51"]
    assert lost.tried == 14 + sum(1 + min(n, 15) for n in (12, 14, 12, 13, 12, 11, 13))


STUDIES = [Study(*map(R, cells)) for cells in (
    ("0.90", "0.60", "1.35"), ("1.30", "1.02", "1.65"), ("2.10", "1.40", "3.15"))]  # fmt: skip


def test_weights_name_the_estimator():
    common = weight_of_study(R("20.6%"), STUDIES, "log")
    assert common.verdict is Verdict.UNDER_CONVENTION
    assert "one common effect, on the log scale" in [e.words for e in common.explanations]
    bare = weight_of_study(R("20%"), [Study(R("0.90")), *STUDIES[1:]], "log")
    assert bare.verdict is Verdict.NOT_CHECKABLE


@pytest.mark.outer
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_r_counts_the_tables_and_their_ratio():
    some = table_of_ratio("or", R("0.77"), R("0.29"), R("2.04"), 54, 65, 20)
    none = table_of_ratio("or", R("0.49"), R("0.10"), R("2.47"), 13, 52, 15)
    lines = "; ".join(f"cat({line}, '\\n')" for line in (
        f"{{ {some.r} }}", f"{{ {none.r} }}"))  # fmt: skip
    out = subprocess.run(["Rscript", "-e", lines], capture_output=True, text=True, check=True)
    first, second = out.stdout.splitlines()
    assert [round(float(x), 2) for x in first.split()] == [0.77, 0.29, 2.04]
    assert second.split() == ["0"]
