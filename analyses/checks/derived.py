"""Mistakes in the definitions of derived variables, found before any patient is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from analyses.checks.names import DATES, LEVELS, NUMBERS, TEXTS, UNKNOWN, Names
from analyses.derived_order import circles
from analyses.schema.derived import (
    ConditionsSection,
    CutSection,
    EventBySection,
    IntervalSection,
    PredictedSection,
    RecodeSection,
    ScoreSection,
    SumSection,
)
from analyses.schema.discrimination import RocStep
from analyses.schema.regression import LogisticStep
from cohort_stats.cells import Unreadable, level_reader
from cohort_stats.problem import Problem, suggestion
from cohort_stats.scores.catalogue import CATALOGUE
from cohort_stats.scores.elementwise import Refused
from cohort_stats.scores.score import Argument, Score
from cohort_stats.units import KNOWN_UNITS, same_unit, unit_key

NEAREST = 8  # names that a message lists


def derived_problems(names: Names) -> Iterator[Problem]:
    """Every mistake in a plan's derived variables."""
    for name, section in names.file.derived.items():
        yield from CHECKS[section.kind](names, f"derived.{name}.{section.kind}", section.body)
    for way in circles(names.file):
        found = " from ".join(f"'{name}'" for name in way)
        yield Problem(f"derived.{way[0]}", "", "variables that do not rest on themselves", found)


def _cut(names: Names, where: str, cut: CutSection) -> Iterator[Problem]:
    yield from names.variable(f"{where}.variable", cut.variable, NUMBERS)
    if cut.at_step:
        known = {s.id: s for s in names.file.steps if s.kind in ("roc", "survival_cutoff")}
        words = "a step of kind 'roc' or 'survival_cutoff'"
        yield from names.one_of(f"{where}.at_step", words, cut.at_step, known)
        step = known.get(cut.at_step)
        if isinstance(step, RocStep) and len(step.marked) > 1:
            markers = {m.variable: m for m in step.marked}
            words = f"a marker of the step '{step.id}'"
            yield from names.one_of(f"{where}.variable", words, cut.variable, markers)


def _predicted(names: Names, where: str, body: PredictedSection) -> Iterator[Problem]:
    known = {s.id: s for s in names.file.steps if s.kind in ("logistic", "cox")}
    words = "a step of kind 'logistic' or 'cox'"
    yield from names.one_of(f"{where}.at_step", words, body.at_step, known)
    step = known.get(body.at_step)
    if isinstance(step, LogisticStep) and step.conditional:
        expected = "a model that predicts risks (within matched sets there are none)"
        yield Problem(f"{where}.at_step", "", expected, f"'{step.id}'")


def _interval(names: Names, where: str, interval: IntervalSection) -> Iterator[Problem]:
    yield from names.variable(f"{where}.from", interval.from_, DATES)
    yield from names.variable(f"{where}.to", interval.to, DATES)


def _event_by(names: Names, where: str, event_by: EventBySection) -> Iterator[Problem]:
    endpoints = names.file.endpoints
    yield from names.one_of(f"{where}.endpoint", "an endpoint", event_by.endpoint, endpoints)


def _recode(names: Names, where: str, recode: RecodeSection) -> Iterator[Problem]:
    wrong = list(names.variable(f"{where}.variable", recode.variable, TEXTS))
    hint = "for a number use cut" if names.types.get(recode.variable) in NUMBERS else ""
    yield from (Problem(p.where, p.what, p.expected, p.found, p.hint or hint) for p in wrong)
    if not wrong and names.types[recode.variable] in LEVELS:
        yield from _recoded_levels(names, where, recode)


def _recoded_levels(names: Names, where: str, recode: RecodeSection) -> Iterator[Problem]:
    source = names.described(recode.variable)
    read = level_reader(source)
    taken: dict[str, str] = {}
    places = {f"levels.{new}": listed for new, listed in recode.levels.items()}
    for key, listed in {**places, "missing": recode.missing}.items():
        yield from names.levels(f"{where}.{key}", recode.variable, listed)
        for level in listed:
            try:
                label = read(level)
            except Unreadable:
                continue
            if label in taken:
                found = f"'{label}' again (first in {taken[label]})"
                yield Problem(f"{where}.{key}", "", "each level only once", found)
            taken.setdefault(label, key)
    left = [label for label in source.labels if label not in taken]
    if left and not recode.others:
        expected = f"every level of '{recode.variable}' under levels or missing, or others"
        yield Problem(where, "", expected, f"nothing for {', '.join(map(repr, left))}")


def _conditions(names: Names, where: str, section: ConditionsSection) -> Iterator[Problem]:
    for i, condition in enumerate(section.of, start=1):
        yield from names.condition(f"{where}.of[{i}]", condition)


