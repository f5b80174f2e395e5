"""Pooled studies: naive twins, a second opinion, invariances, and input that cannot be pooled."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from r_values import close, convention, data

from cohort_stats.conventions import PRESETS
from cohort_stats.kernels.meta import Model
from cohort_stats.pooling.meta_analysis import AVERAGE, BETWEEN, POOLED, pool
from cohort_stats.pooling.moderators import meta_regression
from cohort_stats.pooling.printed_intervals import from_effects, from_intervals, symmetric
from cohort_stats.pooling.sensitivity import ASYMMETRY, leave_one_out, small_study_test
from cohort_stats.pooling.studies import from_counts
from cohort_stats.results import COLUMNS, GLOSSARY

EFFECT = np.array([0.1, 0.5, -0.2, 0.9, 0.4, 0.35])
SE = np.array([0.1, 0.2, 0.25, 0.3, 0.15, 0.4])


def pooled(result, *statistics, **where):
    return [result.value(s, **{"term": POOLED, "group": "", **where}) for s in statistics]


def test_dersimonian_and_laird_by_hand():
    w = [1 / s**2 for s in SE]
    fixed = sum(a * y for a, y in zip(w, EFFECT, strict=True)) / sum(w)
    q = sum(a * (y - fixed) ** 2 for a, y in zip(w, EFFECT, strict=True))
    tau2 = (q - 5) / (sum(w) - sum(a * a for a in w) / sum(w))
    u = [1 / (s**2 + tau2) for s in SE]
    mean = sum(a * y for a, y in zip(u, EFFECT, strict=True)) / sum(u)
    spread = sum(a * (y - mean) ** 2 for a, y in zip(u, EFFECT, strict=True)) / 5
    result = pool(EFFECT, SE, conventions=convention(between_studies="dersimonian-laird"))
    se = math.sqrt(spread / sum(u))
    close(pooled(result, "q", "tau2", "effect", "effect_se"), [q, tau2, mean, se])
    assert (q - 5) / q == pytest.approx(result.value("i2", term=POOLED) / 100)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_no_other_tau2_is_more_likely(method):
    model = Model(EFFECT, SE**2, np.ones((6, 1)))
    best = model.tau2(method)
    others = np.concatenate([[0.0], np.geomspace(1e-6, 10, 3000), best * np.array([0.999, 1.001])])
    heights = model._log_likelihood(np.append(others, best), method == "reml")
    assert heights.argmax() == len(others)


def test_paule_and_mandel_make_q_its_expectation():
    tau2 = pool(EFFECT, SE, conventions=convention(between_studies="paule-mandel")).value(
        "tau2", term=POOLED
    )
    w = 1 / (SE**2 + tau2)
    assert (w * (EFFECT - (w @ EFFECT) / w.sum()) ** 2).sum() == pytest.approx(5)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("ours", "theirs"), [("dersimonian-laird", "dl"), ("paule-mandel", "pm")])
def test_against_statsmodels(ours, theirs):
    meta = pytest.importorskip("statsmodels.stats.meta_analysis")
    frame = data("hackshaw1998.csv")
    studies = from_intervals(frame["or"], frame["or.lb"], frame["or.ub"])
    more = {"atol": 1e-13, "maxiter": 500} if theirs == "pm" else {}
    found = meta.combine_effects(studies.effect, studies.se**2, method_re=theirs, **more)
    result = pool(studies, conventions=convention(between_studies=ours))
    assert pooled(result, "tau2", "effect", "effect_se") == pytest.approx(
        [found.tau2, found.mean_effect_re, found.sd_eff_w_re_hksj], rel=1e-6
    )


def test_the_sorg_areas_give_what_sanker_printed():
    """Sanker et al. 2025, 1-year survival: 0.80 (0.75–0.85), prediction 0.62–0.91."""
    area = [0.87, 0.77, 0.70, 0.787, 0.832, 0.76, 0.90, 0.74, 0.84, 0.78]
    low = [0.85, 0.73, 0.61, 0.730, 0.758, 0.74, 0.86, 0.69, 0.77, 0.67]
    high = [0.89, 0.80, 0.78, 0.838, 0.906, 0.78, 0.93, 0.79, 0.89, 0.87]
    result = pool(from_intervals(area, low, high, scale="logit"))
    names = ("estimate", "estimate_low", "estimate_high", "prediction_low", "prediction_high")
    assert [f"{v:.2f}" for v in pooled(result, *names)] == ["0.80", "0.75", "0.85", "0.62", "0.91"]


def test_order_does_not_matter():
    order = np.random.default_rng(2).permutation(6)
    one, other = pool(EFFECT, SE), pool(EFFECT[order], SE[order])
    for statistic in ("effect", "effect_se", "tau2", "tau2_high", "prediction_low", "i2", "q"):
        close(*pooled(one, statistic), pooled(other, statistic)[0])


def test_unit_and_origin_of_the_effect():
    one, other = pool(EFFECT, SE), pool(100 * EFFECT + 7, 100 * SE)
    close(100 * pooled(one, "effect")[0] + 7, pooled(other, "effect")[0])
    close(1e4 * pooled(one, "tau2")[0], pooled(other, "tau2")[0])
    close(pooled(one, "i2", "q", "h2_low"), pooled(other, "i2", "q", "h2_low"))


def test_reciprocal_ratios_give_the_reciprocal():
    ratio, low, high = [0.5, 0.8, 1.2], [0.25, 0.4, 0.6], [1.0, 1.6, 2.4]
    one = pool(from_intervals(ratio, low, high))
    other = pool(from_intervals(*(1 / np.array(v) for v in (ratio, high, low))))
    close(pooled(one, "estimate")[0], 1 / pooled(other, "estimate")[0])
    close(pooled(one, "prediction_low")[0], 1 / pooled(other, "prediction_high")[0])


def test_splitting_a_study_in_equal_halves_leaves_the_common_effect():
    fixed = convention(between_studies="none")
    halves = np.repeat(EFFECT, 2), np.repeat(SE * np.sqrt(2), 2)
    one, other = pool(EFFECT, SE, conventions=fixed), pool(*halves, conventions=fixed)
    names = ("effect", "effect_se", "q", "p")
    close(pooled(one, *names), pooled(other, *names))


def test_weights_add_up_and_leave_one_out_is_pool_without_it():
    result = pool(EFFECT, SE)
    assert result.numbers.query("statistic == 'weight'")["value"].sum() == pytest.approx(100)
    without = leave_one_out(EFFECT, SE).value("estimate", level="Study 2")
    assert without == pooled(pool(np.delete(EFFECT, 1), np.delete(SE, 1)), "estimate")[0]


def test_standard_errors_are_recovered_at_the_level_of_the_interval():
    z90 = 1.6448536269514722
    low, high = np.exp(np.log(2) - z90 * 0.3), np.exp(np.log(2) + z90 * 0.3)
    studies = from_intervals([2.0, 2.0], [low, 1.0], [high, 4.0], level=0.9)
    assert studies.se[0] == pytest.approx(0.3)
    assert studies.low[0] == pytest.approx(2 * np.exp(-1.959963984540054 * 0.3))  # shown at 95%


def test_an_interval_is_checked_within_its_rounding():
    assert symmetric(0.80, 0.70, 0.91, "log")
    assert not symmetric(0.80, 0.70, 0.99, "log")
    assert symmetric(0.8, 0.7, 1.0, "log")  # one decimal forgives more
    assert symmetric(0.02, 0.0, 0.5, "log")
    studies = from_intervals([0.80, 0.80], [0.70, 0.70], [0.91, 0.99], names=["Good", "Typo"])
    (warning,) = studies.warnings
    assert warning.startswith("Typo: the interval is not symmetric on the log scale")


def test_averages_weighted_by_patients_use_every_row_with_a_number():
    studies = from_intervals([0.7, 0.9, 0.8], [0.6, None, 0.7], [0.8, None, 0.9],
                             scale="logit", n=[100, 300, None])  # fmt: skip
    result = pool(studies, by=["a", "b", "b"])
    average = result.value("weighted_mean", term=AVERAGE, group="")
    assert average == pytest.approx((0.7 * 100 + 0.9 * 300) / 400)
    assert result.value("weighted_mean", term=AVERAGE, group="b") == 0.9
    assert (result.n_used, result.n_missing) == (2, 1)


def test_rows_that_cannot_be_pooled_are_left_out_and_named():
    studies = from_intervals(
        [0.8, 0.7, np.nan, 1.0, 0.6, 0.9, 0.5, 0.5],
        [0.7, np.nan, 0.5, 0.9, 0.7, 0.8, 0.3, 0.5],
        [0.9, np.nan, 0.9, 1.0, 0.8, 1.0, 0.1, 0.5],
        scale="logit", names=list("abcdefgh"),
    )  # fmt: skip
    assert studies.names == ("a", "f")
    assert list(studies.warnings) == [
        "left out, as the interval is no range that holds the estimate: e, g, h",
        "f: one limit is at the end of the scale; the standard error is from the other half of "
        "the interval",
        "left out, as the estimate is not known: c",
        "left out, as the estimate lies at or beyond the end of its scale: d",
        "left out, as there is no interval or standard error above 0: b",
    ]
    counts = from_counts([1, 5, 2.5, np.nan, 0, 0], [10, 4, 9, 10, 0, 7], names=list("abcdef"))
    assert counts.names == ("a", "f")
    assert len(counts.warnings) == 3
    result = pool(counts)
    assert (result.n_used, result.n_missing) == (2, 4)


NOT_POOLED = [
    lambda: pool([], []),
    lambda: pool([np.nan, 1.0], [1.0, 0.0]),
    lambda: pool(from_counts([3], [2])),
    lambda: pool(EFFECT, SE, by=[None] * 6),
]


@pytest.mark.parametrize("attempt", NOT_POOLED)
def test_nothing_to_pool(attempt):
    result = attempt()
    assert result.n_used == 0
    assert "no study can be pooled" in result.warnings[-1]
    assert result.tidy().query("term == 'pooled'").empty


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_few_studies_are_pooled_with_a_warning(k, preset):
    result = pool(EFFECT[:k], SE[:k], by=["a", "b", "a", "b"][:k], conventions=preset)
    assert result.warnings
    tidy = result.tidy()
    assert tuple(tidy.columns) == COLUMNS
    assert set(tidy["statistic"]) <= set(GLOSSARY)
    assert not tidy.duplicated(["group", "term", "level", "time", "statistic"]).any()
    (effect, low, high) = pooled(result, "effect", "effect_low", "effect_high")
    assert low < effect < high
    if k == 1:
        assert (low, high) == pytest.approx(
            (0.1 - 1.959963984540054 * 0.1, 0.1 + 0.1959963984540054)
        )
        assert "only one study" in " ".join(result.warnings)
    if k == 2 and preset != "r":
        assert math.isnan(pooled(result, "prediction_low")[0])
    assert small_study_test(EFFECT[:k], SE[:k], conventions=preset).warnings
    assert bool(leave_one_out(EFFECT[:k], SE[:k], conventions=preset).warnings) == (k < 3)


@pytest.mark.parametrize("preset", PRESETS)
def test_effects_all_alike(preset):
    result = pool([0.3] * 5, [0.1, 0.2, 0.3, 0.1, 0.2], conventions=preset)
    assert pooled(result, "effect", "tau2", "i2", "q") == pytest.approx([0.3, 0, 0, 0], abs=1e-15)
    assert any("interval of τ² is empty" in w for w in result.warnings)
    if preset == "recommended":
        assert any("Hartung–Knapp standard error is smaller" in w for w in result.warnings)
    test = small_study_test([0.3] * 5, [0.1, 0.2, 0.3, 0.1, 0.2], conventions=preset)
    assert test.value("coefficient", term=ASYMMETRY) == pytest.approx(0, abs=1e-12)


def test_a_factor_of_at_least_one_never_narrows():
    chosen = convention(pooled_interval="hartung-knapp at least z")
    alike = [0.3, 0.31, 0.3, 0.29], [0.1, 0.2, 0.3, 0.1]
    wald = pooled(pool(*alike, conventions=convention(pooled_interval="z")), "effect_se")
    close(pooled(pool(*alike, conventions=chosen), "effect_se"), wald)


def test_one_common_effect_is_tested_with_z():
    one, other = (
        pool(EFFECT, SE, conventions=convention(between_studies="none", pooled_interval=interval))
        for interval in ("hartung-knapp", "z")
    )
    assert pooled(one, "effect_low", "p") == pooled(other, "effect_low", "p")
    assert "Wald" in one.method
    assert not any("Hartung" in w for w in one.warnings)
    assert "prediction" not in one.method


def test_some_of_the_studies_keep_their_rows():
    studies = from_effects([0.1, np.nan, 0.5, -0.2, 0.9, 0.3], [0.1] * 6)
    frame = pd.DataFrame({"year": [1, 2, 3, 4, 5, 9]})
    part = studies.where(np.array([True, True, False, True, True]))
    assert list(np.flatnonzero(part.given)) == [0, 2, 4, 5]
    left = meta_regression(part, frame, ["year"])
    right = meta_regression(
        from_effects([0.1, 0.5, 0.9, 0.3], [0.1] * 4), frame.iloc[[0, 2, 4, 5]], ["year"]
    )
    assert left.value("coefficient", term="year") == right.value("coefficient", term="year")
    assert pool(part, by=list("aaabbb")).n_used == 4


def test_one_subgroup_and_subgroups_of_one():
    result = pool(EFFECT, SE, by=["a"] * 6)
    assert "all studies are in one subgroup: nothing to compare" in result.warnings
    result = pool(EFFECT, SE, by=["a"] * 5 + ["b"])
    close(result.value("effect_se", term=POOLED, group="b"), SE[5])
    assert result.value("df", term=BETWEEN) == 1
    common = pool(EFFECT, SE, by=list("abcdef"), conventions=convention(subgroup_variance="common"))
    assert common.value("df", term=BETWEEN) == 5  # no τ² in common can be found: one study each


def test_all_and_no_events():
    for scale in ("logit", "freeman-tukey"):
        for events in ([0, 0, 0], [10, 20, 30]):
            result = pool(from_counts(events, [10, 20, 30], scale=scale))
            estimate, low, high = pooled(result, "estimate", "estimate_low", "estimate_high")
            assert 0 <= low <= estimate <= high <= 1


def test_double_arcsine_outside_the_studies_is_said():
    """Schwarzer et al. 2019, as far as the harmonic mean leads astray."""
    result = pool(from_counts([0, 0, 1, 1], [4, 5, 8000, 9000], scale="freeman-tukey"))
    assert not any("outside those of the studies" in w for w in result.warnings)
    studies = from_counts([1, 1, 2, 2], [8, 8, 90000, 90000], scale="freeman-tukey")
    result = pool(studies, conventions=convention(between_studies="none"))
    assert any("outside those of the studies" in w for w in result.warnings)


def test_several_rows_of_a_study_are_told_apart_and_said():
    studies = from_effects(EFFECT, SE, names=["A", "A", "B", "A", "C", "D"])
    assert studies.names == ("A", "A (2)", "B", "A (3)", "C", "D")
    assert studies.warnings == ("several rows of one study are treated as if independent: A",)


def test_moderators_that_cannot_be_fitted():
    studies = from_effects(EFFECT, SE)
    frame = pd.DataFrame({"x": [1.0] * 6, "g": list("aabbcc"), "y": [1, 2, 3, None, 5, 6]})
    frame["z"] = frame["y"] * 2
    for names, why in (
        (["x"], "`x` does not vary"),
        (["y", "z"], "the moderators determine each other"),
        (["g", "y"], "left out of the meta-regression for a missing moderator: Study 4"),
    ):
        result = meta_regression(studies, frame, names)
        assert any(why in w for w in result.warnings), result.warnings
    tiny = meta_regression(from_effects(EFFECT[:2], SE[:2]), frame[:2], ["y"])
    assert "2 studies cannot determine 2 coefficients" in tiny.warnings[0]


REFUSED = [
    (lambda: pool(EFFECT), "standard_errors must be given"),
    (lambda: pool(EFFECT, SE[:3]), r"standard_errors must have one number a study \(6\); got 3"),
    (lambda: pool(["x"], [1]), "effects must be numbers"),
    (lambda: pool(EFFECT, SE, scale="probit"), "scale must be one of 'log', 'logit', 'identity'"),
    (lambda: pool(from_effects(EFFECT, SE), SE), "standard_errors must be left out"),
    (lambda: pool(EFFECT, SE, by=["a"]), r"by must have one entry a study \(6\); got 1"),
    (lambda: from_effects(EFFECT, SE, names=["a"]), "names must have one entry a study"),
    (lambda: from_intervals([1], [0.5], [2], level=95), "level must lie between 0 and 1"),
    (lambda: from_counts([1], [2], scale="log"), "scale must be one of 'logit', 'freeman-tukey'"),
    (lambda: meta_regression(from_effects(EFFECT, SE), pd.DataFrame({"x": [1]}), ["x"]), "frame"),
    (lambda: pool(EFFECT, SE, conventions="sas"), "conventions must be one of"),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_a_programmer_is_told(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()
