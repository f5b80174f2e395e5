"""Predicted survival as words of a plan: the numbers, the table, the figure, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from predicting_packet import LONG, STEP, STRATIFIED, view
from subgroups_packet import plan

from analyses.plan import PlanError
from analyses.running import run
from analyses.steps.predicting import PREDICTED
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.cox_prediction import predict_survival
from reports.figures import study_figures
from reports.sentences import step_sentences
from reports.tables import study_tables
from reports.tables.finished import finished
from reports.tables.predicting import prediction_table
from reports.view import View

FIRST = "60 years, grade III"


def step(key: str):
    (found,) = (d.step for d in view().results.steps if d.step.id == key)
    return found


def warnings_of(found: View) -> str:
    return " ".join(w for d in found.results.steps for r in d.results for w in r.warnings)


def test_a_profile_is_predicted_as_its_patient_would_be():
    frame = view().results.cohort.frame
    event = frame["recurrence"].eq("Yes").to_numpy()
    days = frame[step_time()].to_numpy(dtype=float)
    covariates = [Covariate("hormone", reference="No"), Covariate("grade"), Covariate("nodes"),
                  Covariate("age", per=10)]  # fmt: skip
    model = fit_cox(Endpoint(days, event), frame, covariates)
    patient = {"hormone": "No", "grade": "III", "nodes": frame["nodes"].median(), "age": 60}
    wanted = predict_survival(model, pd.DataFrame([patient]), [730, 1826]).numbers
    numbers = view().numbers(f"cox/{PREDICTED}")
    for name in ("survival", "survival_low", "survival_high"):
        for time in (730, 1826):
            (value,) = wanted.loc[(wanted["statistic"] == name) & (wanted["time"] == time), "value"]
            assert numbers.get(name, group=FIRST, time=time) == pytest.approx(value, rel=1e-12)


def step_time() -> str:
    return view().results.plan.file.endpoints["rfs"].time


def test_the_table_says_what_each_profile_is_and_what_it_does_not_name():
    table = prediction_table(step("cox"), view())
    assert [str(c) for c in table.rows[0].cells[:2]] == [FIRST, "Age 60 years; Tumour grade III"]
    usual = "Hormonal therapy No (reference level); Positive lymph nodes 3 (median of the patients)"
    assert any(usual in note for note in table.notes)
    assert [t.key for t in study_tables(view()) if PREDICTED in t.key] == [
        "cox_predicted",
        "strata_predicted",
    ]
    beside = prediction_table(step("strata"), view())
    assert any("Tumour size 20 mm (did not enter the model)" in n for n in beside.notes)
    assert "–, beyond the last follow-up." in finished(beside, {}).notes
    assert str(beside.rows[0].cells[-1]) == "–"


def test_a_value_outside_the_data_is_told():
    assert f"profile ‘{LONG}’ lies outside the data: `age` 95" in warnings_of(view())


def test_the_figure_steps_where_the_numbers_do():
    drawn = {d.key: d for d in study_figures(view())}
    (axes,) = drawn["cox_predicted"].figure.axes
    line = axes.lines[0]
    time, curve = view().numbers(f"cox/{PREDICTED}").curve(FIRST, "curve")
    assert np.array_equal(line.get_xdata(), np.r_[0, time])
    assert np.array_equal(line.get_ydata(), np.r_[1, curve])
    assert len(axes.collections) == 2
    assert "60 years, grade III: " in drawn["cox_predicted"].alt
    assert "strata_predicted" in drawn


def test_the_sentence_gives_each_time():
    words = step_sentences(step("cox"), view())
    assert "predicted by the model: " in words
    assert f"at 1826 days for the profile ‘{FIRST}’" in words


def test_a_profile_like_nobody_is_told_and_the_others_predicted():
    base = view().results
    frame = base.cohort.frame
    cohort = replace(base.cohort, frame=frame[frame["grade"] != "III"].reset_index(drop=True))
    other = STEP + 'profiles.second = { grade = "II" }\n'
    found = View(run(cohort, plan(other)))
    assert f"profile ‘{FIRST}’ not predicted: no patient of the model has `grade` III" in (
        warnings_of(found)
    )
    assert found.numbers(f"cox/{PREDICTED}").unique("group") == ["second"]
    nobody = View(run(cohort, plan(STEP)))
    assert "not predicted" in warnings_of(nobody)
    assert [t.key for t in study_tables(nobody) if PREDICTED in t.key] == []


def test_without_a_model_nothing_is_predicted():
    text = STEP.replace('rule = "all"', 'rule = "univariable", p_below = 1e-300')
    found = View(run(view().results.cohort, plan(text)))
    assert "survival not predicted: no covariate entered" in warnings_of(found)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("age = 60, grade", "agee = 60, grade", "agee"),
        ("age = 60, grade", "menopause = 'Premenopausal', grade", "a covariate of this step"),
        ('grade = "III" }', 'grade = "IV" }', "IV"),
        ("age = 60, grade", 'age = "sixty", grade', "a number without quotation marks"),
        ("age = 60, grade", "age = true, grade", "a number, or a level in quotation marks"),
        ("at = [730, 1826]", "at = []", "at least one entry"),
        ("at = [730, 1826]", "at = [730, 730]", "each time only once"),
        ("at = [730, 1826]", "at = [-1]", "above 0"),
        ("[steps.predict]", 'missing = "imputed"\n[steps.predict]', "not pooled"),
    ],
)
def test_words_that_cannot_be_are_refused(old, new, told):
    with pytest.raises(PlanError, match=told):
        plan(STEP.replace(old, new, 1))


def test_a_profile_names_its_stratum():
    with pytest.raises(PlanError, match="a level of 'menopause', a stratum of the model"):
        plan(STRATIFIED.replace('menopause = "Postmenopausal"', "age = 50"))
