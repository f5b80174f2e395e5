"""What a step owes to these same patients, or to a column that the file lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyses.derived_order import is_predicted, steps_behind
from analyses.lacking import without_cluster
from analyses.scene import Scene
from analyses.schema.file import PlanFile
from analyses.schema.regression import ModelStep
from analyses.schema.steps import Step
from cohort_stats.results import Result


def warned(step: Step, scene: Scene, results: tuple[Result, ...]) -> tuple[Result, ...]:
    """Results, the first with warnings: of variables found in these patients, of clusters lacking.

    Parameters
    ----------
    step, scene
        What was done, and the patients it was done on.
    results
        What it found.
    """
    names = [*step.needs(scene.plan.file)]
    if isinstance(step, ModelStep):
        names += [c.variable for c in step.covariates]
    file = scene.plan.file
    found = [n for n in dict.fromkeys(names) if n in scene.dictionary and steps_behind(n, file)]
    told = [*filter(None, [without_cluster(step, scene)]), *_favoured(found, file)]
    if not told:
        return results
    first, *others = results
    return (replace(first, warnings=(*first.warnings, *told)), *others)


def _favoured(found: Sequence[str], file: PlanFile) -> list[str]:
    """The warnings that variables owe to these same patients what they say of them."""
    predicted = [n for n in found if is_predicted(n, file)]
    cut = [n for n in found if n not in predicted]
    told = []
    if cut:
        were, they = ("was", "it separates") if len(cut) == 1 else ("were", "they separate")
        told.append(
            f"{_listed(cut)} {were} cut where {they} these same patients best: differences and "
            "p-values are more favourable than they would be in other patients"
        )
    if len(predicted) == 1:
        told.append(
            f"{_listed(predicted)} is predicted by a model fitted to these same patients: it does "
            "better here than it would in other patients"
        )
    elif predicted:
        told.append(
            f"{_listed(predicted)} are predicted by models fitted to these same patients: they do "
            "better here than they would in other patients"
        )
    return told


def _listed(names: Sequence[str]) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last
