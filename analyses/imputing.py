"""The completed cohorts of a plan: what is imputed, from what, and the steps they serve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

import pandas as pd

from analyses.checks.imputing import outcomes_of
from analyses.derived import derive
from analyses.derived_order import behind
from analyses.plan import StudyPlan
from analyses.scene import Scene, StepNotPossible
from analyses.schema.imputing import ImputationSection
from analyses.schema.step import EndpointStep, OutcomeStep
from analyses.schema.steps import Step
from cohort_stats.cohort import Cohort
from cohort_stats.conventions import Conventions
from cohort_stats.dictionary import CATEGORICAL, NUMERIC, DataDictionary
from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.chained_equations import Imputed, impute
from cohort_stats.results import Result

IMPUTATION = "imputation"
#: What a step of complete cases beside an imputed one is called.
COMPLETE_CASES = "complete_cases"
MOST_TOLD = 10


def with_complete_cases(steps: tuple[Step, ...]) -> list[Step]:
    """The steps of a plan; each that uses imputed values is followed by its complete cases."""
    found: list[Step] = []
    for step in steps:
        if step.missing != "imputed":
            found.append(step)
            continue
        changed = {"title": f"{step.title} (missing values imputed)"}
        found.append(step.model_copy(update=changed))
        changed = {"id": f"{step.id}_{COMPLETE_CASES}", "title": f"{step.title} (complete cases)"}
        found.append(step.model_copy(update={**changed, "missing": "complete"}))
    return found


class Imputing:
    """Completed cohorts, made when the first step asks for them.

    Parameters
    ----------
    cohort
        The eligible patients, with derived variables.
    plan
        With a table ``[imputation]``.
    progress
        Called with words on each completed set.
    """

    def __init__(self, cohort: Cohort, plan: StudyPlan, progress: Callable[[str], None]):
        self._cohort, self._plan, self._progress = cohort, plan, progress
        self._section = plan.file.imputation or ImputationSection()

    @property
    def made(self) -> bool:
        """Whether a step has asked for them, and they could be made."""
        return "imputed" in self.__dict__

    @cached_property
    def imputed(self) -> Imputed:
        """What was imputed, and the completed frames.

        Raises
        ------
        StepNotPossible
            When there is nothing to impute.
        """
        scene = Scene(self._cohort.frame, self._cohort.dictionary, self._plan)
        variables, helping = self._columns(scene)
        if not any(scene.frame[name].isna().any() for name in variables):
            raise StepNotPossible("none of its values that can be imputed is missing")
        section = self._section
        methods = {n: kind for n, kind in section.method.items() if n in variables}

        def tell(rounds: int, of: int) -> None:  # noqa: ARG001
            """Say so when a set begins to grow, of many sets every tenth part of them."""
            begun, first = divmod(rounds - 1, section.iterations)
            if (
                first == 0
                and (begun * MOST_TOLD) // section.m != ((begun - 1) * MOST_TOLD) // section.m
            ):
                self._progress(f"Imputing missing values: set {begun + 1} of {section.m}")

        seed = self._plan.file.study.seed if section.seed is None else section.seed
        endpoints, outcomes = self._outcomes(scene)
        return impute(
            scene.typed([*variables, *helping]), variables, auxiliary=helping,
            endpoints=endpoints, outcomes=outcomes, methods=methods, imputations=section.m,
            iterations=section.iterations, seed=seed, progress=tell,
            conventions=self._plan.conventions,
        )  # fmt: skip

    def scenes(self, results: Mapping[str, Result]) -> list[Scene]:
        """The completed cohorts, derived variables computed in each.

        Parameters
        ----------
        results
            What steps have found, by the name of the result.
        """
        file, known = self._plan.file, self._cohort.dictionary
        own = {n: v for n, v in known.items() if n not in file.derived}
        plain = replace(self._cohort, dictionary=DataDictionary(own, known.rules), account=None)
        plan = replace(self._plan, conventions=_poolable(self._plan))
        found = []
        for frame in self.imputed.frames:
            values = {n: frame[n].astype(self._cohort.frame[n].dtype) for n in self.imputed.methods}
            columns = [c for c in self._cohort.frame.columns if c not in file.derived]
            one = replace(plain, frame=self._cohort.frame[columns].assign(**values))
            one, _ = derive(one, plan, results)
            found.append(Scene(one.frame, one.dictionary, plan))
        return found

    def _steps(self) -> list[Step]:
        return [step for step in self._plan.file.steps if step.missing == "imputed"]

    def _columns(self, scene: Scene) -> tuple[list[str], list[str]]:
        """What is imputed, and what else predicts it."""
        file, asked = self._plan.file, self._section.variables
        outcomes = outcomes_of(file)
        used = dict.fromkeys(n for step in self._steps() for n in step.uses(file))
        used |= dict.fromkeys((*asked, *self._section.with_))
        plain: dict[str, None] = {}
        for name in used:
            inputs = [n for n in behind(name, file) if n not in file.derived]
            whole = not scene.has(name) or scene.frame[name].notna().all()
            takes = [n for n in inputs if n not in outcomes and _imputable(scene, n)]
            if name in file.derived and (whole or len(takes) < len(inputs)):
                takes = [name] if not outcomes & {*inputs} else []
            plain |= dict.fromkeys(n for n in takes if _imputable(scene, n))
        variables = [n for n in plain if n not in file.derived and (not asked or n in asked)]
        return variables, [n for n in plain if n not in variables]

    def _outcomes(self, scene: Scene) -> tuple[list[Endpoint], dict[str, pd.Series]]:
        endpoints, outcomes = {}, {}
        for step in self._steps():
            if isinstance(step, EndpointStep):
                endpoints[step.endpoint] = scene.endpoint(step.endpoint)
            if isinstance(step, OutcomeStep) and scene.has(step.outcome.variable):
                variable = scene.dictionary[step.outcome.variable]
                words = scene.condition(step.outcome).words(variable.label, variable.unit)
                outcomes[f"the outcome ‘{words}’"] = scene.outcome(step.outcome)
        return list(endpoints.values()), outcomes


def _imputable(scene: Scene, name: str) -> bool:
    if not scene.has(name):
        return False
    variable = scene.dictionary[name]
    return variable.type in (*NUMERIC, *CATEGORICAL) and variable.role != "cluster"


def _poolable(plan: StudyPlan) -> Conventions:
    """The plan's conventions, with those results that can be pooled."""
    changed = {
        "logistic_interval": "wald",
        "survival_interval": "log-log",
        "quantile_interval": "brookmeyer-crowley",
        "small_counts": "chi-square",
    }
    if plan.conventions.chi_square == "yates":
        changed["chi_square"] = "pearson"
    return plan.conventions.overriding(**changed)
