"""A data dictionary as the sheet *Codebook* of a workbook, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from cohort_stats.codebooks.codebook_cells import (
    MISSING_MARKS,
    Mistake,
    cell_text,
    heading_keys,
    levels_of,
    name_from,
    read_limit,
    read_list,
    read_type,
    read_yes,
    reference_of,
    role_of,
)
from cohort_stats.dictionary import (
    DataDictionary,
    Level,
    Limit,
    Variable,
    VariableType,
    limit_words,
)
from cohort_stats.headings import match_headings
from cohort_stats.problem import Address, CohortError, Problem
from cohort_stats.rawtable import CellError, RawTable
from cohort_stats.reading import read_table

SHEET = "Codebook"
BOOKS = (".xlsx", ".xlsm", ".ods")
T = TypeVar("T")


def _column(name: str, label: str, *aliases: str) -> Variable:
    return Variable(name, label, "text", aliases=aliases)


#: The columns of the sheet, in the order in which they are written.
COLUMNS = DataDictionary(
    {
        column.name: column
        for column in (
            _column("place", "No."),
            _column("label", "Column heading", "Heading", "Label", "Column", "Variable label"),
            _column("unit", "Unit", "Units"),
            _column("type", "Type", "Variable type", "Data type"),
            _column("levels", "Levels", "Categories", "Choices", "Codes", "Values"),
            _column("reference", "Reference", "Reference level"),
            _column("lowest", "Lowest", "Minimum", "Min"),
            _column("highest", "Highest", "Maximum", "Max"),
            _column("usual_lowest", "Usual lowest", "Usual minimum"),
            _column("usual_highest", "Usual highest", "Usual maximum"),
            _column("required", "Required"),
            _column("missing", "Missing codes", "Missing code", "Missing"),
            _column("role", "Role"),
            _column("partial", "Partial dates"),
            _column("aliases", "Other headings", "Aliases", "Other names"),
            _column("name", "Name", "Name in the plan", "Variable", "Variable name", "Field name"),
            _column("description", "Description", "Remarks", "Notes"),
        )
    }
)


def dictionary_from(path: str | Path) -> DataDictionary:
    """Read the data dictionary that a file holds.

    Parameters
    ----------
    path
        A workbook (.xlsx, .xlsm, .ods) with a sheet *Codebook*, or a data dictionary of
        REDCap (.csv).

    Returns
    -------
    DataDictionary

    Raises
    ------
    CohortError
        With every mistake found, each with its cell.
    """
    path = Path(path)
    if path.suffix.lower() in BOOKS:
        return read_codebook(path)
    if path.suffix.lower() == ".csv":
        from cohort_stats.codebooks.redcap import read_redcap

        return read_redcap(path)
    expected = "a workbook with a sheet 'Codebook', or a REDCap data dictionary (.csv)"
    raise CohortError([Problem(path.name, "", expected, f"'{path.name}'")])


def has_codebook(path: Path) -> bool:
    """Whether a file is a workbook with a sheet *Codebook*."""
    if path.suffix.lower() not in BOOKS or not path.is_file():
        return False
    from cohort_stats.reading.workbook import sheet_names

    return SHEET.casefold() in (name.casefold() for name in sheet_names(path))


def read_codebook(path: str | Path) -> DataDictionary:
    """Read the sheet *Codebook* of a workbook.

    Parameters
    ----------
    path
        The workbook. A heading or a name, and a type, are enough for a variable; the other
        columns may be absent or empty. Columns that are none of a codebook's do not matter.

    Returns
    -------
    DataDictionary
        Without rules across columns, which a codebook does not hold.

    Raises
    ------
    CohortError
        With every mistake found, each with its cell.
    """
    table = read_table(path, SHEET)
    position, _, problems = match_headings(table, COLUMNS)
    problems = [*table.problems, *problems, *_absent(table, position), *_lost_rows(table)]
    if not {"label", "name"} & set(position) or "type" not in position:
        raise CohortError(problems)
    variables: dict[str, Variable] = {}
    keys: dict[str, Address] = {}
    for i in range(len(table.rows)):
        row = _Row(table, i, position)
        if any(row.text(name) for name in position if name != "place"):
            variable = _variable(row, variables)
            row.problems += _repeated(row, variable, variables, keys)
            variables[variable.name] = variable
            problems += row.problems
    if problems:
        raise CohortError(problems)
    return DataDictionary(variables)


def _absent(table: RawTable, position: dict[str, int]) -> Iterator[Problem]:
    heading, kind = {"label", "name"} & set(position), "type" in position
    if not heading and not kind and table.sheet.casefold() != SHEET.casefold():
        found = f"only the sheet '{table.sheet}'"
        yield Problem(table.path.name, "", f"a sheet named '{SHEET}'", found)
        return
    where = table.address(None, None)
    if not heading:
        expected = "a column 'Column heading' (or 'Name')"
        yield Problem(where, "heading", expected, "no such heading")
    if not kind:
        yield Problem(where, "heading", "a column 'Type'", "no such heading")


def _lost_rows(table: RawTable) -> Iterator[Problem]:
    # A reader of cohorts may take a short last row for a note: here it is a variable.
    for part in table.left_out:
        if part.where.row > table.heading_row and part.cells > 1:
            expected = "a row that describes a variable"
            hint = "if it is one, put a first column 'No.' with 1, 2, 3 in front"
            yield Problem(part.where, "", expected, f"what looks like {part.reason}", hint)


@dataclass
class _Row:
    table: RawTable
    i: int
    position: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def cell(self, name: str) -> Any:
        return self.table.values[self.position[name]][self.i] if name in self.position else None

    def text(self, name: str) -> str:
        return cell_text(self.cell(name))

    def where(self, name: str) -> Address:
        return self.table.address(self.i, self.position.get(name))

    def wrong(self, name: str, expected: str, hint: str = "") -> None:
        found = f"'{self.text(name)}'" if self.text(name) else "an empty cell"
        self.problems.append(Problem(self.where(name), COLUMNS[name].label, expected, found, hint))

    def read(self, name: str, reader: Callable[[Any], T], otherwise: T) -> T:
        """What a cell says; `otherwise` where it is absent or a mistake."""
        value = self.cell(name)
        if isinstance(value, CellError):
            self.wrong(name, "text or a number")
        elif self.text(name):
            try:
                return reader(value)
            except Mistake as mistake:
                self.wrong(name, mistake.expected, mistake.hint)
        return otherwise


def _variable(row: _Row, taken: dict[str, Variable]) -> Variable:
    if not row.text("type"):
        row.wrong("type", "a type, such as 'number' or 'date'")
    kind: VariableType | None = row.read("type", lambda v: read_type(cell_text(v)), None)
    label = row.text("label") or row.text("name")
    variable = Variable(
        name=_name(row, label, taken),
        label=label,
        type=kind or "text",
        unit=row.text("unit"),
        required=row.read("required", lambda v: read_yes(cell_text(v)), False),
        missing=row.read("missing", lambda v: read_list(cell_text(v), MISSING_MARKS), ()),
        aliases=row.read("aliases", lambda v: read_list(cell_text(v)), ()),
        description=row.text("description"),
        role=row.read("role", role_of, ""),
    )
    return variable if kind is None else _with_values(row, variable)


def _with_values(row: _Row, variable: Variable) -> Variable:
    """The variable with its levels and limits, which only a known type can have."""
    kind = variable.type
    levels = _levels(row, kind)
    reference = ""
    if levels or not variable.is_categorical:
        reference = row.read("reference", lambda v: reference_of(cell_text(v), levels), "")
    return replace(
        variable,
        levels=levels,
        reference=reference,
        limits=_range(row, "lowest", "highest", kind),
        usual=_range(row, "usual_lowest", "usual_highest", kind),
        partial="middle" if row.read("partial", lambda v: _middle(v, kind), False) else "refuse",
    )


def _levels(row: _Row, kind: VariableType) -> tuple[Level, ...]:
    try:
        return levels_of(kind, row.text("levels"))
    except Mistake as mistake:
        row.wrong("levels", mistake.expected, mistake.hint)
        return ()


def _name(row: _Row, label: str, taken: dict[str, Variable]) -> str:
    name = row.text("name")
    if name.isidentifier() and name.isascii() and name[0] != "_":
        return name
    if name and row.text("label"):
        row.wrong("name", "letters without accents, digits and _, beginning with a letter")
    if not label:
        row.wrong("label", "a heading or a name")
    return name_from(label, set(taken), row.i + 1)


def _range(row: _Row, low: str, high: str, kind: VariableType) -> tuple[Limit, Limit]:
    if kind not in ("number", "integer", "date"):
        for name in (low, high):
            if row.text(name):
                row.wrong(name, f"an empty cell, because the type is '{row.text('type')}'")
        return None, None
    limits = tuple(row.read(name, lambda v: read_limit(v, kind), None) for name in (low, high))
    if None not in limits and limits[0] > limits[1]:  # type: ignore[operator]
        row.wrong(high, f"at least the lowest, {limit_words(limits[0])}")  # type: ignore[arg-type]
    return limits[0], limits[1]


def _middle(value: Any, kind: VariableType) -> bool:
    word = cell_text(value).casefold()
    if word not in ("middle", "refuse") or (word == "middle" and kind != "date"):
        raise Mistake(
            "'middle' or 'refuse'" if kind == "date" else "an empty cell, except for a date"
        )
    return word == "middle"


def _repeated(
    row: _Row, variable: Variable, known: dict[str, Variable], keys: dict[str, Address]
) -> list[Problem]:
    where = row.where("label" if row.text("label") else "name")
    clash = sorted(key for key in heading_keys(variable) if key in keys)
    keys |= dict.fromkeys(heading_keys(variable) - set(keys), where)
    if variable.name in known:
        found = f"'{variable.name}' again"
        return [Problem(row.where("name"), "Name", "a name used only once", found)]
    if clash:
        found = f"'{variable.label}', which is also that of {keys[clash[0]]}"
        expected = "names and headings of one variable only"
        return [Problem(where, COLUMNS["label"].label, expected, found)]
    return []
