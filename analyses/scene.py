"""What a step sees: its patients, what their columns mean, and the plan's definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.plan import StudyPlan, level_label
from analyses.schema.step import CovariateSection
from analyses.schema.words import ConditionSection
from cohort_stats.condition import Condition
from cohort_stats.dictionary import DataDictionary
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.covariate import Covariate

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


#: Columns of a sample's weights and sets, which no plan can name.
WEIGHT, SET = "propensity weight", "matched set"


class StepNotPossible(Exception):
    """A step that this cohort does not allow, with the reason in the user's words."""


@dataclass(frozen=True)
class Sample:
    """Some of the patients, as a matching or a weighting leaves them to later steps.

    Parameters
    ----------
    patients
        Who belongs to it, shape (n,).
    weights
        What each of all patients counts, shape (n,); None when all of them count alike.
    sets
        Number of the matched set of each of all patients, shape (n,), 0 without one; None when
        there are no sets.
    """

    patients: Bools
    weights: Floats | None = None
    sets: Places | None = None

    def among(self, patients: Bools) -> Sample:
        """The same sample among more patients, of whom its own were `patients`."""

        def spread(values: npt.NDArray) -> npt.NDArray:
            everyone = np.zeros(len(patients), dtype=values.dtype)
            everyone[patients] = values
            return everyone

        weights = None if self.weights is None else spread(self.weights)
        sets = None if self.sets is None else spread(self.sets)
        return Sample(spread(self.patients), weights, sets)


