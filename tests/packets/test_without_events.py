"""Groups and endpoints without a single event, through to the drawn figures."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.cohort import Cohort, Flow
from reports.packet import render
from reports.view import View

PLAN = """
[study]
key = "mini"
title = "Mini"
question = "Who lives longer?"
design = "Made up for tests"

[variables.id]
label = "Patient"
type = "id"

[variables.arm]
label = "Arm"
type = "category"
levels = ["A", "B"]

[variables.months]
label = "Months"
type = "number"
unit = "months"

[variables.ended]
label = "How follow-up ended"
type = "category"
levels = ["alive", "recurrence", "death"]

[variables.dead]
label = "Died"
type = "yesno"

[endpoints.os]
label = "Overall survival"
time = "months"
event = "dead"

[endpoints.recurrence]
label = "Recurrence"
time = "months"
event = { variable = "ended", is = "recurrence" }
competing = { variable = "ended", is = "death" }

[[steps]]
id = "km"
kind = "kaplan_meier"
title = "Survival by arm"
endpoint = "os"
by = "arm"
times = [6]

[[steps]]
id = "cif"
kind = "cumulative_incidence"
title = "Recurrence by arm"
endpoint = "recurrence"
by = "arm"
times = [6]
"""


def view(events: list[int]) -> View:
    frame = pd.DataFrame({"id": [f"P{k}" for k in range(8)]})
    frame["arm"] = pd.Categorical(["A"] * 4 + ["B"] * 4, ["A", "B"])
    frame["months"] = [5.0, 7, 9, 12, 4, 8, 10, 14]
    dead = [k in events for k in range(8)]
    frame["dead"] = pd.Categorical(
        ["Yes" if d else "No" for d in dead], ["No", "Yes"], ordered=True
    )
    ended = ["recurrence" if d else "alive" for d in dead]
    frame["ended"] = pd.Categorical(ended, ["alive", "recurrence", "death"])
    plan = plan_from(tomllib.loads(PLAN))
    cohort = Cohort(frame, plan.dictionary, "m.csv", "0" * 64, synthetic=False, flow=Flow(8))
    return View(run(cohort, plan))


@pytest.mark.parametrize("events", [[0, 2], []])
def test_a_packet_is_written_where_nobody_of_a_group_has_the_event(tmp_path, events):
    mini = view(events)
    packet = render(mini.results, tmp_path / "packet")
    assert packet.tables >= len(mini.results.steps)
    assert packet.figures >= len(mini.results.steps)
    page = (tmp_path / "packet" / "report.html").read_text(encoding="utf-8")
    for done in mini.results.steps:
        assert f'id="{done.step.id}"' in page or done.step.title in page
    for left in mini.results.not_done:
        assert "event" in left.reason
