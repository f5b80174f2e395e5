"""Files that are no text table, whatever their ending says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from cohort_stats.problem import CohortError, Problem

HEAD = 4_096  # first bytes, in which a file shows what it is
UNPACK = "unpack it first"
AS_WORKBOOK = "open it in Excel and save it as .xlsx"
EXPORT = "export the table itself, as .xlsx or .csv"
#: First bytes -> what the file is, and what to do.
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or protected workbook (.xls)", AS_WORKBOOK),
    (b"%PDF", "a PDF document", EXPORT),
    (b"{\\rtf", "a document (.rtf)", EXPORT),
    (b"\x1f\x8b", "a packed file (.gz)", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (.7z)", UNPACK),
    (b"Rar!", "a packed file (.rar)", UNPACK),
    (b"\x89PNG", "a picture", EXPORT),
    (b"\xff\xd8\xff", "a picture", EXPORT),
    (b"PAR1", "a Parquet file", "rename it to .parquet"),
    (b"$FL2", "an SPSS file", "rename it to .sav"),
    (b"$FL3", "an SPSS file", "rename it to .zsav"),
    (b"<stata_dta>", "a Stata file", "rename it to .dta"),
    (b"MIME-Version:", "a web page", AS_WORKBOOK),
)
#: Part of an archive -> what the file is, and what to do.
_PARTS = {
    "xl/vbaProject.bin": ("a workbook", "rename it to .xlsm"),
    "xl/workbook.xml": ("a workbook", "rename it to .xlsx"),
    "xl/workbook.bin": ("a workbook (.xlsb)", AS_WORKBOOK),
    "word/document.xml": ("a Word document", EXPORT),
}
_MARKUP = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype|html|head|meta|style|body|table|div|center|font|br|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = bytes(i for i in range(32) if i not in b"\t\n\v\f\r\x1a") + b"\x7f"


def refuse_other_kinds(path: Path, content: bytes) -> None:
    """Refuse a workbook, a document or a packed file, and say what it is.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its bytes.

    Raises
    ------
    CohortError
        When the first bytes belong to a file of another kind.
    """
    if content.startswith(b"PK\x03\x04"):
        raise _refusal(path, *_in_archive(content))
    for beginning, kind, hint in _BEGINNINGS:
        if content.startswith(beginning):
            raise _refusal(path, kind, hint)


def refuse_binary(path: Path, content: bytes) -> None:
    """Refuse a file whose bytes are no text in any encoding of one or two bytes.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its bytes.

    Raises
    ------
    CohortError
        When control characters are more than a few.
    """
    head = content[:HEAD]
    if 50 * (len(head) - len(head.translate(None, _CONTROL))) > len(head):
        raise _refusal(path, "a file that is not text", EXPORT)


def refuse_markup(path: Path, text: str) -> None:
    """Refuse web pages and XML, as which hospital systems save tables for Excel.

    Parameters
    ----------
    path
        The file, for messages.
    text
        The text, or its beginning.

    Raises
    ------
    CohortError
        When it begins like one of these.
    """
    if text.lstrip().startswith("<?xml"):
        raise _refusal(path, "an XML file", AS_WORKBOOK)
    if _MARKUP.match(text[:HEAD]):
        raise _refusal(path, "a web page", AS_WORKBOOK)


def _refusal(path: Path, kind: str, hint: str) -> CohortError:
    return CohortError([Problem(path.name, "", "a text table", kind, hint)])


def _in_archive(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a damaged workbook or packed file", "copy or export it again"
    for part, kind in _PARTS.items():
        if part in parts:
            return kind
    if b"opendocument.spreadsheet" in content[:HEAD]:
        return "a workbook", "rename it to .ods"
    return "a packed file (.zip)", UNPACK
