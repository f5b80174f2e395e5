"""A table in Word's own XML: three rules, spanned headings, rows that stay whole.

Written directly, because python-docx looks every cell up anew and takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from reports.column_widths import Laid
from reports.house_style import house_style, italic_parts
from reports.table import Heading, Row, Table

TWIPS = 1440 / 25.4  # Word's unit of length, in a millimetre
THICK, THIN = 8, 4  # rules, in eighths of a point
INDENT = 4.0  # mm


def table_xml(laid: Laid) -> str:
    """A ``w:tbl`` element of a table laid out on its page."""
    table = laid.table
    size = [round(width * TWIPS) for width in laid.widths]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in size)
    heads = _heads(table, size)
    rows = len(table.rows)
    body = [
        _body_row(row, size, table.flush, last=i + 1 == rows, keep=keep)
        for i, (row, keep) in enumerate(zip(table.rows, laid.kept, strict=True))
    ]
    smaller = f'<w:sz w:val="{round(2 * laid.size)}"/>' if laid.size < house_style().size else ""
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(size)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(heads)}{''.join(body)}</w:tbl>"
    )
    return xml.replace(_SIZE, smaller)


def _heads(table: Table, size: Sequence[int]) -> list[str]:
    """Rows of headings; one that takes several rows is a cell that the rows below continue."""
    rows = table.headings()
    lines: list[dict[int, str]] = [{} for _ in rows]
    for i, row in enumerate(rows):
        for heading in row:
            for k in range(i, i + heading.down):
                lines[k][heading.first] = _heading(heading, table, size, k - i, first=k == 0)
    return [_row([line[j] for j in sorted(line)], head=True) for line in lines]


def _heading(heading: Heading, table: Table, size: Sequence[int], part: int, first: bool) -> str:
    """A heading's cell in the first, second, … of its rows."""
    taken = heading.last - heading.first + 1
    spans = f'<w:gridSpan w:val="{taken}"/>' if taken > 1 else ""
    if heading.down > 1:
        spans += "<w:vMerge/>" if part else '<w:vMerge w:val="restart"/>'
    return _cell(
        "" if part else heading.words,
        sum(size[heading.first : heading.last + 1]),
        bold=True,
        centre=heading.shared or not table.flush[heading.first],
        top=THICK if first else 0,
        bottom=THIN if part + 1 == heading.down and (heading.words or not heading.shared) else 0,
        spans=spans,
    )


def _body_row(row: Row, size: Sequence[int], flush: Sequence[bool], last: bool, keep: bool) -> str:
    if row.words_only:
        whole = f'<w:gridSpan w:val="{len(size)}"/>' if len(size) > 1 else ""
        words, rule = str(row.cells[0]), THICK if last else 0
        cell = _cell(words, sum(size), bottom=rule, indent=row.indent, keep=keep, spans=whole)
        return _row([cell])
    cells = [
        _cell(
            str(cell),
            w,
            mark=cell.mark,
            centre=not flush[j],
            bottom=THICK if last else 0,
            indent=row.indent if j == 0 else 0,
            keep=keep,
        )
        for j, (cell, w) in enumerate(zip(row.cells, size, strict=True))
    ]
    return _row(cells)


def _row(cells: Sequence[str], head: bool = False) -> str:
    repeat = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    words: str,
    width: int,
    *,
    mark: str = "",
    bold: bool = False,
    centre: bool = False,
    top: int = 0,
    bottom: int = 0,
    indent: int = 0,
    keep: bool = True,
    spans: str = "",
) -> str:
    rules = "".join(
        f'<w:{edge} w:val="single" w:sz="{rule}" w:color="000000"/>'
        for edge, rule in (("top", top), ("bottom", bottom))
        if rule
    )
    style = "<w:keepNext/>" * keep + '<w:spacing w:before="20" w:after="20"/>'
    style += f'<w:ind w:left="{round(indent * INDENT * TWIPS)}"/>' if indent else ""
    style += '<w:jc w:val="center"/>' if centre else ""
    style += f"<w:rPr>{_SIZE}</w:rPr>"  # else an empty cell has the height of larger letters
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}'
        f"{f'<w:tcBorders>{rules}</w:tcBorders>' if rules else ''}</w:tcPr>"
        f"<w:p><w:pPr>{style}</w:pPr>{_runs(words, bold)}"
        f"{_run(mark, after=SUPERSCRIPT)}</w:p></w:tc>"
    )


SUPERSCRIPT = '<w:vertAlign w:val="superscript"/>'
_SIZE = "<w:sz/>"  # stands where the size of the letters goes


def _runs(words: str, bold: bool) -> str:
    parts = italic_parts(words)
    return "".join(_run(part, "<w:b/>" * bold + "<w:i/>" * italic) for part, italic in parts)


def _run(words: str, before: str = "", after: str = "") -> str:
    if not words:
        return ""
    look = f"<w:rPr>{before}{_SIZE}{after}</w:rPr>"
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
