"""Rules of a plan: from words to what the loader says of a cell."""

from __future__ import annotations

import pytest
from small_plan import PLAN

from analyses.plan import load_plan
from cohort_stats import CohortError, read_cohort
from cohort_stats.problem import PlanError

RULES = """
[variables.birth]
label = "Birth"
type = "date"

[variables.surgery]
label = "Surgery"
type = "date"

[variables.total]
label = "Total score"
type = "integer"

[variables.pain]
label = "Pain"
type = "ordered"
levels = { 0 = "none", 1 = "occasional", 3 = "mechanical" }

[variables.lesion]
label = "Lesion points"
type = "integer"

[variables.lost]
label = "Lost to follow-up"
type = "yesno"

[[rules]]
order = ["birth", "surgery"]

[[rules]]
sum = { total = "total", parts = ["pain", "lesion"] }
words = "the total is the sum of its parts"

[[rules]]
at_most_one = [{ variable = "dead", is = "yes" }, { variable = "lost", is = "yes" }]

[[rules]]
needs = { when = { variable = "lost", is = "yes" }, variable = "months" }
warns = true
"""
HEADINGS = (
    "Patient,Arm,Birth,Surgery,Total score,Pain,Lesion points,Died,Survival,Lost to follow-up"
)


def plan(tmp_path, old="", new=""):
    path = tmp_path / "own.toml"
    path.write_text((PLAN + RULES).replace(old, new) if old else PLAN + RULES, encoding="utf-8")
    return load_plan(path)


def problems(tmp_path, row: str) -> list[str]:
    (tmp_path / "a.csv").write_text(f"{HEADINGS}\n{row}\n", encoding="utf-8")
    with pytest.raises(CohortError) as caught:
        read_cohort(tmp_path / "a.csv", plan(tmp_path).dictionary)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "P1,A,2020-01-01,1990-01-01,,,,no,1,no",
            "row 2, column 'Surgery', Surgery: expected a date not before Birth",
        ),
        (
            "P1,A,,,5,mechanical,1,no,1,no",
            "Total score: expected 4, the sum of Pain, Lesion points, found '5' "
            "(the total is the sum of its parts)",
        ),
        (
            "P1,A,,,,,,yes,1,yes",
            "Lost to follow-up: expected another value, because Died is 'Yes', found 'yes'",
        ),
        ("P1,A,,,,,,no,-1,no", "Survival: expected"),
    ],
)
def test_a_broken_rule_names_its_cell(tmp_path, row, message):
    (found,) = problems(tmp_path, row)
    assert message in found


def test_a_rule_that_only_warns_stops_nobody(tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADINGS}\nP1,A,,,,,,no,,yes\n", encoding="utf-8")
    cohort = read_cohort(tmp_path / "a.csv", plan(tmp_path).dictionary)
    (warning,) = cohort.warnings
    assert "usually a value, because Lost to follow-up is 'Yes'" in str(warning)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'order = ["birth", "surgery"]',
            'order = ["birth"]',
            "rules[1].order, at_most_one: expected at least two",
        ),
        ('order = ["birth", "surgery"]', 'order = ["birth", "surgry"]', "did you mean 'surgery'?"),
        ('order = ["birth", "surgery"]', 'order = ["birth", "total"]', "dates only, or numbers"),
        ('parts = ["pain", "lesion"]', 'parts = ["arm", "lesion"]', "codes are their points"),
        ('total = "total"', 'total = "birth"', "rules[2].sum.total: expected a number"),
        ('order = ["birth", "surgery"]', 'ordr = ["birth", "surgery"]', "did you mean 'order'?"),
        ('{ variable = "lost", is = "yes" }]', '{ variable = "lost", is = "y es" }]', "yes or no"),
        ("warns = true", 'warns = true\norder = ["birth", "surgery"]', "exactly one of order, sum"),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_path(tmp_path, old, new, message):
    with pytest.raises(PlanError) as caught:
        plan(tmp_path, old, new)
    assert message in str(caught.value)
