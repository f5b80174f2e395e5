"""Small made-up cohorts whose pictures are read back."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow
from reports.view import View

LONG = (
    "Progression of the underlying disease outside the treated region with a new and symptomatic "
    "deficit"
)
REASONS = [
    "Pain", "Deficit", LONG, "Instability", "Wish of the patient", "Infection", "Haematoma",
    "Hardware failure", "Other tumour", "Unknown primary", "Not stated", "Palliation",
]  # fmt: skip
ARMS = ["Surgery", "Radiotherapy"]

HEAD = f"""
[study]
key = "pictures"
title = "Pictures"
question = "How does it look?"
design = "Made up for tests"

[variables.id]
label = "Patient"
type = "id"

[variables.arm]
label = "Arm"
type = "category"
levels = {ARMS}

[variables.centre]
label = "Centre"
type = "category"
levels = {[f"Centre {k}" for k in "ABCDEFGHIJK"] + ["Centre of a university with a long name"]}

[variables.days]
label = "Interval from diagnosis to surgery"
type = "number"
unit = "days"

[variables.months]
label = "Interval from surgery to radiotherapy"
type = "number"
unit = "months"

[variables.reason]
label = "Reason for surgery"
type = "category"
levels = {REASONS}

[variables.ecog_0]
label = "ECOG before"
type = "ordered"
levels = ["0", "1", "2", "3", "4"]

[variables.ecog_1]
label = "ECOG after"
type = "ordered"
levels = ["0", "1", "2", "3", "4"]

[variables.nausea]
label = "Nausea"
type = "yesno"

[variables.pain]
label = "Pain"
type = "yesno"

[variables.rash]
label = "Rash"
type = "yesno"

[variables.size_0]
label = "Sum of diameters"
type = "number"
unit = "mm"

[variables.size_1]
label = "Sum of diameters at 3 months"
type = "number"
unit = "mm"

[variables.size_2]
label = "Sum of diameters at 6 months"
type = "number"
unit = "mm"

[variables.response]
label = "Response"
type = "ordered"
levels = ["Complete", "Partial", "Stable", "Progressive"]

[variables.follow_up]
label = "Follow-up"
type = "number"
unit = "months"

[variables.died]
label = "Died"
type = "yesno"

[variables.to_progression]
label = "Time to progression"
type = "number"
unit = "months"

[variables.start]
label = "Start of treatment"
type = "number"
unit = "months"

[variables.stop]
label = "End of treatment"
type = "number"
unit = "months"

[variables.study_number]
label = "Study number"
type = "integer"

[endpoints.os]
label = "Death from any cause"
time = "follow_up"
event = "died"
"""


def patients(n: int = 90) -> pd.DataFrame:
    """So many patients, some of whose values are missing."""
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"id": [f"P{k}" for k in range(n)]})
    frame["arm"] = _levels(rng.integers(0, 2, n), ARMS)
    centres = [f"Centre {k}" for k in "ABCDEFGHIJK"] + ["Centre of a university with a long name"]
    frame["centre"] = _levels(rng.integers(0, 12, n), centres)
    frame["days"] = np.round(rng.gamma(2, 12, n))
    frame["months"] = np.round(rng.lognormal(0.5, 0.6, n), 2)
    frame.loc[rng.random(n) < 0.05, "days"] = np.nan
    frame["reason"] = _levels(np.minimum(rng.poisson(2.2, n), 11), REASONS)
    before = rng.integers(0, 5, n)
    after = np.clip(before + rng.integers(-2, 2, n), 0, 4)
    frame["ecog_0"], frame["ecog_1"] = (_levels(k, list("01234")) for k in (before, after))
    for name, share in (("nausea", 0.5), ("pain", 0.2), ("rash", 0.04)):
        frame[name] = _levels((rng.random(n) < share).astype(int), ["No", "Yes"])
    frame["size_0"] = np.round(rng.uniform(20, 90, n))
    frame["size_1"] = np.round(frame["size_0"] * rng.uniform(0.4, 1.3, n))
    frame["size_2"] = np.round(frame["size_0"] * rng.uniform(0.0, 1.4, n))
    frame.loc[rng.random(n) < 0.3, "size_2"] = np.nan
    best = frame[["size_1", "size_2"]].min(axis=1) / frame["size_0"] - 1
    response = np.select([best <= -0.9, best <= -0.3, best < 0.2], [0, 1, 2], 3)
    frame["response"] = _levels(response, ["Complete", "Partial", "Stable", "Progressive"])
    frame["follow_up"] = np.round(rng.exponential(14, n) + 0.5, 1)
    frame["died"] = _levels((rng.random(n) < 0.6).astype(int), ["No", "Yes"])
    progressed = np.round(frame["follow_up"] * rng.uniform(0.2, 1, n), 1)
    frame["to_progression"] = np.where(rng.random(n) < 0.5, progressed, np.nan)
    frame["start"] = np.round(rng.uniform(0, 0.4, n), 1)
    frame["stop"] = np.round(frame["start"] + frame["follow_up"] * rng.uniform(0.1, 0.5, n), 1)
    frame["study_number"] = rng.permutation(n) + 1.0
    return frame


def _levels(codes: np.ndarray, labels: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(codes, categories=labels, ordered=True))


def step(kind: str, words: str, id_: str = "it") -> str:
    """A step of a plan, as text."""
    return f'\n[[steps]]\nid = "{id_}"\nkind = "{kind}"\ntitle = "What it shows"\n{words}\n'


def plan(steps: str, width: float = 174.0) -> StudyPlan:
    """The plan with these steps, and with figures of a width."""
    return plan_from(tomllib.loads(f"{HEAD}\n[report]\nfigure_width = {width}\n{steps}"))


def results_of(
    steps: str, frame: pd.DataFrame | None = None, width: float = 174.0, **more: object
) -> StudyResults:
    """What the steps find in a cohort."""
    study = plan(steps, width)
    frame = patients() if frame is None else frame
    given = {"synthetic": False, "flow": Flow(len(frame))} | more
    return run(Cohort(frame, study.dictionary, "made_up.csv", "0" * 64, **given), study)  # type: ignore[arg-type]


@cache
def view(steps: str, width: float = 174.0) -> View:
    """The same, ready to be printed; for the cohort of 90."""
    return View(results_of(steps, width=width))


def texts_fit(figure: Figure) -> None:
    """Every word lies within the figure, and none on another."""
    FigureCanvasAgg(figure).draw()
    width, height = figure.bbox.width, figure.bbox.height
    shown = [*figure.texts]
    for axes in figure.axes:
        shown += [*axes.texts, axes.xaxis.label, axes.yaxis.label, axes.title, axes._left_title]
        if axes.axison:
            (left, right), (low, high) = axes.get_xlim(), sorted(axes.get_ylim())
            shown += [t for t in axes.get_xticklabels() if left <= t.get_position()[0] <= right]
            shown += [t for t in axes.get_yticklabels() if low <= t.get_position()[1] <= high]
    boxes = [(t.get_text(), t.get_window_extent()) for t in shown if t.get_text().strip()]
    for words, box in boxes:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, words
    for i, (first, a) in enumerate(boxes):
        for second, b in boxes[i + 1 :]:
            assert not a.padded(-1.5).overlaps(b.padded(-1.5)), (first, second)
