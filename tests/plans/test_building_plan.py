"""The words of selection and validation."""

from __future__ import annotations

import competing_plan
import pytest
import small_plan

from cohort_stats.problem import PlanError

COX = 'selection = { rule = "univariable", p_below = 0.2 }'
RULES = [
    ('{ rule = "sideways" }', "selection.rule: expected one of 'univariable'"),
    ('{ rule = "both" }', "selection.by: expected 'aic' with the rule 'both'"),
    ('{ rule = "forward", by = "p" }', "selection.by: expected one of 'likelihood ratio'"),
    (
        '{ rule = "forward", by = "aic", enter = 0.1 }',
        "by: expected a test, where enter or remove are given",
    ),
    ('{ rule = "forward", enter = 0.2 }', "enter: expected at most as large as remove"),
    ('{ rule = "all", by = "aic" }', "by: expected no such key with the rule 'all'"),
    ('{ rule = "forward", p_below = 0.1 }', "'forward' (it belongs to 'univariable'), found 0.1"),
    ('{ rule = "lasso", folds = 2 }', "selection.folds"),
    ('{ rule = "all" }\nvalidation = { bootstrap = 0 }', "validation.bootstrap"),
]


@pytest.mark.parametrize(("rule", "message"), RULES)
def test_wrong_rules_are_refused(rule, message):
    with pytest.raises(PlanError) as refused:
        small_plan.plan_with(COX, f"selection = {rule}")
    assert message in str(refused.value)


def test_fine_gray_models_are_not_searched_for():
    with pytest.raises(PlanError) as refused:
        competing_plan.plan_with(COX, 'selection = { rule = "forward" }')
    expected = "selection.rule: expected 'all', 'given' or 'univariable', for this kind of model"
    assert expected in str(refused.value)


def test_the_rules_are_as_spss_has_them():
    plan = small_plan.plan_with(COX, 'selection = { rule = "forward" }')
    step = next(s for s in plan.file.steps if s.id == "cox")
    assert (step.selection.by, step.selection.enter, step.selection.remove) == (
        "likelihood ratio",
        0.05,
        0.1,
    )
