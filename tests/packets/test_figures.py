"""Figures read back: what is drawn is what the results say."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from gbsg2_packet import results, view
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analyses.plan import STUDIES, plan_from
from reports.figures import study_figures, style
from reports.figures.love import love_plot
from reports.format import ratio_interval
from reports.view import View

DRAWINGS = {d.key: d for d in study_figures(view())}


def axes_of(key: str):
    (axes,) = DRAWINGS[key].figure.axes
    return axes


def texts(key: str) -> list[str]:
    return [t.get_text() for t in axes_of(key).texts]


def narrow_view(width: float, of_step: dict | None = None):
    """The study again, its report of another width, its curves by grade with other words."""
    content = tomllib.loads((STUDIES / "gbsg2" / "plan.toml").read_text(encoding="utf-8"))
    (km,) = (s for s in content["steps"] if s["id"] == "km_grade")
    km.update(of_step or {})
    plan = plan_from(content | {"report": {"figure_width": width}})
    changed = {s.id: s for s in plan.file.steps}
    steps = tuple(replace(d, step=changed[d.step.id]) for d in results().steps)
    return View(replace(results(), plan=plan, steps=steps))


def redrawn(key: str, width: float, of_step: dict | None = None):
    """One figure of it."""
    (drawing,) = (d for d in study_figures(narrow_view(width, of_step)) if d.key == key)
    return drawing


NARROW = {d.key: d for d in study_figures(narrow_view(84.0))}
BOTH = [*DRAWINGS.items(), *((f"{k}, narrow", d) for k, d in NARROW.items())]


def patients():
    frame = results().cohort.frame
    return frame, frame["days"].to_numpy(), (frame["recurrence"] == "Yes").to_numpy()


@pytest.mark.parametrize("group", ["No", "Yes"])
def test_the_steps_of_a_curve_are_the_kaplan_meier_product(group):
    frame, time, event = patients()
    mine = (frame["hormone"] == group).to_numpy()
    curve = next(line for line in axes_of("km_hormone").lines if line.get_label() == group)
    x, y = curve.get_data()
    for at, drawn in zip(x[1::40], y[1::40], strict=True):
        product = 1.0
        for t in np.unique(time[mine & event & (time <= at)]):
            at_risk = (time[mine] >= t).sum()
            product *= 1 - (event & mine & (time == t)).sum() / at_risk
        assert drawn == pytest.approx(product, abs=1e-12)


def test_a_curve_starts_at_one_and_never_rises():
    for line in axes_of("km_grade").lines:
        if line.get_label() in ("I", "II", "III"):
            x, y = line.get_data()
            assert (x[0], y[0]) == (0, 1)
            assert (np.diff(y) <= 0).all()


def counted(mine, time, event, tick):
    """At risk, censored and events of some patients, as a risk table counts them."""
    there, had = (mine & (time >= tick)).sum(), (mine & event & (time <= tick)).sum()
    return {"at risk": there, "censored": (mine & ~event & (time < tick)).sum(), "events": had}


@pytest.mark.parametrize("width", [84.0, 174.0])
def test_risk_tables_are_a_count_of_the_data_under_the_ticks_of_every_export(width):
    words = ("at risk", "censored", "events")
    drawing = redrawn("km_grade", width, {"risk_table": list(words)})
    frame, time, event = patients()
    (axes,) = drawing.figure.axes
    ticks = list(axes.get_xticks())
    expected = [
        str(counted((frame["grade"] == group).to_numpy(), time, event, tick)[word])
        for word in words for group in ("I", "II", "III") for tick in ticks
    ]  # fmt: skip
    assert [t.get_text() for t in axes.texts] == expected
    columns = [t.get_position()[0] for t in axes.texts]
    assert columns == ticks * 9
    # In the SVG, each count stands below the mark of its tick.
    svg = drawing.bytes("svg").decode()
    marks = re.findall(r'id="xtick_\d+">\s*<g id="line2d_\d+">.*?<use [^>]*x="([\d.]+)"', svg, re.S)
    assert len(marks) == len(ticks)
    FigureCanvasAgg(drawing.figure).draw()
    scale = 72 / drawing.figure.dpi
    for k, count in enumerate(axes.texts):
        box = count.get_window_extent()
        middle = (box.x0 + box.x1) / 2 * scale
        assert middle == pytest.approx(float(marks[k % len(ticks)]), abs=0.6)


def test_the_legend_tells_events_medians_and_hazard_ratios():
    told = [t.get_text() for t in DRAWINGS["km_hormone"].figure.texts]
    numbers = view().numbers("cox_rfs/univariable")
    ratio = ratio_interval(*numbers.triple("hazard_ratio", term="hormone", level="Yes"))
    assert {"205/440", "1528 (1280–1814)", "1 (reference)", ratio, "Log-rank p = 0.003"} <= {*told}
    alone = [t.get_text() for t in DRAWINGS["km_nodes"].figure.texts]  # no model of these groups
    assert "Hazard ratio\n(95% CI)" not in alone


def test_the_legend_is_above_every_curve():
    for key in ("km_grade", "km_hormone"):
        figure, axes = DRAWINGS[key].figure, axes_of(key)
        FigureCanvasAgg(figure).draw()
        top = axes.get_window_extent().y1
        (test,) = [t for t in figure.texts if t.get_text().startswith("Log-rank")]
        assert test.get_window_extent().y0 >= top


def test_survival_axes_run_from_zero_to_one():
    for key, drawing in DRAWINGS.items():
        if key.startswith("km_"):
            (axes,) = drawing.figure.axes
            assert axes.get_ylim() == (0, 1.02)
            assert axes.get_xlim()[0] == 0


def test_every_censored_patient_has_a_mark():
    frame, time, event = patients()
    axes = axes_of("km_hormone")
    marks = [line for line in axes.lines if line.get_marker() == "|"]
    for line, group in zip(marks, ("No", "Yes"), strict=True):
        mine = (frame["hormone"] == group).to_numpy()
        assert list(line.get_xdata()) == list(np.unique(time[mine & ~event]))


def test_the_forest_has_each_ratio_at_its_place():
    numbers = view().numbers("cox_rfs/multivariable")
    drawn = [
        line.get_xdata()[0] for line in axes_of("cox_rfs").lines
        if line.get_marker() == "s" and line.get_markerfacecolor() != "white"
    ]  # fmt: skip
    frame = numbers.frame
    assert drawn == list(frame.loc[frame["statistic"] == "hazard_ratio", "value"])
    assert axes_of("cox_rfs").get_xscale() == "log"


def test_the_roc_curve_runs_corner_to_corner_and_holds_its_area():
    line = axes_of("roc_nodes").lines[1]
    x, y = line.get_data()
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(y, x) == pytest.approx(view().numbers("roc_nodes").get("auc"), abs=1e-12)


def test_the_love_plot_shows_absolute_differences():
    numbers = view().numbers("matching")
    before, after = axes_of("matching").lines[:2]
    assert before.get_xdata()[0] == abs(numbers.get("smd", group="before matching", term="age"))
    assert after.get_xdata()[0] == abs(numbers.get("smd", group="after matching", term="age"))


def test_lines_of_a_label_of_the_love_plot_do_not_touch(monkeypatch):
    monkeypatch.setattr("reports.figures.love.LONGEST", 10.0)
    (step,) = (d.step for d in view().results.steps if d.step.id == "matching")
    drawing = love_plot(step, view())
    axes = drawing.figure.axes[0]
    drawing.figure.canvas.draw()
    boxes = [t.get_window_extent() for t in axes.get_yticklabels()]
    two = [t for t in axes.get_yticklabels() if "\n" in t.get_text()]
    assert two
    assert all(t._linespacing >= 1.05 for t in two)
    assert all(a.y0 > b.y1 for a, b in pairwise(boxes))


def test_the_overlap_is_a_count_of_the_scores():
    before, after = DRAWINGS["matching_scores"].figure.axes
    numbers = view().numbers("matching")
    for axes, stage in ((before, "before matching"), (after, "after matching")):
        drawn = [bar.get_height() for bar in axes.patches]
        counts = [
            [numbers.get(arm, group=stage, level=f"{k / 20:.2f}") for k in range(20)]
            for arm in ("score_treated", "score_controls")
        ]
        frame, *_ = patients()
        sizes = frame["hormone"].value_counts()
        wanted = [sizes["Yes"], sizes["No"]] if axes is before else [243, 243]
        assert [sum(c) for c in counts] == wanted
        told = [s.words for s in DRAWINGS["matching_scores"].spots if f", {stage}: " in s.words]
        assert len(told) == sum(x > 0 for arm in counts for x in arm)
        assert drawn == pytest.approx(
            [x / wanted[0] for x in counts[0]] + [-x / wanted[1] for x in counts[1]]
        )


def test_every_text_lies_within_its_figure():
    for key, drawing in BOTH:
        figure = drawing.figure
        FigureCanvasAgg(figure).draw()
        width, height = figure.bbox.width, figure.bbox.height
        artists = [*figure.texts, *(t for a in figure.axes for t in a.texts)]
        for axes in (a for a in figure.axes if a.axison):
            low, high = axes.get_xlim()  # labels of ticks beyond the axis are not drawn
            artists += [t for t in axes.get_xticklabels() if low <= t.get_position()[0] <= high]
            artists += axes.get_yticklabels()
        artists += [a.xaxis.label for a in figure.axes] + [a.yaxis.label for a in figure.axes]
        for artist in artists:
            if artist.get_text():
                box = artist.get_window_extent()
                inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
                assert inside, (key, artist.get_text())


def test_texts_do_not_overlap():
    for key, drawing in BOTH:
        figure = drawing.figure
        FigureCanvasAgg(figure).draw()
        shown = [t for a in figure.axes for t in (*a.texts, a.xaxis.label)]
        shown = [t for t in (*figure.texts, *shown) if t.get_text().strip()]
        boxes = [(t.get_text(), t.get_window_extent().padded(-0.5)) for t in shown]
        for i, (first, a) in enumerate(boxes):
            for second, b in boxes[i + 1 :]:
                assert not a.overlaps(b), (key, first, second)


def test_every_figure_has_words_for_those_who_cannot_see_it():
    for drawing in DRAWINGS.values():
        assert len(drawing.alt) > 60
        assert "_" not in drawing.alt


def test_figures_are_the_same_bytes_each_time():
    again = {d.key: d for d in study_figures(view())}
    for kind in ("svg", "pdf", "png"):
        assert DRAWINGS["roc_nodes"].bytes(kind) == again["roc_nodes"].bytes(kind)


def test_fonts_are_embedded_in_pdf():
    content = DRAWINGS["roc_nodes"].bytes("pdf")
    assert b"/FontFile2" in content
    assert b"/Type3" not in content


@pytest.mark.parametrize(
    ("letters", "font"), [("Größe ≥ µ α", "Cohort Sans"), ("Возраст", "DejaVu Sans")]
)
def test_labels_in_other_letters_are_drawn_in_a_font_that_has_them(letters, font):
    try:
        style.use_letters(letters)
        assert style.LOOK["font.family"] == font
        assert style.text_width(letters) > 10
    finally:
        style.use_letters("")
