"""Layouts of other hands: limits in their own columns, headings in two rows, bare counts."""

from __future__ import annotations

import pytest
from docx import Document

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.reading import read_manuscript
from analyses.manuscripts.source import Source, cell_of, source_table
from reports.reading_docx import read_docx


def source(*rows: str, heads: int = 0, title: str = "", notes: tuple[str, ...] = ()):
    cells = [[cell_of(words) for words in row.split("|")] for row in rows]
    return Source("m", (source_table("Table 1", title, cells, heads, notes),))


def strong(made: Source):
    found = audit_manuscript(made).weighed
    return [(one.severity, one.finding.outcome.check) for one in found]


def texts(made: Source) -> list[str]:
    return [value.text for value in read_manuscript(made).published.values.values()]


@pytest.mark.parametrize(
    ("heads", "cell"),
    [
        ("OR|95% CI", "2.00|1.05–3.81"),
        ("aOR|95 % CI", "2.00|1.05-3.81"),
        ("Odds ratio|95% confidence interval", "2.00|1.05, 3.81"),
        ("HR|CI (95%)", "2.00|(1.05 to 3.81)"),
        ("Hazard ratio|95%-CI", "2.00|[1.05; 3.81]"),
        ("HR|Lower 95% CI|Upper 95% CI", "2.00|1.05|3.81"),
        ("OR|Lower|Upper", "2.00|1.05|3.81"),
        ("RR|95% CI|95% CI", "2.00|1.05|3.81"),
    ],
)
def test_limits_in_columns_of_their_own(heads, cell):
    limits = len(cell.split("|")) - 1
    rows = f"Factor|{heads}|P value", f"Sex|{cell}|0.035", "Age|1 (ref)" + "|–" * limits + "|"
    made = source(*rows)
    read = read_manuscript(made)
    assert [value.kind.partition("_")[2] for value in read.published.values.values()] == ["ci", ""]
    assert read.not_read == ()
    assert strong(made) == []
    (one,) = strong(source(rows[0], rows[1].replace("0.035", "0.350"), rows[2]))
    assert one == (Severity.CONCLUSION, "p of an estimate and its interval")
    wrong = source(rows[0], rows[1].replace("2.00", "0.50"), rows[2])
    assert Severity.DEFINITE in [severity for severity, _ in strong(wrong)]


def test_limits_of_two_models_with_the_p_between():
    rows = (
        "|Univariable|Univariable|Univariable|Multivariable|Multivariable|Multivariable",
        "|OR|P|95% CI|aOR|95% CI|P",
        "Sex|2.00|0.035|1.05–3.81|3.00|1.20–7.50|0.019",
    )
    made = source(*rows)
    assert texts(made) == ["2.00 (1.05–3.81)", "0.035", "3.00 (1.20–7.50)", "0.019"]
    assert strong(made) == []
    wrong = source(*rows[:2], rows[2].replace("0.019", "0.190"))
    assert strong(wrong) == [(Severity.CONCLUSION, "p of an estimate and its interval")]


def test_an_area_outside_its_limits():
    rows = "Marker|AUC|95% CI|P", "A|0.55|0.62–0.72|0.47", "B|0.70|0.60–0.80|0.001"
    assert strong(source(*rows)) == [(Severity.DEFINITE, "inside its range")]


def test_limits_beside_what_is_no_estimate_stay_apart():
    made = source("Factor|n|95% CI", "A|40|1.05–3.81", "B|2|0.60–0.80")
    assert strong(made) == []
    assert "column 95% CI" not in texts(made)


@pytest.mark.parametrize(
    "heads",
    [
        ("Variable|Weight|Weight|P", "|≥ 2500 g (n = 40)|< 2500 g (n = 60)|"),
        ("|Weight|Weight|", "Variable|Normal (n = 40)|Low (n = 60)|P"),
    ],
)
def test_headings_in_two_rows(heads):
    made = source(*heads, "Male|10 (25.0%)|30 (50.0%)|0.012", "Age|50.1 ± 9|51.2 ± 8|0.52")
    assert [g.n for g in read_manuscript(made).published.groups.values()] == ["40", "60"]
    assert strong(made) == []
    wrong = source(*heads, "Male|10 (72.0%)|30 (50.0%)|0.012", "Age|50.1 ± 9|51.2 ± 8|0.52")
    assert Severity.DEFINITE in [severity for severity, _ in strong(wrong)]


def test_a_row_of_words_is_no_heading():
    made = source(
        "Variable|A (n = 40)|B (n = 60)", "Drug|aspirin|none", "Male|10 (25.0%)|9 (15.0%)"
    )
    assert len(made.tables[0].heads) == 1


def test_a_title_merged_across_the_table(tmp_path):
    document = Document()
    made = document.add_table(rows=4, cols=3)
    rows = (
        ("Table 7. Baseline", "", ""), ("", "Group", ""), ("Variable", "A (n = 40)", "B (n = 60)"),
        ("Male", "10 (25.0%)", "30 (50.0%)"),
    )  # fmt: skip
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    made.cell(0, 0).merge(made.cell(0, 2)).text = "Table 7. Baseline"
    made.cell(1, 1).merge(made.cell(1, 2)).text = "Group"
    document.save(str(tmp_path / "m.docx"))
    (table,) = read_docx(tmp_path / "m.docx").tables
    assert (table.place, table.title) == ("Table 7", "Table 7. Baseline")
    assert [cell.words for cell in table.heads[0]] == ["", "Group", "Group"]
    assert [len(table.heads), len(table.rows)] == [2, 1]
