"""What became of every cell: the counts add up, and the log says each."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from workbooks import DICTIONARY, write_workbook

from cohort_stats import read_cohort
from cohort_stats.account import State
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.problem import CohortError

HEADINGS = ["Patient", "Age", "Sex", "Positive nodes", "Died", "Survival", "Shoe size"]


def account(tmp_path, *rows):
    path = write_workbook(tmp_path / "a.xlsx", [HEADINGS, *rows])
    try:
        return read_cohort(path, DICTIONARY).account
    except CohortError as wrong:
        return wrong.account


def test_each_cell_is_kept_repaired_missing_or_rejected(tmp_path):
    found = account(
        tmp_path,
        ["P1", 50, "M", 3, "yes", 12.5, 43],
        ["P2", "51 years", "male", "NA", "ja", None, None],
        ["P2", "old", None, -1, "no", "2,5", 44],
    )
    counts = found.counts()
    assert list(counts.columns) == ["kept", "repaired", "missing", "rejected"]
    assert counts.loc["id"].tolist() == [2, 0, 0, 1]
    assert counts.loc["age"].tolist() == [1, 1, 0, 1]
    assert counts.loc["sex"].tolist() == [2, 0, 1, 0]
    assert counts.loc["nodes"].tolist() == [1, 0, 1, 1]
    assert counts.loc["dead"].tolist() == [2, 1, 0, 0]
    assert counts.loc["months"].tolist() == [1, 1, 0, 1]  # died, but no time
    assert found.totals()["left out"] == 2
    assert found.states["age"][1] == State.REPAIRED
    assert [str(r) for r in found.repairs] == [
        "Cohort!B3, Age: '51 years' read as '51' (unit 'years' dropped)",
        "Cohort!E3, Died: 'ja' read as 'Yes' (yes or no in other words)",
        "Cohort!F4, Survival: '2,5' read as '2.5' (decimal comma)",
    ]


def test_the_log_names_every_cell_and_shows_no_more_than_the_repaired_ones(tmp_path):
    found = account(tmp_path, ["P1", "50 years", "M", 3, "no", 12.5, 43])
    log = found.log()
    assert len(log) == 6 + 1
    assert log.set_index("where").loc["Cohort!B2"].tolist() == [
        "age", "repaired", "50 years", "50", "unit 'years' dropped",
    ]  # fmt: skip
    assert log["typed"].tolist().count("") == 6
    assert log.iloc[-1]["state"] == "left out"
    assert "the column 'Shoe size'" in log.iloc[-1]["how"]


def test_the_repairs_are_counted_by_what_was_done(tmp_path):
    found = account(
        tmp_path,
        ["P1", "50 years", "M", 3, "no", 12.5, None],
        ["P2", "51 years", "M", 3, "no", 12.5, None],
    )
    assert found.repaired().values.tolist() == [["Age", "unit 'years' dropped", 2]]


CELLS = st.one_of(
    st.none(), st.integers(-5, 200), st.floats(-10, 200), st.booleans(), st.dates(),
    st.sampled_from(["yes", "x", "NA", "2,5", "<5", "II", "12 months", "=1+1", "", "  "]),
    st.text(st.characters(categories=["L", "N", "P"]), max_size=8),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(*[CELLS] * len(HEADINGS)), min_size=1, max_size=6))
def test_nothing_is_lost_in_silence(tmp_path, rows):
    path = write_workbook(tmp_path / "a.xlsx", [HEADINGS, *rows])
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        found = read_cohort(path, DICTIONARY).account
    except CohortError as wrong:
        found = wrong.account
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    if found is None:
        return
    cells = len(found.table.rows) * len(found.position)
    totals = found.totals()
    assert sum(totals[state.name.lower()] for state in State) == cells
    # Counted by another program: every filled cell is a heading, in a column of the
    # dictionary, or left out.
    sheet = load_workbook(path)["Cohort"]
    filled = sum(str(c.value or 0).strip() != "" for row in sheet.iter_rows() for c in row
                 if c.value is not None)  # fmt: skip
    inside = sum(
        cell is not None and str(cell).strip() != ""
        for j in found.position.values()
        for cell in found.table.values[j]
    )
    assert inside + totals["left out"] + len(found.table.headings) == filled


def test_several_rows_of_one_patient_are_allowed_where_they_are_declared(tmp_path):
    variables = dict(DICTIONARY.variables)
    lesions = DataDictionary(variables | {"id": Variable("id", "Patient", "id", role="cluster")})
    path = write_workbook(tmp_path / "a.xlsx", [["Patient", "Age"], ["P1", 50], ["P1", 50]])
    assert len(read_cohort(path, lesions)) == 2
    with pytest.raises(CohortError, match="an id used only once"):
        read_cohort(path, DICTIONARY)


def test_a_rejected_cell_is_said_once(tmp_path):
    found = account(tmp_path, ["P1", 50, "M", 3, "yes", "soon", None])
    assert found.counts().loc["months"].tolist() == [0, 0, 0, 1]


def test_an_account_belongs_to_a_cohort_read_from_a_file(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", [["Patient", "Age"], ["P1", 50]])
    cohort = read_cohort(path, DICTIONARY)
    assert dataclasses.replace(cohort, account=None).account is None
    assert cohort.account.table.path == path
