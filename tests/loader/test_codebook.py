"""The Codebook sheet: what is written reads back the same, what is typed wrong is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from dictionaries import dictionaries
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook
from workbooks import DICTIONARY, write_workbook

from analyses import load_plan, study_keys
from cohort_stats.codebooks.codebook import dictionary_from, read_codebook
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable
from cohort_stats.problem import CohortError
from cohort_stats.workbooks.template import write_template


def there_and_back(dictionary: DataDictionary, folder: Path) -> DataDictionary:
    return read_codebook(write_template(dictionary, folder / "t.xlsx", title="T"))


def typed(folder: Path, *rows: object) -> DataDictionary:
    return read_codebook(write_workbook(folder / "typed.xlsx", rows, "Codebook"))


def problems(folder: Path, *rows: object) -> list[str]:
    with pytest.raises(CohortError) as wrong:
        typed(folder, *rows)
    return [str(problem) for problem in wrong.value.problems]


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(dictionaries())
def test_any_dictionary_reads_back_from_its_codebook(tmp_path: Path, dictionary) -> None:
    back = there_and_back(dictionary, tmp_path)
    assert list(back) == list(dictionary)
    assert dict(back) == dict(dictionary)


@pytest.mark.parametrize("study", study_keys())
def test_a_studys_dictionary_reads_back_without_its_rules(study: str, tmp_path: Path) -> None:
    dictionary = load_plan(study).dictionary
    assert there_and_back(dictionary, tmp_path) == DataDictionary(dictionary.variables)


def test_dates_before_1900_and_numbers_of_17_digits_survive(tmp_path: Path) -> None:
    dictionary = DataDictionary(
        {
            "born": Variable(
                "born", "Born", "date", limits=(date(1850, 1, 1), date(2024, 12, 31)),
                usual=(date(1900, 2, 28), None), partial="middle",
            ),
            "x": Variable("x", "X", "number", limits=(0.1 + 0.2, 1e22)),
        }
    )  # fmt: skip
    assert there_and_back(dictionary, tmp_path) == dictionary


def test_the_sheet_shows_levels_a_line_each_and_only_columns_in_use(tmp_path: Path) -> None:
    sheet = load_workbook(write_template(DICTIONARY, tmp_path / "t.xlsx", title="T"))["Codebook"]
    headings = [cell.value for cell in sheet[1]]
    assert headings == [
        "No.", "Column heading", "Unit", "Type", "Levels", "Lowest", "Highest", "Usual lowest",
        "Usual highest", "Required", "Missing codes", "Other headings", "Name", "Description",
    ]  # fmt: skip
    rows = {row[1]: dict(zip(headings, row, strict=True)) for row in sheet.values}
    assert rows["Sex"]["Levels"] == "M = Male\nF = Female"
    assert rows["Tumour grade"]["Levels"] == "I\nII\nIII"
    assert rows["Positive nodes"]["Missing codes"] == "NA; 99"
    assert (rows["Age"]["Lowest"], rows["Age"]["Usual highest"]) == (0, 90)


# Typed by hand ------------------------------------------------------------------------------


def test_a_heading_and_a_type_are_enough(tmp_path: Path) -> None:
    found = typed(
        tmp_path,
        ["Heading", "Type"],
        ["Patient", "ID"],
        ["Age at surgery", "Number"],
        ["Grösse", "whole number"],
        ["나이", "number"],
        ["2nd look", "Yes/No"],
    )
    assert [(v.name, v.label, v.type) for v in found.values()] == [
        ("patient", "Patient", "id"),
        ("age_at_surgery", "Age at surgery", "number"),
        ("gr_sse", "Grösse", "integer"),
        ("var4", "나이", "number"),
        ("v2nd_look", "2nd look", "yesno"),
    ]


def test_a_name_alone_is_its_heading(tmp_path: Path) -> None:
    found = typed(tmp_path, ["Variable", "Type"], ["tumour_size", "number"], ["Last seen", "date"])
    assert [(v.name, v.label) for v in found.values()] == [
        ("tumour_size", "tumour_size"),
        ("last_seen", "Last seen"),
    ]


@pytest.mark.parametrize(
    ("cell", "levels"),
    [
        ("0 = No pain\n1 = Pain", (Level("0", "No pain"), Level("1", "Pain"))),
        ("0=No pain; 1=Pain", (Level("0", "No pain"), Level("1", "Pain"))),
        ("1, Male | 2, Female", (Level("1, Male", "1, Male"), Level("2, Female", "2, Female"))),
        ("I, II, III", tuple(Level(x, x) for x in ("I", "II", "III"))),
        ("<= 3\n> 3\n>= 9", tuple(Level(x, x) for x in ("<= 3", "> 3", ">= 9"))),
        ("Yes, mild\nYes, severe", tuple(Level(x, x) for x in ("Yes, mild", "Yes, severe"))),
        ('"a = b" = c\n"d"', (Level("a = b", "c"), Level("d", "d"))),
        (7, (Level("7", "7"),)),
    ],
)
def test_levels_as_people_type_them(tmp_path: Path, cell: object, levels: object) -> None:
    found = typed(tmp_path, ["Heading", "Type", "Levels"], ["Pain", "category", cell])
    assert found["pain"].levels == levels


def test_cells_are_read_as_typed_by_a_person(tmp_path: Path) -> None:
    found = typed(
        tmp_path,
        ["Name", "Label", "Type", "Minimum", "Max", "Missing codes", "Required", "Aliases", "Role"],
        ["age", "Age", "integer", 0, "120", 999, "x", "Alter; Âge, ans", "Covariate"],
        ["seen", "Seen", "date", datetime(2020, 1, 31), "2024-12-31", "NA, unknown", None, None],
    )
    assert found["age"] == Variable(
        "age", "Age", "integer", limits=(0, 120), missing=("999",), required=True,
        aliases=("Alter", "Âge, ans"), role="covariate",
    )  # fmt: skip
    assert found["seen"].limits == (date(2020, 1, 31), date(2024, 12, 31))
    assert found["seen"].missing == ("NA", "unknown")


def test_yes_and_no_are_put_in_their_order(tmp_path: Path) -> None:
    found = typed(tmp_path, ["Heading", "Type", "Levels"], ["Died", "yes/no", "1 = Yes\n0 = No"])
    assert found["died"].levels == (Level("0", "No"), Level("1", "Yes"))
    assert typed(tmp_path, ["Heading", "Type"], ["Died", "yes/no"])["died"].levels == YES_NO


def test_every_mistake_is_said_at_once_with_its_cell(tmp_path: Path) -> None:
    head = ["Column heading", "Name", "Type", "Levels", "Reference", "Lowest", "Highest"]
    head += ["Required", "Role", "Partial dates"]
    found = problems(
        tmp_path,
        head,
        ["Age", "age", "nummer"],
        ["Sex", "sex", "category", "M = Male\nF ="],
        ["Grade", "grade", "ordered", "I\nII", "IV"],
        ["BMI", "bmi", "number", None, None, 80, 8],
        ["Weight", "age", "number"],
        ["bmi", "bmi_2", "number"],
        ["Pain", "pain", "category"],
        ["Note", "1st note", "text", "a\nb"],
        ["Seen", "seen", "date", None, None, "31/12/2020", None, "perhaps", "boss", "end"],
        ["Twice", "twice", "category", "1 = A\n2 = a"],
        ["Died", "died", "yes/no", "alive\ndead"],
        ["Height", "height", None],
        [None, None, "text"],
        ["Site", "site", "text", None, None, 3],
    )
    assert found == [
        "Codebook!C2, Type: expected one of number, whole number, category, ordered category, "
        "yes/no, date, text, id, found 'nummer'",
        "Codebook!D3, Levels: expected a label behind 'F =', found 'M = Male\nF ='",
        "Codebook!E4, Reference: expected one of the levels 'I', 'II', found 'IV'",
        "Codebook!G5, Highest: expected at least the lowest, 80, found '8'",
        "Codebook!B6, Name: expected a name used only once, found 'age' again",
        "Codebook!A7, Column heading: expected names and headings of one variable only, "
        "found 'bmi', which is also that of Codebook!A5",
        "Codebook!D8, Levels: expected levels, one a line: code = label, found an empty cell",
        "Codebook!B9, Name: expected letters without accents, digits and _, beginning with a "
        "letter, found '1st note'",
        "Codebook!D9, Levels: expected an empty cell, because the type has no levels, found 'a\nb'",
        "Codebook!H10, Required: expected yes or no, found 'perhaps'",
        "Codebook!I10, Role: expected one of cluster, exposure, outcome, covariate, found 'boss'",
        "Codebook!F10, Lowest: expected a date (year-month-day), found '31/12/2020'",
        "Codebook!J10, Partial dates: expected 'middle' or 'refuse', found 'end'",
        "Codebook!D11, Levels: expected levels of which no two share a code or label, "
        "found '1 = A\n2 = a' ('a' is in two)",
        "Codebook!D12, Levels: expected two levels for a yes/no, one of them 'no' and one 'yes', "
        "found 'alive\ndead' (leave the cell empty, or make the type 'category')",
        "Codebook!C13, Type: expected a type, such as 'number' or 'date', found an empty cell",
        "Codebook!A14, Column heading: expected a heading or a name, found an empty cell",
        "Codebook!F15, Lowest: expected an empty cell, because the type is 'text', found '3'",
    ]


def test_a_code_that_is_another_levels_label_is_refused(tmp_path: Path) -> None:
    rows = ["Heading", "Type", "Levels"], ["Vertebrae", "ordered", "0 = 1\n1 = 2\n2 = 3"]
    (found,) = problems(tmp_path, *rows)
    assert "no two share a code or label" in found


def test_a_misspelt_column_of_the_codebook_is_pointed_out(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, ["Heading", "Type", "Requird"], ["Age", "number", "yes"])
    assert found.startswith("Codebook!C1, heading: expected 'Required', found 'Requird'")


def test_columns_that_are_no_codebooks_do_not_matter(tmp_path: Path) -> None:
    found = typed(tmp_path, ["Heading", "Type", "Who decided"], ["Age", "number", "the PI"])
    assert list(found) == ["age"]


def test_a_workbook_without_a_codebook_says_so(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "c.xlsx", [["Patient", "Age"], ["P1", 50]])
    with pytest.raises(CohortError, match=r"c.xlsx: expected a sheet named 'Codebook', found only"):
        read_codebook(path)


def test_a_row_that_a_reader_of_cohorts_leaves_out_is_no_lost_variable(tmp_path: Path) -> None:
    rows = [["Heading", "Type"], ["EXAMPLE", "text"], ["Age", "number"]]
    (found,) = problems(tmp_path, *rows)
    assert "2: expected a row that describes a variable" in found
    assert "put a first column 'No.'" in found
    numbered = [["No.", "Heading", "Type"], [1, "EXAMPLE", "text"], [2, "Total", "number"]]
    assert [v.label for v in typed(tmp_path, *numbered).values()] == ["EXAMPLE", "Total"]


def test_a_codebook_needs_types(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, ["Heading", "Unit"], ["Age", "years"])
    assert found == "Codebook!1, heading: expected a column 'Type', found no such heading"


def test_a_file_of_another_kind_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match=r"a workbook with a sheet 'Codebook', or a REDCap"):
        dictionary_from(tmp_path / "x.pdf")


def test_the_kind_of_file_decides_who_reads_it(tmp_path: Path) -> None:
    book = write_template(DICTIONARY, tmp_path / "t.xlsx", title="T")
    assert dictionary_from(book) == replace(DICTIONARY, rules=())


def test_a_workbook_is_checked_by_its_own_codebook(tmp_path: Path) -> None:
    from cohort_stats import read_cohort
    from data_templates.gbsg2 import write_gbsg2

    path = write_gbsg2(tmp_path / "g.xlsx")
    assert len(read_cohort(path, dictionary_from(path))) == 686
