"""The same patients before and after: how they changed, and whether the change is chance."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.changes.paired_difference import difference_rows
from cohort_stats.changes.paired_tests import (
    differences,
    marginal_homogeneity,
    mcnemar,
    paired_means,
    paired_ranks,
    symmetry,
)
from cohort_stats.changes.pairing import Bools, Scale, pair_of, parts_of, scale_of
from cohort_stats.comparing.groups import OVERALL, is_numeric, numeric_summary
from cohort_stats.comparing.outcome import TestOutcome, outcome_rows
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Summary = Literal["mean", "median"]
PairedTest = Literal["by type", "means", "ranks", "counts", "symmetry"]

BEFORE, AFTER, CHANGE = "before", "after", "change"


def compare_paired(
    before: pd.Series,
    after: pd.Series,
    groups: pd.Series | None = None,
    *,
    summary: Summary = "median",
    test: PairedTest = "by type",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Describe a change within patients and test it, overall and within each group.

    Parameters
    ----------
    before, after
        Both numbers, or both categories of the same levels; n patients.
    groups
        A level for each patient; the change is tested within each, not between them.
    summary
        ``mean`` or ``median`` of numbers.
    test
        ``by type``: of numbers means or ranks after the summary; of two levels McNemar; of
        more ordered levels ranks; of others Stuart–Maxwell. ``means``: paired t; ``ranks``:
        Wilcoxon signed rank; ``counts``: McNemar or Stuart–Maxwell; ``symmetry``: Bowker.
    conventions
        ``rank_test``, ``zero_differences``, ``mcnemar``, ``quartiles``; ``risk_difference`` of
        two levels.

    Returns
    -------
    Result
        For each group: n (known at both times) and missing; of numbers, mean, sd, median,
        quartiles and range with the terms ``before``, ``after`` and ``change`` (after minus
        before, its mean with limits); of categories, count and percent of each level with the
        terms ``before`` and ``after``; of two, the risk difference, after minus before, of the
        last; higher, lower, unchanged (when levels have no order, unchanged and changed); p, test
        statistic, degrees of freedom.

    Raises
    ------
    ValueError
        When the columns are not of one kind, or the test does not suit them.

    Notes
    -----
    R: ``t.test(paired = TRUE)``, ``wilcox.test(paired = TRUE)``, ``mcnemar.test``,
    ``coin::mh_test``. Only patients known at both times count, at either time.
    """
    conventions = as_conventions(conventions)
    must_be_one_of("summary", summary, get_args(Summary))
    must_be_one_of("test", test, get_args(PairedTest))
    first, second = pair_of(before, after)
    known = (first.notna() & second.notna()).to_numpy()
    parts, known = parts_of(known, groups)
    chosen = _chosen(first, summary, test)
    found: list[dict[str, object]] = []
    warnings = []
    for group, here in parts.items():
        lacking = len(first) - int(here.sum()) if group == OVERALL else 0
        shared: dict[str, Any] = {"group": group, "n_used": int(here.sum()), "n_missing": lacking}
        found += rows({"n": int(here.sum())}, **shared)
        described, outcome = _one_group(first[here], second[here], chosen, conventions, shared)
        found += described + outcome_rows(outcome, **shared)
        if outcome.warning:
            where = "" if len(parts) == 1 else f"{group}: "
            warnings.append(f"{where}{outcome.warning}")
    n, left_out = int(known.sum()), int((~known).sum())
    if left_out:
        why = "the value before or after" + ("" if groups is None else ", or of the group")
        warnings.append(f"left out for want of {why}: {counted(left_out)}")
    words = (
        "Changes within patients were tested in those whose values before and after are both "
        "known, with the test named at each row."
    )
    return Result(as_numbers(found), words, n, left_out, conventions, tuple(warnings))


