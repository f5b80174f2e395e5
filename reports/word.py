"""Tables as a Word document: native, editable, three rules, headings repeated on each page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from reports.table import Cell, Table
from reports.word_table import table_xml

FONT, SIZE, NOTE_SIZE = "Times New Roman", Pt(9), Pt(8)
FIXED_TIME = datetime(2024, 1, 1)
PAGE = (210.0, 297.0)
MARGIN = 20.0
PORTRAIT_COLUMNS = 6
CHARACTER = 1.75  # mean width of a character at 9 points, mm
BOLD = 2.05  # the same of a heading
PADDING = 4.0
WARNING = RGBColor(0xB0, 0x00, 0x20)


def tables_document(
    tables: Sequence[Table],
    title: str,
    lead: Sequence[str],
    *,
    before: Callable[[DocumentType], None] | None = None,
    after: Callable[[DocumentType], None] | None = None,
) -> bytes:
    """Write tables, numbered, one after the other; wide ones on landscape pages.

    Parameters
    ----------
    tables
        In order of their numbers.
    title
        First line of the document.
    lead
        Lines below the title; one that begins with SYNTHETIC is repeated in the header of
        every page.
    before, after
        Write what stands between the lead and the tables, and behind them.

    Returns
    -------
    bytes
        The ``.docx``; the same for the same tables.
    """
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, SIZE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    properties = document.core_properties
    properties.title, properties.author = title, "cohort-stats"
    properties.created = properties.modified = FIXED_TIME
    landscape = before is None and bool(tables) and is_wide(tables[0])
    set_page(document.sections[0], landscape=landscape)
    heading = _paragraph(document, title, bold=True, size=Pt(14))
    heading.paragraph_format.space_after = Pt(6)
    for line in lead:
        _paragraph(document, line, colour=WARNING if line.startswith("SYNTHETIC") else None)
    _header(document, title, [line for line in lead if line.startswith("SYNTHETIC")])
    if before is not None:
        before(document)
        landscape = bool(tables) and is_wide(tables[0])
        set_page(document.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
    for number, table in enumerate(tables, start=1):
        wide = is_wide(table)
        if wide != landscape:
            set_page(document.add_section(WD_SECTION.NEW_PAGE), landscape=wide)
            landscape = wide
        _add_table(document, table, number, wide)
    if after is not None:
        after(document)
    return _reproducible(document)


def is_wide(table: Table) -> bool:
    """Whether a table needs a landscape page."""
    return len(table.columns) > PORTRAIT_COLUMNS or sum(_needed(table)) > page_width(False) * 1.15


def page_width(landscape: bool) -> float:
    """Usable width of a page in mm."""
    return PAGE[1 if landscape else 0] - 2 * MARGIN


def set_page(section: Any, landscape: bool) -> None:
    """Size, orientation and margins of a section's pages."""
    width, height = PAGE if not landscape else PAGE[::-1]
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(MARGIN)


def _header(document: DocumentType, title: str, warnings: Sequence[str]) -> None:
    paragraph = document.sections[0].header.paragraphs[0]
    run = paragraph.add_run(" ".join([*warnings, title]))
    run.font.size = NOTE_SIZE
    if warnings:
        run.font.color.rgb = WARNING


def _paragraph(
    document: DocumentType,
    words: str,
    *,
    bold: bool = False,
    size: Pt = SIZE,
    colour: RGBColor | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold, size
    if colour is not None:
        run.font.color.rgb = colour
    paragraph.paragraph_format.space_after = Pt(3)
    return paragraph


def _add_table(document: DocumentType, table: Table, number: int, landscape: bool) -> None:
    caption = document.add_paragraph()
    caption.add_run(f"Table {number}. ").bold = True
    caption.add_run(table.title)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(14), Pt(3)
    caption.paragraph_format.keep_with_next = True
    widths = _widths(table, page_width(landscape))
    caption._p.addnext(parse_xml(table_xml(table, widths, landscape)))
    lines = table.note_lines()
    for line in lines:
        letter = line[:1] if line[1:2] == " " and line[:1] in table.footnotes else ""
        note = document.add_paragraph()
        if letter:
            note.add_run(letter).font.superscript = True
        note.add_run(line[2:] if letter else line)
        for run in note.runs:
            run.font.size = NOTE_SIZE
        note.paragraph_format.space_after = Pt(0)
        note.paragraph_format.keep_with_next = line is not lines[-1]


def _needed(table: Table) -> list[float]:
    """Width in mm that each column would like: its longest word of text, heads wrapped."""
    needed = []
    for j, column in enumerate(table.columns):
        words = max((len(w) for w in column.label.split()), default=0)
        cells = max((_length(r.cells[j]) + 2 * r.indent for r in table.rows), default=0)
        head = max(words, len(column.label) / 2.5) * BOLD
        needed.append(max(head, min(cells, 34 if j == 0 else 30) * CHARACTER) + PADDING)
    return needed


def _least(table: Table) -> list[float]:
    """Width in mm below which a word of a column would be torn apart."""
    least = []
    for j, column in enumerate(table.columns):
        head = max((len(w) for w in column.label.split()), default=0) * BOLD
        words = (w for row in table.rows for w in str(row.cells[j]).split())
        cells = max((len(w) for w in words), default=0) * CHARACTER
        least.append(max(head, cells) + PADDING)
    return least


def _length(cell: Cell) -> int:
    return len(str(cell)) + 2 * len(cell.mark)


def _widths(table: Table, width: float) -> list[float]:
    """What each column would like; where the page is too narrow, first what its words need."""
    needed, least = _needed(table), _least(table)
    if sum(needed) <= width:
        return needed
    if sum(least) > width:
        return [width * n / sum(least) for n in least]
    wish = [max(n - m, 0.0) for n, m in zip(needed, least, strict=True)]
    spare = (width - sum(least)) / max(sum(wish), 1e-9)
    return [m + w * spare for m, w in zip(least, wish, strict=True)]


def _reproducible(document: DocumentType) -> bytes:
    """The document zipped anew with fixed times, so that the same tables give the same bytes."""
    raw, clean = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return clean.getvalue()