def _sum(names: Names, where: str, section: SumSection) -> Iterator[Problem]:
    wrong = False
    for i, name in enumerate(section.of, start=1):
        for problem in names.variable(f"{where}.of[{i}]", name, NUMBERS):
            wrong = True
            yield problem
    units = {} if wrong else {unit_key(names.unit(n)): names.unit(n) for n in section.of}
    if len(units) > 1:
        found = ", ".join(f"'{unit}'" if unit else "none" for unit in units.values())
        yield Problem(f"{where}.of", "", "numbers in one unit", found)


def _score(names: Names, where: str, section: ScoreSection) -> Iterator[Problem]:
    if section.name not in CATALOGUE:
        hint = suggestion(section.name, list(CATALOGUE))
        if not hint:
            near = get_close_matches(section.name.casefold(), CATALOGUE, NEAREST, cutoff=0.3)
            hint = f"the nearest are {', '.join(near)}" if near else ""
        expected = "the name of a score in docs/scores.md"
        yield Problem(f"{where}.name", "", expected, f"'{section.name}'", hint)
        return
    score = CATALOGUE[section.name]
    known = [argument.name for argument in score.arguments]
    for name in section.arguments:
        if name not in known:
            expected = f"one of the arguments {', '.join(known)}"
            hint = suggestion(name, known)
            yield Problem(f"{where}.{name}", "", expected, f"'{name}'", hint)
    lacking = [name for name in known if name not in section.arguments]
    if lacking:
        yield Problem(where, "", f"the arguments {', '.join(lacking)} too", "nothing for them")
    if not section.variables:
        yield Problem(where, "", "at least one variable among the arguments", "numbers only")
    for name, number in section.constants.items():
        if name in known:
            yield from _constant(f"{where}.{name}", score, name, number)
    for name, variable in section.variables.items():
        if name in known:
            yield from _argument(names, f"{where}.{name}", score, name, variable)


def _constant(where: str, score: Score, name: str, number: float) -> Iterator[Problem]:
    if not score.argument(name).numbers:
        yield Problem(where, "", "the name of a variable", f"{number:g}")
        return
    try:
        score.check(name, number)
    except Refused as reason:
        yield Problem(where, "", reason.expected, reason.found, reason.hint)


def _argument(
    names: Names, where: str, score: Score, name: str, variable: str
) -> Iterator[Problem]:
    wrong = list(names.variable(where, variable))
    yield from wrong
    kind, argument = names.types.get(variable, UNKNOWN), score.argument(name)
    if wrong or kind == UNKNOWN:
        return
    if kind in LEVELS:
        yield from _labels(names, where, score, name, variable)
    elif kind in NUMBERS and argument.numbers:
        yield from _unit(where, argument, variable, names.unit(variable))
    elif not (kind == "text" and argument.labels):
        takes = ["a number"] * argument.numbers + ["a category or text"] * argument.labels
        found = f"'{variable}', which is of type '{kind}'"
        yield Problem(where, "", " or ".join(takes), found)


def _labels(names: Names, where: str, score: Score, name: str, variable: str) -> Iterator[Problem]:
    for label in names.described(variable).labels:
        try:
            score.reads(name, label)
        except Refused as reason:
            found = f"the level '{label}' of '{variable}'"
            hint = reason.hint or "a recode can give it another name"
            yield Problem(where, "", reason.expected, found, hint)


def _unit(where: str, argument: Argument, variable: str, unit: str) -> Iterator[Problem]:
    converted = " or ".join(argument.converted)
    expected = f"the unit {argument.unit}" + (f" (or {converted})" if converted else "")
    if not unit:
        if argument.unit_needed:
            hint = f'write unit = "{argument.unit}" at the variable if that is what it holds'
            yield Problem(where, "", expected, f"'{variable}', which has no unit", hint)
    elif not argument.unit and unit_key(unit) in KNOWN_UNITS and not same_unit(unit, "%"):
        if not same_unit(unit, "points"):
            found = f"'{variable}', which is in {unit}"
            yield Problem(where, "", "a number without a unit of measurement", found)
    elif argument.factor(unit) is None:
        yield Problem(where, "", expected, f"'{variable}', which is in {unit}")


CHECKS: Mapping[str, Callable[[Names, str, Any], Iterator[Problem]]] = {
    "cut": _cut,
    "interval": _interval,
    "event_by": _event_by,
    "recode": _recode,
    "count": _conditions,
    "any": _conditions,
    "all": _conditions,
    "sum": _sum,
    "score": _score,
    "predicted": _predicted,
}
