"""Sections that work on a copy of the patients, row by row, where SPSS has no procedure."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.schema.step import StepSection
from reports.syntax.spss.words import comment, conditions
from reports.syntax.study import Study

#: What each row knows of all the rows that share its values of some columns; to be sorted by them.
SHARED = "AGGREGATE OUTFILE=* MODE=ADDVARIABLES /BREAK={} {}."
#: The first of the rows with the same time, among those sorted by it.
FIRST = ("COMPUTE q_first = 1.", "IF (LAG({time}) = {time}) q_first = 0.")


def numbered(name: str) -> list[str]:
    """A column with the number of each row, in the order to which they are sorted."""
    return [
        f"COMPUTE {name} = 1.",
        f"IF (NOT MISSING(LAG({name}))) {name} = LAG({name}) + 1.",
        "EXECUTE.",
    ]


def copied(study: Study, step: StepSection, known: Sequence[str]) -> list[str]:
    """A copy with the patients of a step in whom some columns are known.

    Parameters
    ----------
    study, step
        Whose patients.
    known
        Columns.
    """
    wanted = [*conditions(study, step), *(f"NOT MISSING({name})" for name in known)]
    return [
        "DATASET NAME whole.",
        "DATASET COPY part.",
        "DATASET ACTIVATE part.",
        f"SELECT IF ({' AND '.join(wanted)}).",
        "COMPUTE q_all = 1.",
        "EXECUTE.",
    ]


def dropped() -> list[str]:
    """The patients as they were before :func:`copied`."""
    return ["DATASET ACTIVATE whole.", "DATASET CLOSE part."]


def unweighted(study: Study, step: StepSection) -> list[str]:
    """Why a section cannot be written for weighted patients; empty where they are not."""
    if step.on and study.sample(step.on)[1]:
        return comment("These patients differ in weight: see analysis.R.")
    return []