def _chosen(before: pd.Series, summary: Summary, test: PairedTest) -> PairedTest:
    numeric = is_numeric(before)
    if numeric and test in ("counts", "symmetry"):
        raise ValueError(f"test of numbers must be means or ranks; got {test}")
    if not numeric and test == "means":
        raise ValueError("test of categories must be ranks, counts or symmetry; got means")
    if test != "by type":
        return test
    if numeric:
        return "means" if summary == "mean" else "ranks"
    return "ranks" if before.cat.ordered and len(before.cat.categories) > 2 else "counts"


def _one_group(
    before: pd.Series,
    after: pd.Series,
    test: PairedTest,
    conventions: Conventions,
    shared: dict[str, Any],
) -> tuple[list[dict[str, object]], TestOutcome]:
    if not is_numeric(before):
        scale = scale_of(before, after)
        table = scale.table(scale.known)
        has_order = bool(before.cat.ordered) or len(scale.levels) == 2 or test == "ranks"
        outcome = of_scale(scale, scale.known, test, conventions)
        described = _levels(scale, table, has_order, shared)
        where = {"term": CHANGE, "level": scale.levels[-1], **shared}
        return described + difference_rows(table, conventions, **where), outcome
    x, y = before.to_numpy(dtype=float), after.to_numpy(dtype=float)
    outcome = paired_means(x, y) if test == "means" else paired_ranks(x, y, conventions)
    return _numbers(x, y, conventions, shared), outcome


def of_scale(
    scale: Scale, here: Bools, test: PairedTest, conventions: Conventions = RECOMMENDED
) -> TestOutcome:
    """A test of the change of levels: ``ranks``, ``counts`` or ``symmetry``.

    Parameters
    ----------
    scale
        Levels before and after.
    here
        Which patients, all known at both times.
    test
        Of two levels, ``counts`` is McNemar's test, of more the Stuart–Maxwell test.
    conventions
        As :func:`compare_paired`.
    """
    if test == "ranks":
        return paired_ranks(*scale.scored(here), conventions)
    table = scale.table(here)
    if test == "symmetry":
        return symmetry(table)
    return mcnemar(table, conventions) if len(table) == 2 else marginal_homogeneity(table)


def _numbers(
    x: Floats, y: Floats, conventions: Conventions, shared: dict[str, Any]
) -> list[dict[str, object]]:
    change = differences(x, y)
    found: list[dict[str, object]] = []
    for term, values in ((BEFORE, x), (AFTER, y), (CHANGE, y - x)):
        found += rows(numeric_summary(values, conventions), term=term, **shared)
    low, high = mean_interval(y - x)
    found += rows({"mean_low": low, "mean_high": high}, term=CHANGE, **shared)
    return found + rows(_directions(np.sign(change)), **shared)


def _levels(
    scale: Scale, table: npt.NDArray[np.int64], has_order: bool, shared: dict[str, Any]
) -> list[dict[str, object]]:
    n = int(table.sum())
    found: list[dict[str, object]] = []
    for term, counts in ((BEFORE, table.sum(axis=1)), (AFTER, table.sum(axis=0))):
        for level, count in zip(scale.levels, counts.tolist(), strict=True):
            percent = 100 * count / n if n else float("nan")
            found += rows({"count": count, "percent": percent}, term=term, level=level, **shared)
    directions = _directions(np.sign(scale.after - scale.before)[scale.known])
    if not has_order:
        unchanged = directions["unchanged"]
        directions = {"unchanged": unchanged, "changed": n - unchanged}
    return found + rows(directions, **shared)


def _directions(sign: npt.NDArray[Any]) -> dict[str, int]:
    return {
        "higher": int((sign > 0).sum()),
        "lower": int((sign < 0).sum()),
        "unchanged": int((sign == 0).sum()),
    }


def mean_interval(values: Floats) -> tuple[float, float]:
    """95% limits of a mean by Student's t; nan below two values. R: ``t.test(x)$conf.int``."""
    from scipy.special import stdtrit

    n = len(values)
    if n < 2:
        return float("nan"), float("nan")
    half = float(stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n))
    return float(values.mean()) - half, float(values.mean()) + half
