"""Whole values, samples, spreads and indices: examples by hand, and properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import arithmetic, indices, spreads, sprite, whole_values
from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from analyses.printed.whole_values import Scale


def test_grim():
    # Brown and Heathers: 28 whole values cannot have a mean of 5.19 (145 / 28 = 5.179, 146: 5.214)
    wrong = whole_values.mean_of_whole(R("5.19"), 28)
    assert wrong.verdict is Verdict.INCONSISTENT
    assert wrong.assumed == ("every value is a multiple of 1, of 28 patients",)
    assert "27 patients with a value" in [e.words for e in wrong.explanations]
    assert whole_values.mean_of_whole(R("5.18"), 28).verdict is Verdict.REPRODUCED
    assert whole_values.mean_of_whole(R("5.17"), 28).verdict is Verdict.UNDER_CONVENTION
    assert whole_values.mean_of_whole(R("5.2"), 106).verdict is Verdict.NOT_CHECKABLE


def test_grimmer():
    # 1, 2, 3, 4: mean 2.5, SD 1.29; sums of squares near are even: 28 (0.58·…), 30, 32
    assert whole_values.sd_of_whole(R("2.50"), R("1.29"), 4).verdict is Verdict.REPRODUCED
    wrong = whole_values.sd_of_whole(R("2.50"), R("1.40"), 4)
    assert wrong.verdict is Verdict.INCONSISTENT
    population = whole_values.sd_of_whole(R("2.50"), R("1.12"), 4)
    assert population.verdict is Verdict.UNDER_CONVENTION
    # within 1 to 3 the largest sum of squares is 1 + 1 + 9 + 9
    inside = whole_values.sd_of_whole(R("2.00"), R("1.83"), 4, Scale(1, 1, 3))
    assert inside.verdict is Verdict.INCONSISTENT


def test_a_sample_is_found():
    scale = Scale(1, 31, 83, reached=True)
    found = sprite.sample_of(R("61.7"), R("10.5"), 92, scale)
    assert found is not None
    assert (min(found), max(found), len(found)) == (31, 83, 92)
    assert R("61.7").covers(float(np.mean(found)))
    assert R("10.5").covers(float(np.std(found, ddof=1)))
    outcome = sprite.sample_of_whole(R("61.7"), R("10.5"), 92, scale)
    assert outcome.verdict is Verdict.REPRODUCED
    none = sprite.sample_of_whole(R("61.7"), R("30.5"), 92, scale)
    assert none.verdict is Verdict.INCONSISTENT
    assert none.assumed
    small = sprite.sample_of_whole(R("2.5"), R("1.29"), 4, Scale(1, 1, 4, reached=True))
    assert small.recomputed == "1, 2, 3, 4"


def test_deviations_within_a_range():
    # √((61.7 − 31) × (83 − 61.7) × 92 / 91) = 25.71
    fine = spreads.sd_of_range(R("10.5"), R("61.7"), R("31"), R("83"), 92)
    assert fine.verdict is Verdict.REPRODUCED
    for sd in ("26.9", "3.1"):
        wrong = spreads.sd_of_range(R(sd), R("61.7"), R("31"), R("83"), 92)
        assert wrong.verdict is Verdict.INCONSISTENT
        assert wrong.assumed == (spreads.SAME,)


def test_standard_errors_medians_and_sums():
    assert spreads.standard_error(R("1.09"), R("10.5"), 92).verdict is Verdict.REPRODUCED
    assert spreads.standard_error(R("10.5"), R("10.5"), 92).verdict is Verdict.INCONSISTENT
    assert spreads.median_near_mean(R("63"), R("61.7"), R("10.5"), 92).verdict.holds
    far = spreads.median_near_mean(R("83"), R("61.7"), R("10.5"), 92)
    assert far.verdict is Verdict.INCONSISTENT
    parts = [(10.0, R("0.4")), (0.005, R("590"))]  # 4.0 + 2.95
    assert spreads.sd_of_sum(R("4.2"), parts).verdict.holds
    assert spreads.sd_of_sum(R("8.1"), parts).verdict is Verdict.INCONSISTENT
    assert spreads.sd_of_sum(R("0.2"), parts).verdict is Verdict.INCONSISTENT


def test_indices():
    # 30 Gy in 10: BED10 39, EQD2 32.5; BED3 60
    dose = R("30")
    assert indices.effective_dose(R("39.0"), dose, fractions=10, stated=["BED10"]).verdict is (
        Verdict.REPRODUCED
    )
    late = indices.effective_dose(R("60"), dose, fractions=10, stated=["BED10"])
    assert [e.convention for e in late.explanations] == ["BED3"]
    assert indices.effective_dose(R("45"), dose, per_fraction=R("3")).verdict is (
        Verdict.INCONSISTENT
    )
    assert indices.doses(30, 3)["EQD2, α/β 10"] == pytest.approx(32.5)


values = st.lists(st.integers(-5, 40), min_size=2, max_size=40)


@settings(max_examples=150)
@given(values, st.integers(0, 3), st.integers(0, 3), st.sampled_from([1.0, 0.5, 0.25, 2.0]))
def test_whole_values_are_never_contradicted(whole, places, sd_places, step):
    x = np.array(whole) * step
    n, mean, sd = len(x), shown(x.mean(), places), shown(x.std(ddof=1), sd_places)
    assert holds(whole_values.mean_of_whole(mean, n, step))
    assert holds(whole_values.sd_of_whole(mean, sd, n, Scale(step)))
    scale = Scale(step, x.min(), x.max(), reached=True)
    assert holds(whole_values.sd_of_whole(mean, sd, n, scale))
    low, high = (shown(v, 2) for v in (x.min(), x.max()))
    assert holds(spreads.sd_of_range(sd, mean, low, high, n))
    assert holds(spreads.median_near_mean(shown(float(np.median(x)), places), mean, sd, n))
    assert holds(spreads.standard_error(shown(x.std(ddof=1) / math.sqrt(n), 3), sd, n))


@settings(max_examples=60)
@given(values, st.integers(1, 3))
def test_samples_are_what_was_printed(whole, places):
    x = np.array(whole)
    mean, sd = shown(x.mean(), places), shown(x.std(ddof=1), places)
    scale = Scale(1.0, x.min(), x.max(), reached=True)
    assert holds(sprite.sample_of_whole(mean, sd, len(x), scale))
    found = sprite.sample_of(mean, sd, len(x), scale)
    if found is not None:
        assert mean.covers(float(np.mean(found))) or mean.covers(
            float(np.mean(found)), "truncation"
        )
        assert sd.covers(float(np.std(found, ddof=1)))
        assert (min(found), max(found), len(found)) == (x.min(), x.max(), len(x))


@settings(max_examples=80)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(0, 2))
def test_scores_and_indices_are_never_contradicted(seed, places, coarse):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 60))
    albumin, lymphocytes = rng.normal(3.6, 0.5, n), rng.normal(1300, 400, n)
    index = 10 * albumin + 0.005 * lymphocytes
    printed = [
        shown(v.mean(), p) for v, p in ((index, places), (albumin, places), (lymphocytes, coarse))
    ]
    weighted = [*zip((10.0, 0.005), printed[1:], strict=True)]
    assert holds(arithmetic.linear_of(printed[0], weighted))
    deviations = [
        (10.0, shown(albumin.std(ddof=1), places)),
        (0.005, shown(lymphocytes.std(ddof=1), coarse)),
    ]
    assert holds(spreads.sd_of_sum(shown(index.std(ddof=1), places), deviations))
    fractions = int(rng.integers(1, 30))
    total = shown(fractions * rng.uniform(1, 8), coarse)
    for value in indices.doses(total.value, total.value / fractions).values():
        assert holds(indices.effective_dose(shown(value, places), total, fractions=fractions))
