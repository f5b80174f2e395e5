"""The commands end to end: describe, check, run; and a copy to share."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from analyses.plan import load_plan
from cohort_stats.wording import PUBLISHED
from data_templates.gbsg2 import write_gbsg2
from reports.cli import app

ROOT = Path(__file__).parents[2]
COHORTS = sorted(ROOT.glob("data_templates/*.xlsx"))


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def hospital(path: Path) -> Path:
    """A workbook as a ward keeps it: record numbers, names, NA, 999, a stray remark."""
    head = ["등록번호", "Name", "DOB", "Age (years)", "Sex", "Op date", "Last seen", "ECOG"]
    head += ["PSA [ng/mL]", "Died", "OS_months", "Remark", "나이(세)", "[b]odd[/b] heading"]
    book = Workbook()
    sheet = book.active
    sheet.title = "환자"
    sheet.append(head)
    for i in range(30):
        row = [40000000 + 7919 * i, f"Kim Nr{i}", f"19{30 + i}-05-0{1 + i % 9}", 50 + i % 20]
        row += ["MF"[i % 2], f"2020-01-{1 + i % 28:02}", f"2021-02-{1 + i % 28:02}", i % 4]
        row += [0.5 * i, "Yes" if i % 3 else "No", 1.5 * i, f"remark of length {i}", 40 + i, i]
        sheet.append(row)
    sheet["D3"], sheet["D9"], sheet["H4"], sheet["G5"] = "NA", 999, 9, "unknown"
    sheet["L6"] = "call 010-1234-5678"
    book.save(path)
    return path


def test_describe_then_check_then_run_on_a_workbook_of_a_ward(here):
    path = hospital(here / "ward.xlsx")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    described = call("describe", path, "-o", "draft.toml")
    assert described.exit_code == 0, described.output
    assert "sheet '환자': 30 rows, 14 columns" in described.stdout
    assert "Wrote draft.toml; next: cohort-stats check" in described.stdout
    assert "[b]odd[/b]" in described.stdout.replace("\n", "")
    checked = call("check", path, "--study", "draft.toml")
    assert checked.exit_code == 0, checked.output
    assert "In the file, but not in the plan: 등록번호, Name, DOB." in checked.stdout
    done = call("run", path, "--study", "draft.toml", "-o", "packet")
    assert done.exit_code == 0, done.output
    assert (here / "packet/report.html").is_file()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_no_identifier_and_no_remark_is_printed_or_drafted(here):
    described = call("describe", hospital(here / "ward.xlsx"), "-o", "draft.toml")
    words = described.stdout + Path("draft.toml").read_text(encoding="utf-8")
    assert not re.search(r"4000\d{4}|Kim Nr|19[3-5]\d-05|remark of|010-1234", words)
    assert "may be a record number" in words
    assert "a phone number inside (환자!L6)" in " ".join(words.split())


def test_a_page_in_a_pipe_fits_80_columns(here):
    lines = call("describe", hospital(here / "ward.xlsx")).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in "".join(lines)


def test_a_draft_is_never_replaced_unasked(here):
    path = write_gbsg2(here / "a.xlsx")
    (here / "draft.toml").write_text("mine")
    again = call("describe", path, "-o", "draft.toml")
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert Path("draft.toml").read_text() == "mine"
    assert call("describe", path, "-o", "draft.toml", "--overwrite").exit_code == 0
    assert "[variables.age]" in Path("draft.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", COHORTS, ids=lambda p: p.stem)
def test_our_own_workbooks(here, path):
    described = call("describe", path, "-o", "draft.toml")
    if "template" in path.stem:
        assert described.exit_code == 1
        assert "without a single patient" in described.stderr
        return
    told = described.stdout.partition("May tell who a patient is")[2].partition("Wrote")[0]
    suspects = [line for line in told.splitlines()[1:] if line.strip()]
    key = path.stem.partition("_")[0]
    if load_plan(key).file.noun in PUBLISHED:  # a row is a study, and studies have names
        suspects = [line for line in suspects if "'Study' may be a name" not in line]
    assert suspects == []
    assert call("check", path, "--study", "draft.toml").exit_code == 0
    assert call("run", path, "--study", "draft.toml", "-o", "packet").exit_code == 0


def test_the_demo_workbook_and_a_text_table(here):
    shutil.copy(ROOT / "tests/reference/data/pbc.csv", here / "pbc.csv")
    for path in (write_gbsg2(here / "gbsg2.xlsx"), here / "pbc.csv"):
        assert call("describe", path, "-o", f"{path.stem}.toml").exit_code == 0
        done = call("run", path, "--study", f"{path.stem}.toml", "-o", f"packet_{path.stem}")
        assert done.exit_code == 0, done.output


def test_a_copy_to_share_is_described_instead_and_can_be_run(here):
    path = hospital(here / "ward.xlsx")
    words = ["--deidentify", "share/safe.xlsx", "--key", "keep/key.csv", "-o", "draft.toml"]
    result = call("describe", path, *words)
    assert result.exit_code == 0, result.output
    assert "Dates are whole days since 'Op date' of the same patient." in result.stdout
    assert "May tell who a patient is" not in result.stdout
    assert "next: cohort-stats check share/safe.xlsx --study draft.toml" in result.stdout
    assert not re.search(r"4000\d{4}|Kim Nr|19[3-5]\d-05|remark of", result.stdout)
    draft = Path("draft.toml").read_text(encoding="utf-8")
    assert 'label = "등록번호"\ntype = "id"' in draft
    assert "'Op date (days since Op date)' (column E): day 0 of every patient" in draft
    done = call("run", "share/safe.xlsx", "--study", "draft.toml", "-o", "packet")
    assert done.exit_code == 0, done.output


def test_the_plan_of_the_original_fits_the_copy_too(here):
    path = hospital(here / "ward.xlsx")
    assert call("describe", path, "-o", "ward.toml").exit_code == 0
    words = ["--deidentify", "share/safe.xlsx", "--key", "keep/key.csv"]
    assert "take the line 'sheet' out" in call("describe", path, *words).stdout
    plan = Path("ward.toml").read_text(encoding="utf-8").replace('sheet = "환자"\n', "")
    Path("ward.toml").write_text(plan, encoding="utf-8")
    checked = call("check", "share/safe.xlsx", "--study", "ward.toml")
    assert checked.exit_code == 0, checked.output
    assert "Not in the file, and not required: Remark." in checked.stdout
    assert "In the file, but not in the plan: 등록번호, Age at Op date." in checked.stdout


def test_several_sheets_of_which_none_is_meant_name_the_option(here):
    book = Workbook()
    book.active.title = "Data"
    book.create_sheet("lookup")
    book.save("a.xlsx")
    result = call("describe", "a.xlsx")
    assert result.exit_code == 1
    assert "name one: describe takes --sheet" in result.stderr


def test_a_plan_that_requires_its_id_fits_the_copy(here):
    book = Workbook()
    book.active.append(["Pat.-Nr.", "Date of surgery", "Age"])
    for i in range(20):
        book.active.append([f"P{i + 1}", datetime(2020, 1, 1 + i), 40 + i])
    book.active.title = "Cohort"
    book.save("a.xlsx")
    assert call("describe", "a.xlsx", "-o", "a.toml").exit_code == 0
    assert "required = true" in Path("a.toml").read_text(encoding="utf-8")
    words = ["--deidentify", "share/safe.xlsx", "--key", "keep/key.csv"]
    assert call("describe", "a.xlsx", *words).exit_code == 0
    checked = call("check", "share/safe.xlsx", "--study", "a.toml")
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--deidentify", "s/safe.xlsx"], "--key: expected the file that will lead back"),
        (["--key", "key.csv"], "--deidentify: expected the copy to write"),
        (["--deidentify", "safe.xlsx", "--key", "key.csv"], "--key: expected a file outside of"),
        (["--deidentify", "s/safe.csv", "--key", "key.csv"], "a file that ends in .xlsx"),
        (["-o", "draft.txt"], "a file that ends in .toml"),
        (
            ["--deidentify", "s/safe.xlsx", "--key", "key.csv", "--anchor", "Last sen"],
            "did you mean ‘Last seen’?",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_writes_nothing(here, words, expected):
    result = call("describe", hospital(here / "ward.xlsx"), *words)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert sorted(p.name for p in here.iterdir()) == ["ward.xlsx"]


def test_the_help_of_describe_pays_for_no_heavy_library(here):
    code = (
        "import sys; sys.argv=['cohort-stats','describe','--help']\n"
        "from reports.cli import app\n"
        "try: app()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy={'numpy','scipy','openpyxl','xlsxwriter','pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
