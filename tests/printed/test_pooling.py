"""Pooled estimates and heterogeneity: by hand, and numbers made from studies."""

from __future__ import annotations

import numpy as np
import pytest
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import heterogeneity, pooling
from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from analyses.printed.printed_studies import Study
from cohort_stats.conventions import RECOMMENDED
from cohort_stats.pooling import pooled
from cohort_stats.pooling.printed_intervals import from_effects


def test_i2_and_p_of_q():
    # (10 − 4) / 10 = 60%; R: pchisq(10, 4, lower.tail = FALSE) 0.0404
    assert heterogeneity.i2_of_q(R("60%"), R("10.0"), 5).verdict is Verdict.REPRODUCED
    assert heterogeneity.i2_of_q(R("45%"), R("10.0"), 5).verdict is Verdict.NOT_CHECKABLE
    assert heterogeneity.i2_of_q(R("0%"), R("3.1"), 5).verdict is Verdict.REPRODUCED
    assert heterogeneity.i2_of_q(R("145%"), R("10.0"), 5).verdict is Verdict.IMPOSSIBLE
    assert heterogeneity.p_of_q(R("0.040"), R("10.0"), 5).verdict.holds
    assert heterogeneity.p_of_q(R("0.40"), R("10.0"), 5).verdict is Verdict.INCONSISTENT


THREE = [
    Study(R("1.50"), R("1.10"), R("2.05")),
    Study(R("0.90"), R("0.60"), R("1.35")),
    Study(R("2.10"), R("1.40"), R("3.15")),
]


def test_a_wrong_pooled_ratio_is_found_and_its_scale_named():
    # R, log scale, DerSimonian and Laird: 1.4185 (0.9093 to 2.2129), Q 8.5505
    printed = {"estimate": R("1.42"), "low": R("0.91"), "high": R("2.21")}
    found = dict(pooling.pooled(printed, THREE, "log", "dersimonian-laird"))
    assert {o.verdict.holds for o in found.values()} == {True}
    wrong = dict(pooling.pooled({"estimate": R("2.43")}, THREE, "log"))
    assert wrong["estimate"].verdict is Verdict.INCONSISTENT
    assert wrong["estimate"].assumed
    q = heterogeneity.heterogeneity_of_studies({"q": R("8.55")}, THREE, "log")
    assert q.verdict.holds
    lost = heterogeneity.heterogeneity_of_studies({"q": R("3.2"), "i2": R("77%")}, THREE, "log")
    assert lost.verdict is Verdict.INCONSISTENT


def test_a_limit_of_nothing_is_not_pooled():
    studies = [*THREE, Study(R("0.10"), R("0.00"), R("3.10"))]
    found = dict(pooling.pooled({"estimate": R("1.43")}, studies, "log"))
    assert found["estimate"].verdict is not Verdict.REPRODUCED


@settings(max_examples=5, deadline=None)
@given(
    st.integers(0, 10**6), st.sampled_from(["reml", "dersimonian-laird", "paule-mandel"]),
    st.sampled_from(["hartung-knapp", "z"]), st.sampled_from(["log", "logit"]),
)  # fmt: skip
def test_pooled_numbers_are_never_contradicted(seed, model, interval, scale):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 6))
    se = rng.uniform(0.1, 0.6, k)
    effect = rng.normal(0.3, rng.choice([0, 0.2, 0.5]), k) + rng.normal(0, se)
    back = np.exp if scale == "log" else lambda v: 1 / (1 + np.exp(-v))
    rows = zip(*(back(effect + z * se) for z in (0, -1.959964, 1.959964)), strict=True)
    studies = [Study(*(shown(float(v), 3) for v in row)) for row in rows]
    conventions = RECOMMENDED.overriding(between_studies=model, pooled_interval=interval)
    made = from_effects(effect, se, scale=scale)
    columns = np.ones((k, 1))
    fitted = pooled.fit_model(made, columns, conventions)
    tested = pooled.inference(fitted, conventions)
    numbers = pooled.effect_numbers(made, fitted, tested, 0, conventions)
    names = {"estimate": "estimate", "low": "estimate_low", "high": "estimate_high"}
    printed = {ours: shown(float(numbers[theirs]), 2) for ours, theirs in names.items()}
    for _, outcome in pooling.pooled(printed, studies, scale, model):
        assert holds(outcome)
    found = pooled.heterogeneity(made, fitted, columns, conventions)
    for name, value in (("q", shown(found["q"], 2)), ("i2", R(f"{found['i2']:.1f}%"))):
        outcome = heterogeneity.heterogeneity_of_studies({name: value}, studies, scale, model)
        assert holds(outcome)
    assert holds(heterogeneity.p_of_q(shown(found["q_p"], 3), shown(found["q"], 2), k))
    assert found["q_df"] == pytest.approx(k - 1)
