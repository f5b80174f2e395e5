"""The tests of one row of a comparison: of all its groups, of every two, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.outcome import TestOutcome, outcome_rows
from cohort_stats.comparing.pairwise import Pair, dunn, pairwise, tukey
from cohort_stats.comparing.rows import ORDERED_TESTS, Row, is_numeric
from cohort_stats.comparing.smd import smd, smd_of_groups
from cohort_stats.comparing.tests_of_difference import (
    compare_counts,
    compare_means,
    compare_ranks,
    mean_difference,
)
from cohort_stats.comparing.tests_of_trend import cochran_armitage, jonckheere, linear_by_linear
from cohort_stats.conventions import Conventions
from cohort_stats.results import rows

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, pd.Series]
Found = list[dict[str, object]]


def samples_of(columns: Columns) -> list[Floats]:
    """Known values of each group; of levels their places."""
    known = [c.dropna() for c in columns.values()]
    return [np.asarray(c if is_numeric(c) else c.cat.codes, dtype=float) for c in known]


def table_of(columns: Columns) -> Floats:
    """Counts, levels by groups."""
    return np.column_stack(
        [c.value_counts(sort=False).to_numpy(dtype=float) for c in columns.values()]
    )


def test_of_row(row: Row, columns: Columns, conventions: Conventions, seed: int) -> TestOutcome:
    """The test of a row, with the order of the groups in its words where it counts."""
    kind = row.kind(is_numeric(next(iter(columns.values()))))
    outcome = _tests(conventions, seed)[kind](columns)
    if kind in ORDERED_TESTS:
        return replace(outcome, method=f"{outcome.method} (order: {', '.join(columns)})")
    return outcome


test_of_row.__test__ = False  # type: ignore[attr-defined]  # not a test case of pytest


def _tests(conventions: Conventions, seed: int) -> Mapping[str, Callable[[Columns], TestOutcome]]:
    return {
        "means": lambda c: compare_means(samples_of(c), conventions),
        "ranks": lambda c: compare_ranks(samples_of(c), conventions),
        "counts": lambda c: compare_counts(table_of(c), conventions, seed=seed),
        "trend": lambda c: cochran_armitage(table_of(c)),
        "linear by linear": lambda c: linear_by_linear(table_of(c)),
        "jonckheere": lambda c: jonckheere(samples_of(c)),
    }


def pairs_of_row(
    row: Row, columns: Columns, conventions: Conventions, adjustment: str, seed: int
) -> tuple[Found, list[str]]:
    """Every two groups of a row: numbers (group against level), and warnings."""
    names = list(columns)
    found: Found = []
    warnings: list[str] = []
    for pair in _pairs(row, columns, conventions, adjustment, seed):
        first, second = names[pair.first], names[pair.second]
        used = int(columns[first].notna().sum() + columns[second].notna().sum())
        everybody = len(columns[first]) + len(columns[second])
        shared: dict[str, Any] = {"group": first, "term": row.variable, "level": second}
        shared |= {"n_used": used, "n_missing": everybody - used}
        made = outcome_rows(pair.outcome, **shared)
        if np.isnan(pair.outcome.p) and not np.isnan(pair.p_adjusted):
            made = [one for one in made if one["statistic"] != "p"]  # Tukey's is adjusted at once
        found += made
        values: dict[str, object] = {"p_adjusted": pair.p_adjusted}
        if not np.isnan(pair.difference[0]):
            values |= _triple("mean_difference", pair.difference)
        found += rows(values, method=pair.outcome.method, **shared)
        if pair.outcome.warning:
            warnings.append(f"`{row.variable}`, {first} against {second}: {pair.outcome.warning}")
    return found, warnings


def _pairs(
    row: Row, columns: Columns, conventions: Conventions, adjustment: str, seed: int
) -> list[Pair]:
    kind = row.kind(is_numeric(next(iter(columns.values()))))
    if row.pairs == "tukey":
        return tukey(samples_of(columns))
    if row.pairs == "dunn":
        return dunn(samples_of(columns), adjustment=adjustment)
    test = _tests(conventions, seed)[
        {"jonckheere": "ranks", "trend": "counts", "linear by linear": "counts"}.get(kind, kind)
    ]
    parts = [{name: column} for name, column in columns.items()]
    return pairwise(parts, lambda two: test({**two[0], **two[1]}), adjustment=adjustment)


def differences_of_row(
    row: Row, columns: Columns, conventions: Conventions, *, means: bool
) -> Found:
    """How far the groups are apart: standardised, and with `means` the difference of two."""
    every = list(columns.values())
    known = int(sum(c.notna().sum() for c in every))
    shared: dict[str, Any] = {"term": row.variable, "n_used": known}
    shared["n_missing"] = sum(map(len, every)) - known
    name = "standardised mean difference"
    if len(every) > 2:
        largest, mean = smd_of_groups(every)
        values: dict[str, object] = {"smd_largest": largest, "smd_mean": mean}
        return rows(values, method=f"{name} of every two groups", **shared)
    found = rows({"smd": smd(every[1], every[0])}, method=name, **shared)
    if means and row.kind(is_numeric(every[0])) == "means":
        first, second = samples_of(columns)
        triple = mean_difference(first, second, conventions)
        how = f"difference of means, {' less '.join(reversed(list(columns)))}"
        found += rows(_triple("mean_difference", triple), method=how, **shared)
    return found


def _triple(name: str, values: tuple[float, float, float]) -> dict[str, object]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))
