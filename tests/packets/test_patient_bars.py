"""Waterfalls and swimmer plots, read back."""

from __future__ import annotations

import numpy as np
import pytest
from picture_packet import patients, plan, results_of, step, texts_fit, view

from analyses.plan import PlanError
from reports.figures import study_figures
from reports.figures.swimmer import swimmer_plot
from reports.figures.waterfall import waterfall_plot
from reports.tables import study_tables
from reports.text import results_text
from reports.view import View

FALL = 'before = "size_0"\nafter = ["size_1", "size_2"]\nlines = [-30, 20]\n'
SWIM = """endpoint = "os"
marks = [{ label = "Progression", at = "to_progression" }]
spans = [{ label = "Treatment", from = "start", to = "stop" }]
"""
DRAWN = {
    "fall": step("waterfall", FALL),
    "fall_by": step("waterfall", FALL + 'by = "response"'),
    "fall_centre": step("waterfall", 'change = "size_0"\nlines = [30]\nby = "centre"'),
    "fall_mm": step("waterfall", 'before = "size_0"\nafter = "size_1"\nscale = "absolute"'),
    "swim": step("swimmer", 'endpoint = "os"'),
    "swim_by": step("swimmer", SWIM + 'by = "arm"\nnumbers = "study_number"'),
    "swim_centre": step("swimmer", SWIM + 'by = "centre"'),
}


def drawing(key: str, width: float = 174.0, shown: View | None = None):
    shown = view(DRAWN[key], width) if shown is None else shown
    done = shown.results.steps[0].step
    return {"waterfall": waterfall_plot, "swimmer": swimmer_plot}[done.kind](done, shown)


def main_axes(figure):
    return max(figure.axes, key=lambda axes: len(axes.patches))


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("key", DRAWN)
def test_words_lie_within_the_figure_and_beside_each_other(key, width):
    one = drawing(key, width)
    texts_fit(one.figure)
    assert one.figure.get_size_inches()[1] * 25.4 <= 240
    assert len(one.alt) > 60


def test_every_patient_has_a_bar_and_bars_fall():
    frame = patients()
    best = frame[["size_1", "size_2"]].min(axis=1)
    change = (100 * (best / frame["size_0"] - 1)).sort_values(ascending=False)
    bars = main_axes(drawing("fall").figure).patches
    assert [bar.get_height() for bar in bars] == pytest.approx(list(change))
    words = dict(results_text(view(DRAWN["fall"])))["What it shows"]
    assert f"at most −30% in {(change <= -30).sum()} (" in words
    assert f"at least 20% in {(change >= 20).sum()} (" in words


def test_bars_are_filled_by_group():
    frame = patients()
    bars = main_axes(drawing("fall_by").figure).containers
    sizes = frame["response"].value_counts(sort=False)
    assert [len(bar) for bar in bars] == [n for n in sizes if n]


def test_lines_are_drawn_where_the_plan_says():
    axes = main_axes(drawing("fall").figure)
    drawn = {line.get_ydata()[0] for line in axes.lines if line.get_linestyle() != "-"}
    assert drawn == {-30, 20}


def test_the_best_may_be_the_highest_and_the_change_absolute():
    words = 'before = "size_0"\nafter = ["size_1", "size_2"]\nbest = "high"\nscale = "absolute"'
    frame = patients()
    numbers = View(results_of(step("waterfall", words))).numbers("it")
    expected = (frame[["size_1", "size_2"]].max(axis=1) - frame["size_0"]).max()
    assert numbers.get("patient_change", group="Overall", level="1") == expected


def test_per_cent_of_zero_is_not_known():
    frame = patients(10)
    frame.loc[0, "size_0"] = 0.0
    found = results_of(DRAWN["fall"], frame)
    assert "without a known change: 1 patient" in found.steps[0].results[0].warnings
    frame["size_0"] = 0.0
    assert [n.reason for n in results_of(DRAWN["fall"], frame).not_done] == [
        "no patient has a known change"
    ]


def test_the_event_of_a_swimmer_has_the_name_of_its_variable():
    shown = view(DRAWN["swim"])
    axes = drawing("swim", shown=shown).figure.axes
    words = [t.get_text() for one in axes for t in one.texts]
    assert shown.dictionary["died"].label in words
    assert not [w for w in words if w.startswith("Event:")]


def test_swimmers_run_to_the_end_of_follow_up():
    frame = patients()
    axes = main_axes(drawing("swim").figure)
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert ends == pytest.approx(sorted(frame["follow_up"], reverse=True))
    dead = (frame["died"] == "Yes").sum()
    marks = {line.get_marker(): len(line.get_xdata()) for line in axes.lines}
    assert marks["X"] == dead
    assert marks[">"] == len(frame) - dead


