"""Logistic, penalised and ordinal models in plans: tables, sentences, figures, mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from birthwt_packet import patients, plan, results_of, view

from analyses.cross_check.findings import DIFFERS
from analyses.running import run
from cohort_stats.problem import PlanError
from cohort_stats.regression.firth_model import firth
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.ordinal_model import ordinal
from cohort_stats.results import Result, pick
from reports.figures import study_figures
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text
from reports.view import View

GOLDEN = Path(__file__).parent / "golden"
TABLES = {t.key: t for t in study_tables(view())}


@pytest.mark.parametrize("key", list(TABLES))
def test_the_table_is_as_it_was(key):
    """Written by write_golden.py."""
    assert markdown(TABLES[key]) == (GOLDEN / f"birthwt_{key}.md").read_text(encoding="utf-8")


def test_the_penalised_estimates_have_columns_of_their_own():
    heads = [(c.spanner, c.label) for c in TABLES["separated"].columns]
    assert heads[-2:] == [
        ("Multivariable, Firth", "OR (95% CI)"),
        ("Multivariable, Firth", "p"),
    ]
    assert not any("Firth" in c.spanner for c in TABLES["firth"].columns)


def test_the_warning_names_the_level():
    [done] = [s for s in view().results.steps if s.step.id == "separated"]
    assert "`ptl` Three (none of 1 patient has the outcome)" in " ".join(done.results[1].warnings)


def test_the_steps_say_what_the_verbs_say():
    numbers, frame = view().results.stack(), patients()
    low = (frame["low"] == "Yes").astype(int)
    for key, verb in (("separated", logistic), ("firth", firth)):
        direct = verb(low, frame, ["lwt", "smoke", "ptl"])
        found = pick(numbers, "p", analysis=f"{key}/multivariable", term="smoke")["value"].item()
        assert found == pytest.approx(direct.value("p", term="smoke"), rel=1e-9)
    order = view().results.cohort.frame["class"]
    direct = ordinal(order, frame, ["lwt", "smoke", "ht"])
    found = pick(numbers, "odds_ratio", analysis="class/multivariable", term="ht")["value"].item()
    assert found == pytest.approx(direct.value("odds_ratio", term="ht"), rel=1e-12)


def test_figures_and_sentences():
    drawn = {d.key: d for d in study_figures(view())}
    assert {"separated", "firth", "firth_calibration", "class"} <= set(drawn)
    assert "189 patients" in drawn["firth_calibration"].alt
    words = dict(results_text(view()))["Class of birth weight"]
    assert "An odds ratio above 1 speaks for higher levels of class of birth weight" in words
    assert "proportional odds regression" in str(methods_text(view()))


def test_an_estimate_without_end_is_told_by_its_interval_and_firths_name():
    words = dict(results_text(view()))["Low birth weight"]
    sure, _, endless = words.partition(" No finite ratio could be estimated for ")
    assert "Firth" not in sure
    assert endless.startswith("premature labours before ‘Three’ against ‘None’ (95% CI 0.00–")
    assert re.search(r"; Firth’s penalised OR \d\.\d\d, 95% CI [^;]*, p = [\d.]+\)\.", endless)
    methods = dict(methods_text(view()))["Logistic regression"]
    assert "such a ratio is given as 0 or ∞, without a p-value" in methods
    assert "by Firth’s penalised likelihood" in methods
    assert "(‘Low birth weight’)." in methods


CLUSTER = """[variables.mother]
label = "Mother"
type = "text"
role = "cluster"

[variables.low]"""


def of(done, step: str) -> Result:
    [found] = [s for s in done.steps if s.step.id == step]
    return found.results[1]


def test_rows_that_belong_together():
    frame = patients().assign(mother=[f"M{i // 2}" for i in range(189)])
    done = results_of(frame, plan("[variables.low]", CLUSTER))
    text = "robust to clustering within `mother`"
    assert text in of(done, "class").method
    penalised = of(done, "firth")
    assert text not in penalised.method
    assert any("one `mother` to be independent" in w for w in penalised.warnings)
    frame = frame[frame["ptl"] != "Three"].reset_index(drop=True)
    done = results_of(frame, plan("[variables.low]", CLUSTER))
    robust = of(done, "separated")
    assert text in robust.method
    assert np.isfinite(robust.value("wald_chi_square"))
    assert "term_lr_p" not in set(robust.numbers["statistic"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('outcome = "class"', 'outcome = "ptl"', "(class).outcome: expected an ordered category"),
        ('outcome = "class"', 'outcome = "clas"', "did you mean 'class'"),
        (
            'selection = { rule = "univariable", p_below = 0.2 }',
            'selection = { rule = "lasso" }',
            "(class).selection.rule: expected 'all', 'given' or 'univariable'",
        ),
        (
            'selection = { rule = "all" }\nestimator = "firth"',
            'selection = { rule = "backward" }\nestimator = "firth"',
            "(firth).estimator: expected 'likelihood' with the rule 'backward'",
        ),
        (
            'estimator = "firth"',
            'estimator = "firth"\nvalidation = { bootstrap = 5 }',
            "(firth).estimator: expected 'likelihood', where the model is validated",
        ),
        ('estimator = "firth"', 'estimator = "frith"', "(firth).estimator: expected one of"),
    ],
)
def test_mistakes_in_a_plan(old, new, message):
    with pytest.raises(PlanError) as refused:
        plan(old, new)
    assert message in str(refused.value)


def test_one_level_is_no_model():
    frame = patients().assign(weight=2000.0)
    done = results_of(frame, plan())
    assert ("class", "every patient has the same level of the outcome") in [
        (n.step.id, n.reason) for n in done.not_done
    ]


def test_the_other_programs_agree():
    done = view().results
    again = run(done.cohort, done.plan, cross_check=True).cross_check
    compared = [c for several in again.compared.values() for c in several]
    assert [c for c in compared if c.verdict == DIFFERS] == []
    assert {f.name for f in again.families()} == {"logistic", "ordinal"}


LATE = '[[steps]]\nid = "class"\n'
JUDGED = f"""[derived.risk]
label = "Risk"
predicted = {{ at_step = "separated" }}

[[steps]]
id = "judged"
kind = "decision_curve"
title = "Net benefit"
outcome = "low"
risks = ["risk"]

{LATE}"""


def test_why_a_model_without_finite_estimates_predicts_nobody():
    found = View(results_of(patients(), plan(LATE, JUDGED)))
    why = "it needs predictions from 'Low birth weight', whose model has no finite estimates"
    assert [(one.step.id, one.reason) for one in found.results.not_done] == [("judged", why)]
    methods = dict(methods_text(found))
    assert "‘Risk’ is derived" not in methods["Variables"]
    told = why.replace("'L", "‘L").replace("'", "’")
    assert f"‘Risk’ could not be derived: {told}." in methods["Variables"]
