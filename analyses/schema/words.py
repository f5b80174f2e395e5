"""What every table of a plan file is made of: names, words, and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cohort_stats.condition import Condition
from cohort_stats.dictionary import fold_level

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class Words(BaseModel):
    """A table of a plan file: only known keys, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def refuse_repeated(
    key: str,
    levels: Iterable[tuple[str, ...]],
    words: str = "levels of which no two share a code or label",
) -> None:
    """Refuse levels of which two are read as one.

    Parameters
    ----------
    key
        Where they are written.
    levels
        For each level the texts that mean it: its label, and its code if it has one.
    words
        What is expected.

    Raises
    ------
    ValueError
        When two levels share a text; case and spaces do not tell levels apart.
    """
    taken: set[str] = set()
    for texts in levels:
        folded = {fold_level(text): text for text in texts}
        for text in taken & set(folded):
            raise ValueError(f"{key}: {words}; found '{folded[text]}' in two")
        taken |= set(folded)


class ConditionSection(Words):
    """A comparison with one variable; exactly one comparison."""

    variable: str
    is_: str | None = Field(default=None, alias="is")
    is_not: str | None = None
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    below: float | None = None
    at_most: float | None = None
    above: float | None = None
    at_least: float | None = None
    missing: bool | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> ConditionSection:
        if len(self._given()) != 1:
            names = "is, is_not, in, below, at_most, above, at_least, missing"
            raise ValueError(f"exactly one comparison ({names})")
        return self

    def _given(self) -> dict[str, Any]:
        values = self.model_dump(by_alias=True, exclude={"variable", "reason"})
        return {name: value for name, value in values.items() if value is not None}

    @property
    def condition(self) -> Condition:
        """The comparison as the cohort understands it."""
        ((comparison, value),) = self._given().items()
        return Condition(self.variable, comparison, value)  # type: ignore[arg-type]


def _as_outcome(given: Any) -> Any:
    return {"variable": given, "is": "yes"} if isinstance(given, str) else given


#: The name of a yes/no variable, or a condition.
OutcomeSection = Annotated[ConditionSection, BeforeValidator(_as_outcome)]
