"""A plan to begin with, drafted from the profile of an unknown table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cohort_stats.describing.drafting import Draft, dictionary_toml, draft
from cohort_stats.describing.heading_words import plain_name, spoken
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.toml_text import toml_comment, toml_value
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.rawtable import RawTable

DESCRIBED = ("number", "integer", "category", "ordered", "yesno")
EVENT = re.compile(
    r"\b(death|dead|died|event|deceased|recurrence|relapse|progression|failure|status|censor(ed)?"
    r"|cens)\b|사망|재발|死亡|复发"
)
TIME = re.compile(r"\b(time|survival|follow ?up|os|pfs|dfs|rfs|duration)\b|기간|추적|生存|随访")
TIME_UNITS = re.compile(
    r"^(d|days?|mos?|months?|y|yrs?|years?|개월|月|个月|monate)$", re.IGNORECASE
)


def draft_plan(
    table: RawTable, profiles: Sequence[ColumnProfile], known: DataDictionary | None = None
) -> str:
    """Write a whole plan file that describes every column of a table.

    Parameters
    ----------
    table
        The table as read.
    profiles
        What :func:`cohort_stats.describing.profile.profile` says of it.
    known
        A dictionary that exists already; see :func:`cohort_stats.describing.drafting.draft`.

    Returns
    -------
    str
        TOML. Lines that begin with ``# review:`` name what a user should look at. Without a
        number or category in the table the plan's step is a comment, and the plan cannot be run.
    """
    drafted = draft(profiles, known)
    parts = [
        _opening(table, drafted),
        _study(table),
        dictionary_toml(drafted.dictionary, drafted.comments),
        _endpoint(drafted.dictionary),
        _step(drafted.dictionary),
    ]
    return "\n".join(part for part in parts if part)


def _opening(table: RawTable, drafted: Draft) -> str:
    lines = [
        f"Drafted by cohort-stats from {table.path.name}. Nothing here is certain: look over the",
        "types, the levels and their order, and every line that begins with 'review:'.",
    ]
    if drafted.left_out:
        lines += ["", "Columns of the file that are left out here:"]
        lines += [f"  {sentence}" for sentence in drafted.left_out]
    return "".join(toml_comment(line).strip() + "\n" for line in lines)


def _study(table: RawTable) -> str:
    fields = {
        "key": plain_name(table.path.stem, 1),
        "title": "Title of your study",
        "question": "Question of your study",
        "design": "Design of your study",
    }
    if table.sheet and table.sheet != "Cohort":
        fields["sheet"] = table.sheet
    lines = (f"{key} = {toml_value(value)}\n" for key, value in fields.items())
    return f"[study]\n{''.join(lines)}"


def _step(dictionary: DataDictionary) -> str:
    rows = [name for name, v in dictionary.items() if v.type in DESCRIBED]
    lines = [
        "[[steps]]",
        'id = "patients"',
        'kind = "compare"',
        f"title = {toml_value('Description of the patients')}",
        '# by = "NAME"  # compares the groups of a category',
        "rows = [",
        *(f"  {toml_value(name)}," for name in rows),
        "]",
    ]
    if not rows:
        lines = ["# review: no column with numbers or levels was found; a plan needs at least one"]
    return "\n".join(lines) + "\n"


def _endpoint(dictionary: DataDictionary) -> str:
    event = next((v for v in dictionary.values() if _is_event(v)), None)
    time = next((v for v in dictionary.values() if _is_time(v)), None)
    if event is None or time is None:
        return ""
    lines = [
        "review: is this an outcome over time? Then take the marks off these lines.",
        "[endpoints.outcome]",
        f"label = {toml_value(event.label)}",
        f"time = {toml_value(time.name)}",
        f"event = {toml_value(event.name)}",
    ]
    return "".join(f"{toml_comment(line)}\n" for line in lines)


def _is_event(variable: Variable) -> bool:
    return variable.type == "yesno" and EVENT.search(spoken(variable.label)) is not None


def _is_time(variable: Variable) -> bool:
    if not variable.is_numeric:
        return False
    named = TIME.search(spoken(variable.label)) is not None
    return named and (not variable.unit or TIME_UNITS.match(variable.unit) is not None)
