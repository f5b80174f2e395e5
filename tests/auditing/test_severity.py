"""What a finding weighs: each rule on the smallest paper that calls for it."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit
from analyses.auditing.severity import Severity
from analyses.published.reading import published_from

HEAD = """
[paper]
key = "paper"
title = "A paper"
citation = "A paper."
{tests}
[groups]
a = {{ label = "A", n = "40" }}
b = {{ label = "B", n = "60" }}
[[tables]]
id = "t"
place = "Table 1"
compares = ["a", "b"]
rows = \"\"\"
{rows}
\"\"\"
"""
STATED = '[paper.tests]\ncounts = ["chi-square"]\nmeans = ["student"]'


def weighed(rows: str, tests: str = STATED):
    return audit(published_from(HEAD.format(rows=rows, tests=tests))).weighed


def only(rows: str, tests: str = STATED):
    (one,) = weighed(rows, tests)
    return one


def test_numbers_that_hold_weigh_nothing():
    # 10/40 against 30/60: chi-square = 6.25, p = 0.0124
    assert weighed("id|what|kind|a|b|p\nx|X|count_percent|10 (25.0)|30 (50.0)|0.012") == []


def test_a_percentage_is_definite_and_its_last_digit_minor():
    one = only("id|what|kind|a|b\nx|X|count_percent|10 (27.0)|30 (50.0)")
    assert one.severity is Severity.DEFINITE
    one = only("id|what|kind|a|b\nx|X|count_percent|10 (25.1)|30 (50.0)")
    assert (one.severity, one.why) == (
        Severity.MINOR,
        "a slip in the last digit would explain it",
    )


def test_a_p_across_the_level_changes_a_conclusion_where_nothing_is_assumed():
    rows = "id|what|kind|a|b|p\nx|X|count_percent|10 (25.0)|30 (50.0)|0.212"
    assert only(rows).severity is Severity.CONCLUSION
    unstated = only(rows, "")
    assert unstated.severity is Severity.PROBABLE
    assert "does not name the test" in " ".join(unstated.finding.outcome.assumed)
    bare = only("id|what|kind|a|b|p\nx|X|count|10|30|0.212")
    assert bare.severity is Severity.PROBABLE
    assert bare.finding.outcome.assumed == (
        "who is not counted is without the feature, not unknown",
    )
    assert only(rows.replace("0.212", "0.030")).severity is Severity.DEFINITE


def test_means_rest_on_everybody_having_a_value():
    one = only("id|what|kind|a|b|p\nx|X|mean_sd|50.0 ± 10.0|60.0 ± 10.0|0.412")
    assert one.severity is Severity.PROBABLE
    assert one.finding.outcome.assumed == ("every patient of a group has a value",)


@pytest.mark.parametrize(
    ("cell", "severity"),
    [
        ("2.00 (1.20–3.33); 0.300", Severity.CONCLUSION),  # p of the interval: 0.008
        ("2.00 (1.20–3.33); 0.020", Severity.PROBABLE),
        ("3.00 (1.20–2.50); 0.020", Severity.DEFINITE),  # outside its interval
        ("1.60 (0.90–2.70); 0.091", Severity.MINOR),  # the middle is 1.56
    ],
)
def test_ratios_against_interval_and_p(cell, severity):
    assert severity in [one.severity for one in weighed(f"id|what|or_ci_p\nx|X|{cell}")]


def test_a_ratio_printed_twice_on_both_sides_of_one_changes_a_conclusion():
    rows = 'id|what|or\nx|X|4.33\n"""\n[[text]]\nid = "abstract"\nplace = "Abstract"\nrows = """\n'
    rows += "id|kind|value|relations\nor|or|0.433|same_as t.x.or"
    one = only(rows)
    assert one.severity is Severity.CONCLUSION
    assert one.finding.address == "abstract.or"


def test_the_weightiest_come_first():
    rows = "id|what|kind|a|b|p\nx|X|count_percent|10 (25.1)|30 (55.0)|0.212"
    severities = [one.severity for one in weighed(rows)]
    assert severities == [Severity.CONCLUSION, Severity.DEFINITE, Severity.MINOR]
