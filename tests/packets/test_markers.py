"""Steps about markers, cut-offs and predicted risks, as a packet prints them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from markers_packet import GOLDEN, patients, plan, results_of, view

from analyses.predicted import predicted
from cohort_stats.problem import PlanError
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.logistic_model import fit_logistic
from cohort_stats.results import pick
from reports.figures import study_figures
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text

KINDS = ("roc", "time_roc", "survival_cutoff", "decision_curve", "reclassification")


def result(analysis: str):
    steps = view().results.steps
    return next(r for s in steps for r in s.results if r.numbers["analysis"].iloc[0] == analysis)


def warnings_of(step: str) -> str:
    (done,) = (d for d in view().results.steps if d.step.id == step)
    return " ".join(w for r in done.results for w in r.warnings)


def test_every_step_is_done():
    assert view().results.not_done == ()
    assert {d.step.kind for d in view().results.steps} >= {*KINDS}


@pytest.mark.parametrize("key", GOLDEN)
def test_the_tables_are_as_they_were(key):
    (table,) = (t for t in study_tables(view()) if t.key == key)
    kept = Path(__file__).parent / "golden" / f"markers_{key}.md"
    assert markdown(table) == kept.read_text(encoding="utf-8")


def test_predicted_risks_are_those_of_the_model():
    frame = view().results.cohort.frame
    dead = frame["dead_3"].astype(object).map({"Yes": 1.0, "No": 0.0})
    model = fit_logistic(dead, frame, [Covariate("age", per=10), "bili", "albumin"])
    known = dead.notna() & frame[["age", "bili", "albumin"]].notna().all(axis=1)
    assert model.fitted is not None
    assert frame.loc[known, "risk_all"].to_numpy() == pytest.approx(model.fitted.fitted, rel=1e-9)
    assert frame["risk_all"].notna().sum() > known.sum()  # those with an unknown outcome too


def test_the_linear_predictor_is_that_of_the_cox_model():
    frame = view().results.cohort.frame
    (step,) = (d.step for d in view().results.steps if d.step.id == "cox_all")
    scene_result = result("cox_all/multivariable")
    given = [Covariate("age"), Covariate("sex", reference="f"), Covariate("bili")]
    assert predicted(frame, given, scene_result).to_numpy() == pytest.approx(frame["hazard"])
    beta = {t: scene_result.value("coefficient", term=t) for t in ("age", "bili")}
    men = scene_result.value("coefficient", term="sex", level="m")
    wanted = frame["age"] * beta["age"] + frame["bili"] * beta["bili"] + men * (frame["sex"] == "m")
    assert frame["hazard"].to_numpy() == pytest.approx(wanted.to_numpy())
    assert fit_cox is not None
    assert step.kind == "cox"


def test_an_unknown_level_and_a_missing_value_have_no_prediction():
    frame = patients()
    frame.loc[0, "bili"] = np.nan
    frame["sex"] = frame["sex"].cat.add_categories("x")
    frame.loc[1, "sex"] = "x"
    given = [Covariate("age"), Covariate("sex", reference="f"), Covariate("bili")]
    found = predicted(frame, given, result("cox_all/multivariable"))
    assert found.isna().tolist()[:3] == [True, True, False]
    fewer = predicted(frame, given[:2], result("cox_all/multivariable"))
    assert fewer.isna().all()  # the model has a term that is none of these


def test_a_cutoff_of_one_of_several_markers_cuts_that_marker():
    frame = view().results.cohort.frame
    cutoff = pick(result("roc/albumin").numbers, "cutoff")["value"].iloc[0]
    low = frame["albumin"] < cutoff
    assert (frame["albumin_group"].cat.codes.to_numpy() == np.where(low, 0, 1)).all()
    cutoff = result("best_cut").value("cutoff")
    assert (frame["bili_group"].cat.codes.to_numpy() == (frame["bili"] >= cutoff)).all()


def test_what_rests_on_these_same_patients_says_so():
    assert "cut where it separates these same patients best" in warnings_of("km_bili")
    for step in ("benefit", "moved"):
        words = "`risk_age` and `risk_all` are predicted by models fitted to these same patients"
        assert words in warnings_of(step)
    assert "`risk_age`, `risk_all` and `hazard` are predicted" in warnings_of("roc_models")
    assert "Hilden and Gerds" in warnings_of("moved")


def test_every_sentence_is_written():
    found = dict(results_text(view()))
    for title, words in (
        ("Markers of death within three years", "The areas of bilirubin and albumin differed by"),
        ("Bilirubin and death within three years, by sex", "The areas of ‘f’ and ‘m’ differed by"),
        ("Bilirubin where survival differs most", "1.95 mg/dl of bilirubin (p < 0.001 after"),
        ("Markers of death over time", "at 365 days, "),
        ("Net benefit of the models", "at a threshold of 40% (all treated −0.346)"),
        ("Reclassification by the new model", "integrated discrimination improvement 0.272"),
    ):
        assert words in found[title], title
    methods = " ".join(words for _, words in methods_text(view()))
    for words in ("DeLong’s test", "9999 random permutations", "influence function", "Vickers",
                  "Partial areas"):  # fmt: skip
        assert words in methods


def test_the_figures_hold_every_curve():
    drawn = {d.key: d for d in study_figures(view())}
    lines = drawn["roc"].figure.axes[0].lines
    curves = [line for line in lines if len(line.get_xdata()) > 10]
    for line, name in zip(curves, ("bili", "albumin", "protime"), strict=True):
        area = np.trapezoid(line.get_ydata(), line.get_xdata())
        assert area == pytest.approx(result(f"roc/{name}").value("auc"))
    assert len(drawn["timed"].figure.axes) == 2
    areas = [np.trapezoid(line.get_ydata(), line.get_xdata())
             for line in drawn["timed"].figure.axes[1].lines[1:]]  # fmt: skip
    wanted = [result("timed/albumin").value("auc", time=t) for t in (365.0, 1095.0, 2190.0)]
    assert areas == pytest.approx(wanted)
    curve = drawn["best_cut"].figure.axes[0].lines[1]
    assert max(abs(curve.get_ydata())) == pytest.approx(result("best_cut").value("test_statistic"))
    assert len(drawn["benefit"].figure.axes[0].lines) == 4


def test_places_of_the_figures_say_their_numbers():
    drawn = {d.key: d for d in study_figures(view())}
    said = {key: [spot.words for spot in drawing.spots] for key, drawing in drawn.items()}
    assert "365 days, Bilirubin > 17.3 mg/dl: Se 22.7%, Sp 98.3%" in said["timed"]
    assert {spot.axes for spot in drawn["timed"].spots} == {0, 1}
    (group,) = (w for w in said["model_all_calibration"] if w.startswith("80.2% predicted"))
    assert group == "80.2% predicted, 67.7% (50.1–81.4%) observed, 31 patients"
    benefit = result("benefit").value("net_benefit", term="risk_age", level="0.07")
    words = "Risk by age and sex, threshold 7%: net benefit 0.134 (0.086 to 0.181)"
    (spot,) = (s for s in drawn["benefit"].spots if s.words == words)
    assert (spot.x, spot.y) == (0.07, pytest.approx(benefit))
    low, high = drawn["benefit"].figure.axes[0].get_ylim()
    assert all(low <= s.y <= high for s in drawn["benefit"].spots)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('marker = "bili"\ndirection', 'markers = ["bili", "age"]\ndirection', "cutoffs: expected"),
        ('comparison = "delong"', 'at_cutoff = "positive"', "at_cutoff: expected nothing"),
        ('comparison = "delong"', 'comparison = "hanley"', "steps[1] (roc).comparison: expected"),
        ('markers = ["bili", { variable = "albumin"', 'markers = ["bili", { variable = "sex"',
         "markers[2]: expected a number or an ordered category, found 'sex'"),
        ("between = [0.8, 1.0]", "between = [1.0, 0.8]", "between: expected two shares"),
        ("{ sensitivity = 0.9 }", "{ sensitivity = 90 }", "expected a number at most 1"),
        ('at_step = "best_cut"', 'at_step = "timed"', "a step of kind 'roc' or 'survival_cutoff'"),
        ('variable = "albumin", at_step', 'variable = "age", at_step', "a marker of the step"),
        ('at_step = "model_age"', 'at_step = "roc"', "a step of kind 'logistic' or 'cox'"),
        ("cutoffs = [0.1, 0.3]", "cutoffs = [0.3, 0.1]", "cutoffs: expected risks in ascending"),
        ("thresholds = [0.01, 0.6]", "thresholds = [0.6, 0.01]", "thresholds: expected the smalle"),
        ('old = "risk_age"', 'old = "sex"', "(moved).old: expected a number, found 'sex'"),
        ("times = [365, 1095, 2190]", "times = []", "times: expected at least one entry"),
        ('risks = ["risk_age", "risk_all"]', 'risks = ["risk_age", "risk_age"]', "risks: expected"),
    ],
)  # fmt: skip
def test_mistakes_in_a_plan(old, new, words):
    with pytest.raises(PlanError) as found:
        plan(old, new)
    assert words in str(found.value)


def test_one_name_of_multivariable_models():
    from analyses import derived_order
    from cohort_stats.regression import model_building

    assert derived_order.MULTIVARIABLE == model_building.MULTIVARIABLE


def test_predictions_must_come_before_they_are_used():
    with pytest.raises(
        PlanError, match="to stand after 'model_all', found 'risk_all', which comes"
    ):
        plan('markers = ["bili", { variable = "albumin", direction = "low" }]\ndirection = "high"\n'
             "times", 'markers = ["bili", "risk_all"]\ndirection = "high"\ntimes')  # fmt: skip


def test_a_marker_that_is_no_risk_has_no_decision_curve():
    found = results_of(plan('risks = ["risk_age", "risk_all"]', 'risks = ["bili"]'))
    reasons = {n.step.id: n.reason for n in found.not_done}
    assert reasons == {
        "benefit": "'Bilirubin' is no risk: a risk lies between 0 and 1, its values lie between "
        "0.3 and 28"
    }


def test_a_model_without_finite_estimates_predicts_nothing():
    found = result("model_all/multivariable")
    numbers = found.numbers.copy()
    at = (numbers["statistic"] == "coefficient") & (numbers["term"] == "bili")
    numbers.loc[at, "value"] = np.inf
    given = [Covariate("age", per=10), Covariate("bili"), Covariate("albumin")]
    assert predicted(patients(), given, replace(found, numbers=numbers)).isna().all()
