"""Discrimination against plain loops; order of rows, units, degenerate input."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from r_values import convention, value

from cohort_stats.discrimination.areas import bootstrap_areas
from cohort_stats.discrimination.compared_areas import compare_areas
from cohort_stats.discrimination.compared_groups import compare_areas_between
from cohort_stats.discrimination.cutoff_bootstrap import bootstrap_cutoff
from cohort_stats.discrimination.cutoffs import Rule
from cohort_stats.discrimination.partial_area import partial_area
from cohort_stats.discrimination.roc_curve import roc
from cohort_stats.discrimination.sample import Sample
from cohort_stats.kernels import roc_samples

SEEDS = range(8)


def cohort(seed: int, n: int = 40, ties: bool = True) -> tuple[pd.Series, pd.DataFrame]:
    """An outcome and three markers, one of them pointing the other way."""
    rng = np.random.default_rng(seed)
    y = rng.random(n) < 0.4
    y[:3], y[3:6] = True, False
    x = rng.normal(size=(n, 3)) + y[:, None] * [1.0, 0.5, -1.0]
    return pd.Series(y), pd.DataFrame(np.round(x, 1 if ties else 9), columns=list("abc"))


def naive_area(cases, controls) -> float:
    pairs = list(itertools.product(cases, controls))
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)


def naive_curve(y, x) -> list[tuple[float, float, float]]:
    """(cut-off, sensitivity, 1 − specificity) from strict to lenient; high is positive."""
    values = sorted(set(x))
    middles = [(a + b) / 2 for a, b in itertools.pairwise(values)]
    found = []
    for c in [math.inf, *reversed(middles), -math.inf]:
        se = sum(v > c for v, e in zip(x, y, strict=True) if e) / sum(y)
        fp = sum(v > c for v, e in zip(x, y, strict=True) if not e) / (len(y) - sum(y))
        found.append((c, se, fp))
    return found


def naive_partial(points, low, high, of) -> float:
    """Fine trapezoids under the straight lines of the curve."""
    xs = [fp for _, _, fp in points] if of == "specificity" else [se for _, se, _ in points]
    ys = [se for _, se, _ in points] if of == "specificity" else [1 - fp for _, _, fp in points]
    a, b = (1 - high, 1 - low) if of == "specificity" else (low, high)
    total = 0.0
    for (x0, y0), (x1, y1) in itertools.pairwise(zip(xs, ys, strict=True)):
        left, right = max(a, x0), min(b, x1)
        if right > left:
            at = [y0 + (y1 - y0) * (v - x0) / (x1 - x0) for v in (left, right)]
            total += (right - left) * sum(at) / 2
    return total


@pytest.mark.parametrize("seed", SEEDS)
def test_bootstrap_areas_of_the_same_draws(seed):
    y, markers = cohort(seed)
    cases, controls = (np.sort(markers.loc[k, "a"].to_numpy()) for k in (y, ~y))
    got = bootstrap_areas(cases, controls, 20, seed)
    rng = np.random.default_rng(seed)
    i, j = (rng.integers(0, len(v), (20, len(v))) for v in (cases, controls))
    wanted = [naive_area(cases[a], controls[b]) for a, b in zip(i, j, strict=True)]
    assert got == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("of", ["specificity", "sensitivity"])
@pytest.mark.parametrize("seed", SEEDS)
def test_partial_areas_of_samples(seed, of):
    y, markers = cohort(seed)
    x = markers["a"].to_numpy()
    values, codes = np.unique(x, return_inverse=True)
    counts = [roc_samples.tally(codes[None, k], len(values)) for k in (y, ~y)]
    for low, high in ((0.0, 1.0), (0.9, 1.0), (0.55, 0.8), (0.31, 0.32)):
        got = roc_samples.partial_areas(*counts, low, high, of)[0]
        assert got == pytest.approx(naive_partial(naive_curve(y, x), low, high, of), abs=1e-12)


def naive_cutoff(rule: Rule, y, x) -> float:
    points = [(c, se, 1 - fp) for c, se, fp in naive_curve(y, x)]
    if max(se + sp for _, se, sp in points) <= 1 + 1e-12:
        return math.nan
    if rule.name == "youden":
        good = [se + sp for _, se, sp in points]
    elif rule.name == "closest":
        good = [-((1 - se) ** 2) - (1 - sp) ** 2 for _, se, sp in points]
    else:
        at = 1 if rule.name == "sensitivity" else 2
        good = [p[3 - at] if p[at] >= rule.value - 1e-12 else -math.inf for p in points]
    return [p for p, g in zip(points, good, strict=True) if g >= max(good) - 1e-12][-1][0]


RULES = [Rule("youden"), Rule("closest"), Rule("sensitivity", 0.8), Rule("specificity", 0.8)]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.key)
@pytest.mark.parametrize("seed", SEEDS)
def test_bootstrap_of_a_cutoff(seed, rule):
    y, markers = cohort(seed)
    x = markers["a"].to_numpy()
    got = bootstrap_cutoff(Sample(y.to_numpy(), x, "high"), rule, 30, seed)
    order = np.lexsort((y, x))
    x, y = x[order], y.to_numpy()[order]
    found, outside = [], []
    for drawn in np.random.default_rng(seed).integers(0, len(x), (30, len(x))):
        if y[drawn].all() or not y[drawn].any():
            continue
        cutoff = naive_cutoff(rule, y[drawn], x[drawn])
        if math.isfinite(cutoff):
            found.append(cutoff)
            left = [i for i in range(len(x)) if i not in set(drawn)]
            se = [x[i] > cutoff for i in left if y[i]]
            sp = [x[i] <= cutoff for i in left if not y[i]]
            outside.append((np.mean(se), np.mean(sp)))
    assert [got["cutoff_low"], got["cutoff_high"]] == pytest.approx(
        list(np.quantile(found, [0.025, 0.975]))
    )
    se, sp = np.mean(outside, axis=0)
    assert got["sensitivity_out_of_bag"] == pytest.approx(se)
    assert got["specificity_out_of_bag"] == pytest.approx(sp)
    assert got["youden_out_of_bag"] == pytest.approx(se + sp - 1)


def test_out_of_bag_performance_is_not_flattered_by_noise():
    rng = np.random.default_rng(0)
    y, x = pd.Series(rng.random(120) < 0.5), pd.Series(rng.normal(size=120))
    result = roc(y, x, direction="high", bootstraps=500)
    assert value(result, "youden") > 0.1
    assert abs(value(result, "youden_out_of_bag")) < 0.05


CHOICES = ["delong", "hanley-mcneil", "hanley-mcneil exponential", "bootstrap"]


@pytest.mark.parametrize("choice", CHOICES)
def test_rows_units_and_direction_do_not_matter(choice):
    y, markers = cohort(1, n=60)
    kept = {"conventions": convention(auc_interval=choice), "bootstraps": 200}
    rules = ("youden", "closest", ("sensitivity", 0.9))
    plain = roc(y, markers["a"], direction="high", cutoffs=rules, **kept)
    order = np.random.default_rng(0).permutation(len(y))
    shuffled = roc(y[order], markers["a"][order], direction="high", cutoffs=rules, **kept)
    assert shuffled.numbers["value"].to_numpy() == pytest.approx(
        plain.numbers["value"].to_numpy(), nan_ok=True, rel=1e-12
    )
    scaled = roc(y, 8 * markers["a"], direction="high", cutoffs=rules, **kept)
    mirrored = roc(y, -markers["a"], direction="low", cutoffs=rules, **kept)
    for statistic in ("auc", "auc_se", "auc_low", "auc_high", "p", "youden_out_of_bag"):
        for other in (scaled, mirrored):
            assert value(other, statistic) == pytest.approx(value(plain, statistic), rel=1e-12)
    for statistic in ("cutoff", "cutoff_low", "cutoff_high"):
        assert value(scaled, statistic) == pytest.approx(8 * value(plain, statistic))
    assert value(mirrored, "cutoff_low") == pytest.approx(-value(plain, "cutoff_high"))


def test_same_seed_same_numbers_another_seed_others():
    y, markers = cohort(2)
    kept = {"direction": "high", "conventions": convention(auc_interval="bootstrap")}
    one, same, other = (roc(y, markers["a"], seed=s, **kept) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one.numbers, same.numbers)
    assert one.value("auc_low") != other.value("auc_low")


def test_blocks_of_samples_add_up(monkeypatch):
    y, markers = cohort(4)
    monkeypatch.setattr(roc_samples, "LARGEST_BLOCK", 100)
    blocks = list(roc_samples.drawn(np.random.default_rng(0), (7, 3), 25))
    assert [len(a) for a, _ in blocks] == [10, 10, 5]
    assert all(a.shape[1] == 7 and b.shape[1] == 3 for a, b in blocks)
    cases = np.sort(markers.loc[y, "a"].to_numpy())
    assert len(bootstrap_areas(cases, cases, 25, 1)) == 25


# ---- comparing ------------------------------------------------------------------


@pytest.mark.parametrize("test", ["delong", "bootstrap"])
def test_a_marker_against_itself_and_its_mirror(test):
    y, markers = cohort(5)
    frame = pd.DataFrame({"a": markers["a"], "same": markers["a"], "mirror": -markers["a"]})
    ways = {"a": "high", "same": "high", "mirror": "low"}
    result = compare_areas(y, frame, direction=ways, test=test, bootstraps=100)
    for one, other in (("a", "same"), ("a", "mirror"), ("same", "mirror")):
        assert value(result, "auc_difference", term=one, level=other) == 0
        assert math.isnan(value(result, "p", term=one, level=other))
    assert sum("do not vary apart" in w for w in result.warnings) == 3


def test_comparison_is_on_the_patients_with_every_marker():
    y, markers = cohort(6)
    holes = markers.copy()
    holes.loc[:4, "a"], holes.loc[3:7, "b"] = math.nan, math.nan
    result = compare_areas(y, holes[["a", "b"]], direction="high")
    kept = holes["a"].notna() & holes["b"].notna()
    alone = roc(y[kept], markers.loc[kept, "a"], direction="high", cutoff=0)
    assert (result.n_used, result.n_missing) == (32, 8)
    assert value(result, "auc", term="a") == value(alone, "auc")


def test_paired_bootstrap_draws_the_same_patients():
    y, markers = cohort(7, n=80, ties=False)
    close_twin = markers["a"] + np.random.default_rng(0).normal(size=80) * 0.01
    frame = pd.DataFrame({"a": markers["a"], "b": close_twin})
    result = compare_areas(y, frame, direction="high", test="bootstrap", bootstraps=300)
    width = np.diff(
        [value(result, f"auc_difference_{e}", term="a", level="b") for e in ("low", "high")]
    )
    assert width[0] < 0.02
    order = np.random.default_rng(1).permutation(80)
    again = compare_areas(
        y[order], frame.loc[order], direction="high", test="bootstrap", bootstraps=300
    )
    p, same = (value(r, "p", term="a", level="b") for r in (result, again))
    assert p == pytest.approx(same, rel=1e-9)


def test_comparisons_that_cannot_be_done_say_why():
    y, markers = cohort(8)
    flat = markers.assign(b=1.0)[["a", "b"]]
    result = compare_areas(y, flat, direction="high")
    assert result.warnings[0] == "`b`: no area: the marker does not vary"
    assert result.warnings[-1] == "areas not compared: fewer than two markers have one"
    lonely = compare_areas(pd.Series([1, 0, 0, 0]), markers[:4], direction="high")
    assert any("no test" in w for w in lonely.warnings)
    assert math.isnan(value(lonely, "chi_square"))
    groups = pd.Series(["m"] * 39 + ["f"])
    result = compare_areas_between(y, markers["a"], groups, direction="high")
    assert result.warnings[0].startswith("f: no area")
    assert result.warnings[-1] == "areas not compared: fewer than two groups have one"
    alone = compare_areas_between(
        pd.Series([1, 0, 1, 0]), pd.Series([3.0, 2, 5, 4]), pd.Series([*"aabb"]), direction="high"
    )
    assert math.isnan(value(alone, "p", group="a", level="b"))


def test_unpaired_bootstrap_is_near_delong():
    y, markers = cohort(9, n=300)
    groups = pd.Series(np.where(np.arange(300) % 3, "f", "m"))
    kept = {"direction": "high"}
    by_delong, by_bootstrap = (
        compare_areas_between(y, markers["a"], groups, test=t, **kept)
        for t in ("delong", "bootstrap")
    )
    where = {"group": "f", "level": "m"}
    one, other = (value(r, "test_statistic", **where) for r in (by_delong, by_bootstrap))
    assert other == pytest.approx(one, rel=0.15, abs=0.05)


def test_partial_area_that_cannot_be_had():
    y, markers = cohort(10)
    flat = partial_area(y, markers["a"] * 0, direction="high", between=(0.9, 1))
    assert flat.warnings == ("no partial area: the marker does not vary",)
    wrong = partial_area(y, markers["c"], direction="high", between=(0.8, 1), bootstraps=50)
    assert "below chance" in wrong.warnings[0]
    assert math.isnan(wrong.value("partial_auc_standardised"))


@pytest.mark.parametrize("shares", [(0.9, 0.9), (0.5, 1.2), (-0.1, 0.5)])
def test_partial_area_of_no_range(shares):
    y, markers = cohort(10)
    with pytest.raises(ValueError, match="between must be two different shares from 0 to 1"):
        partial_area(y, markers["a"], direction="high", between=shares)


@pytest.mark.parametrize("rule", ["best", ("accuracy", 0.9), ("sensitivity", 0.0), math.nan, None])
def test_rules_that_do_not_exist(rule):
    y, markers = cohort(10)
    with pytest.raises(ValueError, match="cutoffs must"):
        roc(y, markers["a"], direction="high", cutoffs=[rule])


def test_a_rule_that_no_value_keeps():
    y, x = pd.Series([1, 0, 1, 0, 1]), pd.Series([1.0, 2, 3, 4, 5])
    result = roc(y, x, direction="high", cutoffs=[("sensitivity", 1.0)], bootstraps=20)
    assert "cutoff" not in set(result.numbers["statistic"])
    assert result.warnings[-1] == (
        "no cut-off parts the patients with a sensitivity of at least 100%: none is given"
    )


def test_two_patients():
    result = roc(pd.Series([1, 0]), pd.Series([2.0, 1.0]), direction="high", bootstraps=50)
    assert (value(result, "auc"), value(result, "cutoff")) == (1, 1.5)
    assert math.isnan(value(result, "youden_out_of_bag"))
    assert math.isinf(value(result, "lr_positive"))
    assert math.isnan(value(result, "lr_positive_high"))
    assert value(result, "lr_negative") == 0


def test_partial_area_against_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    y, markers = cohort(11, n=200)
    for most in (0.1, 0.37):
        ours = partial_area(y, markers["a"], direction="high", between=(1 - most, 1), bootstraps=2)
        theirs = metrics.roc_auc_score(y, markers["a"], max_fpr=most)
        assert value(ours, "partial_auc_standardised") == pytest.approx(theirs, rel=1e-12)
