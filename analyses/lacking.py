"""What a cohort file lacks of a model that can be fitted without it, in words."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.scene import Scene
from analyses.schema.regression import ClusteredStep, LogisticStep, ModelStep
from analyses.schema.steps import Step


def without_cluster(step: Step, scene: Scene) -> str:
    """The warning that intervals take rows as independent for want of the cluster; may be empty.

    Parameters
    ----------
    step
        Any step of the plan.
    scene
        The patients.
    """
    own = scene.dictionary.cluster or ""
    if not isinstance(step, ClusteredStep) or step.clusters != "robust" or not own:
        return ""
    if scene.has(own) or (isinstance(step, LogisticStep) and step.conditional):
        return ""
    label = scene.label(own)
    return (
        f"the file lacks '{label}', by which rows belong together: intervals and p take the rows "
        "as independent, and are too narrow where they are not"
    )


def lost(step: Step, part: str, scene: Scene) -> Iterator[str]:
    """What a part of a model is without, so that it is not the model of the plan.

    Parameters
    ----------
    step, part
        A step of the plan, and ``multivariable`` or another part of it.
    scene
        The patients.
    """
    if part == "multivariable" and isinstance(step, ModelStep):
        labels = [scene.label(c.variable) for c in step.covariates if not scene.has(c.variable)]
        if labels:
            yield f"without {' and '.join(labels)}, which the file lacks: another model"
    words = without_cluster(step, scene)
    if words:
        yield words
