"""Matched pairs compared pair by pair: tests of differences within pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be, must_be_columns
from cohort_stats.changes.paired_tests import (
    marginal_homogeneity,
    mcnemar,
    paired_means,
    paired_ranks,
)
from cohort_stats.comparing.groups import compare_groups
from cohort_stats.comparing.outcome import TestOutcome, outcome_rows
from cohort_stats.comparing.proportions import wilson
from cohort_stats.comparing.rows import Row, how_given, is_numeric, with_levels
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95
from cohort_stats.regression.coefficients import as_binary
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
NAN = float("nan")
OF_INDEPENDENT = ("p", "test_statistic", "df", "df_denominator", "p_se")


def pairs_between(sets: npt.ArrayLike, groups: pd.Series) -> tuple[Places, tuple[str, str]]:
    """The rows of the two patients of each complete pair, and the names of the two groups.

    Parameters
    ----------
    sets
        Number of each patient's matched set, from 1; 0 for one who is in none.
    groups
        A level for each patient, of two that anybody has.

    Returns
    -------
    (rows, names)
        Shape (p, 2): the patient of the first group and that of the second, for every set that
        has exactly one of each.

    Raises
    ------
    ValueError
        When the groups are not two.
    """
    given = np.asarray(sets)
    column = pd.Series(pd.Categorical(as_series("groups", groups))).cat.remove_unused_categories()
    names = tuple(str(c) for c in column.cat.categories)
    if len(given) != len(column):
        raise ValueError(f"sets must be one number a patient ({len(column)}); got {len(given)}")
    if len(names) != 2:
        raise ValueError(f"groups must be two, to be compared pair by pair; got {list(names)}")
    code = column.cat.codes.to_numpy()
    table = pd.DataFrame({"set": given, "code": code, "row": np.arange(len(given))})
    table = table[(given > 0) & (code >= 0)]
    sizes = table.groupby("set")["code"].agg(["size", "sum"])
    whole = sizes.index[(sizes["size"] == 2) & (sizes["sum"] == 1)]
    wide = table[table["set"].isin(whole)].sort_values(["set", "code"])["row"].to_numpy()
    return wide.reshape(-1, 2).astype(np.intp), (names[0], names[1])


def compare_matched_pairs(
    frame: pd.DataFrame,
    variables: Sequence[Row | str],
    *,
    by: str,
    sets: npt.ArrayLike,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Describe two groups of matched pairs, and test the differences within pairs.

    Parameters
    ----------
    frame
        One row a patient. Text and True/False are categories, their levels in sorted order.
    variables
        The rows of the table, in order.
    by
        A categorical column of two levels.
    sets
        Number of each patient's matched set, from 1; 0 for one who is in none.
    conventions
        ``rank_test``, ``zero_differences``, ``mcnemar``, ``quartiles``.

    Returns
    -------
    Result
        As :func:`~cohort_stats.comparing.groups.compare_groups` of the patients in complete
        pairs, with p, test statistic and degrees of freedom of paired tests, each on the pairs
        of which both values are known.

    Notes
    -----
    Means: paired t-test; medians, and ordered levels tested by ranks: Wilcoxon signed rank test;
    two levels: McNemar's test; more: Stuart–Maxwell. R: ``t.test(paired = TRUE)``,
    ``wilcox.test(paired = TRUE)``, ``mcnemar.test``, ``coin::mh_test``. Austin, Stat Med 2011.
    """
    conventions = as_conventions(conventions)
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be_columns("by", [by], frame)
    chosen = [v if isinstance(v, Row) else Row(v) for v in variables]
    must_be_columns("variables", [row.variable for row in chosen], frame)
    frame = with_levels(frame, [row.variable for row in chosen])
    pairs, names = pairs_between(sets, frame[by])
    inside = np.sort(pairs.ravel())
    described = compare_groups(frame.iloc[inside], chosen, by=by, conventions=conventions)
    numbers = described.numbers
    numbers = numbers[~numbers["statistic"].isin(OF_INDEPENDENT)]
    found, warnings = [], []
    for row in chosen:
        column = frame[row.variable]
        first, second = (column.iloc[pairs[:, k]].reset_index(drop=True) for k in (0, 1))
        known = (first.notna() & second.notna()).to_numpy()
        outcome = _outcome(row, first[known], second[known], conventions)
        used = 2 * int(known.sum())
        shared = {"term": row.variable, "n_used": used, "n_missing": len(inside) - used}
        found += outcome_rows(outcome, **shared)
        if outcome.warning:
            warnings.append(f"`{row.variable}`: {outcome.warning}")
    alone = int((np.asarray(sets) > 0).sum()) - len(inside)
    if alone:
        warnings.append(f"left out, not in a complete pair of {' and '.join(names)}: "
                        f"{counted(alone)}")  # fmt: skip
    words = how_given(chosen)
    words += " Groups were compared within matched pairs with the test named at each row."
    all_numbers = pd.concat([numbers, as_numbers(found)], ignore_index=True)
    return Result(all_numbers, words, len(inside), alone, conventions, tuple(warnings))


