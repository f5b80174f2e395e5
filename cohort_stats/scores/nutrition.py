"""Prognostic Nutritional Index, with a check of units."""

from __future__ import annotations

from typing import Any

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers
from cohort_stats.scores.form import Value, form_of

SOURCE = "Onodera T, Goseki N, Kosaki G. Nihon Geka Gakkai Zasshi 1984;85:1001–1005."
ALBUMIN_RANGE = (0.5, 7.0)
LYMPHOCYTE_RANGE = (50.0, 100_000.0)

DEFINITIONS = {
    "prognostic_nutritional_index": Definition(
        "Prognostic Nutritional Index",
        "10 × serum albumin (g/dL) + 0.005 × total lymphocyte count (/mm³).",
        SOURCE,
        "points",
    )
}


def prognostic_nutritional_index(albumin: Value, lymphocytes: Value) -> Any:
    """Prognostic Nutritional Index: 10 × albumin (g/dL) + 0.005 × lymphocytes (/mm³).

    Parameters
    ----------
    albumin
        Serum albumin in g/dL, 0.5 to 7. A value in g/L is refused.
    lymphocytes
        Total lymphocyte count per mm³ (per µL), 50 to 100,000. A count in ×10⁹/L is refused;
        so, for safety, is a true count below 50.

    Returns
    -------
    float, array or Series
        Missing where either is.

    Raises
    ------
    ValueError
        When a value is out of range, with the unit that it looks like.

    Notes
    -----
    Onodera T et al., Nihon Geka Gakkai Zasshi 1984;85:1001–1005.

    Examples
    --------
    >>> prognostic_nutritional_index(3.5, 1200)
    41.0
    """
    form = form_of(albumin=albumin, lymphocytes=lymphocytes)
    protein = numbers("albumin", albumin, *ALBUMIN_RANGE, "g/dL", hint=_albumin_unit)
    count = numbers("lymphocytes", lymphocytes, *LYMPHOCYTE_RANGE, "/mm³", hint=_count_unit)
    return form.numbers(10 * protein + 0.005 * count)


def _albumin_unit(value: float) -> str:
    return "looks like g/L: divide by 10" if 10 <= value <= 70 else ""


def _count_unit(value: float) -> str:
    return "looks like ×10⁹/L: multiply by 1000" if 0 < value < LYMPHOCYTE_RANGE[0] else ""
