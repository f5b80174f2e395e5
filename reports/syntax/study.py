"""What the syntax of other programs is about: a study's columns, conditions and patients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analyses.scene import Sample, Scene
from analyses.schema.matching import PropensityStep
from analyses.schema.pooling import PoolStep
from analyses.schema.regression import ModelStep
from analyses.schema.step import CovariateSection, StepSection
from analyses.schema.subgroups import SubgroupsStep
from analyses.schema.words import ConditionSection
from cohort_stats.condition import Condition
from cohort_stats.dictionary import Variable
from cohort_stats.regression.covariate import Covariate
from reports.view import View

#: Words that are no names in R or in SPSS, and the columns that the scripts make.
RESERVED = {
    "if", "else", "repeat", "while", "function", "for", "next", "break", "true", "false", "null",
    "inf", "nan", "na", "in", "c", "t", "f", "d", "all", "and", "by", "eq", "ge", "gt", "le", "lt",
    "ne", "not", "or", "to", "with",
    "fate", "gained", "gap", "half", "happened", "keep", "log_time", "marker", "moved", "new_band",
    "old_band", "outcome", "patient", "person_time", "score", "sei", "since_landmark", "treated",
    "yi",
}  # fmt: skip
#: Begin of the names of columns that SPSS makes on the way.
WORKING = "q_"
#: Types of columns that tell who a patient is, or nearly so: their values are never written.
IDENTIFYING = ("id", "text", "date")


#: Kind of step that is a picture alone -> why neither program repeats it.
PICTURES = dict.fromkeys(
    ("distribution", "bars", "waterfall", "swimmer", "risk_of_bias"),
    "a picture; its numbers stand in results.csv",
)
#: Begin of the name of a test of the same patients twice, or of pairs -> what it compares.
PAIRED = {
    "paired t-test": "means",
    "Wilcoxon": "ranks",
    "McNemar": "counts",
    "Stuart": "counts",
    "Bowker": "symmetry",
}
#: Steps that look at covariates.
WithCovariates = ModelStep | PropensityStep | PoolStep | SubgroupsStep


@dataclass(frozen=True)
class Times:
    """The columns of an endpoint.

    Parameters
    ----------
    time, status
        Status is 0 for censored, 1 for the event, 2 for the competing event.
    entry
        When patients came under observation; empty when all did at 0.
    """

    time: str
    status: str
    entry: str = ""


def covariates_of(step: WithCovariates) -> Sequence[CovariateSection]:
    """The covariates of a step as its plan has them."""
    if isinstance(step, SubgroupsStep):
        return (step.exposure,)
    return step.moderators if isinstance(step, PoolStep) else step.covariates


class Study:
    """A study as R and SPSS see it: one file of analysed patients.

    Parameters
    ----------
    view
        Its results.
    """

    def __init__(self, view: View):
        self.view = view
        self.results = view.results
        self.plan = view.results.plan
        cohort = view.results.cohort
        self.scene = Scene(cohort.frame, cohort.dictionary, self.plan)
        self._names: dict[str, str] = {}
        # Asked for again and again while a script is written: by the id of a step.
        self._scenes: dict[str, Scene] = {}
        self._covariates: dict[str, list[Covariate]] = {}

    @property
    def steps(self) -> list[StepSection]:
        """The steps that were done."""
        return [done.step for done in self.results.steps]

    def name(self, column: str) -> str:
        """What a variable, or a column made for the syntax, is called in R and in SPSS."""
        if column not in self._names:
            plain = re.sub(r"\W", "_", column, flags=re.ASCII).rstrip("_") or "x"
            plain = f"{plain}_x" if plain.lower() in RESERVED else plain
            plain = f"x_{plain}" if plain.lower().startswith(WORKING) else plain
            taken = {name.lower() for name in self._names.values()}
            while plain.lower() in taken:
                plain += "_2"
            self._names[column] = plain
        return self._names[column]

    def variable(self, name: str) -> Variable:
        """What a column means."""
        return self.view.dictionary[name]

    @cached_property
    def variables(self) -> list[str]:
        """The variables that the steps look at, in the order of the file, each known to it."""
        used = {name for step in self.steps for name in step.uses(self.plan.file)}
        cluster = self.scene.dictionary.cluster
        used |= {cluster} if cluster else set()
        return [name for name in self.scene.frame.columns if name in used]

    @cached_property
    def endpoints(self) -> list[str]:
        """The endpoints that the steps look at."""
        return list(dict.fromkeys(e for s in self.steps if (e := getattr(s, "endpoint", ""))))

    def times(self, endpoint: str) -> Times:
        """The columns of an endpoint."""
        section = self.plan.file.endpoints[endpoint]
        entry = self.name(f"{endpoint} entry") if section.entry else ""
        return Times(self.name(f"{endpoint} time"), self.name(f"{endpoint} status"), entry)

    def sample(self, step: str) -> tuple[str, str, str]:
        """Columns of a matching or weighting: who is in it, weights and sets (empty: none)."""
        found = self.results.samples[step]
        weight = self.name(f"{step} weight") if found.weights is not None else ""
        sets = self.name(f"{step} set") if found.sets is not None else ""
        return self.name(f"{step} in"), weight, sets

    def scene_of(self, step: StepSection) -> Scene:
        """The patients of a step."""
        if step.id not in self._scenes:
            everyone = Sample(np.ones(len(self.scene.frame), dtype=bool))
            scene = self.scene.of(self.results.samples[step.on] if step.on else everyone)
            if step.only is not None:
                scene = scene.where(scene.condition(step.only).holds(scene.frame)[0])
            self._scenes[step.id] = scene
        return self._scenes[step.id]

    def condition(self, section: ConditionSection) -> Condition:
        """A condition with its levels as labels."""
        return self.scene.condition(section)

    def groups(self, step: StepSection) -> tuple[str, tuple[str, ...]]:
        """The variable behind a step's groups, and their levels among its patients, in order."""
        by = getattr(step, "by", "")
        if not by:
            return "", ()
        column = self.scene_of(step).groups(by)
        present = set(column.dropna())
        return self.scene.group_variable(by), tuple(
            c for c in column.cat.categories if c in present
        )

    def covariates(self, step: WithCovariates) -> list[Covariate]:
        """The covariates that the patients of a step have, each factor with its reference."""
        if step.id not in self._covariates:
            scene = self.scene_of(step)
            found = scene.covariates(covariates_of(step))
            self._covariates[step.id] = [self._referred(scene, one) for one in found]
        return self._covariates[step.id]

    def _referred(self, scene: Scene, one: Covariate) -> Covariate:
        variable = self.variable(one.variable)
        if not variable.is_categorical or one.score or one.reference:
            return one
        present = set(scene.frame[one.variable].dropna())
        first = next((label for label in variable.labels if label in present), "")
        return replace(one, reference=first)

    def numbers(self, analysis: str) -> pd.DataFrame:
        """The numbers of one analysis; empty where there are none."""
        return self.view.rows(analysis)

    def methods(self, analysis: str, statistic: str = "p") -> dict[str, str]:
        """Term -> how a statistic was computed, of numbers that could be."""
        found = self.numbers(analysis)
        found = found[(found["statistic"] == statistic) & found["value"].notna()]
        found = found[(found["group"] == "") & (found["level"] == "")]  # no pairs of groups
        return dict(zip(found["term"], found["method"], strict=True))

    def paired_kind(self, analysis: str, term: str = "") -> str:
        """What the test of the same patients twice compares; empty where none could be done."""
        found = self.numbers(analysis)
        found = found[(found["statistic"] == "p") & (found["term"] == term)]
        for method in found.loc[found["value"].notna(), "method"]:
            for begin, kind in PAIRED.items():
                if method.startswith(begin):
                    return kind
        return ""

    def analyses(self, step: str) -> list[str]:
        """The analyses of a step, in order."""
        mine = (f"{step}/",)
        return [a for a in self.view.analyses if a == step or a.startswith(mine)]
