"""Whether a step can stand on the matched or weighted patients of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.checks.names import Names
from analyses.schema.matching import PropensityStep
from analyses.schema.steps import Step
from cohort_stats.problem import Problem


def sample_problems(
    names: Names, where: str, step: Step, done: Sequence[Step]
) -> Iterator[Problem]:
    """An `on` that points nowhere, or at patients whose weights or sets the step cannot use."""
    earlier = {s.id: s for s in done if isinstance(s, PropensityStep)}
    if step.on:
        what = "an earlier step of kind 'match' or 'weight'"
        yield from names.one_of(f"{where}.on", what, step.on, earlier)
    under = earlier.get(step.on)
    asked = getattr(step, "sets", None) if "sets" in step.model_fields_set else None
    if under is None:
        if asked and not step.on:
            expected = "only with 'on', a step of kind 'match'"
            yield Problem(f"{where}.sets", "", expected, f"'{asked}'")
        return
    reason = step.ignores_weights(names.file)
    if under.leaves_weights() and reason:
        found = f"'{under.id}', whose patients differ in weight"
        yield Problem(f"{where}.on", "", f"patients who count alike, as {reason}", found)
    if asked == "paired" and under.leaves_sets() != "pairs":
        expected = "'paired' only on pairs, matched 1:1 without replacement"
        yield Problem(f"{where}.sets", "", expected, f"'{under.id}'")
    elif asked and not under.leaves_sets():
        yield Problem(f"{where}.sets", "", "only on matched sets", f"'{under.id}' leaves none")
