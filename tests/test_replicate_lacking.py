"""Claims on a cohort that lacks columns of the plan, or beside a print that cannot be."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from analyses.derived import why_lacking
from analyses.plan import load_plan
from analyses.published.reading import load_published
from analyses.replication import claims as claiming
from analyses.replication.claims import Estimate
from analyses.running import StudyResults, run
from analyses.scene import Scene, StepNotPossible
from analyses.steps.compare import compare_step
from analyses.steps.models import univariable_and_multivariable
from analyses.steps.pictures import _present
from cohort_stats import read_cohort
from data_templates.build import HERE
from reports.replicated_claims import claim_lines, claim_table, claims_csv, shown_here


@cache
def lacking(key: str, step: str, column: str = "", constant: str = "") -> StudyResults:
    """One step on the synthetic workbook without its marks, and without a column."""
    plan = load_plan(key)
    steps = tuple(s for s in plan.file.steps if s.id == step)
    plan = replace(plan, file=plan.file.model_copy(update={"steps": steps}))
    cohort = read_cohort(HERE / f"{key}_SYNTHETIC.xlsx", plan.dictionary)
    frame = cohort.frame.drop(columns=[column] if column else [])
    if constant:
        frame[constant] = 6.0
    return run(replace(cohort, frame=frame, synthetic=False), plan)


def claimed(key: str, name: str, results: StudyResults) -> list[claiming.TestedClaim]:
    paper = load_published(key)
    (claim,) = (c for c in paper.file.claims if c.id == name)
    return list(claiming._tested(paper, claim, results))


def test_a_model_that_lost_a_covariate_says_so_and_is_not_pooled():
    whole = lacking("kim2025pni", "cox_death")
    (one,) = claimed("kim2025pni", "survival", whole)
    assert one.common is not None
    results = lacking("kim2025pni", "cox_death", "asa")
    (one,) = claimed("kim2025pni", "survival", results)
    words = "without ASA class, which the file lacks: another model"
    assert words in one.warnings
    assert one.common is None
    assert f"    Warning: {words}." in [*claim_lines(results, [one])]


def test_without_the_column_of_the_cluster_the_step_and_its_claims_say_so():
    results = lacking("kim2025sbrt", "bed3_hazard", "patient")
    words = "by which rows belong together: intervals and p take the rows as independent"
    (done,) = results.steps
    assert any(words in told for told in done.results[0].warnings)
    for one in claimed("kim2025sbrt", "bed3_hazard", results):
        assert any(words in told for told in one.warnings)
        assert one.common is None


def test_an_interval_that_does_not_hold_its_estimate_has_no_verdict():
    wrong, ours = Estimate(0.762, 0.704, 0.717), Estimate(0.9, 0.85, 0.95)
    assert wrong.contradicts_itself
    assert claiming._overlap(wrong, ours) is None
    assert claiming._pooled(wrong, ours, "auc") == (None, None)


def test_a_note_of_the_registry_stands_beside_the_verdict():
    results = lacking("jang2025", "table4")
    (one,) = claimed("jang2025", "cervical_adjusted", results)
    assert "another reference than lumbosacral" in one.notes[0]
    assert any(x.startswith("    Note: the paper may have") for x in claim_lines(results, [one]))
    assert any(one.notes[0] in note for note in claim_table([one]).notes)
    assert one.notes[0] in claims_csv([one], "")


def test_an_area_beside_a_cut_off_is_said_to_be_of_the_marker_and_shares_are_in_percent():
    results = lacking("kim2025pni", "walking_group")
    area, sensitivity, _ = claimed("kim2025pni", "group_walking", results)
    assert area.notes == (
        "the AUC is that of the marker over all its values, whatever the cut-off",
    )
    assert sensitivity.notes == ()
    assert shown_here(sensitivity).endswith("%)")
    printed = replace(sensitivity, text="69.6%", ours=Estimate(0.44))
    assert shown_here(printed) == "44.0%"
    assert shown_here(replace(printed, text="0.696")) == "0.440"


def test_why_a_step_gave_no_number_is_said_in_plain_words():
    results = lacking("kim2025pni", "cox_36_1", constant="albumin")
    whys = {one.why_not for one in claimed("kim2025pni", "cutoff_walking_hazard", results)}
    (why,) = whys
    assert "in every patient" in why
    assert "parts" not in why


def test_a_step_without_any_of_its_variables_names_them():
    plan = load_plan("kim2025pni")
    cohort = read_cohort(HERE / "kim2025pni_SYNTHETIC.xlsx", plan.dictionary)
    scene = Scene(cohort.frame[["id"]], cohort.dictionary, plan)
    step = next(s for s in plan.file.steps if s.kind == "compare")
    with pytest.raises(
        StepNotPossible,
        match=f"none of its variables: {re.escape(scene.label(step.rows[0].variable))}",
    ):
        compare_step(step, scene)
    labels = [scene.label(name) for name in ("sex", "asa")]
    with pytest.raises(StepNotPossible, match=f"none of its variables: {', '.join(labels)}$"):
        _present(("sex", "asa"), scene)
    step = next(s for s in plan.file.steps if s.id == "cox_36_1")
    labels = [scene.label(c.variable) for c in step.covariates]
    with pytest.raises(StepNotPossible) as found:
        univariable_and_multivariable(step, scene, lambda covariates: None)
    assert str(found.value) == f"the cohort holds none of its covariates: {', '.join(labels)}"


def test_two_variables_with_one_label_are_told_apart_by_name():
    plan = load_plan("kim2025pni")
    cohort = read_cohort(HERE / "kim2025pni_SYNTHETIC.xlsx", plan.dictionary)
    scene = Scene(cohort.frame.drop(columns="albumin"), cohort.dictionary, plan)
    assert "computed from 'Serum albumin'" in why_lacking(scene, "pni")
    same = replace(cohort.dictionary["albumin"], label=plan.file.derived["pni"].label)
    named = {**cohort.dictionary.variables, "albumin": same}
    scene = replace(scene, dictionary=replace(cohort.dictionary, variables=named))
    assert f"'{same.label}' (albumin)" in why_lacking(scene, "pni")
