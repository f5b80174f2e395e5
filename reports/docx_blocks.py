"""The paragraphs and tables of a Word document in their order, wherever they are put."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

_NUMBER = r"(?:[se]-?)?(?:\d+|[ivx]+\b)(?:\.\d+)?[a-z]?\b"
CAPTION = re.compile(
    rf"(?i)^\s*(?:(?:supplementa(?:ry|l)|extended data|online)\s+)?"
    rf"(?:e?table|tab\.|tabelle|tableau|tabla|tabella|tabel)\s+{_NUMBER}"
)
FIGURE = re.compile(r"^\s*(Supplementary\s+)?Fig(ure|\.)\s*S?\d+", re.IGNORECASE)
P, TABLE = qn("w:p"), qn("w:tbl")
#: What is around paragraphs, rows and cells without being one: content controls and the like.
_WRAPPERS = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def children(element: Any, *tags: str) -> Iterator[Any]:
    """Children with these tags, also those in content controls and accepted insertions."""
    for child in element.iterchildren():
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from children(child, *tags)


def blocks_in(element: Any) -> Iterator[Any]:
    """Paragraphs and tables; of a table that holds tables, what its cells hold.

    Parameters
    ----------
    element
        The body, or a cell.
    """
    for block in children(element, P, TABLE):
        inner = [t for t in block.iter(TABLE) if t is not block]
        if block.tag == P:
            yield block
            yield from (t for t in inner if next(t.iterancestors(_FALLBACK), None) is None)
        elif inner:
            for row in children(block, qn("w:tr")):
                for cell in children(row, qn("w:tc")):
                    yield from blocks_in(cell)
        else:
            yield block


def style_of(paragraph: Any) -> str:
    """The name of a paragraph's style, empty where it has none."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val"), ""))
