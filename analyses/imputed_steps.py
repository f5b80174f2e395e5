"""A step done in each completed cohort, and its results pooled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.comparing import CompareStep
from analyses.schema.regression import ModelStep
from analyses.schema.selection import SelectionSection
from analyses.schema.step import StepSection
from analyses.schema.steps import Step
from analyses.schema.survival import CumulativeIncidenceStep, KaplanMeierStep
from analyses.steps.competing import CAUSE_SPECIFIC, COMPETING, CURVES
from analyses.steps.models import not_entered, rule_words, why_not_fitted
from cohort_stats.comparing.rows import Row
from cohort_stats.imputing.pooled_comparison import pool_comparison
from cohort_stats.imputing.pooled_models import pool_models
from cohort_stats.imputing.pooled_survival import pool_incidence, pool_survival, pool_tests
from cohort_stats.regression.model_building import (
    MULTIVARIABLE,
    UNIVARIABLE,
    univariable_p,
)
from cohort_stats.regression.selection import Selection
from cohort_stats.results import Result, as_numbers, pick, rows
from cohort_stats.wording import counted

Do = Callable[[Any, Scene], tuple[Result, ...]]
Parts = Mapping[str, list[Result]]
LANDMARK = "landmark"


def imputed_results(
    step: Step, do: Do, scenes: Sequence[Scene], complete: Scene
) -> tuple[Result, ...]:
    """A step's results, pooled over completed cohorts.

    Parameters
    ----------
    step
        The step.
    do
        What does it in one cohort.
    scenes
        The completed cohorts, the patients of the step alone.
    complete
        The cohort as it is.

    Raises
    ------
    StepNotPossible
        When a completed cohort does not allow the step.
    """
    if isinstance(step, ModelStep):
        found = _models(step, do, scenes, complete)
    else:
        found = _POOLED[step.kind](step, _parts(step, do, scenes), complete)
    return tuple(r.named(name) for name, r in found.items())


def _parts(step: StepSection, do: Do, scenes: Sequence[Scene]) -> dict[str, list[Result]]:
    """The results of each completed cohort, by the name of their analysis."""
    found: dict[str, list[Result]] = {}
    for k, scene in enumerate(scenes, start=1):
        try:
            results = do(step, scene)
        except StepNotPossible as reason:
            raise StepNotPossible(f"in the {k}. imputed set {reason}") from None
        for result in results:
            found.setdefault(_name(result), []).append(result)
    return {name: results for name, results in found.items() if len(results) == len(scenes)}


def _single(step: StepSection, do: Do, scene: Scene) -> dict[str, Result]:
    """The results of complete cases; none where they do not allow the step."""
    try:
        return {_name(result): result for result in do(step, scene)}
    except StepNotPossible:
        return {}


def _name(result: Result) -> str:
    return str(result.numbers["analysis"].iloc[0])


def _compared(step: CompareStep, parts: Parts, complete: Scene) -> dict[str, Result]:
    rows = [Row(r.variable, r.summary or step.summary, r.test) for r in step.rows]
    missing = {r.variable: _imputed(complete, r.variable) for r in step.rows}
    found = {name: pool_comparison(p, rows, missing) for name, p in parts.items()}
    group = complete.group_variable(step.by) if step.by else ""
    number = _imputed(complete, group) if group else 0
    if not number:
        return found
    warning = f"`{group}`, the group, is imputed in {counted(number)}"
    return {n: replace(r, warnings=(*r.warnings, warning)) for n, r in found.items()}


def _imputed(scene: Scene, name: str) -> int:
    return int(scene.frame[name].isna().sum()) if scene.has(name) else 0


def _survival(step: KaplanMeierStep, parts: Parts, complete: Scene) -> dict[str, Result]:
    found = {}
    for name, results in parts.items():
        part = name.partition("/")[2]
        if part == CURVES:
            number = _imputed(complete, complete.group_variable(step.by)) if step.by else 0
            found[name] = pool_survival(results, number)
        elif part == LANDMARK:
            found[name] = results[0]
        else:
            found[name] = pool_tests(results, step.pairwise or "" if part == "pairwise" else "")
    return found


def _incidence(step: CumulativeIncidenceStep, parts: Parts, complete: Scene) -> dict[str, Result]:
    number = _imputed(complete, complete.group_variable(step.by)) if step.by else 0
    return {
        name: pool_incidence(results, number)
        if name.partition("/")[2] in (CURVES, COMPETING)
        else pool_tests(results)
        for name, results in parts.items()
    }


_POOLED: Mapping[str, Callable[[Any, Parts, Scene], dict[str, Result]]] = {
    "compare": _compared,
    "kaplan_meier": _survival,
    "cumulative_incidence": _incidence,
}


def _models(step: ModelStep, do: Do, scenes: Sequence[Scene], complete: Scene) -> dict[str, Result]:
    """Univariable models of every set; then, of those whose pooled p let them in, one model."""
    everyone = step.model_copy(update={"selection": SelectionSection(rule="all")})
    parts, single = _parts(everyone, do, scenes), _single(everyone, do, complete)
    alone = f"{step.id}/{UNIVARIABLE}"
    univariable = pool_models(parts[alone], single.get(alone))
    entering = _entering(step, univariable, scenes[0])
    if not entering:
        parts = {}
    elif set(entering) != {c.variable for c in step.covariates}:
        given = SelectionSection(rule="given", covariates=entering)
        together = step.model_copy(update={"selection": given})
        parts, single = _parts(together, do, scenes), _single(together, do, complete)
    further = {
        name: pool_models(results, single.get(name))
        for name, results in parts.items()
        if name.partition("/")[2] in (MULTIVARIABLE, CAUSE_SPECIFIC)
    }
    multivariable = further.get(f"{step.id}/{MULTIVARIABLE}")
    univariable = _marked(step, univariable, entering, scenes[0])
    if multivariable is not None and why_not_fitted(multivariable):
        univariable = not_entered(univariable)
    return {alone: univariable, **further}


def _entering(step: ModelStep, univariable: Result, scene: Scene) -> tuple[str, ...]:
    """The covariates that the step's rule lets in, by their pooled p."""
    rule = step.selection
    present = [c.variable for c in step.covariates if scene.has(c.variable)]
    if rule.rule == "univariable":
        return tuple(n for n in present if univariable_p(univariable, n) < rule.p_below)
    return tuple(n for n in present if rule.rule == "all" or n in rule.covariates)


def _marked(step: ModelStep, univariable: Result, entering: Sequence[str], scene: Scene) -> Result:
    """The univariable models with a row ``entered`` for each, and the rule in words."""
    rule = step.selection
    absent = [scene.label(c.variable) for c in step.covariates if not scene.has(c.variable)]
    words = rule_words(Selection(rule.rule, rule.p_below, rule.covariates), absent)
    marks = [
        row
        for term in dict.fromkeys(pick(univariable.numbers, "imputations")["term"])
        for row in rows({"entered": float(term in entering)}, term=term, method=words)
    ]
    numbers = pd.concat([univariable.numbers, as_numbers(marks)], ignore_index=True)
    method = univariable.method.replace(rule_words(Selection("all"), absent), words)
    warnings = univariable.warnings
    if not entering:
        warnings += ("no covariate entered the multivariable model",)
    return replace(univariable, numbers=numbers, method=method, warnings=warnings)
