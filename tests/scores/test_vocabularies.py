"""Radiosensitivity, NOMS inputs, and the names of procedures."""

from __future__ import annotations

import pandas as pd
import pytest

from cohort_stats.scores import PROCEDURES, noms_inputs, procedure, radiosensitivity_group

SENSITIVE = ["Lymphoma", "Myeloma", "multiple myeloma", "Plasmacytoma", "Seminoma"]
INTERMEDIATE = ["Breast", "Prostate", "Ovary", "Neuroendocrine"]
RESISTANT = [
    "Kidney",
    "RCC",
    "renal cell",
    "Thyroid",
    "Liver",
    "HCC",
    "hepatocellular carcinoma",
    "Colorectal",
    "colon",
    "NSCLC",
    "non small cell lung",
    "Melanoma",
    "Sarcoma",
]


def test_three_groups_of_radiosensitivity() -> None:
    assert set(radiosensitivity_group(SENSITIVE)) == {"Radiosensitive"}
    assert set(radiosensitivity_group(INTERMEDIATE)) == {"Intermediate"}
    assert set(radiosensitivity_group(RESISTANT)) == {"Resistant"}


def test_two_groups_of_radiosensitivity() -> None:
    assert set(radiosensitivity_group(SENSITIVE + INTERMEDIATE, groups=2)) == {"Radiosensitive"}
    assert set(radiosensitivity_group(RESISTANT, groups=2)) == {"Resistant"}


def test_histologies_that_are_not_listed() -> None:
    with pytest.raises(ValueError, match="primary must be one of .*; got 'Lung'"):
        radiosensitivity_group("Lung")
    found = radiosensitivity_group(["Lung", "HCC", None, "lung"], unlisted="intermediate")
    assert found.tolist() == ["Intermediate", "Resistant", None, "Intermediate"]
    for number in (0, 1, 2):
        with pytest.raises(ValueError, match=f"got {number}$"):
            radiosensitivity_group(number)
        with pytest.raises(ValueError, match=f"got {number}$"):
            radiosensitivity_group(number, unlisted="intermediate")


def test_options_of_radiosensitivity() -> None:
    with pytest.raises(ValueError, match="groups must be one of 2, 3; got 4"):
        radiosensitivity_group("Breast", groups=4)
    with pytest.raises(ValueError, match="unlisted must be one of .*; got 'drop'"):
        radiosensitivity_group("Breast", unlisted="drop")
    with pytest.raises(ValueError, match="unlisted must be 'refuse' with groups=2"):
        radiosensitivity_group("Breast", groups=2, unlisted="intermediate")


def test_noms_of_one_patient() -> None:
    found = noms_inputs("1b", True, "Breast", 13)
    assert found.frame().to_dict("records") == [
        {
            "escc": "1b",
            "escc_class": "Low grade (0–1c)",
            "myelopathy": "Yes",
            "radiosensitivity": "Radiosensitive",
            "sins_class": "Unstable",
        }
    ]


def test_noms_of_a_column_keeps_each_missing_input_to_itself() -> None:
    rows = pd.Index(["a", "b"])
    found = noms_inputs(
        pd.Series(["3", None], rows),
        pd.Series(["No", "Yes"], rows),
        pd.Series(["RCC", "HCC"], rows),
        pd.Series([6, 7], rows),
    ).frame()
    assert list(found.index) == ["a", "b"]
    assert found.loc["a"].tolist() == ["3", "High grade (2–3)", "No", "Resistant", "Stable"]
    assert found.loc["b"].isna().tolist() == [True, True, False, False, False]
    arrays = noms_inputs(["3"], ["No"], ["RCC"], [6]).frame()
    assert arrays.loc[0].tolist() == found.loc["a"].tolist()


def test_noms_refuses_columns_of_other_rows() -> None:
    with pytest.raises(ValueError, match="sins must have the rows of escc"):
        noms_inputs(pd.Series(["3"]), "No", "RCC", pd.Series([6], index=[5]))


def test_procedures_by_their_names() -> None:
    names = [one.label for one in PROCEDURES]
    found = procedure(pd.Series(names[::-1]))
    assert list(found.cat.categories) == names
    assert found.tolist() == names[::-1]
    for one in PROCEDURES:
        assert set(procedure(list(one.also))) <= {one.label}
    with pytest.raises(ValueError, match="operation must be one of .*; got 'Vertebroplasty'"):
        procedure("Vertebroplasty")
    with pytest.raises(ValueError, match="got 1$"):
        procedure(1)


def test_what_sets_the_three_resections_apart() -> None:
    known = {one.label: one for one in PROCEDURES}
    assert "one specimen" in known["En bloc spondylectomy"].removal
    assert known["En bloc spondylectomy"].aim == "Curative"
    assert "deformity" in known["Posterior vertebral column resection"].aim
    assert known["Posterior vertebral column resection"].approach == "Posterior only"
    assert known["Separation surgery"].aim.startswith("Palliative")
    assert "radio" in known["Separation surgery"].words
    order = list(known)
    assert order.index("Separation surgery") < order.index("En bloc spondylectomy")
