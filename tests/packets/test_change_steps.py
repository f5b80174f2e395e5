"""The steps paired, transition and proportion: from the plan to tables and sentences."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pbc_year import PLAN, patients, plan, results_of, view

from analyses.plan import PlanError, plan_from
from cohort_stats import compare_paired
from cohort_stats.results import pick
from reports.figures import study_figures
from reports.packet import render
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text
from reports.view import View

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("table", study_tables(view()), ids=lambda t: t.key)
def test_the_tables_are_as_they_were(table):
    path = GOLDEN / f"pbc_{table.key}.md"
    assert markdown(table) == path.read_text(encoding="utf-8")


def test_every_row_has_a_cell_for_each_column():
    for table in study_tables(view()):
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_the_sentences_say_what_the_tables_say():
    words = dict(results_text(view()))
    assert set(words) == {"Patients", *(s.step.title for s in view().results.steps)}
    year = words["Changes within a year"]
    assert "Albumin (g/dL): the mean change was −0.06, 95% CI −0.13 to 0.00" in year
    assert "Edema: 188 of 241 patients did not change (Stuart–Maxwell test, p = 0.028)" in year
    assert (
        "a difference of 2.5 percentage points, 95% CI −3.7 to 8.7 (no clear change was seen: "
        "McNemar’s test (exact), p = 0.512)" in year
    )
    stage = words["Stage within a year, by arm"]
    assert (
        "9 (7.0%) of 128 patients with arm ‘Placebo’ improved, 82 (64.1%) were unchanged" in stage
    )
    assert "Between groups, no clear difference was seen (chi-square test, p = 0.231)." in stage
    liver = words["Enlarged liver at one year, by arm"]
    assert "71 of 128 patients with arm ‘Placebo’ (55.5%, 95% CI 46.8–63.8%)" in liver
    methods = " ".join(words for _, words in methods_text(view()))
    assert "Changes within patients were tested" in methods


def test_a_variable_has_the_same_decimals_before_and_after_in_tables_and_histograms():
    """Of those on placebo bilirubin hardly varies, and would be told with two decimals."""
    frame = patients()
    placebo = frame["arm"] == "Placebo"
    for end in ("_0", "_1"):
        frame.loc[placebo, f"bilirubin{end}"] = 1 + frame.loc[placebo, f"bilirubin{end}"] / 100
    pair = '{ before = "bilirubin_0", after = "bilirubin_1", label = "Bilirubin" },'
    by_arm = '{ before = "albumin_0", after = "albumin_1", label = "Albumin" },'
    histogram = """[[steps]]
id = "drawn"
kind = "distribution"
title = "Bilirubin"
variables = ["bilirubin_0"]
by = "arm"

[[steps]]
id = "stage"
kind = "transition\""""
    study = plan_from(
        tomllib.loads(
            PLAN.replace(by_arm, pair).replace(
                '[[steps]]\nid = "stage"\nkind = "transition"', histogram
            )
        )
    )
    shown = View(results_of(frame, study))
    table = next(t for t in study_tables(shown) if t.key == "year_by_arm")
    cells = [str(cell) for row in table.rows[1:4] for cell in row.cells[2:4]]
    assert {re.sub(r"\d+", "0", cell) for cell in cells} == {"0.0 (0.0–0.0)"}
    drawn = next(d for d in study_figures(shown) if d.key == "drawn")
    headings = [axes.get_title(loc="left") for axes in drawn.figure.axes]
    assert headings[0].endswith(f"median {cells[2].partition(' ')[0]} (dashed)")


def test_a_step_says_what_the_verb_says():
    frame = patients()
    numbers = view().results.stack()
    alone = compare_paired(frame["albumin_0"], frame["albumin_1"], summary="mean")
    analysis = numbers.query("analysis == 'year/albumin_0/albumin_1'")
    assert pick(analysis, "p")["value"].item() == alone.value("p")
    keys = ["analysis", "group", "term", "level", "time", "statistic"]
    assert not numbers.duplicated(keys).any()


def test_the_whole_packet_is_written(tmp_path):
    packet = render(view().results, tmp_path / "packet")
    assert packet.tables == 4
    report = (tmp_path / "packet" / "report.html").read_text(encoding="utf-8")
    for words in ("Between groups", "McNemar’s test (exact)", "Interval of a risk difference"):
        assert words in report


def test_a_transition_may_be_on_whole_numbers_and_by_ranks():
    study = plan('better = "low"\nby = "arm"', 'better = "high"\nby = "arm"\ntest = "ranks"')
    for end in ("0", "1"):
        assert f"stage_{end}" in study.dictionary
    numbers = results_of(patients(), study).stack().query("analysis == 'stage'")
    between = numbers.query("group == '' and statistic == 'p'")
    assert between["method"].item() == "Mann–Whitney U test"
    improved = pick(numbers, "count", group="Overall", term="change", level="improved")
    assert improved["value"].item() == 63


