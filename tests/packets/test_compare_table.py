"""A comparison of which everything was asked: the table, its notes, the methods."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare_packet import asked

from reports.format import mean_difference
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text

GOLDEN = Path(__file__).parent / "golden"
TABLES = {t.key: t for t in study_tables(asked())}


@pytest.mark.parametrize("key", ["by_grade", "by_grade_pairs", "by_hormone"])
def test_the_table_is_as_it_was(key):
    """Written by write_golden.py."""
    assert markdown(TABLES[key]) == (GOLDEN / f"{key}.md").read_text(encoding="utf-8")


def test_every_row_has_a_cell_for_each_column():
    for table in TABLES.values():
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_pairs_in_their_table_are_those_of_the_results():
    numbers = asked().results.stack().query("analysis == 'by_grade'")
    pairs = numbers[numbers["statistic"] == "p_adjusted"]
    assert len(pairs) == 6 * 3
    table = TABLES["by_grade_pairs"]
    printed = [c.values[0] for row in table.rows for c in row.cells[1:]]
    assert printed == list(pairs["value"])
    assert "Tukey’s honestly significant difference" in table.footnotes.values()


def test_the_methods_do_not_deny_the_adjustment():
    words = " ".join(words for _, words in methods_text(asked()))
    assert "p-values adjusted within each row by Holm’s" in words
    assert (
        "not adjusted for the number of tests, except where pairs of groups are compared" in words
    )
    assert "no test was chosen by them" in words


def test_a_difference_prints_its_limits_with_signs():
    assert mean_difference(-1.25, -2.5, 0.04, 1) == "−1.2 (−2.5 to 0.0)"
    assert mean_difference(float("nan"), 0, 0, 1) == "–"
