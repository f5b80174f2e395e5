"""What stands before the values in a file of SPSS: read here, so that nothing false goes on.

The library that reads the values believes this part of the file, and some lies in it make it
stop the whole program. It also keeps to itself how the text is encoded and what weights it.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

ENCRYPTED = b"ENCRYPTEDSAV"
FIRST_RECORD = 176
VARIABLE, LABELS, LABELLED, DOCUMENT, EXTENSION, LAST = 2, 3, 4, 6, 7, 999
MACHINE, LONG_NAMES, ENCODING = 3, 13, 20  # kinds of extension
CODE_PAGES = {65001: "utf-8", 28591: "iso-8859-1", 51949: "euc-kr", 54936: "gb18030"}


class BrokenHeader(ValueError):
    """A header that contradicts itself or goes on beyond the end of the file."""


@dataclass(frozen=True)
class SpssHeader:
    """What a file of SPSS says of itself.

    Parameters
    ----------
    encoding
        Encoding of its text, by its name in Python; empty if the file does not say.
    weight
        Name of the variable that weights the cases, as its bytes stand; may be empty.
    """

    encoding: str
    weight: bytes


def read_spss_header(content: bytes) -> SpssHeader:
    """Walk through the header, record by record.

    Parameters
    ----------
    content
        The whole file.

    Raises
    ------
    BrokenHeader
        When a record is of no known kind, or is longer than the file.
    """
    order = "<" if content[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
    names: list[bytes] = []
    extensions: dict[int, bytes] = {}
    try:
        (weight,) = struct.unpack_from(order + "i", content, 76)
        for kind, start, end in _records(content, order):
            if kind == VARIABLE:
                names.append(content[start + 20 : start + 28].rstrip())
            elif kind == EXTENSION:
                (which,) = struct.unpack_from(order + "I", content, start)
                extensions[which] = content[start + 12 : end]
    except struct.error as reason:
        raise BrokenHeader from reason
    short = names[weight - 1] if 0 < weight <= len(names) else b""
    return SpssHeader(_encoding(extensions, order), _long_names(extensions).get(short, short))


def _records(content: bytes, order: str) -> Iterator[tuple[int, int, int]]:
    at = FIRST_RECORD
    while True:
        (kind,) = struct.unpack_from(order + "I", content, at)
        if kind == LAST:
            return
        end = _end(kind, content, at + 4, order)
        if end > len(content):
            raise BrokenHeader
        yield kind, at + 4, end
        at = end


def _end(kind: int, content: bytes, at: int, order: str) -> int:
    if kind == VARIABLE:
        _, labelled, missing = struct.unpack_from(order + "iIi", content, at)
        end = at + 28
        if labelled:
            (length,) = struct.unpack_from(order + "I", content, end)
            end += 4 + _rounded(length, 4)
        return int(end + 8 * abs(missing))
    if kind == LABELS:
        return _end_of_labels(content, at, order)
    if kind in (LABELLED, DOCUMENT):
        (count,) = struct.unpack_from(order + "I", content, at)
        return int(at + 4 + count * (4 if kind == LABELLED else 80))
    if kind == EXTENSION:
        _, size, count = struct.unpack_from(order + "3I", content, at)
        return int(at + 12 + size * count)
    raise BrokenHeader


def _end_of_labels(content: bytes, at: int, order: str) -> int:
    (count,) = struct.unpack_from(order + "I", content, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("B", content, at + 8)
        at += 8 + _rounded(length + 1, 8)
    return at


def _rounded(length: int, unit: int) -> int:
    return -(-length // unit) * unit


def _encoding(extensions: dict[int, bytes], order: str) -> str:
    declared = extensions.get(ENCODING, b"").decode("ascii", "replace").strip("\0 ")
    machine = extensions.get(MACHINE, b"")
    if not declared and len(machine) == 32:
        page = struct.unpack(order + "8i", machine)[7]
        # 2 and 3, "some text of 7 or 8 bits", are no code pages: any language may be meant.
        declared = CODE_PAGES.get(page, f"cp{page}")
    name = re.sub("^(x-)?windows-", "cp", declared.lower())
    try:
        b"".decode(name)  # refuses what is no encoding of text
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _long_names(extensions: dict[int, bytes]) -> dict[bytes, bytes]:
    pairs = (pair.partition(b"=") for pair in extensions.get(LONG_NAMES, b"").split(b"\t"))
    return {short.upper(): name for short, _, name in pairs}
