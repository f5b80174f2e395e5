"""Numbers made from data and printed with usual rounding: no check contradicts them."""

from __future__ import annotations

import math

import numpy as np
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import (
    arithmetic,
    coefficients,
    ratios,
    shares,
    tests_of_counts,
    tests_of_means,
)
from analyses.printed.number import Printed
from analyses.printed.number import read_printed as R
from analyses.printed.tests_of_means import Sample
from cohort_stats.distributions import normal_two_sided

digits, seeds = st.integers(0, 3), st.integers(0, 10**6)


def printed_p(p: float, places: int) -> Printed:
    """A p as papers print it."""
    return R(f"<{10.0**-places:.{places}f}") if p < 10.0**-places / 2 else shown(p, places)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 500), st.integers(1, 500), digits)
def test_percentages(k, n, places):
    k = min(k, n)
    percent = R(f"{shown(100 * k / n, places).text}%")
    assert holds(shares.percent_of_counts(percent, shown(k, 0), shown(n, 0)))
    assert holds(shares.attainable(percent, shown(n, 0)))
    rest = R(f"{shown(100 - 100 * k / n, places).text}%")
    assert holds(arithmetic.complement_of(rest, percent, 100))


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(2, 4), digits, st.integers(2, 4))
def test_means(seed, k, places, p_places):
    from scipy.stats import f_oneway, ttest_ind

    rng = np.random.default_rng(seed)
    groups = [rng.normal(rng.normal(50, 3), 9, rng.integers(3, 60)) for _ in range(k)]
    samples = [
        Sample(shown(g.mean(), places), shown(g.std(ddof=1), places), len(g)) for g in groups
    ]
    values = [f_oneway(*groups).pvalue]
    if k == 2:
        values += [ttest_ind(*groups).pvalue, ttest_ind(*groups, equal_var=False).pvalue]
    for p in values:
        assert holds(tests_of_means.p_of_means(printed_p(float(p), p_places), samples))
    every = np.concatenate(groups)
    assert holds(tests_of_means.mean_of_parts(shown(every.mean(), places), samples))
    assert holds(tests_of_means.sd_of_parts(shown(every.std(ddof=1), places), samples))


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 4), st.integers(2, 3), st.integers(2, 4))
def test_counts(seed, levels, groups, places):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 20, (levels, groups))
    if min(table.sum(axis=0).min(), table.sum(axis=1).min()) == 0:
        return
    rows = table.tolist()
    for test in tests_of_counts.ORDERED:
        if test in tests_of_counts.TWO_BY_TWO and (levels, groups) != (2, 2):
            continue
        p = printed_p(tests_of_counts.p_under(test, rows), places)
        assert holds(tests_of_counts.p_of_counts(p, rows, [test], ordered=True))


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(1, 3), st.integers(2, 4))
def test_ratios_and_coefficients(seed, places, fine):
    rng = np.random.default_rng(seed)
    beta, se = rng.normal(0, 1), rng.uniform(0.05, 1.2)
    p = printed_p(normal_two_sided(beta / se), 3)
    estimate, low, high = (shown(math.exp(beta + z * se), places) for z in (0, -1.959964, 1.959964))
    assert holds(ratios.estimate_of_interval(estimate, low, high))
    assert holds(ratios.p_of_interval(p, estimate, low, high))
    b, s = shown(beta, fine), shown(se, fine)
    assert holds(coefficients.z_of_coefficient(shown(beta / se, 2), b, s))
    assert holds(coefficients.ratio_of_coefficient(estimate, b))
    if s.interval()[0] > 0:
        assert holds(coefficients.p_of_coefficient(p, b, s))


@given(st.lists(st.floats(-500, 500), min_size=2, max_size=5), digits)
def test_sums_and_ratios(values, places):
    parts = [shown(v, places) for v in values]
    total = shown(math.fsum(values), places)
    assert holds(arithmetic.sum_of(total, parts, counts=False))
    difference = shown(values[0] - values[1], places)
    if places:
        assert holds(arithmetic.difference_of(difference, parts[0], parts[1]))
    weighted = shown(math.fsum((i + 1) * v for i, v in enumerate(values)), places)
    assert holds(arithmetic.linear_of(weighted, [(i + 1.0, x) for i, x in enumerate(parts)]))
    if abs(values[1]) > 1:
        assert holds(arithmetic.ratio_of(shown(values[0] / values[1], places), parts[0], parts[1]))
    assert holds(arithmetic.same(shown(values[0], 3), shown(values[0], places)))
