"""The patient flow: every count of it is recorded, drawn, and a count of the patients."""

from __future__ import annotations

import re

import numpy as np
import pytest
from gbsg2_packet import view as gbsg2
from matplotlib.patches import Rectangle
from picture_packet import REASONS, patients, results_of, step, texts_fit, view

from cohort_stats.cohort import Flow
from reports.figures import study_figures
from reports.figures.boxes import broken
from reports.figures.flow import flow_plot
from reports.view import View

LONG = "Treated elsewhere before the first visit, so that neither the date of diagnosis " * 3


def leaving(n: int, first: str = "") -> str:
    reasons = [first or REASONS[0], *REASONS[1:]]
    return "".join(
        f'[[exclusions]]\nreason = "{reason.strip()}"\nvariable = "days"\nbelow = {k + 3}\n'
        for k, reason in enumerate(reasons[:n])
    )


def by(name: str) -> str:
    return step("compare", f'by = "{name}"\nrows = ["days", "months"]', "base")


MATCH = step(
    "match",
    'treated = { variable = "arm", is = "Surgery" }\ncovariates = ["days", "months"]',
    "pairs",
)
MODEL = step(
    "logistic",
    'outcome = "died"\ncovariates = ["size_1", "size_2"]\nselection = { rule = "all" }',
    "model",
)
DRAWN = {
    "two groups": leaving(2) + by("arm") + MATCH + MODEL,
    "two groups, long": leaving(3, LONG) + by("arm") + MATCH,
    "four groups": leaving(12) + by("response") + MATCH + MODEL,
    "one matching": leaving(2) + MATCH,
    "no exclusion": by("response"),
    "no group": leaving(12) + step("bars", 'variables = ["reason"]', "bars"),
}


def words(figure) -> str:
    return " ".join(text.get_text() for text in figure.axes[0].texts)


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("key", DRAWN)
def test_words_lie_in_boxes_that_do_not_meet(key, width):
    figure = flow_plot(view(DRAWN[key], width)).figure
    texts_fit(figure)
    assert figure.get_size_inches()[1] * 25.4 <= 240
    (axes,) = figure.axes
    boxes = [p.get_window_extent() for p in axes.patches if isinstance(p, Rectangle)]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])
    for text in axes.texts:
        at = text.get_window_extent()
        assert any(
            b.x0 <= at.x0 and at.x1 <= b.x1 and b.y0 <= at.y0 and at.y1 <= b.y1 for b in boxes
        )


def test_every_count_is_one_of_the_patients():
    frame = patients()
    drawing = flow_plot(view(DRAWN["four groups"], 174.0))
    drawn = words(drawing.figure)
    assert "Patients in the cohort file (n = 90)" in drawn
    left = frame
    for k, reason in enumerate(REASONS):
        out, unknown = left["days"] < k + 3, left["days"].isna().sum()
        last = reason.split()[-1]
        assert f"{last} (n = {out.sum()}, {unknown} not known)" in drawn
        left = left[~out]
    assert f"Left out (n = {90 - len(left)})" in drawn
    assert f"Patients analysed (n = {len(left)})" in drawn
    for level, n in left["response"].value_counts(sort=False).items():
        assert f"Response: {level} (n = {n})" in drawn
    missing = left[["size_1", "size_2"]].isna().any(axis=1).sum()
    assert f"What it shows (n = 0 to {missing})" in drawn
    counts = re.findall(r"n = (\d+)", drawn)
    known = set(view(DRAWN["four groups"], 174.0).numbers("flow").frame["value"])
    assert {float(n) for n in counts} - {90.0 - len(left)} <= known


def test_matched_and_left_out_add_up_to_each_group():
    numbers = view(DRAWN["two groups"], 174.0).numbers("flow")
    for arm in ("Surgery", "Radiotherapy"):
        where = {"term": "pairs", "group": arm}
        three = numbers.several("matched", "unmatched", "missing", **where)
        assert sum(three) == numbers.get("n", term="arm", group=arm)
        reasons = numbers.several("without_stratum", "beyond_caliper", "not_chosen", **where)
        assert sum(reasons) == three[1]
    assert numbers.get("sets", term="pairs") == three[0]
    drawing = flow_plot(view(DRAWN["two groups"], 174.0))
    assert f"Matched in {three[0]:.0f} sets (n = {three[0]:.0f})" in drawing.alt
    assert f"Not matched (n = {three[1]:.0f})" in drawing.alt


def test_a_matching_of_other_groups_stands_apart():
    alt = flow_plot(view(DRAWN["four groups"], 174.0)).alt
    numbers = view(DRAWN["four groups"], 174.0).numbers("flow")
    for arm, called in (("treated", "Treated"), ("control", "Controls")):
        n = numbers.get("matched", term="pairs", group=arm)
        assert f"{called}, matched in {n:.0f} sets (n = {n:.0f})" in alt


def test_patients_of_no_group_are_a_box_of_their_own():
    frame = patients(40)
    frame.loc[:4, "arm"] = np.nan
    found = View(results_of(by("arm") + MATCH, frame))
    drawing = flow_plot(found)
    assert "Not known, or another (n = 5)" in drawing.alt
    texts_fit(drawing.figure)
    assert sum(isinstance(p, Rectangle) for p in drawing.figure.axes[0].patches) == 7


def test_it_is_the_first_figure_where_somebody_is_left_out_or_groups_are_compared():
    assert next(iter(study_figures(gbsg2()))).key == "flow"
    plain = step("bars", 'variables = ["reason"]')
    assert flow_plot(view(plain)) is None
    assert flow_plot(view(plain.replace('["reason"]', '["reason"]\nby = "arm"'))) is None
    assert flow_plot(view(by("centre"))) is None  # twelve groups
    one = patients(20).assign(arm="Surgery").astype({"arm": patients(1)["arm"].dtype})
    assert flow_plot(View(results_of(by("arm"), one))) is None


def test_nobody_left_out_and_everybody_left_out():
    alt = flow_plot(view(DRAWN["no exclusion"], 174.0)).alt
    assert alt.startswith("Patients in the cohort file, all analysed (n = 90). Response: Complete")
    everybody = leaving(1).replace("below = 3", "at_least = 0")
    few = patients(20)
    found = View(results_of(everybody + by("arm"), few[few["days"].notna()].reset_index(drop=True)))
    assert "Patients analysed (n = 0)." in flow_plot(found).alt
    nobody = View(results_of(leaving(1).replace("below = 3", "below = 0") + by("arm")))
    assert "Left out (n = 0): Pain (n = 0" in flow_plot(nobody).alt


def test_synthetic_patients_are_called_so():
    found = View(results_of(by("arm"), synthetic=True, flow=Flow(90)))
    assert any("SYNTHETIC" in text.get_text() for text in flow_plot(found).figure.texts)


def test_brackets_stay_whole():
    parts = broken("Reason (n = 1, 2 not known); more", 30.0)
    assert "(n = 1, 2 not known);" in " ".join(parts)
