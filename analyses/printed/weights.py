"""Printed weights of studies in a pooled estimate."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, not_checkable
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

CHECK = "weight of a study"


def weight_of_study(
    weight: Printed, studies: Sequence[Study], scale: str, between: str = "reml"
) -> Outcome:
    """A weight in percent against the studies that are pooled.

    Parameters
    ----------
    weight
        As printed.
    studies
        As printed; the weight is that of the first.
    scale
        ``log`` for ratios, ``logit`` for areas.
    between
        The estimator of τ² that the paper states, a name of
        :data:`~analyses.printed.printed_studies.MODELS`.

    Returns
    -------
    Outcome
        Readings: every estimator and one common effect, on that scale and as printed; the
        studies' numbers are moved within their rounding.
    """
    order = [between, *(m for m in MODELS if m != between)]
    ways = [
        PooledReading(on, model, "z", "z")
        for on, model in product(dict.fromkeys((scale, "identity")), order)
    ]
    exact = {way.model_words: (_weight(studies, way),) for way in ways}
    if (
        studies[0].low is None
        or studies[0].high is None
        or not np.isfinite([*exact.values()]).any()
    ):
        return not_checkable(CHECK, weight.text, "needs two studies with their intervals")
    lines = {way.model_words: f"{model_line(studies, way)}; weights(m)[[1]]" for way in ways}
    named, inputs = [ways[0].model_words], f"first of {len(studies)} studies"
    found = matched(CHECK, (weight,), exact, named, inputs=inputs, r=lines)
    if found.verdict.holds:
        return found
    spans = {way.model_words: (_span(studies, way),) for way in ways}
    return matched(
        CHECK, (weight,), spans, named, inputs=inputs, r=lines,
        assumed=("these studies, as printed, and no others",),
    )  # fmt: skip


def _span(studies: Sequence[Study], way: PooledReading) -> tuple[float, float]:
    """From where to where it lies within the studies' rounding, with a quarter more."""
    found = np.array([_weight(studies, way, move) for move in moves_of(len(studies))])
    kept = found[np.isfinite(found)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = float(kept.min()), float(kept.max())
    return max(low - (high - low) / 4, 0.0), min(high + (high - low) / 4, 100.0)


def _weight(studies: Sequence[Study], way: PooledReading, move: Floats | None = None) -> float:
    from cohort_stats.kernels.meta import fit

    effect, se = effects_of(studies, way, move)
    if len(effect) < 2:
        return float("nan")
    fitted = fit(effect, se**2, np.ones((len(effect), 1)), way.between)
    return float(100 * fitted.weights[0] / fitted.weights.sum())
