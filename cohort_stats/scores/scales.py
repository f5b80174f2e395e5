"""Ordered clinical scales: their grades in words, their order, and change between two times."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.problem import must_be_one_of
from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers, positions
from cohort_stats.scores.form import Value, form_of
from cohort_stats.scores.scale_grades import SCALES

CHANGES = ("Worse", "Unchanged", "Improved")
KARNOFSKY_CLASSES = ("Poor (10–40)", "Moderate (50–70)", "Good (80–100)")
ESCC_CLASSES = ("Low grade (0–1c)", "High grade (2–3)")
_KARNOFSKY = (
    "Karnofsky DA, Burchenal JH. In: MacLeod CM (ed). Evaluation of chemotherapeutic agents."
    " Columbia University Press 1949:191–205."
)
_TOKUHASHI = "Tokuhashi Y, Matsuzaki H, Oda H, Oshima M, Ryu J. Spine 2005;30:2186–2191."


DEFINITIONS = (
    {
        name: Definition(
            scale.label,
            " ".join(f"{code}: {meaning}." for code, meaning in scale.grades.items()),
            scale.source,
        )
        for name, scale in SCALES.items()
    }
    | {
        "escc_class": Definition(
            "ESCC class", "Low grade 0, 1a, 1b and 1c; high grade 2 and 3.", SCALES["escc"].source
        ),
        "karnofsky_class": Definition(
            "Karnofsky class",
            "Poor 10–40, moderate 50–70, good 80–100, as the revised Tokuhashi score divides it.",
            f"{_KARNOFSKY} {_TOKUHASHI}",
        ),
    }
    | {
        f"{name}_change": Definition(
            f"{scale.label}, change",
            "Worse, unchanged or improved from the first time to the second, by the order of the"
            " grades.",
            scale.source,
        )
        for name, scale in SCALES.items()
    }
    | {
        f"{name}_gained": Definition(
            f"{scale.label}, grades gained",
            "Number of grades by which a patient is better at the second time; negative if worse.",
            scale.source,
            "grades",
        )
        for name, scale in SCALES.items()
    }
)


def graded(scale: str, grade: Value) -> Any:
    """Grades as an ordered category, in the order in which the scale is written.

    Parameters
    ----------
    scale
        ``frankel`` (A–E), ``nurick`` (0–5), ``ecog`` (0–5), ``asa`` (1–6), ``motor`` (MRC,
        0–5) or ``escc`` (0, 1a, 1b, 1c, 2, 3).
    grade
        Grades as text or number; missing stays missing.

    Raises
    ------
    ValueError
        When the scale is another or a value is not one of its grades.

    Examples
    --------
    >>> graded("frankel", ["d", None]).tolist()
    ['D', None]
    """
    places = _places(scale, "grade", grade)
    return form_of(grade=grade).levels(places, SCALES[scale].codes)


def in_words(scale: str, grade: Value) -> Any:
    """What grades mean, as an ordered category of words; see :func:`graded`.

    Examples
    --------
    >>> in_words("escc", "0")
    'Tumour in bone only'
    """
    places = _places(scale, "grade", grade)
    return form_of(grade=grade).levels(places, tuple(SCALES[scale].grades.values()))


def grades_gained(scale: str, before: Value, after: Value) -> Any:
    """Number of grades by which a patient is better (positive) or worse (negative).

    Parameters
    ----------
    scale
        See :func:`graded`.
    before, after
        Grades at two times; missing where either is.

    Raises
    ------
    ValueError
        When the scale is another or a value is not one of its grades.

    Examples
    --------
    >>> grades_gained("frankel", "C", "E"), grades_gained("ecog", 1, 3)
    (2.0, -2.0)
    """
    return form_of(before=before, after=after).numbers(_gain(scale, before, after))


def change(scale: str, before: Value, after: Value) -> Any:
    """Whether a patient is worse, unchanged or improved; see :func:`grades_gained`.

    Examples
    --------
    >>> change("ecog", [3, 2, 2], [1, 2, 3]).tolist()
    ['Improved', 'Unchanged', 'Worse']
    """
    form = form_of(before=before, after=after)
    return form.levels(np.sign(_gain(scale, before, after)) + 1, CHANGES)


def escc_class(grade: Value) -> Any:
    """Low grade (0, 1a, 1b, 1c) or high grade (2, 3) of epidural spinal cord compression.

    Parameters
    ----------
    grade
        ESCC grade; a plain ``1``, where 1a to 1c are not told apart, is low grade too.

    Raises
    ------
    ValueError
        When a value is not a grade.

    Notes
    -----
    Bilsky MH et al., J Neurosurg Spine 2010;13:324–328; high grade as used by Laufer I et
    al., Oncologist 2013;18:744–751.

    Examples
    --------
    >>> escc_class(["1c", "2"]).tolist()
    ['Low grade (0–1c)', 'High grade (2–3)']
    """
    order = ("0", "1", "1a", "1b", "1c", "2", "3")
    return form_of(grade=grade).cut(positions("grade", grade, order), (5,), ESCC_CLASSES)


def karnofsky_class(karnofsky: Value) -> Any:
    """Class of the Karnofsky performance status: poor 10–40, moderate 50–70, good 80–100.

    Parameters
    ----------
    karnofsky
        Per cent, 10 to 100 in steps of 10. 0, dead, has no class and is refused.

    Raises
    ------
    ValueError
        When a value is out of range or between the steps.

    Notes
    -----
    Classes of the revised Tokuhashi score, Spine 2005;30:2186–2191.

    Examples
    --------
    >>> karnofsky_class(70)
    'Moderate (50–70)'
    """
    percent = numbers("karnofsky", karnofsky, 10, 100, "%", whole=True, step=10)
    return form_of(karnofsky=karnofsky).cut(percent, (50, 80), KARNOFSKY_CLASSES)


def _gain(scale: str, before: Value, after: Value) -> np.ndarray:
    must_be_one_of("scale", scale, tuple(SCALES))
    sign = -1.0 if SCALES[scale].first_is_best else 1.0
    risen: np.ndarray = sign * (_places(scale, "after", after) - _places(scale, "before", before))
    return risen


def _places(scale: str, argument: str, given: Value) -> np.ndarray:
    must_be_one_of("scale", scale, tuple(SCALES))
    return positions(argument, given, SCALES[scale].codes)
