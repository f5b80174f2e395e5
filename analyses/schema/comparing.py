"""The words of steps that describe patients and compare groups of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema.step import GroupedStep, OutcomeStep, as_row
from analyses.schema.words import Words, refuse_repeated
from cohort_stats.comparing.rows import PairChoice, Summary, TestChoice
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class RowSection(Words):
    """A row of a comparison."""

    variable: str
    summary: Summary | None = None
    test: TestChoice = "by type"
    pairs: PairChoice = "same test"


Rows = tuple[Annotated[RowSection, BeforeValidator(as_row)], ...]


class CompareStep(GroupedStep):
    """Describe patients, and compare groups of them."""

    not_imputed = ""

    kind: Literal["compare"]
    rows: Rows = Field(min_length=1)
    summary: Summary = "median"
    posthoc: Literal["holm", "bonferroni", "benjamini-hochberg"] | None = None
    difference: bool = False
    smd: Literal["largest", "mean"] | None = None
    distribution_checks: bool = False
    sets: Literal["paired", "independent"] = "independent"

    @model_validator(mode="after")
    def _each_row_once(self) -> CompareStep:
        refuse_repeated("rows", ((r.variable,) for r in self.rows), "each variable only once")
        return self

    def ignores_weights(self, file: PlanFile) -> str:
        """It describes weighted patients, but tests nothing in them."""
        asked = {"posthoc": self.posthoc, "difference": self.difference}
        asked["distribution_checks"] = self.distribution_checks
        for row in self.rows:
            asked["test"] = asked.get("test") or row.test != "by type"
        words = [word for word, given in asked.items() if given]
        return f"'{words[0]}' is for patients who count alike" if words else ""

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says; without groups nothing is tested."""
        return self.sets if self.by else ""

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
    sets: Literal["robust", "paired", "independent"] = "robust"
    e_value: bool = False
    rosenbaum: tuple[Annotated[float, Field(ge=1)], ...] = ()

    @model_validator(mode="after")
    def _of_two_groups(self) -> ProportionStep:
        asked = {"sets": self.sets == "paired", "e_value": self.e_value}
        for word, given in asked.items():
            if given and not self.by:
                raise ValueError(f"by: a group or a variable, as {word} compares two groups")
        if self.rosenbaum and self.sets != "paired":
            raise ValueError("rosenbaum: only with sets = 'paired'")
        return self

    def ignores_weights(self, file: PlanFile) -> str:
        """It weighs, but not pairs."""
        return "pairs are compared as they are" if self.sets == "paired" else ""

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says."""
        return self.sets

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, an E-value of more than two groups."""
        from analyses.checks.comparing import two_groups_only

        yield from super().problems(names, where)
        if self.e_value:
            yield from two_groups_only(names, where, self.by)
