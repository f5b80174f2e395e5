"""The words of steps that describe patients and compare groups of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from analyses.schema.step import GroupedStep, OutcomeStep, as_row
from analyses.schema.words import Words
from cohort_stats.comparing.rows import PairChoice, TestChoice
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class RowSection(Words):
    """A row of a comparison."""

    variable: str
    summary: Literal["mean", "median"] | None = None
    test: TestChoice = "by type"
    pairs: PairChoice = "same test"


Rows = tuple[Annotated[RowSection, BeforeValidator(as_row)], ...]


class CompareStep(GroupedStep):
    """Describe patients, and compare groups of them."""

    not_imputed = ""

    kind: Literal["compare"]
    rows: Rows = Field(min_length=1)
    summary: Literal["mean", "median"] = "median"
    posthoc: Literal["holm", "bonferroni", "benjamini-hochberg"] | None = None
    difference: bool = False
    smd: Literal["largest", "mean"] | None = None
    distribution_checks: bool = False

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the variables of its rows."""
        return (*super().uses(file), *(row.variable for row in self.rows))

    def unpooled(self) -> dict[str, str]:
        """Pairs of groups, and tests of distributions."""
        wishes = {"posthoc": self.posthoc, "distribution_checks": self.distribution_checks}
        why = "these tests are not pooled over imputed sets"
        return {key: why for key, wish in wishes.items() if wish}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, rows whose variable, test or pairs do not fit."""
        from analyses.checks.comparing import compare_problems

        yield from super().problems(names, where)
        yield from compare_problems(names, where, self)


class ProportionStep(OutcomeStep, GroupedStep):
    """The share of patients with an outcome, with its interval; compared between groups."""

    kind: Literal["proportion"]
