"""What is believed of a table, and what is said of the rest."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from workbooks import DICTIONARY, write_workbook

from cohort_stats import read_cohort
from cohort_stats.condition import Condition
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.problem import CohortError
from cohort_stats.workbooks.template import write_template

HEADINGS = ["Patient", "Age", "Sex", "Tumour grade", "Positive nodes", "Died", "Survival (months)"]


def read(tmp_path, *rows, headings=HEADINGS):
    return read_cohort(write_workbook(tmp_path / "a.xlsx", [headings, *rows]), DICTIONARY)


def problems(tmp_path, *rows, headings=HEADINGS) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read(tmp_path, *rows, headings=headings)
    return str(caught.value).splitlines()


def test_a_good_cohort(tmp_path):
    cohort = read(
        tmp_path, ["P1", 50, "M", "II", 3, "yes", 12.5], ["P2", None, "female", "iii", "NA", 0, 7]
    )
    frame = cohort.frame
    assert list(frame["id"]) == ["P1", "P2"]
    np.testing.assert_array_equal(frame["age"], [50, np.nan])
    assert list(frame["sex"]) == ["Male", "Female"]
    assert list(frame["grade"].cat.categories) == ["I", "II", "III"]
    assert list(frame["grade"]) == ["II", "III"]
    np.testing.assert_array_equal(frame["nodes"], [3, np.nan])
    assert list(frame["dead"]) == ["Yes", "No"]
    assert cohort.absent == ("surgery", "last", "note")
    assert not cohort.synthetic


#: Cell typed -> message about it, or None when it is accepted.
CELLS = [
    ("Age", "fifty", "Cohort!B2, Age: expected a number from 0 to 120, found 'fifty'"),
    ("Age", 150, "Cohort!B2, Age: expected a number from 0 to 120, found '150'"),
    ("Age", -1, "Cohort!B2, Age: expected a number from 0 to 120, found '-1'"),
    ("Age", "55", None),
    ("Age", True, "Cohort!B2, Age: expected a number from 0 to 120, found 'TRUE'"),
    ("Age", "nan", "Cohort!B2, Age: expected a number from 0 to 120, found 'nan'"),
    ("Age", "1e999", "Cohort!B2, Age: expected a number from 0 to 120, found '1e999'"),
    ("Age", "NA", "Cohort!B2, Age: expected a number from 0 to 120, found 'NA'"),
    ("Age", "None", "Cohort!B2, Age: expected a number from 0 to 120, found 'None'"),
    ("Age", "   ", None),
    ("Age", "22,5", None),
    ("Age", "50 years", None),
    ("Age", "50 months", "found '50 months' ('months' is not the unit of this column, years)"),
    ("Age", "about 50", "found 'about 50' (write the number alone, without a remark)"),
    ("Sex", "femal", "found 'femal' (did you mean 'Female'?)"),
    ("Sex", "divers", "Cohort!B2, Sex: expected one of 'Male' (M), 'Female' (F), found 'divers'"),
    ("Sex", " FEMALE ", None),
    ("Tumour grade", "IV", "Cohort!B2, Tumour grade: expected one of 'I', 'II', 'III', found 'IV'"),
    ("Positive nodes", 2.5, "Positive nodes: expected a whole number of at least 0, found '2.5'"),
    ("Positive nodes", 99, None),
    ("Positive nodes", "na", None),
    ("Date of surgery", "2024-02-30", "expected a date that exists (year-month-day)"),
    ("Date of surgery", "03/04/2024", "(day or month first? write year-month-day)"),
    ("Date of surgery", "2024-3-4", None),
    ("Date of surgery", 45000, None),
    ("Date of surgery", 450, "expected a date (year-month-day), found '450'"),
    ("Died", "maybe", "Cohort!B2, Died: expected yes or no, found 'maybe'"),
    ("Remark", "None", None),
    ("Remark", "x" * 200, None),
]


@pytest.mark.parametrize(("heading", "typed", "message"), CELLS)
def test_each_kind_of_cell(tmp_path, heading, typed, message):
    headings, row = ["Patient", heading], ["P1", typed]
    if message is None:
        assert len(read(tmp_path, row, headings=headings)) == 1
    else:
        (found,) = problems(tmp_path, row, headings=headings)
        assert message in found


def test_every_problem_at_once_in_reading_order(tmp_path):
    found = problems(
        tmp_path,
        ["P1", "old", "M", "II", 1, "yes", None],
        [None, 50, "M", "II", 1, "no", 3],
        ["P1", 50, "X", "II", 1, "no", -3],
    )
    assert found == [
        "Cohort!B2, Age: expected a number from 0 to 120, found 'old'",
        "Cohort!G2, Survival: expected a value, because Died is 'Yes', found an empty cell",
        "Cohort!A3, Patient: expected text (this column must be filled in), found an empty cell",
        "Cohort!A4, Patient: expected an id used only once, found 'P1' again (first at Cohort!A2)",
        "Cohort!C4, Sex: expected one of 'Male' (M), 'Female' (F), found 'X'",
        "Cohort!G4, Survival: expected a number of at least 0, found '-3'",
    ]


def test_a_rule_says_nothing_about_a_cell_already_rejected(tmp_path):
    found = problems(tmp_path, ["P1", 50, "M", "I", 0, "yes", "soon"])
    assert found == ["Cohort!G2, Survival: expected a number of at least 0, found 'soon'"]


def test_dates_out_of_order(tmp_path):
    headings = ["Patient", "Date of surgery", "Last contact"]
    row = ["P1", datetime(2024, 5, 1), datetime(2024, 4, 30)]
    (found,) = problems(tmp_path, row, headings=headings)
    assert found.startswith("Cohort!C2, Last contact: expected a date not before Date of surgery")


def test_headings_match_by_name_label_alias_in_any_order(tmp_path):
    cohort = read(tmp_path, ["III", "P1", 4], headings=["TGRADE", " patient ", "positive_nodes"])
    assert list(cohort.frame.iloc[0][["id", "grade", "nodes"]]) == ["P1", "III", 4]


def test_a_title_above_the_headings_does_no_harm(tmp_path):
    rows = [["Cohort of the Department"], [], ["Patient", "Age", "Sex"], ["P1", "old", "F"]]
    with pytest.raises(CohortError) as caught:
        read_cohort(write_workbook(tmp_path / "a.xlsx", rows), DICTIONARY)
    assert str(caught.value) == "Cohort!B4, Age: expected a number from 0 to 120, found 'old'"


def test_a_misspelt_heading_says_the_likely_one(tmp_path):
    (found,) = problems(tmp_path, ["P1", "II"], headings=["Patient", "Tumor grade"])
    assert found == (
        "Cohort!B1, heading: expected 'Tumour grade', found 'Tumor grade' "
        "(is the heading misspelt?)"
    )


def test_a_required_column_that_is_missing(tmp_path):
    (found,) = problems(tmp_path, [50], headings=["Age"])
    assert found == "Cohort!1, heading: expected a column 'Patient', found no such heading"


def test_a_column_given_twice(tmp_path):
    (found,) = problems(tmp_path, ["P1", 50, 51], headings=["Patient", "Age", "age (years)"])
    assert found == (
        "Cohort!C1, heading: expected one column for 'Age', found 'age (years)' as well as 'Age'"
    )


def test_other_columns_are_listed_not_dropped_in_silence(tmp_path):
    cohort = read(tmp_path, ["P1", "x"], headings=["Patient", "Blood pressure"])
    assert cohort.ignored == ("Blood pressure",)


def test_unusual_values_warn_and_stay(tmp_path):
    cohort = read(tmp_path, ["P1", 12, "M", "I", 0, "no", 3])
    assert [str(w) for w in cohort.warnings] == [
        "Cohort!B2, Age: expected usually 18 to 90, found '12'"
    ]
    assert cohort.frame["age"].iloc[0] == 12


def test_exclusions_are_counted_under_the_first_reason(tmp_path):
    rows = [[f"P{i}", age, "M", "I", 0, "no", 3] for i, age in enumerate([10, 20, None, 95])]
    cohort = read(tmp_path, *rows).excluding(
        [
            ("Minors", Condition("age", "below", 18)),
            ("Very old", Condition("age", "above", 90)),
            ("No age", Condition("age", "missing", True)),
        ]
    )
    steps = [(s.reason, s.excluded, s.unknown, s.remaining) for s in cohort.flow.steps]
    assert steps == [("Minors", 1, 1, 3), ("Very old", 1, 1, 2), ("No age", 1, 0, 1)]
    assert cohort.flow.entered == 4
    assert len(cohort) == 1


@pytest.mark.parametrize(
    ("comparison", "value", "met"),
    [
        ("is", "Male", [True, False, False]),
        ("is_not", "Male", [False, True, False]),
        ("in", ("Male", "Female"), [True, True, False]),
        ("missing", True, [False, False, True]),
        ("missing", False, [True, True, False]),
    ],
)
def test_conditions_on_levels(comparison, value, met):
    frame = pd.DataFrame({"sex": pd.Categorical(["Male", "Female", None])})
    found, unknown = Condition("sex", comparison, value).holds(frame)
    assert list(found) == met
    assert not (found & unknown).any()


def test_an_unknown_comparison_is_a_programmers_error():
    with pytest.raises(ValueError, match="comparison must be one of 'is', .*; got 'like'"):
        Condition("sex", "like", "Male")


def test_a_template_filled_in_reads_back_as_it_was(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["P1", "=cmd()"],
            "age": [50.5, np.nan],
            "sex": ["Female", None],
            "surgery": [datetime(2024, 1, 31), pd.NaT],
            "dead": ["No", "Yes"],
            "months": [3, 4.25],
            "note": ["+1", None],
        }
    )
    path = write_template(DICTIONARY, tmp_path / "t.xlsx", title="T", frame=frame)
    back = read_cohort(path, DICTIONARY).frame
    for name in frame:
        left = [None if pd.isna(v) else v for v in frame[name]]
        assert left == [None if pd.isna(v) else v for v in back[name]], name


def test_synthetic_is_known_by_the_readme_or_by_the_ids(tmp_path):
    frame = pd.DataFrame({"id": ["P1"]})
    remarks = ("SYNTHETIC: made up.",)
    marked = write_template(
        DICTIONARY, tmp_path / "a.xlsx", title="T", remarks=remarks, frame=frame
    )
    assert read_cohort(marked, DICTIONARY).synthetic
    (tmp_path / "a.csv").write_text("Patient\nSYNTHETIC-1\n")
    assert read_cohort(tmp_path / "a.csv", DICTIONARY).synthetic
    (tmp_path / "b.csv").write_text("Patient\nP1\n")
    assert not read_cohort(tmp_path / "b.csv", DICTIONARY).synthetic


def test_long_level_lists_still_become_drop_downs(tmp_path):
    from openpyxl import load_workbook

    from cohort_stats.dictionary import Level

    labels = [f"A rather long level, number {i}" for i in range(30)]
    variable = Variable("x", "X", "category", levels=tuple(Level(s, s) for s in labels))
    path = write_template(DataDictionary({"x": variable}), tmp_path / "t.xlsx", title="T")
    book = load_workbook(path)
    (rule,) = book["Cohort"].data_validations.dataValidation
    assert rule.formula1 == "Lists!$A$1:$A$30"
    assert [c.value for c in book["Lists"]["A"]] == labels


def test_headings_that_differ_in_punctuation_only_are_told_apart(tmp_path):
    names = {n: Variable(n, n, "number") for n in ("race___1", "race1")}
    path = write_workbook(tmp_path / "a.xlsx", [["race1", "race___1", "RACE 1"], [1, 2, 3]])
    cohort = read_cohort(path, DataDictionary(names))
    assert cohort.frame.iloc[0].to_dict() == {"race1": 1, "race___1": 2}
    assert cohort.ignored == ("RACE 1",)
