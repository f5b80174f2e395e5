"""The words of survival predicted for patients with given covariates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from analyses.schema.words import Words
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names


def _number_or_level(given: Any) -> Any:
    number = isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given)
    if not number and not isinstance(given, str):
        raise ValueError("a number, or a level in quotation marks")
    return given


Time = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Value = Annotated[int | float | str, BeforeValidator(_number_or_level)]


class PredictSection(Words):
    """At which times, and for whom, a model predicts survival."""

    at: tuple[Time, ...] = Field(min_length=1)
    profiles: dict[str, dict[str, Value]] = Field(min_length=1)


def prediction_problems(
    names: Names,
    where: str,
    section: PredictSection,
    covariates: Sequence[str],
    strata: Sequence[str],
) -> Iterator[Problem]:
    """Profiles of other variables than the model's, or of values these cannot have."""
    if len({*section.at}) < len(section.at):
        yield Problem(f"{where}.at", "", "each time only once", f"{[*section.at]}")
    known = dict.fromkeys([*covariates, *strata])
    for profile, values in section.profiles.items():
        place = f"{where}.profiles.{profile}"
        yield from _missing_strata(place, values, strata)
        for name, value in values.items():
            wrong = list(names.one_of(f"{place}.{name}", _WHAT, name, known))
            yield from wrong
            if not wrong and name in names.types:
                yield from _value(names, f"{place}.{name}", name, value)


_WHAT = "a covariate of this step"


def _missing_strata(
    place: str, values: Mapping[str, Value], strata: Sequence[str]
) -> Iterator[Problem]:
    """Each stratum has a curve of its own, so that there is no usual one."""
    for name in strata:
        if name not in values:
            yield Problem(place, "", f"a level of '{name}', a stratum of the model", "none")


def _value(names: Names, where: str, name: str, value: Value) -> Iterator[Problem]:
    from analyses.checks.names import LEVELS, NUMBERS

    kind = names.types[name]
    if kind in LEVELS:
        yield from names.levels(where, name, [written(value)])
    elif kind in NUMBERS and isinstance(value, str):
        yield Problem(where, "", "a number without quotation marks", f"'{value}'")


def written(value: Value) -> str:
    """A level as it would stand in a workbook, where a plan gives its code as a number."""
    return value if isinstance(value, str) else f"{value:g}"
