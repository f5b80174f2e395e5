"""``cohort-stats codebook``: a data dictionary from one form to another."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from openpyxl import load_workbook
from small_plan import PLAN
from typer.testing import CliRunner
from workbooks import DICTIONARY, write_workbook

from analyses import load_plan
from cohort_stats.codebooks.codebook import read_codebook
from cohort_stats.codebooks.redcap import read_redcap, write_redcap
from cohort_stats.dictionary import DataDictionary
from cohort_stats.workbooks.template import write_template
from reports.cli import app


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: object):
    return CliRunner().invoke(app, ["codebook", *map(str, arguments)])


def test_a_study_becomes_a_workbook_with_its_codebook(here):
    done = call("gbsg2", "-o", "g.xlsx")
    assert done.exit_code == 0, done.output
    assert "Wrote g.xlsx: a workbook with a Codebook, 11 variables." in done.stdout
    assert "Not kept: rules across columns, which only a plan holds." in done.stdout
    assert load_workbook("g.xlsx").sheetnames == ["Read me", "Cohort", "Codebook"]
    assert dict(read_codebook("g.xlsx")) == dict(load_plan("gbsg2").dictionary)


def test_a_plan_becomes_a_redcap_dictionary_and_says_what_is_lost(here):
    done = call("lee2024", "-o", "new/r.csv")
    assert done.exit_code == 0, done.output
    assert len(read_redcap("new/r.csv")) == 42
    assert "Not kept: the levels' own codes or labels of 'Mode of surgery'." in done.stdout


def test_a_plan_file_is_a_source(here):
    Path("own.toml").write_text(PLAN, encoding="utf-8")
    assert call("own.toml", "-o", "r.csv").exit_code == 0
    assert "arm" in read_redcap("r.csv")


def test_a_redcap_dictionary_becomes_a_workbook_and_back(here):
    write_redcap(DICTIONARY, here / "r.csv")
    assert call("r.csv", "-o", "w.xlsx").exit_code == 0
    assert call("w.xlsx", "-o", "again.csv").exit_code == 0
    assert Path("again.csv").read_bytes() == Path("r.csv").read_bytes()


def test_a_dictionary_becomes_the_variables_of_a_plan(here, monkeypatch):
    drafting = ModuleType("cohort_stats.describing.drafting")
    drafting.dictionary_toml = lambda dictionary: f"# {', '.join(dictionary)}\n"
    monkeypatch.setitem(sys.modules, "cohort_stats.describing.drafting", drafting)
    write_template(DICTIONARY, here / "w.xlsx", title="T")
    assert call("w.xlsx", "-o", "v.toml").exit_code == 0
    assert Path("v.toml").read_text().startswith("# id, age, sex")
    assert sorted(p.name for p in here.iterdir()) == ["v.toml", "w.xlsx"]


def test_nothing_is_replaced_unasked_and_never_the_source(here):
    path = write_redcap(DICTIONARY, here / "r.csv")
    before = path.read_bytes()
    again = call("gbsg2", "-o", "r.csv")
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    itself = call("r.csv", "-o", "r.csv", "--overwrite")
    assert itself.exit_code == 1
    assert "is the file that is read" in itself.stderr
    assert path.read_bytes() == before
    assert call("gbsg2", "-o", "r.csv", "--overwrite").exit_code == 0


def test_mistakes_of_a_codebook_are_told_with_their_cells(here):
    write_workbook(here / "w.xlsx", [["Heading", "Type"], ["Age", "nummer"]], "Codebook")
    done = call("w.xlsx", "-o", "r.csv")
    assert done.exit_code == 1
    assert "1 problem to mend:" in done.stderr
    assert "Codebook!B2, Type: expected one of number, whole number" in done.stderr
    assert not Path("r.csv").exists()


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("gbsg2", "x.pdf", "Name a file to write that ends in .xlsx"),
        ("gbsg3", "x.csv", "did you mean ‘gbsg2’?"),
        ("gone.csv", "x.xlsx", "nothing at ‘gone.csv’"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(here, source, target, words):
    done = call(source, "-o", target)
    assert done.exit_code == 1
    assert words in done.stderr
    assert list(here.iterdir()) == []


def test_an_interrupted_write_leaves_nothing(here, monkeypatch):
    monkeypatch.setattr(
        "cohort_stats.codebooks.redcap.rows_of", lambda _: [{"field_name": object()}]
    )
    with pytest.raises(TypeError):
        write_redcap(DataDictionary({}), here / "r.csv")
    assert list(here.iterdir()) == []
