"""Studies from what papers print: an estimate with its interval or its standard error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from cohort_stats.distributions import Z95
from cohort_stats.pooling.studies import (
    Bools,
    Floats,
    Scale,
    Studies,
    column,
    from_scale,
    left_out,
    named,
    to_scale,
)
from cohort_stats.problem import must_be_one_of

WithoutInterval = Literal["left out", "mean"]
MEASURES = {"log": "ratio", "logit": "area under the curve", "identity": "estimate"}


def from_effects(
    effects: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    *,
    scale: Scale = "identity",
    measure: str = "",
    names: Sequence[str] | None = None,
    n: npt.ArrayLike | None = None,
) -> Studies:
    """Effects that are already on the scale of the analysis, with their standard errors.

    Parameters
    ----------
    effects, standard_errors
        One number a study: differences, or log ratios (`scale` ``log``), or logits.
    scale
        How results are turned back: ``identity``, ``log`` or ``logit``.
    measure
        What the effect is, in words.
    names, n
        What the studies are called; their patients.
    """
    must_be_one_of("scale", scale, tuple(MEASURES))
    y = column("effects", effects)
    se = column("standard_errors", standard_errors, len(y))
    return _studies(y, se, from_scale(y, scale), scale, measure, names, n, [])


def from_intervals(
    estimate: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    *,
    scale: Scale = "log",
    measure: str = "",
    level: float = 0.95,
    standard_errors: npt.ArrayLike | None = None,
    without_interval: WithoutInterval = "left out",
    names: Sequence[str] | None = None,
    n: npt.ArrayLike | None = None,
) -> Studies:
    """Ratios, areas under the curve, or differences as printed, with their intervals.

    Parameters
    ----------
    estimate, low, high
        As printed, one number a study: a hazard ratio with its limits, an area with its limits.
    scale
        ``log`` for ratios, ``logit`` for areas, ``identity`` for differences.
    measure
        What the estimate is, in words.
    level
        Confidence level of the intervals.
    standard_errors
        Where known, used instead of the interval: of the logarithm for ratios, of the area
        itself for areas (delta method).
    without_interval
        What becomes of rows with an estimate and neither interval nor standard error: they are
        ``left out``, or get the ``mean`` standard error of the others, on the scale of the
        analysis, with a warning that names them.
    names, n
        What the studies are called; their patients.

    Returns
    -------
    Studies
        Rows without an estimate, or without interval and standard error, or whose interval
        cannot be (limits in the wrong order, estimate outside, outside the scale) are left out
        with a warning that names them. An interval that is not symmetric on the scale, more
        than rounding explains, is named.

    Notes
    -----
    se = (g(high) − g(low)) / (2 z), g being the logarithm or the logit, as Cochrane's handbook
    (6.3) and, for areas, Debray et al. 2019 (R: ``metamisc::ccalc``). Where one limit is at the
    end of the scale (an area's upper limit of 1.00), the other half of the interval serves.
    """
    must_be_one_of("scale", scale, tuple(MEASURES))
    must_be_one_of("without_interval", without_interval, get_args(WithoutInterval))
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, such as 0.95; got {level!r}")
    a = column("estimate", estimate)
    b, c = column("low", low, len(a)), column("high", high, len(a))
    labels, warnings = named(names, len(a))
    y = to_scale(a, scale)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = column("standard_errors", standard_errors, len(a))
        own = own / (a * (1 - a)) if scale == "logit" else own
        from_width, halved = _se_from(y, to_scale(b, scale), to_scale(c, scale), level)
    no_se = ~np.isfinite(own) & np.isfinite(a)
    possible = _possible(a, b, c, scale)
    used = no_se & possible & np.isfinite(b) & np.isfinite(c)
    skewed = used & ~halved & ~_symmetric(a, b, c, scale)
    warnings += left_out(labels, no_se & ~possible, IMPOSSIBLE)
    warnings += _named(labels, skewed, _SKEWED[scale])
    warnings += _named(labels, used & halved, _HALVED)
    se = np.where(used, from_width, own)
    filled = np.zeros(len(a), dtype=bool)
    if without_interval == "mean" and (se > 0).any():
        filled = np.isfinite(y) & ~np.isfinite(se) & possible
        se = np.where(filled, np.nanmean(se), se)
        warnings += _named(labels, filled, _FILLED)
    studies = _studies(y, se, a, scale, measure, labels, n, warnings, no_se & ~possible)
    if level == 0.95:
        studies = _as_printed(studies, b, c, possible & np.isfinite(b) & np.isfinite(c))
    studies = _without_limits(studies, filled)
    if not used.any():
        return studies
    where = {"log": " on the log scale", "logit": " on the logit scale"}.get(scale, "")
    words = f"Standard errors were recovered from printed {100 * level:g}% intervals{where}."
    return replace(studies, method=f"{studies.method} {words}")


def _possible(estimate: Floats, low: Floats, high: Floats, scale: Scale) -> Bools:
    """Whether an interval, where there is one, is a range that holds its estimate."""
    least = -np.inf if scale == "identity" else 0.0
    most = 1.0 if scale == "logit" else np.inf
    with np.errstate(invalid="ignore"):
        fits = (low < high) & (low <= estimate) & (estimate <= high)
        fits &= (least <= low) & (high <= most)
    return np.asarray(fits | ~(np.isfinite(low) & np.isfinite(high)))


def _as_printed(studies: Studies, low: Floats, high: Floats, there: Bools) -> Studies:
    b, c, printed = low[studies.given], high[studies.given], there[studies.given]
    return replace(
        studies, low=np.where(printed, b, studies.low), high=np.where(printed, c, studies.high)
    )


def _without_limits(studies: Studies, filled: Bools) -> Studies:
    """Studies whose standard error is not their own have no interval of their own either."""
    bare = filled[studies.given]
    return replace(
        studies, low=np.where(bare, np.nan, studies.low), high=np.where(bare, np.nan, studies.high)
    )


_FILLED = (
    "no interval is known; the mean standard error of the others stands in, and the pooled "
    "interval is only as good as that guess"
)
IMPOSSIBLE = "the interval is no range that holds the estimate"
_HALVED = (
    "one limit is at the end of the scale; the standard error is from the other half of the "
    "interval"
)
_SKEWED = {
    "log": "the interval is not symmetric on the log scale, more than its rounding explains",
    "logit": "the interval is symmetric neither as printed nor on the logit scale, more than its "
    "rounding explains",
    "identity": "the interval is not symmetric, more than its rounding explains",
}


def _se_from(y: Floats, low: Floats, high: Floats, level: float) -> tuple[Floats, Bools]:
    z = float(special.ndtri((1 + level) / 2))
    whole = (high - low) / (2 * z)
    half = np.where(np.isfinite(low), y - low, high - y) / z
    halved = ~np.isfinite(whole) & np.isfinite(half) & (half > 0)
    return np.where(halved, half, whole), halved


def _symmetric(estimate: Floats, low: Floats, high: Floats, scale: Scale) -> Bools:
    scales = ("identity", "logit") if scale == "logit" else (scale,)
    listed = zip(estimate, low, high, strict=True)
    return np.array([any(symmetric(*row, g) for g in scales) for row in listed], dtype=bool)


def symmetric(estimate: float, low: float, high: float, scale: str) -> bool:
    """Whether an interval may have been symmetric on a scale before it was rounded.

    Parameters
    ----------
    estimate, low, high
        As printed; the decimals of the three tell how they were rounded.
    scale
        ``log``, ``logit`` or ``identity``.
    """
    row = np.array([estimate, low, high])
    if not np.isfinite(row).all():
        return True
    half = 0.5 * 10.0 ** -max(_decimals(v) for v in row) * (1 + 1e-9)
    top = 1.0 if scale == "logit" else np.inf
    bottom = -np.inf if scale == "identity" else 0.0
    least, most = (to_scale(np.clip(row + s * half, bottom, top), scale) for s in (-1, 1))
    middle_low, middle_high = (least[1] + least[2]) / 2, (most[1] + most[2]) / 2
    return bool(middle_low <= most[0] and least[0] <= middle_high)


def _decimals(value: float) -> int:
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _named(names: Sequence[str], which: Bools, what: str) -> list[str]:
    found = ", ".join(name for name, one in zip(names, which, strict=True) if one)
    return [f"{found}: {what}"] if found else []


def _studies(
    y: Floats,
    se: Floats,
    shown: Floats,
    scale: Scale,
    measure: str,
    names: Sequence[str] | None,
    n: npt.ArrayLike | None,
    warnings: list[str],
    said: Bools | None = None,
) -> Studies:
    """The rows with a finite effect and a standard error above 0, the others named."""
    labels, more = named(names, len(y))
    warnings = [*warnings, *more]
    total = column("n", n, len(y))
    known = np.isfinite(shown)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(y) & np.isfinite(se) & (se > 0)
    said = np.zeros(len(y), dtype=bool) if said is None else said
    warnings += left_out(labels, ~known & ~said, "the estimate is not known")
    end = known & ~np.isfinite(y)
    warnings += left_out(labels, end & ~said, "the estimate lies at or beyond the end of its scale")
    bare = known & ~end & ~good & ~said
    warnings += left_out(labels, bare, "there is no interval or standard error above 0")
    y, se = y[good], se[good]
    low, high = (from_scale(y + sign * Z95 * se, scale) for sign in (-1, 1))
    method = {
        "log": "Ratios were pooled on the log scale.",
        "logit": "Areas under the curve were pooled on the logit scale.",
    }
    words = method.get(scale, "") if not measure else _pooled_on(measure, scale)
    kept = tuple(label for label, keep in zip(labels, good, strict=True) if keep)
    return Studies(
        kept, y, se, shown[good], low, high, total[good], good, shown, total, scale,
        measure or MEASURES[scale], words, tuple(warnings),
    )  # fmt: skip


def _pooled_on(measure: str, scale: Scale) -> str:
    words = {"log": "the log scale", "logit": "the logit scale", "identity": "their own scale"}
    plural = measure.replace("area ", "areas ") if measure.startswith("area ") else f"{measure}s"
    return f"{plural[:1].upper()}{plural[1:]} were pooled on {words[scale]}."
