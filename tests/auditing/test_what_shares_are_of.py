"""Percentages that are not of the column: of rows, of the row above, of those with a value."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.source import Source, cell_of, source_table


def source(*rows: str, title: str = "", notes: tuple[str, ...] = ()):
    cells = [[cell_of(words) for words in row.split(";")] for row in rows]
    return Source("m", (source_table("Table 1", title, cells, 1, notes),))


def weighed(made: Source):
    return [(one.severity, one.finding.what) for one in audit_manuscript(made).weighed]


HEAD = "Variable;A (n = 40);B (n = 60);p"
OF_ROWS = (
    "Variable;Relapse (n = 40);No relapse (n = 60);p", "Sex, n (%);;;.22",
    "  Men;25 (45.5);30 (54.5);", "  Women;15 (33.3);30 (66.7);", "Grade, n (%);;;.85",
    "  I;10 (41.7);14 (58.3);", "  II;30 (39.5);46 (60.5);",
)  # fmt: skip


@pytest.mark.parametrize("title", ["", "Relapse, n (row %)"])
def test_percentages_of_rows(title):
    assert weighed(source(*OF_ROWS, title=title)) == []
    wrong = [row.replace("10 (41.7)", "10 (47.1)") for row in OF_ROWS]
    assert weighed(source(*wrong, title=title)) == [
        (Severity.DEFINITE, "Grade, n (%), I (Relapse)")
    ]


def test_percentages_of_a_column_that_counts_the_row():
    rows = (
        "Variable;n;Relapse (n = 40)", "Sex;;", "  Men;55;25 (45.5%)", "  Women;45;15 (33.3%)",
        "Grade;;", "  I;24;10 (41.7%)", "  II;76;30 (39.5%)",
    )  # fmt: skip
    note = ("Percentages are of the row.",)
    assert weighed(source(*rows, notes=note)) == []


def test_percentages_of_rows_beside_all_patients():
    rows = "Variable;All (n = 100);Relapse (n = 40);p", "Men, n (%);55 (55.0);25 (45.5);.22"
    assert weighed(source(*rows)) == []
    heads = "Variable;All (n = 100);Relapse (n = 40);No relapse (n = 60)"
    whole = (
        heads,
        "Men, n (%);55 (100);25 (45.5);30 (54.5)",
        "Women, n (%);45 (100);15 (33.3);30 (66.7)",
    )
    assert weighed(source(*whole)) == []
    wrong = [row.replace("(66.7)", "(76.7)") for row in whole]
    assert (Severity.DEFINITE, "Women, n (%) (No relapse)") in weighed(source(*wrong))


def test_percentages_of_the_row_above():
    # R: prop.test(c(4, 16), c(10, 30), correct = FALSE) 0.4652; of 40 and 60 0.0412
    rows = [
        HEAD, "Recurrence, n (%);10 (25.0);30 (50.0);0.012", "  Local;4 (40.0);16 (53.3);0.465",
        "  Distant;6 (60.0);14 (46.7);", "Chemotherapy, n (%);20 (50.0);24 (40.0);",
        "of these, complete;15 (75.0);18 (75.0);",
    ]  # fmt: skip
    assert weighed(source(*rows)) == []
    of_all = [row.replace("0.465", "0.041") for row in rows]
    assert weighed(source(*of_all)) == []
    wrong = [row.replace("0.465", "0.865") for row in rows]
    assert weighed(source(*wrong)) == [(Severity.PROBABLE, "Recurrence, n (%), Local")]


def test_sizes_of_another_unit():
    heads = "Variable;A (n = 40 patients, 52 knees);B (n = 60 patients, 81 knees);p"
    # R: prop.test(c(13, 40), c(52, 81), correct = FALSE): 0.0051
    rows = (
        heads,
        "Women, n (%);10 (25.0);30 (50.0);.012",
        "Effusion, n (%);13 (25.0);40 (49.4);.005",
    )
    assert weighed(source(*rows)) == []


@pytest.mark.parametrize("of", ["levels", "all"])
@pytest.mark.parametrize("name", ["Missing", "Unknown", "Not reported"])
def test_rows_of_the_missing(of, name):
    cells = {
        "levels": ("20 (54.1%);30 (55.6%)", "17 (45.9%);24 (44.4%)"),
        "all": ("20 (50.0%);30 (50.0%)", "17 (42.5%);24 (40.0%)"),
    }[of]
    # R: prop.test(c(20, 30), c(37, 54), correct = FALSE): 0.8875
    rows = (
        HEAD,
        "Grade;;;.89",
        f"  I;{cells[0]};",
        f"  II;{cells[1]};",
        f"  {name};3 (7.5%);6 (10.0%);",
    )
    assert weighed(source(*rows)) == []
    wrong = [row.replace("17 (4", "17 (2") for row in rows]
    assert weighed(source(*wrong)) == [(Severity.DEFINITE, "Grade, II (A)")]


@pytest.mark.parametrize(
    "note", ["Data missing: albumin 12.", "Percentages refer to patients with available data."]
)
def test_patients_without_a_value(note):
    # R: prop.test(c(10, 30), c(28, 60), correct = FALSE): 0.2100
    rows = HEAD, "Low albumin, n (%);10 (35.7);30 (50.0);0.21"
    assert weighed(source(*rows, notes=(note,))) == []
    assert weighed(source(*rows)) == [(Severity.PROBABLE, "Low albumin, n (%) (A)")]
    assert weighed(source(*rows, notes=("There were no missing data.",))) != []


def test_patients_without_a_value_where_the_total_says_so():
    heads = "Variable;Total (n = 100);A (n = 40);B (n = 60);p"
    rows = heads, "Low albumin, n (%);40 (45.5);10 (35.7);30 (50.0);0.21"
    assert weighed(source(*rows)) == []
    wrong = [row.replace("40 (45.5)", "40 (54.5)") for row in rows]
    assert Severity.PROBABLE in [severity for severity, _ in weighed(source(*wrong))]


def test_a_wrong_percentage_leaves_the_p_to_the_counts():
    # 10 of 28 are 35.7% as well, but the p is of all 40
    rows = HEAD, "Men, n (%);10 (35.7);30 (50.0);0.012"
    assert weighed(source(*rows)) == [(Severity.PROBABLE, "Men, n (%) (A)")]


def test_one_percentage_is_wrong_and_not_its_neighbours():
    rows = (
        "Variable;A (n = 138);B (n = 90)", "Grade, n (%);;", "  I;36 (26.3);27 (30.0)",
        "  II;71 (58.1);42 (46.7)", "  III;30 (21.9);21 (23.3)",
    )  # fmt: skip
    assert weighed(source(*rows)) == [(Severity.DEFINITE, "Grade, n (%), II (A)")]


def test_estimates_of_survival_are_no_shares():
    rows = HEAD, "Death within 1 year;10 (27.4%);30 (52.1%);"
    assert weighed(source(*rows, notes=("Percentages are Kaplan–Meier estimates.",))) == []
    assert weighed(source(*rows)) != []


SIZES = (
    "Variable;Total (n = 100);A (n = 49);B (n = 60);p",
    "Men, n (%);40 (40.0);10 (25.0);30 (50.0);.012",
    "Diabetes, n (%);30 (30.0);15 (37.5);15 (25.0);.18",
    "Smokers, n (%);21 (21.0);9 (22.5);12 (20.0);.76",
)


def test_a_wrong_size_is_named_once():
    (one,) = audit_manuscript(source(*SIZES)).weighed
    assert (one.severity, one.finding.what) == (Severity.DEFINITE, "size of A")
    assert (one.finding.outcome.printed, one.finding.outcome.recomputed) == ("49", "40")
    assert "40 + 60 = 100, as in the total" in one.finding.outcome.how
    assert "what follows is computed with 40" in one.finding.outcome.how
    without = [";".join(row.split(";")[:1] + row.split(";")[2:]) for row in SIZES]
    (one,) = audit_manuscript(source(*without)).weighed
    assert (one.severity, one.finding.what) == (Severity.PROBABLE, "size of A")


def test_a_wrong_size_does_not_hide_other_errors():
    wrong = [row.replace(".012", ".212") for row in SIZES]
    assert weighed(source(*wrong))[1:] == [(Severity.PROBABLE, "Men, n (%)")]
