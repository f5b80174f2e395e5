"""What a reader must be told beside a number: its direction, its reference, where it is from."""

from __future__ import annotations

import re
from functools import cache

import pytest
from told_packet import tables, told, view

from reports.figures import study_figures
from reports.text import methods_text

CUT = "The cut-off of ‘Bilirubin by its cut-off’ (2.25 mg/dl) was derived from these data"


@cache
def figures() -> dict[str, tuple[str, str]]:
    return {drawing.key: (drawing.title, drawing.alt) for drawing in study_figures(view())}


def notes(key: str) -> str:
    return "\n".join(tables()[key].note_lines())


def methods(passage: str) -> str:
    return dict(methods_text(view()))[passage]


def test_a_cut_off_from_the_same_patients_is_said_to_be_so_wherever_it_is_used():
    for key, title in (("km_bili", "Survival by bilirubin"), ("cox_bili", "Hazards by bilirubin")):
        assert CUT in notes(key)
        assert CUT in told()[title]
        assert figures()[key][0] == f"{title} (cut-off derived from these data)"
    assert CUT not in notes("km") + told()["Survival by stage"]


def test_a_cut_off_given_from_outside_is_not_said_to_be_derived():
    assert "derived from" not in notes("km_given") + told()["Survival by the limit"]
    (given,) = (one for one in view().results.derived if one.name == "bili_given")
    assert "these data" not in given.words


def test_a_model_of_one_covariate_is_not_called_multivariable():
    table = tables()["cox_bili"]
    assert [column.words for column in table.columns] == [
        "Covariate",
        "Patients",
        "Events",
        "HR (95% CI)",
        "p",
        "PH p",
    ]
    said = notes("cox_bili") + told()["Hazards by bilirubin"] + "".join(figures()["cox_bili"])
    assert "variable model" not in said
    assert "covariates" not in said
    assert "Model: 312 patients, 125 events" in said
    assert "the multivariable model" not in methods("Cox regression")


def test_standardised_differences_have_no_sign_and_say_so():
    for key, column in (("matched", "SMD"), ("matching", "After matching: SMD")):
        table = tables()[key]
        j = [c.words for c in table.columns].index(column)
        shown = [str(row.cells[j]) for row in table.rows if str(row.cells[j])]
        assert shown
        assert not [cell for cell in shown if cell.startswith("−")]
        assert "SMD: absolute value" in notes(key)
    assert "−" not in figures()["matching"][1]


def test_subgroups_name_the_level_that_the_exposure_is_compared_with():
    words = "Placebo against D-penicillamine"
    assert f"Treatment: {words}: HR (95% CI)" in [c.words for c in tables()["within"].columns]
    assert words in figures()["within"][1]
    assert words in told()["Treatment within subgroups"]


def test_columns_without_any_cell_are_left_out():
    table = tables()["km_comparisons"]
    assert [c.label for c in table.columns] == ["Comparison", "p", "Adjusted p"]
    assert "CI" not in "\n".join(table.notes)


def test_the_methods_tell_intervals_bootstrap_and_what_measures_a_model():
    roc = methods("Markers and cut-offs")
    assert "Sensitivity, specificity and predictive values have Wilson intervals" in roc
    assert re.search(r"2000 bootstrap samples.*had no part in choosing it", roc)
    logistic = methods("Logistic regression")
    assert "Brier score" in logistic
    assert "Hosmer–Lemeshow test" in logistic


def test_the_largest_difference_is_told_only_where_the_table_prints_it():
    assert "largest standardised difference was" in told()["By treatment"]
    assert "standardised difference" not in told()["By stage, without SMD"]
    assert "of every two groups" in told()["By stage"]


@pytest.mark.parametrize("key", ["edema_and_baseline", "by_stage_pairs", "by_stage"])
def test_letters_of_footnotes_are_in_reading_order(key):
    table = tables()[key]
    marks = [cell.mark for row in table.rows for cell in row.cells if cell.mark]
    assert list(dict.fromkeys(marks)) == sorted(set(marks)) == list(table.footnotes)


def test_each_pair_says_which_test_it_had():
    table = tables()["by_stage_pairs"]
    assert not [words for words in table.footnotes.values() if " or " in words]
    sexes = next(row for row in table.rows if str(row.cells[0]) == "Sex")
    assert len({cell.mark for cell in sexes.cells[1:]}) == 2


def test_who_found_no_match_is_told_from_whose_controls_were_matched_with_others():
    (done,) = (d for d in view().results.steps if d.step.id == "matching")
    warnings = " ".join(w for result in done.results for w in result.warnings)
    assert "no control was found" not in warnings
    assert "whose controls within reach were matched with others" in warnings
    assert "cases" not in notes("matching")
    assert re.search(r"\d+ were not matched \(.*matched with others", told()["Matching"])


def test_both_medians_of_follow_up_say_what_ends_it():
    assert "follow-up ends where a time ends without the event" in notes("km")
    assert "without the event or the competing event" in notes("cif")
