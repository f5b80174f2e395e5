"""The encoding of a text: stated by its first bytes, or found out, or asked for; never guessed."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from cohort_stats.problem import CohortError, Problem
from cohort_stats.reading.common_characters import COMMON
from cohort_stats.reading.other_kinds import refuse_binary, refuse_markup

SAMPLE = 65_536  # bytes of lines with characters beyond ASCII that are looked at
HEAD = 4_096  # first bytes, in which a text in UTF-16 shows itself
AS_UTF8 = "in Excel: save as 'CSV UTF-8'"
EXPORT_AGAIN = "the file is damaged or was cut off: copy or export it again"
_CUT_OFF = {"unexpected end of data", "truncated data", "incomplete multibyte sequence"}
WESTERN = "Windows-1252 (Western European)"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Turkish, Czech and Icelandic letters share the codes of these: they decide nothing.
_ACCENTED = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŠšŽžŒœŸ")
_INSIDE_WORDS = set("’‘·–—\xad")  # l’été, col·laboració, a soft hyphen
_BESIDE_SIGNS = set("\xa0…»“”„«") | _INSIDE_WORDS


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a text are to be read.

    Parameters
    ----------
    codec
        Name for Python.
    name
        Name for the user; empty for UTF-8, which needs no mention.
    """

    codec: str
    name: str = ""


