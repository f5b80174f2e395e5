"""Data dictionaries of REDCap (.csv), read and written.

REDCap's missing-data codes belong to the project and are not in this file. Whether a project is
longitudinal is not in it either: there the record id repeats, and its variable needs the role
``cluster``.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from cohort_stats.codebooks.codebook_cells import Mistake
from cohort_stats.codebooks.redcap_fields import FieldMistake, status_variable, variables_of
from cohort_stats.codebooks.redcap_rows import rows_of
from cohort_stats.dictionary import DataDictionary, Variable, fold_heading
from cohort_stats.problem import Address, CohortError, Problem
from cohort_stats.workbooks.formula import as_text, from_text

#: Short name -> heading; the last part of each is what REDCap's API calls the column.
COLUMNS_OF_REDCAP = {
    "field_name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "section": ("Section Header", "section_header"),
    "field_type": ("Field Type", "field_type"),
    "field_label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "note": ("Field Note", "field_note"),
    "validation": (
        "Text Validation Type OR Show Slider Number",
        "text_validation_type_or_show_slider_number",
    ),
    "minimum": ("Text Validation Min", "text_validation_min"),
    "maximum": ("Text Validation Max", "text_validation_max"),
    "identifier": ("Identifier?", "identifier"),
    "branching": ("Branching Logic (Show field only if...)", "branching_logic"),
    "required": ("Required Field?", "required_field"),
    "alignment": ("Custom Alignment", "custom_alignment"),
    "question": ("Question Number (surveys only)", "question_number"),
    "matrix": ("Matrix Group Name", "matrix_group_name"),
    "ranking": ("Matrix Ranking?", "matrix_ranking"),
    "annotation": ("Field Annotation", "field_annotation"),
}
NEEDED = ("field_name", "field_type", "field_label")


def read_redcap(path: str | Path) -> DataDictionary:
    """Read a data dictionary as REDCap gives it.

    Parameters
    ----------
    path
        The ``.csv`` from *Data Dictionary → Download*, or that of the API.

    Returns
    -------
    DataDictionary
        The record id; a variable for each field that holds data; one yes/no for each choice of
        a checkbox, named as in an export; and the status of each form. Raw and labelled
        exports of the project fit it. No rules across columns.

    Raises
    ------
    CohortError
        With every mistake found, each with its row and column.
    """
    variables: list[Variable] = []
    problems: list[Problem] = []
    fields = _fields(Path(path))
    forms = list(dict.fromkeys(row["form"] for _, row in fields))
    for form in forms:
        for number, row in fields:
            if row["form"] == form:
                try:
                    variables += _named(row, {v.name for v in variables})
                except FieldMistake as wrong:
                    problems.append(_problem(number, row, wrong))
        if form:
            variables.append(status_variable(form, only=len(forms) == 1))
    if not variables and not problems:
        problems.append(Problem(Path(path).name, "", "a field that holds data", "none"))
    if problems:
        raise CohortError(problems)
    # REDCap takes the first field for the record's id, whatever its type.
    first = replace(variables[0], type="id", levels=(), limits=(None, None), required=True)
    return DataDictionary(_distinct([first, *variables[1:]]))


def write_redcap(dictionary: DataDictionary, path: str | Path) -> Path:
    """Write a data dictionary that REDCap imports, all in one form called ``cohort``.

    Parameters
    ----------
    dictionary
        Its id becomes the record id, which REDCap wants first; without one, a field
        ``record_id`` is added. For what REDCap has no column (unit, order and reference of
        levels, usual range, missing codes, role, partial dates, other headings) *Field
        Annotation* has words, from which :func:`read_redcap` takes it again. Names become lower
        case, and codes that REDCap does not accept become numbers. Rules across columns and
        one's own words for yes and no are lost.
    path
        The ``.csv`` to write; it appears whole or not at all.

    Returns
    -------
    Path
        `path`.
    """
    path = Path(path)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading for heading, _ in COLUMNS_OF_REDCAP.values())
    for row in rows_of(dictionary):
        writer.writerow(as_text(row.get(name, "")) for name in COLUMNS_OF_REDCAP)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(suffix=".csv", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.getvalue().encode())
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)
    return path


def _fields(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows that describe a field, each with its number and by short names of columns."""
    lines = _lines(path)
    known = {
        fold_heading(name): short for short, both in COLUMNS_OF_REDCAP.items() for name in both
    }
    headings = [known.get(fold_heading(heading), "") for heading in (lines[0] if lines else [])]
    missing = [COLUMNS_OF_REDCAP[name][0] for name in NEEDED if name not in headings]
    if missing:
        where, found = Address(row=1), "no such heading"
        expected = "the headings of a REDCap data dictionary: "
        raise CohortError([Problem(where, "", f"{expected}'{name}'", found) for name in missing])
    fields = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {name: from_text(cell.strip()) for name, cell in zip(headings, line, strict=False)}
        if any(cells.values()):
            fields.append((number, dict.fromkeys(COLUMNS_OF_REDCAP, "") | cells))
    if not fields:
        raise CohortError([Problem(path.name, "", "a row for each field", "headings alone")])
    return fields


def _lines(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise CohortError([Problem(str(path), "", "a file", f"nothing at '{path}'")])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        hint = "take it from REDCap again, or save it as 'CSV UTF-8'"
        wrong = Problem(path.name, "", "text in UTF-8", "another encoding", hint)
        raise CohortError([wrong]) from None
    first_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        found = "text that does not divide into columns"
        raise CohortError([Problem(path.name, "", "a table", found)]) from None


def _named(row: dict[str, str], taken: set[str]) -> list[Variable]:
    if not row["field_name"]:
        raise FieldMistake("field_name", Mistake("a name"))
    found = list(variables_of(row))
    if taken & {variable.name for variable in found}:
        raise FieldMistake("field_name", Mistake("a name used only once"))
    return found


def _problem(number: int, row: dict[str, str], wrong: FieldMistake) -> Problem:
    where = Address(row=number, heading=COLUMNS_OF_REDCAP[wrong.column][0])
    found = f"'{row[wrong.column]}'" if row[wrong.column] else "an empty cell"
    return Problem(where, row["field_name"], wrong.mistake.expected, found, wrong.mistake.hint)


def _distinct(variables: list[Variable]) -> dict[str, Variable]:
    """Variables by name; a label that is also another's gets the name behind it."""
    taken = {fold_heading(variable.name): variable.name for variable in variables}
    kept = {}
    for variable in variables:
        label = variable.label
        if taken.setdefault(fold_heading(label), variable.name) != variable.name:
            label = f"{label} [{variable.name}]"
        taken.setdefault(fold_heading(label), variable.name)
        aliases = tuple(
            alias
            for alias in variable.aliases
            if taken.setdefault(fold_heading(alias), variable.name) == variable.name
        )
        kept[variable.name] = replace(variable, label=label, aliases=aliases)
    return kept
