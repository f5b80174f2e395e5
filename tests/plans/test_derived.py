"""Derived variables of a plan: what each kind gives, whom it refuses, and mistakes in a plan."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_plan
from derived_plan import PLAN, cohort, patients, plan_with

from analyses.derived_order import behind, in_order
from analyses.plan import STUDIES, plan_from
from analyses.running import StudyResults, run
from analyses.schema.derived import KINDS, DerivedSection
from cohort_stats.problem import PlanError
from cohort_stats.results import pick
from cohort_stats.scores.catalogue import CATALOGUE
from cohort_stats.validation import read_cohort
from reports.derived import refusals
from reports.packet import render
from reports.table import markdown
from reports.tables.derived import derived_table
from reports.text import methods_text
from reports.view import View

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def results() -> StudyResults:
    plan = plan_with()
    return run(cohort(plan, patients()), plan)


GAP = None
#: Derived variable -> what the five patients get; None is missing.
VALUES = {
    "months": [182 / 30.4375, 731 / 30.4375, 517 / 30.4375, 60 / 30.4375, GAP],
    "dead_year": ["Yes", "No", "No", GAP, GAP],
    "ecog_class": ["0–1", "2–4", GAP, GAP, "2–4"],
    "primary": ["Lung", "Breast", "Lung", "Other", GAP],
    "strict_primary": ["Lung", "Breast", "Lung", GAP, GAP],
    "complications": [3, 0, 1, GAP, GAP],
    "two_complications": ["≥ 2", "0–1", "0–1", GAP, GAP],
    "any_complication": ["Yes", "No", "Yes", GAP, "Yes"],
    "every_complication": ["Yes", "No", "No", "No", GAP],
    "levels_fixed": [4, 3, 3, GAP, 6],
    "bmi": [65 / 1.7**2, 31.25, GAP, GAP, 75 / 1.8**2],
    "bmi_class": ["Normal", "Obese II", GAP, GAP, "Overweight"],
    "pni": [41, 45, GAP, 50, GAP],
    "frankel": ["Improved", "Unchanged", "Worse", GAP, "Improved"],
    "bed": [39, 14.4, GAP, GAP, 81.6],
}


@pytest.mark.parametrize("name", VALUES)
def test_every_kind_gives_what_its_words_say(results: StudyResults, name: str) -> None:
    column = results.cohort.frame[name]
    found = [None if pd.isna(value) else value for value in column]
    expected = VALUES[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        assert found == expected
    else:
        np.testing.assert_allclose(column, pd.Series(expected, dtype=float), rtol=1e-12)


def test_a_value_in_another_unit_lies_exactly_on_its_cut_off(results: StudyResults) -> None:
    """41 g/L are 4.1000000000000005 g/dL to a computer, and 45 points must not become less."""
    assert results.cohort.frame["pni"].iloc[1] == 45
    assert results.cohort.frame["bmi"].iloc[1] == 31.25


def test_new_levels_keep_the_order_in_which_they_are_written(results: StudyResults) -> None:
    frame, dictionary = results.cohort.frame, results.cohort.dictionary
    assert list(frame["primary"].cat.categories) == ["Lung", "Breast", "Other"]
    assert dictionary["ecog_class"].type == "ordered"
    assert dictionary["primary"].type == "category"
    assert dictionary["ecog_class"].labels == ("0–1", "2–4")


def test_a_variable_may_be_defined_before_the_one_it_rests_on(results: StudyResults) -> None:
    names = [one.name for one in results.derived]
    assert next(iter(results.plan.file.derived)) == "bmi_class"
    assert names.index("bmi") < names.index("bmi_class")
    assert set(behind("bmi_class", results.plan.file)) == {"bmi_class", "bmi", "weight", "height"}


def test_a_value_out_of_range_is_missing_counted_and_said_with_its_patient(
    results: StudyResults,
) -> None:
    numbers = results.stack()
    assert pick(numbers, "refused", analysis="derived", term="pni")["value"].item() == 1
    said = dict(refusals(View(results)))
    assert set(said) == {"BMI", "Primary, lung or breast", "PNI", "BED10"}
    assert said["BED10"] == (
        "missing for 1 patient of the file whose values its definition does not take: patient P3, "
        "Dose per fraction: expected a number from 0.1 to 30 Gy, found 300 (looks like cGy: divide "
        "by 100)"
    )
    assert "found 3.8 g/l, which is 0.38 g/dL" in said["PNI"]
    assert "found 'thymus'" in said["Primary, lung or breast"]


def test_only_a_few_refused_values_are_listed() -> None:
    plan, frame = plan_with(), patients()
    many = pd.concat([frame.assign(dose=300.0)] * 4, ignore_index=True)
    many["id"] = [f"P{i}" for i in range(len(many))]
    words = dict(refusals(View(run(cohort(plan, many), plan))))["BED10"]
    assert words.startswith("missing for 20 patients")
    assert words.endswith("; and 17 more")
    assert words.count("patient P") == 3


def test_known_missing_and_refused_are_numbers_of_the_results(results: StudyResults) -> None:
    numbers = results.stack()
    for one in results.derived:
        column = results.cohort.frame[one.name]
        found = {
            name: pick(numbers, name, analysis="derived", term=one.name)["value"].item()
            for name in ("n", "missing")
        }
        assert found == {"n": column.notna().sum(), "missing": column.isna().sum()}


def test_a_refused_value_has_its_address_in_the_workbook(tmp_path: Path) -> None:
    plan = plan_with()
    lines = [",".join(["id", "arm", "dose", "fractions"]), "P1,A,3,10", "P2,B,300,10"]
    (tmp_path / "cohort.csv").write_text("\n".join(lines), encoding="utf-8")
    results = run(read_cohort(tmp_path / "cohort.csv", plan.dictionary), plan)
    (problem,) = next(one for one in results.derived if one.name == "bed").refused
    assert str(problem).startswith("row 3, column 'dose', Dose per fraction: expected a number")


def test_a_step_says_which_column_its_derived_variable_lacks() -> None:
    plan = plan_with()
    results = run(cohort(plan, patients().drop(columns=["height", "arm"])), plan)
    reasons = {n.step.id: n.reason for n in results.not_done}
    assert reasons["by_class"] == (
        "it needs 'BMI class' (group), which is computed from 'Height', and the file holds no "
        "column 'Height'"
    )
    assert set(results.not_derived()) == {"BMI", "BMI class"}
    empty = run(cohort(plan, patients().assign(height=np.nan)), plan)
    assert empty.not_derived()["BMI"] == (
        "it needs 'BMI', which is computed from 'Height', of which no patient has a value"
    )


def test_a_variable_that_rests_on_a_refused_one_says_so() -> None:
    plan = plan_with()
    results = run(cohort(plan, patients().assign(height=17.0)), plan)
    (undone,) = results.not_done
    assert undone.reason == (
        "it needs 'BMI class' (group), which is computed from 'BMI', of which no patient has a "
        "value"
    )


def test_the_report_names_definition_inputs_and_source(results: StudyResults) -> None:
    notes = derived_table(View(results)).notes
    assert (
        "PNI (points): 10 × serum albumin (g/dL) + 0.005 × total lymphocyte count (/mm³). From "
        "albumin: Serum albumin (× 0.1, from g/l to g/dL); Lymphocytes (× 1000, from 10^9/L to "
        "/mm³). Source: Onodera T, Goseki N, Kosaki G. Nihon Geka Gakkai Zasshi "
        "1984;85:1001–1005."
    ) in notes
    variables = dict(methods_text(View(results)))["Variables"]
    assert "‘BED10’ is derived: the dose n·d" in variables
    assert "Source: Fowler JF. Br J Radiol 1989;62:679–694." in variables
    assert variables.count("in months of 30.4375 days") == 1


def test_the_table_of_derived_variables_is_as_it_was(results: StudyResults) -> None:
    """Rewrite with ``python tests/plans/write_golden.py``."""
    expected = (GOLDEN / "derived.md").read_text(encoding="utf-8")
    assert markdown(derived_table(View(results))) == expected


def test_the_packet_prints_definitions_and_warnings(results: StudyResults, tmp_path: Path) -> None:
    page = (render(results, tmp_path / "packet").folder / "report.html").read_text("utf-8")
    assert "From Weight; Height (× 100, from m to cm)" in page
    assert "missing for 1 patient of the file whose values its definition does not take" in page


#: Piece of the plan -> what it is replaced with -> the message.
MISTAKES = [
    (
        'name = "bmi_class_asia_pacific"',
        'name = "bmi_clas"',
        "derived.bmi_class.score.name: expected the name of a score in docs/scores.md",
    ),
    ('name = "bmi_class_asia_pacific"', 'name = "bmi_clas"', "(did you mean 'bmi_class'?)"),
    (
        'weight = "weight"',
        'wieght = "weight"',
        "derived.bmi.score.wieght: expected one of the arguments weight, height, found 'wieght' "
        "(did you mean 'weight'?)",
    ),
    (
        ', height = "height"',
        "",
        "derived.bmi.score: expected the arguments height too, found nothing for them",
    ),
    (
        'height = "height"',
        'height = "hieght"',
        "derived.bmi.score.height: expected a variable of the dictionary, found 'hieght' (did you",
    ),
    (
        'unit = "g/l"',
        'unit = "mmol/L"',
        "derived.pni.score.albumin: expected the unit g/dL (or g/L), found 'albumin', which is in "
        "mmol/L",
    ),
    (
        'unit = "g/l"\n',
        "",
        "derived.pni.score.albumin: expected the unit g/dL (or g/L), found 'albumin', which has no "
        'unit (write unit = "g/dL" at the variable if that is what it holds)',
    ),
    (
        'fractions = "fractions"',
        'fractions = "blood_loss"',
        "derived.bed.score.fractions: expected a number without a unit of measurement, found "
        "'blood_loss', which is in mL",
    ),
    (
        "alpha_beta = 10",
        "alpha_beta = 100",
        "derived.bed.score.alpha_beta: expected a number from 0.5 to 30 Gy, found 100",
    ),
    (
        'before = "frankel_before"',
        'before = "ecog"',
        "derived.frankel.score.before: expected one of 'A', 'B', 'C', 'D', 'E', found the level "
        "'0' of 'ecog' (a recode can give it another name)",
    ),
    (
        'before = "frankel_before"',
        'before = "surgery"',
        "derived.frankel.score.before: expected a category or text, found 'surgery', "
        "which is of type 'date'",
    ),
    (
        'weight = "weight"',
        'weight = "histology"',
        "derived.bmi.score.weight: expected a number, found 'histology', which is of type 'text'",
    ),
    (
        '"2–4" = ["2", "3", "4"]',
        '"2–4" = ["2", "3"]',
        "derived.ecog_class.recode: expected every level of 'ecog' under levels or missing, or "
        "others, found nothing for '4'",
    ),
    (
        '"2–4" = ["2", "3", "4"]',
        '"2–4" = ["1", "2", "3", "4"]',
        "derived.ecog_class.recode.levels.2–4: expected each level only once, found '1' again",
    ),
    (
        'missing = ["Unknown"]',
        'missing = ["unknwn"]',
        "derived.ecog_class.recode.missing: expected one of",
    ),
    (
        'variable = "ecog"',
        'variable = "weight"',
        "derived.ecog_class.recode.variable: expected a category, yes/no or text, found 'weight', "
        "which is of type 'number' (for a number use cut)",
    ),
    (
        'of = ["wound", "leak", {',
        'of = ["wond", "leak", {',
        "derived.complications.count.of[1].variable: expected a variable of the dictionary, found "
        "'wond' (did you mean 'wound'?)",
    ),
    (
        'of = ["wound", "leak"]',
        "of = []",
        "derived.every_complication.all.of: expected at least one entry",
    ),
    (
        'of = ["levels_above", "levels_below"]',
        'of = ["levels_above", "blood_loss"]',
        "derived.levels_fixed.sum.of: expected numbers in one unit, found none, 'mL'",
    ),
    (
        'of = ["levels_above", "levels_below"]',
        'of = ["levels_above", "arm"]',
        "derived.levels_fixed.sum.of[2]: expected a number, found 'arm'",
    ),
    (
        'weight = "weight"',
        'weight = "bmi_twice"',
        "derived.bmi.score.weight: expected a variable of the dictionary, found 'bmi_twice'",
    ),
    (
        'label = "Every complication"\nall',
        'label = "Every complication"\nany = { of = ["leak"] }\nall',
        "derived.every_complication: expected exactly one of cut, interval, event_by, recode, "
        "count, any, all, sum, score",
    ),
    (
        'label = "Every complication"\nall',
        'label = "Every complication"\nevery',
        "derived.every_complication.every: expected one of the keys label, cut, interval, "
        "event_by, recode, count, any, all, sum, score",
    ),
    ('id = "by_class"', 'id = "derived"', "steps[2].id: expected an id of its own"),
]


def mistakes(old: str, new: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        plan_with(old, new)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_each_mistake_is_found_when_the_plan_is_read(old: str, new: str, message: str) -> None:
    found = mistakes(old, new)
    assert any(message in line for line in found), found
    assert not any("pydantic" in line or "Input should" in line for line in found)


def test_levels_a_score_does_not_know_are_named_one_by_one_with_the_nearest() -> None:
    broken = PLAN.replace('levels = ["A", "B", "C", "D", "E"]', 'levels = ["A", "Frankel E", "x"]')
    found = mistakes(PLAN, broken)
    assert [line.partition("found ")[2] for line in found] == [
        "the level 'Frankel E' of 'frankel_before' (a recode can give it another name)",
        "the level 'x' of 'frankel_before' (a recode can give it another name)",
    ]


def test_variables_that_rest_on_themselves_are_told_the_way_round() -> None:
    found = mistakes(
        'weight = "weight"', 'weight = "heavy"'
    )  # not yet defined: an unknown name, and no circle
    assert not any("rest on themselves" in line for line in found)
    circle = PLAN.replace('weight = "weight"', 'weight = "heavy"').replace(
        "[derived.months]",
        '[derived.heavy]\nlabel = "Heavy"\nsum = { of = ["bmi", "weight"] }\n\n[derived.months]',
    )
    found = mistakes(PLAN, circle)
    assert any(
        line == "derived.bmi: expected variables that do not rest on themselves, found 'bmi' from "
        "'heavy' from 'bmi'"
        for line in found
    ), found


def test_the_order_of_levels_is_part_of_a_plans_meaning() -> None:
    other = '{ Breast = ["breast"], Lung = ["lung", "NSCLC"] }'
    turned = plan_with('{ Lung = ["lung", "NSCLC"], Breast = ["breast"] }', other)
    assert turned.fingerprint != plan_with().fingerprint


def test_every_example_of_the_documentation_is_a_valid_definition() -> None:
    text = (Path(__file__).parents[2] / "docs" / "plans.md").read_text(encoding="utf-8")
    block = text.partition("A `label`, and exactly one of")[2].split("```")[1]
    lines = [line for line in block.splitlines() if " = " in line]
    found = [DerivedSection.model_validate({"label": "x"} | tomllib.loads(x)) for x in lines]
    assert {section.kind for section in found} == {*KINDS}


LATE = """
[derived.low]
label = "Low PNI"
cut = { variable = "pni", at_step = "roc", labels = ["< {at}", "≥ {at}"] }

