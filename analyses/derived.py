"""The derived variables of a plan, filled in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyses.derived_kinds import FROM_DATA, Refusal, make
from analyses.derived_order import (
    behind,
    in_order,
    inputs_of,
    is_predicted,
    source_of,
    sources_behind,
    steps_behind,
)
from analyses.plan import StudyPlan
from analyses.scene import Scene
from cohort_stats.cohort import Cohort
from cohort_stats.dictionary import Variable
from cohort_stats.problem import Address, Problem
from cohort_stats.results import Result, pick

__all__ = ["FROM_DATA", "Derivation", "derive", "derive_from_step", "named", "why_lacking"]


@dataclass(frozen=True)
class Derivation:
    """How a derived variable came about.

    Parameters
    ----------
    name
        Its name in the plan.
    words
        How it was computed, without a full stop.
    citation
        Where the definition was published; empty for the plan's own.
    refused
        Values that the definition does not take, one a patient, whose value is missing.
    """

    name: str
    words: str
    citation: str = ""
    refused: tuple[Problem, ...] = ()


def derive(
    cohort: Cohort, plan: StudyPlan, results: Mapping[str, Result] | None = None
) -> tuple[Cohort, tuple[Derivation, ...]]:
    """Add every derived variable that the cohort's columns allow and that is not there yet.

    Parameters
    ----------
    cohort, plan
        Variables whose inputs the cohort lacks, or that rest on a step yet to be done, are
        left out.
    results
        What steps have found, by the name of the result.

    Returns
    -------
    (cohort, derivations)
        With the new variables, and how each came about.
    """
    found = results or {}
    derivations: list[Derivation] = []
    for name in in_order(plan.file):
        scene = Scene(cohort.frame, cohort.dictionary, plan)
        sources = sources_behind(name, plan.file)
        ready = all(_gives(source, found) or _used(source, scene) for source in sources)
        if name in cohort.dictionary or not ready:
            continue
        if not all(scene.has(other) for other in inputs_of(name, plan.file)):
            continue
        section = plan.file.derived[name]
        made = make(scene, section.kind, section.body, found)
        source = f"{made.words}. {made.citation}" if made.citation else made.words
        variable = Variable(
            name, section.label, made.type, made.unit, made.levels, source=source.rstrip(".")
        )
        refused = tuple(_problem(cohort, refusal) for refusal in made.refused)
        derivations.append(Derivation(name, made.words, made.citation, refused))
        cohort = cohort.adding(variable, made.values)
    return cohort, tuple(derivations)


def derive_from_step(
    cohort: Cohort, plan: StudyPlan, step: str, results: Sequence[Result]
) -> tuple[Cohort, tuple[Derivation, ...]]:
    """Add the variables that rest on what a step has found.

    Parameters
    ----------
    cohort, plan
        As in :func:`derive`.
    step
        Id of the step.
    results
        Its results, each named ``step``, ``step/marker`` or ``step/multivariable``.
    """
    if not any(step in steps_behind(name, plan.file) for name in plan.file.derived):
        return cohort, ()
    return derive(cohort, plan, named(results))


def named(results: Iterable[Result]) -> dict[str, Result]:
    """Results by their names."""
    return {str(r.numbers["analysis"].iloc[0]): r for r in results if len(r.numbers)}


def why_lacking(
    scene: Scene, name: str, use: str = "", results: Mapping[str, Result] | None = None
) -> str:
    """Why a cohort has no value of a variable, in words.

    Parameters
    ----------
    scene
        The patients.
    name
        A variable without a value, of the file or derived.
    use
        What it is needed for; may be empty.
    results
        What steps have found, by the name of the result.
    """
    file, use = scene.plan.file, f" ({use})" if use else ""
    open_ = [source for source in sources_behind(name, file) if not _used(source, scene)]
    steps = [source.partition("/")[0] for source in open_]
    if steps:
        titles = " and ".join(f"'{s.title}'" for s in file.steps if s.id in steps)
        what = "predictions" if is_predicted(name, file) else "a cut-off"
        if any(source in (results or {}) and _endless((results or {})[source]) for source in open_):
            return f"it needs {what} from {titles}, whose model has no finite estimates"
        return f"it needs {what} from {titles}, which gave none"
    known = {*file.variables, *scene.dictionary}
    lacking = [n for n in behind(name, file)[1:] if n in known and not scene.has(n)]
    if not lacking:
        return f"the cohort holds no value of '{scene.label(name)}'{use}"
    same = len({scene.label(n) for n in (name, *lacking)}) < len({name, *lacking})

    def called(n: str) -> str:  # two variables may have one label
        return f"'{scene.label(n)}' ({n})" if same else f"'{scene.label(n)}'"

    labels = " and ".join(map(called, lacking))
    need = f"it needs {called(name)}{use}, which is computed from {labels}"
    if any(n in scene.frame.columns for n in lacking):
        return f"{need}, of which no patient has a value"
    columns = " and ".join(f"no column '{scene.label(n)}'" for n in lacking)
    return f"{need}, and the file holds {columns}"


def _problem(cohort: Cohort, refusal: Refusal) -> Problem:
    label = cohort.dictionary[refusal.variable].label
    where = _place(cohort, refusal.row, refusal.variable)
    return Problem(where, label, refusal.expected, refusal.found, refusal.hint)


def _place(cohort: Cohort, i: int, name: str) -> Address | str:
    """Where a patient's value stands in the file, as far as that is known."""
    account = cohort.account
    whole = account is not None and len(account.table.rows) == len(cohort.frame)
    if account is not None and whole and name in account.position:
        return account.table.address(i, account.position[name])
    id_ = cohort.dictionary.id
    if id_ in cohort.frame.columns:
        return f"patient {cohort.frame[id_].iloc[i]}"
    return f"patient no. {i + 1}"


def _gives(source: str, found: Mapping[str, Result]) -> bool:
    """Whether a result is there, with a cut-off or with coefficients."""
    given = set(found[source].numbers["statistic"]) if source in found else set()
    return bool(given & {"cutoff", "coefficient"}) and not _endless(found[source])


def _endless(result: Result) -> bool:
    """Whether a model has an estimate that is not finite, so that it predicts for nobody."""
    return not all(math.isfinite(value) for value in pick(result.numbers, "coefficient")["value"])


def _used(source: str, scene: Scene) -> bool:
    """Whether a variable that comes from a result is already there."""
    file = scene.plan.file
    return any(
        name in scene.dictionary and source_of(section.body, file) == source
        for name, section in file.derived.items()
    )
