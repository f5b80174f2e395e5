"""A table in Word's own XML: three rules, spanned headings, rows that stay whole.

Written directly, because python-docx looks every cell up anew and takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from reports.column_widths import Laid
from reports.house_style import house_style, italic_parts
from reports.table import Row, Table

TWIPS = 1440 / 25.4  # Word's unit of length, in a millimetre
THICK, THIN = 8, 4  # rules, in eighths of a point
INDENT = 4.0  # mm
#: A table of up to so many lines stays on one page, portrait or landscape. A longer one may
#: break, but neither after a heading row nor before its last rows.
LINES_KEPT_TOGETHER = {False: 42, True: 26}
LAST_ROWS = 4


def table_xml(laid: Laid) -> str:
    """A ``w:tbl`` element of a table laid out on its page."""
    table = laid.table
    size = [round(width * TWIPS) for width in laid.widths]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in size)
    heads = _heads(table, size)
    rows = len(table.rows)
    breakable = 0 if laid.lines <= LINES_KEPT_TOGETHER[laid.landscape] else rows - LAST_ROWS
    body = [
        _body_row(row, size, table.flush, last=i + 1 == rows, keep=i >= breakable or row.heading)
        for i, row in enumerate(table.rows)
    ]
    smaller = f'<w:sz w:val="{round(2 * laid.size)}"/>' if laid.size < house_style().size else ""
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(size)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(heads)}{''.join(body)}</w:tbl>"
    )
    return xml.replace(_SIZE, smaller)


def _heads(table: Table, size: Sequence[int]) -> list[str]:
    labels = [column.label for column in table.columns]
    last = [
        _cell(
            label,
            w,
            bold=True,
            centre=not table.flush[j],
            bottom=THIN,
            top=0 if table.has_spanners else THICK,
        )
        for j, (label, w) in enumerate(zip(labels, size, strict=True))
    ]
    if not table.has_spanners:
        return [_row(last, head=True)]
    first = []
    for words, start, end in table.spans():
        width = sum(size[start : end + 1])
        if words:
            span = f'<w:gridSpan w:val="{end - start + 1}"/>'
            first.append(
                _cell(words, width, bold=True, centre=True, top=THICK, bottom=THIN, spans=span)
            )
        else:
            merge = '<w:vMerge w:val="restart"/>'
            first.append(
                _cell(
                    labels[start],
                    width,
                    bold=True,
                    centre=not table.flush[start],
                    top=THICK,
                    spans=merge,
                )
            )
            last[start] = _cell("", width, bottom=THIN, spans="<w:vMerge/>")
    return [_row(first, head=True), _row(last, head=True)]


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
