"""Pooled areas and averages against those that Sanker et al. 2025 print; metafor in comments."""

from __future__ import annotations

import pytest

from analyses.printed.number import read_printed
from analyses.printed.outcome import Verdict
from analyses.printed.pooling import Study, averaged, pooled

ONE_YEAR = """0.87 0.85 0.89
0.77 0.73 0.80
0.70 0.61 0.78
0.787 0.730 0.838
0.832 0.758 0.906
0.76 0.74 0.78
0.90 0.86 0.93
0.74 0.69 0.79
0.84 0.77 0.89
0.78 0.67 0.87"""
TRAINING = "0.977 0.970 0.984\n0.94\n0.856 0.804 0.907\n0.94"


def studies(lines: str) -> list[Study]:
    return [Study(*map(read_printed, line.split())) for line in lines.splitlines()]


def numbers(**printed: str):
    return {name: read_printed(words) for name, words in printed.items()}


def test_a_pooled_area_with_its_intervals():
    # rma(qlogis(auc), sei, method = "REML", test = "knha"), predict: 0.8041 (0.7529–0.8469),
    # prediction by t with 8 degrees of freedom 0.6188–0.9122.
    printed = numbers(
        estimate="0.80", low="0.75", high="0.85", prediction_low="0.62", prediction_high="0.91"
    )
    found = dict(pooled(printed, studies(ONE_YEAR), "logit"))
    assert {outcome.verdict for outcome in found.values()} == {Verdict.REPRODUCED}
    assert found["estimate"].recomputed == "0.804"
    assert found["prediction_low"].recomputed == "0.619"
    assert 'method = "REML", test = "knha"' in found["low"].r


@pytest.mark.parametrize(
    ("low", "verdict"),
    [
        ("0.753", Verdict.REPRODUCED),
        ("0.7597", Verdict.UNDER_CONVENTION),  # test = "z"
        ("0.70", Verdict.INCONSISTENT),
    ],
)
def test_other_intervals_are_named(low, verdict):
    found = dict(pooled(numbers(low=low), studies(ONE_YEAR), "logit"))["low"]
    assert found.verdict is verdict
    if verdict is Verdict.UNDER_CONVENTION:
        assert any("z interval" in fit.words for fit in found.explanations)
    assert found.tried == 16


def test_an_average_with_studies_that_print_no_interval():
    printed = numbers(estimate="0.971", low="0.965", high="0.978")
    found = dict(averaged(printed, studies(TRAINING), "logit"))
    assert {outcome.verdict for outcome in found.values()} == {Verdict.REPRODUCED}
    left_out = dict(averaged(numbers(estimate="0.975"), studies(TRAINING), "logit"))["estimate"]
    assert left_out.verdict is Verdict.UNDER_CONVENTION
    assert "studies without interval left out" in left_out.explanations[0].words


def test_one_study_is_not_pooled():
    found = dict(pooled(numbers(estimate="0.87"), studies("0.87 0.85 0.89\n0.9"), "logit"))
    assert found["estimate"].verdict is Verdict.NOT_CHECKABLE
