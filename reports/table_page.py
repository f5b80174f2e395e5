"""Tables alone as an HTML page, from which they can be pasted into a word processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from reports.house_style import italic_parts
from reports.table import Heading, Row, Table

STYLE = """
body{font:10pt "Times New Roman",serif;margin:2em;max-width:75em}
table{border-collapse:collapse;border-top:1.5px solid;border-bottom:1.5px solid;margin-top:2em}
caption{text-align:left;padding-bottom:.3em}
thead th{border-bottom:.75px solid;vertical-align:bottom}
th,td{padding:.1em .6em;text-align:center;vertical-align:top}
th.words,td.words,tbody th{text-align:left}
td:not(.words){white-space:nowrap}
sup{line-height:0}
tbody th{font-weight:normal;min-width:10em}
p.note{font-size:85%;margin:.1em 0}
.warning{color:#b00020;font-weight:bold}
"""


def tables_page(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    """Write a page that needs nothing else.

    Parameters
    ----------
    tables
        In order of their numbers.
    title, lead
        Its first lines; one that begins with SYNTHETIC stands out.
    """
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
    ]
    for line in lead:
        warning = ' class="warning"' if line.startswith("SYNTHETIC") else ""
        parts.append(f"<p{warning}>{escape(line)}</p>")
    for number, table in enumerate(tables, start=1):
        parts += _table(table, number)
    return "\n".join([*parts, "</body></html>", ""]).encode()


def _table(table: Table, number: int) -> Iterator[str]:
    yield f"<table><caption><b>Table {number}.</b> {in_html(table.title)}</caption><thead>"
    for headings in table.headings():
        cells = (_heading(cell, table.flush[cell.first]) for cell in headings)
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</thead><tbody>"
    yield from (_row(row, table.flush) for row in table.rows)
    yield "</tbody></table>"
    yield from (f'<p class="note">{in_html(note)}</p>' for note in table.notes)
    for letter, words in table.footnotes.items():
        yield f'<p class="note"><sup>{letter}</sup>{in_html(words)}</p>'


def _heading(cell: Heading, flush: bool) -> str:
    look = f' rowspan="{cell.down}"' if cell.down > 1 else ""
    if cell.shared:
        look += f' colspan="{cell.last - cell.first + 1}" scope="colgroup"'
    else:
        look += ' class="words" scope="col"' if flush else ' scope="col"'
    return f"<th{look}>{in_html(cell.words)}</th>"


def _row(row: Row, flush: Sequence[bool]) -> str:
    name = in_html(str(row.cells[0]))
    look = f' style="padding-left:{0.6 + 1.5 * row.indent}em"' if row.indent else ""
    if row.words_only:
        return f'<tr><th scope="rowgroup" colspan="{len(flush)}"{look}>{name}</th></tr>'
    cells = "".join(
        f"<td{' class=words' if left else ''}>{in_html(str(cell))}"
        f"{f'<sup>{cell.mark}</sup>' if cell.mark else ''}</td>"
        for cell, left in zip(row.cells[1:], flush[1:], strict=True)
    )
    return f'<tr><th scope="row"{look}>{name}</th>{cells}</tr>'


def in_html(words: str) -> str:
    """Words as HTML, the letters of p-values in italics where the style wants it."""
    return "".join(
        f"<i>{escape(part)}</i>" if italic else escape(part) for part, italic in italic_parts(words)
    )
