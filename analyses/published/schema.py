"""The words of `published.toml`: the paper, its groups, models, tables, text and claims."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from analyses.printed.outcome import TESTS
from analyses.schema.words import Identifier, Words, refuse_repeated

#: What a test may be stated for, in `[paper.tests]`.
SUBJECTS = ("means", "ranks", "counts", "ordered", "survival", "pairs")


def _known_tests(given: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [test for test in given if test not in TESTS]
    if unknown:
        raise ValueError(f"names of tests, of {', '.join(TESTS)}; found '{unknown[0]}'")
    return given


class PaperSection(Words):
    """``[paper]``: what it is, and how it says that it computed."""

    key: Identifier
    title: str
    citation: str
    doi: str = ""
    question: str = ""
    design: str = ""
    n: str = ""
    methods: tuple[str, ...] = ()
    program: str = ""
    needs: str = ""
    decimal: Literal[".", ","] = "."
    tests: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @field_validator("tests")
    @classmethod
    def _tests(cls, given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for subject, tests in given.items():
            if subject not in SUBJECTS:
                raise ValueError(f"one of {', '.join(SUBJECTS)}; found '{subject}'")
            _known_tests(tests)
        return given


class PrintedGroupSection(Words):
    """``[groups.NAME]``: patients whom a column or a number is about."""

    label: str
    n: str = ""
    parts: tuple[Identifier, ...] = ()
    level: str = ""


class PrintedModelSection(Words):
    """``[models.NAME]``: a regression whose estimates are printed in columns of their own."""

    label: str
    effect: Literal["or", "hr", "rr", "shr", "none"] = "none"
    outcome: str = ""
    n: str = ""
    events: str = ""
    confidence: float = 0.95
    limits: Literal["", "wald", "profile", "other"] = ""


class PrintedTableSection(Words):
    """``[[tables]]``: a table, its cells as a grid."""

    id: Identifier
    place: str
    what: str = ""
    kind: str = ""
    rows: str
    compares: tuple[Identifier, ...] = ()
    marks: dict[str, str] = Field(default_factory=dict)
    tests: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    denominators: dict[str, str | dict[str, str]] = Field(default_factory=dict)
    percent_of: dict[str, str] = Field(default_factory=dict)

    @field_validator("marks")
    @classmethod
    def _marks(cls, given: dict[str, str]) -> dict[str, str]:
        _known_tests(tuple(test for test in given.values() if test))
        return given

    @field_validator("tests")
    @classmethod
    def _tests(cls, given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for tests in given.values():
            _known_tests(tests)
        return given


class PrintedTextSection(Words):
    """``[[text]]``: numbers of the abstract, a section of the text, or a caption, as a grid."""

    id: Identifier
    place: str
    rows: str


class RelationsSection(Words):
    """``[[relations]]``: relations of numbers that are written elsewhere, as a grid."""

    rows: str


class ClaimSection(Words):
    """``[[claims]]``: what the paper says, bound to a step of the plan."""

    id: Identifier
    what: str
    step: str
    part: str = ""
    group: str = ""
    term: str = ""
    level: str = ""
    time: float | None = None
    values: dict[str, str] = Field(default_factory=dict)
    unprinted: tuple[str, ...] = ()
    direction: Literal["higher", "lower", ""] = ""
    reverse: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _some_number(self) -> ClaimSection:
        if not self.values and not self.unprinted:
            raise ValueError("values: statistics of the step (or unprinted, where none is printed)")
        refuse_repeated("unprinted", ((name,) for name in (*self.values, *self.unprinted)),
                        "statistics that are not in values, each once")  # fmt: skip
        return self


class LeftOutSection(Words):
    """``[[left_out]]``: numbers of the paper that are not in the registry, and why."""

    reason: str
    numbers: tuple[str, ...] = ()
    place: str = ""


class CellSection(Words):
    """``[simulate.cells]``: patients that are drawn together; the cells make up the cohort."""

    group: Identifier
    less: tuple[Identifier, ...] = ()
    n: int | None = Field(default=None, ge=1)


class DrawSection(Words):
    """``[simulate.variables]``: how a column of the synthetic cohort is drawn."""

    row: str = ""
    each: str = ""
    counted: str = ""
    other: str = ""
    counts: dict[Identifier, dict[str, int]] = Field(default_factory=dict)
    given: str = ""
    crossed: dict[Identifier, dict[str, dict[str, int]]] = Field(default_factory=dict)
    overall: dict[str, int] = Field(default_factory=dict)
    mean: dict[Identifier, float] = Field(default_factory=dict)
    sd: dict[Identifier, float] = Field(default_factory=dict)
    always: str | float | dict[Identifier, str | float] = ""
    points: tuple[Identifier, ...] = ()
    formula: str = ""
    since: str = ""
    survival: dict[Identifier, tuple[tuple[float, float], ...]] = Field(default_factory=dict)
    event: Identifier | None = None
    censored: tuple[float, float] | Identifier | None = None
    shape: Literal["normal", "skewed"] = "normal"
    step: float = Field(default=1, gt=0)
    low: float | dict[Identifier, float] | None = None
    high: float | dict[Identifier, float] | None = None
    follows: dict[Identifier, float] = Field(default_factory=dict)
    only: dict[Identifier, str] = Field(default_factory=dict)
    unknown: dict[Identifier, int] = Field(default_factory=dict)
    at_least: Identifier | None = None
    at_most: Identifier | None = None


class SimulateSection(Words):
    """``[simulate]``: a synthetic cohort that keeps the printed margins."""

    seed: int = 1
    cells: dict[Identifier, CellSection] = Field(min_length=1)
    variables: dict[Identifier, DrawSection] = Field(default_factory=dict)


class PublishedFile(Words):
    """A whole `published.toml`."""

    paper: PaperSection
    groups: dict[Identifier, PrintedGroupSection] = Field(default_factory=dict)
    models: dict[Identifier, PrintedModelSection] = Field(default_factory=dict)
    tables: tuple[PrintedTableSection, ...] = ()
    text: tuple[PrintedTextSection, ...] = ()
    relations: tuple[RelationsSection, ...] = ()
    claims: tuple[ClaimSection, ...] = ()
    left_out: tuple[LeftOutSection, ...] = ()
    simulate: SimulateSection | None = None
