"""Sentences and sections of a drafted plan that are about its table alone."""

from __future__ import annotations

from collections.abc import Sequence

from cohort_stats.describing.drafting import Draft
from cohort_stats.describing.heading_words import plain_name
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.toml_text import toml_comment, toml_value
from cohort_stats.rawtable import RawTable
from cohort_stats.wording import counted

TYPE_WORDS = {"yesno": "yes/no", "integer": "whole number", "text": "free text"}
LEFT_OUT = "Columns of the file that are left out here:"
#: Levels whose counts are told.
MOST_SHOWN = 12


def fact(found: ColumnProfile) -> str:
    """What a column's cells look like, without a value of an id or a text."""
    words = TYPE_WORDS.get(found.type, found.type)
    cells = f"{words}, from {found.filled} of {counted(found.rows, 'cell')}"
    if found.quartiles and found.type in ("number", "integer", "date"):
        low, high = toml_value(found.quartiles[0]), toml_value(found.quartiles[-1])
        return f"{cells}: {low} to {high}"
    if 0 < len(found.levels) <= MOST_SHOWN:
        return f"{cells}: {', '.join(f'{x.label} ({x.count})' for x in found.levels)}"
    return cells


def commented(lines: Sequence[str]) -> str:
    """Lines of a plan as comments."""
    return "".join(f"{toml_comment(line)}\n" for line in lines)


def opening(table: RawTable, drafted: Draft) -> str:
    """What the draft is, and which columns it leaves out."""
    lines = [
        f"Drafted by cohort-stats from {table.path.name}. Nothing here is certain: look over the",
        "types, the levels and their order, and every line that begins with 'review:'; those with",
        "'guessed:' say what the cells look like.",
    ]
    if drafted.left_out:
        lines += ["", LEFT_OUT]
        lines += [f"  {sentence}" for sentence in drafted.left_out]
    return "".join(toml_comment(line).strip() + "\n" for line in lines)


def study(table: RawTable, key: str) -> str:
    """The section ``[study]``; the key is that of the file's name unless given."""
    fields = {
        "key": key or plain_name(table.path.stem, 1),
        "title": "Title of your study",
        "question": "Question of your study",
        "design": "Design of your study",
    }
    if table.sheet and table.sheet != "Cohort":
        fields["sheet"] = table.sheet
    lines = (f"{key} = {toml_value(value)}\n" for key, value in fields.items())
    return f"[study]\n{''.join(lines)}"
