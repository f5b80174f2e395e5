"""Comparisons of groups by statsmodels, ranks by SciPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analyses.cross_check import tests_again
from analyses.cross_check.findings import Compared
from analyses.cross_check.looking import each, method, one, samples
from analyses.cross_check.tests_again import Again
from analyses.scene import Scene
from analyses.schema.adverse import AdverseEventsStep
from analyses.schema.comparing import CompareStep, ProportionStep
from cohort_stats.comparing.rows import OVERALL, is_numeric
from cohort_stats.results import Result, pick

Results = Mapping[str, Result]
INTERVALS = {
    "Wilson interval": "wilson",
    "Clopper–Pearson interval": "beta",
    "Agresti–Coull interval": "agresti_coull",
    "Jeffreys interval": "jeffrey",
}
ENDS = "ours ends at 0 without an event and at 1 with events only (Brown, Cai and DasGupta)"
DIFFERENCES = {"Newcombe interval": "newcomb", "Wald interval": "wald"}


def compare(step: CompareStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """The test of every row that has a counterpart."""
    result = results[step.id]
    if scene.weights is not None:
        yield from _weighted_rows(step, scene, result)
        return
    if not step.by:
        return
    groups = scene.groups(step.by)
    for row in step.rows:
        if not scene.has(row.variable):
            continue
        column = scene.frame[row.variable]
        where = {"group": "", "term": row.variable, "level": ""}
        words = method(result, "p", **where)
        parts = samples(column, groups)
        again = _again(words, column, list(parts.values()))
        if again is not None:
            yield from _test(step.id, result, again, where)


def adverse_events(step: AdverseEventsStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """The test of every event and level, on the counts that stand in its row."""
    result = results[step.id]
    tests = pick(result.numbers, "p")
    for term, level in zip(tests["term"], tests["level"], strict=True):
        where = {"group": "", "term": term, "level": level}
        mine = result.numbers[(result.numbers["term"] == term) & (result.numbers["level"] == level)]
        wide = mine.pivot(index="group", columns="statistic", values="value")
        wide = wide.loc[[g for g in scene.groups(step.by).cat.categories if g in wide.index]]
        table = np.stack([wide["n"] - wide["count"], wide["count"]])
        again = tests_again.of_counts(method(result, "p", **where), table)
        if again is not None:
            yield from _test(step.id, result, again, where)


def _again(words: str, column: pd.Series, parts: list[pd.Series]) -> Again | None:
    values = [np.asarray(p if is_numeric(column) else p.cat.codes, dtype=float) for p in parts]
    found = tests_again.of_samples(words, values)
    if found is not None or is_numeric(column):
        return found
    table = np.column_stack([p.value_counts(sort=False).to_numpy(float) for p in parts])
    return tests_again.of_counts(words, table)


def _test(analysis: str, result: Result, again: Again, where: dict[str, str]) -> Iterator[Compared]:
    library, p, statistic = again
    place: dict[str, object] = {k: v for k, v in where.items() if v}
    yield Compared(analysis, "p", library, one(result, "p", **where), p, place)
    ours = one(result, "test_statistic", **where)
    if np.isfinite(statistic) and np.isfinite(ours):
        yield Compared(analysis, "test_statistic", library, ours, statistic, place)


def _weighted_rows(step: CompareStep, scene: Scene, result: Result) -> Iterator[Compared]:
    """Weighted means and percentages."""
    for row in step.rows:
        if not scene.has(row.variable):
            continue
        column = scene.frame[row.variable]
        if is_numeric(column):
            yield from _weighted(step, scene, result, "mean", column, {"term": row.variable})
            continue
        for level in column.cat.categories:
            share = column.eq(level).astype(float).where(column.notna())
            where = {"term": row.variable, "level": str(level)}
            yield from _weighted(step, scene, result, "percent", 100 * share, where)


def _weighted(
    step: CompareStep | ProportionStep,
    scene: Scene,
    result: Result,
    statistic: str,
    values: pd.Series,
    where: Mapping[str, str],
) -> Iterator[Compared]:
    """A weighted mean of all patients and of each group."""
    from statsmodels.stats.weightstats import DescrStatsW

    assert scene.weights is not None
    groups = scene.groups(step.by) if step.by else None
    for place, mine in each(result, statistic, **where):
        known = values.notna() & (scene.weights > 0)
        if groups is not None:
            overall = place.get("group", OVERALL) == OVERALL
            known &= groups.notna() if overall else groups.astype(str) == place["group"]
        if known.any():
            again = DescrStatsW(values[known].to_numpy(float), scene.weights[known].to_numpy(float))
            yield Compared(step.id, statistic, "statsmodels", mine, float(again.mean), place)


def proportion(step: ProportionStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """Limits of each proportion and of the risk difference; the test between groups."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    result = results[step.id]
    if scene.weights is not None:
        values = scene.outcome(step.outcome).astype("Float64")
        yield from _weighted(step, scene, result, "proportion", values, {})
        return
    counts = {}
    for where, events in each(result, "events"):
        group = str(where.get("group", ""))
        n = one(result, "n", group=group)
        how = INTERVALS.get(method(result, "proportion", group=group))
        counts[group] = (events, n)
        if how is None or not n > 0:
            continue
        why = ENDS if how == "jeffrey" and events in (0, n) else ""
        limits = np.clip(proportion_confint(events, n, method=how), 0, 1)
        for name, theirs in zip(("proportion_low", "proportion_high"), limits, strict=True):
            ours = one(result, name, group=group)
            yield Compared(step.id, name, "statsmodels", ours, float(theirs), where, why=why)
    if not step.by or len(counts) < 3:
        return
    compared = list(counts.values())[1:]
    table = np.array([[x for x, _ in compared], [n - x for x, n in compared]])
    again = tests_again.of_counts(method(result, "p", group="", term=""), table)
    if again is not None:
        yield from _test(step.id, result, again, {"group": "", "term": "", "level": ""})
    kind = DIFFERENCES.get(method(result, "risk_difference"))
    if kind is None or len(compared) != 2:
        return
    (x1, n1), (x2, n2) = compared
    low, high = confint_proportions_2indep(x2, n2, x1, n1, method=kind, correction=False)
    for name, theirs in (("risk_difference_low", low), ("risk_difference_high", high)):
        yield Compared(step.id, name, "statsmodels", one(result, name), float(theirs))
