"""Every study with a registry, whole: printed numbers, synthetic cohort, plan, claims."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from analyses.plan import STUDIES, load_plan, study_keys
from analyses.published.reading import load_published, published_keys
from analyses.replication import claims as claiming
from analyses.replication.findings import findings
from analyses.running import StudyResults, run
from cohort_stats import read_cohort
from data_templates.build import HERE
from data_templates.margins import Margins
from data_templates.synthetic import CELL, synthetic_cohort
from reports.figures.roc import roc_plot
from reports.sentences.discrimination import roc_text
from reports.syntax.r.markers import roc_r
from reports.syntax.study import Study
from reports.tables.roc import roc_table
from reports.text import results_text
from reports.view import View
from reports.wording import typographic

KEYS = published_keys()
DRAWN = [k for k in KEYS if k in study_keys() and load_published(k).file.simulate is not None]


@cache
def results(key: str) -> StudyResults:
    plan = load_plan(key)
    return run(read_cohort(HERE / f"{key}_SYNTHETIC.xlsx", plan.dictionary), plan)


def claims(key: str) -> list[claiming.TestedClaim]:
    return claiming.tested_claims(load_published(key), results(key))


@pytest.mark.parametrize("key", KEYS)
def test_printed_numbers_are_recomputed(key):
    paper = load_published(key)
    found = findings(paper)
    assert len(found) > 0
    assert all(one.outcome.how for one in found)
    assert {one.place for one in found} <= {v.place for v in paper.values.values()} | {"group"}


@pytest.mark.parametrize("key", DRAWN)
def test_printed_margins_hold_in_the_synthetic_cohort(key):
    paper, plan = load_published(key), load_plan(key)
    frame = synthetic_cohort(paper, plan, with_cells=True)
    margins = Margins(paper)
    assert frame[CELL].value_counts().to_dict() == margins.sizes
    for name, row in margins.drawn(plan.dictionary).items():
        only = margins.section.variables.get(name)
        own_counts = {} if only is None else only.counts | only.mean
        for cell in margins.sizes:
            if cell in own_counts or not margins.is_printed(cell):
                continue
            own = frame.loc[frame[CELL] == cell, name].dropna()
            if margins.has_moments(row):
                moments = margins.moments(row, cell)
                assert moments.mean.covers(own.mean()), (name, cell)
                assert moments.sd.covers(own.std()), (name, cell)
            elif row.levels:
                counts = [n for n in margins.counts(row, cell).values() if n]
                assert sorted(own.value_counts()) == sorted(counts), (name, cell)
            else:
                yes = only.counted if only is not None and only.counted else "Yes"
                assert (own == yes).sum() == margins.counts(row, cell)[""], (name, cell)


def test_what_is_drawn_for_each_patient_is_the_same_for_all_lesions():
    paper, plan = load_published("kim2025sbrt"), load_plan("kim2025sbrt")
    frame = synthetic_cohort(paper, plan, 5)
    of_patients = ["age", "sex", "ecog", "bmi", "follow_up", "died"]
    assert (frame.groupby("patient")[of_patients].nunique() == 1).all(axis=None)
    first = frame[frame["lesion_number"] == 1]
    assert first["patient"].is_unique
    assert first["sex"].value_counts().to_dict() == {"Male": 134, "Female": 45}
    # Survival by the level of another column: single and multiple segments, lytic or mixed.
    worse = frame[frame["segments"] > 1]["local_recurrence"].eq("Yes").mean()
    assert worse > frame[frame["segments"] == 1]["local_recurrence"].eq("Yes").mean()


def test_the_range_of_a_median_is_no_interval_of_it():
    found = {one.claim.id: one for one in claims("kim2025sbrt")}
    assert (found["os"].printed.value, found["os"].text) == (17.3, "17.3 (3.0–39.6)")
    assert math.isnan(found["os"].printed.low)
    assert found["segments"].printed.low == 1.228


def test_rows_that_are_lesions_are_called_so():
    view = View(results("kim2025sbrt"))
    assert (view.counted(1), view.counted(2)) == ("1 lesion", "2 lesions")
    told = dict(results_text(view))
    assert told["Lesions"].startswith("Of 217 lesions: bone agent 45 (20.7%)")
    assert "4 of 217 lesions (1.8%)" in told["Acute toxicity"]
    for step in (s.step for s in results("kim2025sbrt").steps if s.step.kind == "logistic"):
        assert " in the lesions that made the model" in told[typographic(step.title)]


@pytest.mark.parametrize("key", DRAWN)
def test_another_seed_gives_other_patients_and_the_same_gives_the_same(key):
    paper, plan = load_published(key), load_plan(key)
    first, again, other = (synthetic_cohort(paper, plan, seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_dates_are_days_since_a_date_or_since_another_date():
    frame = synthetic_cohort(load_published("kwon2026"), load_plan("kwon2026"), with_cells=True)
    assert frame["diagnosis"].min() >= pd.Timestamp("2021-01-01")
    waited = (frame["weakness_onset"] - frame["diagnosis"]).dt.days.dropna()
    assert (len(waited), f"{waited.mean():.1f}", f"{waited.std():.0f}") == (30, "17.2", "14")
    assert (frame["pain_onset"].isna() | (frame["pain_onset"] < frame["treatment_start"])).all()


def test_counts_beside_a_row_are_of_the_cells_that_it_does_not_print():
    frame = synthetic_cohort(load_published("kwon2026"), load_plan("kwon2026"), with_cells=True)
    men = (frame["sex"] == "Male").groupby(frame[CELL]).sum()
    assert men.to_dict() == {"rt": 34, "surgery": 48, "chemo": 3, "conservative": 9}


@pytest.mark.parametrize("key", DRAWN)
def test_the_plan_runs_on_the_synthetic_cohort(key):
    done = results(key)
    assert done.cohort.synthetic
    assert [f"{n.step.id}: {n.reason}" for n in done.not_done] == []


@pytest.mark.parametrize("key", DRAWN)
def test_every_claim_finds_its_number(key):
    for one in claims(key):
        assert one.why_not == "", (one.claim.id, one.statistic)
        assert math.isfinite(one.ours.value)
        assert math.isfinite(one.printed.value) == bool(one.text)


@pytest.mark.parametrize(
    ("key", "cutoff", "sign"),
    [
        ("kim2025pni", "42.8", "≥"), ("kim2025pni", "36.1", "≥"), ("kim2025pni", "42.0", "≥"),
        ("lee2024", "127.27", "<"), ("kang2024", "13", "≥"), ("kim2025sbrt", "104", "≥"),
    ],
)  # fmt: skip
def test_a_published_cut_off_is_applied_with_all_four_measures(key, cutoff, sign):
    plan = load_plan(key)
    steps = [s for s in plan.file.steps if s.kind == "roc" and s.cutoff == float(cutoff)]
    # Positive are those whose group the hazard ratio beside it takes.
    assert {s.sign_of(s.marked[0]) for s in steps} == {sign}
    fixed = {s.id for s in steps}
    halves = {
        name for name, d in plan.file.derived.items()
        if d.cut is not None and d.cut.at == (float(cutoff),)
    }  # fmt: skip
    mine = [one for one in claims(key) if one.claim.step in fixed or one.claim.term in halves]
    assert {one.statistic for one in mine} >= {"sensitivity", "specificity", "auc", "hazard_ratio"}
    assert all(one.same_direction is not None for one in mine if one.statistic == "hazard_ratio")


def test_a_sins_of_13_is_positive_as_in_the_papers_groups():
    stacked = results("kang2024").stack()
    mine = stacked[stacked["analysis"] == "sins_published"]
    positive = mine.loc[mine["statistic"].isin(["true_positive", "false_positive"]), "value"]
    assert positive.sum() == (results("kang2024").cohort.frame["sins"] >= 13).sum() == 35


def test_a_cut_off_that_is_positive_itself_is_written_so_everywhere():
    view = View(results("kang2024"))
    (step,) = (d.step for d in results("kang2024").steps if d.step.id == "sins_published")
    assert "A cut-off of ≥ 13, given from outside" in roc_text(step, view)
    (row,) = (r for r in roc_table(step, view).rows if "Cut-off" in str(r.cells[0]))
    assert "≥" in str(row.cells[0])
    assert "cut-off ≥ 13" in roc_plot(step, view).alt
    assert any("at = TRUE" in line for line in roc_r(step, Study(view)))


@pytest.mark.parametrize("key", DRAWN)
def test_a_cohort_that_lacks_columns_runs_what_it_can(key):
    plan = load_plan(key)
    whole = read_cohort(HERE / f"{key}_SYNTHETIC.xlsx", plan.dictionary)
    kept = [*whole.frame.columns[: 1 + len(whole.frame.columns) // 3]]
    cohort = replace(whole, frame=whole.frame[kept])
    results = run(cohort, plan)
    assert len(results.steps) + len(results.not_done) == len(plan.file.steps)
    assert results.not_done
    assert all(left.reason for left in results.not_done)


@pytest.mark.parametrize("key", published_keys())
def test_the_list_of_studies_has_every_table_and_figure_of_each(key):
    own = (STUDIES / key / "README.md").read_text(encoding="utf-8")
    listed = (STUDIES / "README.md").read_text(encoding="utf-8")
    rows = own.partition("| paper | step | output")[2].partition("\n\n")[0].splitlines()[2:]
    assert rows
    for row in rows:
        paper, step, output = (cell.strip() for cell in row.split("|")[1:4])
        assert f"| {key} | {paper} | {step} | {output} |" in listed
