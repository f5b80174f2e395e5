"""Tests that notes or the text name, and groups that are one group seen twice."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.shapes import named_test
from analyses.manuscripts.source import Source, cell_of, source_table
from analyses.manuscripts.stated_tests import tests_in as named


def source(*rows: str, title: str = "", notes: tuple[str, ...] = (), text: tuple[str, ...] = ()):
    cells = [[cell_of(words) for words in row.split(";")] for row in rows]
    return Source("m", (source_table("Table 1", title, cells, 1, notes),), text)


def weighed(made: Source):
    return [(one.severity, one.finding.what) for one in audit_manuscript(made).weighed]


def assumed(made: Source):
    (one,) = audit_manuscript(made).weighed
    return one.severity, " ".join(one.finding.outcome.assumed)


HEAD = "Variable;A (n = 40);B (n = 60);p"
TWICE = "Variable;{} (n = 72);{} (n = 72);p"


@pytest.mark.parametrize(
    ("words", "tests"),
    [
        ("McNemar’s test; paired t test.", ("paired t", "mcnemar")),
        ("Welch’s t-test and Pearson’s χ2 test", ("welch", "chi-square")),
        ("unpaired t test or Mann–Whitney U test", ("student", "mann-whitney")),
        ("Fisher’s exact test, as appropriate", ("fisher",)),
        ("Kaplan–Meier and log-rank test", ("log-rank",)),
        ("nothing", ()),
    ],
)
def test_every_test_that_words_name(words, tests):
    assert named(words) == tests


def test_an_unpaired_test_is_not_paired():
    assert named_test("Unpaired t-test") == "student"
    assert named_test("paired Student’s t-test") == "paired t"


@pytest.mark.parametrize(
    ("first", "second"), [("Before", "After"), ("Baseline", "12 months"), ("Preop", "Postop")]
)
@pytest.mark.parametrize("notes", [(), ("McNemar’s test; paired t test.",)])
def test_one_group_seen_twice(first, second, notes):
    rows = (
        TWICE.format(first, second), "Pain, n (%);37 (51.4);25 (34.7);0.011",
        "Score, mean ± SD;6.1 ± 2.0;5.8 ± 2.1;0.03",
    )  # fmt: skip
    assert weighed(source(*rows, notes=notes)) == []
    fewer = rows[0].replace("72);p", "70);p"), rows[1].replace("(34.7)", "(35.7)"), rows[2]
    assert weighed(source(*fewer, notes=notes)) == []
    other = rows[0].replace(first, "A").replace(second, "B"), *rows[1:]
    assert len(weighed(source(*other))) == 2


def test_what_a_note_names_is_named():
    # R: prop.test(c(10, 30), c(40, 60), correct = FALSE): 0.0124
    row = "Male, n (%);10 (25.0);30 (50.0);0.112"
    note = ("Categorical data were compared by the chi-square test.",)
    assert assumed(source(HEAD, row, notes=note)) == (Severity.CONCLUSION, "")
    severity, words = assumed(source(HEAD, row))
    assert severity is Severity.PROBABLE
    assert "does not name the test" in words


def test_what_only_the_text_names_is_assumed():
    row = "Male, n (%);10 (25.0);30 (50.0);0.112"
    text = "Proportions were compared with the χ2 test or Fisher’s exact test; medians otherwise."
    severity, words = assumed(source(HEAD, row, text=(text,)))
    assert severity is Severity.PROBABLE
    assert "one of the tests that the text names: Fisher’s exact test, chi-square" in words
    assert "does not name" not in words


def test_a_p_by_a_test_of_survival_is_not_one_of_counts():
    rows = HEAD, "Died, n (%);10 (25.0);30 (50.0);0.2"
    assert weighed(source(*rows, notes=("P values by log-rank test.",))) == []
    assert weighed(source(*rows)) != []


def test_means_of_those_with_a_value():
    # of 50 and 40: mean of all 9.11, p = 0.0207; of 60 and 40: 9.20, 0.0161
    heads = "Variable;Total (n = 100);A (n = 60);B (n = 40);p"
    rows = heads, "Score, mean ± SD;9.11 ± 4.10;10.00 ± 4.00;8.00 ± 4.00;0.021"
    note = ("Data are missing for some patients.",)
    assert weighed(source(*rows, notes=note)) == []
    assert len(weighed(source(*rows))) == 2
    wrong = rows[0], rows[1].replace("9.11", "7.11").replace("0.021", "0.521")
    assert len(weighed(source(*wrong, notes=note))) == 2


def test_deviations_that_nobody_names_are_assumed():
    rows = "Variable;A (n = 10);B (n = 10);p", "Length;22.7 ± 1.2;20.8 ± 0.8;0.33"
    severity, words = assumed(source(*rows))
    assert severity is Severity.PROBABLE
    assert "its standard deviation" in words
    named_so = rows[0], rows[1].replace("Length", "Length, mean ± SD")
    assert "its standard deviation" not in assumed(source(*named_so))[1]
