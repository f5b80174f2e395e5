"""Tomita score: three components, total, class of aim and strategy."""

from __future__ import annotations

from typing import Any

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers, points
from cohort_stats.scores.form import Value, form_of

SOURCE = "Tomita K, Kawahara N, Kobayashi T, et al. Spine (Phila Pa 1976) 2001;26:298–306."
GROWTH: dict[str, float] = {"Slow": 1, "Moderate": 2, "Rapid": 4}
VISCERAL: dict[str, float] = {"None": 0, "Treatable": 2, "Untreatable": 4}
BONE: dict[str, float] = {"Solitary": 1, "Multiple": 2}
EXAMPLE_SITES: dict[str, float] = {
    "Breast": 1,
    "Thyroid": 1,
    "Kidney": 2,
    "Uterus": 2,
    "Lung": 4,
    "Stomach": 4,
}
ALIASES = {"Isolated": "Solitary"}
STRATEGIES = (
    "Supportive care (8–10)",
    "Palliative surgery (6–7)",
    "Marginal or intralesional excision (4–5)",
    "Wide or marginal excision (2–3)",
)
AIMS = (
    "Terminal care (8–10)",
    "Short-term palliation (6–7)",
    "Middle-term local control (4–5)",
    "Long-term local control (2–3)",
)

DEFINITIONS = {
    "tomita_total": Definition(
        "Tomita score",
        "Sum of growth of the primary (slow 1, moderate 2, rapid 4), visceral metastases (none 0,"
        " treatable 2, untreatable 4) and bone metastases (solitary or isolated 1, multiple 2).",
        SOURCE,
        "points, 2–10",
    ),
    "tomita_growth_points": Definition(
        "Growth of the primary (Tomita)",
        "Slow 1, moderate 2, rapid 4. Of sites, breast and thyroid are slow, kidney and uterus"
        " moderate, lung and stomach rapid.",
        SOURCE,
        "points, 1–4",
    ),
    "tomita_strategy": Definition(
        "Tomita strategy class",
        "2–3 wide or marginal excision, 4–5 marginal or intralesional excision, 6–7 palliative"
        " surgery, 8–10 supportive care: the publication's classes, not advice.",
        SOURCE,
    ),
    "tomita_aim": Definition(
        "Tomita aim",
        "2–3 long-term local control, 4–5 middle-term local control, 6–7 short-term palliation,"
        " 8–10 terminal care: the publication's classes, not advice.",
        SOURCE,
    ),
}


def tomita_growth_points(primary: Value) -> Any:
    """Points of the growth of the primary: slow 1, moderate 2, rapid 4.

    Parameters
    ----------
    primary
        ``Slow``, ``Moderate`` or ``Rapid``, or one of the publication's example sites: breast,
        thyroid (slow); kidney, uterus (moderate); lung, stomach (rapid). Its lists end in
        'etc.', and later papers add different sites (prostate, liver, colon, unknown), so any
        other site is refused: give its growth instead.

    Raises
    ------
    ValueError
        When it is none of these.

    Examples
    --------
    >>> tomita_growth_points(["Breast", "Moderate", "Lung"]).tolist()
    [1.0, 2.0, 4.0]
    """
    return form_of(primary=primary).numbers(points("primary", primary, GROWTH | EXAMPLE_SITES))


def tomita_total(primary: Value, visceral: Value, bone: Value) -> Any:
    """Tomita score, 2–10 points (more is worse); missing where any part is.

    Parameters
    ----------
    primary
        See :func:`tomita_growth_points`.
    visceral
        Visceral metastases: none 0, treatable 2, untreatable 4.
    bone
        Bone metastases, the spinal ones included: solitary or isolated 1, multiple 2.

    Raises
    ------
    ValueError
        When a level is another.

    Notes
    -----
    Tomita K et al., Spine 2001;26:298–306.

    Examples
    --------
    >>> tomita_total("Breast", "None", "Solitary"), tomita_total("Lung", "Untreatable", "Multiple")
    (2.0, 10.0)
    """
    form = form_of(primary=primary, visceral=visceral, bone=bone)
    total = points("primary", primary, GROWTH | EXAMPLE_SITES)
    total = total + points("visceral", visceral, VISCERAL)
    return form.numbers(total + points("bone", bone, BONE, ALIASES))


def tomita_strategy(total: Value) -> Any:
    """Class of surgical strategy that the publication gives a total; not advice.

    2–3 wide or marginal excision, 4–5 marginal or intralesional excision, 6–7 palliative
    surgery, 8–10 supportive care. Levels ascend from the worst prognosis to the best.

    Parameters
    ----------
    total
        2 to 10 points.

    Raises
    ------
    ValueError
        When a total is out of range or not whole.

    Notes
    -----
    Tomita K et al., Spine 2001;26:298–306.

    Examples
    --------
    >>> tomita_strategy(3)
    'Wide or marginal excision (2–3)'
    """
    return _class(total, STRATEGIES)


def tomita_aim(total: Value) -> Any:
    """Aim that the publication gives a total; see :func:`tomita_strategy`.

    Examples
    --------
    >>> tomita_aim([2, 4, 6, 8])[0]
    'Long-term local control (2–3)'
    """
    return _class(total, AIMS)


def _class(total: Value, labels: tuple[str, ...]) -> Any:
    found = numbers("total", total, 2, 10, "points", whole=True)
    return form_of(total=total).cut(-found, (-7, -5, -3), labels)
