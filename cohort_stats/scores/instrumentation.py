"""How a spine was instrumented: screw density and fixation length."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import Refused, numbers
from cohort_stats.scores.form import Value, form_of

SOURCE = "As used by Nam Y, Park JS, Kang DH, et al. J Clin Med 2025;14:4629."
_MOST = 25  # vertebrae C1–S1

DEFINITIONS = {
    "screw_density": Definition(
        "Screw density",
        "Pedicle screws divided by the pedicles (two a vertebra) within the instrumented levels.",
        SOURCE,
        "screws per pedicle, 0–1",
    ),
    "fixation_length": Definition(
        "Fixation length",
        "Number of instrumented vertebrae without a metastasis.",
        SOURCE,
        "vertebrae",
    ),
}


def screw_density(screws: Value, instrumented: Value) -> Any:
    """Pedicle screws per pedicle within the instrumented levels, 0–1.

    Parameters
    ----------
    screws
        Number of pedicle screws; at most two for each vertebra.
    instrumented
        Number of vertebrae from the upper to the lowest instrumented one, those without a
        screw included; 1 to 25.

    Raises
    ------
    ValueError
        When a number is out of range, or there are more screws than pedicles.

    Notes
    -----
    As used by Nam Y et al., J Clin Med 2025;14:4629 (cut at 0.67). Pelvic screws are not
    pedicle screws and do not count.

    Examples
    --------
    >>> screw_density(8, 5)
    0.8
    """
    form = form_of(screws=screws, instrumented=instrumented)
    count = numbers("screws", screws, 0, 2 * _MOST, whole=True)
    pedicles = 2 * numbers("instrumented", instrumented, 1, _MOST, "vertebrae", whole=True)
    _at_most("screws", "the pedicles (two a vertebra)", count, pedicles)
    return form.numbers(count / pedicles)


def fixation_length(instrumented: Value, with_metastasis: Value) -> Any:
    """Number of instrumented vertebrae without a metastasis.

    Parameters
    ----------
    instrumented
        Number of vertebrae from the upper to the lowest instrumented one, 1 to 25.
    with_metastasis
        How many of these hold a metastasis.

    Raises
    ------
    ValueError
        When a number is out of range, or more have a metastasis than are instrumented.

    Notes
    -----
    As used by Nam Y et al., J Clin Med 2025;14:4629 (cut at 3). One vertebra above and one
    below the metastases give 2.

    Examples
    --------
    >>> fixation_length(4, 2)
    2.0
    """
    form = form_of(instrumented=instrumented, with_metastasis=with_metastasis)
    whole = numbers("instrumented", instrumented, 1, _MOST, "vertebrae", whole=True)
    part = numbers("with_metastasis", with_metastasis, 0, _MOST, "vertebrae", whole=True)
    _at_most("with_metastasis", "instrumented", part, whole)
    return form.numbers(whole - part)


def _at_most(argument: str, most: str, given: np.ndarray, limit: np.ndarray) -> None:
    given, limit = (np.atleast_1d(a) for a in np.broadcast_arrays(given, limit))
    wrong = np.flatnonzero(given > limit)
    if len(wrong):
        first = wrong[0]
        raise Refused(argument, f"at most {most}, {limit[first]:g}", f"{given[first]:g}")
