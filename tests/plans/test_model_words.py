"""What sentences and notes of models say where a model is not as simple as it was asked for."""

from __future__ import annotations

import re
import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import small_plan
from test_run import cohort, patients

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.covariate import interaction
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.optimism import validate_model
from reports.numbers import Numbers
from reports.sentences.regression import model_text
from reports.table import markdown
from reports.tables.building import validation_sentence, validation_table
from reports.tables.dashes import dash_note
from reports.tables.regression import regression_table
from reports.text import methods_text
from reports.view import View

STEP = SimpleNamespace(id="model", kind="logistic", title="Model")


def validation_view(good: int, bad: int):
    """A validation of which some samples hold nobody with the outcome."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=80)})
    outcome = pd.Series(rng.random(80) < 0.5)
    nobody = np.flatnonzero(~outcome)
    samples = [rng.integers(0, 80, 80) for _ in range(good)] + [nobody] * bad
    result = validate_model(outcome, frame, ["x"], samples=samples)
    makers = "patients who made the model"
    return result, SimpleNamespace(numbers=lambda name: Numbers(result.numbers), makers=makers)


def test_optimism_is_credited_to_the_samples_that_were_used():
    result, view = validation_view(12, 3)
    assert "Optimism was estimated in 12 of 15 bootstrap samples" in result.method
    words = validation_sentence(STEP, view)
    assert "Corrected for optimism in 12 of 15 bootstrap samples, C was 0." in words
    assert "12 of 15 bootstrap samples" in markdown(validation_table(STEP, view))


@pytest.mark.parametrize(("good", "bad"), [(12, 13), (9, 1)])
def test_too_few_samples_correct_nothing(good, bad):
    result, view = validation_view(good, bad)
    assert "too little to correct for optimism" in result.warnings[0]
    words = validation_sentence(STEP, view)
    assert "Corrected" not in words
    assert f"in only {good} of {good + bad} bootstrap samples" in words
    table = validation_table(STEP, view)
    assert [str(cell) for cell in table.rows[0].cells[2:]] == ["–"] * 4
    assert dash_note(table) == "–, not corrected: too few bootstrap samples could be used."


def model(covariates: str, more: str = "", **columns: object):
    """A Cox step of the small plan with other covariates, its sentence and its table."""
    plan = small_plan.PLAN.replace(
        'covariates = ["arm", { variable = "age", per = 10 }, "marker"]\n'
        'selection = { rule = "univariable", p_below = 0.2 }',
        f'covariates = {covariates}\nselection = {{ rule = "all" }}\n{more}',
        1,
    )
    plan = plan_from(tomllib.loads(plan))
    frame = patients().assign(**columns)
    return View(run(cohort(plan, frame), plan))


def told(view: View) -> tuple[str, tuple[str, ...]]:
    step = next(s for s in view.results.plan.file.steps if s.id == "cox")
    return model_text(step, view), regression_table(step, view).notes


def test_a_model_that_was_not_fitted_is_not_reported_as_one():
    words, notes = told(model('["arm", "age", "marker"]', marker=100.0))
    assert words.startswith("The multivariable model was not fitted: ")
    assert "Marker" in words
    assert words in notes
    assert "All covariates were to enter the multivariable model." in notes
    assert not [n for n in notes if n.startswith("Multivariable model: ")]


def test_a_covariate_that_the_file_lacks_is_named():
    view = model('["age", "marker"]', marker=np.nan)
    words = "All covariates of the file entered the multivariable model; not in the file: Marker."
    assert words in told(view)[1]
    assert words in " ".join(words for _, words in methods_text(view))


def test_ratios_of_covariates_in_an_interaction_are_not_told():
    words, notes = told(model('["arm", "age", "marker"]', 'interactions = [["age", "arm"]]'))
    assert "age (per year; HR" not in words
    assert "arm ‘" not in words
    assert "with marker (HR" in words
    assert "for interaction)" in words
    assert not [n for n in notes if "held" in n]


def test_a_spline_has_a_clause():
    words, _ = told(model('["arm", { variable = "age", knots = 4 }]'))
    assert "age (as a spline, p " in words
    assert "for nonlinearity)" in words


def test_where_the_others_are_held_is_said():
    pairs = 'interactions = [["age", "arm"], ["age", "marker"]]'
    view = model('["arm", "age", "marker"]', pairs)
    held = [n for n in told(view)[1] if "held" in n]
    assert held == [
        "Effects within levels hold with the other covariate held: Age, by Arm: Marker at its "
        "median; Age, by Marker: Arm at its reference level."
    ]
    frame = patients()
    end = Endpoint(frame["months"].to_numpy(float), (frame["dead"] == "Yes").to_numpy())
    products = [interaction("age", "arm"), interaction("age", "marker")]
    centred = frame.assign(marker=frame["marker"] - frame["marker"].median())
    fitted = fit_cox(end, centred, ["arm", "age", "marker", *products]).result
    mine = view.numbers("cox/within/age/arm")
    first = frame["arm"].cat.categories[0]
    assert mine.get("ratio_within", term="age", group=first) == pytest.approx(
        fitted.value("hazard_ratio", term="age"), rel=1e-6
    )


def test_a_separated_covariate_is_told_with_its_firth_ratio():
    frame = patients()
    dead = frame["dead"] == "Yes"
    arm = pd.Categorical(
        np.where(dead | (frame["age"] > 60), "Surgery", "Radiotherapy"),
        categories=["Surgery", "Radiotherapy", "Observation"],
        ordered=True,
    )
    words, notes = told(model('["arm", "age"]', arm=arm))
    assert "(Firth’s penalised HR 0." in words
    assert notes[0] == "Empty under Firth: not separated, or not in the model."


def test_further_levels_do_not_repeat_the_label():
    words, _ = told(model('["arm"]'))
    assert words.count("arm ‘") == 1
    assert words.count(" against ‘Surgery’ (HR") == 2


def test_a_factor_of_many_levels_is_left_to_the_table(monkeypatch):
    monkeypatch.setattr("reports.sentences.regression.MOST", 1)
    words, _ = told(model('["arm"]'))
    assert re.search(r"with arm \(3 levels, p [=<] [\d.]+; see the table\)\.", words)
    assert "against ‘" not in words


@pytest.mark.parametrize("asked", ["", 'p = "likelihood ratio"'])
def test_methods_name_the_tests_whose_p_the_table_prints(asked):
    methods = dict(methods_text(model('["arm", "age"]', asked)))["Cox regression"]
    assert "Each term was tested by the likelihood ratio" not in methods
    assert (
        "p-value of a hazard ratio, and that of all levels of a factor together, is of a Wald"
        in methods
    )
    assert ("also tested by likelihood ratio (LR p)" in methods) == bool(asked)


def test_products_are_called_by_their_labels():
    view = model('["arm", "age"]')
    assert view.with_labels("of `arm × age`, `age` and `x`") == "of ‘Arm × Age’, ‘Age’ and `x`"


def test_a_column_of_likelihood_ratio_p_is_given_on_request():
    plan = small_plan.plan_with(
        'selection = { rule = "univariable", p_below = 0.2 }',
        'selection = { rule = "all" }\np = "likelihood ratio"',
    )
    results = run(cohort(plan, patients()), plan)
    (done,) = (d for d in results.steps if d.step.id == "cox")
    table = regression_table(done.step, View(results))
    heads = [c.label for c in table.columns]
    assert heads[-2:] == ["LR p", "PH p"]
    numbers = View(results).numbers("cox/multivariable")
    shown = {row.cells[0].values[0]: row.cells[-2] for row in table.rows if row.indent == 0}
    for term, label in (("arm", "Arm"), ("marker", "Marker, per 1")):
        assert shown[label].values == (numbers.get("term_lr_p", term=term),)
    assert any(note.startswith("LR p: likelihood-ratio test") for note in table.notes)
    assert {len(row.cells) for row in table.rows} == {len(heads)}
