"""A study as data: one TOML file, checked when it is read."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyses.checks.plan import check_names
from analyses.plan_problems import problems_of
from analyses.schema.file import EndpointSection, PlanFile, RuleSection, VariableSection
from analyses.schema.words import ConditionSection
from cohort_stats.condition import Condition
from cohort_stats.conventions import PRESETS, Conventions, choices
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable
from cohort_stats.problem import PlanError, Problem, suggestion
from cohort_stats.rules import AtMostOne, EmptyUnless, InOrder, Needs, NotNegative, Rule, SumOf

STUDIES = Path(__file__).parent / "studies"
#: Files that may hold a data dictionary, but never a plan.
DICTIONARIES = (".csv", ".xlsx", ".xlsm", ".ods")
#: How Python's reader of TOML begins to say that something is written twice.
REPEATED = ("Cannot overwrite a value", "Cannot declare", "Duplicate inline table key")


@dataclass(frozen=True)
class StudyPlan:
    """What to do with a cohort: its dictionary, who is eligible, and the steps.

    Parameters
    ----------
    file
        The plan as written, every key checked.
    dictionary
        The columns of the workbook, with the rules that the endpoints imply.
    conventions
        The choices in force.
    fingerprint
        Twelve characters that change whenever the plan's meaning does.
    """

    file: PlanFile
    dictionary: DataDictionary
    conventions: Conventions
    fingerprint: str

    @property
    def key(self) -> str:
        """The study's key."""
        return self.file.study.key


def study_keys() -> tuple[str, ...]:
    """Keys of the studies that come with the package."""
    return tuple(sorted(p.parent.name for p in STUDIES.glob("*/plan.toml")))


def load_plan(study: str | Path) -> StudyPlan:
    """Read a plan.

    Parameters
    ----------
    study
        Key of a study that comes with the package, or path of a plan file.

    Returns
    -------
    StudyPlan

    Raises
    ------
    PlanError
        With every mistake found, each with the path of its key.
    """
    path = STUDIES / str(study) / "plan.toml"
    if str(study) not in study_keys():
        path = Path(study)
        if not path.is_file():
            keys = study_keys()
            expected = "a plan file (.toml) or one of " + ", ".join(keys)
            found = f"no file '{study}'" if path.suffix else f"'{study}'"
            raise PlanError([Problem("--study", "", expected, found, suggestion(str(study), keys))])
    if path.suffix.lower() in DICTIONARIES:
        hint = "for a REDCap dictionary or a workbook's codebook use check with --codebook"
        raise PlanError([Problem("--study", "", "a plan file (.toml)", f"'{path.name}'", hint)])
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise PlanError([Problem(path.name, "", "text in UTF-8", "another encoding")]) from None
    except tomllib.TOMLDecodeError as reason:
        raise PlanError([_not_toml(path.name, str(reason))]) from None
    return plan_from(content)


def _not_toml(name: str, reason: str) -> Problem:
    """What is wrong with a text that cannot be read as a plan, as its author would say it."""
    place = reason[reason.rfind("(") + 1 :].removesuffix(")")
    if reason.startswith(REPEATED):
        return Problem(name, "", "each key and each table only once", f"one a second time {place}")
    hint = 'text stands in straight quotation marks: title = "…"; names without spaces'
    return Problem(name, "", "a TOML file", reason[:1].lower() + reason[1:], hint)


def plan_from(content: Mapping[str, object]) -> StudyPlan:
    """Check the content of a plan file and make a plan of it.

    Parameters
    ----------
    content
        As ``tomllib`` gives it.

    Raises
    ------
    PlanError
        With every mistake found.
    """
    from pydantic import ValidationError

    try:
        file = PlanFile.model_validate(content)
    except ValidationError as mistakes:
        raise PlanError(problems_of(mistakes, content)) from None
    conventions, problems = _conventions(file.conventions)
    problems += check_names(file)
    if problems:
        raise PlanError(problems)
    variables = {name: _variable(name, section) for name, section in file.variables.items()}
    canonical = json.dumps(_in_order(content), sort_keys=True, ensure_ascii=False, default=str)
    return StudyPlan(
        file=file,
        dictionary=DataDictionary(variables, _rules(file, variables)),
        conventions=conventions,
        fingerprint=hashlib.sha256(canonical.encode()).hexdigest()[:12],
    )


def _in_order(written: Any) -> Any:
    """A plan's content in which the order of levels, which is part of their meaning, counts."""
    if isinstance(written, list):
        return [_in_order(entry) for entry in written]
    if not isinstance(written, Mapping):
        return written
    return {
        key: [*value.items()]
        if key == "levels" and isinstance(value, Mapping)
        else _in_order(value)
        for key, value in written.items()
    }


