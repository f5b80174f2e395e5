"""Which column of a table is which variable of the dictionary."""

from __future__ import annotations

from cohort_stats.dictionary import DataDictionary, Variable, fold_heading, without_unit
from cohort_stats.problem import Problem, nearest
from cohort_stats.rawtable import RawTable

CLOSE = 0.8


def match_headings(
    table: RawTable, dictionary: DataDictionary
) -> tuple[dict[str, int], tuple[str, ...], list[Problem]]:
    """Match headings with variables, by name, label or alias, in any order.

    Case, spaces, punctuation and a unit in brackets at the end do not matter.

    Returns
    -------
    (position, ignored, problems)
        Position in the table of each variable found; headings that the dictionary does
        not know; a problem for each heading that occurs twice, looks misspelt, or is
        required and missing.
    """
    known = {key: name for name, v in dictionary.items() for key in _keys(v)}
    position: dict[str, int] = {}
    unknown: dict[str, int] = {}
    problems: list[Problem] = []
    for j, heading in enumerate(table.headings):
        name = known.get(fold_heading(heading)) or known.get(fold_heading(without_unit(heading)))
        if name is None:
            unknown[heading] = j
        elif name in position:
            found = f"'{heading}' as well as '{table.headings[position[name]]}'"
            expected = f"one column for '{dictionary[name].label}'"
            problems.append(Problem(table.address(None, j), "heading", expected, found))
        else:
            position[name] = j
    missing = [name for name in dictionary if name not in position]
    for name in missing:
        likely = _likely(dictionary[name], list(unknown))
        if likely is not None:
            expected, hint = f"'{dictionary[name].label}'", "is the heading misspelt?"
            where = table.address(None, unknown.pop(likely))
            problems.append(Problem(where, "heading", expected, f"'{likely}'", hint))
        elif dictionary[name].required:
            expected = f"a column '{dictionary[name].label}'"
            where = table.address(None, None)
            problems.append(Problem(where, "heading", expected, "no such heading"))
    return position, tuple(unknown), problems


def _keys(variable: Variable) -> list[str]:
    names = [variable.name, variable.label, variable.heading, *variable.aliases]
    return [fold_heading(name) for name in names]


def _likely(variable: Variable, headings: list[str]) -> str | None:
    bare = {without_unit(h).replace("_", " "): h for h in headings}
    for name in (variable.label, variable.name.replace("_", " "), *variable.aliases):
        found = nearest(name, list(bare), CLOSE)
        if found is not None:
            return bare[found]
    return None
