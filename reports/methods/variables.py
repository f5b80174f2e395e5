"""Groups that are compared, and derived variables."""

from __future__ import annotations

from reports.derived import definition, not_derived
from reports.view import View
from reports.wording import mid, quoted, typographic


def variable_sentences(view: View) -> list[str]:
    """What was compared, and how derived variables were computed, each with its source."""
    return [*_groups(view), *_derived(view), *_not_derived(view)]


def _groups(view: View) -> list[str]:
    file = view.results.plan.file
    asked = [getattr(done.step, "by", "") for done in view.results.steps]
    names = [name for by in asked for name in ([by] if isinstance(by, str) else by)]
    found = []
    for name in dict.fromkeys(filter(None, names)):
        group = file.groups.get(name)
        variable = view.dictionary[group.variable if group else name]
        levels = (group.levels if group else ()) or variable.labels
        if levels:
            shown = [_label(variable.levels, level) for level in levels]
            found.append(f"{mid(variable.label)} ({quoted(shown)})")
    return [f"Groups were formed by {'; '.join(found)}."] if found else []


def _label(levels: tuple, written: str) -> str:
    return next((level.label for level in levels if written == level.code), written)


def _derived(view: View) -> list[str]:
    return [
        f"‘{view.dictionary[one.name].label}’ is derived: {mid(words)}"
        + ("" if words.endswith(".") else ".")
        for one in view.results.derived
        for words in [definition(one)]
    ]


def _not_derived(view: View) -> list[str]:
    return [
        f"‘{label}’ could not be derived: {typographic(why)}." for label, why in not_derived(view)
    ]
