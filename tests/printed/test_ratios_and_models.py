"""2×2 tables, refitted logistic models, coefficients, pseudo-R²: by hand, R, and properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import (
    coefficients,
    logistic,
    pseudo_r_squared,
    ratio_sizes,
    recovered,
    two_by_two,
)
from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from cohort_stats.comparing.two_by_two import odds_ratio, risk_ratio

cell = st.integers(1, 40)


def triple(estimate: str, low: str, high: str):
    return R(estimate), R(low), R(high)


# R: a <- 8; b <- 46; c <- 12; d <- 53: 0.7681159 (0.2888876, 2.0423240) by Woolf;
# fisher.test 0.7698 (0.2495394, 2.2573254)
FIRST, SECOND = (8, 54), (12, 65)


def test_the_kind_of_interval_is_named():
    found = two_by_two.interval_of_counts("or", *triple("0.77", "0.29", "2.04"), FIRST, SECOND)
    assert found.verdict is Verdict.REPRODUCED
    exact = two_by_two.interval_of_counts("or", *triple("0.77", "0.25", "2.26"), FIRST, SECOND)
    assert exact.verdict is Verdict.UNDER_CONVENTION
    assert two_by_two.EXACT in [e.words for e in exact.explanations]
    upside = two_by_two.interval_of_counts("or", *triple("1.30", "0.49", "3.46"), FIRST, SECOND)
    assert upside.verdict is Verdict.UNDER_CONVENTION
    assert "the other group as reference" in upside.explanations[0].words
    wrong = two_by_two.interval_of_counts("or", *triple("0.77", "0.39", "2.04"), FIRST, SECOND)
    assert wrong.verdict is Verdict.INCONSISTENT
    assert wrong.assumed


def test_a_table_is_recovered_from_its_ratio():
    found = recovered.tables_of_ratio("or", triple("0.768", "0.289", "2.042"), 54, 65)
    assert recovered.Recovered(8, 12) in found
    with_events = recovered.table_of_ratio("or", *triple("0.77", "0.29", "2.04"), 54, 65, 20)
    assert with_events.recomputed == "8 of 54 against 12 of 65"
    none = recovered.table_of_ratio("or", *triple("0.77", "0.60", "0.99"), 54, 65)
    assert none.verdict is Verdict.INCONSISTENT


def test_an_interval_too_narrow_for_its_events():
    wide = two_by_two.precision_of_ratio("hr", R("1.22"), R("3.14"), 93, 106)
    assert wide.verdict is Verdict.REPRODUCED
    narrow = two_by_two.precision_of_ratio("hr", R("1.90"), R("2.10"), 93, 106)
    assert narrow.verdict is Verdict.INCONSISTENT
    assert narrow.recomputed == "0.207"  # 2 / sqrt(93)
    assert two_by_two.precision_of_ratio("rr", R("1"), R("2"), 9, 10).verdict is (
        Verdict.NOT_CHECKABLE
    )


def test_a_ratio_upside_down():
    one, other = triple("0.77", "0.29", "2.04"), triple("1.30", "0.49", "3.46")
    assert ratio_sizes.upside_down(one, other).verdict is Verdict.REPRODUCED
    wrong = ratio_sizes.upside_down(one, triple("1.30", "0.49", "3.64"))
    assert wrong.verdict is Verdict.INCONSISTENT


def test_per_unit_and_halves_never_contradict():
    halves = triple("1.96", "1.22", "3.14")
    assert ratio_sizes.per_unit(halves, triple("1.16", "1.04", "1.29"), 5).verdict is (
        Verdict.REPRODUCED
    )
    other = ratio_sizes.per_unit(halves, triple("0.86", "0.78", "0.96"), 5)
    assert other.verdict is Verdict.NOT_CHECKABLE
    assert [e.convention for e in other.explanations] == ["reference"]


# R: k <- c(3, 9, 14); n <- c(20, 25, 22)
#  glm(cbind(k, n - k) ~ c(0, 1, 2)): 3.1432847 (Wald 1.5121 to 6.5340)
#  glm(cbind(k, n - k) ~ factor(c(0, 1, 2))): 3.1875, 9.9167
COUNTS = [(3.0, 20.0), (9.0, 25.0), (14.0, 22.0)]


def test_a_logistic_model_refitted_from_counts():
    ordered = logistic.fitted(logistic.in_order(COUNTS))
    assert ordered is not None
    assert math.exp(ordered.beta[1]) == pytest.approx(3.1432847, abs=1e-6)
    by_level = logistic.fitted(logistic.categories(COUNTS))
    assert by_level is not None
    assert np.exp(by_level.beta[1:]) == pytest.approx([3.1875, 9.916667], abs=1e-5)
    cells = logistic.categories(COUNTS)
    assert logistic.ratio_of_model([R("3.19")], cells).verdict is Verdict.REPRODUCED
    assert logistic.ratio_of_model([R("0.31")], cells).verdict is Verdict.UNDER_CONVENTION
    wrong = logistic.ratio_of_model([R("3.91")], cells)
    assert wrong.verdict is Verdict.INCONSISTENT
    assert logistic.fitted(logistic.categories([(0, 5), (3, 9)])) is None


def test_limits_and_walds_chi_square():
    # exp(0.8408 ± 1.96 × 0.4753) = 0.9133 to 5.885; (0.8408 / 0.4753)² = 3.129
    beta, se = R("0.8408"), R("0.4753")
    fine = coefficients.limits_of_coefficient(R("0.91"), R("5.88"), beta, se)
    assert fine.verdict is Verdict.REPRODUCED
    wrong = coefficients.limits_of_coefficient(R("0.91"), R("19.88"), beta, se)
    near = coefficients.limits_of_coefficient(R("0.93"), R("6.02"), beta, se)
    assert near.verdict is Verdict.NOT_CHECKABLE
    assert [e.convention for e in near.explanations] == ["profile"]
    assert wrong.verdict is Verdict.INCONSISTENT
    assert wrong.assumed == ("Wald limits",)
    square = coefficients.z_of_coefficient(R("3.13"), beta, se)
    assert [e.convention for e in square.explanations] == ["chi-square"]


def test_pseudo_r_squared():
    # 24 of 96: d0 = 107.968; a deviance of 95 gives 0.1264, 0.1872, 0.1201
    assert pseudo_r_squared.null_deviance(96, 24) == pytest.approx(107.968, abs=1e-3)
    kinds = {"0.126": "Cox", "0.187": "Nagelkerke", "0.120": "McFadden"}
    for text, name in kinds.items():
        found = pseudo_r_squared.r_squared_of_deviance(R(text), 96, 24, deviance=R("95.0"))
        assert found.verdict in (Verdict.REPRODUCED, Verdict.WITHIN_ROUNDING)
        assert name in found.explanations[0].words
    stated = pseudo_r_squared.COX_SNELL
    most = pseudo_r_squared.r_squared_of_deviance(R("0.70"), 96, 24, stated=stated)
    assert most.verdict is Verdict.IMPOSSIBLE  # 0.6752
    assert pseudo_r_squared.r_squared_of_deviance(R("0.70"), 96, 24).verdict is (
        Verdict.NOT_CHECKABLE
    )
    chi = pseudo_r_squared.r_squared_of_deviance(R("0.50"), 96, 24, chi_square=R("12.97"))
    assert chi.verdict is Verdict.INCONSISTENT


@settings(max_examples=60)
@given(cell, cell, cell, cell, st.integers(1, 3), st.sampled_from(["or", "rr"]))
def test_ratios_of_counts_are_never_contradicted(a, b, c, d, places, kind):
    first, second = (a, a + b), (c, c + d)
    values = (odds_ratio if kind == "or" else risk_ratio)(second, first)
    printed = [shown(v, places) for v in values]
    assert holds(two_by_two.interval_of_counts(kind, *printed, first, second))
    assert holds(recovered.table_of_ratio(kind, *printed, a + b, c + d))
    if kind == "or":
        assert holds(two_by_two.precision_of_ratio("or", *printed[1:], a + c, a + b + c + d))
    turned = [shown(v, places) for v in (1 / values[0], 1 / values[2], 1 / values[1])]
    assert holds(ratio_sizes.upside_down(tuple(printed), tuple(turned)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 4))
def test_logistic_models_are_never_contradicted(seed, places, se_places):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(4, 30, 4)
    cells = [
        ((float(i % 2), float(i // 2)), float(rng.binomial(n, 0.3 + 0.1 * i)), float(n))
        for i, n in enumerate(sizes)
    ]
    model = logistic.fitted(cells)
    if model is None:
        return
    beta, se = model.beta[1], model.se[1]
    wald = [math.exp(beta + z * 1.959963984540054 * se) for z in (0, -1, 1)]
    profile = [math.exp(beta), *(math.exp(min(v, 300)) for v in model.profile(1))]
    for values in (wald, profile):
        printed = [shown(v, places) for v in values]
        assert holds(logistic.ratio_of_model(printed, cells))
    limits = [shown(v, places) for v in wald[1:]]
    events, n = sum(k for _, k, _ in cells), sum(n for _, _, n in cells)
    assert holds(two_by_two.precision_of_ratio("or", *limits, events, n))
    printed_beta, printed_se = shown(beta, se_places), shown(se, se_places)
    if printed_se.value > 0:
        assert holds(coefficients.limits_of_coefficient(*limits, printed_beta, printed_se))
        for z in (beta / se, (beta / se) ** 2):
            assert holds(coefficients.z_of_coefficient(shown(z, 2), printed_beta, printed_se))


@settings(max_examples=80)
@given(st.integers(2, 300), st.floats(0.01, 0.99), st.floats(0, 1), st.integers(2, 4))
def test_pseudo_r_squared_is_never_contradicted(n, share, explained, places):
    events = min(max(1, round(n * share)), n - 1)
    null = pseudo_r_squared.null_deviance(n, events)
    deviance = null * (1 - explained)
    values = {
        pseudo_r_squared.COX_SNELL: 1 - math.exp(-(null - deviance) / n),
        pseudo_r_squared.MCFADDEN: explained,
    }
    values[pseudo_r_squared.NAGELKERKE] = values[pseudo_r_squared.COX_SNELL] / (
        1 - math.exp(-null / n)
    )
    for name, value in values.items():
        for given_as in (
            {"deviance": shown(deviance, 2)},
            {"chi_square": shown(null - deviance, 2)},
            {},
        ):
            found = pseudo_r_squared.r_squared_of_deviance(
                shown(value, places), n, events, stated=name, **given_as
            )
            assert holds(found)
