"""What tables, figures and sentences look at: a study's numbers, and the names of things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property

import pandas as pd

from analyses.plan import level_label
from analyses.running import StudyResults
from analyses.schema.changes import PairSection
from analyses.schema.step import CovariateSection
from analyses.schema.words import OutcomeSection
from analyses.steps.models import why_not_fitted
from cohort_stats.changes.paired import AFTER, BEFORE
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.regression.covariate import TIMES
from cohort_stats.wording import ONE, Rows, counted_rows
from reports.format import SUMMARIES, general, row_decimals
from reports.numbers import Numbers, known

#: Units that stand in the plural -> one of them.
ONE_OF = {f"{unit}s": unit for unit in ("year", "month", "week", "day", "hour", "point")}
NAMED = re.compile("`([^`]+)`")


class View:
    """A study's results, ready to be printed.

    Parameters
    ----------
    results
        What :func:`analyses.running.run` gave.
    """

    def __init__(self, results: StudyResults):
        self.results = results
        stacked = results.stack()
        self._by_analysis = dict(iter(stacked.groupby("analysis", sort=False)))
        self._nothing = stacked.iloc[:0]
        self.numbers = cache(self._numbers)
        self.decimals = cache(self._decimals)

    def _numbers(self, analysis: str) -> Numbers:
        return Numbers(self._by_analysis.get(analysis))

    def _decimals(self, kind: str, term: str) -> int:
        """Decimals of a variable's ``mean_sd`` or ``median_…``, the same in every table.

        Those that the largest sample of all patients asks for; whole numbers have none where
        all quartiles of the study are whole.
        """
        samples = []
        for numbers, group, given, name in self._samples:
            where = {"group": group, "term": given or term}
            found = numbers.several(*SUMMARIES[kind], **where)
            if name in ("", term) and known(found[0]):
                n = numbers.get("n", group=group, term="" if given else term)
                samples.append((group == OVERALL, n, found))
        if not samples:
            return 0
        _, _, largest = max(samples, key=lambda sample: sample[:2])
        whole = all(v.is_integer() for *_, found in samples for v in found)
        return row_decimals(kind, *largest, whole=whole)

    @cached_property
    def _samples(self) -> list[tuple[Numbers, str, str, str]]:
        """Numbers and groups that describe variables, each under its own name.

        Before and after are told with the variable that they are of.
        """
        terms: dict[str, tuple[tuple[str, str], ...]] = {}
        for step in self.results.plan.file.steps:
            for pair in step.pairs if step.kind == "paired" else ():
                terms[f"{step.id}/{pair.before}/{pair.after}"] = (
                    (BEFORE, pair.before),
                    (AFTER, pair.after),
                )
        return [
            (self.numbers(analysis), group, given, name)
            for analysis in self.analyses
            for group in self.numbers(analysis).unique("group", "q1")
            for given, name in terms.get(analysis, (("", ""),))
        ]

    @property
    def analyses(self) -> list[str]:
        """The names of all analyses, in order."""
        return [str(name) for name in self._by_analysis]

    def rows(self, analysis: str) -> pd.DataFrame:
        """The rows of one analysis; none where there is no such."""
        return self._by_analysis.get(analysis, self._nothing)

    @cached_property
    def dictionary(self) -> DataDictionary:
        """What the columns mean, derived ones included, those too that could not be derived."""
        known = self.results.cohort.dictionary
        for name, section in self.results.plan.file.derived.items():
            if name not in known:
                known = known.adding(Variable(name, section.label, "text"))
        return known

    @property
    def synthetic(self) -> bool:
        """Whether the patients are made up."""
        return self.results.cohort.synthetic

    @property
    def figure_width(self) -> float:
        """Of figures that may fill a page, in mm."""
        return self.results.plan.file.report.figure_width

    @property
    def noun(self) -> Rows:
        """What the rows of the file are: ``patients``, ``studies`` or their ``results``."""
        return self.results.plan.file.noun

    @property
    def one(self) -> str:
        """One of them: ``patient``."""
        return ONE[self.noun]

    @property
    def makers(self) -> str:
        """The rows of a model: ``patients who made the model``."""
        return f"{self.noun} {'who' if self.noun == 'patients' else 'that'} made the model"

    def counted(self, n: float) -> str:
        """A number of them: ``1 patient``, ``3 studies``."""
        return counted_rows(round(n), self.noun)

    def unit(self, endpoint: str) -> str:
        """Unit of time of an endpoint."""
        section = self.results.plan.file.endpoints[endpoint]
        return self.dictionary[section.follow_up or section.time].unit

    def scale_notes(self, names: Iterable[str]) -> list[str]:
        """How the levels of markers that are ordered scales became numbers."""
        told = []
        for variable in (self.dictionary[name] for name in names):
            if variable.is_categorical:
                pairs = (
                    f"{label} = {general(value)}" for label, value in variable.level_numbers.items()
                )
                told.append(f"Levels of {variable.label} as numbers: {', '.join(pairs)}.")
        return told

    def competing_label(self, endpoint: str) -> str:
        """What an endpoint's competing event is called: its levels, or what was asked."""
        section = self.results.plan.file.endpoints[endpoint].competing
        return self._outcome_label(section) if section else ""

    def event_label(self, endpoint: str) -> str:
        """What an endpoint's event is called, in the same way."""
        return self._outcome_label(self.results.plan.file.endpoints[endpoint].event)

    def _outcome_label(self, section: OutcomeSection) -> str:
        variable, condition = self.dictionary[section.variable], section.condition
        if condition.comparison in ("is", "in") and variable.type != "yesno":
            written = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            return " or ".join(level_label(variable, str(level)) for level in written)
        if condition.comparison == "is":
            return variable.label
        return condition.words(variable.label, variable.unit)

    def group_label(self, name: str) -> str:
        """Label of the variable behind a group's name; empty for no group."""
        if not name:
            return ""
        group = self.results.plan.file.groups.get(name)
        return self.dictionary[group.variable if group else name].label

    def group_test(self, step: str) -> tuple[str, float]:
        """The test that compares the groups of a survival step, and its p: ``Log-rank``."""
        numbers = self.numbers(f"{step}/log-rank")
        method = str(numbers.about("p").get("method", ""))
        name, imputed, _ = method.partition(", pooled over")
        name = f"{'pooled ' if imputed else ''}{name.removesuffix(' test')}"
        return f"{name[:1].upper()}{name[1:]}", numbers.get("p")

    def covariate_label(self, section: CovariateSection) -> str:
        """A covariate with the step its ratio stands for: ``Age, per 10 years``."""
        variable = self.dictionary[section.variable]
        if section.score:
            return f"{variable.label}, per level"
        if not variable.is_numeric:
            return variable.label
        unit = variable.unit
        if section.per == 1:
            return f"{variable.label}, per {ONE_OF.get(unit, unit) or 1}"
        return f"{variable.label}, per {general(section.per)} {unit or 'units'}"

    def why_not_fitted(self, analysis: str) -> str:
        """Why a model could not be fitted, with labels; empty where it was."""
        for done in self.results.steps:
            for result in done.results:
                named = result.numbers["analysis"]
                if len(named) and named.iloc[0] == analysis:
                    return self.with_labels(why_not_fitted(result))
        return ""

    def pair_label(self, pair: PairSection) -> str:
        """What a pair of columns is called, with its unit."""
        before, after = self.dictionary[pair.before], self.dictionary[pair.after]
        name = pair.label or f"{before.label} → {after.label}"
        return f"{name} ({before.unit})" if before.unit else name

    def with_labels(self, words: str) -> str:
        """Words in which `` `name` `` of a variable, or of a product, is replaced by its label."""
        return NAMED.sub(self._quoted, words)

    def _quoted(self, found: re.Match[str]) -> str:
        names = found[1].split(TIMES)
        if not all(name in self.dictionary for name in names):
            return found[0]
        return f"‘{TIMES.join(self.dictionary[name].label for name in names)}’"
