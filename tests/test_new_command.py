"""``cohort-stats new``: from a workbook of one's own to a packet."""

from __future__ import annotations

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
    assert "'my_study.toml', which exists already (or --overwrite)" in new.stderr
    assert (here / "my_study.toml").read_text(encoding="utf-8") == "mine"
    assert call("new", "my_study", "--from", "ward.xlsx", "--overwrite").exit_code == 0


def test_what_is_wrong_with_name_target_and_workbook_is_said_at_once(here: Path) -> None:
    workbook(here / "none.xlsx", rows=0)
    new = call("new", "My study", "--from", "none.xlsx", "-o", "plan.txt")
    assert new.exit_code == 1
    assert "3 problems to mend" in new.stderr
    assert "NAME: expected small letters, digits and _" in new.stderr
    assert "--output: expected a file that ends in .toml, found 'plan.txt'" in new.stderr
    assert "headings without a single patient" in new.stderr
    assert sorted(p.name for p in here.iterdir()) == ["none.xlsx"]


def test_a_protected_workbook_is_named_as_one(here: Path) -> None:
    (here / "locked.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000))
    new = call("new", "my_study", "--from", "locked.xlsx")
    assert new.exit_code == 1
    assert "protected with a password" in new.stderr


def test_what_the_workbook_must_mend_is_said_and_the_plan_written(here: Path) -> None:
    workbook(here / "ward.xlsx", "Age (years)", None, "Sex", "x" * 200)
    new = call("new", "my_study", "--from", "ward.xlsx")
    assert new.exit_code == 1
    assert "Wrote my_study.toml" in new.stdout
    assert "Columns that the plan leaves out, and why: at its head." in new.stdout
    assert "2 problems to mend" in new.stderr
    assert "H1, heading: expected one column for 'Age'" in new.stderr
    assert "J1, heading: expected one column for 'Sex'" in new.stderr
    plan = (here / "my_study.toml").read_text(encoding="utf-8")
    assert "an earlier column has this heading" in plan
    assert "x" * 200 in plan


def test_texts_alone_are_no_study(here: Path) -> None:
    book = Workbook()
    for row in (["Patient", "Remark"], ["P1", "went home well"], ["P2", "came back later"]):
        book.active.append(row)
    book.save(here / "texts.xlsx")
    new = call("new", "my_study", "--from", "texts.xlsx")
    assert new.exit_code == 1
    assert "expected a column with numbers, levels or yes and no" in new.stderr
    assert not (here / "my_study.toml").exists()
