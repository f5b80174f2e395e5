"""p-values of printed tables of counts, under every test that could be meant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analyses.printed.exact_two_by_two import fisher_one_sided, mid_p
from analyses.printed.exact_two_by_two import r_line as exact_r_line
from analyses.printed.number import Printed
from analyses.printed.outcome import (
    ALSO,
    Explanation,
    Outcome,
    Verdict,
    not_checkable,
    p_words,
)

Table = Sequence[Sequence[float]]

CHECK = "p of a comparison of counts"
WORDS = {
    "chi-square": "chi-square test (Pearson)",
    "yates": "chi-square test with Yates’ correction",
    "n-1": "chi-square test (N − 1)",
    "likelihood ratio": "likelihood-ratio chi-square test",
    "fisher": "Fisher’s exact test",
    "fisher one-sided": "Fisher’s exact test on one side",
    "mid-p": "Fisher’s exact test with mid-p",
    "linear by linear": "linear-by-linear association",
    "mann-whitney": "Mann–Whitney test of the ordered levels",
}
#: Tried when a test is not named, or the named one does not give the printed p.
UNORDERED = (
    "chi-square", "fisher", "yates", "n-1", "likelihood ratio", "fisher one-sided", "mid-p",
)  # fmt: skip
#: Defined for two groups and two levels alone.
TWO_BY_TWO = ("yates", "n-1", "fisher one-sided", "mid-p")
ORDERED = (*UNORDERED, "linear by linear", "mann-whitney")


def p_of_counts(
    p: Printed, table: Table, stated: Sequence[str] = (), *, ordered: bool = False
) -> Outcome:
    """A printed p against the counts that it compares.

    Parameters
    ----------
    p
        As printed.
    table
        Levels by groups.
    stated
        Names of the tests that the paper states for it; without any, the chi-square test and
        Fisher's are taken for stated.
    ordered
        Whether the levels have an order, so that tests of trend are tried as well.

    Returns
    -------
    Outcome
        Reproduced by a stated test; under a named convention by another, which the
        explanations name.
    """
    if min((min(row) for row in table), default=0) < 0:
        return not_checkable(CHECK, p.text, "a count above the size of its group")
    rows = [row for row in table if sum(row) > 0]
    sizes = [sum(column) for column in zip(*rows, strict=True)]
    if len(rows) < 2 or min(sizes, default=0) <= 0:
        return not_checkable(CHECK, p.text, "all patients at one level, or an empty group")
    named = [test for test in stated if test in WORDS] or ["chi-square", "fisher"]
    square = len(rows) == 2 and len(sizes) == 2
    others = ORDERED if ordered or "linear by linear" in named else UNORDERED
    tests = [t for t in dict.fromkeys([*named, *others]) if square or t not in TWO_BY_TWO]
    found = {test: p_under(test, rows) for test in tests}
    return chosen(CHECK, p, found, named, WORDS, lambda test: r_line(test, rows), _counts(rows))


def chosen(
    check: str,
    p: Printed,
    found: dict[str, float],
    named: Sequence[str],
    words: dict[str, str],
    r: Callable[[str], str],
    inputs: str,
) -> Outcome:
    """The verdict on a p that several tests may give.

    Parameters
    ----------
    check
        Its name.
    p
        As printed.
    found
        Test -> exact p; those that cannot be done are nan.
    named
        The tests stated, of which one should fit.
    words
        Test -> its name in words.
    r
        Gives the line of R of a test.
    inputs
        The numbers compared, in words.
    """
    known = {test: value for test, value in found.items() if not np.isnan(value)}
    if not known:
        return not_checkable(check, p.text, f"no test can be done: {inputs}")
    fits = [t for t in known if p.covers(known[t])]
    cut = [t for t in known if t not in fits and p.covers(known[t], "truncation")]
    best = next((t for t in [*named, *known] if t in fits), None)
    best = best or next((t for t in [*named, *known] if t in cut), None)
    below = [t for t in known if t not in fits + cut and _last_below_one(p, known[t])]
    best = best or next((t for t in [*named, *known] if t in below), None)
    tried = [t for t in named if t in known] or [*known]
    shown = best or min(tried, key=lambda t: _apart(p.value, known[t]))
    how = f"{inputs}; {words[shown]}: p = {p_words(known[shown], p.decimals)}"
    if best is None:
        rest = ", ".join(f"{words[t]} {p_words(known[t], p.decimals)}" for t in known if t != shown)
        how += f"{ALSO}{rest}" if rest else ""
        verdict = Verdict.INCONSISTENT
    elif best in named and best in fits:
        verdict = Verdict.REPRODUCED
    else:
        verdict = Verdict.UNDER_CONVENTION
    if p.value > 1:
        verdict = Verdict.IMPOSSIBLE
    explanations = [Explanation(words[t], p_words(known[t], p.decimals), t) for t in fits]
    explanations += [
        Explanation(f"{words[t]}, cut off instead of rounded", p_words(known[t], p.decimals), t)
        for t in cut
    ]
    explanations += [
        Explanation(f"{words[t]}, the largest p below 1 for 1", p_words(known[t], p.decimals), t)
        for t in below
    ]
    again = p_words(known[shown], p.decimals)
    return Outcome(check, verdict, p.text, again, how, r(shown), tuple(explanations), len(known))


def _apart(p: float, other: float) -> float:
    """How far two p are from each other, as a ratio."""
    return abs(math.log(max(p, 1e-12) / max(other, 1e-12)))


def _last_below_one(p: Printed, exact: float) -> bool:
    """Whether 1 may have been printed as 0.999, because a p was to stay below it."""
    plain = p.decimals >= 3 and not p.comparator
    return plain and abs(p.value - (1 - p.unit)) < 1e-9 and exact > p.value


def p_under(test: str, table: Table) -> float:
    """The p of a table of counts, levels by groups, under one test of :data:`WORDS`.

    Notes
    -----
    As in :mod:`cohort_stats.comparing`; nan where the test cannot be done.
    """
    from cohort_stats.comparing.tests_of_difference import chi_square, compare_ranks
    from cohort_stats.comparing.tests_of_trend import linear_by_linear
    from cohort_stats.conventions import RECOMMENDED
    from cohort_stats.kernels.exact import TooManyTables
    from cohort_stats.kernels.network import fisher

    kinds = {"chi-square": "pearson", "yates": "yates", "n-1": "n-1"}
    kinds["likelihood ratio"] = "likelihood ratio"
    if test in kinds:
        return chi_square(table, RECOMMENDED.overriding(chi_square=kinds[test])).p
    if test == "fisher":
        try:
            return fisher(table)
        except TooManyTables:
            return float("nan")
    if test == "linear by linear":
        return linear_by_linear(table).p
    if test in ("fisher one-sided", "mid-p"):
        return (mid_p if test == "mid-p" else fisher_one_sided)(table)
    conventions = RECOMMENDED.overriding(rank_test="asymptotic")
    counts = np.asarray(table, dtype=int)
    samples = [np.repeat(np.arange(len(counts), dtype=float), column) for column in counts.T]
    return compare_ranks(samples, conventions).p


def r_line(test: str, table: Table) -> str:
    """A line of R that gives the p of :func:`p_under`."""
    numbers = ", ".join(f"{n:g}" for row in table for n in row)
    matrix = f"matrix(c({numbers}), nrow = {len(table)}, byrow = TRUE)"
    if test == "fisher":
        return f"fisher.test({matrix})$p.value"
    if test in ("fisher one-sided", "mid-p"):
        return exact_r_line(test, matrix)
    if test == "yates":
        return f"chisq.test({matrix}, correct = TRUE)$p.value"
    if test == "n-1":
        return (
            f"m <- {matrix}; pchisq(chisq.test(m, correct = FALSE)$statistic * "
            "(1 - 1/sum(m)), 1, lower.tail = FALSE)"
        )
    if test == "likelihood ratio":
        return (
            f"m <- {matrix}; e <- outer(rowSums(m), colSums(m)) / sum(m); pchisq(2 * "
            "sum(ifelse(m > 0, m * log(m / e), 0)), prod(dim(m) - 1), lower.tail = FALSE)"
        )
    long = f"m <- {matrix}; x <- rep(row(m), m); y <- rep(col(m), m); "
    if test == "linear by linear":
        return long + "pchisq((length(x) - 1) * cor(x, y)^2, 1, lower.tail = FALSE)"
    if test == "mann-whitney":
        rank = "wilcox.test(x ~ y, exact = FALSE, correct = FALSE)"
        return long + (rank if len(table[0]) == 2 else "kruskal.test(x, y)") + "$p.value"
    return f"chisq.test({matrix}, correct = FALSE)$p.value"


def _counts(table: Table) -> str:
    return "; ".join(_row(row) for row in table)


def _row(row: Sequence[float]) -> str:
    return " : ".join(f"{n:g}" for n in row)


def with_complement(counts: Sequence[float], sizes: Sequence[float]) -> Iterator[list[float]]:
    """A yes/no characteristic as a table: those with it, those without."""
    yield [*counts]
    yield [n - k for k, n in zip(counts, sizes, strict=True)]
