"""What a check of printed numbers found: a verdict, the number recomputed, and how."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

#: Tests as registries name them; `analyses.printed.tests_of_counts` and others compute them.
TESTS = (
    "student",
    "welch",
    "paired t",
    "anova",
    "welch anova",
    "mann-whitney",
    "kruskal-wallis",
    "wilcoxon",
    "sign",
    "chi-square",
    "yates",
    "n-1",
    "likelihood ratio",
    "fisher",
    "fisher one-sided",
    "mid-p",
    "linear by linear",
    "mcnemar",
    "log-rank",
    "breslow",
    "wald",
    "cox likelihood ratio",
    "hanley-mcneil",
    "delong",
)

#: What stands before the other tests tried, in a calculation.
ALSO = "; also tried: "

#: Those that are called after people.
TEST_NAMES = {
    "mann-whitney": "Mann–Whitney",
    "kruskal-wallis": "Kruskal–Wallis",
    "wilcoxon": "Wilcoxon",
    "mcnemar": "McNemar",
    "breslow": "Breslow",
    "wald": "Wald",
}


class Verdict(StrEnum):
    """What can be said of a printed number, from the most to the least in agreement."""

    REPRODUCED = "reproduced"
    UNDER_CONVENTION = "reproduced under a named convention"
    WITHIN_ROUNDING = "within rounding"
    INCONSISTENT = "inconsistent"
    IMPOSSIBLE = "impossible"
    NOT_CHECKABLE = "not checkable"

    @property
    def holds(self) -> bool:
        """Whether the printed number can be right."""
        return self not in (Verdict.INCONSISTENT, Verdict.IMPOSSIBLE)


@dataclass(frozen=True)
class Explanation:
    """A reading under which the printed number comes out.

    Parameters
    ----------
    words
        The reading: ``chi-square test with Yates’ correction``, ``a denominator of 132``.
    recomputed
        What it gives, with a digit more than printed.
    convention
        Key and value of :class:`cohort_stats.Conventions`, or another short name, if it is a
        choice on which correct programs differ; empty if it would be an error of the paper.
    """

    words: str
    recomputed: str = ""
    convention: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one check found.

    Parameters
    ----------
    check
        Name of the check: ``percent of counts``.
    verdict
        See :class:`Verdict`.
    printed
        The number as printed.
    recomputed
        What the other numbers give, with a digit more than printed; may be a range.
    how
        The calculation on one line, to be followed by a reader.
    r
        A line of R that repeats it.
    explanations
        Every reading tried that gives the printed number.
    tried
        How many readings were tried.
    assumed
        What the check took for granted beyond what the paper states.
    why
        Of a number that is not checkable, the reason in a few words.
    """

    check: str
    verdict: Verdict
    printed: str
    recomputed: str = ""
    how: str = ""
    r: str = ""
    explanations: tuple[Explanation, ...] = ()
    tried: int = 1
    assumed: tuple[str, ...] = ()
    why: str = ""

    def assuming(self, *words: str) -> Outcome:
        """The same, resting on these words as well."""
        return replace(self, assumed=(*self.assumed, *words))

    def unchecked(self, why: str) -> Outcome:
        """The same calculation, from which nothing follows, and why."""
        how = f"{self.how}; {why}" if self.how else why
        return replace(self, verdict=Verdict.NOT_CHECKABLE, how=how, why=why)


@dataclass(frozen=True)
class Finding:
    """The outcome of a check with its place in the paper.

    Parameters
    ----------
    address
        Of the number that was checked, as the registry calls it: ``table1.age.p``.
    place
        Where it is printed: ``Table 1``.
    what
        What it is, in words.
    outcome
        What the check found.
    others
        Addresses of the numbers that it was recomputed from.
    line
        Of the registry.
    """

    address: str
    place: str
    what: str
    outcome: Outcome
    others: tuple[str, ...] = field(default=())
    line: int = 0

    @property
    def verdict(self) -> Verdict:
        """That of the outcome."""
        return self.outcome.verdict


def not_checkable(check: str, printed: str, why: str) -> Outcome:
    """A check that could not be done, and why."""
    return Outcome(check, Verdict.NOT_CHECKABLE, printed, how=why, tried=0, why=why)


def needs_patients(check: str, printed: str, test: str) -> Outcome:
    """A check by a test of :data:`TESTS` that printed numbers do not allow."""
    return not_checkable(check, printed, f"the {TEST_NAMES.get(test, test)} test needs patients")


def decimals(value: float, digits: int) -> str:
    """A value with so many decimals, as a paper would print it; never ``-0``."""
    words = f"{value:.{digits}f}"
    return words.removeprefix("-") if float(words) == 0 else words


def p_words(p: float, digits: int = 3) -> str:
    """A recomputed p with a digit more than printed, and at least two that say something."""
    if p < 1e-6:
        return "<0.000001"
    shown = max(digits + 1, 4)
    while shown < 6 and p < 10.0 ** (1 - shown):
        shown += 1
    return f"{p:.{shown}f}"