def test_marks_and_spans_lie_on_the_bar_of_their_patient():
    frame = patients(40)
    axes = main_axes(drawing("swim_by", shown=View(results_of(DRAWN["swim_by"], frame))).figure)
    labels = [t.get_text() for t in axes.get_yticklabels()]
    assert sorted(labels, key=int) == [str(k) for k in range(1, 41)]
    own = frame.set_index(frame["study_number"].astype(int).astype(str))
    (marks,) = (line for line in axes.lines if line.get_label() == "Progression")
    assert len(marks.get_xdata()) == frame["to_progression"].notna().sum()
    for x, y in zip(marks.get_xdata(), marks.get_ydata(), strict=True):
        assert own.loc[labels[int(y)], "to_progression"] == x
    (spans,) = (c for c in axes.containers if c.get_label() == "Treatment")
    for bar in spans:
        patient = own.loc[labels[round(bar.get_y() + bar.get_height() / 2)]]
        assert bar.get_x() == patient["start"]
        assert bar.get_width() == pytest.approx(patient["stop"] - patient["start"])


def test_a_span_without_an_end_lasts_to_the_end_of_follow_up():
    frame = patients(5)
    frame.loc[0, ["stop", "follow_up"]] = [np.nan, 99.0]
    numbers = View(results_of(step("swimmer", SWIM), frame)).numbers("it")
    assert numbers.get("span_to", group="Overall", term="Treatment", level="1") == 99.0


def test_marks_may_depend_on_a_condition_and_lie_outside():
    words = SWIM.replace("at = ", 'when = "died", at = ')
    frame = patients()
    frame.loc[0, "to_progression"] = frame.loc[0, "follow_up"] + 1
    found = results_of(step("swimmer", words), frame)
    numbers = View(found).numbers("it").frame
    marked = (frame["died"] == "Yes") & frame["to_progression"].notna()
    assert (numbers["statistic"] == "mark_at").sum() == marked.sum()
    found = results_of(DRAWN["swim_by"], frame)
    assert any(
        "after the end of follow-up: 1 patient" in w for w in found.steps[0].results[0].warnings
    )


def test_no_id_is_ever_printed():
    frame = patients()
    frame["id"] = [f"SECRET{k}" for k in range(len(frame))]
    shown = View(results_of(DRAWN["swim_by"], frame))
    content = drawing("swim_by", shown=shown).bytes("svg")
    assert b"SECRET" not in content
    assert "SECRET" not in shown.results.stack().to_csv()


@pytest.mark.parametrize(
    "numbers", [[1, 1, 2], [100234, 2, 3], ["A-1", "A-2", "A-3"], [1, 2, None]]
)
def test_numbers_that_may_be_a_hospitals_are_refused(numbers):
    frame = patients(3)
    frame["id"] = numbers
    found = results_of(step("swimmer", 'endpoint = "os"\nnumbers = "id"'), frame)
    assert "does not hold study numbers" in found.not_done[0].reason


def test_too_many_patients_for_a_page():
    assert "room for 120" in results_of(DRAWN["swim"], patients(130)).not_done[0].reason
    assert "room for 400" in results_of(DRAWN["fall"], patients(430)).not_done[0].reason


def test_absent_columns():
    frame = patients().drop(columns=["size_1", "size_2", "to_progression"])
    reason = results_of(DRAWN["fall"], frame).not_done[0].reason
    assert reason.startswith("the cohort holds no later value: Sum of diameters at 3 months")
    found = results_of(DRAWN["swim_by"], frame)
    assert "no value in the cohort file: Progression" in found.steps[0].results[0].warnings


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("n", [1, 4])
def test_small_cohorts_are_drawn(key, n):
    shown = View(results_of(DRAWN[key], patients(n)))
    for one in study_figures(shown):
        texts_fit(one.figure)
        assert "nan" not in one.alt
    assert all("nan" not in words for _, words in results_text(shown))
    assert [t.key for t in study_tables(shown)] == []


WRONG = [
    ("waterfall", "lines = [-30]", "change", "a variable, or before"),
    ("waterfall", 'before = "size_0"', "after", "one or several"),
    ("waterfall", 'change = "size_0"\nbest = "low"', "best", "only with before"),
    ("waterfall", 'change = "size_0"\nlines = [0]', "lines", "other than 0"),
    ("waterfall", 'change = "arm"', "change", "a number"),
    ("waterfall", 'before = "size_0"\nafter = "months"', "after[1]", "the unit of 'size_0', mm"),
    ("waterfall", 'before = "size_0"\nafter = "size_0"', "after[1]", "another variable"),
    ("swimmer", 'endpoint = "pfs"', "endpoint", "an endpoint"),
    ("swimmer", 'endpoint = "os"\nnumbers = "arm"', "numbers", "a whole number"),
    ("swimmer", SWIM.replace("to_progression", "days"), "marks[1].at", "the unit of 'follow_up'"),
    ("swimmer", SWIM.replace("to_progression", "arm"), "marks[1].at", "a number"),
    ("swimmer", SWIM.replace("Treatment", "Progression"), "", "each label only once"),
    ("swimmer", SWIM.replace('label = "Treatment", ', ""), "spans[1].label", "this key"),
]


@pytest.mark.parametrize(("kind", "words", "where", "expected"), WRONG)
def test_mistakes_of_the_plan(kind, words, where, expected):
    with pytest.raises(PlanError) as caught:
        plan(step(kind, words))
    found = [str(p) for p in caught.value.problems]
    start = f"steps[1] (it){f'.{where}' if where else ''}"
    assert any(line.startswith(start) and expected in line for line in found), found
