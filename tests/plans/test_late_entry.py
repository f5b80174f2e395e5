"""Late entry beside a competing event, in a plan."""

from __future__ import annotations

import tomllib

import competing_plan

from analyses.plan import plan_from


def test_competing_risks_of_a_plan_are_not_done_with_entry_times():
    text = competing_plan.PLAN.replace('unit = "years"', 'unit = "days"', 1)
    text = text.replace('time = "days"\n', 'time = "days"\nentry = "age"\n', 1)
    rates = '[[steps]]\nid = "rates"\nkind = "rates"\ntitle = "Rates"\nendpoint = "death"\n'
    plan = plan_from(tomllib.loads(text + rates))
    found = competing_plan.results(plan)
    assert plan.file.endpoints["death"].variables == ("days", "status", "age")
    assert [done.step.id for done in found.steps] == ["rates"]
    assert all("its endpoint has entry times" in step.reason for step in found.not_done)
