"""Studies pooled by a plan: its words, its numbers, its table, its forest plot, its sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pooling_plan import plan_with, results_of, studies

from analyses.plan import StudyPlan
from cohort_stats import from_counts, from_intervals, pool
from cohort_stats.conventions import PRESETS
from cohort_stats.problem import PlanError
from reports.figures import study_figures
from reports.packet import render
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text
from reports.view import View

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def results():
    return results_of(plan_with(), studies())


@pytest.fixture(scope="module")
def view(results):
    return View(results)


MISTAKES = [
    (
        'events = "events"\n',
        "",
        "(recurrence).events: expected a variable, for the measure 'proportion', found nothing",
    ),
    ('events = "events"', 'events = "auc2"', "did you mean 'auc'"),
    ('events = "events"', 'events = "study"', "found 'study', which is of type 'text'"),
    (
        'estimate = "auc"\n',
        "",
        "steps[1] (areas).estimate: expected a variable, for the measure 'area under",
    ),
    (
        'low = "low"\n',
        "",
        "(areas).low: expected a variable (or no limits, but se, the standard error)",
    ),
    ('by = "output"', 'by = "outptu"', "did you mean 'output'"),
    ('by = "output"', 'by = "auc"', "a category or yes/no"),
    (
        'by = "output"',
        'scale = "log"',
        "(areas).scale: expected one of logit, identity, found 'log'",
    ),
    (
        'by = "output"',
        'grouped = "output"',
        "title, on, only, assumption, missing, by, measure, study",
    ),
    ('by = "output"', 'between_studies = "fixed"', "between_studies"),
    (
        'events = "events"',
        'events = "events"\nwithout_interval = "mean"',
        "without_interval: expected nothing, for the measure 'proportion'",
    ),
    ('by = "output"', "level = 95", "level"),
    ('measure = "proportion"', 'measure = "rate"', "measure"),
    ('moderators = ["year"]', 'moderators = ["study"]', "which is of type 'text'"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_a_mistake_in_the_plan_is_named(old, new, message):
    with pytest.raises(PlanError) as wrong:
        plan_with(old, new)
    assert message in str(wrong.value)


def test_the_step_says_what_the_verb_says(results):
    frame = studies()
    direct = pool(
        from_intervals(frame["auc"], frame["low"], frame["high"], scale="logit"), by=frame["output"]
    )
    numbers = results.stack().query("analysis == 'areas/pooled' and term == 'pooled'")
    for group in ("", "90 days", "1 year"):
        for statistic in ("estimate", "prediction_low", "tau2"):
            got = numbers.query(f"group == '{group}' and statistic == '{statistic}'")[
                "value"
            ].item()
            assert got == direct.value(statistic, term="pooled", group=group)
    parts = {r.numbers["analysis"].iloc[0] for s in results.steps for r in s.results}
    assert parts >= {"areas/leave-one-out", "areas/funnel", "areas/moderators"}


def test_every_number_has_a_place_of_its_own(results):
    keys = ["analysis", "group", "term", "level", "time", "statistic"]
    assert not results.stack().duplicated(keys).any()


@pytest.mark.parametrize("key", ["areas", "recurrence"])
def test_the_tables_are_as_they_were(view, key):
    """Rewrite with ``tests/plans/write_golden_pooling.py``."""
    table = next(t for t in study_tables(view) if t.key == key)
    assert markdown(table) == (GOLDEN / f"pool_{key}.md").read_text(encoding="utf-8")
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_the_forest_plot_shows_the_studies_and_the_pooled_effect(view, results):
    drawing = next(d for d in study_figures(view) if d.key == "areas")
    (axes,) = drawing.figure.axes
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    assert [line.get_xdata()[0] for line in squares] == list(studies()["auc"])
    sizes = np.array([line.get_markersize() for line in squares])
    numbers = results.stack().query("analysis == 'areas/pooled'")
    weights = numbers.query("statistic == 'weight'")["value"].to_numpy()
    assert sizes**2 / sizes.max() ** 2 == pytest.approx(weights / weights.max())
    diamonds = [p.get_xy() for p in axes.patches]
    assert len(diamonds) == 3
    wanted = numbers.query("term == 'pooled' and group == ''").set_index("statistic")["value"]
    assert diamonds[-1][:, 0].min() == wanted["estimate_low"]
    assert diamonds[-1][:, 0].max() == wanted["estimate_high"]
    bar = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 2.2][-1]
    assert list(bar) == [wanted["prediction_low"], wanted["prediction_high"]]
    texts = [t.get_text() for t in axes.texts]
    assert "0.789 (0.749–0.825)" in texts
    assert "Fenn 2024" in texts
    assert "0.789 (0.749–0.825)" in drawing.alt


def test_study_names_in_any_letters_are_drawn(recwarn):
    frame = studies()
    frame["study"] = ["Κωνσταντίνου 2020", "Çelik 2021", "Иванов 2022", *frame["study"][3:]]
    frame["year"] = 2020
    for drawing in study_figures(View(results_of(plan_with(), frame))):
        drawing.bytes("png")
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def test_the_sentences(view):
    said = dict(results_text(view))
    assert said["Studies"] == "All 20 studies in the file were analysed."
    assert (
        "The pooled area under the curve was 0.797 (95% CI 0.768–0.823; 95% prediction "
        in said["Discrimination"]
    )
    assert "0.789 (95% CI 0.749–0.825" in said["Discrimination"]
    assert "Leaving out one study at a time" in said["Recurrence"]
    methods = dict(methods_text(view))["Pooling of studies"]
    for words in (
        "restricted maximum likelihood",
        "Hartung–Knapp",
        "t with k − 2 degrees",
        "Egger",
    ):
        assert words in methods


def test_repeated_studies_are_a_warning(results):
    warnings = results.steps[0].results[0].warnings
    assert warnings[0].startswith("several rows of one study are treated as if independent: Fenn")


def test_a_study_without_a_group_is_left_out_everywhere():
    frame = studies()
    frame.loc[3, "output"] = None
    found = results_of(plan_with(), frame).stack()
    for part, term in (("pooled", "study"), ("leave-one-out", "without")):
        numbers = found[(found["analysis"] == f"areas/{part}") & (found["term"] == term)]
        names = set(numbers["level"])
        assert len(names) == 19
        assert "Li 2023" not in names
    assert set(found[found["analysis"] == "areas/moderators"]["n_used"]) == {19}


@pytest.mark.parametrize(
    ("change", "step", "reason"),
    [
        (lambda f: f.assign(low=np.nan), "areas", "no value of 'Lower limit' (interval)"),
        (lambda f: f.assign(high=f["low"] / 2), "areas", "no study can be pooled"),
        (lambda f: f.assign(events=f["patients"] + 1), "recurrence", "no study can be pooled"),
    ],
)
def test_studies_that_cannot_be_pooled(change, step, reason):
    found = {n.step.id: n.reason for n in results_of(plan_with(), change(studies())).not_done}
    assert reason in found[step]


@pytest.mark.parametrize("rows", [[0], [0, 10], [0, 1, 10], list(range(10))])
def test_few_studies_make_a_whole_packet(rows, tmp_path):
    frame = studies().iloc[rows].reset_index(drop=True)
    packet = render(results_of(plan_with(), frame), tmp_path / "packet")
    funnels = sum(len(frame.query(f"output == '{o}'")) >= 3 for o in ("90 days",))
    assert packet.tables == 2
    assert packet.figures == 2 + funnels + (len(frame) >= 3)


@pytest.mark.parametrize("preset", ["r", "spss", "stata"])
@pytest.mark.parametrize("measure", ["hazard ratio", "odds ratio", "risk ratio", "difference"])
def test_every_measure_and_preset_makes_tables_figures_and_sentences(measure, preset):
    plan = plan_with('measure = "area under the curve"', f'measure = "{measure}"')
    plan = replace(plan, conventions=PRESETS[preset])
    view = View(results_of(plan, studies()))
    assert view.results.plan.conventions.preset == preset
    for table in study_tables(view):
        assert "nan" not in markdown(table)
    assert all(d.bytes("svg") for d in study_figures(view))
    assert "nan" not in str(results_text(view)) + str(methods_text(view))


def test_counts_are_pooled_by_a_logistic_model_where_the_plan_says_so():
    plan = plan_with('only = { variable = "output", is = "90 days" }', 'scale = "glmm"')
    found = results_of(plan, studies())
    direct = pool(from_counts(studies()["events"], studies()["patients"], scale="glmm"))
    numbers = found.stack().query("analysis == 'recurrence/pooled' and term == 'pooled'")
    got = numbers.query("statistic == 'estimate'")["value"].item()
    assert got == direct.value("estimate", term="pooled")
    view = View(found)
    table = markdown(next(t for t in study_tables(view) if t.key == "recurrence"))
    assert "a random-intercept logistic model" in table
    assert "Weight" not in table
    assert any("random-intercept logistic model" in words for _, words in methods_text(view))
    drawn = {d.key: d for d in study_figures(view)}
    assert len(drawn) == 4
    assert "nan" not in drawn["recurrence"].alt


def test_the_funnel_shows_each_study_at_its_effect_and_standard_error(view, results):
    drawing = next(d for d in study_figures(view) if d.key == "areas_funnel")
    (axes,) = drawing.figure.axes
    numbers = results.stack().query("analysis == 'areas/pooled' and term == 'study'")
    for group in ("90 days", "1 year"):
        (points,) = [line for line in axes.lines if line.get_label() == group]
        mine = numbers.query(f"group == '{group}'")
        for data, name in ((points.get_xdata(), "effect"), (points.get_ydata(), "effect_se")):
            assert list(data) == list(mine.query(f"statistic == '{name}'")["value"])
    pooled = results.stack().query("analysis == 'areas/pooled' and term == 'pooled'")
    centre = pooled.query("group == '' and statistic == 'effect'")["value"].item()
    corners = axes.patches[0].get_xy()
    assert corners[1].tolist() == [centre, 0]
    low, bottom = corners[0]
    assert (centre - low) / bottom == pytest.approx(1.959963984540054)
    assert axes.get_ylim()[1] == 0
    assert "Egger’s test" in drawing.alt


def test_the_facts_of_studies_speak_of_studies(results, tmp_path):
    render(results, tmp_path / "packet")
    page = (tmp_path / "packet" / "report.html").read_text(encoding="utf-8")
    assert "20 analysed of 20 in the file" in page
    assert ">Patients</dt>" not in page
    assert "these studies are made up" in page


def of_two_intervals(more: str = "") -> StudyPlan:
    return plan_with('by = "output"\nmoderators = ["year"]', f'scale = "identity"\n{more}')


def test_a_study_without_interval_may_take_the_mean_standard_error_of_the_others():
    # Table 3 of Sanker et al. 2025 (imaging), whose average is printed 0.971 (0.965–0.978).
    frame = studies().iloc[:4].copy()
    frame["auc"] = [0.977, 0.94, 0.856, 0.94]
    frame["low"], frame["high"] = [0.970, np.nan, 0.804, np.nan], [0.984, np.nan, 0.907, np.nan]
    plan = of_two_intervals('between_studies = "none"\nwithout_interval = "mean"')
    done = results_of(plan, frame)
    pooled = done.steps[0].results[0]
    names = ("estimate", "estimate_low", "estimate_high")
    found = [pooled.value(name, term="pooled") for name in names]
    np.testing.assert_allclose(np.round(found, 3), [0.971, 0.965, 0.978])
    assert pooled.n_used == 4
    assert any("Huang 2024, Li 2023: no interval is known" in w for w in pooled.warnings)
    table = markdown(next(t for t in study_tables(View(done)) if t.key == "areas"))
    assert "| Huang 2024 | 0.940 |" in table.replace("| 53 ", "")
    left_out = results_of(of_two_intervals('between_studies = "none"'), frame)
    assert left_out.steps[0].results[0].n_used == 2


def test_a_step_may_have_a_model_of_its_own():
    frame = studies()
    own = results_of(of_two_intervals('between_studies = "dersimonian-laird"'), frame)
    intervals = from_intervals(
        frame["auc"], frame["low"], frame["high"], scale="identity", names=frame["study"]
    )
    conventions = own.plan.conventions.overriding(between_studies="dersimonian-laird")
    same = pool(intervals, conventions=conventions)
    tau2 = own.steps[0].results[0].value("tau2", term="pooled", group="")
    assert tau2 == same.value("tau2", term="pooled")
    assert tau2 != pool(intervals).value("tau2", term="pooled")
