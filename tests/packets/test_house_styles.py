"""How journals want numbers written; the same in tables, figures and sentences."""

from __future__ import annotations

import math

import pytest
from compare_packet import asked

from analyses.plan import plan_from
from cohort_stats.problem import PlanError
from reports import format as f
from reports import p_values
from reports.house_style import STYLES, house_style, in_style, printing_in
from reports.text import methods_text, results_text

P_VALUES = (0.5, 0.0512, 0.0496, 0.046, 0.0123, 0.0034, 0.00042, 0.00002, 0.9996, 0.0)
WRITTEN = {
    "plain": ".500 .051 .050 .046 .012 .003 <.001 <.001 >.999 <.001",
    "ama": ".50 .05 .0496 .046 .01 .003 <.001 <.001 >.99 <.001",
    "nejm": ".50 .05 .0496 .046 .01 .003 <.001 <.001 >.99 <.001",
    "lancet": ".50 .051 .0496 .046 .012 .0034 .0004 <.0001 >.99 <.0001",
    "mdpi": ".500 .051 .050 .046 .012 .003 <.001 <.001 >.999 <.001",
    "elsevier": ".500 .051 .050 .046 .012 .003 <.001 <.001 >.999 <.001",
}


@pytest.mark.parametrize("style", STYLES)
def test_p_values(style):
    with printing_in(style):
        written = " ".join(p_values.p_value(p) for p in P_VALUES)
        shortened = written.replace("0·", ".").replace("0.", ".")
    assert shortened == WRITTEN[style]
    assert ("0" + WRITTEN[style][:3] in written.replace("·", ".")) is STYLES[style].p_zero


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("plain", "p = 0.012; 0.69 (0.54–0.89); 53.0 ± 10.1; 5 (21%); −0.4 (−0.9 to 0.1)"),
        ("ama", "P = .01; 0.69 (0.54-0.89); 53.0 (10.1); 5 (21); −0.4 (−0.9 to 0.1)"),
        ("nejm", "P=0.01; 0.69 (0.54–0.89); 53.0±10.1; 5 (21); −0.4 (−0.9 to 0.1)"),
        ("lancet", "p=0·012; 0·69 (0·54–0·89); 53·0 (10·1); 5 (21%); −0·4 (−0·9 to 0·1)"),
        ("mdpi", "p = 0.012; 0.69 (0.54–0.89); 53.0 ± 10.1; 5 (21%); −0.4 (−0.9 to 0.1)"),
    ],
)
def test_numbers(style, told):
    with printing_in(style):
        written = [
            p_values.p_equals(0.0123),
            f.ratio_interval(0.69, 0.54, 0.885),
            f.mean_sd(53.05, 10.12, 1),
            f.count_percent(5, 100 * 5 / 24, 24),
            f.signed_interval(-0.4, -0.9, 0.1),
        ]
    assert "; ".join(written) == told


def test_nothing_is_left_of_a_style_once_it_is_over():
    with pytest.raises(ZeroDivisionError), printing_in("lancet"):
        _ = 1 / 0
    assert house_style().name == "plain"
    with pytest.raises(ValueError, match="plain, ama"), printing_in("bmj"):
        pass


def test_words_carry_the_style_but_versions_do_not():
    words = "Median 12.5 (95% CI 9.1–15.2), n.e.; numpy 1.26.4, at 0.5."
    assert in_style(words) == words
    with printing_in("lancet"):
        assert in_style(words) == "Median 12·5 (95% CI 9·1–15·2), NE; numpy 1.26.4, at 0·5."


def test_degenerate_numbers():
    for style in STYLES:
        with printing_in(style):
            assert p_values.p_value(math.nan) == "–"
            assert f.general(10.0) == "10"
            assert f.general(0.5).endswith("5")


def test_a_plan_names_its_style_and_files():
    content = {
        "study": {"key": "s", "title": "t", "question": "q", "design": "d"},
        "variables": {"age": {"label": "Age", "type": "number"}},
        "steps": [{"id": "t", "kind": "compare", "title": "T", "rows": ["age"]}],
    }
    assert plan_from(content).file.report.table_files == ("docx", "xlsx")
    wrong = {"style": "jama", "table_files": ["pdf"], "figure_files": ["png", "png"]}
    with pytest.raises(PlanError) as caught:
        plan_from(content | {"report": wrong | {"figure_width": 20}})
    told = str(caught.value)
    for part in ("report.style", "report.table_files", "report.figure_width"):
        assert part in told


@pytest.mark.parametrize(
    ("style", "described", "told"),
    [
        (
            "ama",
            "mean (standard deviation) or",
            "age (P < .001): mean 51.1 (SD 10.0) years with ‘No’ and 56.6 (SD 9.4) with ‘Yes’",
        ),
        (
            "plain",
            "mean ± standard deviation or",
            "age (p < 0.001): mean 51.1 ± 10.0 years with ‘No’ and 56.6 ± 9.4 with ‘Yes’",
        ),
    ],
)
def test_a_spread_is_named_in_the_words_as_in_the_tables(style, described, told):
    with printing_in(style):
        methods = dict(methods_text(asked()))["Comparison of groups"]
        results = dict(results_text(asked()))["Characteristics by hormonal therapy"]
    assert f"Numbers are given as {described} median" in methods
    assert f"The groups differed in {told}." in results
