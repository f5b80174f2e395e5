"""Printed pooled estimates against the studies that they are pooled from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

#: Estimators of the variance between studies, as registries name them; ``none``: one common effect.
MODELS = ("reml", "dersimonian-laird", "paule-mandel", "ml", "none")
Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Study:
    """What one study printed; limits are None where it printed none."""

    estimate: Printed
    low: Printed | None = None
    high: Printed | None = None


@dataclass(frozen=True)
class _Reading:
    """One way to pool: every choice on which correct programs differ, in the order tried."""

    scale: str
    between: str
    interval: str
    prediction: str
    bare: str = "left out"

    @property
    def words(self) -> str:
        on = "as printed" if self.scale == "identity" else f"on the {self.scale} scale"
        if self.between == "none":
            others = {
                "mean": "studies without interval given the mean standard error of the others",
                "left out": "studies without interval left out",
            }[self.bare]
            return f"inverse variance weights, one common effect, {on}, {others}"
        return (
            f"τ² by {self.between}, {self.interval} interval, prediction by {self.prediction}, {on}"
        )


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
        _Reading(on, model, interval, quantile)
        for model, on, interval, quantile in product(
            (between, *others), (scale, "identity"), ("hartung-knapp", "z"),
            ("t(k-2)", "t(k-1)", "z"),
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
        others first, and left out then.
    """
    readings = [
        _Reading(on, "none", "z", "", bare)
        for on, bare in product(("identity", scale), ("mean", "left out"))
    ]
    yield from _judged("weighted average", printed, studies, readings)


def _judged(
    check: str,
    printed: Mapping[str, Printed],
    studies: Sequence[Study],
    readings: Sequence[_Reading],
) -> Iterator[tuple[str, Outcome]]:
    found = [(reading, _numbers(studies, reading)) for reading in readings]
    found = [(reading, numbers) for reading, numbers in found if numbers]
    if not found:
        for part, number in printed.items():
            why = "fewer than two studies print an interval"
            yield part, not_checkable(check, number.text, why)
        return
    first = found[0][0]
    around = [_numbers(studies, first, shift) for shift in product((-1, 0, 1), repeat=3)]
    for part, number in printed.items():
        told = [one for one in found if _differs(one[0], part)]
        values = [numbers[part] for numbers in around if numbers]
        span = (min(values), max(values))
        yield part, _verdict(check, number, part, told, span, _r(studies, first))


def _differs(reading: _Reading, part: str) -> bool:
    """Whether a part can be another than that of the same reading with another prediction."""
    return part.startswith("prediction") or reading.prediction in ("", "t(k-2)")


def _verdict(
    check: str,
    number: Printed,
    part: str,
    found: Sequence[tuple[_Reading, Numbers]],
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


def _numbers(
    studies: Sequence[Study], reading: _Reading, shift: Sequence[int] = (0, 0, 0)
) -> Numbers:
    """Pooled numbers by the names of :func:`pooled`; empty where they cannot be computed.

    Notes
    -----
    `shift` moves all estimates, lower and upper limits by so many halves of their last digit.
    """
    from cohort_stats.conventions import RECOMMENDED
    from cohort_stats.pooling.pooled import effect_numbers, fit_model, inference
    from cohort_stats.pooling.printed_intervals import from_effects

    effect, se = _effects(studies, reading, shift)
    if len(effect) < 2:
        return {}
    conventions = RECOMMENDED.overriding(
        between_studies=reading.between,
        pooled_interval=reading.interval,
        **({"prediction_interval": reading.prediction} if reading.prediction else {}),
    )
    made = from_effects(effect, se, scale=reading.scale)  # type: ignore[arg-type]
    fitted = fit_model(made, np.ones((len(made), 1)), conventions)
    numbers = effect_numbers(made, fitted, inference(fitted, conventions), 0, conventions)
    return {
        "estimate": numbers["estimate"],
        "low": numbers["estimate_low"],
        "high": numbers["estimate_high"],
        "prediction_low": numbers["prediction_low"],
        "prediction_high": numbers["prediction_high"],
    }


def _effects(
    studies: Sequence[Study], reading: _Reading, shift: Sequence[int]
) -> tuple[Floats, Floats]:
    """Effects on the scale of the analysis, standard errors from the width of the intervals."""
    from cohort_stats.distributions import Z95
    from cohort_stats.pooling.studies import to_scale

    cells = [(study.estimate, study.low, study.high) for study in studies]
    values = np.array([[_moved(x, by) for x, by in zip(c, shift, strict=True)] for c in cells])
    with np.errstate(invalid="ignore", divide="ignore"):
        effect, low, high = (to_scale(column, reading.scale) for column in values.T)
        se = (high - low) / (2 * Z95)
    own = np.isfinite(se) & (se > 0)
    if reading.bare == "mean" and own.any():
        se = np.where(own, se, np.mean(se[own]))
        own = np.ones(len(se), dtype=bool)
    keep = own & np.isfinite(effect)
    return effect[keep], se[keep]


def _moved(number: Printed | None, by: int) -> float:
    return float("nan") if number is None else number.value + by * number.unit / 2


def _r(studies: Sequence[Study], reading: _Reading) -> str:
    """A line of R that pools as the first reading does."""

    def listed(numbers: Sequence[Printed | None]) -> str:
        return f"c({', '.join('NA' if x is None else f'{x.value:g}' for x in numbers)})"

    a, b, c = (
        listed([getattr(study, name) for study in studies]) for name in ("estimate", "low", "high")
    )
    g = {"logit": "qlogis", "log": "log"}.get(reading.scale, "identity")
    se = f"({g}({c}) - {g}({b})) / (2 * qnorm(0.975))"
    if reading.between == "none":
        return (
            f"se <- {se}; se[is.na(se)] <- mean(se, na.rm = TRUE); "
            f'metafor::rma({g}({a}), sei = se, method = "FE")'
        )
    names = {"reml": "REML", "dersimonian-laird": "DL", "paule-mandel": "PM", "ml": "ML"}
    back = "plogis" if g == "qlogis" else "exp"
    return (
        f'm <- metafor::rma({g}({a}), sei = {se}, method = "{names[reading.between]}", '
        f'test = "knha"); predict(m, transf = {back}); '
        f"{back}(coef(m) + c(-1, 1) * qt(0.975, m$k - 2) * sqrt(m$se^2 + m$tau2))"
    )