def _outcome(
    row: Row, first: pd.Series, second: pd.Series, conventions: Conventions
) -> TestOutcome:
    kind = row.kind(is_numeric(first))
    if kind not in ("means", "ranks", "counts"):
        raise ValueError(
            f"test of {row.variable!r} must be means, ranks or counts in pairs; got {kind}"
        )
    if kind == "counts":
        k = len(first.cat.categories)
        cells = first.cat.codes.to_numpy() * k + second.cat.codes.to_numpy()
        table = np.bincount(cells.astype(np.intp), minlength=k * k).reshape(k, k)
        return mcnemar(table, conventions) if k == 2 else marginal_homogeneity(table)
    x, y = (np.asarray(c if is_numeric(c) else c.cat.codes, dtype=float) for c in (first, second))
    return paired_means(x, y) if kind == "means" else paired_ranks(x, y, conventions)


def matched_risks(
    outcome: pd.Series,
    groups: pd.Series,
    sets: npt.ArrayLike,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Share of patients with an event in two groups of matched pairs, compared within pairs.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    groups
        A level for each patient, of two; the first is the one compared with.
    sets
        Number of each patient's matched set, from 1; 0 for one who is in none.
    conventions
        ``mcnemar``; ``risk_difference``; the limits of a proportion are Wilson's.

    Returns
    -------
    Result
        For each group n, events, proportion with limits; pairs with the event in both, in the
        first only, in the second only, in neither; p of McNemar's test; risk difference, risk
        ratio, and odds ratio (second only over first only) with limits.

    Notes
    -----
    Difference: Newcombe's square-and-add interval for pairs (Stat Med 1998;17:2635, method 10),
    or Wald's. Ratio of risks: log scale, variance (b + c)/((a + b)(a + c)). Odds ratio:
    conditional, from the discordant pairs, exact limits; R: ``binom.test(c, b + c)$conf.int``
    turned into odds.
    """
    conventions = as_conventions(conventions)
    outcome = as_series("outcome", outcome)
    pairs, names = pairs_between(sets, groups)
    known = outcome.notna().to_numpy()[pairs].all(axis=1)
    event = as_binary("outcome", outcome)[pairs[known]]
    n = len(event)
    table = np.bincount(event[:, 0] * 2 + event[:, 1], minlength=4).reshape(2, 2)[::-1, ::-1]
    both, first, second, neither = (int(x) for x in table.ravel())
    found: list[dict[str, object]] = []
    for k, name in enumerate(names):
        x = int(event[:, k].sum())
        low, high = wilson(x, n) if n else (NAN, NAN)
        values = {"n": n, "events": x, "proportion": x / n if n else NAN}
        values |= {"proportion_low": low, "proportion_high": high}
        found += rows(values, group=name, n_used=n, method="Wilson interval")
    used, left_out = 2 * n, int((np.asarray(sets) > 0).sum()) - 2 * n
    shared: dict[str, Any] = {"n_used": used, "n_missing": left_out}
    counts = {"pairs": n, "both_events": both, "first_only": first, "second_only": second,
              "neither_event": neither}  # fmt: skip
    found += rows(counts, **shared)
    test = mcnemar(table, conventions)
    found += outcome_rows(test, **shared)
    for name, (triple, method) in _contrasts(table, conventions).items():
        values = dict(zip((name, f"{name}_low", f"{name}_high"), triple, strict=True))
        found += rows(values, method=method, **shared)
    warnings = [test.warning] if test.warning else []
    if left_out:
        warnings.append(
            f"left out, not in a pair of which both outcomes are known: {counted(left_out)}"
        )
    words = (
        "Proportions of matched pairs were compared with McNemar’s test; risk differences, risk "
        "ratios and conditional odds ratios have intervals for pairs."
    )
    return Result(as_numbers(found), words, used, left_out, conventions, tuple(warnings))


Triple = tuple[float, float, float]


def _contrasts(
    table: npt.NDArray[np.int64], conventions: Conventions
) -> dict[str, tuple[Triple, str]]:
    both, first, second, neither = (float(x) for x in table.ravel())
    n = both + first + second + neither
    if not n:
        return {}
    difference = (_newcombe(both, first, second, neither), "Newcombe interval for pairs")
    if conventions.risk_difference == "wald":
        d = (second - first) / n
        half = Z95 * np.sqrt(first + second - (first - second) ** 2 / n) / n
        difference = ((d, d - half, d + half), "Wald interval for pairs")
    return {
        "risk_difference": difference,
        "risk_ratio": (_ratio(both, first, second), "Wald interval for pairs"),
        "conditional_odds_ratio": (_odds(first, second), "exact interval of discordant pairs"),
    }


def _newcombe(both: float, first: float, second: float, neither: float) -> Triple:
    n = both + first + second + neither
    x1, x2 = both + first, both + second
    p1, p2 = x1 / n, x2 / n
    (low1, high1), (low2, high2) = wilson(int(x1), int(n)), wilson(int(x2), int(n))
    product = both * neither - first * second
    # Newcombe's correction of the correlation towards 0.
    if product > 0:
        product = max(product - n / 2, 0.0)
    margins = x1 * (n - x1) * x2 * (n - x2)
    phi = product / np.sqrt(margins) if margins > 0 else 0.0
    down = (p2 - low2) ** 2 + (high1 - p1) ** 2 - 2 * phi * (p2 - low2) * (high1 - p1)
    up = (high2 - p2) ** 2 + (p1 - low1) ** 2 - 2 * phi * (high2 - p2) * (p1 - low1)
    return p2 - p1, float(p2 - p1 - np.sqrt(down)), float(p2 - p1 + np.sqrt(up))


def _ratio(both: float, first: float, second: float) -> Triple:
    x1, x2 = both + first, both + second
    if not x1 or not x2:
        return (NAN if x1 == x2 else np.inf if x2 else 0.0), NAN, NAN
    half = Z95 * np.sqrt((first + second) / (x1 * x2))
    ratio = x2 / x1
    if not half:
        return ratio, NAN, NAN
    return ratio, float(ratio * np.exp(-half)), float(ratio * np.exp(half))


def _odds(first: float, second: float) -> Triple:
    from scipy.special import betaincinv

    if first + second == 0:
        return NAN, NAN, NAN
    low = float(betaincinv(second, first + 1, 0.025)) if second else 0.0
    high = float(betaincinv(second + 1, first, 0.975)) if first else 1.0
    ratio = second / first if first else np.inf
    return ratio, low / (1 - low), high / (1 - high) if high < 1 else np.inf
