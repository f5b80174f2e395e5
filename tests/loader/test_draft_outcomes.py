"""Outcomes over time in a drafted plan: what is recognised, and what the table has against it."""

from __future__ import annotations

import tomllib

import pytest
from tables import table_of

from analyses.draft_plan import draft_plan
from analyses.plan import plan_from
from cohort_stats.describing.profile import profile

N = 24
YES = ["Yes", "No", "Yes"] * (N // 3)
MONTHS = [1.5 + 0.5 * i for i in range(N)]
AGES = [40 + i for i in range(N)]


def drafted(columns: dict) -> str:
    table = table_of(columns)
    text = draft_plan(table, profile(table))
    plan_from(tomllib.loads(text))
    return text


def endpoints(columns: dict) -> dict:
    return tomllib.loads(drafted(columns)).get("endpoints", {})


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Died": YES, "OS (months)": MONTHS}, ("os", "died")),
        ({"Follow-up (months)": MONTHS, "PFS (months)": AGES, "Died": YES}, ("follow_up", "died")),
        ({"Death of another cause": YES[::-1], "Died": YES, "Time": MONTHS}, ("time", "died")),
        (
            {"Status": ["Dead", "Alive", "Alive"] * 8, "Survival (days)": AGES},
            ("survival", {"variable": "status", "is": "Dead"}),
        ),
        ({"Alive": YES, "OS_months": MONTHS}, ("os", {"variable": "alive", "is": "No"})),
        ({"사망": YES, "추적기간": MONTHS}, ("follow_up", "death")),
        ({"OS event": YES, "Überleben (Monate)": MONTHS}, ("uberleben", "os_event")),
    ],
)
def test_death_and_its_time_are_recognised(columns: dict, expected: tuple) -> None:
    (found,) = endpoints(columns | {"Age": AGES}).values()
    assert (found["time"], found["event"]) == expected
    assert found["label"] == "Overall survival"


