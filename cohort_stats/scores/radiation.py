"""Biologically effective dose and the equivalent dose in fractions of 2 Gy."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers
from cohort_stats.scores.form import Value, form_of

SOURCE = "Fowler JF. Br J Radiol 1989;62:679–694."
ALPHA_BETA_TUMOUR = 10.0
ALPHA_BETA_LATE = 3.0

DEFINITIONS = {
    "biologically_effective_dose": Definition(
        "Biologically effective dose",
        "The dose n·d·(1 + d/(α/β)) of n fractions of d Gy; α/β is written as an index: BED₁₀ for"
        " tumour, BED₃ for late effects on normal tissue.",
        SOURCE,
        "Gy",
    ),
    "equivalent_dose_2gy": Definition(
        "Equivalent dose in 2 Gy fractions",
        "Biologically effective dose divided by 1 + 2/(α/β).",
        SOURCE,
        "Gy",
    ),
}


def biologically_effective_dose(
    dose_per_fraction: Value, fractions: Value, *, alpha_beta: Value
) -> Any:
    """Biologically effective dose of a schedule, Gy: n·d·(1 + d/(α/β)).

    Parameters
    ----------
    dose_per_fraction
        d, in Gy, 0.1 to 30. A dose in cGy is refused.
    fractions
        n, 1 to 60.
    alpha_beta
        α/β in Gy, 0.5 to 30: 10 for most tumours (BED₁₀), 3 for late effects (BED₃).

    Returns
    -------
    float, array or Series
        Missing where any input is.

    Raises
    ------
    ValueError
        When a value is out of range, with the unit that it looks like.

    Notes
    -----
    Linear-quadratic model without repopulation: Fowler JF, Br J Radiol 1989;62:679–694. It is
    known to be less sure above some 10 Gy per fraction.

    Examples
    --------
    >>> biologically_effective_dose(3, 10, alpha_beta=10)
    39.0
    >>> biologically_effective_dose(24, 1, alpha_beta=3)
    216.0
    """
    form = form_of(dose_per_fraction=dose_per_fraction, fractions=fractions, alpha_beta=alpha_beta)
    return form.numbers(_bed(dose_per_fraction, fractions, alpha_beta))


def equivalent_dose_2gy(dose_per_fraction: Value, fractions: Value, *, alpha_beta: Value) -> Any:
    """Total dose, Gy, that has the same effect in fractions of 2 Gy (EQD2).

    Parameters
    ----------
    dose_per_fraction, fractions, alpha_beta
        See :func:`biologically_effective_dose`.

    Raises
    ------
    ValueError
        When a value is out of range, with the unit that it looks like.

    Notes
    -----
    BED divided by 1 + 2/(α/β): Fowler JF, Br J Radiol 1989;62:679–694.

    Examples
    --------
    >>> equivalent_dose_2gy(3, 10, alpha_beta=10)
    32.5
    """
    form = form_of(dose_per_fraction=dose_per_fraction, fractions=fractions, alpha_beta=alpha_beta)
    ratio = _ratio(alpha_beta)
    return form.numbers(_bed(dose_per_fraction, fractions, alpha_beta) / (1 + 2 / ratio))


def _bed(dose_per_fraction: Value, fractions: Value, alpha_beta: Value) -> np.ndarray:
    dose = numbers("dose_per_fraction", dose_per_fraction, 0.1, 30, "Gy", hint=_dose_unit)
    count = numbers("fractions", fractions, 1, 60, whole=True)
    found: np.ndarray = count * dose * (1 + dose / _ratio(alpha_beta))
    return found


def _ratio(alpha_beta: Value) -> np.ndarray:
    return numbers("alpha_beta", alpha_beta, 0.5, 30, "Gy")


def _dose_unit(value: float) -> str:
    return "looks like cGy: divide by 100" if 100 <= value <= 3000 else ""
