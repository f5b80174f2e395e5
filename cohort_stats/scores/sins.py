"""Spinal Instability Neoplastic Score: six components, total, class."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.problem import must_be_one_of
from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers, points, positions
from cohort_stats.scores.form import Value, form_of

SOURCE = "Fisher CG, DiPaola CP, Ryken TC, et al. Spine (Phila Pa 1976) 2010;35(22):E1221–E1229."
COMPONENTS: dict[str, dict[str, float]] = {
    "location": {"Rigid": 0, "Semi-rigid": 1, "Mobile spine": 2, "Junctional": 3},
    "pain": {"Pain-free": 0, "Occasional but not mechanical": 1, "Yes": 3},
    "lesion": {"Blastic": 0, "Mixed": 1, "Lytic": 2},
    "alignment": {"Normal alignment": 0, "De novo deformity": 2, "Subluxation/translation": 4},
    "collapse": {
        "None": 0,
        "No collapse with >50% body involved": 1,
        "<50% collapse": 2,
        ">50% collapse": 3,
    },
    "posterolateral": {"None": 0, "Unilateral": 1, "Bilateral": 3},
}
ALIASES: dict[str, dict[str, str]] = {
    "location": {"Mobile": "Mobile spine"},
    "pain": {"Mechanical": "Yes", "Occasional": "Occasional but not mechanical"},
    "lesion": {"Mixed (lytic/blastic)": "Mixed"},
    "alignment": {"Normal": "Normal alignment", "Subluxation": "Subluxation/translation"},
    "collapse": {"No collapse with >50% involved": "No collapse with >50% body involved"},
    "posterolateral": {},
}
CLASSES = ("Stable", "Potentially unstable", "Unstable")

_VERTEBRAE = tuple(
    f"{part}{number}"
    for part, first, last in (("C", 0, 7), ("T", 1, 12), ("L", 1, 5), ("S", 1, 5))
    for number in range(first, last + 1)
)
# From C0, the occiput, downwards: the vertebra that begins a stretch, and its points.
_STRETCHES = {"C0": 3, "C3": 2, "C7": 3, "T3": 1, "T11": 3, "L2": 2, "L5": 3, "S2": 0}

DEFINITIONS = {
    "sins_total": Definition(
        "SINS",
        "Sum of the points of location (0–3), pain (0, 1, 3), bone lesion (0–2), alignment"
        " (0, 2, 4), vertebral body collapse (0–3) and posterolateral involvement (0, 1, 3).",
        SOURCE,
        "points, 0–18",
    ),
    "sins_class": Definition(
        "SINS class", "Stable 0–6, potentially unstable 7–12, unstable 13–18.", SOURCE
    ),
    "sins_location": Definition(
        "SINS location",
        "Junctional: occiput–C2, C7–T2, T11–L1, L5–S1; mobile spine: C3–C6, L2–L4; semi-rigid:"
        " T3–T10; rigid: S2–S5.",
        SOURCE,
    ),
}


def sins_location(vertebra: Value) -> Any:
    """Location component of a vertebra: ``T11`` is junctional.

    Junctional: occiput–C2, C7–T2, T11–L1, L5–S1. Mobile spine: C3–C6, L2–L4. Semi-rigid:
    T3–T10. Rigid: S2–S5. Fisher et al., Spine 2010.

    Parameters
    ----------
    vertebra
        One vertebra a value, ``C1`` to ``S5``; the occiput is ``C0`` or ``Occiput``.

    Returns
    -------
    str, array or ordered category
        In ascending order of points; missing where the vertebra is.

    Raises
    ------
    ValueError
        When a value is not a vertebra, for instance a range such as ``T11-L1``.

    Examples
    --------
    >>> sins_location("T10"), sins_location("T11")
    ('Semi-rigid', 'Junctional')
    """
    place = positions("vertebra", vertebra, _VERTEBRAE, {"Occiput": "C0"})
    starts = [_VERTEBRAE.index(first) for first in _STRETCHES]
    stretch = np.searchsorted(starts, np.nan_to_num(place), side="right") - 1
    worth = np.where(np.isnan(place), np.nan, np.asarray(list(_STRETCHES.values()))[stretch])
    return form_of(vertebra=vertebra).levels(worth, tuple(COMPONENTS["location"]))


def sins_points(component: str, level: Value) -> Any:
    """Points of one component.

    Parameters
    ----------
    component
        ``location``, ``pain``, ``lesion``, ``alignment``, ``collapse``, ``posterolateral``.
    level
        Labels as in :data:`COMPONENTS` (case, spaces and hyphens do not matter), or points.

    Raises
    ------
    ValueError
        When the component or a level is another.

    Examples
    --------
    >>> sins_points("alignment", "De novo deformity")
    2.0
    """
    must_be_one_of("component", component, tuple(COMPONENTS))
    found = points(component, level, COMPONENTS[component], ALIASES[component])
    return form_of(**{component: level}).numbers(found)


def sins_total(
    location: Value,
    pain: Value,
    lesion: Value,
    alignment: Value,
    collapse: Value,
    posterolateral: Value,
) -> Any:
    """SINS, 0–18 points: the sum of six components; missing where any of them is.

    Parameters
    ----------
    location
        Junctional 3, mobile spine 2, semi-rigid 1, rigid 0; see :func:`sins_location`.
    pain
        Mechanical (``Yes``: eased by lying down, or brought on by movement or load) 3,
        occasional but not mechanical 1, pain-free 0.
    lesion
        Lytic 2, mixed 1, blastic 0.
    alignment
        Subluxation/translation 4, de novo deformity (kyphosis, scoliosis) 2, normal 0.
    collapse
        More than 50 % 3, less than 50 % 2, none with more than 50 % of the body involved 1,
        none of these 0. The publication does not say where exactly 50 % belongs.
    posterolateral
        Facet, pedicle or costovertebral joint: both sides 3, one 1, none 0.

    Raises
    ------
    ValueError
        When a level is not one of its component's.

    Notes
    -----
    Fisher CG et al., Spine 2010;35:E1221–E1229. It scores one lesion; for several the
    publication does not add them up.

    Examples
    --------
    >>> sins_total("Junctional", "Yes", "Lytic", "Normal alignment", "<50% collapse", "Unilateral")
    11.0
    """
    levels = (location, pain, lesion, alignment, collapse, posterolateral)
    given = dict(zip(COMPONENTS, levels, strict=True))
    form = form_of(**given)
    total = np.zeros(form.shape)
    for name, level in given.items():
        total = total + points(name, level, COMPONENTS[name], ALIASES[name])
    return form.numbers(total)


def sins_class(total: Value) -> Any:
    """Class of a SINS total: stable 0–6, potentially unstable 7–12, unstable 13–18.

    Parameters
    ----------
    total
        0 to 18 points.

    Raises
    ------
    ValueError
        When a total is out of range or not whole.

    Notes
    -----
    Fisher CG et al., Spine 2010;35:E1221–E1229.

    Examples
    --------
    >>> sins_class([6, 7, 12, 13]).tolist()
    ['Stable', 'Potentially unstable', 'Potentially unstable', 'Unstable']
    """
    form = form_of(total=total)
    return form.cut(numbers("total", total, 0, 18, "points", whole=True), (7, 13), CLASSES)
