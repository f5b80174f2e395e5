"""Printed pooled estimates against the studies that they are pooled from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable
from analyses.printed.printed_studies import (
    BARE,
    MODELS,
    NAN,
    Floats,
    PooledReading,
    Study,
    effects_of,
    moves_of,
    r_line,
)

Numbers = Mapping[str, float]
#: Ways to the interval of a pooled effect, in the order tried.
INTERVALS = ("hartung-knapp", "z", "hartung-knapp at least z")


def pooled(
    printed: Mapping[str, Printed], studies: Sequence[Study], scale: str, between: str = "reml"
) -> Iterator[tuple[str, Outcome]]:
    """Pooled effect, limits and prediction limits against the studies.

    Parameters
    ----------
    printed
        As printed: ``estimate``, ``low``, ``high``, ``prediction_low``, ``prediction_high``.
    studies
        As printed.
    scale
        The usual one: ``logit`` for areas, ``log`` for ratios.
    between
        The estimator that the paper states, a name of :data:`MODELS`.

    Yields
    ------
    (str, Outcome)
        The first reading is the stated estimator with the interval of Hartung and Knapp and a
        prediction interval by t with k − 2 degrees of freedom, on the usual scale; the others are
        named conventions.
    """
    others = [m for m in MODELS[:-1] if m != between]
    readings = [
        PooledReading(on, model, interval, quantile)
        for model, on, interval, quantile in product(
            (between, *others), (scale, "identity"), INTERVALS, ("t(k-2)", "t(k-1)", "z"),
        )
    ]  # fmt: skip
    readings += [PooledReading(on, "none", "z", "") for on in (scale, "identity")]
    if any(study.low is None or study.high is None for study in studies):
        readings += [
            PooledReading(on, between, interval, "t(k-2)", bare)
            for bare, on, interval in product(
                [rule for rule in BARE if rule != "left out"], (scale, "identity"), INTERVALS,
            )
        ]  # fmt: skip
    yield from _judged("pooled effect", printed, studies, readings)


def averaged(
    printed: Mapping[str, Printed], studies: Sequence[Study], scale: str
) -> Iterator[tuple[str, Outcome]]:
    """An average weighted by inverse variances, with its limits, against the studies.

    Parameters
    ----------
    printed, studies, scale
        As of :func:`pooled`. A study without an interval is given the mean standard error of the
        others first; then it is left out, given the
        median, or the largest.
    """
    readings = [
        PooledReading(on, "none", "z", "", bare) for on, bare in product(("identity", scale), BARE)
    ]
    yield from _judged("weighted average", printed, studies, readings)


def _judged(
    check: str,
    printed: Mapping[str, Printed],
    studies: Sequence[Study],
    readings: Sequence[PooledReading],
) -> Iterator[tuple[str, Outcome]]:
    models: dict[tuple[str, str, str], _Fitted | None] = {}
    found = []
    for reading in readings:
        key = reading.scale, reading.between, reading.bare
        if key not in models:
            models[key] = _fit(studies, reading)
        if (fitted := models[key]) is not None:
            found.append((reading, _numbers(fitted, reading)))
    if not found:
        for part, number in printed.items():
            why = "fewer than two studies print an interval"
            yield part, not_checkable(check, number.text, why)
        return
    first = found[0][0]
    moves = _Moves(studies)
    for part, number in printed.items():
        told = [one for one in found if _differs(one[0], part)]
        span = moves.span(first, part)
        outcome = _verdict(check, number, part, told, span, r_line(studies, first))
        if outcome.verdict is Verdict.INCONSISTENT:
            outcome = _near(outcome, number, part, moves, [one for one, _ in told[1:]])
        yield part, outcome


class _Moves:
    """The studies moved within their rounding, each model fitted once to each."""

    def __init__(self, studies: Sequence[Study]):
        self.studies = studies
        self._fits: dict[tuple[str, str, str], list[_Fitted]] = {}

    def span(self, reading: PooledReading, part: str) -> tuple[float, float]:
        """From where to where, with a quarter more: not every way to round was tried."""
        key = reading.scale, reading.between, reading.bare
        if key not in self._fits:
            made = [_fit(self.studies, reading, move) for move in moves_of(len(self.studies))]
            self._fits[key] = [one for one in made if one is not None]
        found = [_numbers(one, reading)[part] for one in self._fits[key]]
        values = [value for value in found if np.isfinite(value)]
        if not values:
            return NAN, NAN
        wider = (max(values) - min(values)) / 4
        return min(values) - wider, max(values) + wider


def _near(
    outcome: Outcome,
    number: Printed,
    part: str,
    moves: _Moves,
    readings: Sequence[PooledReading],
) -> Outcome:
    """A number that no reading gives exactly: those that give it within rounding."""
    for reading in readings:
        low, high = moves.span(reading, part)
        if number.meets(low, high):
            digits = number.decimals + 1
            words = f"{decimals(low, digits)} to {decimals(high, digits)}"
            fits = (Explanation(f"{reading.words}, within rounding", words, reading.words),)
            return replace(outcome, verdict=Verdict.UNDER_CONVENTION, explanations=fits)
    return outcome.assuming("these studies, as printed, and no others")


def _differs(reading: PooledReading, part: str) -> bool:
    """Whether a part can be another than that of the same reading with another prediction."""
    return part.startswith("prediction") or reading.prediction in ("", "t(k-2)")


def _verdict(
    check: str,
    number: Printed,
    part: str,
    found: Sequence[tuple[PooledReading, Numbers]],
    span: tuple[float, float],
    r: str,
) -> Outcome:
    digits = number.decimals + 1
    exact = found[0][1][part]
    low, high = (decimals(value, digits) for value in span)
    name = part.replace("_", ", ")
    again = decimals(exact, digits)
    how = f"{name}, {found[0][0].words}: {again} (from {low} to {high} within rounding)"
    shared: dict[str, Any] = {"tried": len(found)}
    if number.covers(exact):
        return Outcome(check, Verdict.REPRODUCED, number.text, again, how, r, **shared)
    fits = tuple(
        Explanation(reading.words, decimals(numbers[part], digits), reading.words)
        for reading, numbers in found[1:]
        if number.covers(numbers[part])
    )
    if number.meets(*span):
        verdict = Verdict.WITHIN_ROUNDING
    else:
        verdict = Verdict.UNDER_CONVENTION if fits else Verdict.INCONSISTENT
    return Outcome(check, verdict, number.text, again, how, r, fits, **shared)


@dataclass(frozen=True)
class _Fitted:
    """Studies and the model fitted to them."""

    studies: Any
    model: Any


def _fit(
    studies: Sequence[Study], reading: PooledReading, shift: Floats | None = None
) -> _Fitted | None:
    """The model of a reading; None where it cannot be fitted. `shift`: see :func:`effects_of`."""
    from cohort_stats.conventions import RECOMMENDED
    from cohort_stats.pooling.pooled import fit_model
    from cohort_stats.pooling.printed_intervals import from_effects

    effect, se = effects_of(studies, reading, shift)
    if len(effect) < 2:
        return None
    conventions = RECOMMENDED.overriding(between_studies=reading.between)
    made = from_effects(effect, se, scale=reading.scale)  # type: ignore[arg-type]
    return _Fitted(made, fit_model(made, np.ones((len(made), 1)), conventions))


def _numbers(fitted: _Fitted, reading: PooledReading) -> Numbers:
    """Pooled numbers by the names of :func:`pooled`."""
    from cohort_stats.conventions import RECOMMENDED
    from cohort_stats.pooling.pooled import effect_numbers, inference

    conventions = RECOMMENDED.overriding(
        between_studies=reading.between,
        pooled_interval=reading.interval,
        **({"prediction_interval": reading.prediction} if reading.prediction else {}),
    )
    tested = inference(fitted.model, conventions)
    numbers = effect_numbers(fitted.studies, fitted.model, tested, 0, conventions)
    return {
        "estimate": numbers["estimate"],
        "low": numbers["estimate_low"],
        "high": numbers["estimate_high"],
        "prediction_low": numbers["prediction_low"],
        "prediction_high": numbers["prediction_high"],
    }
