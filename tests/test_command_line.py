"""The command line as its users meet it: files in, files out, exit status, plain words."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from small_plan import PLAN
from typer.testing import CliRunner

from data_templates.gbsg2 import write_gbsg2
from reports.cli import app

PYTHON_WORDS = ("Traceback", "Error:", "NaN", "dtype", "None", "str(", "KeyError", "openpyxl")


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def typed_wrong(path: Path) -> Path:
    write_gbsg2(path)
    book = load_workbook(path)
    sheet = book["Cohort"]
    sheet["C5"], sheet["F6"], sheet["A7"], sheet["J8"] = "fifty", "IV", 1, None
    sheet["D1"] = "Menopausel status"
    book.save(path)
    return path


def test_studies_lists_key_and_question(here):
    result = call("studies")
    assert result.exit_code == 0
    assert "gbsg2\n" in result.stdout
    assert "lee2024\n" in result.stdout
    assert "Hounsfield" in result.stdout


def test_a_template_is_written_and_never_replaced_unasked(here):
    assert call("template", "lee2024").exit_code == 0
    book = load_workbook("lee2024_template.xlsx")
    assert book.sheetnames[:3] == ["Read me", "Cohort", "Codebook"]
    before = Path("lee2024_template.xlsx").read_bytes()
    again = call("template", "lee2024")
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert Path("lee2024_template.xlsx").read_bytes() == before
    assert call("template", "lee2024", "--overwrite").exit_code == 0


def test_check_of_a_good_workbook(here):
    result = call("check", write_gbsg2(here / "a.xlsx"), "--study", "gbsg2")
    assert result.exit_code == 0
    assert "686 patients" in result.stdout
    assert "No problem found." in result.stdout
    assert not Path("problems.xlsx").exists()


def test_columns_of_studies_are_not_taken_for_names_of_patients(here):
    assert call("simulate", "li2022", "-o", "li.xlsx").exit_code == 0
    done = call("check", "li.xlsx", "--study", "li2022")
    assert done.exit_code == 0
    assert "Protect your patients" not in done.output


def test_check_names_every_problem_marks_them_and_leaves_the_file_alone(here):
    path = typed_wrong(here / "a.xlsx")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    result = call("check", path, "--study", "gbsg2")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "5 problems to mend:" in result.stderr
    for words in (
        "Cohort!D1, heading: expected ‘Menopausal status’, found ‘Menopausel status’",
        "Cohort!C5, Age: expected a number from 0 to 120, found ‘fifty’",
        "Cohort!F6, Tumour grade: expected one of ‘I’, ‘II’, ‘III’, found ‘IV’",
        "Cohort!A7, Patient: expected an id used only once, found ‘1’ again",
        "Cohort!J8, Recurrence-free time: expected a number of at least 0 (this column must be",
    ):
        assert words in result.stderr
    assert not any(word in result.stderr for word in PYTHON_WORDS)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    copy = load_workbook("problems.xlsx")["Cohort"]
    marked = {c.coordinate for row in copy.iter_rows() for c in row if c.comment}
    assert marked == {"D1", "C5", "F6", "A7", "J8"}


def test_a_failed_run_leaves_no_packet(here):
    result = call("run", typed_wrong(here / "a.xlsx"), "--study", "gbsg2", "-o", "packet")
    assert result.exit_code == 1
    assert sorted(p.name for p in here.iterdir()) == ["a.xlsx", "problems.xlsx"]


def test_a_run_says_what_it_made(here):
    (here / "own.toml").write_text(PLAN, encoding="utf-8")
    header = "Patient,Arm,Age,Marker,Died,Survival (months)"
    lines = [
        f"P{i},{'AB'[i % 2]},{40 + i},{90 + i * 7 % 31},{i % 3 == 0:d},{1 + i}" for i in range(40)
    ]
    (here / "own.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    result = call("run", "own.csv", "--study", "own.toml", "-o", "out/packet")
    assert result.exit_code == 0, result.stderr
    assert "from 40 patients in" in result.stdout
    assert (here / "out/packet/report.html").is_file()
    assert (here / "out/packet/manuscript.docx").is_file()


def test_a_run_into_a_folder_of_other_things_is_refused_before_any_work(here):
    (here / "thesis").mkdir()
    (here / "thesis" / "a.txt").write_text("x")
    result = call("run", write_gbsg2(here / "a.xlsx"), "--study", "gbsg2", "-o", "thesis")
    assert result.exit_code == 1
    assert "‘thesis’ exists and is not a packet" in result.stderr


def test_a_wrong_plan_is_told_with_paths(here):
    (here / "own.toml").write_text(PLAN.replace('kind = "cox"', 'kind = "coxx"'), encoding="utf-8")
    result = call("check", write_gbsg2(here / "a.xlsx"), "--study", "own.toml")
    assert result.exit_code == 1
    assert "steps[3] (cox).kind: expected one of compare" in result.stderr
    assert "did you mean ‘cox’?" in result.stderr


def test_an_unknown_study_suggests_the_nearest(here):
    result = call("template", "lee2042")
    assert result.exit_code == 1
    assert "did you mean ‘lee2024’?" in result.stderr


def test_the_marked_copy_never_replaces_the_input(here):
    path = typed_wrong(here / "problems.xlsx")
    before = path.read_bytes()
    assert call("check", path, "--study", "gbsg2").exit_code == 1
    assert path.read_bytes() == before
    assert (here / "problems_2.xlsx").is_file()


def test_help_pays_for_no_heavy_library():
    code = (
        "import sys; sys.argv=['cohort-stats','--help']\n"
        "from reports.cli import app\n"
        "try: app()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy={'pandas','numpy','scipy','matplotlib','docx','jinja2','pydantic','openpyxl'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_checking_pays_for_no_figure_and_no_second_opinion(here):
    path = write_gbsg2(here / "a.xlsx")
    code = (
        f"import sys; sys.argv=['cohort-stats','check',{str(path)!r},'--study','gbsg2']\n"
        "from reports.cli import app\n"
        "try: app()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy={'scipy','matplotlib','docx','jinja2','lifelines','statsmodels','sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
