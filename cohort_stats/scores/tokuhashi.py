"""Revised Tokuhashi score: six components, total, prognosis group."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import numbers, points, positions
from cohort_stats.scores.form import Value, form_of

SOURCE = "Tokuhashi Y, Matsuzaki H, Oda H, Oshima M, Ryu J. Spine 2005;30:2186–2191."
PRIMARY_SITES: dict[str, float] = {
    "Lung": 0,
    "Osteosarcoma": 0,
    "Stomach": 0,
    "Bladder": 0,
    "Oesophagus": 0,
    "Pancreas": 0,
    "Liver": 1,
    "Gallbladder": 1,
    "Unidentified": 1,
    "Others": 2,
    "Kidney": 3,
    "Uterus": 3,
    "Rectum": 4,
    "Thyroid": 5,
    "Breast": 5,
    "Prostate": 5,
    "Carcinoid tumour": 5,
}
ALIASES = {
    "Esophagus": "Oesophagus",
    "Unknown": "Unidentified",
    "Unknown origin": "Unidentified",
    "Other": "Others",
    "Carcinoid": "Carcinoid tumour",
    "Carcinoid tumor": "Carcinoid tumour",
}
MAJOR_ORGANS: dict[str, float] = {"Unremovable": 0, "Removable": 1, "None": 2}
GROUPS = ("< 6 months", "≥ 6 months", "≥ 1 year")

DEFINITIONS = {
    "tokuhashi_total": Definition(
        "Revised Tokuhashi score",
        "Sum of Karnofsky status (10–40 %: 0, 50–70 %: 1, 80–100 %: 2), extraspinal bone"
        " metastases (3 or more: 0, 1–2: 1, none: 2), vertebral metastases (3 or more: 0, 2: 1,"
        " 1: 2), metastases to major internal organs (unremovable: 0, removable: 1, none: 2),"
        " primary site (0–5) and palsy (Frankel A, B: 0, C, D: 1, E: 2).",
        SOURCE,
        "points, 0–15",
    ),
    "tokuhashi_group": Definition(
        "Predicted survival (revised Tokuhashi)",
        "0–8 points: less than 6 months; 9–11: 6 months or more; 12–15: 1 year or more.",
        SOURCE,
    ),
    "tokuhashi_primary_points": Definition(
        "Primary site (revised Tokuhashi)",
        "0: lung, osteosarcoma, stomach, bladder, oesophagus, pancreas. 1: liver, gallbladder,"
        " unidentified. 2: others. 3: kidney, uterus. 4: rectum. 5: thyroid, breast, prostate,"
        " carcinoid tumour.",
        SOURCE,
        "points, 0–5",
    ),
}


def tokuhashi_primary_points(primary: Value) -> Any:
    """Points of the primary site, 0 (lung, …) to 5 (thyroid, breast, prostate, carcinoid).

    Parameters
    ----------
    primary
        A site of :data:`PRIMARY_SITES`, or its points. A site that the publication does not
        list (colon, melanoma, myeloma, …) is to be given as ``Others``: a name that is not
        known is refused, so that a slip of the pen does not score 2.

    Raises
    ------
    ValueError
        When a site is not listed.

    Examples
    --------
    >>> tokuhashi_primary_points(["Lung", "Liver", "Breast"]).tolist()
    [0.0, 1.0, 5.0]
    """
    return form_of(primary=primary).numbers(points("primary", primary, PRIMARY_SITES, ALIASES))


def tokuhashi_total(
    karnofsky: Value,
    extraspinal_bone: Value,
    vertebral: Value,
    major_organs: Value,
    primary: Value,
    frankel: Value,
) -> Any:
    """Revised Tokuhashi score, 0–15 points (more is better); missing where any part is.

    Parameters
    ----------
    karnofsky
        Per cent, 10 to 100 in steps of 10: 10–40 0, 50–70 1, 80–100 2 points.
    extraspinal_bone
        Number of metastases of bone outside the spine: 3 or more 0, 1–2 1, none 2.
    vertebral
        Number of vertebrae with a metastasis: 3 or more 0, 2 1, 1 2.
    major_organs
        Metastases to major internal organs: unremovable 0, removable 1, none 2.
    primary
        See :func:`tokuhashi_primary_points`.
    frankel
        Grade A–E: A, B (complete palsy) 0, C, D (incomplete) 1, E (none) 2.

    Raises
    ------
    ValueError
        When a value is out of range.

    Notes
    -----
    Tokuhashi Y et al., Spine 2005;30:2186–2191. The version of 1990 has 12 points.

    Examples
    --------
    >>> tokuhashi_total(80, 0, 1, "None", "Breast", "E")
    15.0
    >>> tokuhashi_total(60, 2, 2, "Unremovable", "Lung", "D")
    4.0
    """
    form = form_of(
        karnofsky=karnofsky,
        extraspinal_bone=extraspinal_bone,
        vertebral=vertebral,
        major_organs=major_organs,
        primary=primary,
        frankel=frankel,
    )
    percent = numbers("karnofsky", karnofsky, 10, 100, "%", whole=True, step=10)
    bones = numbers("extraspinal_bone", extraspinal_bone, 0, 250, "metastases", whole=True)
    vertebrae = numbers("vertebral", vertebral, 1, 33, "vertebrae", whole=True)
    total = _rising(percent, (50, 80)) + 2 - _rising(bones, (1, 3)) + 2 - _rising(vertebrae, (2, 3))
    total = total + points("major_organs", major_organs, MAJOR_ORGANS)
    total = total + points("primary", primary, PRIMARY_SITES, ALIASES)
    palsy = positions("frankel", frankel, ("A", "B", "C", "D", "E"))
    return form.numbers(total + _rising(palsy, (2, 4)))


def tokuhashi_group(total: Value) -> Any:
    """Predicted survival: 0–8 under 6 months, 9–11 6 months or more, 12–15 1 year or more.

    Parameters
    ----------
    total
        0 to 15 points.

    Raises
    ------
    ValueError
        When a total is out of range or not whole.

    Notes
    -----
    Tokuhashi Y et al., Spine 2005;30:2186–2191.

    Examples
    --------
    >>> tokuhashi_group([8, 9, 12]).tolist()
    ['< 6 months', '≥ 6 months', '≥ 1 year']
    """
    found = numbers("total", total, 0, 15, "points", whole=True)
    return form_of(total=total).cut(found, (9, 12), GROUPS)


def _rising(values: np.ndarray, at: tuple[float, float]) -> np.ndarray:
    """0, 1 or 2: how many of two thresholds are reached; NaN stays."""
    return np.where(np.isnan(values), np.nan, (values >= at[0]) * 1.0 + (values >= at[1]))