def _conventions(given: Mapping[str, str | int]) -> tuple[Conventions, list[Problem]]:
    problems = []
    allowed = choices()
    for name, value in given.items():
        where = f"conventions.{name}"
        if name not in allowed:
            expected = "one of " + ", ".join(allowed)
            problems.append(Problem(where, "", expected, f"'{name}'", suggestion(name, [*allowed])))
        elif value not in allowed[name]:
            expected = "one of " + ", ".join(str(a) for a in allowed[name])
            problems.append(Problem(where, "", expected, f"'{value}'"))
    if problems:
        return PRESETS["recommended"], problems
    preset = PRESETS[str(given.get("preset", "recommended"))]
    return preset.overriding(**{k: v for k, v in given.items() if k != "preset"}), []


def _variable(name: str, section: VariableSection) -> Variable:
    levels: tuple[Level, ...] = YES_NO if section.type == "yesno" else ()
    if isinstance(section.levels, dict):
        levels = tuple(Level(code, label) for code, label in section.levels.items())
    elif section.levels:
        levels = tuple(Level(label, label) for label in section.levels)
    return Variable(
        name=name,
        label=section.label,
        type=section.type,
        unit=section.unit,
        levels=levels,
        reference=section.reference,
        limits=(section.minimum, section.maximum),
        usual=section.usual or (None, None),
        required=section.required,
        missing=section.missing,
        aliases=section.aliases,
        description=section.description,
        role=section.role,
        partial=section.partial,
    )


def _rules(file: PlanFile, variables: Mapping[str, Variable]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for endpoint in file.endpoints.values():
        condition = endpoint.event.condition
        known = endpoint.time in variables and condition.variable in variables
        if endpoint.time in variables:
            rules.append(NotNegative(variable=endpoint.time))
        if endpoint.follow_up in variables:
            rules.append(NotNegative(variable=endpoint.follow_up))
        if endpoint.entry in variables:
            rules.append(NotNegative(variable=endpoint.entry))
        if known and condition.comparison in ("is", "in"):
            event = with_labels(condition, variables[condition.variable])
            rules.append(Needs(when=event, variable=endpoint.time))
            if endpoint.follow_up in variables:
                rules.append(EmptyUnless(when=event, variable=endpoint.time, warns=True))
                rules.append(InOrder(order=(endpoint.time, endpoint.follow_up), warns=True))
        rules += _competing_rules(endpoint, variables)
    intervals = [d.interval for d in file.derived.values() if d.interval is not None]
    rules += [InOrder(order=(interval.from_, interval.to)) for interval in intervals]
    rules += [rule_from(section, variables) for section in file.rules]
    return tuple(dict.fromkeys(rules))


def _competing_rules(
    endpoint: EndpointSection, variables: Mapping[str, Variable]
) -> Iterator[Rule]:
    """What a competing event demands: its own time, or the time at which follow-up ended."""
    own, section = endpoint.competing_time, endpoint.competing
    if own in variables:
        yield NotNegative(variable=own)
    if section is None or section.variable not in variables:
        return
    competing = section.condition
    if competing.comparison not in ("is", "in"):
        return
    competing = with_labels(competing, variables[competing.variable])
    needed = own or endpoint.follow_up or endpoint.time
    if needed in variables:
        yield Needs(when=competing, variable=needed)
    if own in variables and own not in (endpoint.time, endpoint.follow_up):
        yield EmptyUnless(when=competing, variable=own, warns=True)
        if endpoint.follow_up in variables:
            yield InOrder(order=(own, endpoint.follow_up), warns=True)
    event = endpoint.event.condition
    one_time = not own and not endpoint.follow_up
    if one_time and event.variable in variables and event.variable != competing.variable:
        # With one time for both, nobody can tell which of two events it is the time of.
        event = with_labels(event, variables[event.variable])
        yield AtMostOne(of=(event, competing), warns=True)


def rule_from(section: RuleSection, variables: Mapping[str, Variable]) -> Rule:
    """A rule of a plan as the loader checks it, with levels as labels."""

    def event(written: ConditionSection) -> Condition:
        return with_labels(written.condition, variables[written.variable])

    rule: Rule
    if section.order:
        rule = InOrder(order=section.order)
    elif section.sum is not None:
        rule = SumOf(total=section.sum.total, parts=section.sum.parts)
    elif section.needs is not None:
        rule = Needs(when=event(section.needs.when), variable=section.needs.variable)
    else:
        rule = AtMostOne(of=tuple(event(written) for written in section.at_most_one))
    return replace(rule, words=section.words, warns=section.warns)


def with_labels(condition: Condition, variable: Variable) -> Condition:
    """A condition in which levels written by code or label are labels."""
    if condition.comparison not in ("is", "is_not", "in"):
        return condition
    if isinstance(condition.value, tuple | list):
        labels = tuple(level_label(variable, str(level)) for level in condition.value)
        return replace(condition, value=labels)
    return replace(condition, value=level_label(variable, str(condition.value)))


def level_label(variable: Variable, written: str) -> str:
    """The label of a level that a plan names by its code or label."""
    from cohort_stats.cells import level_reader

    return level_reader(variable)(written)
