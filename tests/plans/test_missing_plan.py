"""Plans about missing values: the step, imputed steps, complete cases beside them, refusals."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
import pytest
from missing_plan import PLAN, cohort, patients, plan_with, results

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.glossary import GLOSSARY
from cohort_stats.problem import PlanError
from cohort_stats.results import pick
from reports.figures.missingness import pattern_plot, trace_plot
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text
from reports.view import View

IMPUTED = ("baseline", "km", "cox", "early")


@cache
def view() -> View:
    return View(results())


@cache
def tables() -> dict[str, str]:
    return {t.key: markdown(t) for t in study_tables(view())}


def part(name: str) -> pd.DataFrame:
    numbers = results().stack()
    return numbers[numbers["analysis"] == name]


def test_every_imputed_step_is_followed_by_its_complete_cases():
    assert results().not_done == ()
    done = [d.step.id for d in results().steps]
    wanted = [i for step in IMPUTED for i in (step, f"{step}_complete_cases")]
    assert done == ["missing", *wanted, "plain"]
    assert set(results().stack()["statistic"]) <= set(GLOSSARY)


@pytest.mark.parametrize("key", ["missing", "imputation", "cox", "baseline"])
def test_tables_are_as_they_were(key):
    from pathlib import Path

    golden = Path(__file__).parent / "golden" / f"missing_{key}.md"
    assert tables()[key] == golden.read_text(encoding="utf-8")


def test_the_complete_cases_are_those_of_a_plan_without_imputation():
    plain = plan_with('missing = "imputed"\nby = "ascites"', 'by = "ascites"')
    ours, theirs = part("baseline_complete_cases"), run(cohort(plain), plain).stack()
    theirs = theirs[theirs["analysis"] == "baseline"]
    columns = ["group", "term", "level", "statistic", "value"]
    pd.testing.assert_frame_equal(
        ours[columns].reset_index(drop=True), theirs[columns].reset_index(drop=True)
    )


def test_derived_variables_follow_from_imputed_values():
    found = part("km/curves")
    n = {g: pick(found, "n", group=g)["value"].iloc[0] for g in ("Overall", "≤ 100", "> 100")}
    assert n["Overall"] == 418
    assert n["≤ 100"] + n["> 100"] == pytest.approx(418)
    known = (patients()["copper"] > 100).sum()
    assert n["> 100"] > known
    assert pick(found, "imputed_patients")["value"].iloc[0] == patients()["copper"].isna().sum()


def test_what_predicts_is_said_and_holds_the_outcomes_but_imputes_none():
    words = results().imputation.method
    for name in ("copper", "stage", "platelets", "bilirubin", "edema", "ascites"):
        assert f"`{name}`" in words
    for outcome in ("event indicator of Death", "Nelson–Aalen cumulative hazard of Death"):
        assert outcome in words
    assert "the outcome ‘Died within three years: Yes’" in words
    terms = set(pick(part("imputation"), "imputed_mean")["term"])
    assert terms == {"copper", "cholesterol", "platelets", "stage", "ascites"}
    assert "`arm`" not in words  # no imputed step uses it


def test_the_pooled_p_chooses_the_covariates():
    entered = pick(part("cox/univariable"), "entered").set_index("term")["value"]
    for term, marked in entered.items():
        p = part("cox/univariable").query("term == @term and statistic in ('global_p', 'p')")
        p = p[p["statistic"] == ("global_p" if (p["statistic"] == "global_p").any() else "p")]
        assert (p["value"].iloc[0] < 0.1) == bool(marked), term
    models = pick(part("cox/multivariable"), "coefficient")
    assert set(models["term"]) == set(entered.index[entered == 1])


def test_a_stricter_threshold_lets_fewer_in_or_none():
    plan = plan_with("p_below = 0.1", "p_below = 1e-9")
    found = run(cohort(plan), plan)
    together = found.stack().query("analysis == 'cox/multivariable'")
    univariable = found.stack().query("analysis == 'cox/univariable'")
    entered = pick(univariable, "entered").query("value == 1")["term"]
    assert 0 < len(entered) < 6
    assert set(pick(together, "coefficient")["term"]) == set(entered)
    none = plan_with("p_below = 0.1", "p_below = 1e-90")
    found = run(cohort(none), none)
    done = next(d for d in found.steps if d.step.id == "cox")
    assert [r.numbers["analysis"].iloc[0] for r in done.results] == ["cox/univariable"]
    assert "no covariate entered the multivariable model" in done.results[0].warnings
    assert "No covariate entered" in dict(results_text(View(found)))[done.step.title]


def test_numbers_say_how_much_is_missing_of_them():
    found = part("cox/multivariable").query("term == 'copper'").set_index("statistic")["value"]
    r = found["relative_increase"]
    m = 5
    between = found["se_between"] ** 2 * (1 + 1 / m)
    assert r == pytest.approx(between / found["se_within"] ** 2)
    assert found["se"] ** 2 == pytest.approx(found["se_within"] ** 2 + between)
    assert found["fmi"] == pytest.approx((r + 2 / (found["df"] + 3)) / (r + 1))
    assert found["relative_efficiency"] == pytest.approx(1 / (1 + found["fmi"] / m))
    assert pick(part("cox/multivariable"), "imputed_patients")["value"].iloc[0] == 108


def test_methods_and_results_say_that_values_were_imputed():
    methods = " ".join(words for _, words in methods_text(view()))
    for words in (
        "(5 completed sets, 3 iterations, seed 4)",
        "‘Cholesterol’ (32.1%) by Bayesian linear regression",
        "pooled by Rubin’s rules",
        "(complete cases), except where values were imputed",
    ):
        assert words in methods
    text = dict(results_text(view()))
    assert text["Missing values"].startswith("278 of 418 patients had a value of every")
    assert "values missing completely at random (p = 0.098)." in text["Missing values"]
    assert "Risk factors of death (missing values imputed)" in text


def test_figures_show_every_pattern_and_every_set():
    step = results().steps[0].step
    drawing = pattern_plot(step, view())
    cells = drawing.figure.axes[0].patches
    assert len(cells) == 7 * 8
    orange = [c for c in cells if c.get_facecolor()[0] > 0.8 > c.get_facecolor()[1]]
    known = pick(part("missing/pattern"), "pattern_known")["value"]
    assert len(orange) == (known == 0).sum()
    assert "278 patients lack nothing" in drawing.alt
    trace = trace_plot(view())
    assert len(trace.figure.axes) == 2 * 5
    assert all(len(axes.lines) == 5 for axes in trace.figure.axes)


def test_progress_is_told_and_a_run_can_be_stopped():
    said: list[str] = []
    plan = plan_with()

    def stop(words: str) -> None:
        said.append(words)
        if words.endswith("set 3 of 5"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(cohort(plan), plan, progress=stop)
    sets = [words for words in said if "set" in words]
    assert sets == [f"Imputing missing values: set {k} of 5" for k in (1, 2, 3)]


def test_only_what_is_named_is_imputed():
    plan = plan_with('with = ["platelets"]', 'variables = ["copper"]')
    plan_words = run(cohort(plan), plan)
    assert set(pick(plan_words.imputation.numbers, "imputed_mean")["term"]) == {"copper"}
    done = next(d for d in plan_words.steps if d.step.id == "baseline")
    assert done.results[0].n_missing == 106  # without a value of ascites, which makes the groups


def test_every_result_counts_all_patients_of_its_step():
    rng = np.random.default_rng(1)
    frame = patients()
    for name in frame.columns.drop("id"):
        frame.loc[rng.random(len(frame)) < 0.1, name] = np.nan
    plan = plan_with()
    for done in run(cohort(plan, frame), plan).steps:
        for result in done.results:
            name = result.numbers["analysis"].iloc[0]
            assert result.n_used + result.n_missing == len(frame), name


def test_nothing_to_impute_is_said():
    plan = plan_with()
    frame = patients().dropna().reset_index(drop=True)
    found = run(cohort(plan, frame), plan)
    reasons = {n.step.id: n.reason for n in found.not_done}
    assert set(reasons) == set(IMPUTED)
    assert reasons["cox"] == "none of its values that can be imputed is missing"
    assert "cox_complete_cases" in [d.step.id for d in found.steps]
    assert found.imputation is None


SECTION = PLAN[PLAN.index("[imputation]") : PLAN.index("[[steps]]")]


def problems(old: str, new: str) -> str:
    with pytest.raises(PlanError) as raised:
        plan_with(old, new)
    return str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (SECTION, "", "a table [imputation] in the plan"),
        ('with = ["platelets"]', 'with = ["plateletts"]', "did you mean 'platelets'"),
        ('with = ["platelets"]', 'variables = ["much_copper"]', "follow from imputed"),
        ('with = ["platelets"]', 'variables = ["died"]', "outcomes help to impute"),
        ('with = ["platelets"]', 'with = ["id"]', "a number or a category"),
        ('cholesterol = "normal"', 'cholesterol = "logistic"', "predictive mean matching, normal"),
        ('cholesterol = "normal"', 'stage = "logistic"', "one of proportional odds, polytomous"),
        ("m = 5", "m = 1", "a number at least 2"),
        ("difference = true", 'posthoc = "holm"', "these tests are not pooled"),
        ("rmst = 1826", "quantiles = [0.25]", "only the median is pooled"),
        ('compared = ["age", "sex"', 'compared = ["id", "sex"', "a number or a category"),
        ("compared =", 'missing = "imputed"\ncompared =', "of this kind are not pooled"),
        ('rule = "univariable", p_below = 0.1', 'rule = "lasso"', "other covariates in each"),
        ('covariates = ["bil', 'validation = {}\ncovariates = ["bil', "validation of a model is"),
        ('outcome = "early"', 'outcome = "early"\nestimator = "firth"', "of the likelihood"),
        ('id = "plain"', 'id = "imputation"', "an id of its own"),
    ],
)  # fmt: skip
def test_mistakes_are_told(old, new, words):
    assert words in problems(old, new)


def test_an_imputation_that_no_step_uses_is_a_mistake():
    text = PLAN.replace('missing = "imputed"\n', "")
    with pytest.raises(PlanError, match="no step that uses imputed values"):
        plan_from(tomllib.loads(text))


def test_an_order_of_rows_changes_only_chance():
    plan = plan_with("m = 5", "m = 20")
    mixed = patients().sample(frac=1, random_state=1).reset_index(drop=True)
    a, b = (run(cohort(plan, f), plan).stack() for f in (patients(), mixed))
    for name in ("coefficient",):
        x, y = (
            pick(f[f["analysis"] == "cox/multivariable"], name, term="copper")["value"].iloc[0]
            for f in (a, b)
        )
        se = pick(a[a["analysis"] == "cox/multivariable"], "se", term="copper")["value"].iloc[0]
        assert abs(x - y) < se
    plain = [f[f["analysis"] == "cox_complete_cases/multivariable"]["value"] for f in (a, b)]
    np.testing.assert_allclose(*(np.sort(p.dropna().to_numpy()) for p in plain), rtol=1e-8)


def test_competing_risks_are_pooled_beside_their_complete_cases():
    import competing_plan

    text = competing_plan.PLAN.replace(
        'kind = "fine_gray"', 'kind = "fine_gray"\nmissing = "imputed"'
    )
    text = text.replace('by = "late"', 'by = "stage"\nmissing = "imputed"')
    text = text.replace("[[steps]]", "[imputation]\nm = 4\niterations = 2\n\n[[steps]]", 1)
    found = competing_plan.results(plan_from(tomllib.loads(text)))
    done = [d.step.id for d in found.steps]
    assert "fine_gray" in done
    assert "fine_gray_complete_cases" in done
    words = found.imputation.method
    assert "the Nelson–Aalen cumulative hazard of the competing event of" in words
    numbers = found.stack()
    stage = numbers[numbers["analysis"] == "fine_gray/univariable"]
    assert pick(stage, "n", term="stage", level="")["value"].iloc[0] == 418
    beside = numbers[numbers["analysis"] == "fine_gray/cause-specific"]
    assert len(pick(beside, "fmi"))
    table = next(t for t in study_tables(View(found)) if t.key == "fine_gray")
    assert "Multivariable, complete cases" in {c.spanner for c in table.columns}
    by_stage = next(d for d in found.steps if getattr(d.step, "by", "") == "stage")
    curves = numbers[numbers["analysis"] == f"{by_stage.step.id}/curves"]
    assert pick(curves, "imputed_patients")["value"].iloc[0] == 6
    table = next(t for t in study_tables(View(found)) if t.key == by_stage.step.id)
    assert any("Gray’s test of the event, pooled: F(3" in note for note in table.notes)


def test_an_ordinal_model_is_pooled_beside_its_complete_cases():
    old = PLAN[PLAN.index('[[steps]]\nid = "baseline"') :]
    new = """[[steps]]
id = "stage"
kind = "ordinal"
title = "What goes with a later stage"
missing = "imputed"
outcome = "stage"
covariates = ["age", "copper", "edema"]
selection = { rule = "all" }
"""
    plan = plan_with(old, new)
    found = run(cohort(plan), plan)
    numbers = found.stack()
    model = numbers[numbers["analysis"] == "stage/multivariable"]
    assert pick(model, "n", term="", level="", group="")["value"].iloc[0] == 418
    assert 0 < pick(model, "fmi", term="copper")["value"].iloc[0] < 1
    assert 0 <= pick(model, "po_p", term="copper")["value"].iloc[0] <= 1
    table = next(t for t in study_tables(View(found)) if t.key == "stage")
    assert "Multivariable, complete cases" in {c.spanner for c in table.columns}
