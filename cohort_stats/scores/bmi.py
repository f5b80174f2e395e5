"""Body mass index and its classes."""

from __future__ import annotations

from typing import Any

from cohort_stats.problem import must_be_one_of
from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers
from cohort_stats.scores.form import Value, form_of

WHO = (
    "World Health Organization. Obesity: preventing and managing the global epidemic. WHO"
    " Technical Report Series 894. Geneva 2000."
)
ASIA_PACIFIC = (
    "WHO Western Pacific Region, IASO, IOTF. The Asia-Pacific perspective: redefining obesity"
    " and its treatment. Sydney: Health Communications Australia 2000."
)
CUTOFFS: dict[str, tuple[tuple[float, ...], tuple[str, ...]]] = {
    "who": (
        (18.5, 25, 30, 35, 40),
        ("Underweight", "Normal", "Overweight", "Obese I", "Obese II", "Obese III"),
    ),
    "asia-pacific": (
        (18.5, 23, 25, 30),
        ("Underweight", "Normal", "Overweight", "Obese I", "Obese II"),
    ),
}

DEFINITIONS = {
    "body_mass_index": Definition(
        "Body mass index", "Weight in kg, divided by the square of height in m.", WHO, "kg/m²"
    ),
    "bmi_class": Definition(
        "BMI class (WHO)",
        "Underweight below 18.5, normal from 18.5, overweight from 25, obese I from 30, II from"
        " 35, III from 40 kg/m².",
        WHO,
    ),
    "bmi_class_asia_pacific": Definition(
        "BMI class (Asia-Pacific)",
        "Underweight below 18.5, normal from 18.5, overweight from 23, obese I from 25, II from"
        " 30 kg/m².",
        ASIA_PACIFIC,
    ),
}


def body_mass_index(weight: Value, height: Value) -> Any:
    """Body mass index, kg/m²: weight divided by the square of height.

    Parameters
    ----------
    weight
        In kg, 20 to 300.
    height
        In cm, 100 to 230. A height in m is refused.

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
    WHO Technical Report Series 894, 2000. The ranges are those of adults.

    Examples
    --------
    >>> round(body_mass_index(65, 170), 2)
    22.49
    """
    form = form_of(weight=weight, height=height)
    mass = numbers("weight", weight, 20, 300, "kg")
    tall = numbers("height", height, 100, 230, "cm", hint=_height_unit)
    return form.numbers(mass / (tall / 100) ** 2)


def bmi_class(bmi: Value, *, cutoffs: str = "who") -> Any:
    """Class of a body mass index.

    Parameters
    ----------
    bmi
        In kg/m², 8 to 100; a value equal to a cut-off belongs to the class above it.
    cutoffs
        ``who``: 18.5, 25, 30, 35, 40. ``asia-pacific`` (WHO Western Pacific Region, 2000):
        18.5, 23, 25, 30.

    Raises
    ------
    ValueError
        When a value is out of range, or the cut-offs are others.

    Notes
    -----
    The WHO expert consultation of 2004 (Lancet 363:157–163) kept the classes of ``who`` and
    added 23, 27.5, 32.5 and 37.5 as points for action in Asian populations; those are not the
    cut-offs of ``asia-pacific``.

    Examples
    --------
    >>> bmi_class(24), bmi_class(24, cutoffs="asia-pacific")
    ('Normal', 'Overweight')
    """
    must_be_one_of("cutoffs", cutoffs, tuple(CUTOFFS))
    at, labels = CUTOFFS[cutoffs]
    return form_of(bmi=bmi).cut(numbers("bmi", bmi, 8, 100, "kg/m²"), at, labels)


def _height_unit(value: float) -> str:
    return "looks like m: multiply by 100" if 1 <= value <= 2.3 else ""
