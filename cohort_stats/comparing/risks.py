"""The share of patients with an event, overall and by group, and how the groups differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.changes.pairing import parts_of
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.comparing.outcome import outcome_rows
from cohort_stats.comparing.proportions import INTERVAL_WORDS, proportion_numbers
from cohort_stats.comparing.tests_of_difference import compare_counts
from cohort_stats.comparing.two_by_two import (
    exact_odds_ratio,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.regression.coefficients import as_binary
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

DIFFERENCE_WORDS = {"newcombe": "Newcombe", "wald": "Wald"}


def compare_risks(
    outcome: pd.Series,
    groups: pd.Series | None = None,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Share of patients with an event, with its interval; compared between groups.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    groups
        A level for each patient; of two, the first is the one compared with.
    conventions
        ``proportion_interval``; ``risk_difference``; ``chi_square`` and ``small_counts`` for
        the test.

    Returns
    -------
    Result
        For everybody and each group: n, events, proportion with limits. With groups: p, test
        statistic, degrees of freedom. With two: risk difference, risk ratio, odds ratio and
        conditional odds ratio of the second against the first, with their limits.

    Notes
    -----
    R: ``prop.test(correct = FALSE)``, ``binom.test``, ``epiR::epi.2by2``, ``fisher.test``. No
    count is added to an empty cell: a ratio that is 0 or infinite is given without limits,
    beside the exact interval of the conditional odds ratio.
    """
    conventions = as_conventions(conventions)
    outcome = as_series("outcome", outcome)
    known = outcome.notna().to_numpy()
    parts, known = parts_of(known, groups)
    happened = as_binary("outcome", outcome)
    counts = {g: (int((happened & here).sum()), int(here.sum())) for g, here in parts.items()}
    interval = f"{INTERVAL_WORDS[conventions.proportion_interval]} interval"
    found: list[dict[str, object]] = []
    for group, (events, n) in counts.items():
        shared: dict[str, Any] = {"group": group, "n_used": n}
        found += rows({"n": n, "events": events}, **shared)
        found += rows(proportion_numbers(events, n, conventions), method=interval, **shared)
    warnings = []
    compared = [pair for group, pair in counts.items() if group != OVERALL]
    n_used, left_out = counts[OVERALL][1], int((~known).sum())
    shared = {"n_used": n_used, "n_missing": left_out}
    words = f"Proportions are given with 95% {interval.replace('interval', 'intervals')}."
    if len(compared) >= 2:
        table = np.array([[x for x, _ in compared], [n - x for x, n in compared]])
        test = compare_counts(table, conventions)
        found += outcome_rows(test, **shared)
        warnings += [test.warning] if test.warning else []
        words += " Groups were compared with the test named at the table."
    elif groups is not None:
        warnings.append("groups not compared: there are fewer than two")
    if not n_used:
        warnings.append("there is no patient with a known outcome")
    if len(compared) == 2:
        found += _ratios(compared[0], compared[1], conventions, shared)
        warnings += _empty_cells(np.array(compared))
        words += (
            f" Risk differences have {DIFFERENCE_WORDS[conventions.risk_difference]}’s interval, "
            "ratios Wald intervals on the log scale."
        )
    if left_out:
        warnings.append(f"left out for want of the outcome or the group: {counted(left_out)}")
    return Result(as_numbers(found), words, n_used, left_out, conventions, tuple(warnings))


def _ratios(
    first: tuple[int, int],
    second: tuple[int, int],
    conventions: Conventions,
    shared: dict[str, Any],
) -> list[dict[str, object]]:
    words = f"{DIFFERENCE_WORDS[conventions.risk_difference]} interval"
    estimates = {
        "risk_difference": (risk_difference(first, second, conventions), words),
        "risk_ratio": (risk_ratio(first, second), "Wald interval"),
        "odds_ratio": (odds_ratio(first, second), "Wald interval"),
        "conditional_odds_ratio": (exact_odds_ratio(first, second), "exact interval"),
    }
    found = []
    for name, (triple, method) in estimates.items():
        values = dict(zip((name, f"{name}_low", f"{name}_high"), triple, strict=True))
        found += rows(values, method=method, **shared)
    return found


def _empty_cells(compared: npt.NDArray[np.int64]) -> list[str]:
    events, without = compared[:, 0], compared[:, 1] - compared[:, 0]
    if events.all() and without.all():
        return []
    what = "no patient with the outcome" if not events.all() else "no patient without the outcome"
    return [f"a group has {what}: ratios that are 0, infinite or unknown have no Wald interval"]
