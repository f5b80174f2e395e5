"""Likelihoods that rise for ever: what is infinite, what is left open, what is still known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import cohort_stats
from cohort_stats import Endpoint, cox, cox_univariable, logistic


def in_order(n: int, seed: int) -> tuple[Endpoint, np.ndarray]:
    """Patients who have the event exactly in the order of a number."""
    x = np.random.default_rng(seed).normal(size=n)
    return Endpoint(np.argsort(np.argsort(-x)) + 1.0, np.ones(n, dtype=bool)), x


@pytest.mark.parametrize("n", [10, 30, 200])
def test_events_in_the_order_of_a_number_have_no_finite_ratio(n):
    endpoint, x = in_order(n, n)
    for verb in (cox, cox_univariable):
        found = verb(endpoint, pd.DataFrame({"x": x}), ["x"])
        assert found.value("hazard_ratio", term="x") == np.inf
        assert any("no finite hazard ratio for `x`" in words for words in found.warnings)


def test_what_an_infinite_ratio_leaves_open_is_not_blamed():
    endpoint, x = in_order(30, 1)
    z = np.random.default_rng(2).normal(size=30)
    found = cox(endpoint, pd.DataFrame({"x": x, "z": z}), ["z", "x"])
    assert found.value("coefficient", term="x") == np.inf
    assert np.isnan(found.value("coefficient", term="z"))
    assert "for `x`: all events on one side; the other events leave open that of `z`" in " ".join(
        found.warnings
    )
    assert found.value("log_likelihood") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("roles", [{}, {"cluster": "c"}, {"weights": "v"}])
def test_beside_an_infinite_ratio_the_rest_is_the_model_of_those_with_events(roles):
    rng = np.random.default_rng(3)
    group, z, w = rng.integers(0, 2, 90), rng.normal(size=90), rng.normal(size=90)
    time = np.ceil(20 * rng.exponential(np.exp(-0.5 * z)))
    event = (rng.random(90) < 0.7) & (group == 1)
    frame = pd.DataFrame({"g": pd.Categorical.from_codes(group, ["a", "b"]), "z": z, "w": w})
    frame = frame.assign(c=np.arange(90) // 3, v=rng.uniform(0.5, 2, 90))
    whole = cox(Endpoint(time, event), frame, ["z", "g", "w"], **roles)
    part = cox(
        Endpoint(time[group == 1], event[group == 1]),
        frame[group == 1].reset_index(drop=True),
        ["z", "w"],
        **roles,
    )
    assert whole.value("hazard_ratio", term="g", level="b") == np.inf
    for statistic in ("coefficient", "se"):
        for term in ("z", "w"):
            wanted = part.value(statistic, term=term)
            assert_allclose(whole.value(statistic, term=term), wanted, rtol=1e-9)
    assert_allclose(whole.value("log_likelihood"), part.value("log_likelihood"), rtol=1e-10)


def test_an_estimate_beyond_what_can_be_computed_is_told():
    endpoint, x = in_order(40, 0)
    close = np.argmin(np.diff(np.sort(x)))
    first, second = np.argsort(x)[[close, close + 1]]
    time = endpoint.time.copy()
    time[[first, second]] = time[[second, first]]
    found = cox(Endpoint(time, endpoint.event), pd.DataFrame({"x": x}), ["x"])
    assert "the Cox model did not converge: do not use its estimates" in found.warnings


def test_only_the_covariate_that_separates_is_named():
    rng = np.random.default_rng(5)
    y = rng.random(60) < 0.4
    frame = pd.DataFrame({"age": rng.normal(60, 9, 60), "z": y * 1.0})
    found = logistic(pd.Series(y), frame, ["age", "z"])
    assert found.value("coefficient", term="z") == np.inf
    assert np.isnan(found.value("coefficient", term="age"))
    told = " ".join(found.warnings)
    assert "separation: `z` predicts" in told
    assert "leave open that of `age`" in told


def test_two_that_separate_alike_are_both_named():
    y = np.repeat([False, True], 20)
    frame = pd.DataFrame({"a": y * 1.0, "b": y * 2.0 + np.tile([0.0, 0.1], 20)})
    told = " ".join(logistic(pd.Series(y), frame, ["a", "b"]).warnings)
    assert "`a`, `b` predict the outcome" in told


def test_every_public_name_can_be_had():
    for name in cohort_stats.__all__:
        assert getattr(cohort_stats, name) is not None, name
