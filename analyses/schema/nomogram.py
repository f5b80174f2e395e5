"""The words of a nomogram: a model drawn as scales of points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from analyses.schema.words import Words
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.schema.regression import BuiltStep

Time = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class NomogramSection(Words):
    """When survival is read off; a risk has no times."""

    at: tuple[Time, ...] = ()


def _asked(given: Any) -> Any:
    """``true`` asks for one, ``false`` for none."""
    return ({} if given else None) if isinstance(given, bool) else given


Nomogram = Annotated[NomogramSection | None, BeforeValidator(_asked)]


def nomogram_problems(step: BuiltStep, where: str) -> Iterator[Problem]:
    """Models that are no sum of one scale a covariate, or that have no times where they need some.

    Parameters
    ----------
    step
        Its words.
    where
        Its place in the plan.
    """
    asked, place = step.nomogram, f"{where}.nomogram"
    if asked is None:
        return
    if step.interactions:
        expected = "no interactions beside a nomogram: each covariate has one scale of points"
        yield Problem(place, "", expected, f"'{' and '.join(step.interactions[0])}'")
    curved = [c.variable for c in step.covariates if c.knots]
    if curved:
        expected = "no knots beside a nomogram: a number is drawn as a straight scale"
        yield Problem(place, "", expected, f"knots of '{curved[0]}'")
    if getattr(step, "strata", ()) or getattr(step, "conditional", False):
        what = "survival curve" if step.kind == "cox" else "risk"
        expected = f"no strata or matched sets beside a nomogram: each has a {what} of its own"
        yield Problem(place, "", expected, "a model within them")
    if step.kind == "cox" and not asked.at:
        expected = "times at which survival is read off, such as { at = [12, 24] }"
        yield Problem(place, "", expected, "none")
    if step.kind == "logistic" and asked.at:
        expected = "nomogram = true: a risk of yes or no has no times"
        yield Problem(f"{place}.at", "", expected, f"{[*asked.at]}")
    if len({*asked.at}) < len(asked.at):
        yield Problem(f"{place}.at", "", "each time only once", f"{[*asked.at]}")