[derived.frail]
label = "Low PNI and a leak"
all = { of = ["leak", { variable = "low", missing = false }] }

[endpoints.os]"""
ROC = """
[[steps]]
id = "roc"
kind = "roc"
title = "PNI and a leak"
outcome = "leak"
marker = "pni"
direction = "low"

[[steps]]
id = "late"
kind = "compare"
title = "By frailty"
by = "frail"
rows = ["bmi"]
"""


def test_what_rests_on_a_cut_off_is_computed_after_its_step() -> None:
    content = tomllib.loads(PLAN.replace("[endpoints.os]", LATE) + ROC)
    plan = plan_from(content)
    order = in_order(plan.file)
    assert order.index("pni") < order.index("low") < order.index("frail")
    results = run(cohort(plan, patients()), plan)
    frame = results.cohort.frame
    assert frame["frail"].notna().any()
    late = next(done for done in results.steps if done.step.id == "late")
    assert any("more favourable" in warning for warning in late.results[0].warnings)
    without = run(cohort(plan, patients().drop(columns="leak")), plan)
    reasons = {n.step.id: n.reason for n in without.not_done}
    assert reasons["late"] == ("it needs a cut-off from 'PNI and a leak', which gave none")


def test_a_step_or_exclusion_cannot_use_what_a_later_step_finds() -> None:
    early = PLAN.replace("[endpoints.os]", LATE).replace(
        'rows = ["bmi", "pni"', 'rows = ["frail", "pni"'
    )
    exclusion = '\n[[exclusions]]\nvariable = "frail"\nis = "yes"\nreason = "Frail"\n'
    with pytest.raises(PlanError) as caught:
        plan_from(tomllib.loads(early + ROC + exclusion))
    found = str(caught.value).splitlines()
    assert (
        "exclusions[1].variable: expected a variable that is known before the first step, found "
        "'frail', whose threshold a step finds"
    ) in found
    assert (
        "steps[1] (baseline): expected to stand after 'roc', found 'frail', whose threshold comes "
        "from the step 'roc'"
    ) in found


def test_the_columns_of_lee2024_fit_the_scores_as_they_are() -> None:
    content = tomllib.loads((STUDIES / "lee2024" / "plan.toml").read_text(encoding="utf-8"))
    parts = ("location", "pain", "lesion", "alignment", "collapse", "posterolateral")
    sins = {"name": "sins_total"} | {part: f"sins_{part}" for part in parts}
    bmi = {"name": "body_mass_index", "weight": "weight", "height": "height"}
    content["derived"] |= {
        "sins_computed": {"label": "SINS, computed", "score": sins},
        "bmi_computed": {"label": "BMI, computed", "score": bmi},
        "escc": {"label": "ESCC class", "score": {"name": "escc_class", "grade": "bilsky"}},
    }
    plan = plan_from(content)
    frame = pd.DataFrame(
        {f"sins_{part}": [plan.dictionary[f"sins_{part}"].labels[-1]] for part in parts}
    ).assign(weight=64.0, height=160.0, bilsky="1")
    found = run(cohort(plan, frame), plan).cohort.frame.iloc[0]
    assert (found["sins_computed"], found["bmi_computed"]) == (18, 25)
    assert found["escc"] == "Low grade (0–1c)"


@pytest.mark.parametrize(
    ("name", "hint"), [("sins_totl", "did you mean 'sins_total'?"), ("xqi", "")]
)
def test_an_unknown_score_is_told_with_the_nearest_names_only(name, hint):
    written = f'[derived.new]\nlabel = "N"\nscore = {{ name = "{name}", age = "age" }}\n'
    with pytest.raises(PlanError) as caught:
        small_plan.plan_with("[derived.old]", f"{written}[derived.old]")
    found = str(caught.value)
    assert "derived.new.score.name: expected the name of a score in docs/scores.md" in found
    assert hint in found
    assert sum(score in found for score in CATALOGUE) <= 10
