"""Where lines may end, how thousands stand apart, and which quotation marks are printed."""

from __future__ import annotations

import pytest

from analyses.manuscripts.source import plain_spaces
from reports.column_widths import laid_out
from reports.figures.style import wrapped
from reports.house_style import in_style, italic_parts, printing_in
from reports.table import Cell, Column, Row, Table, text
from reports.unbroken import unbroken

TOGETHER = (
    "95%~CI 0.70", "p~=~0.03", "P~=~.84", "p~<~0.001", "n~=~12", "χ²~=~4.30, df~=~2",
    "12~months", "60~Gy", "53.0~±~10.1", "mean~±~SD", "Age ≥~65~years",
    "Table~2 and Figure~10", "Stage~I against Stage~II", "grade~3 or 4", "5~mg/dl",
)  # fmt: skip
JOINED = (
    "95%~CI 0.70–@1.02", "0.85 (0.70–@1.02)", "0.23-@0.68", "(30.6%-@53.9%)", "50·1–@52·3",
    "12 (n.r.–@n.e.)", "NR–@NE", "Q1–@Q3", "<0.01–@>1000",
)  # fmt: skip
NOT_JOINED = (
    "Kaplan–Meier", "10-year", "2024-01-31", "10.1016/0021-9045", "NCT-123-4", "one–two",
)  # fmt: skip
APART = ("Grades 3 or 4", "2 patients", "I or II", "a = b", "5 h-index")


@pytest.mark.parametrize("words", TOGETHER + APART)
def test_a_number_stays_with_its_sign_unit_and_name(words):
    printed = words.replace("~", "\xa0")
    assert unbroken(words.replace("~", " ")) == printed
    assert unbroken(printed) == printed
    assert "".join(part for part, _ in italic_parts(words.replace("~", " "))) == printed


@pytest.mark.parametrize("words", JOINED + NOT_JOINED)
def test_no_line_of_a_document_ends_between_two_limits(words):
    printed = words.replace("~", "\xa0").replace("@", "\u2060")
    plain = words.replace("~", " ").replace("@", "")
    assert "".join(part for part, _ in italic_parts(plain)) == printed
    assert "".join(part for part, _ in italic_parts(printed)) == printed
    assert plain_spaces(printed) == plain


@pytest.mark.parametrize(
    ("style", "mark"), [("plain", ","), ("ama", "\u202f"), ("lancet", "\u202f")]
)
def test_thousands_are_set_apart_from_five_digits_on(style, mark):
    with printing_in(style):
        assert in_style("16865 of 7424") == f"16{mark}865 of 7424"
        assert str(Cell("count", (1215007.0,))) == f"1{mark}215{mark}007"
        told = in_style("−16865.3 days (771400)")
        assert told.startswith(f"−16{mark}865")
        assert told.endswith(f"(771{mark}400)")
        assert in_style(told) == told
        assert plain_spaces(told) == told


@pytest.mark.parametrize(
    "words",
    ["seed 20260101", "fingerprint 123456789012", "1984;85:10010", "doi 10/123456", "00123456",
     "PMID 12345678", "NCT01234567", "#332288"],
)  # fmt: skip
def test_a_code_is_no_number(words):
    assert in_style(words) == words


def test_quotation_marks_are_curved():
    given = "the 'BMI' of 'O'Brien' and the patients' 'own', it's"
    assert in_style(given) == "the ‘BMI’ of ‘O’Brien’ and the patients’ ‘own’, it’s"


def test_lines_of_figures_and_columns_do_not_end_within_a_number():
    assert wrapped("Log-rank p = 0.036", 14).split("\n") == ["Log-rank", "p = 0.036"]
    row = Row((text("Name"), Cell("mean_sd", (1053.1, 1010.1, 1))))
    columns = (Column("Name"), Column("Group (n = 12345678)"), *[Column("x")] * 3)
    (laid,) = laid_out(Table("k", "t", columns, (Row((*row.cells, *[text("")] * 3)),)))
    assert laid.widths[1] > 28
