"""Rules across the columns of a cohort, as data; :mod:`cohort_stats.rule_checks` checks them."""

from __future__ import annotations

from dataclasses import dataclass

from cohort_stats.condition import Condition


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule across columns has.

    Parameters
    ----------
    words
        The rule in the plan's own words, added to its message; may be empty.
    warns
        Whether a violation is unusual rather than impossible.
    """

    words: str = ""
    warns: bool = False


@dataclass(frozen=True, kw_only=True)
class InOrder(Rule):
    """Dates or times of which none lies before an earlier one, where both are known.

    Parameters
    ----------
    order
        Names of the variables, earliest first; those that a cohort lacks are passed over.
    """

    order: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Needs(Rule):
    """Where a condition holds, a variable must be filled in: an event needs its time.

    Parameters
    ----------
    when
        The condition.
    variable
        What must be filled in.
    """

    when: Condition
    variable: str


@dataclass(frozen=True, kw_only=True)
class EmptyUnless(Rule):
    """Unless a condition holds, a variable is empty: no time of an event without the event.

    Parameters
    ----------
    when
        The condition; where it is not known, nothing is said.
    variable
        What is empty.
    """

    when: Condition
    variable: str


@dataclass(frozen=True, kw_only=True)
class NotNegative(Rule):
    """A time that is not below 0.

    Parameters
    ----------
    variable
        The time.
    """

    variable: str


@dataclass(frozen=True, kw_only=True)
class SumOf(Rule):
    """A total that is the sum of its parts, where all are known.

    Parameters
    ----------
    total
        A number.
    parts
        Numbers, or levels whose codes are their points.
    """

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AtMostOne(Rule):
    """Conditions of which at most one holds for a patient.

    Parameters
    ----------
    of
        The conditions.
    """

    of: tuple[Condition, ...]
