"""Which column of a table is which variable of the dictionary."""

from __future__ import annotations

import re

from cohort_stats.dictionary import DataDictionary, Variable, fold_heading, without_unit
from cohort_stats.problem import Problem, nearest
from cohort_stats.rawtable import RawTable

CLOSE = 0.8
_DAYS_SINCE = re.compile(r"\(\s*days since .+\)\s*$", re.IGNORECASE)


def is_days_since(heading: str) -> bool:
    """Whether a heading says that its dates are days since another: ``(days since …)``."""
    return _DAYS_SINCE.search(heading) is not None


def match_headings(
    table: RawTable, dictionary: DataDictionary
) -> tuple[dict[str, int], tuple[int, ...], list[Problem]]:
    """Match headings with variables, by name, label or alias, in any order.

    Case, spaces, punctuation and a unit in brackets at the end do not matter. The other names
    that a file gives to a column, such as a variable's label in SPSS, count as well.

    Returns
    -------
    (position, ignored, problems)
        Position in the table of each variable found; positions of the columns that the
        dictionary does not know; a problem for each heading that occurs twice, looks
        misspelt, or is required and missing.
    """
    known = _known(dictionary)
    position: dict[str, int] = {}
    unknown: list[int] = []
    problems: list[Problem] = []
    for j, heading in enumerate(table.headings):
        name = _variable_of(table.names(j), known)
        if name is None:
            unknown.append(j)
        elif name in position:
            found = f"'{heading}' as well as '{table.headings[position[name]]}'"
            expected = f"one column for '{dictionary[name].label}'"
            problems.append(Problem(table.address(None, j), "heading", expected, found))
        else:
            position[name] = j
    for name in [name for name in dictionary if name not in position]:
        j_likely = _likely(dictionary[name], table, unknown)
        if j_likely is not None:
            unknown.remove(j_likely)
            expected, hint = f"'{dictionary[name].label}'", "is the heading misspelt?"
            where, found = table.address(None, j_likely), f"'{table.headings[j_likely]}'"
            problems.append(Problem(where, "heading", expected, found, hint))
        elif dictionary[name].required:
            expected = f"a column '{dictionary[name].label}'"
            where = table.address(None, None)
            problems.append(Problem(where, "heading", expected, "no such heading"))
    return position, tuple(unknown), problems


def _known(dictionary: DataDictionary) -> dict[str, str]:
    """Every key of a heading -> its variable; a key of two variables is nobody's."""
    known: dict[str, str] = {}
    shared: set[str] = set()
    for name, variable in dictionary.items():
        for key in dict.fromkeys(_keys(variable)):
            if known.setdefault(key, name) != name:
                shared.add(key)
    exact = {_exact(text): n for n, v in dictionary.items() for text in (v.label, v.name)}
    return {**{k: v for k, v in known.items() if k not in shared}, **exact}


def _variable_of(names: tuple[str, ...], known: dict[str, str]) -> str | None:
    keys = [key(name) for key in (_exact, fold_heading, _bare_key) for name in names]
    return next((known[key] for key in keys if key in known), None)


def _exact(heading: str) -> str:
    # Told apart from folded keys, which hold letters and digits only.
    return f"={' '.join(heading.casefold().split())}"


def _bare_key(heading: str) -> str:
    bare = without_unit(heading)
    return fold_heading(without_unit(bare) if is_days_since(heading) else bare)


def _keys(variable: Variable) -> list[str]:
    names = [variable.name, variable.label, variable.heading, *variable.aliases]
    return [fold_heading(name) for name in names]


def _likely(variable: Variable, table: RawTable, unknown: list[int]) -> int | None:
    bare = {without_unit(table.headings[j]).replace("_", " "): j for j in unknown}
    for name in (variable.label, variable.name.replace("_", " "), *variable.aliases):
        found = nearest(name, list(bare), CLOSE)
        if found is not None:
            return bare[found]
    return None
