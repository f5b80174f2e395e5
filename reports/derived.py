"""Derived variables in words: definition, source, and who was refused."""

from __future__ import annotations

from analyses.derived import Derivation
from analyses.running import DERIVED
from reports.view import View

MOST_SHOWN = 3


def definition(one: Derivation) -> str:
    """How a variable was computed, and from which publication."""
    words = f"{one.words[:1].upper()}{one.words[1:]}."
    return f"{words} Source: {one.citation}" if one.citation else words


def derived_counts(view: View, name: str) -> tuple[int, int, int]:
    """Patients analysed with and without a value, and patients of the file refused."""
    numbers = view.numbers(DERIVED)
    known, missing, refused = (numbers.get(s, term=name) for s in ("n", "missing", "refused"))
    return int(known), int(missing), int(refused)


def not_derived(view: View) -> list[tuple[str, str]]:
    """Label of each derived variable that the cohort does not allow, and why."""
    return list(view.results.not_derived().items())


def refusals(view: View) -> list[tuple[str, str]]:
    """A warning for each variable that is missing because a value was not taken."""
    found = []
    for one in view.results.derived:
        if one.refused:
            n, shown = len(one.refused), "; ".join(map(str, one.refused[:MOST_SHOWN]))
            more = f"; and {n - MOST_SHOWN} more" if n > MOST_SHOWN else ""
            words = (
                f"missing for {view.counted(n)} of the file whose values its definition does not "
                "take"
            )
            found.append((view.dictionary[one.name].label, f"{words}: {shown}{more}"))
    return found
