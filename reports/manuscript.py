"""The manuscript as a Word document: methods and results in sentences, tables, figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor

from reports.column_widths import page_width
from reports.content import Picture, banners, made_with, source_lines
from reports.house_style import house_style
from reports.methods import VERBATIM
from reports.table import Table
from reports.text import methods_text, results_text
from reports.view import View
from reports.word import add_words, set_page, tables_document

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.text.paragraph import Paragraph

TEXT_SIZE, HEADING_SIZE = Pt(11), Pt(13)


def manuscript(view: View, tables: Sequence[Table], pictures: Sequence[Picture]) -> bytes:
    """Everything of a study that a manuscript holds.

    Parameters
    ----------
    view
        The study.
    tables, pictures
        In order of their numbers.

    Returns
    -------
    bytes
        The ``.docx``: title, banners, methods, results, tables, figures, how it was made.
    """

    def text(document: DocumentType) -> None:
        _prose(document, "Methods", methods_text(view))
        _prose(document, "Results", results_text(view))

    def figures(document: DocumentType) -> None:
        if pictures:
            set_page(document.add_section(WD_SECTION.NEW_PAGE), landscape=False)
        for picture in pictures:
            _add_picture(document, picture)
        # No heading of its own, which could be left behind at the foot of a page.
        _passages(document, [("How this was made", " ".join([*source_lines(view), made_with()]))])

    title = view.results.plan.file.study.title
    return tables_document(tables, title, banners(view), before=text, after=figures)


def _prose(document: DocumentType, heading: str, paragraphs: Sequence[tuple[str, str]]) -> None:
    _heading(document, heading)
    _passages(document, paragraphs)


def _passages(document: DocumentType, paragraphs: Sequence[tuple[str, str]]) -> None:
    for name, words in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}. ").bold = True
        if name in VERBATIM:
            paragraph.add_run(words)
        else:
            add_words(paragraph, words)
        paragraph.paragraph_format.space_after = Pt(6)
        for run in paragraph.runs:
            run.font.size = TEXT_SIZE


def _heading(document: DocumentType, words: str) -> None:
    run = document.add_heading(level=1).add_run(words)
    run.font.name, run.font.size = house_style().font, HEADING_SIZE
    run.font.color.rgb = RGBColor(0, 0, 0)


def _add_picture(document: DocumentType, picture: Picture) -> None:
    """A picture with its words for those who cannot see it, and the caption below it."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(12)
    width = min(picture.width, page_width(False))
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=Mm(width))
    described = shape._inline.docPr
    described.set("descr", picture.alt)
    described.set("name", f"Figure {picture.number}")
    _caption(document.add_paragraph(), picture)


def _caption(paragraph: Paragraph, picture: Picture) -> None:
    """``Figure 1. Title.``, counted by Word, so that a list of figures can be made of it."""
    paragraph.add_run("Figure ").bold = True
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" SEQ Figure \\* ARABIC ">'
    field += f"<w:r><w:rPr><w:b/></w:rPr><w:t>{picture.number}</w:t></w:r></w:fldSimple>"
    paragraph._p.append(parse_xml(field))
    paragraph.add_run(". ").bold = True
    add_words(paragraph, f"{picture.title}.")
    paragraph.paragraph_format.space_after = Pt(10)
