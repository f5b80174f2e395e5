"""A run beside what lifelines, statsmodels and scikit-learn make of it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pbc_year
import pytest
from competing_plan import results as competing
from pooling_plan import plan_with, studies
from pooling_plan import results_of as pooled

from analyses.cross_check.checking import NONE, OPINIONS, Checking
from analyses.cross_check.findings import AGREES, DIFFERS, EXPLAINED, Compared
from analyses.plan import load_plan
from analyses.running import run
from analyses.schema.steps import KINDS
from cohort_stats import read_cohort
from cohort_stats.conventions import PRESETS
from data_templates.gbsg2 import write_gbsg2
from reports.cross_check import cross_check_lines
from reports.packet import render

pytestmark = pytest.mark.filterwarnings("default")


def differing(check) -> list[Compared]:
    return [one for all_ in check.compared.values() for one in all_ if one.verdict == DIFFERS]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    path = write_gbsg2(tmp_path_factory.mktemp("gbsg2") / "cohort.xlsx")
    plan = load_plan("gbsg2")
    return read_cohort(path, plan.dictionary)


@pytest.mark.parametrize("preset", ["recommended", "r", "spss", "stata"])
def test_every_number_of_a_study_agrees_or_is_explained(cohort, preset):
    plan = replace(load_plan("gbsg2"), conventions=PRESETS[preset])
    check = run(cohort, plan, cross_check=True).cross_check
    assert differing(check) == []
    assert {f.name for f in check.families()} == {
        "compare",
        "kaplan_meier",
        "cox",
        "logistic",
        "roc",
    }
    assert len(check) > 120
    assert max(f.largest for f in check.families()) < 1e-5
    assert check.without == {"matching": NONE["match"]}


def test_the_packet_says_what_was_recomputed(cohort, tmp_path):
    results = run(cohort, load_plan("gbsg2"), cross_check=True)
    render(results, tmp_path / "packet")
    table = pd.read_csv(tmp_path / "packet" / "cross_check.csv", keep_default_na=False)
    assert len(table) == len(results.cross_check)
    assert set(table["verdict"]) == {AGREES, EXPLAINED}
    assert (table.loc[table["verdict"] == EXPLAINED, "why"] != "").all()
    record = json.loads((tmp_path / "packet" / "run.json").read_text(encoding="utf-8"))[
        "cross_check"
    ]
    assert record["compared"] == len(table)
    assert record["not_explained"] == []
    assert "cross_check.csv" in json.loads((tmp_path / "packet" / "run.json").read_text())["files"]
    said = list(cross_check_lines(results.cross_check))
    assert said[0] == f"Cross-check: {len(table)} numbers recomputed by other programs."
    assert any("matched sets" in line for line in said)


def test_a_wrong_number_is_found(cohort):
    plan = load_plan("gbsg2")
    results = run(cohort, plan, cross_check=True)
    done = next(s for s in results.steps if s.step.kind == "roc")
    wrong = done.results[0].numbers.copy()
    wrong.loc[wrong["statistic"] == "auc", "value"] += 0.001
    from analyses.scene import Scene

    checking = Checking()
    scene = Scene(results.cohort.frame, results.cohort.dictionary, plan)
    checking(done.step, scene, (replace(done.results[0], numbers=wrong),))
    (found,) = differing(checking.found())
    assert (found.statistic, round(found.difference, 4)) == ("auc", 0.0015)
    assert "NOT EXPLAINED" in "\n".join(cross_check_lines(checking.found()))


def test_changes_proportions_competing_events_and_pooled_studies_agree():
    checked = []
    before_and_after = pbc_year.results_of(pbc_year.patients(), pbc_year.plan())
    for results in (competing(), pooled(plan_with(), studies()), before_and_after):
        again = run(results.cohort, results.plan, cross_check=True)
        checked.append(again.cross_check)
    kinds = {f.name for check in checked for f in check.families()}
    assert {"cumulative_incidence", "pool", "paired", "transition", "proportion"} <= kinds
    for check in checked:
        assert differing(check) == []


def test_every_kind_of_step_has_an_opinion_or_a_reason():
    assert set(KINDS) == set(OPINIONS) | set(NONE)
    assert not set(OPINIONS) & set(NONE)


def test_nothing_of_the_other_programs_is_imported_without_being_asked():
    code = (
        "import sys, analyses.running, analyses.cross_check.checking, reports.cli\n"
        "print([m for m in ('lifelines', 'statsmodels', 'sklearn') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("ours", "theirs", "statistic", "wanted"),
    [(1.0, 1.0, "x", 0), (2.0, 1.0, "x", 0.5), (1e-9, 2e-9, "p", 1e-9), (np.nan, np.nan, "x", 0),
     (np.nan, 1.0, "x", np.inf), (np.inf, np.inf, "x", 0)],
)  # fmt: skip
def test_how_far_two_numbers_are_apart(ours, theirs, statistic, wanted):
    assert Compared("a", statistic, "b", ours, theirs).difference == pytest.approx(wanted)
