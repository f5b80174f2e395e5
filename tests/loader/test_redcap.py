"""REDCap data dictionaries: read, written, and held against exports of both kinds."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from dictionaries import dictionaries
from hypothesis import HealthCheck, given, settings
from workbooks import DICTIONARY

from analyses import load_plan, study_keys
from cohort_stats import read_cohort
from cohort_stats.codebooks.codebook import dictionary_from
from cohort_stats.codebooks.redcap import COLUMNS_OF_REDCAP, read_redcap, write_redcap
from cohort_stats.codebooks.redcap_rows import redcap_name
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable
from cohort_stats.problem import CohortError

HEADINGS = [heading for heading, _ in COLUMNS_OF_REDCAP.values()]


def field(name: str, kind: str, label: str, **more: str) -> dict[str, str]:
    return {"form": "visit", "field_name": name, "field_type": kind, "field_label": label, **more}


def write_fields(path: Path, *fields: dict[str, str], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(HEADINGS)
        writer.writerows([f.get(name, "") for name in COLUMNS_OF_REDCAP] for f in fields)
    return path


FIELDS = (
    field("record_id", "text", "Record ID"),
    field("age", "text", "<b>Age</b> at surgery", validation="integer", minimum="18",
          maximum="110", required="y", note="In <i>whole</i> years"),
    field("bmi", "text", "BMI", validation="number_1dp_comma_decimal", minimum="10,5"),
    field("sex", "radio", "Sex", choices="1, Male | 2, Female", required="y"),
    field("site", "dropdown", "Site",
          choices="-1, Skull, base | c, Cervical | 9, Other | 99, Other"),
    field("smoker", "yesno", "Smoker"),
    field("alive", "truefalse", "Alive"),
    field("seen", "text", "Seen", validation="date_dmy", minimum="2000-01-01", maximum="today"),
    field("died", "text", "Died", validation="date_mdy", required="y", branching="[alive] = '0'",
          identifier="y"),
    field("comorb", "checkbox", "Comorbidity", choices="1, Diabetes | -9, None &lt;known&gt;"),
    field("intro", "descriptive", "Please read"),
    field("scan", "file", "Scan"),
    field("los", "calc", "Length of stay", choices="datediff([seen], 'today', 'd')"),
    field("pain", "slider", "Pain", choices="None | Some | Worst"),
    field("phone", "text", "Phone", validation="phone", identifier="y"),
    field("clock", "text", "Time of day", validation="time"),
    field("remark", "notes", "Remark"),
    field("ward", "sql", "Ward", choices="select value, label from …"),
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> DataDictionary:
    return read_redcap(write_fields(tmp_path / "dictionary.csv", *FIELDS))


def test_every_field_that_holds_data_becomes_a_variable(project: DataDictionary) -> None:
    assert {name: v.type for name, v in project.items()} == {
        "record_id": "id", "age": "integer", "bmi": "number", "sex": "category",
        "site": "category", "smoker": "yesno", "alive": "yesno", "seen": "date", "died": "date",
        "comorb___1": "yesno", "comorb____9": "yesno", "los": "number", "pain": "integer",
        "phone": "text", "clock": "text", "remark": "text", "ward": "text",
        "visit_complete": "category",
    }  # fmt: skip


def test_labels_are_without_html_and_ranges_are_kept(project: DataDictionary) -> None:
    assert project["age"] == Variable(
        "age", "Age at surgery", "integer", limits=(18, 110), required=True,
        description="In whole years",
    )  # fmt: skip
    assert project["bmi"].limits == (10.5, None)
    assert project["seen"].limits == (date(2000, 1, 1), None)
    assert project["seen"].description == "Limit in REDCap: today."
    assert project["pain"].limits == (0, 100)
    assert project["pain"].description == "A slider: None | Some | Worst"
    assert project["los"].description.startswith("Calculated in REDCap: datediff(")


def test_choices_are_levels_and_equal_labels_are_told_apart(project: DataDictionary) -> None:
    assert project["sex"].levels == (Level("1", "Male"), Level("2", "Female"))
    assert project["site"].levels == (
        Level("-1", "Skull, base"), Level("c", "Cervical"), Level("9", "Other (9)"),
        Level("99", "Other (99)"),
    )  # fmt: skip
    assert project["smoker"].levels == YES_NO


def test_a_checkbox_is_one_yes_no_a_choice_named_as_in_an_export(project: DataDictionary) -> None:
    first, second = project["comorb___1"], project["comorb____9"]
    assert (first.label, second.label) == ("Comorbidity: Diabetes", "Comorbidity: None <known>")
    assert second.aliases == ("Comorbidity (choice=None <known>)",)


def test_a_field_asked_of_some_patients_is_not_required_of_all(project: DataDictionary) -> None:
    assert project["sex"].required
    assert not project["died"].required
    assert project["died"].description == (
        "Asked only if: [alive] = '0' Marked as an identifier in REDCap."
    )


RAW = {
    "record_id": "1", "age": "56", "bmi": "23,4", "sex": "2", "site": "c", "smoker": "1",
    "alive": "0", "seen": "2020-02-01", "died": "2021-03-04", "comorb___1": "1",
    "comorb____9": "0", "los": "12", "pain": "40", "phone": "(555) 123-4567", "clock": "13:45",
    "remark": "none", "ward": "7", "visit_complete": "2",
}  # fmt: skip
LABELLED = {
    "Record ID": "1", "Age at surgery": "56", "BMI": "23,4", "Sex": "Female",
    "Site": "Cervical", "Smoker": "Yes", "Alive": "False", "Seen": "2020-02-01",
    "Died": "2021-03-04", "Comorbidity (choice=Diabetes)": "Checked",
    "Comorbidity (choice=None <known>)": "Unchecked", "Length of stay": "12", "Pain": "40",
    "Phone": "(555) 123-4567", "Time of day": "13:45", "Remark": "none", "Ward": "7",
    "Complete?": "Complete",
}  # fmt: skip


@pytest.mark.parametrize("row", [RAW, LABELLED], ids=["raw", "labelled"])
def test_raw_and_labelled_exports_give_the_same_cohort(
    project: DataDictionary, row: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        sparse = ["2", "40", "", row[list(row)[3]], *[""] * 14]
        csv.writer(file).writerows([list(row), list(row.values()), sparse])
    cohort = read_cohort(path, project)
    assert (cohort.absent, cohort.ignored) == ((), ())
    first = cohort.frame.iloc[0]
    assert (first["sex"], first["site"], first["smoker"]) == ("Female", "Cervical", "Yes")
    assert (first["alive"], first["comorb___1"], first["comorb____9"]) == ("No", "Yes", "No")
    assert (first["bmi"], first["visit_complete"]) == (23.4, "Complete")
    assert str(first["died"].date()) == "2021-03-04"


def test_the_time_of_day_of_a_datetime_does_not_stop_an_export(tmp_path: Path) -> None:
    fields = field("record_id", "text", "ID"), field("op", "text", "Op", validation="datetime_dmy")
    dictionary = read_redcap(write_fields(tmp_path / "d.csv", *fields))
    (tmp_path / "e.csv").write_text("record_id,op\n1,2020-01-31 14:05\n")
    assert str(read_cohort(tmp_path / "e.csv", dictionary).frame["op"][0].date()) == "2020-01-31"


def test_of_two_choices_with_one_label_none_is_guessed(
    project: DataDictionary, tmp_path: Path
) -> None:
    (tmp_path / "e.csv").write_text("Record ID,Age at surgery,Sex,Site\n1,50,Male,Other\n")
    with pytest.raises(
        CohortError, match=r"'Other \(9\)' \(9\), 'Other \(99\)' \(99\), found 'Other'"
    ):
        read_cohort(tmp_path / "e.csv", project)


def test_labels_that_are_codes_of_other_choices_are_warned_of(tmp_path: Path) -> None:
    fields = (
        field("record_id", "text", "ID"),
        field("n", "radio", "N", choices="0, 1 | 1, 2 | 5, 5"),
    )
    found = read_redcap(write_fields(tmp_path / "d.csv", *fields))["n"]
    assert found.description.startswith("Some labels are also codes of other choices")


def test_columns_of_longitudinal_projects_are_listed_and_left_out(
    project: DataDictionary, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "record_id,redcap_event_name,redcap_repeat_instance,age,sex\n1,base_arm_1,,50,1\n"
    )
    assert read_cohort(path, project).ignored == ("redcap_event_name", "redcap_repeat_instance")


def test_an_id_repeats_only_where_it_is_said_to_be_a_cluster(
    project: DataDictionary, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text("record_id,age,sex\n1,50,1\n1,50,1\n")
    with pytest.raises(CohortError, match="an id used only once"):
        read_cohort(path, project)
    clustered = replace(project["record_id"], role="cluster")
    assert len(read_cohort(path, project.adding(clustered))) == 2


def test_every_form_has_its_status(tmp_path: Path) -> None:
    fields = field("record_id", "text", "ID"), {**field("x", "text", "X"), "form": "follow_up"}
    dictionary = read_redcap(write_fields(tmp_path / "d.csv", *fields))
    assert list(dictionary) == ["record_id", "visit_complete", "x", "follow_up_complete"]
    assert dictionary["visit_complete"].aliases == ()  # 'Complete?' would be both


def test_a_label_that_is_also_another_fields_name_means_that_field(tmp_path: Path) -> None:
    fields = (
        field("record_id", "text", "ID"), field("date", "text", "Enrolled"),
        field("visit", "text", "Date"), field("again", "text", "Enrolled"),
    )  # fmt: skip
    dictionary = read_redcap(write_fields(tmp_path / "d.csv", *fields))
    labels = {name: v.label for name, v in dictionary.items()}
    assert labels["date"] == "Enrolled"
    assert labels["visit"] == "Date [visit]"
    assert labels["again"] == "Enrolled [again]"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_of_a_users_settings_is_found(tmp_path: Path, delimiter: str) -> None:
    path = write_fields(tmp_path / "d.csv", *FIELDS, delimiter=delimiter)
    assert len(dictionary_from(path)) == 18


def test_the_names_of_the_interface_for_programs_are_known(tmp_path: Path) -> None:
    path = tmp_path / "meta.csv"
    path.write_text("field_name,form_name,field_type,field_label\nrecord_id,a,text,ID\n")
    assert list(read_redcap(path)) == ["record_id", "a_complete"]


def test_mistakes_are_said_with_row_and_column(tmp_path: Path) -> None:
    path = write_fields(
        tmp_path / "d.csv",
        field("record_id", "text", "ID"),
        field("a", "radioo", "A"),
        field("b", "radio", "B"),
        field("c", "dropdown", "C", choices="1, X | 1, Y"),
        field("record_id", "text", "Again"),
        field("", "text", "Nameless"),
        field("d", "text", "D", validation="number", minimum="1.2.3"),
    )
    with pytest.raises(CohortError) as wrong:
        read_redcap(path)
    assert [str(problem) for problem in wrong.value.problems] == [
        "row 3, column 'Field Type', a: expected one of text, notes, textarea, radio, dropdown, "
        "select, yesno, truefalse, calc, slider, sql, checkbox, descriptive, file, signature, "
        "found 'radioo'",
        "row 4, column 'Choices, Calculations, OR Slider Labels', b: expected choices such as "
        "'1, Male | 2, Female', found an empty cell",
        "row 5, column 'Choices, Calculations, OR Slider Labels', c: expected choices of which "
        "no two share a code, found '1, X | 1, Y'",
        "row 6, column 'Variable / Field Name', record_id: expected a name used only once, "
        "found 'record_id'",
        "row 7, column 'Variable / Field Name': expected a name, found an empty cell",
        "row 8, column 'Text Validation Min', d: expected a number, found '1.2.3'",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Patient,Age\nP1,50\n", "the headings of a REDCap data dictionary"),
        (b"", "the headings of a REDCap data dictionary"),
        (b"\xff\xfe\x00", "text in UTF-8"),
        (",".join(HEADINGS).encode(), "a row for each field"),
        (b"field_name,field_type,field_label\nx,file,Scan\n", "a field that holds data"),
    ],
)
def test_a_file_that_is_no_data_dictionary_is_refused(
    content: bytes, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "d.csv").write_bytes(content)
    with pytest.raises(CohortError, match=expected):
        read_redcap(tmp_path / "d.csv")


# Written ------------------------------------------------------------------------------------


def written(dictionary: DataDictionary, folder: Path) -> list[dict[str, str]]:
    with write_redcap(dictionary, folder / "w.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_written_file_keeps_redcaps_rules(tmp_path: Path) -> None:
    dictionary = DataDictionary(
        {
            "Grade": Variable(
                "Grade", "Grade <I>", "ordered",
                levels=(Level("1 low", "low | lowest"), Level("2", "high, higher")),
            ),
            "x__1": Variable("x__1", "X", "number", unit="mm", limits=(0, 2.5), required=True),
            "X_1": Variable("X_1", "Y", "integer", aliases=("@HIDDEN",), missing=("NA",)),
            "9_lives": Variable("9_lives", "Lives", "date", limits=(date(2020, 1, 31), None)),
            "Case": Variable("Case", "Case", "id"),
            "dead": Variable("dead", "Died", "yesno", levels=YES_NO),
        }
    )  # fmt: skip
    rows = written(dictionary, tmp_path)
    assert list(rows[0]) == HEADINGS
    assert [row["Variable / Field Name"] for row in rows] == [
        "case", "grade", "x_1", "x_1_2", "v_9_lives", "dead",
    ]  # fmt: skip
    by_name = {row["Variable / Field Name"]: row for row in rows}
    choices = by_name["grade"]["Choices, Calculations, OR Slider Labels"]
    assert choices == "1, low &#124; lowest | 2, high, higher"
    assert by_name["grade"]["Field Label"] == "Grade &lt;I&gt;"
    assert by_name["x_1"]["Field Label"] == "X (mm)"
    assert by_name["x_1"]["Text Validation Max"] == "2.5"
    assert by_name["x_1"]["Required Field?"] == "y"
    assert by_name["x_1_2"]["Field Annotation"] == "Missing codes: NA"  # nothing behind an @
    assert by_name["v_9_lives"]["Text Validation Type OR Show Slider Number"] == "date_ymd"
    assert by_name["v_9_lives"]["Text Validation Min"] == "2020-01-31"
    assert by_name["dead"]["Field Type"] == "yesno"


def test_without_an_id_redcap_gets_a_record_id(tmp_path: Path) -> None:
    dictionary = DataDictionary({"x": Variable("x", "X", "number")})
    assert [row["Variable / Field Name"] for row in written(dictionary, tmp_path)] == [
        "record_id", "x",
    ]  # fmt: skip


def test_codes_made_of_numbers_are_never_another_levels_label(tmp_path: Path) -> None:
    levels = tuple(Level(x, x) for x in ("0", "1", "2+"))
    dictionary = DataDictionary({"n": Variable("n", "N", "ordered", levels=levels)})
    choices = written(dictionary, tmp_path)[1]["Choices, Calculations, OR Slider Labels"]
    assert choices == "level_1, 0 | level_2, 1 | level_3, 2+"


@pytest.mark.parametrize("study", study_keys())
def test_a_study_survives_but_for_codes_that_redcap_refuses(study: str, tmp_path: Path) -> None:
    dictionary = load_plan(study).dictionary
    back = read_redcap(write_redcap(dictionary, tmp_path / "r.csv"))
    assert list(back) == [*dictionary, "cohort_complete"]
    for name, variable in dictionary.items():
        assert replace(back[name], levels=()) == replace(variable, levels=())
        assert back[name].labels == variable.labels
    assert read_redcap(write_redcap(back, tmp_path / "again.csv")) == back


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(dictionaries())
def test_any_dictionary_can_be_written_and_read_twice_alike(tmp_path: Path, dictionary) -> None:
    once = read_redcap(write_redcap(dictionary, tmp_path / "1.csv"))
    twice = read_redcap(write_redcap(once, tmp_path / "2.csv"))
    assert twice == once
    labels = [v.label for v in once.values()]
    assert all(any(label.startswith(v.label) for label in labels) for v in dictionary.values())


@pytest.mark.parametrize(
    ("name", "given"),
    [("liv_hu", "LIV HU"), ("v_2nd", "2nd"), ("a_b", "a___b_"), ("v", "é"), ("x_2", "X")],
)
def test_names_are_redcaps(name: str, given: str) -> None:
    assert redcap_name(given, {"x"}) == name


def test_what_redcap_has_no_column_for_is_kept_in_words(tmp_path: Path) -> None:
    back = read_redcap(write_redcap(DICTIONARY, tmp_path / "r.csv"))
    for name, variable in DICTIONARY.items():
        for kept in ("unit", "type", "usual", "missing", "aliases"):
            assert getattr(back[name], kept) == getattr(variable, kept)
