"""The SPSS syntax as a whole: head, data with labels, a section a step."""

from __future__ import annotations

import pandas as pd

from analyses.schema.step import StepSection
from reports.syntax.cohort_csv import codes_of
from reports.syntax.spss import MAKERS, REASONS
from reports.syntax.spss.words import comment, quoted
from reports.syntax.study import Study
from reports.syntax.words import COLUMN_WORDS, head_lines


def spss_script(study: Study, frame: pd.DataFrame) -> str:
    """The syntax, which repeats in SPSS what SPSS has of a study's analyses.

    Parameters
    ----------
    study
        The study.
    frame
        Its patients, as they are written to ``cohort.csv``.
    """
    lines = ["* Encoding: UTF-8."]
    for line in (*head_lines(study, "SPSS"), " ".join(COLUMN_WORDS)):
        lines += comment(line)
    lines += comment(
        "Set the working directory to this folder (CD) before. A packet has cohort.csv only where "
        "it was asked for: cohort-stats run ... --with-data."
    )
    lines += ["", *_read(study, frame)]
    for done in study.results.steps:
        lines += [
            "",
            *comment(f"---- {done.step.id}: {done.step.title} ----"),
            *_section(study, done.step),
        ]
    return "\n".join(lines) + "\n"


def _section(study: Study, step: StepSection) -> list[str]:
    if step.missing == "imputed":
        return comment(
            "Missing values imputed: MULTIPLE IMPUTATION (module Missing Values), then the syntax "
            "of the complete cases below with SPLIT FILE BY Imputation_; numbers differ by chance."
        )
    if step.kind in MAKERS:
        return MAKERS[step.kind](step, study)
    return comment(f"No syntax: {REASONS[step.kind]}.")


def _read(study: Study, frame: pd.DataFrame) -> list[str]:
    lines = ['GET DATA /TYPE=TXT /FILE="cohort.csv" /ENCODING="UTF8" /ARRANGEMENT=DELIMITED']
    lines.append('  /FIRSTCASE=2 /DELIMITERS="," /QUALIFIER=\'"\' /VARIABLES=')
    for name, column in frame.items():
        kind = "A80" if column.dtype == object else "F16.6"
        lines.append(f"  {name} {kind}")
    lines[-1] += "."
    named = {study.name(v): study.variable(v) for v in study.variables}
    for name, variable in named.items():
        unit = f" ({variable.unit})" if variable.unit else ""
        lines.append(f"VARIABLE LABELS {name} {quoted(variable.label + unit)}.")
        if variable.is_categorical:
            known = codes_of(study, variable.name)
            listed = " ".join(f"{code} {quoted(label, 120)}" for label, code in known.items())
            lines.append(f"VALUE LABELS {name} {listed}.")
    for endpoint in study.endpoints:
        label, names = study.plan.file.endpoints[endpoint].label, study.times(endpoint)
        lines.append(f"VARIABLE LABELS {names.time} {quoted(label + ', time')}.")
        lines.append(f"VARIABLE LABELS {names.status} {quoted(label)}.")
        listed = '0 "Censored" 1 "Event" 2 "Competing event"'
        lines.append(f"VALUE LABELS {names.status} {listed}.")
    lines += comment("An empty cell is system-missing; no code stands for a missing value.")
    if len(frame.columns):
        plain = [str(n) for n, c in frame.items() if c.dtype != object]
        lines.append(f"MISSING VALUES {' '.join(plain)} ().")
    return [*lines, "EXECUTE."]
