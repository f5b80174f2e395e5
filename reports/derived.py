"""Derived variables in words: definition, source, and who was refused."""

from __future__ import annotations

from analyses.derived import FROM_DATA, Derivation
from analyses.derived_order import behind, source_of
from analyses.running import DERIVED
from analyses.schema.derived import CutSection
from analyses.schema.step import StepSection
from reports.format import CUTOFF_DIGITS, general
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


def cut_from_data(step: StepSection, view: View) -> list[str]:
    """A sentence for each cut-off that a step rests on and that these patients themselves gave."""
    file, found = view.results.plan.file, []
    names = [other for name in step.uses(file) for other in behind(name, file)]
    for name in dict.fromkeys(names):
        body = file.derived[name].body if name in file.derived else None
        if not isinstance(body, CutSection) or not body.at_step:
            continue
        numbers = view.numbers(source_of(body, file))
        if FROM_DATA in str(numbers.about("cutoff").get("method", "")):
            unit = view.dictionary[body.variable].unit
            at = f"{general(numbers.get('cutoff'), CUTOFF_DIGITS)} {unit}".rstrip()
            label = view.dictionary[name].label
            found.append(
                f"The cut-off of ‘{label}’ ({at}) was {FROM_DATA}, which makes its groups look "
                "further apart, and p smaller, than in other patients."
            )
    return found


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