def find_encoding(path: Path, content: bytes) -> Encoding:
    """Find the encoding in which the whole of a text can be read without a doubt.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its bytes.

    Returns
    -------
    Encoding
        UTF-8 if the bytes allow it; UTF-16 with or without its mark; CP949, GB18030, Big5 or
        Shift-JIS if the text consists of what tables in that language consist of;
        Windows-1252 if its accented letters stand where such letters stand.

    Raises
    ------
    CohortError
        When two encodings are as likely, none is, or the text is damaged.

    Notes
    -----
    Central and Eastern European encodings of one byte (Windows-1250, 1251, …) differ from
    Windows-1252 by nothing but sense: they are refused where they leave signs inside words.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = Encoding("utf-16", "UTF-16")
    elif byte_order := _byte_order(content[:HEAD]):
        found = Encoding(byte_order, "UTF-16")
    else:
        refuse_binary(path, content)
        found = _of_bytes(path, content)
    text = _whole(path, content, found)
    refuse_markup(path, text)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        wrong = f"a character without meaning (code 0) in line {line}"
        raise CohortError([Problem(path.name, "", "a text table", wrong, EXPORT_AGAIN)])
    return found


def _of_bytes(path: Path, content: bytes) -> Encoding:
    if content.isascii() or content.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    sample = _lines_beyond_ascii(content)
    text = sample.decode("utf-8", "ignore")
    if _is_utf8(sample, text):
        if _by_chance(text, sample):
            raise CohortError([_undecided(path)])
        return Encoding("utf-8-sig")
    return _found_out(path, sample)


def _is_utf8(sample: bytes, text: str) -> bool:
    # A few wrong bytes in a text in UTF-8 do not make it another encoding: they are damage.
    beyond = len(_BEYOND_ASCII.findall(text))
    lost = len(sample) - len(text.encode())
    return 3 * lost <= beyond


def _by_chance(text: str, sample: bytes) -> bool:
    # 女 of GB18030 is Ů in UTF-8: these bytes are valid in both, and a table in both.
    if not all("\u0100" <= c <= "\u07ff" for c in set(text) if c > "\x7f"):
        return False
    return any(common == letters > 0 for common, letters in (_common(sample, c) for c in COMMON))


def _byte_order(head: bytes) -> str:
    # In UTF-16 every delimiter, digit and line end has a zero byte, on the same side.
    if 20 * head.count(0) < len(head):
        return ""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if second > first and b"\n\0" in head.replace(b"\r", b"\n"):
        return "utf-16-le"
    if first > second and b"\0\n" in head.replace(b"\r", b"\n"):
        return "utf-16-be"
    return ""


def _lines_beyond_ascii(content: bytes) -> bytes:
    lines: list[bytes] = []
    size = 0
    for line in content.splitlines():
        if not line.isascii():
            lines.append(line[:SAMPLE])
            size += len(line)
        if size > SAMPLE:
            break
    return b"\n".join(lines)


def _found_out(path: Path, sample: bytes) -> Encoding:
    if share_western(sample) >= 0.9:
        return Encoding("cp1252", WESTERN)
    (best, codec), (second, _) = sorted(((weight(sample, c), c) for c in COMMON), reverse=True)[:2]
    if best >= 0.25 and best >= 2 * second:
        return Encoding(codec, COMMON[codec][0])
    raise CohortError([_undecided(path)])


def _undecided(path: Path) -> Problem:
    found = "text in an encoding that cannot be told from others"
    return Problem(path.name, "", "text in UTF-8", found, AS_UTF8)


def weight(sample: bytes, codec: str) -> float:
    """How well a text reads in an encoding: the share of its letters that are common there.

    Parameters
    ----------
    sample
        Bytes of the text.
    codec
        One of :data:`~cohort_stats.reading.common_characters.COMMON`.

    Returns
    -------
    float
        At most 1. A fraction of a letter is taken off, as a single one proves little.
    """
    common, letters = _common(sample, codec)
    return max(common - 0.75, 0) / letters if letters else 0.0


def _common(sample: bytes, codec: str) -> tuple[int, int]:
    text = sample.decode(codec, "replace")
    if 50 * text.count("\ufffd", 0, -1) > len(_BEYOND_ASCII.findall(text)):
        return 0, 0
    # Punctuation and full-width digits stand at the same place in several encodings.
    letters = [c for c in text if c > "\x7f" and unicodedata.category(c)[0] in "LC"]
    return sum(c in COMMON[codec][1] for c in letters), len(letters)


def share_western(sample: bytes) -> float:
    """Share of the characters beyond ASCII that stand where Western European text has them.

    Parameters
    ----------
    sample
        Bytes of the text, taken for Windows-1252.
    """
    text = " " + sample.decode("cp1252", "replace") + " "
    places = [m.start() for m in _BEYOND_ASCII.finditer(text)]
    well = sum(_stands_well(text, i) for i in places)
    return well / len(places) if places else 0.0


def _stands_well(text: str, i: int) -> bool:
    before, character, after = text[i - 1], text[i], text[i + 1]
    if character in _ACCENTED:
        return _accent_stands_well(text, i)
    if character == "\ufffd" or (character.isalpha() and character not in "ªºµƒ"):
        return False
    if character == "µ":
        # A cell of Big5 with 無 alone has the bytes of µL.
        return not _is_letter(before) and not (after == "L" and before in ",;\t|")
    if _is_letter(before) and _is_letter(after):
        return character in _INSIDE_WORDS
    return all(c.isascii() or c in _ACCENTED or c in _BESIDE_SIGNS for c in (before, after))


def _accent_stands_well(text: str, i: int) -> bool:
    before, character, after = text[i - 1], text[i], text[i + 1]
    if not _is_letter(before) and not _is_letter(after):
        return before.isascii() and after.isascii()
    near = text[max(i - 2, 0) : i + 3]
    risen = character.isupper() and before.islower()
    return any(c.isascii() and c.isalpha() for c in near) and not risen


def _is_letter(character: str) -> bool:
    return (character.isascii() and character.isalpha()) or character in _ACCENTED


def _whole(path: Path, content: bytes, encoding: Encoding) -> str:
    try:
        return content.decode(encoding.codec)
    except UnicodeDecodeError as wrong:
        name = encoding.name or "UTF-8"
        if wrong.reason in _CUT_OFF:
            found = f"text in {name} that ends in the middle of a character"
            hint = EXPORT_AGAIN
        else:
            line = content.count(b"\n", 0, wrong.start) + 1
            found = f"text in {name} with something else in line {line}"
            hint = "mend that line in a text editor, or export the file again"
        raise CohortError([Problem(path.name, "", "text in one encoding", found, hint)]) from None
