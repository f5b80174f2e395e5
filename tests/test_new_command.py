"""``cohort-stats new``: from a workbook of one's own to a packet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from reports.cli import app

HEADINGS = ("Patient", "Age (years)", "Sex", "Treatment", "ECOG", "Follow-up (months)", "Died")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def workbook(path: Path, *more: object, rows: int = 40) -> Path:
    """A ward's workbook; further headings have empty columns below them."""
    book = Workbook()
    sheet = book.active
    sheet.append([*HEADINGS, *more])
    for i in range(rows):
        row = [f"P{i + 1}", 40 + (7 * i) % 41, "MF"[i % 2], ("Surgery", "Drug")[i * i % 3 % 2]]
        sheet.append([*row, i % 4, 1 + (5 * i) % 37, "Yes" if i % 3 else "No"])
    book.save(path)
    return path


def test_from_a_workbook_to_a_packet(here: Path) -> None:
    workbook(here / "ward.xlsx", "Remarks")
    new = call("new", "my_study", "--from", "ward.xlsx")
    assert new.exit_code == 0, new.output
    assert "Wrote my_study.toml: 8 columns, 3 steps." in new.stdout
    assert "Outcome over time: Overall survival." in new.stdout
    assert "cohort-stats run ward.xlsx --study my_study.toml -o my_study_packet" in new.stdout
    checked = call("check", "ward.xlsx", "--study", "my_study.toml")
    assert checked.exit_code == 0, checked.output
    assert "No problem found." in checked.stdout
    done = call("run", "ward.xlsx", "--study", "my_study.toml", "-o", "packet")
    assert done.exit_code == 0, done.output
    assert "Not done" not in done.stdout
    assert (here / "packet/report.html").is_file()


def test_a_plan_is_not_replaced_unless_asked(here: Path) -> None:
    workbook(here / "ward.xlsx")
    (here / "my_study.toml").write_text("mine", encoding="utf-8")
    new = call("new", "my_study", "--from", "ward.xlsx")
    assert new.exit_code == 1
    assert "‘my_study.toml’, which exists already (or --overwrite)" in new.stderr
    assert (here / "my_study.toml").read_text(encoding="utf-8") == "mine"
    assert call("new", "my_study", "--from", "ward.xlsx", "--overwrite").exit_code == 0


def test_what_is_wrong_with_name_target_and_workbook_is_said_at_once(here: Path) -> None:
    workbook(here / "none.xlsx", rows=0)
    new = call("new", "My study", "--from", "none.xlsx", "-o", "plan.txt")
    assert new.exit_code == 1
    assert "3 problems to mend" in new.stderr
    assert "NAME: expected small letters, digits and _" in new.stderr
    assert "--output: expected a file that ends in .toml, found ‘plan.txt’" in new.stderr
    assert "headings without a single patient" in new.stderr
    assert sorted(p.name for p in here.iterdir()) == ["none.xlsx"]


def test_a_protected_workbook_is_named_as_one(here: Path) -> None:
    (here / "locked.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000))
    new = call("new", "my_study", "--from", "locked.xlsx")
    assert new.exit_code == 1
    assert "protected with a password" in new.stderr


def test_columns_of_one_heading_are_left_out_and_the_rest_runs(here: Path) -> None:
    workbook(here / "ward.xlsx", "Age (years)", None, "Sex", "x" * 200)
    new = call("new", "my_study", "--from", "ward.xlsx")
    assert new.exit_code == 0, new.output
    assert "Columns that the plan leaves out, and why: at its head." in new.stdout
    plan = (here / "my_study.toml").read_text(encoding="utf-8")
    assert "an earlier column has this heading" in plan
    assert re.search(r"\(column [A-Z]\): column [A-Z] has nearly its heading", plan)
    assert "x" * 200 in plan
    done = call("run", "ward.xlsx", "--study", "my_study.toml", "-o", "packet")
    assert done.exit_code == 0, done.output


def test_a_draft_runs_on_the_messy_workbook_that_it_was_made_from(here: Path) -> None:
    rows = []
    for i in range(24):
        sex = ["m", "F", "weiblich", "Männlich", "w"][i % 5]
        rows.append([f"P{i}", 40 + i, sex, f"{1 + i % 11:02d}/12/2020", ("Yes", "No")[i % 2]])
    rows[3][1], rows[4][1], rows[5][0], rows[6][4] = "sixty", "#N/A", "P4", "who knows"
    book = Workbook()
    for row in (["Patient", "Age", "Sex", "Date of surgery", "Smoker"], *rows):
        book.active.append(row)
    book.save(here / "mess.xlsx")
    new = call("new", "mess", "--from", "mess.xlsx")
    assert new.exit_code == 0, new.output
    assert "To be" not in new.stdout
    plan = (here / "mess.toml").read_text(encoding="utf-8")
    assert "read as one sex: 'F', 'weiblich', 'w' as Female; 'm', 'Männlich' as Male" in plan
    assert 'missing = ["sixty", "the error #N/A"]' in plan
    assert "here declared to mean not known: mend them" in plan
    assert "1 code of another row (Sheet!A7): one patient, or a slip?" in plan
    assert "'Date of surgery' (column D): 24 cells not readable as a date" in " ".join(
        line.lstrip("# ") for line in plan.splitlines()
    )
    done = call("run", "mess.xlsx", "--study", "mess.toml", "-o", "packet")
    assert done.exit_code == 0, done.output
    assert "Not done" not in done.stdout
    table = (here / "packet/results.csv").read_text(encoding="utf-8")
    assert "Female" in table
    assert "weiblich" not in table


def test_what_a_codebook_forbids_is_left_to_the_user_and_the_plan_written(here: Path) -> None:
    workbook(here / "ward.xlsx")
    book = Workbook()
    book.active.title = "Codebook"
    for row in (["Column heading", "Type", "Lowest", "Highest"], ["Age (years)", "number", 18, 60]):
        book.active.append(row)
    book.save(here / "book.xlsx")
    new = call("new", "my_study", "--from", "ward.xlsx", "--codebook", "book.xlsx")
    assert new.exit_code == 0, new.output
    assert "To be filled in or mended in the workbook" in new.stdout
    assert "expected a number from 18 to 60" in new.stdout
    assert (here / "my_study.toml").exists()


def test_texts_alone_are_no_study(here: Path) -> None:
    book = Workbook()
    for row in (["Patient", "Remark"], ["P1", "went home well"], ["P2", "came back later"]):
        book.active.append(row)
    book.save(here / "texts.xlsx")
    new = call("new", "my_study", "--from", "texts.xlsx")
    assert new.exit_code == 1
    assert "expected a column with numbers, levels or yes and no" in new.stderr
    assert not (here / "my_study.toml").exists()