@dataclass(frozen=True)
class Scene:
    """The patients of one step.

    Parameters
    ----------
    frame
        One row a patient.
    dictionary
        What the columns mean, derived ones included.
    plan
        The plan the step belongs to.
    progress
        Told in words how far long work is.
    """

    frame: pd.DataFrame
    dictionary: DataDictionary
    plan: StudyPlan
    progress: Callable[[str], None] = lambda words: None

    def has(self, name: str) -> bool:
        """Whether this cohort holds any value of a variable."""
        return name in self.frame.columns and bool(self.frame[name].notna().any())

    def label(self, name: str) -> str:
        """The label of a variable, known to this cohort or not."""
        if name in self.dictionary:
            return self.dictionary[name].label
        return self.plan.file.derived[name].label

    def condition(self, section: ConditionSection) -> Condition:
        """A condition with its levels as labels, whatever the plan calls them."""
        found = section.condition
        if found.comparison not in ("is", "is_not", "in"):
            return found
        variable = self.dictionary[found.variable]
        written = found.value if isinstance(found.value, tuple | list) else [found.value]
        labels = tuple(level_label(variable, str(level)) for level in written)
        return Condition(found.variable, found.comparison, labels)

    def where(self, keep: npt.NDArray[np.bool_]) -> Scene:
        """The same scene with some of the patients."""
        return replace(self, frame=self.frame[keep].reset_index(drop=True))

    def of(self, sample: Sample) -> Scene:
        """The patients of a sample, with columns of their weights and matched sets."""
        own = {WEIGHT: sample.weights, SET: sample.sets}
        columns = {name: values for name, values in own.items() if values is not None}
        return replace(self, frame=self.frame.assign(**columns)).where(sample.patients)

    @property
    def weights(self) -> pd.Series | None:
        """What each patient counts; None when all count alike."""
        return self.frame.get(WEIGHT)

    @property
    def sets(self) -> pd.Series | None:
        """Number of each patient's matched set; None when there are no sets."""
        return self.frame.get(SET)

    def typed(self, names: Sequence[str]) -> pd.DataFrame:
        """Columns as the plan describes them: a cohort keeps every category in order."""
        made = {}
        for name in dict.fromkeys(names):
            column = self.frame[name]
            plain = self.dictionary[name].type == "category"
            made[name] = column.cat.as_unordered() if plain else column
        return pd.DataFrame(made)

    def outcome(self, section: ConditionSection) -> pd.Series:
        """True, False or missing for each patient."""
        met, unknown = self.condition(section).holds(self.frame)
        return pd.Series(met, index=self.frame.index, dtype="boolean").mask(unknown)

    def endpoint(self, name: str) -> Endpoint:
        """An endpoint of the plan for these patients."""
        section = self.plan.file.endpoints[name]
        happened = self.outcome(section.event)
        time = self.numbers(section.time)
        event = happened.fillna(False).to_numpy(dtype=bool)
        if section.follow_up:
            time = np.where(event, time, self.numbers(section.follow_up))
        time = np.where(happened.isna().to_numpy(), np.nan, time)
        unit = self.dictionary[section.follow_up or section.time].unit
        entry = self.numbers(section.entry) if section.entry else None
        if section.competing is None:
            return Endpoint(time, event, unit, section.label, entry=entry)
        first, time = self._competing(section.competing, section.competing_time, event, time)
        return Endpoint(time, event & ~first, unit, section.label, competing=first, entry=entry)

    def _competing(
        self, section: ConditionSection, own_time: str, event: Bools, time: Floats
    ) -> tuple[Bools, Floats]:
        """Who had the competing event first, and everybody's follow-up time.

        Where both events happened, the earlier counts, which is the event itself unless the
        competing one has a time of its own that lies before. Without the event, nobody's
        outcome is known while it is not known whether the competing event happened.
        """
        happened = self.outcome(section)
        first = happened.fillna(False).to_numpy(dtype=bool)
        open_ = happened.isna().to_numpy() & ~event
        if not own_time:
            return first & ~event, np.where(open_, np.nan, time)
        own = self.numbers(own_time)
        first = first & (~event | (own < time))
        return first, np.where(open_, np.nan, np.where(first, own, time))

    def numbers(self, name: str) -> Floats:
        """A column of numbers, nan where missing."""
        return self.frame[name].to_numpy(dtype=float)

    def marker(self, name: str) -> pd.Series:
        """A marker as numbers: those of its levels where it is an ordered scale."""
        column, variable = self.frame[name], self.dictionary[name]
        if not variable.is_categorical:
            return column
        numbers = column.astype(object).map(variable.level_numbers, na_action="ignore")
        return numbers.astype(float)

    def scale_words(self, names: Sequence[str]) -> str:
        """How the levels of markers that are ordered scales become numbers; may be empty."""
        told = []
        for variable in (self.dictionary[name] for name in names):
            if variable.is_categorical:
                pairs = (
                    f"{label} = {number:g}" for label, number in variable.level_numbers.items()
                )
                told.append(
                    f"Levels of `{variable.name}` were taken as numbers: {', '.join(pairs)}."
                )
        return " ".join(told)

    def group_variable(self, name: str) -> str:
        """The variable behind a group's name."""
        group = self.plan.file.groups.get(name)
        return group.variable if group else name

    def groups(self, name: str) -> pd.Series:
        """The level of each patient, in the plan's order; others are missing."""
        column = self.frame[self.group_variable(name)]
        section = self.plan.file.groups.get(name)
        if section is None or not section.levels:
            return column
        variable = self.dictionary[section.variable]
        labels = [level_label(variable, level) for level in section.levels]
        return pd.Series(
            pd.Categorical(column.astype(object), categories=labels, ordered=True),
            index=column.index,
            name=column.name,
        )

    def covariates(self, sections: Sequence[CovariateSection]) -> tuple[Covariate, ...]:
        """The covariates this cohort holds, with the reference levels of the dictionary."""
        found = []
        for section in sections:
            if not self.has(section.variable):
                continue
            variable = self.dictionary[section.variable]
            reference = ""
            if variable.is_categorical and not section.score:
                wanted = level_label(variable, section.reference or variable.reference_label)
                present = set(self.frame[section.variable].dropna())
                reference = wanted if wanted in present else ""
            kept = (section.per, reference, section.score, section.knots)
            found.append(Covariate(section.variable, *kept))
        return tuple(found)
