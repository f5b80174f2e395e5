"""What a column of an unknown file is taken for, and what is said of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from tables import day, table_of, tables

from cohort_stats.describing.heading_words import label_and_unit, plain_name
from cohort_stats.describing.profile import ColumnProfile, profile
from cohort_stats.rawtable import CellError, Labelled, MissingCode, Percent


def only(heading: str, values: list, **also) -> ColumnProfile:
    return profile(table_of({heading: values}, **also))[0]


def levels(found: ColumnProfile) -> list[str]:
    return [level.label for level in found.levels]


NUMERALS = ["I", "II", "III", "II"] * 3


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("PSA [ng/mL]", [0.1, 3.2, 55.0, 7], "number"),
        ("Positive nodes", [0, 3, 12, 7], "integer"),
        ("Age (years)", [50, 61, 72, 44], "number"),
        ("Time", [50, 61, 72, 44], "number"),
        ("ECOG", [0, 1, 4, 1, 0], "ordered"),
        ("Metastases", [0, 1, 4, 1, 0], "integer"),
        ("Sex", [1, 2, 2, 1], "category"),
        ("Sex", [0, 1, 0, 1], "category"),
        ("Death", [0, 1, 0, 1], "yesno"),
        ("Number of levels", [0, 1, 0, 1], "integer"),
        ("Died", ["Yes", "no", "N", "y"], "yesno"),
        ("Tumour grade", NUMERALS, "ordered"),
        ("Frankel", ["A", "C", "E", "A", "C", "E"], "ordered"),
        ("Arm", ["A", "B", "A", "B"], "category"),
        ("Level", ["T10", "L1", "T10", "L1"], "category"),
        ("Pain", ["mild", "severe", "mild", "none", "none", "severe"], "ordered"),
        ("Schooling", ["0-5 yrs", "6-11 yrs", "12+ yrs"] * 3, "ordered"),
        ("Date of surgery", [day(2020, 1, 2), day(2021, 3, 4)], "date"),
        ("Surgery", ["2020-01-02", "2021-03-04"], "date"),
        ("Surgery", ["03/04/2020", "13.05.2021"], "date"),
        ("Remark", ["went home", "fell at night", "none of these"], "text"),
        ("Site", ["Spine"] * 5, "text"),
        ("Empty", [None, "  ", None], "text"),
    ],
)
def test_the_type_of_a_column(heading, values, expected):
    assert only(heading, values).type == expected


def test_numerals_are_in_order_and_gaps_of_a_grade_are_filled():
    assert levels(only("Tumour grade", ["III", "I", "II"] * 2)) == ["I", "II", "III"]
    assert levels(only("ECOG", [0, 1, 4, 1])) == ["0", "1", "2", "3", "4"]
    assert levels(only("Pain", ["severe", "none", "mild"] * 2)) == ["none", "mild", "severe"]


def test_spellings_of_one_grade_are_one_level():
    found = only("Tumour grade", ["III", "grade 3", "3", "III", "I", "II"] * 2)
    assert [(x.label, x.count) for x in found.levels] == [("I", 2), ("II", 2), ("III", 8)]


def test_numbers_with_units_signs_and_decimal_commas_are_numbers():
    found = only("Time to failure", ["12 months", "3 months", "<1 months", "14"])
    assert (found.type, found.unit, found.misfits) == ("number", "months", ())
    assert only("PSA", ["1,5", "2,25", "<0,1", "7"]).type == "number"
    assert only("Share", [Percent(0.45), Percent(0.5)]).unit == "%"


def test_months_alone_are_dates_that_do_not_fit():
    found = only("Diagnosis", ["2019-05", "2019-06-01", "2020-07"])
    assert found.type == "date"
    assert len(found.misfits[0].where) == 2
    assert only("Year of surgery", ["2019", "2020", "2019"]).type == "integer"


def test_a_small_number_under_a_date_heading_is_no_date():
    assert only("Age at date of surgery", [50, 61, 72]).type == "number"
    assert only("Platelets", [43831, 44197, 44562]).type == "integer"
    assert only("Date of surgery", [43831, 44197, 44562]).type == "date"
    assert only("Last contact (days since Date of surgery)", [0, 405, 31]).type == "integer"


def test_spellings_of_a_level_are_one_level():
    found = only("Tumour", ["Lung", "lung ", "LUNG", "Lung", "Breast", "Breast"])
    assert [(x.label, x.count) for x in found.levels] == [("Breast", 2), ("Lung", 4)]


def test_a_rare_level_spelt_like_a_frequent_one_is_pointed_out():
    found = only("Tumour", ["Breast"] * 6 + ["Brest"] + ["Lung"] * 5)
    assert found.remarks == ("is 'Brest' (once) a misspelling of 'Breast'?",)


@pytest.mark.parametrize(
    ("heading", "values", "why"),
    [
        ("진단", ["폐암", "Lung", "유방암", "Breast"], "they are in different scripts"),
        ("Tumour", ["2", "G2-3", "Grad 2", "I", "II", "III"], "numbered in different ways"),
        ("Frankel", ["A", "B", "D", "D/E", "E"], "one begins with another"),
        ("Infektion", ["ja", "Ja, lokal", "nein"], "one begins with another"),
    ],
)
def test_levels_that_may_be_the_same_are_asked_about(heading, values, why):
    (asked,) = [r for r in only(heading, values * 4).remarks if "levels the same" in r]
    assert why in asked


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("성별", ["남", "여"]),
        ("Stage", ["I", "II", "III"]),
        ("ECOG", [0, 1, 2]),
        ("Level", ["T1", "T10", "T11"]),
        ("Surgery", ["open", "minimally invasive", "none"]),
    ],
)
def test_levels_written_in_one_way_are_not_asked_about(heading, values):
    assert not any("levels the same" in r for r in only(heading, values * 4).remarks)


def test_words_and_far_numbers_that_mean_not_known_are_set_apart():
    found = only("Age (years)", [50, 61, 72, 55, 64, "NA", "na", 999, 999, None])
    assert found.missing == (("NA", 2), ("999", 2))
    assert (found.filled, found.empty, found.distinct) == (9, 1, 5)
    assert found.quartiles[4] == 72
    assert found.misfits == ()


def test_a_999_among_large_numbers_and_a_9_among_many_are_values():
    assert only("Ferritin", [200, 450, 999, 1300, 800, 950]).missing == ()
    assert only("Nodes", [*range(12)]).missing == ()
    assert only("PSA", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 9]).missing == ()
    assert only("CRP", [1, 1, 2, 2, 2, 2, 3, 3, 80, 99]).missing == ()
    assert only("ECOG", [0, 1, 2, 1, 9]).missing == (("9", 1),)


def test_a_minus_nine_is_a_code_where_nothing_else_is_negative():
    assert only("Hb", [10.2, 11.1, 9.8, -9]).missing == (("-9", 1),)
    assert only("T-score", [-2.1, -1.0, -3.3, 0.4, -9]).missing == (("-9", 1),)
    assert only("Change", [-12, 4, 8, -15, -9]).missing == ()


def test_what_does_not_fit_is_said_with_its_address():
    found = only("Age", [50, 61, "about 60", 72, 44, CellError("#REF!")])
    assert [str(x) for x in found.misfits] == [
        "1 cell not readable as a number (Cohort!A4)",
        "1 cell with an error instead of a value (Cohort!A7)",
    ]


def test_outliers_are_said_with_their_addresses():
    found = only("CRP", [1.5, 2, 3, 4, 5, 6, 300])
    assert str(found.outliers) == "1 cell far from the rest (Cohort!A8)"
    assert only("CRP", [1.5, 2, 3, 4, 5, 6, 14]).outliers is None


def test_only_crosses_and_empty_cells():
    found = only("Visceral metastases", ["X", None, "x", None])
    assert [(x.code, x.label, x.count) for x in found.levels] == [("no", "No", 0), ("X", "Yes", 2)]
    assert found.remarks == ("only 'X' is typed; an empty cell means not known, not 'no'",)


def test_the_id_is_the_column_of_different_codes():
    columns = {"Age": [50, 61, 72], "Case no.": ["P1", "P2", "P3"], "Code": [1, 2, 3]}
    assert [p.type for p in profile(table_of(columns))] == ["number", "id", "integer"]
    first = {"Q": ["S-1", "S-7", "S-3"], "Age": [50, 61, 72]}
    assert [p.type for p in profile(table_of(first))] == ["id", "number"]
    measured = {"HU": [105, 99, 131], "Age": [50, 61, 72]}
    assert [p.type for p in profile(table_of(measured))] == ["number", "number"]


def test_an_id_typed_twice_stays_an_id_and_is_pointed_out():
    found = only("Patient", [f"P{i}" for i in range(20)] + ["P3"])
    assert found.type == "id"
    assert str(found.misfits[0]) == "1 cell with a code that occurs before (Cohort!A22)"


def test_a_patient_column_whose_codes_repeat_groups_rows():
    found = only("Patient", ["P1", "P1", "P2", "P3", "P3", "P3"])
    assert (found.type, found.cluster) == ("text", True)


def test_labels_of_the_file_give_the_levels_in_its_order():
    values = [Labelled(2, "high"), Labelled(1, "low"), MissingCode("9", "refused"), None]
    found = only("q1", values, value_labels=({1: "low", 2: "high", 3: "very high"},))
    assert [(x.code, x.label, x.count) for x in found.levels] == [
        ("1", "low", 1),
        ("2", "high", 1),
        ("3", "very high", 0),
    ]
    assert (found.filled, found.empty) == (2, 2)


def test_labels_of_the_file_that_say_yes_and_no():
    values = [Labelled(0, "No"), Labelled(1, "Yes")]
    assert only("dead", values, value_labels=({0: "No", 1: "Yes"},)).type == "yesno"


@pytest.mark.parametrize(
    ("heading", "label", "unit"),
    [
        ("Age (years)", "Age", "years"),
        ("Blood loss, mL", "Blood loss", "mL"),
        ("PSA [ng/mL]", "PSA", "ng/mL"),
        ("OS_months", "OS", "months"),
        ("Survival in days", "Survival", "days"),
        ("WBC (×10^9/L)", "WBC", "×10^9/L"),
        ("BMI (kg/m²)", "BMI", "kg/m²"),
        ("나이(세)", "나이", "세"),
        ("HU", "Hounsfield units", "HU"),
        ("L1 HU", "L1 HU", "HU"),
        ("Sex (M/F)", "Sex (M/F)", ""),
        ("ECOG (0-4)", "ECOG (0-4)", ""),
        ("Fixation levels", "Fixation levels", ""),
        ("Site, other", "Site, other", ""),
    ],
)
def test_units_in_headings(heading, label, unit):
    assert label_and_unit(heading) == (label, unit)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Age at surgery", "age_at_surgery"),
        ("Tumor Größe", "tumor_grosse"),
        ("진료과", "column_b"),
        ("2-year survival", "v2_year_survival"),
        ("%", "column_b"),
    ],
)
def test_names_for_plans(heading, name):
    assert plain_name(heading, 2) == name


def test_common_clinical_headings_in_other_scripts_have_names():
    headings = ("성별", "나이(세)", "수술일", "추적 기간", "随访", "体重", "비고란")
    names = [plain_name(label_and_unit(h)[0], 2) for h in headings]
    assert names == ["sex", "age", "surgery_date", "follow_up", "follow_up", "weight", "column_b"]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_no_table_makes_a_profile_fail_and_every_cell_is_counted(table):
    for found in profile(table):
        assert found.filled + found.empty <= len(table.rows)
        errors = [f for f in found.misfits if "error" in f.what]
        assert found.filled + found.empty + sum(len(f.where) for f in errors) == len(table.rows)
