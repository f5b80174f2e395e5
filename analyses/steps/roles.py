"""Columns that are no covariates of a model: strata, clusters, weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyses.scene import SET, WEIGHT, Scene, StepNotPossible
from analyses.schema.regression import CoxStep, LogisticStep, OrdinalStep
from cohort_stats.regression.cox_sample import Roles, without_single_clusters
from cohort_stats.results import Result

#: Column that tells weighted patients apart, where they are in no sets; no plan has such a name.
PATIENT = "each patient"


def roles_of(step: CoxStep | LogisticStep | OrdinalStep, scene: Scene) -> tuple[Roles, Scene]:
    """The roles of a model, and the scene with the columns they need.

    Rows that belong together (the dictionary's cluster), matched sets, and weights make the
    standard errors robust, unless the step takes such rows as independent.
    """
    strata = step.strata if isinstance(step, CoxStep) else ()
    own = (scene.dictionary.cluster or "") if step.clusters == "robust" else ""
    roles = Roles(strata, own if own and scene.has(own) else "")
    roles = without_single_clusters(roles, scene.frame)
    if scene.sets is not None and step.sets != "independent":
        if roles.cluster:
            label = scene.label(roles.cluster)
            raise StepNotPossible(
                f"rows belong together by '{label}' as well as by matched set, and only one of "
                'the two can be taken into account (sets = "independent" leaves out the sets)'
            )
        if step.sets == "strata":
            roles = replace(roles, strata=(*roles.strata, SET))
        else:
            roles = replace(roles, cluster=SET)
    if scene.weights is not None:
        if not roles.cluster:
            scene = replace(
                scene, frame=scene.frame.assign(**{PATIENT: np.arange(len(scene.frame))})
            )
            roles = replace(roles, cluster=PATIENT)
        roles = replace(roles, weights=WEIGHT)
    return roles, scene


def sets_of(step: LogisticStep, scene: Scene) -> list[str]:
    """Columns of the sets within which a conditional logistic model compares patients."""
    matched = [SET] if scene.sets is not None and step.sets == "conditional" else []
    return [*step.strata, *matched]


def cluster_beside(sets: Sequence[str], scene: Scene) -> str:
    """The dictionary's cluster, where it ties rows together and is none of the sets."""
    own = scene.dictionary.cluster or ""
    if not own or own in sets or not scene.has(own):
        return ""
    return without_single_clusters(Roles((), own), scene.frame).cluster


def in_words(result: Result) -> Result:
    """A result whose words name sets and weights as a reader does."""
    words = {
        f"standard errors robust to clustering within `{PATIENT}`": "robust standard errors",
        f"`{SET}`": "matched set",
        f"`{WEIGHT}`": "the propensity score",
    }

    def said(text: str) -> str:
        for name, plain in words.items():
            text = text.replace(name, plain)
        return text

    numbers = result.numbers.assign(method=result.numbers["method"].map(said))
    warnings = tuple(map(said, result.warnings))
    return replace(result, numbers=numbers, method=said(result.method), warnings=warnings)
