"""The inputs of the NOMS framework, side by side; what follows from them is not said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import yes_no
from cohort_stats.scores.form import Value, form_of
from cohort_stats.scores.radiosensitivity import radiosensitivity_group
from cohort_stats.scores.scales import escc_class, graded
from cohort_stats.scores.sins import sins_class

SOURCE = "Laufer I, Rubin DG, Lis E, et al. Oncologist 2013;18:744–751."

DEFINITIONS = {
    "noms_inputs": Definition(
        "NOMS inputs",
        "Neurologic: ESCC grade and class, and myelopathy. Oncologic: radiosensitivity of the"
        " primary (two groups). Mechanical: SINS class. The systemic part is a clinical judgement"
        " and is not derived; no treatment is advised.",
        SOURCE,
    )
}


@dataclass(frozen=True)
class NomsInputs:
    """What the NOMS framework looks at, of one patient or a column of them.

    Parameters
    ----------
    escc
        Grade of epidural spinal cord compression.
    escc_class
        Low grade (0–1c) or high grade (2–3).
    myelopathy
        ``No`` or ``Yes``.
    radiosensitivity
        ``Radiosensitive`` or ``Resistant``.
    sins_class
        Stable, potentially unstable or unstable.
    """

    escc: Any
    escc_class: Any
    myelopathy: Any
    radiosensitivity: Any
    sins_class: Any

    def frame(self) -> pd.DataFrame:
        """The inputs as the columns of a frame; one row for single values."""
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        single = not any(hasattr(column, "__array__") for column in columns.values())
        return pd.DataFrame(columns, index=[0] if single else None)


def noms_inputs(escc: Value, myelopathy: Value, primary: Value, sins: Value) -> NomsInputs:
    """Neurologic, oncologic and mechanical inputs of NOMS.

    Parameters
    ----------
    escc
        Grade 0, 1a, 1b, 1c, 2 or 3.
    myelopathy
        Yes or no.
    primary
        A histology; see :func:`radiosensitivity_group`.
    sins
        Total, 0–18.

    Raises
    ------
    ValueError
        When a value is out of range, or the columns do not belong together.

    Notes
    -----
    Laufer I et al., Oncologist 2013;18:744–751. Each input is missing where its source is. The
    systemic part, and any treatment, are left to clinicians.

    Examples
    --------
    >>> found = noms_inputs("2", "No", "Kidney", 9)
    >>> found.escc_class, found.radiosensitivity, found.sins_class
    ('High grade (2–3)', 'Resistant', 'Potentially unstable')
    """
    form_of(escc=escc, myelopathy=myelopathy, primary=primary, sins=sins)
    impaired = form_of(myelopathy=myelopathy).levels(
        yes_no("myelopathy", myelopathy), ("No", "Yes")
    )
    return NomsInputs(
        graded("escc", escc),
        escc_class(escc),
        impaired,
        radiosensitivity_group(primary, groups=2),
        sins_class(sins),
    )
