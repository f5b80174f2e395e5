"""The same quantity in text and tables: linked by what is beside it, never by nearness alone."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import SAME, Severity
from analyses.manuscripts.passages import equal, plain, slip, together_in
from analyses.manuscripts.source import Source, cell_of, source_table
from analyses.printed.number import read_printed

SURVIVAL = [
    ["Arm", "Patients", "Events", "Median (95% CI), months", "Survival (95% CI) at: 12 months"],
    ["Overall", "106", "93", "18.2 (14.1–22.3)", "61.2% (52.0–70.4%)"],
    ["Low", "71", "60", "23.4 (18.2–30.1)", "70.1% (59.4–80.8%)"],
    ["High", "35", "33", "12.6 (8.4–16.8)", "43.5% (27.1–59.9%)"],
]
MODEL = [
    ["Factor", "Patients", "Events", "HR (95% CI)", "p"],
    ["Arm", "106", "93", "", ""],
    ["  Low", "71", "60", "1 (reference)", ""],
    ["  High", "35", "33", "1.96 (1.22–3.14)", "0.005"],
    ["Tumour size (mm)", "106", "93", "1.08 (1.01–1.15)", "0.021"],
]
OTHER = [
    ["Grade", *SURVIVAL[0][1:]],
    SURVIVAL[1],
    ["I", "50", "40", "20.5 (15.2–25.8)", "66.0% (52.9–79.1%)"],
    ["II", "56", "53", "16.3 (12.0–20.6)", "56.9% (43.9–69.9%)"],
]
ABSTRACT = "High instability meant a higher risk of death (HR 1.96, 95% CI 1.22–3.14; p = 0.005)."
RESULTS = (
    "Survival by arm. 93 of 106 patients died. Median survival was 23.4 months (95% CI 18.2–30.1) "
    "with ‘Low’ and 12.6 months (95% CI 8.4–16.8) with ‘High’."
)
FACTORS = "As Table 2 shows, death went with tumour size (p = 0.021)."


def manuscript(*texts: str, tables=(SURVIVAL, MODEL, OTHER)) -> Source:
    titles = ("Survival by arm", "Cox regression", "Survival by grade")
    made = [
        source_table(
            f"Table {i}", f"Table {i}. {title}", [[cell_of(w) for w in r] for r in rows], 1
        )
        for i, (title, rows) in enumerate(zip(titles, tables, strict=True), 1)
    ]
    return Source("paper", tuple(made), texts or (ABSTRACT, RESULTS, FACTORS))


def strong(source: Source):
    return [one for one in audit_manuscript(source).weighed if one.severity is not Severity.MINOR]


def replaced(grid, before: str, after: str):
    assert any(before in cell for row in grid for cell in row)
    return [[cell.replace(before, after) for cell in row] for row in grid]


def test_numbers_that_belong_together():
    words = plain(
        "mean 51.1 ± 10.0 and 12 of 40 (30.0%); HR\u00a01.08, 95%\u00a0CI 1.00–1.17, p < 0.001"
    )
    assert [([n.text for n in t.numbers], t.is_p, t.beside) for t in together_in(words)] == [
        (["51.1", "10.0"], False, False),
        (["12", "40", "30.0"], False, False),
        (["1.08", "1.00", "1.17"], False, False),
        (["<0.001"], True, True),
    ]


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("47.5", "47.6", True), ("43.3", "4.33", True), ("1.22", "1.12", True),
     ("12.6", "16.2", True), ("12.6", "21.6", True), ("47.5", "31.2", False),
     ("0.08", "−0.08", False), ("52%", "51.8%", False), ("686", "68", True),
     ("<0.001", "0.001", False)],
)  # fmt: skip
def test_a_slip_of_a_finger(one, other, slips):
    assert slip(read_printed(one), read_printed(other)) is slips


def test_rounded_again_is_the_same():
    assert equal(read_printed("1.959"), read_printed("1.96"))
    assert not equal(read_printed("1.949"), read_printed("1.96"))


def test_a_consistent_paper_raises_nothing_and_is_compared():
    found = audit_manuscript(manuscript())
    assert found.weighed == []
    same = [f for f in found.found if f.outcome.check == SAME]
    assert len(same) > 15
    assert {f.place for f in same} == {"Text", "Table 2", "Table 3"}


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ("23.4 months", "24.3 months", "24.3 in the text, 23.4 in Table 1, arm, low"),
        ("CI 8.4–16.8", "CI 8.4–18.8", "18.8 in the text, 16.8 in Table 1, arm, high"),
        ("93 of 106", "83 of 106", "83 in the text, 93 in Table 1, overall"),
        ("p = 0.021", "p = 0.027", "0.027 in the text, 0.021 in Table 2, tumour size"),
        ("p = 0.005", "p = 0.065", "0.065 in the text, 0.005 in Table 2, arm, high"),
    ],
)
def test_a_number_of_the_text_that_a_table_has_otherwise(before, after, how):
    texts = [t.replace(before, after) for t in (ABSTRACT, RESULTS, FACTORS)]
    found = [one for one in strong(manuscript(*texts)) if one.finding.outcome.check == SAME]
    (one,) = found
    assert one.severity is Severity.PROBABLE
    assert one.finding.outcome.how.startswith(how)
    assert one.finding.outcome.assumed


def test_other_patients_are_no_finding():
    texts = (
        RESULTS,
        "Without those under 40 years the ratio was alike (HR 1.71, 95% CI 1.05–2.81; p = 0.031).",
        "In a second cohort of 240 patients median survival was 21.4 months (95% CI 17.2–28.1).",
        "Tumour size differed (p = 0.024) between centres.",
    )
    assert strong(manuscript(*texts)) == []


@pytest.mark.parametrize(
    ("table", "before", "after"),
    [(2, "(14.1–22.3)", "(14.1–32.3)"), (1, "60", "69"), (0, "61.2%", "71.2%")],
)
def test_tables_that_print_the_same_again(table, before, after):
    tables = [SURVIVAL, MODEL, OTHER]
    tables[table] = replaced(tables[table], before, after)
    found = strong(manuscript(tables=tables))
    assert any("both tables print the same" in " ".join(f.finding.outcome.assumed) for f in found)


def test_columns_that_differ_more_than_once_are_of_other_patients():
    other = replaced(replaced(OTHER, "18.2 (14.1", "19.2 (14.1"), "93", "98")
    found = strong(manuscript(tables=(SURVIVAL, MODEL, other)))
    assert [f for f in found if f.finding.outcome.check == SAME] == []


def test_headings_between_rows_begin_another_table():
    rows = [
        ["Characteristic", "No (n = 123)", "Yes (n = 10)", "p"],
        ["Index, mean ± SD", "42.7 ± 7.6", "43.9 ± 5.7", "0.626"],
        ["Infection", "No (n = 120)", "Yes (n = 13)", "p"],
        ["Index, mean ± SD", "43.1 ± 7.4", "40.1 ± 8.0", "0.171"],
    ]
    source = Source("x", (source_table("Table 1", "", [[cell_of(w) for w in r] for r in rows], 1),))
    assert strong(source) == []


GROUPS = [
    ["Characteristic", "Overall (n = 106)", "High instability (n = 35)", "Stable (n = 71)"],
    ["Male, n (%)", "61 (57.5%)", "17 (48.6%)", "44 (62.0%)"],
]
COUNTED = (
    "A total of 106 patients were treated. High instability (n = 35) was seen in a third.",
    "Characteristics by group. All 106 patients were analysed: 71 with ‘Stable’.",
)


def counted(*texts: str):
    rows = [[cell_of(w) for w in r] for r in GROUPS]
    table = source_table("Table 1", "Table 1. Characteristics by group", rows, 1)
    return audit_manuscript(Source("paper", (table,), texts))


def test_sizes_of_groups_agree_with_headings():
    found = counted(*COUNTED)
    assert found.weighed == []
    assert sum(f.address.endswith("_n") for f in found.found) == 4


@pytest.mark.parametrize(
    ("before", "after"),
    [("total of 106", "total of 160"), ("n = 35", "n = 36"), ("All 106", "All 108"), ("71", "77")],
)
def test_another_size_is_named(before, after):
    (one,) = counted(*(t.replace(before, after) for t in COUNTED)).weighed
    assert one.severity is Severity.PROBABLE
    assert one.finding.outcome.how.startswith(after.split()[-1])


def test_patients_screened_or_of_a_part_are_others():
    texts = (
        "A total of 240 patients were screened.",
        "High instability (n = 12) in those followed.",
    )
    assert counted(*texts).weighed == []
