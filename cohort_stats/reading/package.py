"""The parts of a zipped workbook, taken out piece by piece; what a file claims is not believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol
from xml.parsers import expat

#: What damaged bytes make zipfile, zlib, expat and the conversions of numbers raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    EOFError,
    LookupError,
    ArithmeticError,
    ValueError,
    NotImplementedError,
)
PIECE = 1 << 18
LARGEST_UNPACKED = 2_000_000_000
#: A sheet of Excel with the same word in every cell shrinks to a 25th; an OpenDocument sheet of
#: zeros and ones to a 120th, one with the same word in every cell to a 270th. Deflate reaches
#: a 1000th, but only with what was made to fill the memory.
HIGHEST_RATIO = 400
RATIO_FROM = 50_000_000
#: A cell of a spreadsheet holds 32,767 characters; tags are shorter still.
LONGEST_TOKEN = 4_000_000
ORDINARY = "a workbook of ordinary size"


class Refused(Exception):
    """A workbook that is not read.

    Parameters
    ----------
    found
        What is wrong with it, in the user's words.
    hint
        A likely remedy; may be empty.
    expected
        What would have been read.
    """

    def __init__(self, found: str, hint: str = "", expected: str = "a readable workbook"):
        super().__init__(found)
        self.found = found
        self.hint = hint
        self.expected = expected


class Package:
    """The parts of a zipped workbook.

    Parameters
    ----------
    content
        The bytes of the file.

    Raises
    ------
    zipfile.BadZipFile
        When they are no archive.
    """

    def __init__(self, content: bytes):
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._size = len(content)
        self._unpacked = 0
        # Some programs write backslashes, or other capitals than in their own references.
        names = self._archive.namelist()
        self._names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in names}

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._names

    def any_part(self, beginning: str) -> bool:
        """Whether the name of any part begins like this."""
        return any(name.startswith(beginning.casefold()) for name in self._names)

    def pieces(self, part: str) -> Iterator[bytes]:
        """One part, inflated piece by piece and never beyond the limits.

        Raises
        ------
        Refused
            When it unpacks to more than is reasonable, or is encrypted.
        """
        name = self._names[part.casefold()]
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise Refused("a workbook protected with a password", "save it without a password")
        # zipfile inflates these two in pieces, but other methods whole.
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("a compression that spreadsheet programs do not use")
        with self._archive.open(info) as stream:
            while piece := stream.read(PIECE):
                self._count(len(piece))
                yield piece

    def _count(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > LARGEST_UNPACKED:
            found = f"one that unpacks to more than {LARGEST_UNPACKED / 1e9:g} GB"
            raise Refused(found, expected=ORDINARY)
        if self._unpacked > max(RATIO_FROM, HIGHEST_RATIO * self._size):
            found = f"one that unpacks to more than {HIGHEST_RATIO} times its size"
            raise Refused(found, "copy the table into a new workbook", ORDINARY)


class PartReader(Protocol):
    """What is called for the elements of a part; names are ``namespace name``."""

    def begin(self, namespace: str) -> None:
        """Learn the namespace of the outermost element."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, text: str) -> None:
        """Meet text, or a piece of it."""


def parse(pieces: Iterator[bytes], reader: PartReader) -> None:
    """Call `reader` for every element of a part.

    Raises
    ------
    Refused
        When the part defines entities, or holds a tag of absurd length.
    xml.parsers.expat.ExpatError
        When it is not XML.
    """
    parser = _parser()

    def first(name: str, attributes: dict[str, str]) -> None:
        reader.begin(name.rpartition(" ")[0])
        parser.StartElementHandler = reader.start
        reader.start(name, attributes)

    parser.StartElementHandler = first
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    for _ in _fed(parser, pieces):
        pass


def elements(package: Package, part: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every element of a small part: the name around it, its own, and its attributes."""
    parser = _parser()
    around = [""]
    met: list[tuple[str, str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        met.append((around[-1], name, attributes))
        around.append(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: around.pop()
    for _ in _fed(parser, package.pieces(part)):
        yield from met
        met.clear()


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = PIECE
    parser.StartDoctypeDeclHandler = _refuse_definitions
    return parser


def _refuse_definitions(*_: object) -> None:
    # Entities that unfold to gigabytes, or fetch other files, need such a definition.
    raise Refused("definitions of its own (DOCTYPE), which no spreadsheet program writes")


def _fed(parser: expat.XMLParserType, pieces: Iterator[bytes]) -> Iterator[None]:
    fed = 0
    for piece in pieces:
        parser.Parse(piece, False)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Refused("a damaged file, with a tag that does not end")
        yield
    parser.Parse(b"", True)
    yield
