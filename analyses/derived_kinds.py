"""How each kind of derived variable is computed and described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.derived_order import source_of
from analyses.scene import Scene
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
from analyses.schema.regression import ModelStep
from cohort_stats import derive as functions
from cohort_stats.cells import level_reader
from cohort_stats.dictionary import YES_NO, Level, Variable, VariableType
from cohort_stats.results import Result, pick
from cohort_stats.scores.catalogue import CATALOGUE
from cohort_stats.scores.elementwise import Refused
from cohort_stats.scores.score import Argument, Score

FROM_DATA = "derived from these data"
PER_UNIT = {"days": "", "months": " of 30.4375 days", "years": " of 365.25 days"}


@dataclass(frozen=True)
class Refusal:
    """A value that a definition does not take.

    Parameters
    ----------
    row
        Position of the patient.
    variable
        Name of the variable whose value it is.
    expected, found, hint
        As of a problem.
    """

    row: int
    variable: str
    expected: str
    found: str
    hint: str = ""


@dataclass(frozen=True)
class Made:
    """A derived variable, filled in.

    Parameters
    ----------
    values
        One a patient.
    type, unit, levels
        As of a variable of the dictionary.
    words
        How it was computed, without a full stop.
    citation
        Where the definition was published; empty for the plan's own.
    refused
        Values that the definition does not take; those patients' value is missing.
    """

    values: pd.Series
    type: VariableType
    words: str
    unit: str = ""
    levels: tuple[Level, ...] = ()
    citation: str = ""
    refused: tuple[Refusal, ...] = ()


def make(scene: Scene, kind: str, body: Any, results: Mapping[str, Result]) -> Made:
    """Compute a derived variable whose inputs are all there.

    Parameters
    ----------
    scene
        The patients, and what their columns mean.
    kind, body
        As in the plan; see :data:`analyses.schema.derived.KINDS`.
    results
        What steps have found, by the name of the result.
    """
    if isinstance(body, CutSection):
        return _cut(scene, body, results)
    if isinstance(body, PredictedSection):
        return _predicted(scene, body, results)
    return _MAKERS[kind](scene, body)


def _cut(scene: Scene, cut: CutSection, results: Mapping[str, Result]) -> Made:
    at, remark = cut.at, ""
    if cut.at_step:
        found = pick(results[source_of(cut, scene.plan.file)].numbers, "cutoff")
        at = (float(found["value"].iloc[0]),)
        remark = f"{FROM_DATA}; " if FROM_DATA in str(found["method"].iloc[0]) else ""
    labels = [label.replace("{at}", f"{at[0]:.5g}") for label in cut.labels]
    values = functions.cut(scene.frame[cut.variable], at, labels, at_least=cut.at_least)
    thresholds = ", ".join(f"{a:.6g}" for a in at)
    side = "above" if cut.at_least else "below"
    words = f"{scene.label(cut.variable)} cut at {thresholds}"
    words += f" ({remark}a value equal to a threshold is in the level {side} it)"
    return Made(values, "ordered", words, levels=_levels(labels))


def _predicted(scene: Scene, body: PredictedSection, results: Mapping[str, Result]) -> Made:
    from analyses.predicted import predicted

    (step,) = (s for s in scene.plan.file.steps if s.id == body.at_step)
    result = results[source_of(body, scene.plan.file)]
    covariates = scene.covariates(step.covariates) if isinstance(step, ModelStep) else ()
    what = "risk" if step.kind == "logistic" else "linear predictor (log hazard ratio)"
    words = f"{what} by the multivariable model of ‘{step.title}’; fitted to these data"
    return Made(predicted(scene.frame, covariates, result), "number", words)


def _interval(scene: Scene, body: IntervalSection) -> Made:
    values = functions.interval(scene.frame[body.from_], scene.frame[body.to], body.unit)
    words = f"from {scene.label(body.from_)} to {scene.label(body.to)}"
    return Made(values, "number", f"{words}, in {body.unit}{PER_UNIT[body.unit]}", body.unit)


def _event_by(scene: Scene, body: EventBySection) -> Made:
    endpoint = scene.endpoint(body.endpoint)
    happened = endpoint.by(body.time).map({True: "Yes", False: "No"})
    values = pd.Series(pd.Categorical(happened, categories=["No", "Yes"], ordered=True))
    words = f"{endpoint.label}: event within {body.time:g} {endpoint.unit}"
    words += "; missing if censored earlier"
    words += "" if endpoint.competing is None else ", no if the competing event came first"
    return Made(values, "yesno", words, levels=YES_NO)


def _recode(scene: Scene, body: RecodeSection) -> Made:
    variable, column = scene.dictionary[body.variable], scene.frame[body.variable]
    read = level_reader(variable) if variable.is_categorical else str
    levels = {new: [read(old) for old in listed] for new, listed in body.levels.items()}
    missing = [read(old) for old in body.missing]
    values, unlisted = functions.recode(column, levels, others=body.others, missing=missing)
    parts = [f"‘{new}’ is {_listed(old)}" for new, old in levels.items()]
    parts += [f"‘{body.others}’ is any other"] if body.others else []
    parts += [f"{_listed(missing)} is missing"] if missing else []
    expected = "one of " + ", ".join(f"'{x}'" for listed in levels.values() for x in listed)
    refused = tuple(
        Refusal(i, body.variable, expected, f"'{column.iloc[i]}'")
        for i in map(int, unlisted.nonzero()[0])
    )
    kind: VariableType = "ordered" if variable.type == "ordered" else "category"
    words = f"{variable.label}: {'; '.join(parts)}"
    return Made(values, kind, words, levels=_levels(body.labels), refused=refused)


def _count(scene: Scene, body: ConditionsSection) -> Made:
    values = functions.count_true([scene.outcome(condition) for condition in body.of])
    words = f"number of these that hold: {_conditions(scene, body)}; missing if any is not known"
    return Made(values, "integer", words)


def _any(scene: Scene, body: ConditionsSection) -> Made:
    values = functions.any_true([scene.outcome(condition) for condition in body.of])
    words = f"yes if one of these holds: {_conditions(scene, body)}; no if all are known not to"
    return Made(values, "yesno", f"{words}, else missing", levels=YES_NO)


def _all(scene: Scene, body: ConditionsSection) -> Made:
    values = functions.all_true([scene.outcome(condition) for condition in body.of])
    words = f"yes if all of these hold: {_conditions(scene, body)}; no if one is known not to"
    return Made(values, "yesno", f"{words}, else missing", levels=YES_NO)


def _sum(scene: Scene, body: SumSection) -> Made:
    values = functions.total([scene.frame[name] for name in body.of])
    words = f"{' + '.join(scene.label(name) for name in body.of)}; missing if any is"
    return Made(values, "number", words, scene.dictionary[body.of[0]].unit)


def _score(scene: Scene, body: ScoreSection) -> Made:
    score = CATALOGUE[body.name]
    columns = {
        name: _column(score, score.argument(name), scene, variable)
        for name, variable in body.variables.items()
    }
    values, refusals = score.of({**columns, **body.constants})
    refused = tuple(_refusal(scene, body, i, why) for i, why in sorted(refusals.items()))
    parts = [_argument_words(score, name, scene, body) for name in body.arguments]
    definition = score.definition
    words = f"{definition.words.rstrip('.')}. From {'; '.join(parts)}"
    kind: VariableType = "ordered" if score.levels else "number"
    unit = definition.unit.partition(",")[0] if not score.levels else ""
    return Made(values, kind, words, unit, _levels(score.levels), definition.source, refused)


def _column(score: Score, argument: Argument, scene: Scene, name: str) -> pd.Series:
    """A column as an argument takes it: labels that spell a number as numbers, units converted."""
    variable, column = scene.dictionary[name], scene.frame[name]
    if variable.is_categorical:
        given = {label: _read(score, argument.name, label) for label in variable.labels}
        return column.astype(object).map(given)
    factor = argument.factor(variable.unit) if variable.is_numeric else 1.0
    return column if factor in (None, 1.0) else column * factor


def _read(score: Score, argument: str, label: str) -> str | float:
    try:
        return score.reads(argument, label)
    except Refused:  # said patient by patient when the score is computed
        return label


def _refusal(scene: Scene, body: ScoreSection, i: int, why: Refused) -> Refusal:
    if why.argument in body.constants:  # right in itself, but not beside this patient's values
        expected = f"a value that goes with {why.found}: {why.argument} {why.expected}"
        name = body.inputs[0]
        return Refusal(i, name, expected, f"'{scene.frame[name].iloc[i]}'")
    name, found = body.variables[why.argument], why.found
    variable, argument = scene.dictionary[name], CATALOGUE[body.name].argument(why.argument)
    if variable.is_numeric and argument.factor(variable.unit) not in (None, 1.0):
        raw = scene.frame[name].iloc[i]
        found = f"{raw:g} {variable.unit}, which is {found} {argument.unit}"
    return Refusal(i, name, why.expected, found, why.hint)


def _argument_words(score: Score, name: str, scene: Scene, body: ScoreSection) -> str:
    argument = score.argument(name)
    if name in body.constants:
        return f"{argument.words} {body.constants[name]:g} {argument.unit}".rstrip()
    variable = scene.dictionary[body.variables[name]]
    same = argument.words.casefold() == variable.label.casefold()
    words = variable.label if same else f"{argument.words}: {variable.label}"
    factor = argument.factor(variable.unit) if variable.is_numeric else 1.0
    if factor not in (None, 1.0):
        words += f" (× {factor:g}, from {variable.unit} to {argument.unit})"
    return words


def _conditions(scene: Scene, body: ConditionsSection) -> str:
    found = []
    for section in body.of:
        variable: Variable = scene.dictionary[section.variable]
        found.append(scene.condition(section).words(variable.label, variable.unit))
    return "; ".join(found)


def _levels(labels: tuple[str, ...] | list[str]) -> tuple[Level, ...]:
    return tuple(Level(label, label) for label in labels)


def _listed(labels: list[str]) -> str:
    return " or ".join(f"‘{label}’" for label in labels)


_MAKERS: Mapping[str, Callable[[Scene, Any], Made]] = {
    "interval": _interval,
    "event_by": _event_by,
    "recode": _recode,
    "count": _count,
    "any": _any,
    "all": _all,
    "sum": _sum,
    "score": _score,
}
