"""Ratios with their limits against the counts of two groups, and how precise they can be."""

from __future__ import annotations

import math

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, decimals, not_checkable
from analyses.printed.readings import matched

INTERVAL = "interval of a ratio from counts"
PRECISION = "precision that so many patients allow"
WALD, EXACT = "Wald limits of the logarithm", "exact conditional limits (Fisher)"
PROFILE, HALF = "profile likelihood", "one half added to each count"
#: (events, patients)
Group = tuple[float, float]
Z95 = 1.959963984540054


def interval_of_counts(
    kind: str, estimate: Printed, low: Printed, high: Printed, first: Group, second: Group
) -> Outcome:
    """A crude ratio with its limits against the counts of two groups.

    Parameters
    ----------
    kind
        ``or`` or ``rr``.
    estimate, low, high
        As printed.
    first, second
        (events, patients) of the group in question, and of the one it is compared with.

    Returns
    -------
    Outcome
        Explanations name every kind of interval that gives all three, also upside down.
    """
    (a, n), (b, m) = first, second
    if a > n or b > m:
        why = f"a count above the size of its group: {a:g} of {n:g}, {b:g} of {m:g}"
        return not_checkable(INTERVAL, estimate.text, why)
    readings = {**_readings(kind, first, second)}
    upside = {
        f"{name}; the other group as reference": values
        for name, values in _readings(kind, second, first).items()
    }
    words = f"{a:g} of {n:g} against {b:g} of {m:g}"
    found = matched(
        INTERVAL, (estimate, low, high), {**readings, **upside}, [WALD], inputs=words,
        r={WALD: _r(kind, first, second), EXACT: _exact_r(first, second)},
        assumed=("a ratio that is not adjusted, with 95% limits",),
    )  # fmt: skip
    if not found.verdict.holds and 0 in (a, b, n - a, m - b):
        text = f"{estimate} ({low}–{high})"
        return not_checkable(INTERVAL, text, f"{words}: a count of 0, limits of many kinds")
    return found


def _readings(kind: str, first: Group, second: Group) -> dict[str, tuple[float, float, float]]:
    from cohort_stats.comparing.two_by_two import exact_odds_ratio, odds_ratio, risk_ratio

    plain = odds_ratio if kind == "or" else risk_ratio
    halved = [(k + 0.5, n + 1) for k, n in (first, second)]
    if kind != "or":
        halved = [(k + 0.5, n + 0.5) for k, n in (first, second)]
    found = {WALD: plain(second, first), HALF: plain(halved[1], halved[0])}
    if kind == "or":
        found[EXACT] = exact_odds_ratio(second, first)
        cross, low, high = found[WALD][0], *found[EXACT][1:]
        found["sample odds ratio with exact limits"] = (cross, low, high)
        found[PROFILE] = _profile(first, second)
    return found


def _profile(first: Group, second: Group) -> tuple[float, float, float]:
    from analyses.printed.logistic import fitted

    cells = [((1.0,), *first), ((0.0,), *second)]
    model = fitted(cells)
    if model is None:
        return math.nan, math.nan, math.nan
    low, high = model.profile(1)
    return math.exp(model.beta[1]), math.exp(low), math.exp(high)


def _r(kind: str, first: Group, second: Group) -> str:
    (a, n), (b, m) = first, second
    if kind == "or":
        return (
            f"a <- {a:g}; b <- {n - a:g}; c <- {b:g}; d <- {m - b:g}; "
            "exp(log(a * d / (b * c)) + c(0, -1, 1) * qnorm(0.975) * sqrt(1/a + 1/b + 1/c + 1/d))"
        )
    return (
        f"a <- {a:g}; n <- {n:g}; b <- {b:g}; m <- {m:g}; exp(log((a / n) / (b / m)) + "
        "c(0, -1, 1) * qnorm(0.975) * sqrt(1/a - 1/n + 1/b - 1/m))"
    )


def _exact_r(first: Group, second: Group) -> str:
    (a, n), (b, m) = first, second
    matrix = f"matrix(c({a:g}, {n - a:g}, {b:g}, {m - b:g}), 2, byrow = TRUE)"
    return f"f <- fisher.test({matrix}); c(f$conf.int, f$estimate)"


def precision_of_ratio(
    kind: str, low: Printed, high: Printed, events: float, n: float, confidence: float = 0.95
) -> Outcome:
    """Whether an interval is wider than the narrowest that so many events allow.

    Parameters
    ----------
    kind
        ``or`` or ``hr``.
    low, high
        As printed.
    events, n
        Of the whole model.
    confidence
        Level of the interval.

    Notes
    -----
    For a variable of 0 and 1 the information on its coefficient is at most D/4 in a Cox model
    of D events, and at most D(n − D)/(4n) in a logistic one, whatever else is in the model: a
    weighted variance of 0 and 1 is at most 1/4, and Σp(1 − p) ≤ D(n − D)/n.
    """
    from scipy.special import ndtri

    text = f"{low}–{high}"
    if kind not in ("or", "hr") or not events > 0 or (kind == "or" and not events < n):
        return not_checkable(PRECISION, text, f"a {kind} of {events:g} events in {n:g}")
    top, bottom = high.interval()[1], low.interval()[0]
    if bottom <= 0 or top <= 0:
        return not_checkable(PRECISION, text, "a limit of 0 has no logarithm")
    widest = math.log(top / bottom) / 2 / float(ndtri((1 + confidence) / 2))
    least = 2 / math.sqrt(events) if kind == "hr" else 2 * math.sqrt(n / (events * (n - events)))
    formula = f"2 / sqrt({events:g})"
    if kind == "or":
        formula = f"2 * sqrt({n:g} / ({events:g} * {n - events:g}))"
    again = decimals(least, 3)
    how = f"standard error at most {widest:.3f}; {formula.replace('sqrt', '√')} = {again} at least"
    if widest >= least - 1e-9:
        return Outcome(PRECISION, Verdict.REPRODUCED, text, again, how, formula)
    found = Outcome(PRECISION, Verdict.INCONSISTENT, text, again, how, formula)
    return found.assuming("a yes/no variable, or a level of one; standard errors of the model")