@pytest.mark.parametrize(
    "columns",
    [
        {"Cens": YES, "Time": MONTHS},  # some write 1 for the event, others for its absence
        {"Died": YES, "Operative time": MONTHS},
        {"Died": YES, "Hospital stay (days)": MONTHS},
        {"Recurrence": YES, "Follow-up": MONTHS},  # not the time until the recurrence
        {"Age at death": AGES, "Sex": ["M", "F"] * (N // 2)},
    ],
)
def test_what_may_be_something_else_is_not_taken(columns: dict) -> None:
    text = drafted(columns | {"Age": AGES})
    assert "endpoints" not in tomllib.loads(text)
    assert "# review: no outcome over time was recognised" in text
    assert "# [endpoints.os]" in text


def test_the_example_of_an_outcome_is_a_plan_when_its_marks_are_off() -> None:
    lines = drafted({"Gone": YES, "Span": MONTHS, "Age": AGES}).splitlines()
    first = lines.index("# [endpoints.os]")
    last = lines.index("", first)
    named = [line.removeprefix("# ") for line in lines[first:last]]
    named[2:4] = ['time = "span"', 'event = "gone"']
    plan = plan_from(tomllib.loads("\n".join([*lines[:first], *named, *lines[last:]])))
    assert plan.file.endpoints["os"].time == "span"
    assert [step.id for step in plan.file.steps] == ["os_curves", "patients"]


def test_an_event_without_a_time_is_said_and_the_outcome_left_for_the_user() -> None:
    columns = {"Died": YES, "OS (months)": [None, *MONTHS[1:]], "Age": AGES}
    text = drafted(columns)
    assert "endpoints" not in tomllib.loads(text)
    assert "# review: an outcome over time? The table has this against it: Cohort!B2, OS" in text
    mended = text.replace("# [", "[").replace("# label", "label").replace("# time", "time")
    assert "death" in tomllib.loads(mended.replace("# event", "event"))["endpoints"]


def test_those_without_the_event_have_their_time_in_another_column() -> None:
    months = [m if y == "Yes" else None for m, y in zip(MONTHS, YES, strict=True)]
    columns = {"Failure": YES, "Time to failure (months)": months, "Age": AGES}
    text = drafted(columns)
    assert "most patients without the event have no time" in text
    assert "endpoints" not in tomllib.loads(text)
    found = endpoints(columns | {"Follow-up (months)": MONTHS})["failure"]
    assert (found["time"], found["follow_up"]) == ("time_to_failure", "follow_up")


def test_two_dates_give_the_time() -> None:
    dates = {
        "Date of surgery": [f"2020-01-{i + 1:02}" for i in range(N)],
        "Last contact": [f"2021-03-{i + 1:02}" for i in range(N)],
    }
    content = tomllib.loads(drafted({"Died": YES, **dates, "Age": AGES}))
    (found,) = content["endpoints"].values()
    interval = content["derived"][found["time"]]["interval"]
    assert interval == {"from": "date_of_surgery", "to": "last_contact", "unit": "months"}
    backwards = {"Last contact": ["2019-01-01", *dates["Last contact"][1:]]}
    text = drafted({"Died": YES, **dates, **backwards, "Age": AGES})
    assert "endpoints" not in tomllib.loads(text)
    assert "The table has this against it" in text


def test_a_model_takes_what_the_events_carry() -> None:
    rows = 120
    columns = {
        "Died": ["Yes" if i < 35 else "No" for i in range(rows)],
        "OS (months)": [1 + i % 50 for i in range(rows)],
        "Stage": [1 + i % 4 for i in range(rows)],
        "Hb (g/dL)": [9 + i % 7 for i in range(rows)],
        "Sex": ["MF"[i % 2] for i in range(rows)],
        "Age": [40 + i % 37 for i in range(rows)],
        "Treatment": ["Surgery" if i % 3 else "Radiotherapy" for i in range(rows)],
    }
    content = tomllib.loads(drafted(columns))
    patients, curves, model = content["steps"]
    assert patients["by"] == curves["by"] == "treatment"
    assert patients["rows"] == ["stage", "hb", "sex", "age"]
    assert model["covariates"] == ["treatment", "sex", "age"]  # 35 events: three numbers
    few = drafted(columns | {"Died": ["Yes" if i < 9 else "No" for i in range(rows)]})
    assert "# review: 9 events: too few for a model" in few
    assert [step["kind"] for step in tomllib.loads(few)["steps"]] == ["compare", "kaplan_meier"]


def test_what_was_guessed_is_said_but_no_value_of_a_text() -> None:
    text = drafted({"Patient": [f"ZX{i}" for i in range(N)], "Age": AGES, "Died": YES})
    assert "# guessed: id, from 24 of 24 cells\n" in text
    assert "# guessed: number, from 24 of 24 cells: 40 to 63\n" in text
    assert "# guessed: yes/no, from 24 of 24 cells: No (8), Yes (16)\n" in text
    assert "ZX" not in text


def test_parts_of_a_grade_are_levels_and_not_mistakes() -> None:
    grades = ["1c", *[str(2 + i % 2) for i in range(N - 1)]]
    content = tomllib.loads(drafted({"Bilsky grade": grades, "Age": AGES}))
    assert content["variables"]["bilsky_grade"]["levels"] == ["1c", "2", "3"]


def test_no_event_is_proposed_where_codes_stand_beside_words() -> None:
    mixed = ["alive", "dead", "N", "O"] * (N // 4)
    assert endpoints({"Death": mixed, "OS (months)": MONTHS, "Age": AGES}) == {}


def test_levels_that_are_not_the_event_are_named() -> None:
    text = drafted({"Status": ["Dead", "Alive", "Lost"] * 8, "OS (months)": MONTHS, "Age": AGES})
    assert "8 times 'Dead'? Not counted: Alive, Lost." in " ".join(text.replace("#", "").split())
