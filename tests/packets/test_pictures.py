"""Pictures that describe, read back: what is drawn is a count of the data."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from picture_packet import patients, plan, results_of, step, texts_fit, view

from analyses.plan import PlanError
from cohort_stats.results import pick
from reports.figures import fills, study_figures
from reports.figures.bars import bars_plot
from reports.figures.distribution import distribution_plots
from reports.figures.spread import swarm
from reports.table import markdown
from reports.tables import study_tables
from reports.text import results_text
from reports.view import View

DRAWN = {
    "hist": step("distribution", 'variables = ["days", "months"]'),
    "hist_arm": step("distribution", 'variables = ["days", "months"]\nby = "arm"'),
    "box": step("distribution", 'variables = ["days", "months"]\nfigure = "box"'),
    "box_centre": step("distribution", 'variables = ["days"]\nfigure = "box"\nby = "centre"'),
    "violin": step("distribution", 'variables = ["days"]\nfigure = "violin"\nby = "arm"'),
    "bars": step("bars", 'variables = ["reason"]\norder = "frequency"'),
    "bars_arm": step("bars", 'variables = ["reason"]\nby = "arm"'),
    "stacked": step("bars", 'variables = ["ecog_0"]\nby = "centre"\nlayout = "stacked"'),
    "several": step("bars", 'variables = ["nausea", "pain", "rash"]\nby = "arm"'),
    "percent": step("bars", 'variables = ["ecog_0", "ecog_1"]\nlayout = "percent"\nby = "arm"'),
    "percent_centre": step("bars", 'variables = ["ecog_0"]\nlayout = "percent"\nby = "centre"'),
    "percent_reason": step("bars", 'variables = ["reason"]\nlayout = "percent"\nby = "arm"'),
}


def drawings(shown: View):
    found = []
    for done in shown.results.steps:
        maker = {"distribution": distribution_plots, "bars": bars_plot}[done.step.kind]
        made = maker(done.step, shown)
        found += [made] if done.step.kind == "bars" else made
    return [drawing for drawing in found if drawing is not None]


def drawing(key: str):
    return drawings(view(DRAWN[key]))[0]


def main_axes(key: str):
    return max(drawing(key).figure.axes, key=lambda axes: len(axes.patches))


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("key", DRAWN)
def test_words_lie_within_the_figure_and_beside_each_other(key, width):
    for one in drawings(view(DRAWN[key], width)):
        texts_fit(one.figure)
        assert one.figure.get_size_inches()[0] * 25.4 == pytest.approx(width)
        assert one.figure.get_size_inches()[1] * 25.4 <= 240
        assert len(one.alt) > 60


def test_bins_are_a_count_of_the_data():
    days = patients()["days"].dropna().to_numpy()
    axes = drawing("hist").figure.axes[0]
    assert len(axes.patches) >= 8
    for bar in axes.patches:
        low, high = bar.get_x(), bar.get_x() + bar.get_width()
        assert bar.get_height() == ((days >= low) & (days < high)).sum()
    assert sum(bar.get_height() for bar in axes.patches) == len(days)
    assert axes.lines[0].get_xdata()[0] == np.median(days)


def test_groups_share_bins_and_the_height_of_the_axis():
    first, second = drawing("hist_arm").figure.axes
    edges = [[bar.get_x() for bar in axes.patches] for axes in (first, second)]
    assert edges[0] == edges[1]
    assert first.get_ylim() == second.get_ylim()


def test_a_bin_of_a_given_width_and_values_on_its_edges():
    frame = patients(6)
    frame["months"] = [0.1, 0.2, 0.3, 0.3, 0.6, 0.7]
    shown = View(
        results_of(step("distribution", 'variables = ["months"]\nwidth = 0.1'), frame=frame)
    )
    numbers = shown.numbers("it")
    levels = numbers.unique_levels_of("bin_from", "months")
    where = [{"group": "Overall", "term": "months", "level": level} for level in levels]
    assert [numbers.get("bin_from", **at) for at in where] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    assert [numbers.get("bin_count", **at) for at in where] == [1, 1, 2, 0, 0, 1, 1]


def test_the_box_is_the_quartiles_and_the_whiskers_are_tukeys():
    frame = patients()
    axes = drawing("box_centre").figure.axes[0]
    boxes = [p for p in axes.patches if isinstance(p, Rectangle)]
    big = frame.groupby("centre", observed=True)["days"].apply(lambda c: c.count() >= 5)
    assert len(boxes) == big.sum()
    values = frame.loc[frame["centre"] == "Centre A", "days"].dropna()
    q1, q3 = values.quantile(0.25), values.quantile(0.75)
    assert (boxes[0].get_x(), boxes[0].get_width()) == (q1, q3 - q1)
    reach = 1.5 * (q3 - q1)
    within = values[(values >= q1 - reach) & (values <= q3 + reach)]
    ends = {x for line in axes.lines[:2] for x in line.get_xdata()}
    assert {within.min(), within.max()} <= ends


def test_every_patient_is_a_point_and_the_points_do_not_tell_whose_they_are():
    frame = patients()
    axes = drawing("violin").figure.axes[0]
    dots = [line for line in axes.lines if line.get_markeredgewidth() == 0]
    for line, arm in zip(dots, ("Surgery", "Radiotherapy"), strict=True):
        assert list(line.get_xdata()) == sorted(frame.loc[frame["arm"] == arm, "days"].dropna())


def test_without_points_no_single_value_is_recorded():
    words = 'variables = ["days"]\nfigure = "box"\npoints = false\nby = "centre"'
    shown = View(results_of(step("distribution", words)))
    assert "point" not in set(shown.results.stack()["statistic"])
    assert all(line.get_marker() != "o" for d in drawings(shown) for line in d.figure.axes[0].lines)


def test_many_points_give_way_to_those_beyond_the_whiskers():
    shown = View(
        results_of(
            step("distribution", 'variables = ["days"]\nfigure = "box"'), frame=patients(400)
        )
    )
    numbers = shown.numbers("it")
    beyond = numbers.get("beyond_whiskers", group="Overall", term="days")
    assert 0 < beyond == len(numbers.unique_levels_of("point", "days"))


def test_points_of_a_swarm_do_not_cover_each_other():
    places = np.sort(np.random.default_rng(2).normal(0, 6, 60))
    offsets = swarm(places, 1.0, 8.0)
    for i in range(60):
        gaps = np.hypot(places - places[i], offsets - offsets[i])
        assert np.delete(gaps, i).min() > 0.97
    assert abs(swarm(np.zeros(50), 1.0, 2.0)).max() <= 2.0


def test_violins_are_as_wide_as_each_other_and_hold_one():
    numbers = view(DRAWN["violin"]).numbers("it")
    x, density = numbers.curve("Surgery", "density")
    assert np.trapezoid(density, x) == pytest.approx(0.9, abs=0.1)
    values = patients().loc[lambda f: f["arm"] == "Surgery", "days"].dropna().to_numpy()
    bandwidth = numbers.get("bandwidth", group="Surgery", term="days")
    q1, q3 = np.quantile(values, [0.25, 0.75])
    spread = min(values.std(ddof=1), (q3 - q1) / 1.34)
    assert bandwidth == pytest.approx(0.9 * spread * len(values) ** -0.2)
    naive = np.mean(np.exp(-0.5 * ((x[50] - values) / bandwidth) ** 2)) / (
        bandwidth * np.sqrt(2 * np.pi)
    )
    assert density[50] == pytest.approx(naive)


def test_bars_are_percentages_of_each_group():
    frame = patients()
    axes = main_axes("bars_arm")
    for k, arm in enumerate(("Surgery", "Radiotherapy")):
        mine = frame.loc[frame["arm"] == arm, "reason"]
        drawn = [bar.get_width() for bar in axes.patches[k * 12 : k * 12 + 12]]
        expected = [100 * (mine == level).mean() for level in mine.cat.categories]
        assert drawn == pytest.approx(expected)
    first = frame.loc[frame["arm"] == "Surgery", "reason"] == "Pain"
    assert f"{first.sum()} ({100 * first.mean():.0f}%)" in [t.get_text() for t in axes.texts]


def test_the_most_frequent_comes_first():
    widths = [bar.get_width() for bar in main_axes("bars").patches]
    assert widths == sorted(widths, reverse=True)


def test_stacked_bars_add_up():
    frame = patients()
    axes = main_axes("stacked")
    assert sum(bar.get_width() for bar in axes.patches) == len(frame)
    ends = {}
    for bar in axes.patches:
        middle = round(bar.get_y() + bar.get_height() / 2, 6)
        assert bar.get_x() == ends.get(middle, 0)
        ends[middle] = bar.get_x() + bar.get_width()
    assert [*ends.values()] == frame["ecog_0"].value_counts(sort=False).tolist()


def test_bars_of_one_hundred_per_cent():
    frame = patients()
    axes = main_axes("percent")
    mine = frame.loc[frame["arm"] == "Surgery", "ecog_0"]
    drawn = [bar.get_width() for bar in axes.patches[:5]]
    assert drawn == pytest.approx([100 * (mine == level).mean() for level in "01234"])
    assert axes.get_xlim() == (0, 100)


def test_several_that_may_apply():
    words = dict(results_text(view(DRAWN["several"])))["What it shows"]
    frame = patients()
    assert f"Nausea {(frame['nausea'] == 'Yes').sum()} (" in words
    (table,) = study_tables(view(DRAWN["several"]))
    assert "More than one may apply." in markdown(table)


def test_fills_can_be_told_apart_in_grey():
    def grey(fill):
        return np.dot(to_rgb(fill["facecolor"]), (0.299, 0.587, 0.114))

    for levels in (2, 5):
        shades = [grey(fills.of_scale(k, levels)) for k in range(levels)]
        assert np.diff(shades).max() < -0.1
    four = sorted(grey(fills.of_groups(k)) for k in range(4))
    assert np.diff(four).min() > 0.1
    assert (
        len({(fills.of_groups(k)["facecolor"], fills.of_groups(k)["hatch"]) for k in range(12)})
        == 12
    )


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("n", [1, 4])
def test_small_cohorts_are_drawn(key, n):
    shown = View(results_of(DRAWN[key], frame=patients(n)))
    for one in study_figures(shown):
        texts_fit(one.figure)
        assert "nan" not in one.alt
    for table in study_tables(shown):
        assert "nan" not in markdown(table)
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_values_all_alike_and_groups_without_a_value():
    frame = patients(30)
    frame["days"] = 4.0
    frame.loc[frame["arm"] == "Surgery", "months"] = np.nan
    for figure in ("histogram", "box", "violin"):
        words = f'variables = ["days", "months"]\nby = "arm"\nfigure = "{figure}"'
        shown = View(results_of(step("distribution", words), frame=frame))
        for one in study_figures(shown):
            texts_fit(one.figure)
        assert "Surgery’ no known value" in dict(results_text(shown))["What it shows"]
    everybody = frame.assign(days=np.nan, months=np.nan)
    reasons = [
        n.reason
        for n in results_of(step("distribution", 'variables = ["days"]'), everybody).not_done
    ]
    assert reasons == ["the cohort holds none of its variables: Interval from diagnosis to surgery"]


def test_bins_too_narrow_for_a_picture():
    found = results_of(step("distribution", 'variables = ["days"]\nwidth = 0.001'))
    assert [n.reason for n in found.not_done] == [
        "bins of 0.001 would be more than 200 for 'Interval from diagnosis to surgery'"
    ]


def test_patients_without_a_group_are_counted():
    frame = patients(30)
    frame.loc[:3, "arm"] = np.nan
    found = results_of(DRAWN["bars_arm"], frame)
    assert "left out for want of a group: 4 patients" in found.steps[0].results[0].warnings
    assert pick(found.stack(), "n", group="Overall", term="reason")["value"].item() == 26


def test_synthetic_patients_are_called_so():
    for key in ("hist", "box", "bars_arm", "percent"):
        for width in (84.0, 174.0):
            for one in drawings(View(results_of(DRAWN[key], width=width, synthetic=True))):
                texts_fit(one.figure)
                assert "SYNTHETIC" in one.figure.texts[0].get_text()


WRONG = [
    ("distribution", 'variables = ["arm"]', "variables[1]", "a number"),
    ("distribution", 'variables = ["days", "days"]', "variables[2]", "only once"),
    ("distribution", 'variables = ["dais"]', "variables[1]", "a variable"),
    ("distribution", 'variables = ["days"]\npoints = false', "points", "not beside"),
    ("distribution", 'variables = ["days"]\nfigure = "box"\nwidth = 2', "width", "not beside"),
    ("distribution", 'variables = ["days"]\nwidth = 0', "width", "above 0"),
    ("distribution", 'variables = ["days"]\nbins = "scott"', "bins", "one of"),
    ("bars", 'variables = ["days"]', "variables[1]", "a category"),
    ("bars", 'variables = ["reason", "arm"]', "variables", "several of type yes/no"),
    ("bars", 'variables = ["ecog_0", "arm"]\nlayout = "percent"', "variables[2]", "the levels of"),
    ("bars", 'variables = ["reason"]\nlayout = "stacked"', "by", "a group or a variable"),
    ("bars", 'variables = ["reason"]\nlayout = "percent"\norder = "frequency"', "order", "'given'"),
]


@pytest.mark.parametrize(("kind", "words", "where", "expected"), WRONG)
def test_mistakes_of_the_plan(kind, words, where, expected):
    with pytest.raises(PlanError) as caught:
        plan(step(kind, words))
    found = [str(p) for p in caught.value.problems]
    assert any(line.startswith(f"steps[1] (it).{where}") and expected in line for line in found), (
        found
    )
