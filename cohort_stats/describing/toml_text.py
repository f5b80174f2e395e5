"""Values written as TOML, whatever letters they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x80-\x9f  ]+")


def toml_value(value: Any) -> str:
    """A value of a plan file: text, number, date, yes/no, list or table of text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return f'"{"".join(map(_letter, str(value)))}"'


def toml_key(key: str) -> str:
    """A key, in quotation marks where it needs them."""
    return key if _BARE.fullmatch(key) else toml_value(key)


def toml_comment(words: str) -> str:
    """A comment of one line."""
    return "# " + _CONTROL.sub(" ", "".join(map(_whole, words))).strip()


def _letter(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return f"\\u{ord(letter):04X}" if letter < " " or letter == "\x7f" else _whole(letter)


def _whole(letter: str) -> str:
    # Half of a surrogate pair is no letter, and cannot be written to a file.
    return "�" if "\ud800" <= letter <= "\udfff" else letter
