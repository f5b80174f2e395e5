"""The workbooks of data_templates: current, readable, and honest about their patients."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from analyses import load_plan, study_keys
from analyses.published.reading import load_published
from cohort_stats import CohortError, read_cohort
from cohort_stats.condition import Condition
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable, fold_heading
from cohort_stats.rule_checks import broken_rows
from cohort_stats.rules import AtMostOne, EmptyUnless, InOrder, SumOf
from cohort_stats.workbooks import template
from cohort_stats.workbooks.example_row import example_row
from cohort_stats.workbooks.template import write_template
from data_templates import build
from data_templates.drawing import dealt_within
from data_templates.lee2024 import TABLE2, reported
from data_templates.margins import Margins
from data_templates.synthetic import CELL, synthetic_cohort

WORKBOOKS = tuple(build.workbooks())
LEE = load_plan("lee2024").dictionary


def synthetic(seed: int | None = None, *, with_cells: bool = False) -> pd.DataFrame:
    paper, plan = load_published("lee2024"), load_plan("lee2024")
    return synthetic_cohort(paper, plan, seed, with_cells=with_cells)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbooks")
    assert [p.name for p in build.build(folder)] == list(WORKBOOKS)
    return folder


def contents(path: Path) -> dict[str, Any]:
    """Everything a user meets in a workbook: cells, comments, lists to choose from."""
    found: dict[str, Any] = {}
    for sheet in load_workbook(path):
        rows = list(sheet.iter_rows())
        rules = sheet.data_validations.dataValidation
        found[sheet.title] = {
            "cells": [[cell.value for cell in row] for row in rows],
            "comments": [cell.comment.text for cell in rows[0] if cell.comment],
            "rules": [(str(r.sqref), r.type, r.formula1, r.formula2) for r in rules],
        }
    return found


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_committed_workbook_is_what_build_writes(name: str, rebuilt: Path) -> None:
    assert contents(build.HERE / name) == contents(rebuilt / name), (
        "run: python -m data_templates.build"
    )


def test_no_workbook_is_committed_that_build_does_not_write() -> None:
    assert sorted(p.name for p in build.HERE.glob("*.xlsx")) == sorted(WORKBOOKS)


def test_the_first_workbook_leaves_no_trace_in_the_next(tmp_path: Path) -> None:
    build.write_empty("gbsg2", tmp_path / "t.xlsx")
    assert template.FONT == {"font_name": "Arial", "font_size": 10}


def test_the_same_content_is_the_same_file(rebuilt: Path, tmp_path: Path) -> None:
    again = build.write_empty("lee2024", tmp_path / "again.xlsx")
    assert again.read_bytes() == (rebuilt / "lee2024_template.xlsx").read_bytes()


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_readme_lists_the_workbook(name: str) -> None:
    text = (build.HERE / "README.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{name}`")]
    for word in ("SYNTHETIC", "real"):
        assert (f"**{word}**" in row) == (word in name)


def typed_heading(variable: Variable) -> str:
    """The heading as a template has it: the unit below the label."""
    return f"{variable.label}\n({variable.unit})" if variable.unit else variable.label


@pytest.mark.parametrize("study", study_keys())
def test_a_template_has_every_variable_and_colours_the_required(study: str, tmp_path: Path) -> None:
    dictionary = load_plan(study).dictionary
    book = load_workbook(build.write_empty(study, tmp_path / "empty.xlsx"))
    headings = list(book["Cohort"][1])
    assert [cell.value for cell in headings] == [typed_heading(v) for v in dictionary.values()]
    orange = {cell.value for cell in headings if cell.fill.fgColor.rgb == "FFF9C784"}
    assert orange == {typed_heading(v) for v in dictionary.values() if v.required}


@pytest.mark.parametrize("study", study_keys())
def test_a_filled_template_passes_the_check_of_its_study(study: str, tmp_path: Path) -> None:
    dictionary = load_plan(study).dictionary
    path = build.write_empty(study, tmp_path / "filled.xlsx")
    book = load_workbook(path)
    sheet = book["Cohort"]
    for j, (name, value) in enumerate(example_row(dictionary).items(), start=1):
        sheet.cell(3, j, "P1" if name == dictionary.id else value)
    book.save(path)
    cohort = read_cohort(path, dictionary)
    assert cohort.frame[dictionary.id].tolist() == ["P1"]  # and not the EXAMPLE above it
    assert cohort.warnings == ()
    assert cohort.ignored == ()


@pytest.mark.parametrize("study", study_keys())
def test_the_example_row_is_grey_and_in_italics(study: str, tmp_path: Path) -> None:
    sheet = load_workbook(build.write_empty(study, tmp_path / "t.xlsx"))["Cohort"]
    filled = [cell for cell in sheet[2] if cell.value is not None]
    assert filled[0].value == "EXAMPLE"
    assert all(cell.font.i and cell.font.color.rgb == "FF7F7F7F" for cell in filled)
    assert sheet.max_row == 2


def test_without_an_id_in_the_first_column_there_is_no_example(tmp_path: Path) -> None:
    variables = {"age": Variable("age", "Age", "number"), "id": Variable("id", "Id", "id")}
    path = write_template(DataDictionary(variables), tmp_path / "t.xlsx", title="T")
    assert load_workbook(path)["Cohort"].max_row == 1
    assert "EXAMPLE" not in "".join(c.value or "" for c in load_workbook(path)["Read me"]["A"])


def test_the_example_keeps_every_rule() -> None:
    def date_variable(name: str, **more: Any) -> Variable:
        return Variable(name, name.capitalize(), "date", **more)

    points = (Level("0", "None"), Level("2", "Some"))
    variables = [
        Variable("id", "Id", "id"),
        date_variable("birth"),
        date_variable("surgery", limits=(date(2010, 1, 1), date(2020, 12, 31))),
        date_variable("recurrence"),
        date_variable("last", limits=(None, date(2020, 12, 31))),
        Variable("recurred", "Recurred", "yesno", levels=YES_NO),
        Variable("dead", "Died", "yesno", levels=YES_NO),
        Variable("alive", "Alive", "yesno", levels=YES_NO),
        Variable("cause", "Cause of death", "text"),
        Variable("a", "A", "integer", limits=(0, 4)),
        Variable("b", "B", "ordered", levels=points, reference="Some"),
        Variable("total", "Total", "number", limits=(0, 100)),
    ]
    died = Condition("dead", "is", "Yes")
    rules = (
        InOrder(order=("birth", "surgery", "recurrence", "last")),
        SumOf(total="total", parts=("a", "b")),
        AtMostOne(of=(died, Condition("alive", "is", "Yes"))),
        EmptyUnless(when=died, variable="cause"),
    )
    dictionary = DataDictionary({v.name: v for v in variables}, rules)
    row = example_row(dictionary)
    assert row["id"] == "EXAMPLE"
    assert row["birth"] == date(1960, 7, 1)
    assert row["surgery"] == date(2020, 12, 31)
    assert (row["a"], row["b"], row["total"]) == (2, "Some", 4)
    assert (row["dead"], row["alive"]) == ("Yes", "No")
    frame = pd.DataFrame([row])
    for name in ("birth", "surgery", "recurrence", "last"):
        frame[name] = pd.to_datetime(frame[name])
    assert [b for rule in rules for b in broken_rows(rule, frame, dictionary)] == []


def test_limits_of_numbers_and_dates_are_rules_of_the_sheet(tmp_path: Path) -> None:
    variables = {
        v.name: v
        for v in (
            Variable("seen", "Seen", "date", limits=(date(2020, 1, 31), date(2024, 12, 31))),
            Variable("born", "Born", "date", limits=(date(1850, 1, 1), None)),
            Variable("about", "About", "date", partial="middle"),
            Variable("age", "Age", "integer", limits=(0, 120), missing=("NA",)),
        )
    }
    path = write_template(DataDictionary(variables), tmp_path / "t.xlsx", title="T")
    sheet = load_workbook(path)["Cohort"]
    rules = {str(r.sqref)[0]: r for r in sheet.data_validations.dataValidation}
    assert (rules["A"].formula1, rules["A"].formula2) == ("43861", "45657")
    assert rules["B"].formula1 == "1"  # a workbook's calendar begins in 1900
    assert "C" not in rules  # '2020-05' may be typed, and stays the text it is
    assert sheet.column_dimensions["C"].number_format == "@"
    assert (rules["D"].type, rules["D"].errorStyle) == ("whole", "warning")


def test_levels_that_a_list_in_a_rule_cannot_hold_stand_on_a_hidden_sheet(tmp_path: Path) -> None:
    labels = ('5" nail', "6 mm, long", "plain")
    levels = tuple(Level(label, label) for label in labels)
    variable = Variable("nail", "Nail", "category", levels=levels, missing=("?",))
    path = write_template(DataDictionary({"nail": variable}), tmp_path / "t.xlsx", title="T")
    book = load_workbook(path)
    (rule,) = book["Cohort"].data_validations.dataValidation
    assert rule.formula1 == "Lists!$A$1:$A$4"
    assert [cell.value for cell in book["Lists"]["A"]] == [*labels, "?"]
    assert book["Lists"].sheet_state == "hidden"


def test_the_sheets_print_with_their_headings(tmp_path: Path) -> None:
    book = load_workbook(build.write_empty("lee2024", tmp_path / "t.xlsx"))
    for name in ("Cohort", "Codebook"):
        assert book[name].page_setup.orientation == "landscape"
        assert book[name].print_title_rows == "$1:$1"
        assert book[name].freeze_panes is not None


@pytest.mark.parametrize("study", study_keys())
def test_no_heading_means_two_variables(study: str) -> None:
    variables = load_plan(study).dictionary.values()
    keys = Counter(
        key
        for v in variables
        for key in {fold_heading(text) for text in (v.name, v.label, v.heading, *v.aliases)}
    )
    assert [key for key, times in keys.items() if times > 1] == []


def test_an_empty_template_asks_for_patients() -> None:
    with pytest.raises(CohortError, match="headings without a single patient"):
        read_cohort(build.HERE / "lee2024_template.xlsx", LEE)


@pytest.mark.parametrize(
    ("name", "frame"),
    [("lee2024_reported_24_real.xlsx", reported()), ("lee2024_SYNTHETIC.xlsx", synthetic())],
)
def test_a_filled_template_reads_back_as_it_was_written(name: str, frame: pd.DataFrame) -> None:
    read = read_cohort(build.HERE / name, LEE).frame
    assert set(read.columns) == set(frame.columns)
    for column in read.columns:
        typed = frame[column].astype(str) if column == "id" else frame[column]
        back = read[column].astype(object) if LEE[column].is_categorical else read[column]
        assert back.isna().tolist() == typed.isna().tolist()
        assert back.dropna().tolist() == typed.dropna().tolist()


def test_the_synthetic_cohort_is_flagged() -> None:
    cohort = read_cohort(build.HERE / "lee2024_SYNTHETIC.xlsx", LEE)
    assert cohort.synthetic
    assert cohort.frame["id"].str.startswith("SYNTHETIC-").all()
    second = load_workbook(build.HERE / "lee2024_SYNTHETIC.xlsx")["Read me"]["A2"].value
    assert second.startswith("SYNTHETIC")


def test_synthetic_rows_stay_flagged_without_their_read_me(tmp_path: Path) -> None:
    path = tmp_path / "copied.csv"
    synthetic().to_csv(path, index=False)
    assert read_cohort(path, LEE).synthetic


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("lee2024_reported_24_real", "J Clin Med 2024;13:7017", "failure is Yes in every row"),
        ("jang2025_reported_7_real", "J Clin Med 2025;14:4540", "Every one had a revision"),
    ],
)
def test_the_reported_patients_are_flagged_as_real(name: str, source: str, words: str) -> None:
    path = build.HERE / f"{name}.xlsx"
    cohort = read_cohort(path, load_plan(name.partition("_")[0]).dictionary)
    assert not cohort.synthetic
    assert cohort.warnings == ()
    assert len(cohort.frame) == int(name.split("_")[2])
    remarks = [cell.value or "" for cell in load_workbook(path)["Read me"]["A"]]
    assert remarks[1].startswith("REAL patients")
    assert any(source in line for line in remarks)
    assert any(words in line for line in remarks)


def test_the_reported_patients_are_as_printed() -> None:
    printed = pd.read_csv(TABLE2, dtype=str)
    shown = reported()
    expected = {"HCC": "Hepatocellular carcinoma", "MUO": "Unknown origin"}
    assert shown["origin"].tolist() == [expected.get(o, o) for o in printed["origin"]]
    types = printed["failure_type"].str.replace(" c ", " with ")
    types = types.str.replace("tumor recur", "tumour recurrence")
    assert shown["failure_type"].tolist() == types.tolist()
    for name in ("age", "fixation_levels", "screws_in_tumour", "time_to_failure"):
        assert shown[name].tolist() == printed[name].astype(float).tolist()


# The simulator -----------------------------------------------------------------------------


def test_a_new_column_changes_no_other() -> None:
    paper, plan = load_published("lee2024"), load_plan("lee2024")
    variables = {k: v for k, v in paper.file.simulate.variables.items() if k != "origin"}
    section = paper.file.simulate.model_copy(update={"variables": variables})
    fewer = replace(paper, file=paper.file.model_copy(update={"simulate": section}))
    drawn = synthetic_cohort(fewer, plan)
    pd.testing.assert_frame_equal(drawn, synthetic().drop(columns="origin"))


def test_more_patients_like_a_group_have_its_counts_in_proportion() -> None:
    frame = synthetic(with_cells=True)
    margins = Margins(load_published("lee2024"))
    others = frame[frame[CELL] == "others"]
    assert len(others) == 124
    assert not margins.is_printed("others")
    assert margins.is_printed("matched")
    # 29, 12 and 31 of 72 are 49.9, 20.7 and 53.4 of 124; 53 of 72 are 91.3
    counts = {"Semi-rigid": 50, "Mobile spine": 21, "Junctional": 53}
    assert others["sins_location"].value_counts().to_dict() == counts
    assert others["fracture"].value_counts().to_dict() == {"Yes": 91, "No": 33}


def test_values_are_dealt_within_the_bounds_of_another_column() -> None:
    rng = np.random.default_rng(1)
    values = pd.Series([1.0, np.nan, 5.0, 3.0, 9.0])
    bounds = pd.Series([4.0, 2.0, np.nan, 8.0, 1.0])
    for _ in range(20):
        dealt = dealt_within(values, bounds, False, rng)
        assert sorted(dealt.dropna()) == [1, 3, 5, 9]
        assert np.isnan(dealt[1])
        assert dealt[0] >= 4
        assert dealt[3] >= 8
    # nothing as low as 0.5 is there: the bound itself
    assert dealt_within(values[:1], pd.Series([0.5]), True, rng).tolist() == [0.5]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_columns_agree_with_each_other(seed: int) -> None:
    frame = synthetic(seed)
    bmi = frame["weight"] / (frame["height"] / 100) ** 2
    np.testing.assert_allclose(frame["bmi"], bmi, atol=0.0501)
    failed = frame["failure"] == "Yes"
    assert (frame["time_to_failure"].notna() == failed).all()
    assert frame.loc[failed, "time_to_failure"].between(0.25, 27).all()
    assert (frame.loc[failed, "follow_up"] >= frame.loc[failed, "time_to_failure"]).all()
    recurred = frame["local_recurrence"] == "Yes"
    assert (frame["recurrence_time"].notna() == recurred).all()
    assert (frame.loc[recurred, "recurrence_time"] <= frame.loc[recurred, "follow_up"]).all()


def test_the_total_score_is_the_sum_of_its_components() -> None:
    points = {
        "sins_location": {"Rigid": 0, "Semi-rigid": 1, "Mobile spine": 2, "Junctional": 3},
        "sins_pain": {"Pain-free": 0, "Occasional but not mechanical": 1, "Yes": 3},
        "sins_lesion": {"Blastic": 0, "Mixed": 1, "Lytic": 2},
        "sins_alignment": {
            "Normal alignment": 0, "De novo deformity": 2, "Subluxation/translation": 4,
        },
        "sins_collapse": {
            "None": 0, "No collapse with >50% body involved": 1, "<50% collapse": 2,
            ">50% collapse": 3,
        },
        "sins_posterolateral": {"None": 0, "Unilateral": 1, "Bilateral": 3},
    }  # fmt: skip
    frame = synthetic()
    total = sum(frame[name].map(values) for name, values in points.items())
    pd.testing.assert_series_equal(frame["sins"], total, check_names=False)
    assert frame["sins"].isna().sum() == 5  # 4 without a record of pain, and 1 not printed


def test_values_are_rounded_as_they_are_measured() -> None:
    frame = synthetic()
    for name, step in {"age": 1, "rods": 1, "fixation_levels": 0.5, "follow_up": 0.25}.items():
        assert (frame[name].dropna() % step == 0).all(), name
    for name in ("liv_hu", "uiv_hu", "bmi", "bmd"):
        assert frame[name].dropna().eq(frame[name].dropna().round(1)).all(), name


def test_a_share_of_the_hounsfield_units_is_missing() -> None:
    eligible = synthetic().query("instrumentation == 'Yes'")
    for name in ("liv_hu", "uiv_hu"):
        assert eligible[name].isna().sum() == 10


def test_synthetic_values_are_usual_ones() -> None:
    assert read_cohort(build.HERE / "lee2024_SYNTHETIC.xlsx", LEE).warnings == ()
