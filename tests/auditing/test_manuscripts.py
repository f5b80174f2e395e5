"""Manuscripts and tables read: what each cell is, what is left unread, what an audit says."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.reading import read_manuscript
from analyses.manuscripts.shapes import european, kind_of, named_test, shape_of
from analyses.manuscripts.source import read_csv_table
from reports.cli import app
from reports.reading_docx import read_docx

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "packets"))

from changed import changed, named
from gbsg2_packet import packet

ROWS = """Characteristic;Total (n = 100);Low (n = 40);High (n = 60);P value
Age, mean ± SD;61,1 ± 12,2;57,7 ± 11,9;63,4 ± 12,0;0,022 #
Male;40 (40,0%);10 (25,0%);30 (50,0%);P = ,012 *
Primary cancer;;;;
Lung;45;20;25;,655 *
Breast;35;12;23;
Others;20;8;12;
Diabetes;30 (30,0%);15 (37,5%);15 (25,0%);,181 *
Albumin;3,7 (0,6);4,1 (0,4);3,3 (0,4);<0,001 #
Stay, median (IQR);8 (5–12);7 [5–10];9 (6-14);
Student’s t-test for #, chi-square test for *;;;;
"""


def table(tmp_path, text=ROWS):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return read_csv_table(path)


def strong(found):
    return [one for one in found.weighed if one.severity is not Severity.MINOR]


@pytest.mark.parametrize(
    ("words", "near", "kind"),
    [
        ("44 (62.0%)", "", "count_percent"),
        ("62.0% (n = 44)", "", "count_percent"),
        ("44/71 (62.0%)", "", "count_percent"),
        ("44 (62.0)", "Male, n (%)", "count_percent"),
        ("44 (62.0)", "Male", ""),
        ("58.9 ± 9.7", "Age", "mean_sd"),
        ("58.9 (9.7)", "Age, mean (SD)", "mean_sd"),
        ("63 (51–70)", "Age, median (IQR)", "median_iqr"),
        ("63 [51 to 70]", "Age, median [range]", "median_range"),
        ("63 (51, 70)", "Age", ""),
        ("81.6% (70.1–89.0%)", "Survival (95% CI)", "rate_ci"),
        ("35", "Lung", ""),
        ("2018 (1918–n.r.)", "Median (95% CI)", "number_ci"),
        ("12.3 (8.1 to not reached)", "Median (95% CI)", "number_ci"),
        ("12.3 (8.1, NA)", "Median [95% CI]", "number_ci"),
    ],
)
def test_what_a_cell_is(words, near, kind):
    assert kind_of(words, near) == kind


def test_shapes_and_names():
    assert shape_of("1.96 (1.22–3.14)") == "#(#-#)"
    assert european(["61,1 ± 12,2", "0,03"])
    assert not european(["61.1 ± 12.2", "1,215"])
    assert named_test("Welch’s t-test") == "welch"
    assert named_test("chi-square test with Yates’ correction") == "yates"
    assert named_test("chi-square or Fisher’s exact test") == ""


def test_a_pasted_table_is_read_and_holds(tmp_path):
    read = read_manuscript(table(tmp_path))
    values = read.published.values
    assert {v.kind for v in values.values()} == {
        "mean_sd", "count_percent", "count", "p", "median_iqr",
    }  # fmt: skip
    assert [words for _, words in read.not_read] == [
        f"Albumin ({head}): {cell}"
        for head, cell in (
            ("Total (n = 100)", "3,7 (0,6)"),
            ("Low (n = 40)", "4,1 (0,4)"),
            ("High (n = 60)", "3,3 (0,4)"),
        )
    ]
    (first,) = read.published.tables
    assert [row.structure for row in first.rows] == ["", "", "categories", "", "", ""]
    assert [len(row.levels) for row in first.rows] == [0, 0, 3, 0, 0, 0]
    assert first.marks == {"#": "student", "*": "chi-square"}
    assert strong(audit_manuscript(table(tmp_path))) == []


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ("10 (25,0%)", "10 (27,0%)", "percentage of counts"),
        ("P = ,012", "P = ,212", "p of a comparison of counts"),
        ("20;25;,655", "21;25;,655", "sum"),
        ("63,4 ± 12,0", "65,4 ± 12,0", "p of a comparison of means"),
        ("7 [5–10]", "17 [5–10]", "inside its range"),
        ("(n = 40)", "(n = 47)", "percentage of counts"),
    ],
)
def test_a_changed_number_is_named(tmp_path, before, after, check):
    assert before in ROWS
    found = strong(audit_manuscript(table(tmp_path, ROWS.replace(before, after, 1))))
    assert check in [one.finding.outcome.check for one in found]


def test_what_is_of_those_with_a_value_is_no_finding(tmp_path):
    text = "Characteristic,Low (n = 40),High (n = 60)\n" + "\n".join([
        '"Grade, n (%)",,', "  I,20 (52.6%),30 (50.0%)", "  II,18 (47.4%),30 (50.0%)",
        "  Missing,2,0", "Male,19 (48.7%),30 (50.0%)", '"of whom 3 of 9 (44%)",,',
    ])  # fmt: skip
    found = audit_manuscript(table(tmp_path, text))
    assert [(one.severity, one.finding.outcome.assumed) for one in found.weighed] == [
        (Severity.PROBABLE, ("every patient of the group has a value",))
    ]


def manuscript(path: Path) -> Path:
    """Merged headings, a merged row head, superscript marks, indents, text with ratios."""
    document = Document()
    document.add_paragraph("Of the patients, 45 of 217 (20.7%) had metastases.")
    document.add_paragraph("Survival was worse (HR 1.96, 95% CI 1.22–3.14; p = 0.005).")
    document.add_paragraph("Table 1. Baseline")
    made = document.add_table(rows=6, cols=4)
    heads = [("", "", "Group", "Group"), ("", "Low (n = 40)", "High (n = 60)", "p")]
    body = [
        ("Age, mean ± SD", "57.7 ± 11.9", "63.4 ± 12.0", ".022"),
        ("Stage, n (%)", "", "", "0.012"),
        ("I", "10 (25.0)", "30 (50.0)", ""),
        ("II", "30 (75.0)", "30 (50.0)", ""),
    ]
    for row, cells in zip(made.rows, [*heads, *body], strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    made.cell(0, 1).text = made.cell(0, 2).text = made.cell(0, 3).text = ""
    made.cell(0, 1).merge(made.cell(0, 2)).text = "Group"
    for row, mark in ((2, "a"), (3, "b")):
        run = made.cell(row, 3).paragraphs[0].add_run(mark)
        run.font.superscript = True
    for row in (4, 5):
        made.cell(row, 0).paragraphs[0].paragraph_format.left_indent = 200_000
    document.add_paragraph("a Student’s t-test")
    document.add_paragraph("b Chi-square test")
    document.save(str(path))
    return path


def test_a_word_document_of_other_hands_is_read(tmp_path):
    source = read_docx(manuscript(tmp_path / "m.docx"))
    read = read_manuscript(source)
    (first,) = read.published.tables
    assert first.place == "Table 1"
    assert [group.n for group in read.published.groups.values()] == ["40", "60"]
    assert [row.structure for row in first.rows] == ["", "categories"]
    assert first.marks == {"a": "student", "b": "chi-square"}
    assert read.not_read == ()
    texts = [v.kind for v in read.published.values.values() if v.place == "Text"]
    assert texts == ["count_percent", "hr_ci_p"]
    found = audit_manuscript(source)
    assert found.weighed == []
    assert {f.outcome.verdict.holds for f in found.found} == {True}


def test_our_own_manuscript_is_clean_and_a_changed_number_is_named():
    source = read_docx(packet() / "manuscript.docx")
    assert len(audit_manuscript(source).found) > 200
    assert strong(audit_manuscript(source)) == []
    chance, hits = random.Random(2), 0
    for _ in range(12):
        wrong, place, _ = changed(source, chance)
        hits += named(audit_manuscript(wrong), place)
    assert hits >= 3  # docs/audit.md has the rate


def test_counts_add_up_where_most_of_the_table_does(tmp_path):
    rows = [
        "Covariate,Patients,Events,HR (95% CI),p", "Sex,100,50,,", "  Women,40,15,1 (reference),",
        "  Men,60,35,2.00 (1.20–3.33),0.008", "Grade,100,50,,", "  I,30,10,1 (reference),",
        "  II,70,40,1.50 (0.90–2.50),0.120",
    ]  # fmt: skip
    assert audit_manuscript(table(tmp_path, "\n".join(rows))).weighed == []
    (one,) = audit_manuscript(table(tmp_path, "\n".join(rows).replace("60,35", "60,38"))).weighed
    assert (one.severity, one.finding.what) == (Severity.PROBABLE, "Sex")
    assert one.finding.outcome.how == "15 + 38 = 53"


@pytest.mark.parametrize("head", ["Gesamt", "Cohort"])
def test_all_patients_are_not_compared_with_their_parts(tmp_path, head):
    # 10 of 40 against 30 of 60 has p = 0.012; with all patients as a third group it has another
    text = f"Variable,{head} (n = 100),A (n = 40),B (n = 60),p\n"
    text += "Male,40 (40.0%),10 (25.0%),30 (50.0%),0.012\nOther,1 (1.0%),0 (0.0%),1 (1.7%),0.9"
    found = audit_manuscript(table(tmp_path, text))
    assert [one for one in strong(found) if one.finding.what.startswith("Male")] == []


def test_a_p_without_its_mark_has_no_named_test(tmp_path):
    text = ROWS.replace("P = ,012 *", ",044")
    (one,) = strong(audit_manuscript(table(tmp_path, text)))
    assert one.severity is Severity.PROBABLE


def test_the_command_takes_documents_and_tables(tmp_path):
    path = manuscript(tmp_path / "m.docx")
    done = CliRunner().invoke(app, ["audit", str(path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.stderr
    assert "Definite: 0" in done.stdout
    assert "How the tables were read" in (tmp_path / "out" / "audit.html").read_text("utf-8")
    for name, text in (("a.docx", "no document"), ("b.csv", "one line")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        wrong = CliRunner().invoke(app, ["audit", str(tmp_path / name)])
        assert wrong.exit_code == 1
        assert name in wrong.stderr
    assert CliRunner().invoke(app, ["audit", str(tmp_path / "none.docx")]).exit_code == 1
