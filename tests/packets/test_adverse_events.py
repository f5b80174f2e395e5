"""The step adverse_events: counts by hand, the table, sentences, degenerate cohorts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from adverse_packet import GRADES, frame_of, patients, plan, results, view
from scipy import stats

from analyses.running import run
from cohort_stats import adverse_events
from cohort_stats.comparing.adverse_events import grades_of
from cohort_stats.problem import PlanError
from cohort_stats.results import pick
from reports.packet import render
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text
from reports.view import View

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("table", study_tables(view()), ids=lambda t: t.key)
def test_the_tables_are_as_they_were(table):
    path = GOLDEN / f"adverse_{table.key}.md"
    assert markdown(table) == path.read_text(encoding="utf-8")
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_counts_are_those_of_a_patient_by_patient_count():
    numbers = view().results.stack().query("analysis == 'harm'")
    for arm in ("Overall", "Surgery", "Radiotherapy"):
        any_, severe = [], []
        for row in patients().itertuples():
            if arm not in ("Overall", row.arm):
                continue
            nausea = np.nan if pd.isna(row.nausea) else GRADES.index(row.nausea)
            grades = [nausea, row.pain, 0]
            yes = row.leak == "Yes"
            unknown = any(np.isnan(grades))
            hit = yes or any(g >= 1 for g in grades)
            any_.append(1 if hit else None if unknown else 0)
            severe.append(1 if any(g >= 3 for g in grades) else None if unknown else 0)
        for level, found in (("any grade", any_), ("severe", severe)):
            where = {"group": arm, "term": "any event", "level": level}
            known = [f for f in found if f is not None]
            told = [pick(numbers, s, **where)["value"].item() for s in ("n", "missing", "count")]
            assert told == [len(known), len(found) - len(known), sum(known)]


def test_single_grades_are_counted_and_not_tested():
    numbers = view().results.stack().query("analysis == 'harm_each'")
    for arm in ("Overall", "Surgery", "Radiotherapy"):
        mine = [r for r in patients().itertuples() if arm in ("Overall", r.arm)]
        for grade in range(1, 6):
            where = {"group": arm, "level": f"grade {grade}"}
            nausea = sum(r.nausea == GRADES[grade] for r in mine)
            pain = sum(r.pain == grade for r in mine)
            told = [
                pick(numbers, "count", term=t, **where)["value"].item() for t in ("nausea", "pain")
            ]
            assert told == [nausea, pain]
    assert (
        pick(numbers, "count", term="nausea", level="grade 5", group="Overall")["value"].item() > 0
    )
    single = numbers[numbers["level"].str.startswith("grade ")]
    assert set(single["statistic"]) == {"n", "missing", "count", "percent"}
    assert set(single["term"]) == {"nausea", "pain"}


def test_p_is_that_of_the_counts():
    numbers = view().results.stack().query("analysis == 'harm' and term == 'pain'")
    of = {
        (s, g): pick(numbers, s, group=g, level="any grade")["value"].item()
        for s in ("n", "count")
        for g in ("Surgery", "Radiotherapy")
    }
    table = [[of["count", g], of["n", g] - of["count", g]] for g in ("Surgery", "Radiotherapy")]
    p = pick(numbers, "p", level="any grade")["value"].item()
    assert p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-12)


def test_the_second_opinion_agrees():
    found = run(view().results.cohort, plan(), cross_check=True).cross_check.compared
    found = found["adverse_events"]
    assert len(found) >= 5
    assert all(one.ours == pytest.approx(one.theirs, rel=1e-9) for one in found)


def test_sentences_and_methods_carry_the_numbers():
    words = dict(results_text(view()))
    assert words["Adverse events by arm"].startswith("Any adverse event of any grade was recorded")
    assert "with arm ‘Surgery’" in words["Adverse events by arm"]
    assert "Grade 2 or higher was reached in" in words["Adverse events of grade 2 or higher"]
    methods = " ".join(words for _, words in methods_text(view()))
    assert "by Pearson’s chi-square test or, where an expected count is below 5" in methods
    told = [w for done in view().results.steps for r in done.results for w in r.warnings]
    assert told == ["no value in the cohort file, and so in no count: Rash"]


@pytest.mark.parametrize("arms", [2, 1])
@pytest.mark.parametrize("n", [3, 1])
def test_a_small_cohort_in_which_nobody_had_an_event(n, arms, tmp_path):
    none = {"nausea": pd.Categorical(["None"] * n, GRADES, ordered=True), "pain": 0.0}
    none["leak"] = pd.Categorical(["No"] * n, ["No", "Yes"])
    labels = (["Surgery", "Radiotherapy"][:arms] * n)[:n]
    none["arm"] = pd.Categorical(labels, ["Surgery", "Radiotherapy"])
    found = results(frame_of(none, n))
    done = {one.step.id for one in found.steps}
    assert ("harm" in done) is (min(n, arms) > 1)  # as with compare, one group is no comparison
    table = study_tables(View(found))[0]
    assert {str(row.cells[1]) for row in table.rows} == {"0 (0%)"}
    render(found, tmp_path / "packet")


def test_a_cohort_in_which_nothing_is_known_says_why():
    unknown = {"nausea": pd.Categorical([None] * 9, GRADES, ordered=True), "pain": np.nan}
    unknown |= {"leak": pd.Categorical([None] * 9, ["No", "Yes"])}
    unknown |= {"fatal": unknown["nausea"]}
    found = results(frame_of(unknown, 9))
    assert found.not_done
    assert all("holds none of its variables: " in one.reason for one in found.not_done)


def test_numbers_that_are_no_grades_are_refused():
    found = results(frame_of({"pain": [0.0, 6.0, 1.0]}, 3))
    assert "'Pain' holds 6, no grade from 0 to 5" in {one.reason for one in found.not_done}


@pytest.mark.parametrize(
    ("labels", "grades"),
    [
        (["None", "Grade 1", "Grade 2"], (0, 1, 2)),
        (["0", "I", "II", "III", "IV", "V"], (0, 1, 2, 3, 4, 5)),
        (["0", "1", "4"], (0, 1, 4)),
        (["Grade 1", "Grade 2"], None),
        (["None", "Mild", "Severe"], None),
        (["0", "1–2", "3–4"], None),
        (["0", "2", "1"], None),
        (["0", "1", "10"], None),
        ([], None),
    ],
)
def test_grades_in_the_names_of_levels(labels, grades):
    assert grades_of(labels) == grades


def test_a_plan_whose_events_are_no_grades_is_refused():
    with pytest.raises(PlanError) as caught:
        plan(events=["arm", "naussea"], severe=7)
    assert "severe" in str(caught.value)
    with pytest.raises(PlanError) as caught:
        plan(events=["arm", "naussea"])
    told = str(caught.value)
    assert "steps[1] (harm).events[1]" in told
    assert "type 'category'" in told
    assert "nausea" in told


def test_a_programmer_is_told_what_is_wrong():
    known = {"a": np.array([0.0, 1.0])}
    with pytest.raises(ValueError, match="0 or 1"):
        adverse_events({"a": np.array([0.0, 2.0])}, ungraded=["a"])
    with pytest.raises(ValueError, match="whole numbers from 0 to 5; got 0.5"):
        adverse_events({"a": np.array([0.5])})
    with pytest.raises(ValueError, match="ungraded"):
        adverse_events(known, ungraded=["b"])
    with pytest.raises(ValueError, match="got none"):
        adverse_events({})
    assert adverse_events(known).value("count", level="any grade", group="Overall") == 1
