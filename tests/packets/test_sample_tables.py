"""Steps on weighted and matched patients: tables, figures and sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_packet import view

from reports.figures import study_figures
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text

GOLDEN = Path(__file__).parent / "golden"
TABLES = {t.key: t for t in study_tables(view())}


@pytest.mark.parametrize("key", list(TABLES))
def test_the_table_is_as_it_was(key):
    """Written by write_golden.py."""
    assert markdown(TABLES[key]) == (GOLDEN / f"sample_{key}.md").read_text(encoding="utf-8")


def test_nothing_is_printed_as_not_a_number_or_by_its_own_name():
    written = "\n".join([*map(markdown, TABLES.values()), *(t for _, t in results_text(view()))])
    written += "\n".join(words for _, words in methods_text(view()))
    assert "nan" not in written.casefold().replace("financ", "")
    assert "propensity weight" not in written
    assert "`" not in written


def test_the_methods_say_what_was_done_with_weights_and_sets():
    text = " ".join(words for _, words in methods_text(view()))
    for words in (
        "stratified by matched set",
        "weighted by the propensity score, robust standard errors",
        "Weights were truncated at their percentiles 1 and 99",
        "matched 1:1 by optimal matching",
        "exactly alike in ‘Menopausal status’",
        "score below 0.2 or above 0.6 were left out",
        "which take the weights as known",
        "compared within matched pairs",
    ):
        assert words in text, words


def test_the_love_plots_show_every_difference_before_and_after():
    drawings = {d.key: d for d in study_figures(view())}
    for key, words in (("weighting", "weighting"), ("pairs", "matching")):
        before, after = drawings[key].figure.axes[0].lines[:2]
        numbers = view().numbers(key)
        for line, stage in ((before, f"before {words}"), (after, f"after {words}")):
            wanted = abs(numbers.get("smd", group=stage, term="age"))
            assert line.get_xdata()[0] == wanted
    assert "weighted" in " ".join(t.get_text() for t in drawings["w_km"].figure.texts)


def test_a_weighted_percentage_is_told_apart_from_the_counts_beside_it():
    sentences = [words for name, words in results_text(view()) if name == "Weighted shares"]
    assert "155 of 353 patients" in sentences[0]  # 43.9%, and 47.5% weighted
    assert "The percentages are weighted, the counts are not." in sentences[0]
    assert "weighted; counts are patients, not weighted" in markdown(TABLES["t_share"])
