"""How a primary tumour responds to conventional radiotherapy, by its histology."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.problem import must_be_one_of
from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import fold, positions
from cohort_stats.scores.form import Value, form_of

SOURCE = (
    "Gerszten PC, Mendel E, Yamada Y. Spine 2009;34(22 Suppl):S78–S92; Laufer I, Rubin DG, Lis E,"
    " et al. Oncologist 2013;18:744–751."
)
THREE_GROUPS = ("Radiosensitive", "Intermediate", "Resistant")
TWO_GROUPS = ("Radiosensitive", "Resistant")
PRIMARIES = {
    "Lymphoma": 0,
    "Myeloma": 0,
    "Plasmacytoma": 0,
    "Seminoma": 0,
    "Breast": 1,
    "Prostate": 1,
    "Ovary": 1,
    "Neuroendocrine": 1,
    "Kidney": 2,
    "Thyroid": 2,
    "Liver": 2,
    "Colorectal": 2,
    "Non-small cell lung": 2,
    "Melanoma": 2,
    "Sarcoma": 2,
}
ALIASES = {
    "Multiple myeloma": "Myeloma",
    "Renal cell": "Kidney",
    "RCC": "Kidney",
    "Hepatocellular": "Liver",
    "Hepatocellular carcinoma": "Liver",
    "HCC": "Liver",
    "NSCLC": "Non-small cell lung",
    "Colon": "Colorectal",
}

DEFINITIONS = {
    "radiosensitivity": Definition(
        "Radiosensitivity group",
        "Radiosensitive: lymphoma, myeloma, plasmacytoma, seminoma. Intermediate: breast,"
        " prostate, ovary, neuroendocrine. Resistant: kidney, thyroid, liver, colorectal,"
        " non-small cell lung, melanoma, sarcoma. In two groups the intermediate ones are"
        " radiosensitive. The three groups are our reading of two sources.",
        SOURCE,
    ),
    "radiosensitivity_two_groups": Definition(
        "Radiosensitivity, two groups",
        "Radiosensitive: lymphoma, myeloma, plasmacytoma, seminoma, breast, prostate, ovary,"
        " neuroendocrine. Resistant: kidney, thyroid, liver, colorectal, non-small cell lung,"
        " melanoma, sarcoma.",
        SOURCE,
    ),
}


def radiosensitivity_group(primary: Value, *, groups: int = 3, unlisted: str = "refuse") -> Any:
    """Radiosensitivity of a primary tumour to conventionally fractionated radiotherapy.

    Parameters
    ----------
    primary
        A histology of :data:`PRIMARIES`. ``Lung`` alone is not one: small cell and non-small
        cell lung cancer differ.
    groups
        3: radiosensitive, intermediate, resistant. 2: breast, prostate, ovary and
        neuroendocrine tumours, intermediate of three, are radiosensitive.
    unlisted
        What to do with another histology: ``refuse``, or ``intermediate`` (of three groups
        only), as Kwon et al. 2026 did with what belonged clearly to neither side.

    Raises
    ------
    ValueError
        When a histology is not listed and is to be refused, or an option is another.

    Notes
    -----
    Gerszten PC et al., Spine 2009;34(22 Suppl):S78–S92 summarise series that rate breast and
    prostate as favourable or intermediate; Laufer I et al., Oncologist 2013;18:744–751 (NOMS)
    know two classes. The three groups join the two: they are a reading, not a published list.

    Examples
    --------
    >>> radiosensitivity_group(["Lymphoma", "Breast", "HCC"]).tolist()
    ['Radiosensitive', 'Intermediate', 'Resistant']
    >>> radiosensitivity_group("Breast", groups=2)
    'Radiosensitive'
    """
    must_be_one_of("groups", groups, (2, 3))
    must_be_one_of("unlisted", unlisted, ("refuse", "intermediate"))
    if groups == 2 and unlisted == "intermediate":
        raise ValueError("unlisted must be 'refuse' with groups=2; got 'intermediate'")
    form = form_of(primary=primary)
    place = _places(primary, unlisted)
    if groups == 3:
        return form.levels(place, THREE_GROUPS)
    return form.levels(np.where(np.isnan(place), np.nan, place == 2), TWO_GROUPS)


def _places(primary: Value, unlisted: str) -> np.ndarray:
    others = _unlisted(primary) if unlisted == "intermediate" else ()
    names = (*PRIMARIES, *others)
    groups = np.array([*PRIMARIES.values(), *(1 for _ in others)], dtype=float)
    row = positions("primary", primary, names, ALIASES)
    return np.where(np.isnan(row), np.nan, groups[np.nan_to_num(row).astype(int)])


def _unlisted(primary: Value) -> tuple[str, ...]:
    known = {fold(name) for name in (*PRIMARIES, *ALIASES)}
    given = {name for name in np.asarray(primary, dtype=object).ravel() if isinstance(name, str)}
    return tuple(sorted(name for name in given if fold(name) not in known))
