"""The 2×2 tables that a printed ratio and its limits can come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, not_checkable

TABLES = "2×2 table behind a ratio"
#: Tables looked at when one is recovered.
MOST_TABLES = 4_000_000
Z95 = 1.959963984540054
#: Other sizes of the two groups that are tried: a patient in the other group, one or two missing.
NEAR = ((-1, 1), (1, -1), (-1, 0), (0, -1), (-1, -1), (-2, 0), (0, -2))


@dataclass(frozen=True)
class Recovered:
    """Events of both groups that give a printed ratio and its limits."""

    first: int
    second: int


def tables_of_ratio(
    kind: str, printed: Sequence[Printed], n: int, m: int, events: int | None = None
) -> list[Recovered]:
    """Every 2×2 table with these margins that prints as a ratio and its Wald limits.

    Parameters
    ----------
    kind
        ``or`` or ``rr``.
    printed
        Estimate, lower and upper limit.
    n, m
        Patients of the group in question, and of the one it is compared with.
    events
        In both together, where that is known.
    """
    if n < 2 or m < 2 or n * m > MOST_TABLES:
        return []
    a, b = np.meshgrid(np.arange(0.0, n + 1), np.arange(0.0, m + 1), indexing="ij")
    if events is not None:
        mine = np.arange(max(0, events - m), min(n, events) + 1, dtype=float)
        a, b = mine, events - mine
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "or":
            log = np.log(a / (n - a)) - np.log(b / (m - b))
            se = np.sqrt(1 / a + 1 / (n - a) + 1 / b + 1 / (m - b))
        else:
            log = np.log(a / n) - np.log(b / m)
            se = np.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
        values = [np.exp(log + z * se) for z in (0.0, -Z95, Z95)]
    fits = np.isfinite(log) & np.isfinite(se)
    for x, value in zip(printed, values, strict=True):
        fits &= _covered(x, value)
    return [Recovered(int(i), int(j)) for i, j in zip(a[fits], b[fits], strict=True)]


def _covered(printed: Printed, values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    low, high = printed.interval()
    slack = 1e-9 * np.maximum(1.0, np.abs(values))
    return np.asarray((values >= low - slack) & (values <= high + slack))


def table_of_ratio(
    kind: str, estimate: Printed, low: Printed, high: Printed, n: int, m: int,
    events: int | None = None,
) -> Outcome:  # fmt: skip
    """Whether any 2×2 table with these margins gives a crude ratio and its limits.

    Parameters
    ----------
    kind, n, m, events
        See :func:`tables_of_ratio`.
    estimate, low, high
        As printed.

    Returns
    -------
    Outcome
        Its recomputed are the counts, where they are the only ones. Where there are none, the
        explanations name tables of groups with a patient more or less.
    """
    printed, text = (estimate, low, high), f"{estimate} ({low}–{high})"
    if kind not in ("or", "rr") or n < 2 or m < 2 or n * m > MOST_TABLES:
        return not_checkable(TABLES, text, f"a {kind} of groups of {n} and {m}")
    found, tried = tables_of_ratio(kind, printed, n, m, events), _number_of(n, m, events)
    if found:
        more = f", and {len(found) - 3} more" if len(found) > 3 else ""
        shown = "; ".join(_words(t, n, m) for t in found[:3])
        how = f"{len(found)} of {tried} tables give it: {shown}{more}"
        r = _r(kind, found[0].first, n, found[0].second, m)
        return Outcome(TABLES, Verdict.REPRODUCED, text, shown, how, r, tried=tried)
    other, near = [], tried
    for i, j in ((n + a, m + b) for a, b in NEAR if n + a > 1 and m + b > 1):
        near += _number_of(i, j, events)
        tables = tables_of_ratio(kind, printed, i, j, events)
        other += [Explanation(_words(t, i, j)) for t in tables[:2]]
    of = "" if events is None else f" with {events} events"
    how = f"none of the {tried} tables of {n} and {m} patients{of} gives it"
    r = _search(kind, printed, n, m, events)
    lost = Outcome(TABLES, Verdict.INCONSISTENT, text, "", how, r, tuple(other), near)
    return lost.assuming("a ratio that is not adjusted, with Wald limits of 95%, of all of them")


def _number_of(n: int, m: int, events: int | None) -> int:
    """How many tables have these margins."""
    if events is None:
        return (n + 1) * (m + 1)
    return max(0, min(n, events) - max(0, events - m) + 1)


def _words(table: Recovered, n: int, m: int) -> str:
    return f"{table.first} of {n} against {table.second} of {m}"


def _r(kind: str, a: int, n: int, b: int, m: int) -> str:
    """A line of R with the ratio of counts and its limits."""
    ratio, variance = _FORMULA[kind]
    return (
        f"a <- {a}; n <- {n}; b <- {b}; m <- {m}; "
        f"exp(log({ratio}) + c(0, -1, 1) * qnorm(0.975) * sqrt({variance}))"
    )


_FORMULA = {
    "or": ("a / (n - a) / (b / (m - b))", "1/a + 1/(n - a) + 1/b + 1/(m - b)"),
    "rr": ("a / n / (b / m)", "1/a - 1/n + 1/b - 1/m"),
}


def _search(kind: str, printed: Sequence[Printed], n: int, m: int, events: int | None) -> str:
    """A line of R that counts the tables that give a ratio and its limits."""
    cells = f"expand.grid(a = 0:{n}, b = 0:{m})"
    if events is not None:
        first, last = max(0, events - m), min(n, events)
        cells = f"data.frame(a = {first}:{last}, b = {events} - {first}:{last})"
    ratio, variance = _FORMULA[kind]
    fits = " & ".join(
        f"abs({words} - {x.value:g}) <= {x.unit / 2:g}"
        for words, x in zip(("o", "o / w", "o * w"), printed, strict=True)
    )
    return (
        f"n <- {n}; m <- {m}; with({cells}, {{ o <- {ratio}; "
        f"w <- exp(qnorm(0.975) * sqrt({variance})); sum({fits}, na.rm = TRUE) }})"
    )
