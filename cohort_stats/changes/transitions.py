"""Transitions on an ordered scale: who improved, stayed the same, or became worse."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from cohort_stats.changes.paired import CHANGE, of_scale
from cohort_stats.changes.paired_difference import difference_rows
from cohort_stats.changes.paired_tests import differences
from cohort_stats.changes.pairing import Bools, Floats, Scale, pair_of, parts_of, scale_of
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.comparing.outcome import TestOutcome, outcome_rows
from cohort_stats.comparing.proportions import INTERVAL_WORDS, proportion_numbers
from cohort_stats.comparing.risks import DIFFERENCE_WORDS
from cohort_stats.comparing.tests_of_difference import compare_counts, compare_ranks
from cohort_stats.comparing.two_by_two import risk_difference
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Better = Literal["high", "low"]
Between = Literal["counts", "ranks"]

IMPROVED, SAME, WORSE = "improved", "unchanged", "worse"
FATES = (IMPROVED, SAME, WORSE)
#: The terms under which the levels at either end are counted.
BEFORE, AFTER = "before", "after"


def transition(
    before: pd.Series,
    after: pd.Series,
    groups: pd.Series | None = None,
    *,
    better: Better,
    test: Between = "counts",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Cross an ordered scale before with itself after, and compare the change between groups.

    Parameters
    ----------
    before, after
        Both categories of the same levels in order, or both numbers of at most 20 values.
    groups
        A level for each patient; of two, the first is the one compared with.
    better
        ``high``: later levels are better (Frankel A to E); ``low``: earlier ones (ECOG).
    test
        Between groups: ``counts`` compares how many improved, stayed and became worse;
        ``ranks`` by how many levels they changed (Mann–Whitney or Kruskal–Wallis).
    conventions
        ``small_counts`` and ``rank_test`` of the tests, ``proportion_interval`` and
        ``risk_difference`` of the share that improved.

    Returns
    -------
    Result
        For everybody and each group: n; moves, from the level in `term` to the level in
        `level`; with the terms ``before`` and ``after`` count and percent of each level; with
        the term ``change`` count and percent of improved, unchanged, worse, the proportion
        improved with its limits, and p of the change within the group (McNemar of two levels,
        else Wilcoxon signed rank); of two levels, the risk difference, after minus before, of
        the last. Between groups: p with the term ``change`` and no group; of two groups, the
        risk difference of improvement.

    Raises
    ------
    ValueError
        When the columns are not of one kind or one scale.

    Notes
    -----
    Who was at the best level before cannot improve, and counts as unchanged or worse. R:
    ``table(before, after)``, ``wilcox.test(paired = TRUE)``, ``chisq.test``, ``fisher.test``.
    """
    conventions = as_conventions(conventions)
    must_be_one_of("better", better, get_args(Better))
    must_be_one_of("test", test, get_args(Between))
    scale = scale_of(*pair_of(before, after))
    parts, known = parts_of(scale.known, groups)
    sign = 1 if better == "high" else -1
    steps = {g: sign * differences(*scale.scored(here)) for g, here in parts.items()}
    left_out = int((~known).sum())
    found: list[dict[str, object]] = []
    outcomes: dict[str, TestOutcome] = {}
    for group, here in parts.items():
        shared: dict[str, Any] = {"group": group, "n_used": int(here.sum())}
        found += _moves(scale, here, shared) + _fates(steps[group], conventions, shared)
        within = "counts" if len(scale.levels) == 2 else "ranks"
        outcomes[group] = of_scale(scale, here, within, conventions)  # type: ignore[arg-type]
        found += outcome_rows(outcomes[group], term=CHANGE, **shared)
        where = {"term": CHANGE, "level": scale.levels[-1], **shared}
        found += difference_rows(scale.table(here), conventions, **where)
    compared = [steps[group] for group in parts if group != OVERALL]
    shared = {"term": CHANGE, "n_used": int(known.sum()), "n_missing": left_out}
    if len(compared) >= 2:
        outcomes["between groups"] = _between(compared, test, conventions)
        found += outcome_rows(outcomes["between groups"], **shared)
    if len(compared) == 2:
        found += _difference(compared, conventions, shared)
    warnings = _warnings(outcomes)
    if left_out:
        why = "the level before or after" + ("" if groups is None else ", or of the group")
        warnings.append(f"left out for want of {why}: {counted(left_out)}")
    words = _words(len(compared), test, conventions)
    return Result(
        as_numbers(found), words, int(known.sum()), left_out, conventions, tuple(warnings)
    )


def _moves(scale: Scale, here: Bools, shared: dict[str, Any]) -> list[dict[str, object]]:
    table, n = scale.table(here), int(here.sum())
    found = rows({"n": n}, **shared)
    for level, counts in zip(scale.levels, table.tolist(), strict=True):
        for to, count in zip(scale.levels, counts, strict=True):
            found += rows({"moves": count}, term=level, level=to, **shared)
    for end, axis in ((BEFORE, 1), (AFTER, 0)):
        for level, count in zip(scale.levels, table.sum(axis=axis).tolist(), strict=True):
            percent = 100 * count / n if n else float("nan")
            found += rows({"count": count, "percent": percent}, term=end, level=level, **shared)
    return found


def _counts(steps: Floats) -> list[int]:
    return [int((steps > 0).sum()), int((steps == 0).sum()), int((steps < 0).sum())]


def _fates(
    steps: Floats, conventions: Conventions, shared: dict[str, Any]
) -> list[dict[str, object]]:
    n, counts = len(steps), _counts(steps)
    found: list[dict[str, object]] = []
    for fate, count in zip(FATES, counts, strict=True):
        percent = 100 * count / n if n else float("nan")
        found += rows({"count": count, "percent": percent}, term=CHANGE, level=fate, **shared)
    interval = f"{INTERVAL_WORDS[conventions.proportion_interval]} interval"
    values = proportion_numbers(counts[0], n, conventions)
    return found + rows(values, term=CHANGE, level=IMPROVED, method=interval, **shared)


def _between(compared: list[Floats], test: Between, conventions: Conventions) -> TestOutcome:
    if test == "ranks":
        return compare_ranks(compared, conventions)
    return compare_counts(np.column_stack([_counts(steps) for steps in compared]), conventions)


def _difference(
    compared: list[Floats], conventions: Conventions, shared: dict[str, Any]
) -> list[dict[str, object]]:
    first, second = ((_counts(steps)[0], len(steps)) for steps in compared)
    triple = risk_difference(first, second, conventions)
    names = ("risk_difference", "risk_difference_low", "risk_difference_high")
    method = f"{DIFFERENCE_WORDS[conventions.risk_difference]} interval"
    return rows(
        dict(zip(names, triple, strict=True)), level=IMPROVED, method=method, **shared
    )  # fmt: skip


def _warnings(outcomes: dict[str, TestOutcome]) -> list[str]:
    alone = len(outcomes) == 1
    return [
        outcome.warning if alone else f"{group}: {outcome.warning}"
        for group, outcome in outcomes.items()
        if outcome.warning
    ]


def _words(groups: int, test: Between, conventions: Conventions) -> str:
    words = (
        "Patients known before and after were counted as improved, unchanged or worse by the "
        "order of the levels, and the change within patients was tested."
    )
    if groups < 2:
        return words
    if test == "ranks":
        return f"{words} Groups were compared by how many levels their patients changed."
    words += " Groups were compared by how many patients improved, stayed and became worse."
    if conventions.small_counts == "fisher":
        words += " Categories with an expected count below 5 were compared with an exact test."
    return words
