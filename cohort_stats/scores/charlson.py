"""Charlson comorbidity index without the points for cancer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import yes_no
from cohort_stats.scores.form import Value, form_of

SOURCE = "Charlson ME, Pompei P, Ales KL, MacKenzie CR. J Chronic Dis 1987;40:373–383."
WEIGHTS = {
    "myocardial_infarction": 1,
    "heart_failure": 1,
    "peripheral_vascular_disease": 1,
    "cerebrovascular_disease": 1,
    "dementia": 1,
    "chronic_pulmonary_disease": 1,
    "connective_tissue_disease": 1,
    "ulcer_disease": 1,
    "mild_liver_disease": 1,
    "diabetes": 1,
    "hemiplegia": 2,
    "moderate_or_severe_renal_disease": 2,
    "diabetes_with_organ_damage": 2,
    "moderate_or_severe_liver_disease": 3,
    "aids": 6,
}
CANCER_WEIGHTS = {"any_tumour": 2, "leukaemia": 2, "lymphoma": 2, "metastatic_solid_tumour": 6}
# Grades of one disease: the milder does not count beside the more severe.
_MILDER = {
    "diabetes": "diabetes_with_organ_damage",
    "mild_liver_disease": "moderate_or_severe_liver_disease",
}

DEFINITIONS = {
    "charlson_without_cancer": Definition(
        "Charlson comorbidity index without cancer",
        "Sum of the weights of 15 conditions: 1 for myocardial infarction, heart failure,"
        " peripheral vascular, cerebrovascular, chronic pulmonary, connective tissue and ulcer"
        " disease, dementia, mild liver disease, diabetes; 2 for hemiplegia, moderate or severe"
        " renal disease, diabetes with organ damage; 3 for moderate or severe liver disease; 6"
        " for AIDS. Tumour, leukaemia, lymphoma and metastasis are left out, and age adds"
        " nothing.",
        SOURCE,
        "points, 0–23",
    )
}


def charlson_without_cancer(conditions: Mapping[str, Value] | pd.DataFrame) -> Any:
    """Charlson comorbidity index without its cancer items, 0–23 points.

    Parameters
    ----------
    conditions
        Yes or no for every condition of :data:`WEIGHTS`, by its name: single values, arrays, or
        the columns of a frame. All 15 are needed: a condition nobody asked about is not absent.

    Returns
    -------
    float, array or Series
        Missing where any condition is.

    Raises
    ------
    ValueError
        When a condition is not given or is not known, or a value is neither yes nor no.

    Notes
    -----
    Charlson ME et al., J Chronic Dis 1987;40:373–383. Left out are tumour (2), leukaemia (2),
    lymphoma (2, where the publication counts myeloma too) and metastatic solid tumour (6). Of
    two grades of diabetes or liver disease the more severe counts. No points for age.

    Examples
    --------
    >>> patient = dict.fromkeys(WEIGHTS, False) | {"diabetes": True, "hemiplegia": True}
    >>> charlson_without_cancer(patient)
    3.0
    """
    given: dict[str, Value] = {str(name): values for name, values in conditions.items()}
    missing = [name for name in WEIGHTS if name not in given]
    unknown = [name for name in given if name not in WEIGHTS]
    if missing or unknown:
        found = [f"without {', '.join(missing)}"] if missing else []
        found += [f"with {', '.join(unknown)}"] if unknown else []
        raise ValueError(f"conditions must be {', '.join(WEIGHTS)}; got them {' and '.join(found)}")
    form = form_of(**given)
    present = {name: yes_no(name, value) for name, value in given.items()}
    total = np.zeros(form.shape)
    for name, weight in WEIGHTS.items():
        counts = present[name] * (1 - present[_MILDER[name]]) if name in _MILDER else present[name]
        total = total + weight * counts
    return form.numbers(total)
