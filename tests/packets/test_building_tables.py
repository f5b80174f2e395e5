"""Models that are searched for and validated: plan, tables, sentences, figure."""

from __future__ import annotations

from pathlib import Path

import pytest
from building_packet import COVARIATES, plan, view
from gbsg2_packet import folder

from analyses.running import run
from cohort_stats.results import pick
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.figures import study_figures
from reports.packet import render
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text

GOLDEN = Path(__file__).parent / "golden"
TABLES = {t.key: t for t in study_tables(view())}
STEP = f"""
[[steps]]
id = "model"
kind = "KIND"
title = "Model"
ABOUT
{COVARIATES}
selection = RULE
"""


@pytest.mark.parametrize("key", list(TABLES))
def test_the_table_is_as_it_was(key):
    """Written by write_golden.py."""
    assert markdown(TABLES[key]) == (GOLDEN / f"building_{key}.md").read_text(encoding="utf-8")


def test_every_step_of_a_search_is_a_number_and_stands_below_the_table():
    numbers = view().results.stack()
    steps = pick(numbers, "step_p", analysis="forward/selection")
    assert steps["level"].tolist() == ["1", "2", "3", "4"]
    assert steps["group"].tolist() == ["entered"] * 4
    note = next(n for n in TABLES["forward"].notes if n.startswith("Steps of the search"))
    assert "1. Positive lymph nodes entered (χ² = 78.46, df = 1, p < 0.001)" in note
    assert "Entered: score test." in note
    aic = next(n for n in TABLES["aic"].notes if n.startswith("Steps of the search"))
    assert "1. Oestrogen receptor removed (AIC 3487.7)" in aic
    backward = next(n for n in TABLES["backward"].notes if n.startswith("Steps of the search"))
    assert "among the 623 patients with every candidate known (63 left out)" in backward
    assert "Removed: conditional likelihood-ratio test." in backward


def test_what_entered_is_what_was_found():
    numbers = view().results.stack()
    for step in ("forward", "aic", "backward", "lasso"):
        entered = pick(numbers, "entered", analysis=f"{step}/univariable")
        names = set(entered.loc[entered["value"] == 1, "term"])
        model = pick(numbers, "coefficient", analysis=f"{step}/multivariable")
        assert names == set(model["term"]) - {"(Intercept)"}


def test_the_model_is_fitted_to_the_patients_of_the_search():
    numbers = view().results.stack()
    model = pick(numbers, "n", analysis="backward/multivariable")
    searched = pick(numbers, "step_aic", analysis="backward/selection")
    assert model.loc[model["term"] == "", "value"].iloc[0] == searched["n_used"].iloc[0]


def test_optimism_has_a_table_and_a_sentence():
    assert {"forward_validation", "given_validation"} <= set(TABLES)
    assert "aic_validation" not in TABLES
    sentence = dict(results_text(view()))["Forward"]
    assert "Corrected for optimism in 10 bootstrap samples, C was 0." in sentence
    rows = [str(row.cells[0]) for row in TABLES["given_validation"].rows]
    assert rows == [
        "C (area under the curve)",
        "Nagelkerke’s R²",
        "Calibration intercept",
        "Calibration slope",
        "Brier score",
    ]
    assert "Selected, % of the samples" in [str(r.cells[0]) for r in TABLES[
        "forward_validation"
    ].rows]  # fmt: skip


def test_methods_say_the_rule_and_the_bootstrap():
    text = " ".join(words for _, words in methods_text(view()))
    assert "forward stepwise selection, which began with none" in text
    assert "the selection of covariates was repeated in every sample" in text
    assert "5-fold cross-validation (seed 20260101)" in text


def test_the_lasso_has_a_figure_and_a_note():
    drawing = next(d for d in study_figures(view()) if d.key == "lasso_lasso")
    assert "lambda.1se was taken" in drawing.alt
    note = next(n for n in TABLES["lasso"].notes if n.startswith("LASSO, λ = "))
    assert "(lambda.1se); coefficients other than zero" in note


def test_nothing_is_left_behind_by_an_interruption():
    cohort = read_cohort(write_gbsg2(folder() / "interrupted.xlsx"), plan().dictionary)

    def interrupt(words: str) -> None:
        if "Tables" in words:
            raise KeyboardInterrupt

    target = folder() / "interrupted"
    results = run(
        cohort, plan('[[steps]]\nid = "a"\nkind = "compare"\ntitle = "A"\nrows = ["age"]')
    )
    with pytest.raises(KeyboardInterrupt):
        render(results, target, progress=interrupt)
    assert not target.exists()
    assert not list(folder().glob(".packet-*"))


def test_long_validations_say_how_far_they_are(monkeypatch):
    monkeypatch.setattr("analyses.steps.building.QUIET", 0.0)
    cohort = read_cohort(write_gbsg2(folder() / "telling.xlsx"), plan().dictionary)
    rule = '{ rule = "given", covariates = ["nodes"] }\nvalidation = { bootstrap = 50 }'
    text = STEP.replace("KIND", "cox").replace("ABOUT", 'endpoint = "rfs"').replace("RULE", rule)
    told: list[str] = []
    run(cohort, plan(text), progress=told.append)
    assert told == [
        "Model",
        "Model: 25 of 50 bootstrap samples",
        "Model: 50 of 50 bootstrap samples",
    ]
