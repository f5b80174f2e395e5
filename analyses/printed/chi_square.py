"""Printed chi-square statistics against the counts that they compare, and against their p."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.printed.arithmetic import judged
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, not_checkable, p_words
from analyses.printed.readings import matched
from analyses.printed.tests_of_counts import WORDS, Table

CHECK = "chi-square statistic of counts"
P = "p of a chi-square statistic"
#: Name of a test -> the convention that gives its statistic; the first is taken for stated.
STATISTICS = {
    "chi-square": "pearson", "yates": "yates", "n-1": "n-1", "likelihood ratio": "likelihood ratio",
}  # fmt: skip


def statistic_of_counts(statistic: Printed, table: Table, stated: Sequence[str] = ()) -> Outcome:
    """A chi-square statistic against the counts that it compares.

    Parameters
    ----------
    statistic
        As printed.
    table
        Levels by groups.
    stated
        Tests that the paper states for it, of :data:`STATISTICS`; else Pearson's.
    """
    from cohort_stats.comparing.tests_of_difference import chi_square
    from cohort_stats.conventions import RECOMMENDED

    rows = [row for row in table if sum(row) > 0]
    sizes = [sum(column) for column in zip(*rows, strict=True)]
    if min((min(row) for row in rows), default=0) < 0 or len(rows) < 2 or min(sizes) <= 0:
        return not_checkable(CHECK, statistic.text, "all patients at one level, or an empty group")
    square = len(rows) == 2 and len(sizes) == 2
    found = {}
    for test, convention in STATISTICS.items():
        if square or test in ("chi-square", "likelihood ratio"):
            given = chi_square(rows, RECOMMENDED.overriding(chi_square=convention)).statistic
            found[WORDS[test]] = (given,)
    return matched(
        CHECK, [statistic], found, [WORDS[t] for t in stated if t in STATISTICS],
        inputs="; ".join(" : ".join(f"{n:g}" for n in row) for row in rows),
        r={WORDS[test]: _r_line(test, rows) for test in STATISTICS},
        assumed=("these counts are the ones compared",),
    )  # fmt: skip


def _r_line(test: str, table: Table) -> str:
    numbers = ", ".join(f"{n:g}" for row in table for n in row)
    matrix = f"m <- matrix(c({numbers}), nrow = {len(table)}, byrow = TRUE)"
    if test == "likelihood ratio":
        expected = "e <- outer(rowSums(m), colSums(m)) / sum(m)"
        return f"{matrix}; {expected}; 2 * sum(ifelse(m > 0, m * log(m / e), 0))"
    correct = "TRUE" if test == "yates" else "FALSE"
    rest = " * (1 - 1/sum(m))" if test == "n-1" else ""
    return f"{matrix}; chisq.test(m, correct = {correct})$statistic{rest}"


def p_of_statistic(p: Printed, statistic: Printed, df: int) -> Outcome:
    """A p against the chi-square statistic printed beside it, and its degrees of freedom."""
    from cohort_stats.distributions import chi_square_tail

    if df < 1 or statistic.comparator or statistic.value < 0:
        return not_checkable(P, p.text, "needs a statistic and its degrees of freedom")
    if p.value > 1:
        return Outcome(P, Verdict.IMPOSSIBLE, p.text, how="a p is at most 1", r=f"{p.value:g} <= 1")
    points = (statistic.value, *statistic.interval())
    exact, *ends = (chi_square_tail(max(x, 0.0), df) for x in points)
    degrees = "1 degree" if df == 1 else f"{df} degrees"
    how = f"χ² = {statistic} with {degrees} of freedom: p = {p_words(exact, p.decimals)}"
    r = f"pchisq({statistic.value:g}, {df}, lower.tail = FALSE)"
    return judged(P, p, exact, (ends[0], ends[1]), how, r)
