"""Subgroup analyses: as R has them, in table, figure and sentence; and where they cannot be had."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from subgroups_packet import plan, view

from analyses.plan import PlanError
from analyses.running import run
from cohort_stats.comparing.groups import OVERALL
from reports.figures import study_figures
from reports.sentences import step_sentences
from reports.tables.subgroups import subgroups_table
from reports.view import View

R_VALUES = Path(__file__).parent.parent / "reference" / "subgroups.json"
DRAWINGS = {d.key: d for d in study_figures(view())}
RATIO = {"cox": "hazard_ratio", "logistic": "odds_ratio"}
TERMS = {"menostat": "menopause", "tgrade": "grade"}
LEVELS = {"Pre": "Premenopausal", "Post": "Postmenopausal"}
LONE = """
[[steps]]
id = "lone"
kind = "subgroups"
title = "Lone"
endpoint = "rfs"
exposure = "hormone"
by = ["grade"]
"""


def step(key: str):
    (found,) = (d.step for d in view().results.steps if d.step.id == key)
    return found


@pytest.mark.parametrize("kind", RATIO)
def test_effects_and_interactions_are_those_of_r(kind):
    wanted = json.loads(R_VALUES.read_text(encoding="utf-8"))[kind]["values"]
    numbers = view().numbers(kind)
    places = [("", OVERALL, wanted["all"])]
    places += [
        (TERMS[by], LEVELS.get(level, level), effect)
        for by in TERMS for level, effect in wanted[by]["levels"].items()
    ]  # fmt: skip
    for term, group, effect in places:
        for statistic in ("n", "events"):
            assert numbers.get(statistic, term=term, group=group) == effect[statistic]
        found = numbers.triple(RATIO[kind], term=term, group=group, level="Yes")
        assert found[0] == pytest.approx(effect["ratio"], rel=1e-7)
        if kind == "cox":  # of the logistic model R's limits are Wald's here, ours are profiled
            assert found[1:] == pytest.approx((effect["low"], effect["high"]), rel=1e-7)
    for by, term in TERMS.items():
        chi_square = numbers.get("term_lr_chi_square", term=term)
        assert chi_square == pytest.approx(wanted[by]["chi_square"], rel=1e-6)
        assert numbers.get("term_lr_df", term=term) == wanted[by]["df"]
        assert numbers.get("term_lr_p", term=term) == pytest.approx(wanted[by]["p"], rel=1e-6)


def test_the_table_has_a_row_for_all_each_variable_and_each_level():
    table = subgroups_table(step("within"), view())
    labels = [row.cells[0].values[0] for row in table.rows]
    assert labels[:4] == ["All patients", "Menopausal status", "Premenopausal", "Postmenopausal"]
    assert [row.heading for row in table.rows[:4]] == [False, True, False, False]
    assert table.columns[-1].label == "p for interaction"


def test_the_figure_has_each_ratio_at_its_place():
    (axes,) = DRAWINGS["within"].figure.axes
    assert re.search(r"^All patients: HR 0\.\d\d .*, \d+/686$", DRAWINGS["within"].spots[0].words)
    drawn = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "s"]
    frame = view().numbers("within").frame
    assert drawn == list(frame.loc[frame["statistic"] == "hazard_ratio", "value"])
    words = [t.get_text() for t in axes.texts]
    assert {"299/686", "p for\ninteraction", "0.891"} <= {*words}
    assert "interaction p = 0.891" in DRAWINGS["within"].alt


def test_the_sentence_claims_no_difference():
    words = step_sentences(step("within"), view())
    assert words.startswith("In all patients, the hazard ratio was 0.69")
    assert "menopausal status (p = 0.891)" in words


def test_a_subgroup_in_which_nothing_can_be_estimated_is_told():
    base = view().results
    frame = base.cohort.frame.copy()
    frame.loc[frame["grade"] == "I", "recurrence"] = "No"
    found = View(run(replace(base.cohort, frame=frame), plan(LONE)))
    (done,) = found.results.steps
    assert any("no ratio within `grade`, I" in w for w in done.results[0].warnings)
    table = subgroups_table(done.step, found)
    assert len(table.rows) == 5
    (reason,) = [n for n in table.notes if n.startswith("Interaction with")]
    assert reason == (
        "Interaction with tumour grade not tested: in some combinations of the two all events lie "
        "on one side, so that the model has no finite estimates."
    )
    assert step_sentences(done.step, found).endswith(reason)
    told = [*done.results[0].warnings, reason]
    assert not [w for w in told if "Firth" in w or "fewer than ten" in w or "`" in reason]
    assert [d.key for d in study_figures(found)] == ["lone"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('endpoint = "rfs"', "", "one of the two"),
        ('by = ["grade"]', 'by = ["hormone"]', "other than the exposure"),
        ('by = ["grade"]', 'by = ["age"]', "age"),
        ('endpoint = "rfs"', 'endpoint = "os"', "os"),
    ],
)
def test_words_that_cannot_be_are_refused(old, new, told):
    with pytest.raises(PlanError, match=told):
        plan(LONE.replace(old, new))
