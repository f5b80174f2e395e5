"""``check`` and ``describe`` with a codebook: the file's own, or one given."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from analyses.plan import load_plan
from cohort_stats.codebooks.redcap import write_redcap
from data_templates import build
from reports.cli import app


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def filled(path: Path, *, column: str = "C", value: object = "old") -> Path:
    book = load_workbook(build.HERE / "lee2024_SYNTHETIC.xlsx")
    if value is not None:
        book["Cohort"][f"{column}5"] = value
    book.save(path)
    return path


def test_check_without_a_study_uses_the_workbooks_own_codebook(here):
    result = call("check", filled(here / "a.xlsx", value=None))
    assert result.exit_code == 0, result.stderr
    assert "No problem found." in result.stdout
    assert "SYNTHETIC DATA" in result.stdout
    wrong = call("check", filled(here / "b.xlsx"))
    assert wrong.exit_code == 1
    assert "1 problem to mend" in wrong.stderr


def test_check_takes_a_redcap_dictionary(here):
    write_redcap(load_plan("gbsg2").dictionary, here / "dictionary.csv")
    book = Workbook()
    book.active.append(["Patient", "Age (years)"])
    book.active.append(["1", 200])
    book.save(here / "a.xlsx")
    result = call("check", here / "a.xlsx", "--codebook", here / "dictionary.csv")
    assert result.exit_code == 1
    assert "Age: expected a number from 0 to 120, found ‘200’" in result.stderr


def test_check_needs_one_dictionary_and_says_which_there_may_be(here):
    (here / "a.csv").write_text("Patient,Age\n1,50\n", encoding="utf-8")
    result = call("check", here / "a.csv")
    assert result.exit_code == 1
    assert "expected a study (--study), or a codebook for this file (--codebook)" in result.stderr
    both = call("check", here / "a.csv", "--study", "gbsg2", "--codebook", here / "a.csv")
    assert both.exit_code == 1
    assert "expected either a study or a codebook, found both" in both.stderr


def test_a_workbook_without_a_codebook_is_not_read_as_one(here):
    book = Workbook()
    book.active.append(["Patient", "Level", "Type"])
    book.active.append(["P1", "T12", "a"])
    book.save(here / "a.xlsx")
    result = call("check", "a.xlsx")
    assert result.exit_code != 0
    assert (
        "a.xlsx: expected a study (--study), or a codebook (--codebook, or a sheet ‘Codebook’), "
        "found neither"
    ) in " ".join(result.stderr.split())


def test_a_dictionary_given_as_a_study_is_sent_to_the_codebook_option(here):
    (here / "raw.csv").write_text("Patient\nP1\n", encoding="utf-8")
    write_redcap(load_plan("lee2024").dictionary, here / "dict.csv")
    result = call("check", "raw.csv", "--study", "dict.csv")
    said = " ".join(result.stderr.split())
    assert "--study: expected a plan file (.toml), found ‘dict.csv’" in said
    assert "use check with --codebook" in said


def test_the_log_says_what_became_of_every_cell(here):
    path = filled(here / "a.xlsx", value=None)
    assert call("check", path, "--log", here / "log.csv").exit_code == 0
    lines = (here / "log.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "where,variable,state,typed,read_as,how"
    sheet = load_workbook(path)["Cohort"]
    assert len(lines) - 1 == (sheet.max_row - 1) * sheet.max_column
    again = call("check", path, "--log", here / "log.csv")
    assert again.exit_code == 1
    assert "which exists already" in again.stderr


def test_a_column_that_may_name_patients_is_pointed_out_without_its_values(here):
    path = filled(here / "a.xlsx", value=None)
    book = load_workbook(path)
    sheet = book["Cohort"]
    column = sheet.max_column + 1
    sheet.cell(1, column, "Phone number")
    for row in range(2, 40):
        sheet.cell(row, column, f"010-5555-{row:04d}")
    book.save(path)
    result = call("check", path)
    assert result.exit_code == 0
    assert "Protect your patients" in result.stdout
    assert "Phone number" in result.stdout
    assert "5555" not in result.stdout


def test_describe_takes_what_a_codebook_says_instead_of_guessing(here):
    path = filled(here / "a.xlsx", value=None)
    result = call("describe", path, "-o", here / "draft.toml")
    assert result.exit_code == 0, result.stderr
    drafted, plan = load_plan(here / "draft.toml").dictionary, load_plan("lee2024").dictionary
    assert drafted["sins_pain"].levels == plan["sins_pain"].levels
    assert drafted["age"].limits == plan["age"].limits
    assert call("check", path, "--study", here / "draft.toml").exit_code == 0


def test_a_sins_total_that_is_not_the_sum_of_its_parts_is_named(here):
    path = filled(here / "a.xlsx", value=None)
    book = load_workbook(path)
    sheet = book["Cohort"]
    heading = {str(cell.value).split("\n")[0]: cell.column_letter for cell in sheet[1]}
    cell = sheet[f"{heading['SINS']}2"]
    typed = cell.value
    cell.value = typed - 1
    book.save(path)
    result = call("check", path, "--study", "lee2024")
    assert result.exit_code == 1
    assert f"{cell.coordinate}, SINS: expected {typed}, the sum of SINS location" in result.stderr
    assert "(SINS is the sum of its six components)" in result.stderr


def test_a_value_that_a_score_refuses_is_told_at_once(here):
    plan = """
[study]
key = "own"
title = "Nutrition"
question = "?"
design = "cohort"
[variables.albumin]
label = "Albumin"
type = "number"
unit = "g/dL"
[variables.lymphocytes]
label = "Lymphocytes"
type = "number"
unit = "/mm³"
[derived.pni]
label = "PNI"
score = { name = "prognostic_nutritional_index", albumin = "albumin", lymphocytes = "lymphocytes" }
[[steps]]
id = "t"
kind = "compare"
title = "Patients"
rows = ["pni"]
"""
    (here / "own.toml").write_text(plan, encoding="utf-8")
    (here / "a.csv").write_text("Albumin,Lymphocytes\n4,1500\n38,1500\n3.5,900\n", encoding="utf-8")
    told = "Not computed: PNI, 1 patient: row 3, column ‘Albumin’"
    for call_of in (("check",), ("run", "-o", "packet")):
        result = call(call_of[0], "a.csv", "--study", "own.toml", *call_of[1:])
        assert result.exit_code == 0, result.stderr
        assert told in result.stdout
