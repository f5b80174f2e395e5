"""Text that a spreadsheet program must not take for a formula.

In a workbook a cell says of itself that it is text. In a text table it cannot: a program that
opens ``=1+1`` computes it. Such texts get an apostrophe in front, in every text table written here.
"""

from __future__ import annotations

import re

import pandas as pd

_NUMBER = re.compile(r"[+-]?(inf|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def as_text(text: str) -> str:
    """A text with an apostrophe in front, if it begins with ``=``, ``+``, ``-`` or ``@``.

    Parameters
    ----------
    text
        A field of a text table. A number such as ``-1.5`` stays as it is. A text that would be
        mistaken for one written by this function gets an apostrophe as well, so that
        :func:`from_text` undoes exactly what was done.
    """
    return f"'{text}" if _would_be_one(text) else text


def from_text(text: str) -> str:
    """The text that :func:`as_text` was given."""
    return text[1:] if text.startswith("'") and _would_be_one(text[1:]) else text


def frame_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts are those of :func:`as_text`, to be written as a text table."""
    columns = {
        str(name): [as_text(cell) if isinstance(cell, str) else cell for cell in column]
        for name, column in frame.items()
        if column.dtype == object
    }
    return frame.assign(**columns)


def _would_be_one(text: str) -> bool:
    return _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None
