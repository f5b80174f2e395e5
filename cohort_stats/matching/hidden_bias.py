"""How much an unmeasured confounder would have to do: E-values and Rosenbaum's bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from cohort_stats.changes.paired_tests import differences
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels.ranks import midranks
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
NAN = float("nan")
MEASURES = ("risk ratio", "odds ratio", "hazard ratio")
#: An outcome is called rare below this share of patients (VanderWeele and Ding).
RARE_BELOW = 0.15
TESTS = ("mcnemar", "signed rank", "sign")
GAMMAS = (1.0, 1.25, 1.5, 2.0, 3.0)


def e_value(
    estimate: float,
    low: float = NAN,
    high: float = NAN,
    *,
    measure: str = "risk ratio",
    rare: bool = False,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """How strong an unmeasured confounder must be to explain a ratio away.

    Parameters
    ----------
    estimate, low, high
        A ratio and the limits of its interval; above 0.
    measure
        ``risk ratio``, ``odds ratio`` or ``hazard ratio``.
    rare
        Whether fewer than 15% have the outcome by the end of follow-up, so that odds ratios and
        hazard ratios are close to the risk ratio.
    conventions
        Recorded only.

    Returns
    -------
    Result
        e_value, and e_value_limit for the limit nearer to 1 (1 when the interval holds 1; nan
        without an interval).

    Raises
    ------
    ValueError
        When the measure is none of those, or a ratio is not above 0.

    Notes
    -----
    RR + √(RR(RR − 1)), for RR below 1 with its inverse. Where the outcome is common, an odds
    ratio stands for the risk ratio √OR, a hazard ratio for (1 − 0.5^√HR)/(1 − 0.5^√(1/HR)).
    R: ``EValue::evalues.RR``, ``evalues.OR``, ``evalues.HR``. VanderWeele and Ding, Ann Intern
    Med 2017.
    """
    must_be_one_of("measure", measure, MEASURES)
    ratios = {"estimate": estimate, "low": low, "high": high}
    for name, value in ratios.items():
        if not (value >= 0 or np.isnan(value)) or (name == "estimate" and not 0 < value < np.inf):
            raise ValueError(f"{name} must be a ratio above 0; got {value!r}")
    values = {"e_value": _e(_as_risk_ratio(estimate, measure, rare))}
    limit = low if estimate > 1 else high
    holds_one = low <= 1 <= high
    nearest = _as_risk_ratio(limit, measure, rare) if np.isfinite(limit) and limit > 0 else NAN
    values["e_value_limit"] = 1.0 if holds_one else _e(nearest)
    common = "" if rare or measure == "risk ratio" else ", outcome common (15% or more)"
    method = f"E-value of the {measure}{common or (', outcome rare' if rare else '')}"
    words = (
        "E-values say how strongly, as a risk ratio, an unmeasured confounder would have to be "
        "associated with both the treatment and the outcome to explain an estimate away (outcomes "
        "of 15% of patients or more count as common)."
    )
    return Result(as_numbers(rows(values, method=method)), words, 0, 0, as_conventions(conventions))


def _as_risk_ratio(ratio: float, measure: str, rare: bool) -> float:
    if rare or measure == "risk ratio" or np.isnan(ratio):
        return ratio
    root = float(np.sqrt(ratio))
    if measure == "odds ratio":
        return root
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))


def _e(ratio: float) -> float:
    above = max(ratio, 1 / ratio) if ratio > 0 else NAN
    return float(above + np.sqrt(above * (above - 1)))


def rosenbaum_bounds(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    test: Literal["mcnemar", "signed rank", "sign"] = "signed rank",
    gammas: Sequence[float] = GAMMAS,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """How far hidden bias could move the p-value of matched pairs.

    Parameters
    ----------
    first, second
        The outcome of the two patients of each pair, controls first; 0 and 1 for ``mcnemar``.
        Pairs with a missing value are left out.
    test
        ``mcnemar``, ``signed rank`` (Wilcoxon) or ``sign``.
    gammas
        How many times as large the odds of treatment of one patient of a pair may be as those
        of the other because of something not measured; 1 or more.
    conventions
        Recorded only.

    Returns
    -------
    Result
        For each gamma (`level`): least_p and largest_p of the one-sided p, in the direction
        in which the pairs differ; gamma_most, the largest gamma at which the higher bound is at
        most 0.05 (nan when it is above 0.05 without bias).

    Notes
    -----
    Sign and McNemar: binomial tails with chances 1/(1 + Γ) and Γ/(1 + Γ), on pairs that differ.
    Signed rank: normal approximation, midranks, zero differences dropped. R:
    ``rbounds::binarysens``, ``rbounds::psens``. Rosenbaum, Observational Studies, chapter 4.
    """
    must_be_one_of("test", test, TESTS)
    asked = [float(g) for g in gammas]
    if not asked or not all(1 <= g < np.inf for g in asked):
        raise ValueError(f"gammas must be numbers of 1 or more; got {list(gammas)}")
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"first and second must be of one length; got {x.shape} and {y.shape}")
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    if test == "mcnemar" and not np.isin(np.concatenate([x, y]), (0, 1)).all():
        raise ValueError("first and second must be 0 or 1 for mcnemar")
    change = differences(x, y) if len(x) else x
    change = change[change != 0]
    shared = {"n_used": len(x), "n_missing": int((~known).sum()), "method": f"{test} test"}
    conventions = as_conventions(conventions)
    words = (
        "Rosenbaum’s bounds say how far an unmeasured confounder that multiplies the odds of "
        "treatment by gamma could move the one-sided p-value."
    )
    if not len(change):
        why = ("bounds not computed: no pair differs",)
        nothing = as_numbers(rows({"gamma_most": NAN}, **shared))  # type: ignore[arg-type]
        return Result(nothing, words, len(x), int((~known).sum()), conventions, why)
    ranks = midranks(np.abs(change)) if test == "signed rank" else np.ones(len(change))
    up, down = float(ranks[change > 0].sum()), float(ranks[change < 0].sum())
    score = max(up, down)
    found = []
    for gamma in asked:
        low, high = (_tail(score, ranks, p) for p in (1 / (1 + gamma), gamma / (1 + gamma)))
        found += rows({"least_p": low, "largest_p": high}, level=f"{gamma:g}", **shared)  # type: ignore[arg-type]
    found += rows({"gamma_most": _most(score, ranks)}, **shared)  # type: ignore[arg-type]
    return Result(as_numbers(found), words, len(x), int((~known).sum()), conventions)


def _tail(score: float, ranks: Floats, p: float) -> float:
    """P(sum of the ranks of the pairs that go one way ≥ score), each doing so with chance p."""
    from scipy.special import betainc, ndtr

    if (ranks == 1).all():
        return float(betainc(score, len(ranks) - score + 1, p)) if score else 1.0
    mean, variance = p * ranks.sum(), p * (1 - p) * float(ranks @ ranks)
    return float(ndtr(-(score - mean) / np.sqrt(variance)))


def _most(score: float, ranks: Floats) -> float:
    from scipy.optimize import brentq

    def above(log_gamma: float) -> float:
        return _tail(score, ranks, 1 / (1 + np.exp(-log_gamma))) - 0.05

    if above(0.0) > 0:
        return NAN
    return float(np.exp(brentq(above, 0.0, 30.0, xtol=1e-13))) if above(30.0) > 0 else float("inf")
