"""A validated cohort, and the flow of who was left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cohort_stats.account import Account
from cohort_stats.condition import Condition
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.problem import Problem


@dataclass(frozen=True)
class FlowStep:
    """One step of the patient flow.

    Parameters
    ----------
    reason
        Why patients were left out at this step.
    excluded
        How many were.
    unknown
        How many could not be judged, because the value asked for is missing; they stay.
    remaining
        How many are left after it.
    """

    reason: str
    excluded: int
    unknown: int
    remaining: int


@dataclass(frozen=True)
class Flow:
    """How many patients entered, and who was left out, step by step.

    Parameters
    ----------
    entered
        Patients in the file.
    steps
        The exclusions, in order.
    """

    entered: int
    steps: tuple[FlowStep, ...] = ()

    @property
    def remaining(self) -> int:
        """Patients left after every step."""
        return self.steps[-1].remaining if self.steps else self.entered


@dataclass(frozen=True)
class Cohort:
    """Patients whose every cell has passed the dictionary.

    Parameters
    ----------
    frame
        One row a patient, one column a variable of the dictionary that the file holds:
        float64 for numbers, datetime64 for dates, ordered categories of labels for levels,
        strings for text and ids.
    dictionary
        What the columns mean.
    file
        Name of the file it was read from.
    sha256
        Hash of that file.
    synthetic
        Whether the file says that its patients are made up.
    flow
        Who was left out.
    absent
        Variables of the dictionary that the file does not hold.
    ignored
        Headings of the file that the dictionary does not know.
    warnings
        What is unusual, though possible.
    account
        What became of every cell of the file; None for a cohort that was not read from one.
    reported
        Whether the file says that its rows are those that a paper prints.
    """

    frame: pd.DataFrame
    dictionary: DataDictionary
    file: str
    sha256: str
    synthetic: bool
    flow: Flow
    absent: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    account: Account | None = None
    reported: bool = False

    def __len__(self) -> int:
        return len(self.frame)

    def excluding(self, exclusions: Sequence[tuple[str, Condition | None]]) -> Cohort:
        """Leave out the patients who meet any of the conditions, and count them.

        Parameters
        ----------
        exclusions
            Pairs of reason and condition, applied in order; a patient is counted under
            the first condition that he or she meets. Patients for whom a condition is
            unknown are kept and counted as unknown. None stands for a condition that the
            cohort cannot answer: it is unknown for everybody.
        """
        frame, steps = self.frame, list(self.flow.steps)
        for reason, condition in exclusions:
            met, unknown = np.zeros(len(frame), dtype=bool), np.ones(len(frame), dtype=bool)
            if condition is not None:
                met, unknown = condition.holds(frame)
            frame = frame[~met]
            steps.append(FlowStep(reason, int(met.sum()), int(unknown.sum()), len(frame)))
        flow = Flow(self.flow.entered, tuple(steps))
        return replace(self, frame=frame.reset_index(drop=True), flow=flow)

    def adding(self, variable: Variable, values: pd.Series) -> Cohort:
        """A cohort with one more variable, described and filled in."""
        frame = self.frame.assign(**{variable.name: values})
        return replace(self, frame=frame, dictionary=self.dictionary.adding(variable))
