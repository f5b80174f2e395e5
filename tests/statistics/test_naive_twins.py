"""The kernels against the same mathematics written out in slow, plain loops."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cohort_stats.comparing.tests_of_difference import compare_ranks
from cohort_stats.conventions import RECOMMENDED
from cohort_stats.kernels import cox as cox_kernel
from cohort_stats.kernels import lifetable, logit
from cohort_stats.kernels import logrank as logrank_kernel
from cohort_stats.kernels.exact import TooManyTables
from cohort_stats.kernels.logit_profile import profile_interval
from cohort_stats.kernels.nearest import match_nearest
from cohort_stats.kernels.network import fisher
from cohort_stats.kernels.partial_likelihood import partial_likelihood
from cohort_stats.kernels.ranks import midranks, placements, rank_sum_counts, tie_term
from cohort_stats.kernels.separation import endless_direction

SEEDS = range(12)


def follow_up(seed: int, n: int = 40, p: int = 3):
    """Small cohort with heavy ties, events and censorings at the same times."""
    rng = np.random.default_rng(seed)
    time = rng.integers(1, 12, n).astype(float)
    event = rng.random(n) < 0.6
    event[0] = True
    matrix = rng.normal(size=(n, p))
    matrix[:, -1] = matrix[:, -1] > 0
    return time, event, matrix


def naive_partial_likelihood(beta, time, event, matrix, ties: str) -> float:
    total = 0.0
    for t in sorted(set(time[event])):
        dead = [i for i in range(len(time)) if event[i] and time[i] == t]
        at_risk = [i for i in range(len(time)) if time[i] >= t]
        risk = sum(math.exp(matrix[i] @ beta) for i in at_risk)
        tied = sum(math.exp(matrix[i] @ beta) for i in dead)
        for k, i in enumerate(dead):
            left_out = k / len(dead) * tied if ties == "efron" else 0.0
            total += matrix[i] @ beta - math.log(risk - left_out)
    return total


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", SEEDS)
def test_partial_likelihood(seed, ties):
    time, event, matrix = follow_up(seed)
    sets = cox_kernel.risk_sets(time, event, matrix, ties)
    beta = np.random.default_rng(seed + 100).normal(size=3)
    value, score, information = partial_likelihood(beta, sets)
    assert value == pytest.approx(
        naive_partial_likelihood(beta, time, event, matrix, ties), rel=1e-12
    )
    step = 1e-5
    for j in range(3):
        up, down = beta.copy(), beta.copy()
        up[j] += step
        down[j] -= step
        slope = (
            naive_partial_likelihood(up, time, event, matrix, ties)
            - naive_partial_likelihood(down, time, event, matrix, ties)
        ) / (2 * step)
        assert score[j] == pytest.approx(slope, rel=1e-6, abs=1e-7)
        higher = partial_likelihood(up, sets)[1]
        lower = partial_likelihood(down, sets)[1]
        assert_allclose(information[j], (lower - higher) / (2 * step), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", SEEDS)
def test_cox_estimate_is_the_maximum(seed, ties):
    time, event, matrix = follow_up(seed)
    fitted = cox_kernel.fit(time, event, matrix, ties)
    best = naive_partial_likelihood(fitted.beta, time, event, matrix, ties)
    assert fitted.converged
    assert fitted.log_likelihood == pytest.approx(best, rel=1e-12)
    nothing = naive_partial_likelihood(np.zeros(3), time, event, matrix, ties)
    assert fitted.log_likelihood_null == pytest.approx(nothing, rel=1e-12)
    rng = np.random.default_rng(seed)
    for _ in range(10):
        near = fitted.beta + rng.normal(scale=0.05, size=3)
        assert naive_partial_likelihood(near, time, event, matrix, ties) < best


def naively_endless(time, event, matrix, direction) -> bool:
    """Whether everybody with an event is farthest among those at risk, and some strictly."""
    along = matrix @ direction
    gaps = [
        along[i] - along[j]
        for i in range(len(time))
        for j in range(len(time))
        if event[i] and time[j] >= time[i]
    ]
    return min(gaps) > -1e-9 and max(gaps) > 1e-9


@pytest.mark.parametrize("seed", range(60))
def test_monotone_likelihood_is_found_exactly(seed):
    """Tiny cohorts with two 0/1 covariates, where monotone likelihood is common."""
    rng = np.random.default_rng(seed)
    n = 7
    time, event = rng.integers(1, 5, n).astype(float), rng.random(n) < 0.5
    matrix = rng.integers(0, 2, (n, 2)).astype(float)
    event[0] = True
    sets = cox_kernel.risk_sets(time, event, matrix, "efron")
    direction = cox_kernel.endless_direction(sets)
    # With two covariates of 0 and 1 these directions are enough.
    candidates = [np.array(d, float) for d in itertools.product((-1, 0, 1), repeat=2) if any(d)]
    exists = any(naively_endless(time, event, matrix, d) for d in candidates)
    assert direction.any() == exists
    if exists:
        assert naively_endless(time, event, matrix, direction)


@pytest.mark.parametrize("seed", range(60))
def test_separation_is_found_exactly(seed):
    rng = np.random.default_rng(seed)
    n = 8
    x = rng.integers(0, 4, n).astype(float)
    y = (rng.random(n) < 0.5).astype(float)
    y[:2] = 0, 1
    matrix = np.column_stack([np.ones(n), x])
    direction = endless_direction(y, matrix, logit.fit(y, matrix))
    cases, controls = x[y == 1], x[y == 0]
    upward = cases.min() >= controls.max() and cases.max() > controls.min()
    downward = cases.max() <= controls.min() and cases.min() < controls.max()
    if np.ptp(x) > 0:
        assert direction[1] == upward * 1 - downward * 1


@pytest.mark.parametrize("seed", SEEDS)
def test_life_table_counts(seed):
    time, event, _ = follow_up(seed)
    table = lifetable.life_table(time, event)
    curve, variance = lifetable.survival(table)
    survival = greenwood = 1.0
    greenwood = 0.0
    for k, t in enumerate(sorted(set(time))):
        n = sum(1 for u in time if u >= t)
        d = sum(1 for u, e in zip(time, event, strict=True) if u == t and e)
        c = sum(1 for u, e in zip(time, event, strict=True) if u == t and not e)
        assert (table.time[k], table.at_risk[k]) == (t, n)
        assert (table.events[k], table.censored[k]) == (d, c)
        survival *= 1 - d / n
        greenwood += (d / (n * (n - d)) if n > d else math.inf) if d else 0.0
        assert curve[k] == pytest.approx(survival)
        assert variance[k] == pytest.approx(greenwood)


@pytest.mark.parametrize("seed", SEEDS)
def test_logrank_sums(seed):
    time, event, _ = follow_up(seed)
    group = np.random.default_rng(seed).integers(0, 3, len(time))
    observed, expected, covariance = logrank_kernel.logrank(
        logrank_kernel.group_counts(time, event, group, 3)
    )
    wanted, spread = np.zeros(3), np.zeros((3, 3))
    for t in sorted(set(time[event])):
        n = (time >= t).sum()
        d = ((time == t) & event).sum()
        share = np.array([((time >= t) & (group == g)).sum() / n for g in range(3)])
        wanted += d * share
        if n > 1:
            hypergeometric = d * (n - d) / (n - 1)
            for g, h in itertools.product(range(3), repeat=2):
                spread[g, h] += hypergeometric * share[g] * ((g == h) - share[h])
    assert_allclose(observed, [(event & (group == g)).sum() for g in range(3)])
    assert_allclose(expected, wanted, rtol=1e-12)
    assert_allclose(covariance, spread, rtol=1e-12, atol=1e-12)


def tables_with_margins(rows, columns):
    if len(rows) == 1:
        yield (tuple(columns),)
        return
    for first in itertools.product(*(range(min(rows[0], c) + 1) for c in columns)):
        if sum(first) == rows[0]:
            left = [c - x for c, x in zip(columns, first, strict=True)]
            for others in tables_with_margins(rows[1:], left):
                yield (first, *others)


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 3), (3, 3), (2, 4), (4, 2), (3, 4)])
@pytest.mark.parametrize("seed", range(4))
def test_fisher(seed, shape):
    table = np.random.default_rng(seed).integers(0, 4, shape)
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        table += 1

    def probability(cells) -> float:
        cells = np.asarray(cells)
        top = math.prod(math.factorial(int(v)) for v in (*cells.sum(0), *cells.sum(1)))
        bottom = math.prod(math.factorial(int(v)) for v in cells.ravel())
        return top / bottom / math.factorial(int(cells.sum()))

    every = [probability(t) for t in tables_with_margins(table.sum(1), table.sum(0))]
    assert sum(every) == pytest.approx(1)
    observed = probability(table)
    p = sum(q for q in every if q <= observed * (1 + 1e-7))
    assert fisher(table) == pytest.approx(p, rel=1e-10)


def test_fisher_gives_up_at_once_on_a_huge_table():
    began = time.process_time()
    for table in (
        [[100, 100, 100, 1], [100, 90, 80, 3], [50, 60, 70, 2]],  # too many steps
        np.add.outer(np.arange(5), np.arange(12)) % 4 + 1,
    ):
        with pytest.raises(TooManyTables):
            fisher(table)
    assert time.process_time() - began < 20


def test_fisher_counts_every_table_where_the_observed_one_is_the_likeliest():
    assert fisher([[4, 4, 4], [4, 4, 4], [4, 4, 4]]) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (3, 3), (4, 2), (5, 4)])
def test_exact_mann_whitney(m, n):
    """Every way to choose m ranks of m + n."""
    u = [sum(c) - m * (m - 1) // 2 for c in itertools.combinations(range(m + n), m)]
    counts = np.bincount(u, minlength=m * n + 1)
    assert_allclose(rank_sum_counts(m, n), counts / counts.sum(), rtol=1e-12)
    for first in itertools.islice(itertools.combinations(range(m + n), m), 20):
        a = np.array(first, float)
        b = np.array([k for k in range(m + n) if k not in first], float)
        here = sum(1 for x in a for y in b if x > y)
        extreme = min(here, m * n - here)
        p = min(1, 2 * sum(v <= extreme for v in u) / len(u))
        outcome = compare_ranks([a, b], RECOMMENDED)
        assert (outcome.statistic, outcome.p) == (here, pytest.approx(p))


def test_exact_tail_of_large_samples():
    """Far in the tail of 49 against 49 the counts are small whole numbers."""
    chances = rank_sum_counts(49, 49)
    total = math.comb(98, 49)
    partitions = [1, 1, 2, 3, 5, 7, 11, 15, 22, 30]
    assert_allclose(chances[:10] * total, partitions, rtol=1e-9)
    assert chances.sum() == pytest.approx(1)


@pytest.mark.parametrize("seed", SEEDS)
def test_ranks(seed):
    values = np.random.default_rng(seed).integers(0, 6, 25).astype(float)
    wanted = [(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values]
    assert_allclose(midranks(values), wanted)
    assert tie_term(values) == sum(
        (values == v).sum() ** 3 - (values == v).sum() for v in set(values)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_auc_counts_pairs(seed):
    rng = np.random.default_rng(seed)
    cases, controls = rng.integers(0, 8, 15), rng.integers(0, 8, 20)
    v10, v01 = placements(cases.astype(float), controls.astype(float))
    pairs = (cases[:, None] > controls) + (cases[:, None] == controls) / 2
    assert_allclose(v10, pairs.mean(axis=1))
    assert_allclose(v01, pairs.mean(axis=0))
    assert v10.mean() == pytest.approx(pairs.mean())


def greedy(treated, controls, ratio: int, caliper: float):
    """Rounds; the highest score chooses first; the nearest free control, then the earlier row."""
    chosen = [[-1] * ratio for _ in treated]
    free = set(range(len(controls)))
    turns = sorted(range(len(treated)), key=lambda i: (-treated[i], i))
    for k in range(ratio):
        for i in turns:
            near = [c for c in free if abs(controls[c] - treated[i]) <= caliper]
            if near:
                best = min(near, key=lambda c: (abs(controls[c] - treated[i]), c))
                chosen[i][k] = best
                free.remove(best)
    return chosen


@pytest.mark.parametrize("ratio", [1, 2, 3])
@pytest.mark.parametrize("caliper", [0.05, 0.25, math.inf])
@pytest.mark.parametrize("digits", [1, 8])
def test_greedy_matching(ratio, caliper, digits):
    """With one digit there are many ties; scores in eighths keep the gaps exact."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        treated, controls = rng.normal(0.5, 1, rng.integers(0, 15)), rng.normal(size=25)
        if digits == 1:
            treated, controls = np.round(treated * 8) / 8, np.round(controls * 8) / 8
        got = match_nearest(treated, controls, ratio, caliper)
        assert got.tolist() == greedy(treated, controls, ratio, caliper), seed


