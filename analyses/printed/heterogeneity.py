"""Printed heterogeneity of studies: Q, I² and their p against each other and the studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from analyses.printed.arithmetic import judged
from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable, p_words
from analyses.printed.printed_studies import (
    MODELS,
    Floats,
    PooledReading,
    Study,
    effects_of,
    model_line,
    moves_of,
)
from analyses.printed.readings import matched
from analyses.printed.shares import scale_of

I2 = "I² from Q"
P = "p of Q"
STUDIES = "heterogeneity of the studies"
WORDS = {"q": "Q", "i2": "I²", "tau2": "τ²"}
IN_R = {"q": "m$QE", "i2": "m$I2", "tau2": "m$tau2"}


def i2_of_q(i2: Printed, q: Printed, studies: int) -> Outcome:
    """I² against Q and the number of studies.

    Parameters
    ----------
    i2
        As printed, in percent or as a share.
    q
        Cochran's Q as printed.
    studies
        How many there are.

    Returns
    -------
    Outcome
        What does not fit is not checkable: I² may rest on τ² instead (R: ``metafor::rma``).
    """
    df = studies - 1
    if df < 1 or q.comparator or q.interval()[1] <= 0:
        return not_checkable(I2, i2.text, "needs Q and two studies")
    scale = 100.0 if i2.percent else scale_of(i2)
    points = (q.value, *q.interval())
    exact, *ends = (scale * max(0.0, (x - df) / x) if x > 0 else 0.0 for x in points)
    how = f"max(0, ({q.value:g} − {df}) / {q.value:g}) = {decimals(exact, i2.decimals + 1)}"
    r = f"{scale:g} * max(0, ({q.value:g} - {df}) / {q.value:g})"
    found = judged(I2, i2, exact, (ends[0], ends[1]), how, r)
    if found.verdict.holds:
        return found
    if i2.value < 0 or i2.value > scale:
        return Outcome(I2, Verdict.IMPOSSIBLE, i2.text, found.recomputed, how, r)
    told = (Explanation("from τ², which needs the studies", "", "tau2"),)
    why = "I² may be that of τ², which needs the studies"
    return replace(found, explanations=told, tried=2).unchecked(why)


def p_of_q(p: Printed, q: Printed, studies: int) -> Outcome:
    """The p of heterogeneity against Q and the number of studies."""
    from cohort_stats.distributions import chi_square_tail

    df = studies - 1
    if df < 1 or q.comparator:
        return not_checkable(P, p.text, "needs Q and two studies")
    if p.value > 1:
        return Outcome(P, Verdict.IMPOSSIBLE, p.text, how="a p is at most 1", r=f"{p.value:g} <= 1")
    exact, *ends = (chi_square_tail(max(x, 0.0), df) for x in (q.value, *q.interval()))
    how = f"Q = {q} with {df} degrees of freedom: p = {p_words(exact, p.decimals)}"
    r = f"pchisq({q.value:g}, {df}, lower.tail = FALSE)"
    return judged(P, p, exact, (ends[0], ends[1]), how, r)


def heterogeneity_of_studies(
    printed: Mapping[str, Printed], studies: Sequence[Study], scale: str, between: str = "reml"
) -> Outcome:
    """Q, I² or τ² against the studies as printed.

    Parameters
    ----------
    printed
        ``q``, ``i2`` (in percent) or ``tau2``, or several.
    studies
        As printed.
    scale
        ``log`` for ratios, ``logit`` for areas.
    between
        The estimator of τ² that the paper states, a name of
        :data:`~analyses.printed.printed_studies.MODELS`.

    Returns
    -------
    Outcome
        Readings: every estimator, on that scale and as printed; the studies' numbers are moved
        within their rounding, and what is near is let stand.
    """
    text = ", ".join(f"{WORDS[name]} {x}" for name, x in printed.items())
    order = [between, *(m for m in MODELS if m != between)]
    ways = [
        PooledReading(on, model, "z", "z")
        for on, model in product(dict.fromkeys((scale, "identity")), order)
        if model != "none" or "tau2" not in printed
    ]
    exact = {way.model_words: _numbers([*printed], studies, way) for way in ways}
    shown = ", ".join(IN_R[name] for name in printed)
    lines = {way.model_words: f"{model_line(studies, way)}; c({shown})" for way in ways}
    known = {words: values for words, values in exact.items() if values}
    if not known:
        return not_checkable(STUDIES, text, "needs two studies with their intervals")
    named, inputs = [next(iter(known))], f"{len(studies)} studies"
    found = matched(STUDIES, [*printed.values()], known, named, inputs=inputs, r=lines)
    if found.verdict.holds:
        return found
    spans = {
        way.model_words: _spans([*printed], studies, way) for way in ways if exact[way.model_words]
    }
    return matched(
        STUDIES, [*printed.values()], spans, named, inputs=inputs, r=lines,
        assumed=("these studies, as printed, and no others",),
    )  # fmt: skip


def _spans(
    names: Sequence[str], studies: Sequence[Study], way: PooledReading
) -> list[tuple[float, float]]:
    """From where to where each lies within the studies' rounding, with a quarter more."""
    found = [_numbers(names, studies, way, move) for move in moves_of(len(studies))]
    kept = np.array([row for row in found if row])
    low, high = kept.min(axis=0), kept.max(axis=0)
    wider = (high - low) / 4
    ends = zip((low - wider).tolist(), (high + wider).tolist(), strict=True)
    return [(max(a, 0.0), b) for a, b in ends]


def _numbers(
    names: Sequence[str],
    studies: Sequence[Study],
    way: PooledReading,
    move: Floats | None = None,
) -> list[float]:
    """Q, I² and τ² by name; empty where they are not defined."""
    from cohort_stats.kernels.meta import fit

    effect, se = effects_of(studies, way, move)
    if len(effect) < 2:
        return []
    fitted = fit(effect, se**2, np.ones((len(effect), 1)), way.between)
    share = fitted.tau2 / (fitted.typical_variance + fitted.tau2)
    if way.between == "none":
        share = max(0.0, (fitted.q - fitted.df) / fitted.q) if fitted.q > 0 else 0.0
    values = {"q": fitted.q, "i2": 100 * share, "tau2": fitted.tau2}
    return [values[name] for name in names]
