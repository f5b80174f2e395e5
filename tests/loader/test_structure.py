"""What a sheet says beside its patients: headings in two rows, units, notes, totals, merges."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort_stats.problem import CohortError
from cohort_stats.rawtable import CellError
from cohort_stats.reading.grid import Grid, is_blank, table_from_grid
from cohort_stats.reading.units import unit_in


def table(*rows, **known):
    return table_from_grid(Grid(Path("a.xlsx"), "Cohort", rows, "hash", **known))


def text_table(text):
    return table(*csv.reader(io.StringIO(text)))


def left_out(found):
    return [(str(part.where), part.reason, part.cells) for part in found.left_out]


def unaccounted(rows, found) -> int:
    """Filled cells that are in no heading, no value and nothing that was left out."""
    filled = {i: sum(not is_blank(v) for v in row) for i, row in enumerate(rows, start=1)}
    titles = {part.where.row for part in found.left_out if part.reason.startswith("a title")}
    headings = sum(n for i, n in filled.items() if i <= found.heading_row and i not in titles)
    values = sum(v is not None for column in found.values for v in column) - len(found.repairs)
    return sum(filled.values()) - headings - values - sum(p.cells for p in found.left_out)


PATIENTS = [["P1", 61, 1, "D", 80], ["P2", 55, 2, "E", 90], ["P3", 70, 1, "D", 60]]


# Headings


def test_a_title_above_the_headings_is_left_out_and_said():
    rows = [["Cohort of the Department"], [], ["Patient", "Age", "Sex"], ["P1", 50, "F"]]
    found = table(*rows)
    assert found.headings == ("Patient", "Age", "Sex")
    assert left_out(found) == [("Cohort!A1", "a title above the headings", 1)]
    assert unaccounted(rows, found) == 0


def test_headings_merged_over_several_columns_go_before_the_names_below_them():
    rows = [
        ["Patient", "Age", "Preoperative", None, None],
        [None, None, "ECOG", "Frankel", "KPS"],
        *PATIENTS,
    ]
    found = table(*rows, merged=((1, 3, 1, 5), (1, 1, 2, 1), (1, 2, 2, 2)))
    assert found.headings == (
        "Patient",
        "Age",
        "Preoperative ECOG",
        "Preoperative Frankel",
        "Preoperative KPS",
    )
    assert found.other_names == ((), (), ("ECOG",), ("Frankel",), ("KPS",))
    assert found.heading_row == 2
    assert found.rows == (3, 4, 5)
    assert not found.repairs
    assert unaccounted(rows, found) == 0


def test_two_heading_rows_of_a_text_table_without_merged_cells():
    found = text_table("Patient,Age,Preoperative,,,\n,,ECOG,Frankel,KPS\nP1,61,1,D,80\nP2,5,1,E,70")
    assert found.headings[2:] == ("Preoperative ECOG", "Preoperative Frankel", "Preoperative KPS")
    assert found.values[0] == ["P1", "P2"]


def test_a_lower_heading_that_occurs_twice_is_no_name_of_its_own():
    rows = [
        ["Patient", "Before", None, "After", None],
        [None, "ECOG", "KPS", "ECOG", "Pain"],
        ["P1", 1, 80, 2, 5],
    ]
    found = table(*rows, merged=((1, 2, 1, 3), (1, 4, 1, 5)))
    assert found.headings == ("Patient", "Before ECOG", "Before KPS", "After ECOG", "After Pain")
    assert found.other_names == ((), (), ("KPS",), (), ("Pain",))


def test_a_row_of_groups_above_a_full_row_of_headings():
    rows = [
        ["Demographics", None, None, "Outcome", None],
        ["Patient", "Age", "Sex", "Died", "Months"],
        ["P1", 50, "F", "no", 12],
        ["P2", 60, "M", "no", 13],
    ]
    for merged in ((), ((1, 1, 1, 3), (1, 4, 1, 5))):
        found = table(*rows, merged=merged)
        assert found.headings[0] == "Demographics Patient"
        assert found.headings[4] == "Outcome Months"
        assert found.other_names[3] == ("Died",)
        assert len(found.rows) == 2


def test_a_title_merged_over_the_whole_table_is_no_group_of_headings():
    rows = [["All patients", None, None], ["Patient", "Age", "Sex"], ["P1", 5, "F"]]
    found = table(*rows, merged=((1, 1, 1, 3),))
    assert found.headings == ("Patient", "Age", "Sex")
    assert left_out(found) == [("Cohort!A1", "a title above the headings", 1)]


def test_a_row_of_units_is_joined_to_the_headings():
    rows = [
        ["Patient", "Age", "Haemoglobin", "Platelets", "Sex"],
        [None, "years", "[g/dL]", "10^9/L", None],
        ["P1", 61, 12.5, 200, "F"],
    ]
    found = table(*rows)
    assert found.headings == (
        "Patient",
        "Age (years)",
        "Haemoglobin (g/dL)",
        "Platelets (10^9/L)",
        "Sex",
    )
    assert found.rows == (3,)
    assert unaccounted(rows, found) == 0


def test_units_below_two_rows_of_headings():
    rows = [
        ["Patient", "Before", None],
        [None, "Pain", "Strength"],
        [None, "points", "%"],
        ["P1", 5, 80],
    ]
    found = table(*rows, merged=((1, 2, 1, 3),))
    assert found.headings == ("Patient", "Before Pain (points)", "Before Strength (%)")
    assert found.other_names == ((), ("Pain",), ("Strength",))


#: Cells below the headings of an id and one more column, then that column's patients.
HINTS = [
    ("세", 50, 51),
    ("[years]", 50, 51),
    ("y/n", "y", "n"),
    ("[M/F]", "F", "M"),
    ("0/1", 1, 0),
    ("(0-10)", 3, "4"),
    ("0 = no, 1 = yes", 1, 0),
    ("yyyy-mm-dd", "2020-01-02", "2020-01-05"),
    ("점", "5", "7"),
    ("m", 1.7, 1.8),
]


@pytest.mark.parametrize(("hint", "first", "second"), HINTS)
@pytest.mark.parametrize("age", ["years", "세", None])
def test_a_row_of_units_and_hints_without_an_id_is_no_patient(hint, first, second, age):
    rows = [["ID", "Age", "X"], [None, age, hint], ["P1", 50, first], ["P2", 51, second]]
    found = table(*rows)
    assert found.rows == (3, 4)
    assert found.headings[2] == f"X ({hint.strip('()[]')})"
    assert unaccounted(rows, found) == 0


#: Cells of a patient without an id that a hasty reader would take for a unit or a hint.
VALUES = [
    ("m", "f", "f"),
    ("일", "월", "월"),
    ("1/3", "2/3", "0/2"),
    ("0-1", "1-2", "2-3"),
    ("(lost)", "seen", "seen"),
    ("n/a", 5, 6),
    ("+/-", "+/+", "-/-"),
    (5, 6, 7),
    ("50%", "60%", "40%"),
    ("(+)", "(-)", "(-)"),
]


@pytest.mark.parametrize(("value", "first", "second"), VALUES)
def test_a_patient_without_an_id_stays_one(value, first, second):
    rows = [["ID", "Age", "X"], [None, None, value], ["P1", 50, first], ["P2", 51, second]]
    assert table(*rows).rows == (2, 3, 4)


def test_a_hint_where_another_patient_lacks_the_id_is_a_patient():
    rows = [["ID", "Age", "X"], [None, None, "y/n"], [None, 50, "y"], ["P2", 51, "n"]]
    assert table(*rows).rows == (2, 3, 4)


UNITS = (
    "years (kg) [mmHg] /mm³ points g/dL % ×10⁹/L mL/min/1.73m² mg/m² 세 개월 yyyy-mm-dd m cells/µL "
    "K/µL 10^3/µL x10^9/L U/L °C kg/m2"
)


@pytest.mark.parametrize("cell", UNITS.split())
def test_units(cell):
    assert unit_in(cell)


@pytest.mark.parametrize("cell", ["P1", "male", "yes", "II", "Grade 3", "5", 5, None, "n/a", "50%"])
def test_what_is_no_unit(cell):
    assert unit_in(cell) == ""


#: Headings, a second row that a hasty reader would take for headings or units, a third row.
FIRST_PATIENTS = [
    (["Patient", "Sex", "Note", None], ["P1", "male", "good", "remark"], ["P2", "x", "y", "z"]),
    (["Patient", "Sex"], ["P1", "m"], ["P2", "f"]),
    (["Sex", "Side"], ["m", "l"], ["f", "r"]),
    (["Patient", None], ["P1", "male"], ["P2", "female"]),
    (["Patient", "Group", None], [None, "yes", "A"], ["P2", "no", "B"]),
    (["Patient", "Group", None], [None, "A", "3 months"], ["P2", "B", "4 months"]),
    (["Patient", "Group", None], [None, "A", "B"], ["P2", "A", "C"]),
    (["Patient", "Unit"], [None, "mm"], ["P2", "mm"]),
]


@pytest.mark.parametrize(("headings", "first", "second"), FIRST_PATIENTS)
def test_a_first_patient_is_never_taken_for_a_heading(headings, first, second):
    found = table(headings, first, second)
    assert found.heading_row == 1
    assert found.rows == (2, 3)


def test_an_empty_row_ends_the_headings():
    rows = [["Patient", "Pain"], [], [None, "points"], ["P1", 5]]
    assert table(*rows).rows == (3, 4)


def test_a_first_patient_below_merged_headings_is_a_patient():
    rows = [["Patient", "Level", None], ["P1", "T10", "T11"], ["P2", "L1", "L2"]]
    assert table(*rows, merged=((1, 2, 1, 3),)).rows == (2, 3)


def test_line_breaks_in_headings_are_read_as_spaces():
    assert table(["Patient", "Age\n(years)"], ["P1", 5]).headings == ("Patient", "Age (years)")


# Notes, totals, examples


def test_notes_and_totals_below_the_table_are_left_out_and_said():
    rows = [
        ["Patient", "Age", "ECOG", "Frankel", "KPS"],
        *PATIENTS,
        ["Mean", 62, 1.3, None, 76.7],
        ["SD", 7.5, 0.6, None, 15.3],
        [],
        ["* not operated on"],
        ["Source: registry, 2024"],
        ["Data are complete until May"],
    ]
    found = table(*rows)
    assert found.values[0] == ["P1", "P2", "P3"]
    assert left_out(found) == [
        ("Cohort!A5", "a row of totals", 4),
        ("Cohort!A6", "a row of totals", 4),
        ("Cohort!A8", "a note below the table", 1),
        ("Cohort!A9", "a note below the table", 1),
        ("Cohort!A10", "a note below the table", 1),
    ]
    assert unaccounted(rows, found) == 0


@pytest.mark.parametrize(
    "word", ["Total", "합계", "平均", "Mittelwert:", "TOTAL GÉNÉRAL", "n = 12", "N", "Moyenne"]
)
def test_words_for_totals(word):
    rows = [["Patient", "Age", "Sex"], ["P1", 5, "F"], [word, 5, None]]
    assert left_out(table(*rows)) == [("Cohort!A3", "a row of totals", 2)]


#: Last rows that a hasty reader would lose, with the rows above them.
LAST_PATIENTS = [
    (["P16", 5, "F"], ["P17"]),
    (["Patient 16", 5, "F"], ["Patient 17"]),
    (["Kim Minsu", 5, "F"], ["Lee Jiwon"]),
    (["A", 5, "F"], ["N", 6, "F"]),
    (["HJ", 5, "F"], ["SD", 6, "F"]),
    ([1, 5, "F"], ["2 (new)"]),
    (["P1", 5, "F", "a long remark of many words"], [None, None, None, "died at home"]),
    (["Total", 5, "F"], ["Total", 6, "F"]),
    (["*1", 5, "F"], ["*2"]),
    (["* A1", 5, "F"], ["* B"]),
]


@pytest.mark.parametrize(("above", "last"), LAST_PATIENTS)
def test_a_last_patient_is_never_taken_for_a_note_or_a_total(above, last):
    found = table(["Patient", "Age", "Sex", "Remark"], above, last)
    assert found.rows == (2, 3)
    assert not found.left_out


def test_ids_alone_are_patients():
    rows = [["Patient", "Age", "Sex"], *([f"Patient {i}"] for i in range(1, 6))]
    assert len(table(*rows).rows) == 5


LONE_TEXTS = ["Group A (surgery)", "note: patient 13 excluded", "Surgery:", "수술군", "Arm B"]


@pytest.mark.parametrize("text", LONE_TEXTS)
def test_a_lone_text_among_the_patients_is_asked_about_but_not_quoted(text):
    found = table(["Patient", "Age", "Sex"], ["P1", 5, "F"], [text], ["P2", 6, "M"])
    assert found.rows == (2, 3, 4)
    assert found.notes == ("row 3 holds only the text in A3: is it a patient? It was read as one",)


def test_several_lone_texts_are_asked_about_together():
    rows = [["Patient", "Age", "Sex"], ["Group A"], ["P1", 5, "F"], ["Group B"], ["P2", 6, "M"]]
    assert table(*rows).notes == (
        "rows 2, 4 hold only one text each: are they patients? They were read as such",
    )


@pytest.mark.parametrize(
    ("lone", "said"),
    [
        ([["P2"]], "row 3 holds a single value; it was read as a patient"),
        ([["P2"], ["P3"]], "rows 3–4 hold a single value each; they were read as patients"),
    ],
)
def test_ids_alone_are_said(lone, said):
    found = table(["Patient", "Age", "Sex"], ["P1", 5, "F"], *lone, ["P4", 6, "M"])
    assert found.notes == (said,)


def test_names_of_two_words_alone_are_no_texts():
    rows = [["Patient", "Age", "Sex"], ["Kim Minsu", 5, "F"], ["Lee Jiwon"], ["Park Jin", 6, "M"]]
    assert table(*rows).notes == ("row 3 holds a single value; it was read as a patient",)


def test_a_row_below_a_merged_cell_holds_more_than_one_value():
    rows = [["Patient", "Age", "Sex"], ["P1", 5, "F"], [None, 6, None], ["P2", 6, "M"]]
    assert table(*rows, merged=((2, 1, 3, 1),)).notes == ()


def test_ids_alone_below_filled_patients_are_patients():
    rows = [["Patient", "Age", "Sex"], ["A1", 5, "F"], ["Patient 2"], ["Patient 3"]]
    assert table(*rows).rows == (2, 3, 4)


def test_a_narrow_table_has_no_notes():
    assert table(["Patient", "Age"], ["P1", 5], ["see the remark below"]).rows == (2, 3)


def test_a_total_among_the_patients_stays_for_the_user_to_mend():
    rows = [["Patient", "Age", "Sex"], ["P1", 5, "F"], ["Total", 5, None], ["P2", 6, "M"]]
    assert table(*rows).values[0] == ["P1", "Total", "P2"]


def test_the_example_row_of_a_template_is_left_out():
    rows = [["Patient", "Age", "Sex"], ["Example", 61, "F"], ["P1", 5, "M"]]
    found = table(*rows)
    assert found.values[0] == ["P1"]
    assert left_out(found) == [("Cohort!A2", "the example row of the template", 3)]
    with pytest.raises(CohortError, match="headings without a single patient"):
        table(*rows[:2])


# Merged and hidden cells, columns without headings, complaints


def test_a_cell_merged_over_several_patients_is_filled_down_and_logged():
    rows = [["Patient", "Lesion"], ["P1", "T10"], [None, "L1"], [None, "L2"], ["P2", "T4"]]
    found = table(*rows, merged=((2, 1, 4, 1),))
    assert found.values[0] == ["P1", "P1", "P1", "P2"]
    assert [str(repair) for repair in found.repairs] == [
        "Cohort!A3, Patient: '' read as 'P1' (merged cell: the value of A2)",
        "Cohort!A4, Patient: '' read as 'P1' (merged cell: the value of A2)",
    ]
    assert unaccounted(rows, found) == 0


def test_the_last_row_of_a_merged_patient_is_no_note():
    rows = [["Patient", "Age", "Lesion"], ["P1", 50, "spine"], [None, None, "left iliac crest"]]
    found = table(*rows, merged=((2, 1, 3, 1),))
    assert found.values[2] == ["spine", "left iliac crest"]


def test_a_cell_merged_over_several_columns_of_a_patient_is_a_problem():
    rows = [["Patient", "Age", "Sex"], ["P1", "lost to follow-up", None], ["P2", 5, "F"]]
    (problem,) = table(*rows, merged=((2, 2, 2, 3),)).problems
    assert str(problem) == (
        "Cohort!B2, Age: expected one cell for each value, found B2:C2 merged "
        "(unmerge the cells and fill in each of them)"
    )


def test_a_value_hidden_under_a_merged_cell_is_a_problem():
    found = table(["Patient", "Age"], ["P1", 5], ["P2", 6], merged=((2, 1, 3, 1),))
    (problem,) = found.problems
    assert "Cohort!A3, Patient" in str(problem)
    assert "a value hidden under the merged cell A2" in str(problem)
    assert found.values[0] == ["P1", "P2"]


def test_hidden_rows_and_columns_are_read_and_said():
    rows = [["Patient", "Age", "Sex"], *([f"P{i}", i, "F"] for i in range(9))]
    found = table(
        *rows, hidden_rows=frozenset({5, 6, 7, 9, 4000}), hidden_columns=frozenset({2, 9})
    )
    assert len(found.rows) == 9
    assert found.notes == (
        "rows 5–7, 9 are hidden in the sheet; they were read",
        "column B is hidden in the sheet; it was read",
    )


def test_a_column_without_heading_is_a_problem_and_left_out():
    rows = [["Patient", None, "Age"], ["P1", "x", 5], ["P2", None, 6]]
    found = table(*rows)
    assert left_out(found) == [("Cohort!B1", "a column without a heading", 1)]
    assert len(found.problems) == 1
    assert unaccounted(rows, found) == 0


def test_rows_and_columns_left_empty_anywhere():
    rows = [
        [],
        ["", "Patient", None, "Age", " "],
        [],
        [None, "P1", None, 50],
        ["\u3000"],
        ["", "P2"],
    ]
    found = table(*rows)
    assert found.rows == (4, 6)
    assert found.values == (["P1", "P2"], [50, None])


def test_a_complaint_of_a_spreadsheet_is_an_error_in_every_kind_of_file():
    found = text_table("Patient,Age,Sex\nP1,#N/A,#DIV/0!\nP2,Err:502,#NV\nP3,#1,N/A")
    assert found.values[1] == [CellError("the error #N/A"), CellError("the error Err:502"), "#1"]
    assert found.values[2][2] == "N/A"


def test_dates_and_numbers_as_headings():
    assert table(["Patient", 2019, datetime(2024, 1, 1)], ["P1", 1, 2]).headings == (
        "Patient",
        "2019",
        "2024-01-01",
    )


def test_a_stray_cell_far_away_is_refused_in_words():
    rows = [["Patient", "Age"], *[["P1", 5]] * 40_000, [*[None] * 15_000, "x"]]
    with pytest.raises(CohortError, match=r"more than 50,000,000 cells, as far as VDY40002"):
        table(*rows)


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "Patient", "Total", "years", "yes", "EXAMPLE", "* note", "see below"]
    ),
    st.sampled_from(["#N/A", "P1", "P2", "A", "m"]),
    st.integers(0, 3),
    st.booleans(),
    st.text(max_size=3),
)
MERGED = st.tuples(*[st.integers(1, 6)] * 4).map(
    lambda m: (min(m[0], m[2]), min(m[1], m[3]), max(m[0], m[2]), max(m[1], m[3]))
)


@settings(max_examples=400)
@given(
    rows=st.lists(st.lists(CELLS, max_size=6), max_size=10),
    merged=st.lists(MERGED, max_size=3),
)
def test_every_cell_is_accounted_for_whatever_the_grid(rows, merged):
    try:
        found = table(*rows, merged=tuple(merged))
    except CohortError as wrong:
        assert wrong.problems
    else:
        assert unaccounted(rows, found) == 0
        assert len(found.headings) == len(found.columns) == len(found.values)
        assert {len(column) for column in found.values} <= {len(found.rows)}
        assert all(found.headings)