def test_absent_columns_are_named():
    results = results_of(patients().drop(columns=["albumin_1", "stage_0"]), plan())
    reasons = {n.step.id: n.reason for n in results.not_done}
    assert reasons["stage"] == "the cohort holds no value of 'Stage at entry' (before)"
    warnings = [w for done in results.steps for r in done.results for w in r.warnings]
    assert "no value in the cohort file: Albumin at one year, Stage at entry" in warnings
    tables = {t.key: markdown(t) for t in study_tables(View(results))}
    assert "Albumin" not in tables["year"]
    nothing = results_of(
        patients()[["id", "arm", "albumin_0", "bilirubin_0", "stage_0", "edema_0", "liver_0"]],
        plan(),
    )
    reasons = {n.step.id: n.reason for n in nothing.not_done}
    assert reasons["year"] == "the cohort holds none of its pairs of variables"


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_tiny_cohorts_never_crash(n):
    results = results_of(patients().head(n), plan())
    shown = View(results)
    for table in study_tables(shown):
        assert "nan" not in markdown(table)
    assert all("nan" not in words for _, words in results_text(shown))


def test_patients_who_did_not_change():
    frame = patients()
    for name in ("albumin", "bilirubin", "stage", "edema", "liver"):
        frame[f"{name}_1"] = frame[f"{name}_0"]
    shown = View(results_of(frame, plan()))
    words = dict(results_text(shown))
    assert "(not tested)" in words["Changes within a year"]
    warnings = [w for done in shown.results.steps for r in done.results for w in r.warnings]
    assert "`stage_0`: Wilcoxon signed rank test not done: no patient changed" in warnings
    assert "between groups: chi-square test not done: all patients are at one level" in warnings


WRONG = [
    (
        'before = "stage_0"\nafter = "stage_1"',
        'before = "albumin_0"\nafter = "albumin_1"',
        "steps[3] (stage).before",
        "an ordered category, yes/no or a whole number",
    ),
    (
        'before = "stage_0"\nafter = "stage_1"',
        'before = "edema_0"\nafter = "edema_1"',
        "steps[3] (stage).before",
        "an ordered category, yes/no or a whole number",
    ),
    (
        'after = "stage_1"\nbetter',
        'after = "edema_1"\nbetter',
        "steps[3] (stage).after",
        "the levels of 'stage_0': 1, 2, 3, 4",
    ),
    (
        'after = "stage_1"\nbetter',
        'after = "stage_0"\nbetter',
        "steps[3] (stage).after",
        "another variable than before",
    ),
    (
        'after = "stage_1"\nbetter',
        'after = "stage_2"\nbetter',
        "steps[3] (stage).after",
        "variable",
    ),
    ('better = "low"', 'better = "up"', "steps[3] (stage).better", "one of"),
    (
        'after = "albumin_1", label',
        'after = "stage_1", label',
        "steps[1] (year).pairs[1].after",
        "a number, as 'albumin_0'",
    ),
    (
        'label = "Albumin", summary = "mean"',
        'label = "Albumin", test = "counts"',
        "steps[1] (year).pairs[1].test",
        "'means' or 'ranks' for a number",
    ),
    (
        'label = "Edema"',
        'test = "ranks"',
        "steps[1] (year).pairs[4].test",
        "'counts' or 'symmetry' for levels without an order",
    ),
    (
        'label = "Enlarged liver"',
        'test = "means"',
        "steps[1] (year).pairs[5].test",
        "'ranks', 'counts' or 'symmetry' for a category",
    ),
    (
        'after = "bilirubin_1" }',
        'after = "albumin_1" }',
        "steps[1] (year).pairs[2].after",
        "the unit of 'bilirubin_0', mg/dL",
    ),
    (
        '{ before = "bilirubin_0", after = "bilirubin_1" }',
        '{ before = "albumin_0", after = "albumin_1" }',
        "steps[1] (year).pairs[2]",
        "each pair only once",
    ),
    ('before = "liver_0"', 'before = "id"', "steps[1] (year).pairs[5].before", "a number or a cat"),
    ('outcome = "liver_1"', 'outcome = "stage_1"', "steps[4] (liver).outcome", "a comparison"),
    ("pairs = [", "pair = [", "steps[1] (year).pair", "pairs"),
]


@pytest.mark.parametrize(("old", "new", "where", "expected"), WRONG)
def test_mistakes_of_the_plan(old, new, where, expected):
    with pytest.raises(PlanError) as caught:
        plan(old, new)
    found = [str(p) for p in caught.value.problems]
    assert any(line.startswith(where) and expected in line for line in found), found


def test_numbers_that_take_too_many_values_for_a_table():
    frame = patients()
    frame["platelets_0"], frame["platelets_1"] = np.arange(241.0), np.arange(241.0)
    counted = "\n".join(
        f'[variables.platelets_{k}]\nlabel = "Platelets {k}"\ntype = "integer"\n' for k in "01"
    )
    study = plan(
        '[[steps]]\nid = "year"\n',
        counted + '\n[[steps]]\nid = "many"\nkind = "transition"\ntitle = "Many"\n'
        'before = "platelets_0"\nafter = "platelets_1"\nbetter = "high"\n\n'
        '[[steps]]\nid = "year"\n',
    )
    reasons = {n.step.id: n.reason for n in results_of(frame, study).not_done}
    assert reasons["many"] == "'Platelets 0' takes 241 values, more than a table can show"
    frame["platelets_0"] = pd.Series(np.arange(241) % 3, dtype="Int64")
    frame["platelets_1"] = pd.Series((np.arange(241) + 1) % 3, dtype="Int64").mask(frame.index < 5)
    results = results_of(frame, study)
    assert not results.not_done
    numbers = results.stack().query("analysis == 'many'")
    assert pick(numbers, "n", group="Overall")["value"].item() == 236
