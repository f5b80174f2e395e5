"""The kinds of file that tables are written to."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cohort_stats.workbooks.formula import as_text
from reports.table import Table, markdown

Writer = Callable[[Sequence[Table], str, Sequence[str]], bytes]
CSV_COLUMNS = (
    "table", "key", "title", "row", "name", "indent", "spanner", "column",
    "printed", "footnote", "kind", "values", "data",
)  # fmt: skip


def write_tables(
    tables: Sequence[Table], kinds: Sequence[str], title: str, lead: Sequence[str], folder: Path
) -> None:
    """Write tables to the kinds of file that a plan asks for.

    Parameters
    ----------
    tables
        In order of their numbers.
    kinds
        Names of :data:`WRITERS`.
    title, lead
        First lines of each file.
    folder
        Where they go, as ``tables.docx`` and so on.
    """
    for kind in kinds:
        ending, writer = WRITERS[kind]
        (folder / f"tables.{ending}").write_bytes(writer(tables, title, lead))


def tables_markdown(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    """All tables as Markdown."""
    parts = [f"# {title}\n", *(f"{line}\n" for line in lead)]
    for number, table in enumerate(tables, start=1):
        parts.append(markdown(table).replace("**", f"**Table {number}. ", 1))
    return "\n".join(parts).encode()


def tables_csv(tables: Sequence[Table], _: str, lead: Sequence[str]) -> bytes:
    """One row a cell: as it is printed, and the values behind it at full precision."""
    buffer = io.StringIO()
    synthetic = any(line.startswith("SYNTHETIC") for line in lead)
    data = "SYNTHETIC" if synthetic else "not marked as synthetic"
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for number, table in enumerate(tables, start=1):
        for i, row in enumerate(table.rows, start=1):
            place = (number, table.key, table.title, i, row.cells[0], row.indent)
            for column, cell in zip(table.columns[1:], row.cells[1:], strict=True):
                if str(cell):
                    raw = " ".join(str(v) for v in cell.values) if cell.kind != "text" else ""
                    written = (cell, table.footnotes.get(cell.mark, ""), cell.kind, raw, data)
                    line = (*place, column.above, column.label, *written)
                    writer.writerow(as_text(str(field)) for field in line)
    return buffer.getvalue().encode()


def _docx(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    from reports.word import tables_document

    return tables_document(tables, title, lead)


def _xlsx(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    from reports.spreadsheet import tables_workbook

    return tables_workbook(tables, title, lead)


def _html(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    from reports.table_page import tables_page

    return tables_page(tables, title, lead)


def _latex(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    from reports.latex import tables_latex

    return tables_latex(tables, title, lead)


def _rtf(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    from reports.rtf import tables_rtf

    return tables_rtf(tables, title, lead)


#: What a plan calls a kind of file -> its ending, and what writes it (imported when it is needed).
WRITERS: Mapping[str, tuple[str, Writer]] = {
    "docx": ("docx", _docx),
    "xlsx": ("xlsx", _xlsx),
    "html": ("html", _html),
    "latex": ("tex", _latex),
    "rtf": ("rtf", _rtf),
    "markdown": ("md", tables_markdown),
    "csv": ("csv", tables_csv),
}
