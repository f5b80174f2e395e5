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
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from reports.column_widths import MARGIN, PAGE, Laid, laid_out
from reports.house_style import house_style, italic_parts
from reports.table import Table
from reports.word_table import table_xml

NOTE_SIZE = Pt(8)
FIXED_TIME = datetime(2024, 1, 1)
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
    _set_styles(document)
    properties = document.core_properties
    properties.title, properties.author = title, "cohort-stats"
    properties.created = properties.modified = FIXED_TIME
    pages = [laid_out(table) for table in tables]
    wide = bool(pages) and pages[0][0].landscape
    landscape = before is None and wide
    set_page(document.sections[0], landscape=landscape)
    heading = _paragraph(document, title, bold=True, size=Pt(14))
    heading.paragraph_format.space_after = Pt(6)
    for line in lead:
        _paragraph(document, line, colour=WARNING if line.startswith("SYNTHETIC") else None)
    _header(document, title, [line for line in lead if line.startswith("SYNTHETIC")])
    if before is not None:
        before(document)
        landscape = wide
        set_page(document.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
    for number, parts in enumerate(pages, start=1):
        if parts[0].landscape != landscape:
            landscape = parts[0].landscape
            set_page(document.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
        for part in parts:
            _add_table(document, part, number)
    if after is not None:
        after(document)
    return _reproducible(document)


def _set_styles(document: DocumentType) -> None:
    house = house_style()
    normal, caption = document.styles["Normal"], document.styles["Caption"]
    normal.font.name, normal.font.size = house.font, Pt(house.size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), house.font)
    caption.font.size, caption.font.bold = Pt(house.size), False
    caption.font.color.rgb = RGBColor(0, 0, 0)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(14), Pt(3)


def set_page(section: Any, landscape: bool) -> None:
    """Size, orientation and margins of a section's pages."""
    width, height = PAGE if not landscape else PAGE[::-1]
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(MARGIN)
    section.different_first_page_header_footer = False  # a new one is a copy of that before it


def _header(document: DocumentType, title: str, warnings: Sequence[str]) -> None:
    first = document.sections[0]
    first.different_first_page_header_footer = True  # which says so itself
    paragraph = first.header.paragraphs[0]
    run = paragraph.add_run(" ".join([*warnings, title]))
    run.font.size = NOTE_SIZE
    if warnings:
        run.font.color.rgb = WARNING


def _paragraph(
    document: DocumentType,
    words: str,
    *,
    bold: bool = False,
    size: Pt | None = None,
    colour: RGBColor | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold, size or Pt(house_style().size)
    if colour is not None:
        run.font.color.rgb = colour
    paragraph.paragraph_format.space_after = Pt(3)
    return paragraph


def _add_table(document: DocumentType, laid: Laid, number: int) -> None:
    caption = _caption(document, laid, number)
    caption._p.addnext(parse_xml(table_xml(laid)))
    table = laid.table
    lines = [("", note) for note in table.notes] + [*table.footnotes.items()]
    for i, (letter, words) in enumerate(lines):
        note = document.add_paragraph()
        if letter:
            note.add_run(letter).font.superscript = True
        add_words(note, words)
        for run in note.runs:
            run.font.size = NOTE_SIZE
        note.paragraph_format.space_after = Pt(0)
        note.paragraph_format.keep_with_next = i + 1 < len(lines)
    if not lines:
        document.add_paragraph().paragraph_format.space_after = Pt(0)


def _caption(document: DocumentType, laid: Laid, number: int) -> Paragraph:
    """A caption that Word counts itself, so that a list of tables can be made of them."""
    caption = document.add_paragraph(style="Caption")
    caption.add_run("Table ")
    if laid.continued:
        caption.add_run(str(number))
    else:
        field = f'<w:fldSimple {nsdecls("w")} w:instr=" SEQ Table \\* ARABIC ">'
        field += f"<w:r><w:rPr><w:b/></w:rPr><w:t>{number}</w:t></w:r></w:fldSimple>"
        caption._p.append(parse_xml(field))
    caption.add_run(" (continued). " if laid.continued else ". ")
    for run in caption.runs:
        run.bold = True
    add_words(caption, laid.table.title)
    caption.paragraph_format.keep_with_next = True
    return caption


def add_words(paragraph: Paragraph, words: str) -> None:
    """Add words to a paragraph, the letters of p-values in italics where the style wants it."""
    for part, italic in italic_parts(words):
        run = paragraph.add_run(part)
        run.italic = italic or None


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
