"""Layouts of other hands: limits in their own columns, headings in two rows, bare counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docx import Document

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.marks import is_other_test, marks_of, pieces_of
from analyses.manuscripts.reading import read_manuscript
from analyses.manuscripts.source import Source, cell_of, source_table
from reports.audit import audit_lines, write_audit
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


def test_shares_and_means_named_in_one_note():
    rows = (
        "Variable|A (n = 40)|B (n = 60)|p",
        "Age|50.1 ± 9|51.2 ± 8|0.52",
        "Male|10 (25.0)|30 (50.0)|.012",
    )
    note = ("Values are mean ± SD or n (%).",)
    assert "10 (25.0)" in texts(source(*rows, notes=note))
    assert "10 (25.0)" not in texts(source(*rows, notes=("Values are mean (SD) or n (%).",)))


def test_a_p_beside_a_group_without_a_count():
    made = source(
        "Event, n (%)|A (n = 310)|B (n = 304)|P",
        "Death|–|3 (1.0%)|.12",
        "MI|11 (3.5%)|9 (3.0%)|.68",
    )
    assert strong(made) == []


def test_sizes_in_the_first_row():
    rows = "Variable|Group A|Group B|P", "n|40|60|", "Male, n (%)|10 (25.0)|30 (50.0)|.012"
    read = read_manuscript(source(*rows))
    assert [(g.label, g.n) for g in read.published.groups.values()] == [
        ("Group A", "40"), ("Group B", "60"),
    ]  # fmt: skip
    assert strong(source(*rows)) == []
    wrong = source(*rows[:2], rows[2].replace("25.0", "72.0"))
    assert (Severity.DEFINITE, "percentage of counts") in strong(wrong)
    assert texts(source("Variable|OR|HR", "n|40|60", "Age|1.2|1.3")) != []


def test_a_column_is_of_the_n_of_the_title():
    rows = "Complication|n|%", "Leak|6|5.0", "Ileus|9|7.5", "Pneumonia|8|6.7", "Other|12|10.0"
    made = source(*rows, title="Table 1. Morbidity (n = 120)")
    assert [g.n for g in read_manuscript(made).published.groups.values()] == ["120"]
    assert strong(made) == []
    wrong = source(*rows[:4], "Other|12|19.0", title="Table 1. Morbidity (n = 120)")
    assert strong(wrong) == [(Severity.PROBABLE, "percentage of counts")]
    assert strong(source(*rows, title="Table 1. Morbidity (n = 150)")) == []


@pytest.mark.parametrize("heads", ["|No. (%)|No. (%)|", "|n (%)|n (%)|p"])
def test_a_heading_above_groups_says_what_cells_are(heads):
    rows = heads, "Variable|A (n = 40)|B (n = 60)|p", "Male|10 (25.0)|30 (50.0)|.012"
    assert texts(source(*rows, heads=2)) == ["10 (25.0)", "30 (50.0)", ".012"]


@pytest.mark.parametrize("p", ["p-Wert", "P val.", "Valeur p", "Sig. (2-tailed)"])
def test_other_words_for_p(p):
    assert ".012" in texts(
        source(f"Variable|A (n = 40)|B (n = 60)|{p}", "Male|10 (25%)|30 (50%)|.012")
    )


THREE = (
    "Variable|Group A (n = 40)|Group B (n = 60)|Group C (n = 50)|P|P|P|P",
    "|Group A (n = 40)|Group B (n = 60)|Group C (n = 50)|Overall|A vs B|A vs C|B vs. C",
    "Male|10 (25.0%)|30 (50.0%)|20 (40.0%)|0.044|0.012|0.133|0.294",
    "Age|50.1 ± 9.0|55.2 ± 8.0|52.0 ± 8.5|0.012|0.004|0.307|0.045",
)


def test_several_p_and_what_each_compares():
    made = source(*THREE, heads=2)
    assert read_manuscript(made).not_read == ()
    assert strong(made) == []
    for right, wrong in (("0.133", "0.033"), ("0.044", "0.404"), ("0.004", "0.400")):
        rows = [row.replace(right, wrong) for row in THREE]
        assert [severity for severity, _ in strong(source(*rows, heads=2))] == [Severity.PROBABLE]
    note = ("Pairs were compared with Bonferroni’s correction.",)
    rows = [row.replace("0.133", "0.399") for row in THREE]
    assert strong(source(*rows, heads=2, notes=note)) == []


def test_before_and_after_matching():
    rows = (
        "|" + "|".join(["Before matching"] * 3 + ["After matching"] * 3),
        "Variable|A (n = 40)|B (n = 60)|p|A (n = 30)|B (n = 30)|p",
        "Male|10 (25.0%)|30 (50.0%)|0.012|9 (30.0%)|10 (33.3%)|0.705",
    )
    read = read_manuscript(source(*rows))
    assert [g.label for g in read.published.groups.values()] == [
        "Before matching: A", "Before matching: B", "After matching: A", "After matching: B",
    ]  # fmt: skip
    assert [words for _, words in read.not_read] == ["column After matching: p"]
    assert strong(source(*rows)) == []
    wrong = source(*rows[:2], rows[2].replace("0.012", "0.212"))
    assert [check for _, check in strong(wrong)] == ["p of a comparison of counts"]


def test_accuracy_of_a_test_in_columns():
    heads = "Marker|Se (%)|Sp (%)|PPV (%)|NPV (%)|Accuracy (%)"
    title = "Table 2. Performance (41 of 113 patients)"
    made = source(heads, "A|63.4|83.3|68.4|80.0|76.1", title=title)
    assert read_manuscript(made).not_read == ()
    assert strong(made) == []
    wrong = source(heads, "A|63.4|83.3|86.4|80.0|76.1", title=title)
    assert strong(wrong) == [(Severity.PROBABLE, "diagnostic accuracy as whole counts")]
    counted = "Marker|Sensitivity|Specificity|PPV", "A|26/41 (63.4)|60/72 (83.3)|26/38 (68.4)"
    assert strong(source(*counted)) == []
    turned = source(counted[0], counted[1].replace("(83.3)", "(38.3)"))
    assert (Severity.DEFINITE, "percentage of counts") in strong(turned)


def test_events_within_patients_survival_that_falls_and_numbers_at_risk():
    heads = "Group|n|Deaths|1-year OS, % (95% CI)|2-year OS, % (95% CI)"
    right = "Men|138|112|33.6 (25.3–42.1)|7.8 (3.5–14.3)"
    assert strong(source(heads, right)) == []
    for wrong in ("Men|112|138|33.6 (25.3–42.1)|7.8 (3.5–14.3)",
                  "Men|138|112|7.8 (3.5–14.3)|33.6 (25.3–42.1)"):  # fmt: skip
        assert strong(source(heads, wrong)) == [(Severity.PROBABLE, "never rising")]
    times = "Months|0|12|24", "Men|138|35|7", "Women|90|30|36"
    assert strong(source(*times)) == []
    assert strong(source(*times, title="Numbers at risk")) == [(Severity.PROBABLE, "never rising")]


@pytest.mark.parametrize(
    "note",
    [
        "a Welch t test. b Pearson χ2 test. c Fisher exact test.",
        "a, Welch t test; b, Pearson χ2 test; c, Fisher exact test",
        "a: Welch t test, b: Pearson χ2 test, c: Fisher exact test",
    ],
)
def test_marks_that_one_note_explains(note):
    assert marks_of([note]) == {"a": "welch", "b": "chi-square", "c": "fisher"}
    assert not is_other_test("a", [note])


def test_a_note_of_one_mark_stays_whole():
    assert pieces_of(["a Data are means. b is not next. a again"]) == [
        "a Data are means. b is not next. a again"
    ]
    assert pieces_of(["* Missing in 4; a second time"]) == ["* Missing in 4; a second time"]


def test_how_many_numbers_were_compared():
    made = source("Variable|A (n = 40)|B (n = 60)|p|Cut-off", "Male|10 (25.0%)|30 (50.0%)|.012|7")
    made = replace(made, paragraphs=("In 2019, 10 of 40 (25.0%) were men; 95% CI 14–40.",))
    found = audit_manuscript(made)
    assert str(found.coverage) == (
        "5 of 6 numbers in tables and 3 of 6 in the text could be checked"
    )
    assert f"{found.coverage}." in "\n".join(audit_lines(found))


def test_the_nearest_test_leads_and_the_first_finding_is_named():
    rows = "Variable|A (n = 40)|B (n = 60)|p", "Male|10 (25.0%)|30 (50.0%)|.212"
    found = audit_manuscript(source(*rows))
    (one,) = found.weighed
    how = one.finding.outcome.how
    assert how.startswith("10 : 30; 30 : 30; Fisher’s exact test: p = 0.0")
    assert "; also tried: chi-square test (Pearson) 0.0124" in how
    told = "\n".join(audit_lines(found))
    assert "Look first at Table 1, Male: printed .212." in told
    assert "also tried" not in told
    clean = audit_manuscript(source(*[row.replace(".212", ".012") for row in rows]))
    assert "No number that was checked is out of step" in "\n".join(audit_lines(clean))


def test_text_is_quoted_as_it_is_printed():
    made = source("Variable|A (n = 40)|B (n = 60)", "Male|10 (25.0%)|30 (50.0%)")
    made = replace(made, paragraphs=("Leak occurred in 59 of the 189 patients (13.2%).",))
    (one,) = audit_manuscript(made).weighed
    assert one.finding.what == "… Leak occurred in 59 of the 189 patients (13.2%)"


def test_findings_come_first_and_stack_on_a_narrow_page(tmp_path):
    rows = "Variable|A (n = 40)|B (n = 60)|p", "Male|10 (72.0%)|30 (50.0%)|.012"
    write_audit(audit_manuscript(source(*rows)), tmp_path / "out")
    page = (tmp_path / "out" / "audit.html").read_text("utf-8")
    assert page.index(">Definite</h2>") < page.index("Findings by severity")
    assert 'class="cards"' in page
    assert '<td data-label="Printed">72.0</td>' in page
