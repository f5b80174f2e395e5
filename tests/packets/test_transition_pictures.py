"""Streams and bars of a scale before and after, read back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch, Rectangle
from picture_packet import patients, results_of, step, texts_fit, view

from reports.figures import study_figures
from reports.figures.sankey import FACES, moved_apart, transition_plots
from reports.view import View

SCALE = 'before = "ecog_0"\nafter = "ecog_1"\n'
DRAWN = {
    "all": step("transition", SCALE + 'better = "low"'),
    "arm": step("transition", SCALE + 'better = "low"\nby = "arm"'),
    "centre": step("transition", SCALE + 'better = "high"\nby = "centre"'),
    "bars": step("transition", SCALE + 'better = "high"\nby = "arm"\nfigure = "bars"'),
    "bars_centre": step("transition", SCALE + 'better = "low"\nby = "centre"\nfigure = "bars"'),
}


def drawings(shown: View):
    return [*transition_plots(shown.results.steps[0].step, shown)]


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("key", DRAWN)
def test_words_lie_within_the_figure_and_beside_each_other(key, width):
    found = drawings(view(DRAWN[key], width))
    assert len({one.key for one in found}) == len(found)
    for one in found:
        texts_fit(one.figure)
        assert one.figure.get_size_inches()[1] * 25.4 <= 240


def test_streams_are_as_wide_as_the_patients_who_moved():
    frame = patients()
    table = pd.crosstab(frame["ecog_0"], frame["ecog_1"])
    (one,) = drawings(view(DRAWN["all"]))
    axes = next(a for a in one.figure.axes if any(isinstance(p, PathPatch) for p in a.patches))
    streams = {p.get_label(): p.get_path() for p in axes.patches if isinstance(p, PathPatch)}
    assert len(streams) == (table.to_numpy() > 0).sum()
    levels = [p for p in axes.patches if isinstance(p, Rectangle)]
    millimetre = levels[0].get_height() / table.loc["0"].sum()
    for words, path in streams.items():
        before, after = words.split(" to ")
        thick = abs(path.vertices[-2, 1] - path.vertices[0, 1])
        assert thick == pytest.approx(table.loc[before, after] * millimetre)


def test_streams_are_filled_by_what_became_of_the_patients():
    for key, better in (("all", -1), ("centre", 1)):
        for one in drawings(view(DRAWN[key])):
            for patch in (p for axes in one.figure.axes for p in axes.patches):
                if isinstance(patch, PathPatch):
                    before, after = (int(level) for level in patch.get_label().split(" to "))
                    fate = np.sign((after - before) * better)
                    assert to_hex(patch.get_facecolor()).upper() == FACES[1 - fate]


def test_bars_before_and_after_are_percentages():
    frame = patients()
    (one,) = drawings(view(DRAWN["bars"]))
    axes = next(a for a in one.figure.axes if a.get_xlim() == (0, 100))
    mine = frame.loc[frame["arm"] == "Surgery", "ecog_0"]
    drawn = [bar.get_width() for bar in axes.patches[:5]]
    assert drawn == pytest.approx([100 * (mine == level).mean() for level in "43210"])


def test_tiny_levels_keep_their_labels_apart():
    frame = patients(60)
    for name, kept in (("ecog_0", 3), ("ecog_1", 6)):
        frame[name] = frame[name].where(frame.index < kept, "2")
    for width in (84.0, 174.0):
        for one in drawings(View(results_of(DRAWN["all"], frame, width))):
            texts_fit(one.figure)


def test_labels_are_moved_no_farther_than_they_must():
    assert moved_apart([1.0, 5.0, 9.0], 2.0, (0.0, 10.0)) == [1.0, 5.0, 9.0]
    assert moved_apart([4.0, 4.0], 2.0, (0.0, 10.0)) == [3.0, 5.0]
    assert moved_apart([9.5, 9.8, 10.0], 2.0, (0.0, 10.0)) == [6.0, 8.0, 10.0]
    assert moved_apart([], 2.0, (0.0, 10.0)) == []


def test_many_groups_fill_several_pages():
    found = drawings(view(DRAWN["centre"], 84.0))
    assert [one.key for one in found] == ["it", "it_2"]
    assert "Centre of a university" in found[1].alt


def test_no_figure_is_drawn_when_none_is_wanted():
    words = SCALE + 'better = "low"\nfigure = "none"'
    assert [*study_figures(View(results_of(step("transition", words))))] == []


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("n", [1, 4])
def test_small_cohorts_are_drawn(key, n):
    for one in study_figures(View(results_of(DRAWN[key], patients(n)))):
        texts_fit(one.figure)
        assert "nan" not in one.alt
