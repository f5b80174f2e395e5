"""A Word document as tables and paragraphs: merged cells, indents, superscripts kept apart."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from analyses.manuscripts.source import (
    ManuscriptError,
    Source,
    SourceCell,
    SourceTable,
    cell_of,
    head_rows,
    plain_spaces,
    source_table,
    title_of,
)
from cohort_stats.problem import Problem
from reports.docx_blocks import CAPTION, FIGURE, TABLE, P, blocks_in, children, style_of

MOST_NOTES = 20
AS_DOCX = "open it in Word or LibreOffice and save it as .docx"
#: How files begin that old Word wrote, and those with a password.
_OLD = b"\xd0\xcf\x11\xe0"
#: A left indent from here on, in twentieths of a point, makes a row a level.
LEAST_INDENT = 60


def read_docx(path: str | Path) -> Source:
    """Read a Word document.

    Parameters
    ----------
    path
        Of a ``.docx``.

    Raises
    ------
    ManuscriptError
        When it is no such file.
    """
    path = Path(path)
    try:
        body = Document(str(path)).element.body
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, PackageNotFoundError):
        raise ManuscriptError([_refused(path)]) from None
    blocks = [*blocks_in(body)]
    words = ["" if b.tag == TABLE else _plain(b) for b in blocks]
    tables: list[SourceTable] = []
    notes_at: set[int] = set()
    captioned = any(CAPTION.match(each) for each in words)
    for i, block in enumerate(blocks):
        if block.tag == TABLE:
            title_at = _title_at(blocks, words, i)
            title = words[title_at] if title_at >= 0 else ""
            below = _notes_below(blocks, words, i)
            named = CAPTION.match(title)
            k = 1 + sum(b.tag == TABLE for b in blocks[:i])
            # Not "Table 1", which is another where others have captions.
            unnamed = f"Table {k} of the file, without a number" if captioned else f"Table {k}"
            name = named[0].strip() if named else unnamed
            made = _table(block, name, title, tuple(words[j] for j in below))
            notes_at |= {title_at, *below} if made else set()
            tables += [made] if made else []
    text = [w for j, w in enumerate(words) if w.strip() and j not in notes_at]
    return Source(path.name, tuple(tables), tuple(text))


def _refused(path: Path) -> Problem:
    """Why a file is no Word document that can be opened, and what to do."""
    expected = "a Word document (.docx)"
    if not path.is_file():
        return Problem(path.name, "", expected, "no such file")
    content = path.read_bytes()
    if content.startswith(_OLD):
        if "EncryptedPackage".encode("utf-16-le") in content:
            hint = "take the password off in Word (File, Info, Protect Document) and save it again"
            return Problem(path.name, "", expected, "a document with a password", hint)
        return Problem(path.name, "", expected, "an old Word document (.doc)", AS_DOCX)
    return Problem(path.name, "", expected, "another kind of file", AS_DOCX)


def _title_at(blocks: list[Any], words: list[str], i: int) -> int:
    """The paragraph above a table that is its caption; -1 where there is none."""
    at = next((j for j in range(i - 1, max(i - 4, -1), -1) if words[j].strip()), -1)
    caption = at >= 0 and (CAPTION.match(words[at]) or style_of(blocks[at]) == "Caption")
    return at if caption and not FIGURE.match(words[at]) else -1


def _notes_below(blocks: list[Any], words: list[str], at: int) -> list[int]:
    found = []
    for j in range(at + 1, min(at + 1 + MOST_NOTES, len(blocks))):
        if blocks[j].tag == TABLE or style_of(blocks[j]).startswith(("Heading", "Caption")):
            break
        if CAPTION.match(words[j]) or FIGURE.match(words[j]):
            break
        if words[j].strip():
            found.append(j)
    return found


def _runs(element: Any) -> list[tuple[str, bool]]:
    """Words of an element, and whether they are superscript."""
    found = []
    for run in element.iter(qn("w:r")):
        raised = run.find(qn("w:rPr") + "/" + qn("w:vertAlign"))
        above = raised is not None and raised.get(qn("w:val")) == "superscript"
        text = "".join(
            "\t" if part.tag == qn("w:tab") else " " if part.tag == qn("w:br") else part.text or ""
            for part in run
            if part.tag in (qn("w:t"), qn("w:tab"), qn("w:br"))
        )
        found.append((text, above))
    return found


def _plain(paragraph: Any) -> str:
    """A paragraph, with a space behind a superscript that begins it or a sentence: a mark."""
    words = ""
    for text, above in _runs(paragraph):
        first = above and (not words or re.search(r"[.;,]\s+$", words))
        words += f"{text} " if first else text
    return plain_spaces(words)


def _table(block: Any, place: str, title: str, notes: tuple[str, ...]) -> SourceTable | None:
    """A table; a first row that is one cell across it is its title."""
    wide, marked = _rows(block, heads=None)
    if not wide or max(len(row) for row in wide) < 2:
        return None
    above = title_of(wide[0]) if len(wide) > 2 else ""
    heads = max(marked, head_rows(wide[bool(above) :]) + bool(above))
    rows, _ = _rows(block, heads)
    if above:
        named = CAPTION.match(above)
        place = place if title or not named else named[0].strip()
        title = f"{title} {above}".strip()
    return source_table(place, title, rows[bool(above) :], heads - bool(above), notes)


def _rows(block: Any, heads: int | None) -> tuple[list[list[SourceCell]], int]:
    """Rows, and how many are marked as headings; merged cells stand in each column of `heads`."""
    rows: list[list[SourceCell]] = []
    marked = 0
    for line in children(block, qn("w:tr")):
        is_head = line.find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None
        marked += is_head and marked == len(rows)
        above = rows[-1] if rows else []
        rows.append(_row(line, above, spread=heads is None or len(rows) < heads))
    return rows, marked


def _row(line: Any, above: list[SourceCell], *, spread: bool) -> list[SourceCell]:
    cells: list[SourceCell] = []
    for box in children(line, qn("w:tc")):
        properties = box.find(qn("w:tcPr"))
        span, merged = 1, None
        if properties is not None:
            grid, merged = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
            span = int(grid.get(qn("w:val"), "1")) if grid is not None else 1
        if merged is not None and merged.get(qn("w:val")) != "restart":
            cell = above[len(cells)] if spread and len(cells) < len(above) else SourceCell("")
        else:
            cell = _cell(box)
        cells += [cell, *[cell if spread else SourceCell("")] * (span - 1)]
    return cells


def _cell(box: Any) -> SourceCell:
    runs = []
    for i, paragraph in enumerate(children(box, P)):
        runs += [(" ", False)] * bool(i) + _runs(paragraph)
    words = "".join(text for text, above in runs if not above)
    mark = "".join(text for text, above in runs if above)
    left = box.find(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:ind')}")
    twips = (
        0 if left is None else int(float(left.get(qn("w:left")) or left.get(qn("w:start")) or 0))
    )
    return cell_of(words, mark, indented=twips >= LEAST_INDENT)
