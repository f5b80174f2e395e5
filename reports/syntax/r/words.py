"""Words of R: texts, vectors, conditions, and how a section begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyses.schema.step import StepSection
from analyses.schema.words import ConditionSection
from cohort_stats.condition import Condition
from reports.syntax.study import Study

SIGNS = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


def quoted(text: str) -> str:
    """A text of R: ``"Age"``."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{inner}"'


def number(value: float) -> str:
    """A number of R, at full precision."""
    return f"{value:.0f}" if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def vector(values: Iterable[str]) -> str:
    """Pieces of code as a vector; one alone stands by itself."""
    listed = list(values)
    return listed[0] if len(listed) == 1 else f"c({', '.join(listed)})"


def texts(values: Iterable[str]) -> str:
    """A vector of texts."""
    return vector(map(quoted, values))


def numbers(values: Iterable[float]) -> str:
    """A vector of numbers."""
    return vector(map(number, values))


def call(name: str, *arguments: str, **named: str) -> str:
    """A call, broken after its first line where it would be too long."""
    pieces = [*arguments, *(f"{key} = {value}" for key, value in named.items())]
    line = f"{name}("
    lines: list[str] = []
    ended = [*(f"{piece}," for piece in pieces[:-1]), *(f"{piece})" for piece in pieces[-1:])]
    for piece in ended:
        if len(line) + len(piece) > 98 and line.strip() and line.rstrip()[-1] in ",":
            lines.append(line.rstrip())
            line = " " * (len(name) + 1 if len(name) < 30 else 4)
        line += piece + " "
    return "\n".join([*lines, line.rstrip()])


def holds(study: Study, section: ConditionSection, frame: str = "") -> str:
    """A condition of the plan: ``grade == "III"``; missing where the variable is."""
    return condition_text(study, study.condition(section), frame)


def condition_text(study: Study, found: Condition, frame: str = "") -> str:
    """A condition with its levels as labels, in R."""
    name = f"{frame}{study.name(found.variable)}"
    if found.comparison == "missing":
        return f"is.na({name})" if found.value else f"!is.na({name})"
    if found.comparison in SIGNS:
        return f"{name} {SIGNS[found.comparison]} {number(float(found.value))}"  # type: ignore[arg-type]
    listed = found.value if isinstance(found.value, tuple | list) else (found.value,)
    labels = [*map(str, listed)]
    if found.comparison == "is_not":
        return f"{name} != {quoted(labels[0])}"
    if len(labels) == 1:
        return f"{name} == {quoted(labels[0])}"
    return f"ifelse(is.na({name}), NA, {name} %in% {texts(labels)})"


def begin(study: Study, step: StepSection) -> list[str]:
    """The patients of a step, as the data frame ``d``."""
    conditions = []
    if step.on:
        conditions.append(f"{study.sample(step.on)[0]} == 1")
    if step.only is not None:
        conditions.append(holds(study, step.only))
    if not conditions:
        return ["d <- patients"]
    return [f"d <- subset(patients, {' & '.join(conditions)})"]


def grouped(study: Study, step: StepSection) -> tuple[list[str], str, tuple[str, ...]]:
    """The patients of a step's groups: the code, the column of the groups, and their levels."""
    variable, levels = study.groups(step)
    if not variable:
        return [], "", ()
    name = study.name(variable)
    group = study.plan.file.groups.get(getattr(step, "by", ""))
    lines = []
    if group is not None and group.levels:
        lines.append(f"d${name} <- factor(d${name}, levels = {texts(levels)})")
    lines.append(f"d <- subset(d, !is.na({name}))")
    lines.append(f"d${name} <- droplevels(d${name})")
    return lines, name, levels


def commented(words: str, width: int = 98) -> list[str]:
    """Words as lines of comment."""
    import textwrap

    return textwrap.wrap(words, width, initial_indent="# ", subsequent_indent="# ")


def not_repeated(analysis: str, statistics: str, reason: str) -> str:
    """Numbers that the script leaves to the packet, and why; both given as patterns."""
    return call("not_repeated", quoted(analysis), quoted(statistics), quoted(reason))


def exactly(analysis: str) -> str:
    """The pattern of an analysis and its parts."""
    return f"^{analysis}(/|$)"


def surv(study: Study, endpoint: str, status: str = "== 1") -> str:
    """The endpoint of a model: ``Surv(rfs_time, rfs_status == 1)``."""
    names = study.times(endpoint)
    entry = [names.entry] if names.entry else []
    return f"Surv({', '.join([*entry, names.time, f'{names.status} {status}'])})"


def followed(study: Study, endpoint: str, also: Sequence[str] = ()) -> str:
    """Those with a follow-up time, and with values of other columns."""
    names = study.times(endpoint)
    known = [f"!is.na({name})" for name in (names.time, *also)]
    if names.entry:
        known.append(f"{names.entry} < {names.time}")
    return f"d <- subset(d, {' & '.join(known)})"
