"""Claims of a registry that are bound to what the plan beside it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analyses.checks.names import Names
from analyses.published.reading import PublishedError
from analyses.published.registry import Published
from analyses.published.schema import ClaimSection
from analyses.schema.regression import ModelStep
from cohort_stats.glossary import GLOSSARY
from cohort_stats.problem import Problem, suggestion

if TYPE_CHECKING:
    from analyses.plan import StudyPlan
    from analyses.schema.steps import Step

#: Parts that the results of a step can have; other kinds name theirs after the cohort.
MODEL_PARTS = (
    "univariable", "multivariable", "selection", "validation", "e-values", "cause-specific",
    "nomogram", "predicted",
)  # fmt: skip
PARTS = {
    "kaplan_meier": (
        "curves", "landmark", "rmst", "log-rank", "trend", "pairwise", "differences",
    ),
    "pool": ("pooled",),
}  # fmt: skip
#: Key of a claim, what is expected, what is there, what may be meant.
Mistake = tuple[str, str, str, str]


def plan_beside(published: Published) -> Path:
    """The plan that belongs to a registry; there need be none."""
    path = published.path
    return path.with_name("plan.toml") if path is not None else Path("plan.toml")


def check_claims(published: Published, plan: StudyPlan) -> None:
    """Raise what the registry's author has to mend in its claims.

    Parameters
    ----------
    published
        The registry.
    plan
        The plan beside it.

    Raises
    ------
    PublishedError
        With every step, part, term, level, group and statistic that there is not.
    """
    problems = []
    for number, claim in enumerate(published.file.claims, start=1):
        for key, *rest in _mistakes(claim, plan):
            place = f"claims[{number}]"
            line = published.lines.get(f"{place}.{key}", published.lines.get(place, 0))
            where = f"{published.name}, line {line}" if line else published.name
            problems.append(Problem(where, f"claims.{claim.id}.{key}", *rest))
    if problems:
        raise PublishedError(problems)


def _mistakes(claim: ClaimSection, plan: StudyPlan) -> Iterator[Mistake]:
    for key, name in (
        *(("values", name) for name in claim.values),
        *(("unprinted", name) for name in claim.unprinted),
    ):
        yield from _unknown(key, name, [*GLOSSARY], "names of statistics", listed=False)
    steps = {step.id: step for step in plan.file.steps}
    yield from _unknown("step", claim.step, [*steps], "a step of the plan")
    step = steps.get(claim.step)
    if step is None:
        return
    yield from _part(claim, step)
    if step.kind != "pool":
        yield from _term(claim, plan)


def _part(claim: ClaimSection, step: Step) -> Iterator[Mistake]:
    parts = MODEL_PARTS if isinstance(step, ModelStep) else PARTS.get(step.kind, ())
    inner = claim.part.partition("/")[0]
    if parts and not (step.kind == "pool" and claim.part):
        yield from _unknown("part", inner, parts, f"a part of '{step.id}'")


def _term(claim: ClaimSection, plan: StudyPlan) -> Iterator[Mistake]:
    if not claim.term:
        return
    names = Names(plan.file)
    known = [*names.types]
    yield from _unknown("term", claim.term, known, "a variable of the plan", listed=False)
    if claim.level and claim.term in known:
        labels = names.described(claim.term).labels
        if labels:
            yield from _unknown("level", claim.level, labels, f"a level of '{claim.term}'")


def _unknown(
    key: str, given: str, known: Sequence[str], noun: str, *, listed: bool = True
) -> Iterator[Mistake]:
    if given not in known:
        expected = f"{noun}: {', '.join(known)}" if listed else noun
        yield key, expected, f"'{given}'", suggestion(given, known)
