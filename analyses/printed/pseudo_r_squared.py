"""Pseudo-R² of a logistic model against its deviance, and against the largest it can be."""

from __future__ import annotations

import math

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, decimals, not_checkable
from analyses.printed.readings import matched

CHECK = "pseudo-R² of a logistic model"
COX_SNELL, NAGELKERKE, MCFADDEN = "Cox and Snell’s R²", "Nagelkerke’s R²", "McFadden’s R²"


def null_deviance(n: float, events: float) -> float:
    """−2 log likelihood of the model without covariates."""
    rest = n - events
    return -2 * sum(k * math.log(k / n) for k in (events, rest) if k > 0)


def r_squared_of_deviance(
    value: Printed,
    n: float,
    events: float,
    *,
    deviance: Printed | None = None,
    chi_square: Printed | None = None,
    stated: str = "",
) -> Outcome:
    """A printed pseudo-R² against the deviance of the model.

    Parameters
    ----------
    value
        As printed, from 0 to 1.
    n, events
        Of the model.
    deviance
        −2 log likelihood of the model; or
    chi_square
        of the likelihood ratio against the model without covariates. Without either only the
        largest possible value is looked at.
    stated
        Its name, one of :data:`COX_SNELL`, :data:`NAGELKERKE`, :data:`MCFADDEN`; else any.
    """
    if not 0 < events < n or value.percent:
        return not_checkable(CHECK, value.text, f"{events:g} events in {n:g}")
    null = null_deviance(n, events)
    largest = 1 - math.exp(-null / n)
    inputs = f"{events:g} of {n:g}: null deviance {null:.3f}"
    r = f"k <- {events:g}; n <- {n:g}; d0 <- -2 * (k * log(k / n) + (n - k) * log(1 - k / n)); "
    most = largest if stated == COX_SNELL else 1.0
    if value.interval()[0] > most or value.interval()[1] < 0:
        how = f"{inputs}; at most 1 − exp(−{null:.3f} / {n:g}) = {decimals(largest, 4)}"
        how = how if most < 1 else "a share is at most 1"
        again = decimals(most, value.decimals + 1)
        return Outcome(CHECK, Verdict.IMPOSSIBLE, value.text, again, how, r + "1 - exp(-d0 / n)")
    given = deviance or chi_square
    if given is None:
        how = (
            f"{inputs}; {stated or COX_SNELL} is at most {decimals(most if stated else largest, 4)}"
        )
        return not_checkable(CHECK, value.text, f"{how}; no deviance is printed")
    ends = (given.value, *given.interval())
    gains = [null - x if deviance is not None else x for x in ends]
    if max(gains) < 0:
        how = f"{inputs}; the model’s, {given}, is larger"
        return Outcome(CHECK, Verdict.IMPOSSIBLE, value.text, "", how, r + "d0")
    readings: dict[str, tuple[float | tuple[float, float], ...]] = {}
    for name in (COX_SNELL, NAGELKERKE, MCFADDEN):
        exact, *limits = (_value(name, max(gain, 0.0), null, n) for gain in gains)
        low, high = min(limits), max(limits)
        fits = value.covers(exact)
        readings[name] = (exact if fits else (low, high),)
    gain = f"d0 - {given.value:g}" if deviance is not None else f"{given.value:g}"
    lines = {
        COX_SNELL: f"{r}1 - exp(-({gain}) / n)",
        NAGELKERKE: f"{r}(1 - exp(-({gain}) / n)) / (1 - exp(-d0 / n))",
        MCFADDEN: f"{r}({gain}) / d0",
    }
    named = [stated] if stated else [*lines]
    words = "deviance" if deviance is not None else "likelihood-ratio chi-square"
    return matched(
        CHECK, (value,), readings, named, inputs=f"{inputs}, {words} {given}", r=lines,
        assumed=("all these patients are in the model", "one of three definitions"),
    )  # fmt: skip


def _value(name: str, gain: float, null: float, n: float) -> float:
    if name == MCFADDEN:
        return gain / null
    found = 1 - math.exp(-gain / n)
    return found if name == COX_SNELL else found / (1 - math.exp(-null / n))
