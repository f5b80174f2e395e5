"""``[prisma]``: what became of the records of a systematic review, in counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from analyses.schema.words import Words
from cohort_stats.problem import Problem

Count = Annotated[int, Field(ge=0)]
Counts = dict[str, Count]


class OtherMethods(Words):
    """``[prisma.other]``: what was found by other ways than databases and registers."""

    records: Counts = Field(min_length=1)
    not_retrieved: Count = 0
    assessed: Count
    reasons: Counts = Field(default_factory=dict)

    def problems(self, where: str) -> Iterator[Problem]:
        """Counts that do not follow from each other."""
        found = sum(self.records.values())
        expected = found - self.not_retrieved
        if self.assessed != expected:
            words = f"{expected}, as {found} were found and {self.not_retrieved} not retrieved"
            yield Problem(f"{where}.assessed", "", words, f"'{self.assessed}'")

    @property
    def included(self) -> int:
        """Reports that are left."""
        return self.assessed - sum(self.reasons.values())


class PrismaSection(Words):
    """``[prisma]``: the counts of a PRISMA 2020 diagram."""

    databases: Counts = Field(min_length=1)
    registers: Counts = Field(default_factory=dict)
    duplicates: Count = 0
    automation: Count = 0
    removed_otherwise: Count = 0
    screened: Count
    excluded: Count
    sought: Count
    not_retrieved: Count = 0
    assessed: Count
    reasons: Counts = Field(default_factory=dict)
    included: Count
    reports: Count | None = None
    other: OtherMethods | None = None

    @property
    def identified(self) -> int:
        """Records of all databases and registers."""
        return sum(self.databases.values()) + sum(self.registers.values())

    @property
    def removed(self) -> int:
        """Records removed before they were screened."""
        return self.duplicates + self.automation + self.removed_otherwise

    @property
    def left(self) -> int:
        """Reports that are left when all exclusions are taken away."""
        other = self.other.included if self.other is not None else 0
        return self.assessed - sum(self.reasons.values()) + other

    def problems(self, where: str = "prisma") -> Iterator[Problem]:
        """Counts that do not follow from each other, each with its arithmetic."""
        steps = (
            ("screened", self.identified, "identified", self.removed, "removed before screening"),
            ("sought", self.screened, "screened", self.excluded, "excluded"),
            ("assessed", self.sought, "sought", self.not_retrieved, "not retrieved"),
        )
        for key, before, first, less, second in steps:
            if getattr(self, key) != before - less:
                words = f"{before - less}, as {before} were {first} and {less} {second}"
                yield Problem(f"{where}.{key}", "", words, f"'{getattr(self, key)}'")
        if self.other is not None:
            yield from self.other.problems(f"{where}.other")
        yield from self._end(where)

    def _end(self, where: str) -> Iterator[Problem]:
        excluded = sum(self.reasons.values())
        counted = f"{self.assessed} were assessed and {excluded} excluded with reasons"
        if self.other is not None:
            counted += f", and other methods left {self.other.included}"
        if self.reports is not None:
            if self.reports != self.left:
                yield Problem(
                    f"{where}.reports", "", f"{self.left}, as {counted}", f"'{self.reports}'"
                )
            if self.included > self.reports:
                words = f"at most {self.reports}, the reports of these studies"
                yield Problem(f"{where}.included", "", words, f"'{self.included}'")
        elif self.included != self.left:
            words = f"{self.left}, as {counted} (several reports of a study: give 'reports' too)"
            yield Problem(f"{where}.included", "", words, f"'{self.included}'")
