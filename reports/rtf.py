"""Tables as rich text, for word processors that do not read Word's own files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.column_widths import MARGIN, PAGE, Laid, laid_out
from reports.house_style import house_style, italic_parts
from reports.table import Cell, Row, Table
from reports.unbroken import JOINER
from reports.word_table import THICK, THIN, TWIPS

INDENT = 4.0  # mm
RULE = {THICK: 20, THIN: 10}  # twentieths of a point
#: Room between the words of a cell and its edges; old readers know the first word, others the rest.
ROOM = r"\trgaph57\trleft0\trpaddl57\trpaddr57\trpaddfl3\trpaddfr3"
ACROSS, CENTRED, KEPT, HEAD, RED = r"\lndscpsxn", r"\qc", r"\keepn", r"\trhdr", r"\cf1 "


def tables_rtf(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    """Write tables, numbered, one after the other; wide ones on landscape pages.

    Parameters
    ----------
    tables
        In order of their numbers.
    title, lead
        Its first lines; one that begins with SYNTHETIC stands on every page.
    """
    warnings = [line for line in lead if line.startswith("SYNTHETIC")]
    style = house_style()
    pages = [laid_out(table) for table in tables]
    landscape = bool(pages) and pages[0][0].landscape
    parts = [
        rf"{{\rtf1\ansi\ansicpg1252\uc1\deff0{{\fonttbl{{\f0 {style.font};}}}}",
        r"{\colortbl;\red176\green0\blue32;}",
        _page(landscape),
        rf"{{\header\pard\fs16 {_escaped(' '.join([*warnings, title]))}\par}}",
        rf"\pard\b\fs28 {_escaped(title)}\b0\par",
    ]
    for line in lead:
        colour = RED if line in warnings else ""
        parts.append(rf"{{\pard\fs{round(2 * style.size)} {colour}{_escaped(line)}\par}}")
    for number, laid in enumerate(pages, start=1):
        if laid[0].landscape != landscape:
            landscape = laid[0].landscape
            parts.append(rf"\sect{_page(landscape)}")
        for part in laid:
            parts += _table(part, number)
    return "\n".join([*parts, "}"]).encode("ascii")


def _page(landscape: bool) -> str:
    width, height = (round(side * TWIPS) for side in (PAGE[::-1] if landscape else PAGE))
    margin = round(MARGIN * TWIPS)
    sides = "".join(rf"\marg{side}sxn{margin}" for side in "lrtb")
    return rf"\sectd\pgwsxn{width}\pghsxn{height}{ACROSS * landscape}{sides}"


def _table(laid: Laid, number: int) -> Iterator[str]:
    table, size = laid.table, round(2 * laid.size)
    counted = rf"{{\field{{\*\fldinst SEQ Table \\* ARABIC}}{{\fldrslt {number}}}}}"
    begin = rf"Table {number} (continued)." if laid.continued else f"Table {counted}."
    yield rf"{{\pard\keepn\sb280\sa60\fs{size}\b {begin}\b0  {_words(table.title)}\par}}"
    ends = [round(sum(laid.widths[: j + 1]) * TWIPS) for j in range(len(laid.widths))]
    for line in _heads(table, ends):
        yield rf"{{\fs{size} {line}}}"
    for i, (row, keep) in enumerate(zip(table.rows, laid.kept, strict=True)):
        last = i + 1 == len(table.rows)
        yield rf"{{\fs{size} {_row(row, ends, table.flush, last, keep)}}}"
    lines = [_words(note) for note in table.notes]
    lines += [rf"{{\super {m}}}{_words(w)}" for m, w in table.footnotes.items()]
    yield "\n".join(
        rf"{{\pard{KEPT * (i + 1 < len(lines))}\fs16 {line}\par}}" for i, line in enumerate(lines)
    )


def _heads(table: Table, ends: Sequence[int]) -> Iterator[str]:
    top = THICK
    for spans in table.shared():
        cells = [(words, ends[last], top, THIN * bool(words)) for words, _, last in spans]
        yield _line(cells, head=True)
        top = 0
    cells = [(c.label, end, top, THIN) for c, end in zip(table.columns, ends, strict=True)]
    yield _line(cells, head=True)


def _line(cells: Sequence[tuple[str, int, int, int]], head: bool) -> str:
    """A row of words only: (words, right edge, rule above, rule below)."""
    edges = "".join(_edge(end, above, below) for _, end, above, below in cells)
    body = "".join(
        rf"\pard\intbl\keepn{CENTRED * (j > 0)}{{\b {_words(words)}}}\cell"
        for j, (words, *_) in enumerate(cells)
    )
    return rf"\trowd\trkeep{ROOM}{HEAD * head}{edges}{body}\row"


def _row(row: Row, ends: Sequence[int], flush: Sequence[bool], last: bool, keep: bool) -> str:
    below = THICK if last else 0
    cells, edges = list(row.cells), list(ends)
    if row.words_only:
        cells, edges = cells[:1], edges[-1:]
    indent = rf"\li{round(row.indent * INDENT * TWIPS)}"
    looks = [indent, *("" if left else CENTRED for left in flush[1:])]
    body = "".join(
        rf"\pard\intbl{KEPT * keep}{looks[j]} {_cell(cell)}\cell" for j, cell in enumerate(cells)
    )
    return rf"\trowd\trkeep{ROOM}{''.join(_edge(end, 0, below) for end in edges)}{body}\row"


def _edge(end: int, above: int, below: int) -> str:
    rules = rf"\clbrdrt\brdrs\brdrw{RULE[above]}" if above else ""
    rules += rf"\clbrdrb\brdrs\brdrw{RULE[below]}" if below else ""
    return rf"{rules}\cellx{end}"


def _cell(cell: Cell) -> str:
    return _words(str(cell)) + (rf"{{\super {cell.mark}}}" if cell.mark else "")


def _words(words: str) -> str:
    return "".join(
        rf"{{\i {_escaped(part)}}}" if italic else _escaped(part)
        for part, italic in italic_parts(words)
    )


def _escaped(words: str) -> str:
    found = []
    for sign in words:
        if sign == JOINER:
            found.append(r"\zwnbo ")
        elif sign in "\\{}":
            found.append(f"\\{sign}")
        elif sign.isascii():
            found.append(sign)
        else:  # units of UTF-16, signed, with a sign for readers that know none
            units = sign.encode("utf-16-le")
            pairs = (units[k] + 256 * units[k + 1] for k in range(0, len(units), 2))
            found += [rf"\u{unit - 65536 if unit > 32767 else unit}?" for unit in pairs]
    return "".join(found)
