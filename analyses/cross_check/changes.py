"""Changes within patients by statsmodels and SciPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analyses.cross_check.findings import Compared
from analyses.cross_check.looking import each, method, one
from analyses.cross_check.tests_again import Again
from analyses.scene import Scene
from analyses.schema.changes import PairedStep, TransitionStep
from cohort_stats.changes.paired import CHANGE
from cohort_stats.changes.paired_tests import differences
from cohort_stats.changes.pairing import scale_of
from cohort_stats.comparing.rows import OVERALL, is_numeric
from cohort_stats.results import Result

Results = Mapping[str, Result]
SYMMETRY = "statsmodels counts a degree of freedom for levels between which nobody moved"


def paired(step: PairedStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """The test of every pair, in everybody and in each group."""
    groups = scene.groups(step.by) if step.by else None
    for pair in step.pairs:
        analysis = f"{step.id}/{pair.before}/{pair.after}"
        if analysis in results:
            yield from _changes(
                analysis, results[analysis], scene, (pair.before, pair.after), groups
            )


def transition(step: TransitionStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """The test of the change within everybody and within each group."""
    groups = scene.groups(step.by) if step.by else None
    names = (step.before, step.after)
    yield from _changes(step.id, results[step.id], scene, names, groups, CHANGE)


def _changes(
    analysis: str,
    result: Result,
    scene: Scene,
    names: tuple[str, str],
    groups: pd.Series | None,
    term: str = "",
) -> Iterator[Compared]:
    both = scene.frame[list(names)].notna().all(axis=1)
    if groups is not None:
        both &= groups.notna()
    for where, p in each(result, "p", term=term):
        group = str(where.get("group", ""))
        if not group or not math.isfinite(p):
            continue
        mine = both if group == OVERALL or groups is None else both & (groups.astype(str) == group)
        words = method(result, "p", group=group, term=term)
        again = _again(words, scene.frame.loc[mine, names[0]], scene.frame.loc[mine, names[1]])
        if again is None:
            continue
        library, theirs, statistic = again
        why = SYMMETRY if words.startswith("Bowker") else ""
        yield Compared(analysis, "p", library, p, theirs, where, why=why)
        ours = one(result, "test_statistic", group=group, term=term)
        if math.isfinite(statistic) and math.isfinite(ours):
            yield Compared(analysis, "test_statistic", library, ours, statistic, where)


def _again(words: str, before: pd.Series, after: pd.Series) -> Again | None:
    from scipy import stats
    from statsmodels.stats.contingency_tables import SquareTable, mcnemar

    if words.startswith("paired t-test"):
        found = stats.ttest_rel(after.to_numpy(float), before.to_numpy(float))
        return "SciPy", float(found.pvalue), float(found.statistic)
    if words.startswith("Wilcoxon") and is_numeric(before):
        change = differences(before.to_numpy(float), after.to_numpy(float))
        return _signed_ranks(words, change)
    if is_numeric(before):
        return None
    scale = scale_of(before, after)
    table = scale.table(scale.known)
    if words.startswith("Wilcoxon"):
        return _signed_ranks(words, scale.after.astype(float) - scale.before)
    if words.startswith("McNemar"):
        corrected = "continuity" in words
        found = mcnemar(table, exact="(exact)" in words, correction=corrected)
        return (
            "statsmodels",
            float(found.pvalue),
            math.nan if "(exact)" in words else found.statistic,
        )
    square = SquareTable(table, shift_zeros=False)
    if words.startswith("Stuart–Maxwell"):
        moved = table.sum(axis=0) + table.sum(axis=1) > 2 * np.diag(table)
        square = SquareTable(table[np.ix_(moved, moved)], shift_zeros=False)
        found = square.homogeneity()
        return "statsmodels", float(found.pvalue), float(found.statistic)
    if words.startswith("Bowker"):
        found = square.symmetry()
        return "statsmodels", float(found.pvalue), float(found.statistic)
    return None


def _signed_ranks(words: str, change: np.ndarray) -> Again:
    from scipy.stats import wilcoxon

    pratt = "zero differences ranked" in words
    found = wilcoxon(
        change,
        zero_method="pratt" if pratt else "wilcox",
        correction="continuity" in words,
        method="exact" if "(exact)" in words else "asymptotic",
    )
    return "SciPy", float(found.pvalue), math.nan
