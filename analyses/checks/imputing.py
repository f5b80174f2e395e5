"""Whether what a plan says about missing values can be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.checks.names import LEVELS, NUMBERS, UNKNOWN, Names
from analyses.derived_order import behind
from analyses.schema.file import PlanFile
from analyses.schema.step import EndpointStep, OutcomeStep, StepSection
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.schema.imputing import MissingnessStep

KINDS = {
    "number": ("predictive mean matching", "normal"),
    "integer": ("predictive mean matching", "normal"),
    "yesno": ("logistic",),
    "category": ("polytomous",),
    "ordered": ("proportional odds", "polytomous"),
}


def imputation_problems(names: Names) -> Iterator[Problem]:
    """What is wrong with the table ``[imputation]``."""
    section = names.file.imputation
    if section is None:
        return
    if not any(step.missing == "imputed" for step in names.file.steps):
        expected = 'a step with missing = "imputed"'
        yield Problem("imputation", "", expected, "no step that uses imputed values")
    outcomes = outcomes_of(names.file)
    for k, name in enumerate(section.variables, start=1):
        place = f"imputation.variables[{k}]"
        if name in names.file.derived:
            expected = "a column of the workbook (derived variables follow from imputed ones)"
            yield Problem(place, "", expected, f"'{name}', which is derived")
        elif name in outcomes:
            expected = "no outcome of a step (outcomes help to impute, and are not imputed)"
            yield Problem(place, "", expected, f"'{name}'")
        else:
            yield from _imputable(names, place, name)
    for k, name in enumerate(section.with_, start=1):
        yield from _imputable(names, f"imputation.with[{k}]", name)
    for name, method in section.method.items():
        yield from _method(names, f"imputation.method.{name}", name, method)


def outcomes_of(file: PlanFile) -> set[str]:
    """Variables behind the outcomes of the steps that use imputed values."""
    found: set[str] = set()
    for step in file.steps:
        if step.missing != "imputed":
            continue
        own: tuple[str, ...] = ()
        if isinstance(step, EndpointStep) and step.endpoint in file.endpoints:
            own = file.endpoints[step.endpoint].variables
        if isinstance(step, OutcomeStep):
            own = (step.outcome.variable,)
        found |= {other for name in own for other in behind(name, file)}
    return found


def _imputable(names: Names, where: str, name: str) -> Iterator[Problem]:
    wrong = list(names.variable(where, name))
    yield from wrong
    kind = names.types.get(name, UNKNOWN)
    if not wrong and kind not in (*NUMBERS, *LEVELS, UNKNOWN):
        yield Problem(where, "", "a number or a category", f"'{name}', which is of type '{kind}'")


def _method(names: Names, where: str, name: str, method: str) -> Iterator[Problem]:
    wrong = list(names.variable(where, name))
    yield from wrong
    if wrong:
        return
    section = names.file.variables.get(name)
    kind = section.type if section else ""
    allowed = KINDS.get(kind, ())
    if section and kind in ("category", "ordered") and len(section.levels) == 2:
        allowed = ("logistic",)
    if method not in allowed:
        expected = f"one of {', '.join(allowed)}" if allowed else "a column that can be imputed"
        yield Problem(where, "", expected, f"'{method}' for '{name}'")


def imputed_problems(names: Names, where: str, step: StepSection) -> Iterator[Problem]:
    """What keeps a step from using imputed values."""
    place = f"{where}.missing"
    if names.file.imputation is None:
        yield Problem(place, "", "a table [imputation] in the plan", "'imputed' without one")
    if step.not_imputed:
        yield Problem(place, "", f"'complete', as {step.not_imputed}", "'imputed'")
    if step.on:
        expected = "'complete', as patients are matched or weighted by their known values"
        yield Problem(place, "", expected, "'imputed' beside 'on'")
    for key, why in step.unpooled().items():
        yield Problem(f"{where}.{key}", "", f'nothing beside missing = "imputed": {why}', "it")


def missingness_problems(names: Names, where: str, step: MissingnessStep) -> Iterator[Problem]:
    """Names that point nowhere, or at what cannot be compared."""
    for k, name in enumerate(step.variables, start=1):
        yield from names.variable(f"{where}.variables[{k}]", name)
    for k, row in enumerate(step.compared, start=1):
        yield from _imputable(names, f"{where}.compared[{k}]", row.variable)
    if step.endpoint:
        known = dict(names.file.endpoints)
        yield from names.one_of(f"{where}.endpoint", "an endpoint", step.endpoint, known)