@pytest.mark.parametrize("seed", SEEDS)
def test_logistic_estimate_is_the_maximum(seed):
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(60), rng.normal(size=(60, 2)) * [1, 1000]])
    y = (rng.random(60) < 0.4).astype(float)
    fitted = logit.fit(y, matrix)

    def log_likelihood(beta):
        return sum(
            math.log(1 / (1 + math.exp(-(row @ beta if case else -(row @ beta)))))
            for row, case in zip(matrix, y, strict=True)
        )

    best = log_likelihood(fitted.beta)
    assert fitted.log_likelihood == pytest.approx(best, rel=1e-12)
    low, high = profile_interval(y, matrix, fitted, 1)
    assert low < fitted.beta[1] < high
    for limit in (low, high):
        offset = limit * matrix[:, 1]
        rest = logit.fit(y, matrix[:, [0, 2]], offset)
        loss = 2 * (best - log_likelihood(np.insert(rest.beta, 1, limit)))
        assert loss == pytest.approx(3.841458820694124, rel=1e-9)


@pytest.mark.parametrize("kind", ["days", "months", "far apart"])
def test_counting_by_whole_times_and_by_sorting_is_the_same(kind):
    rng = np.random.default_rng(3)
    days = rng.integers(0, 40, 90).astype(float)
    time = {"days": days, "months": days / 30.4375, "far apart": days * 1e6}[kind]
    state, group = rng.integers(0, 3, 90), rng.integers(0, 2, 90)
    found = lifetable.tally(time, state, group, 2, 3)
    assert found.time.tolist() == sorted(set(time))
    for i, t in enumerate(found.time):
        for g in range(2):
            for s in range(3):
                expected = int(np.sum((time == t) & (group == g) & (state == s)))
                assert found.leaving[i, g, s] == expected, (t, g, s)
    table = found.table(1, event=2)
    mine = group == 1
    for i, t in enumerate(table.time):
        assert table.at_risk[i] == np.sum(time[mine] >= t)
        assert table.events[i] == np.sum((time == t) & mine & (state == 2))
        assert table.censored[i] == np.sum((time == t) & mine & (state != 2))
    assert set(table.time) == set(time[mine])
