"""Survival steps of which everything was asked: tables, sentences, and SPSS's own numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from survival_packet import view

from cohort_stats.results import pick
from reports.figures import study_figures
from reports.table import markdown
from reports.tables import study_tables
from reports.text import results_text

GOLDEN = Path(__file__).parent / "golden"
TABLES = {t.key: t for t in study_tables(view())}


@pytest.mark.parametrize("key", list(TABLES))
def test_the_table_is_as_it_was(key):
    """Written by write_golden.py."""
    assert markdown(TABLES[key]) == (GOLDEN / f"survival_{key}.md").read_text(encoding="utf-8")


def test_every_comparison_has_a_table():
    rows = {str(row.cells[0]) for row in TABLES["km_all_comparisons"].rows}
    wanted = {"Survival as a whole", "Survival at 365 days", "Mean survival up to 1825 days"}
    assert wanted <= rows


def test_the_means_of_a_column_have_the_same_decimals():
    cells = [str(row.cells[-1]) for row in TABLES["km_all"].rows]
    assert not any("." in cell for cell in cells)
    sentence = dict(results_text(view()))["Survival by grade, everything asked for"]
    assert f"{cells[1].partition(' ')[0]} days (95% CI" in sentence


def test_nothing_is_printed_as_not_a_number():
    written = "\n".join([*map(markdown, TABLES.values()), *(t for _, t in results_text(view()))])
    assert "nan" not in written.casefold().replace("financ", "")


def test_the_preset_of_spss_adds_mean_survival_to_the_table():
    tables = {t.key: t for t in study_tables(view("spss"))}
    headings = [column.label for column in tables["km_alone"].columns]
    assert "Mean up to last time (95% CI), days" in headings
    mean = pick(view("spss").results.stack(), "mean_survival", analysis="km_alone/curves")
    assert f"{mean['value'].iloc[0]:.0f}" in markdown(tables["km_alone"]).replace(",", "")


def test_every_survival_step_has_its_figure():
    assert {figure.key for figure in study_figures(view())} >= {"km_all", "km_landmark", "km_alone"}
