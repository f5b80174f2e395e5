"""The plan examples of docs/pictures.md are run as they are written there."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.plan import plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.problem import PlanError
from reports.figures import study_figures
from reports.tables import study_tables
from reports.text import results_text
from reports.view import View

PAGE = (Path(__file__).parents[2] / "docs" / "pictures.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
NUMBERS = {
    "days_to_surgery": "days", "days_to_radiotherapy": "days", "age": "years",
    "size_at_start": "mm", "size_3_months": "mm", "size_6_months": "mm", "months": "months",
    "therapy_start": "months", "therapy_stop": "months", "months_to_progression": "months",
}  # fmt: skip
LEVELS = {
    "arm": ["Surgery", "Radiotherapy"],
    "reason": ["Pain", "Deficit", "Instability"],
    "response": ["Partial", "Stable", "Progressive"],
    "ecog_before": ["0", "1", "2"],
    "ecog_after": ["0", "1", "2"],
}
YES_NO = ("nausea", "pain", "rash", "died", "progressed")


def columns() -> str:
    """The columns that the examples name, and their endpoint."""
    found = ['[variables]\nid = { label = "Patient", type = "id" }']
    for name, unit in NUMBERS.items():
        found.append(f'{name} = {{ label = "{_label(name)}", type = "number", unit = "{unit}" }}')
    for name, levels in LEVELS.items():
        found.append(
            f'{name} = {{ label = "{_label(name)}", type = "ordered", levels = {levels} }}'
        )
    found += [f'{name} = {{ label = "{_label(name)}", type = "yesno" }}' for name in YES_NO]
    endpoint = 'os = { label = "Death from any cause", time = "months", event = "died" }'
    return "\n".join([*found, "[endpoints]", endpoint, ""])


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def patients(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"id": [f"P{k}" for k in range(n)]})
    for name in NUMBERS:
        frame[name] = np.round(rng.gamma(4, 5, n) + 1, 1)
    frame["therapy_start"] = 0.0
    for name in ("therapy_stop", "months_to_progression"):
        frame[name] = np.minimum(frame[name], frame["months"])
    for name, levels in [*LEVELS.items(), *((name, ["No", "Yes"]) for name in YES_NO)]:
        codes = rng.integers(0, len(levels), n)
        frame[name] = pd.Categorical.from_codes(codes, levels, ordered=True)
    return frame


def results_of(examples: str) -> StudyResults:
    study = '[study]\nkey = "p"\ntitle = "Pictures"\nquestion = "?"\ndesign = "Made up"\n'
    plan = plan_from(tomllib.loads(f"{study}{columns()}{examples}"))
    frame = patients()
    cohort = Cohort(frame, plan.dictionary, "made_up.csv", "0" * 64, False, Flow(len(frame)))
    return run(cohort, plan)


@cache
def results() -> StudyResults:
    return results_of("\n".join(EXAMPLES))


def test_every_example_is_run():
    steps = re.findall(r'^id = "(\w+)"', "\n".join(EXAMPLES), re.MULTILINE)
    assert results().not_done == ()
    assert [done.step.id for done in results().steps] == steps
    assert len(EXAMPLES) == 4


def test_every_example_gives_its_figure_table_and_sentence():
    view = View(results())
    drawn = {drawing.key for drawing in study_figures(view)}
    printed = {table.key for table in study_tables(view)}
    said = dict(results_text(view))
    assert "prisma" in drawn
    for done in results().steps:
        assert any(key.startswith(done.step.id) for key in drawn), done.step.id
        assert (done.step.id in printed) is (done.step.kind not in ("waterfall", "swimmer"))
        assert said[done.step.title]


def test_the_mistake_is_told_as_the_page_says():
    (told,) = re.findall(r"`(prisma\.screened: [^`]+)`", PAGE.replace("\n", " "))
    wrong = "\n".join(EXAMPLES).replace("screened = 744", "screened = 734")
    with pytest.raises(PlanError) as caught:
        results_of(wrong)
    assert told in str(caught.value)
