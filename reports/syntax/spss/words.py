"""Words of SPSS: texts, conditions, and how a section begins and ends."""

from __future__ import annotations

import textwrap

from analyses.schema.step import StepSection
from analyses.schema.words import ConditionSection
from reports.syntax.cohort_csv import codes_of
from reports.syntax.study import Study

SIGNS = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


def quoted(text: str, most: int = 250) -> str:
    """A text of SPSS, short enough for a label."""
    return '"' + text[:most].replace('"', '""').replace("\n", " ") + '"'


def plain(value: float) -> str:
    """A number: ``2``, ``0.05``."""
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def comment(words: str) -> list[str]:
    """Words as lines of comment; no line of them ends with a full stop but the last."""
    lines = textwrap.wrap(words.replace("*", "x"), 90, subsequent_indent="  ")
    inner = [line.rstrip(".") for line in lines]
    return ["* " + "\n".join(inner).rstrip(".") + "."]


def codes(study: Study, variable: str, labels: tuple[str, ...]) -> list[int]:
    """The codes of some levels."""
    known = codes_of(study, variable)
    return [known[label] for label in labels]


def holds(study: Study, section: ConditionSection) -> str:
    """A condition of the plan, in codes: ``(grade = 3)``."""
    found, name = study.condition(section), study.name(section.variable)
    if found.comparison == "missing":
        return f"MISSING({name})" if found.value else f"NOT MISSING({name})"
    if found.comparison in SIGNS:
        return f"({name} {SIGNS[found.comparison]} {plain(float(found.value))})"  # type: ignore[arg-type]
    listed = found.value if isinstance(found.value, tuple | list) else (found.value,)
    known = codes_of(study, section.variable)
    values = [str(known[str(label)]) for label in listed if str(label) in known]
    if found.comparison == "is_not":
        return f"({name} <> {values[0]})"
    parts = [f"({name} = {value})" for value in values]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def conditions(study: Study, step: StepSection) -> list[str]:
    """What the patients of a step have to fulfil."""
    wanted = [f"({study.sample(step.on)[0]} = 1)"] if step.on else []
    return [*wanted, holds(study, step.only)] if step.only is not None else wanted


def begin(study: Study, step: StepSection) -> list[str]:
    """The patients of a step, as a filter; and their weights."""
    wanted = conditions(study, step)
    if not wanted:
        return []
    lines = [f"COMPUTE keep = {' AND '.join(wanted)}.", "FILTER BY keep."]
    if step.on and (weight := study.sample(step.on)[1]):
        lines += comment(
            "These patients differ in weight. WEIGHT BY takes weights as counts: estimates are "
            "right, standard errors are not; Complex Samples (CSPLAN) has the right ones."
        )
        lines.append(f"WEIGHT BY {weight}.")
    return lines


def end(step: StepSection) -> list[str]:
    """All patients again."""
    if not step.on and step.only is None:
        return []
    return ["FILTER OFF.", "USE ALL.", *(["WEIGHT OFF."] if step.on else [])]


def outcome(study: Study, section: ConditionSection) -> list[str]:
    """The outcome as 0 and 1."""
    return [f"COMPUTE outcome = {holds(study, section)}.", "EXECUTE."]
