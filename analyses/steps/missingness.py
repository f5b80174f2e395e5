"""Where values are missing, and whether those patients differ from the others."""

from __future__ import annotations

from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.imputing import MissingnessStep
from cohort_stats.comparing.rows import Row
from cohort_stats.imputing.against_known import compare_missing
from cohort_stats.imputing.little import little_test
from cohort_stats.imputing.patterns import missing_pattern
from cohort_stats.results import Result

PATTERN, LITTLE, AGAINST = "pattern", "little", "against"


def missingness_step(step: MissingnessStep, scene: Scene) -> tuple[Result, ...]:
    """Counts and patterns, Little's test, and by variable the patients who lack it."""
    names = [n for n in dict.fromkeys(step.variables) if scene.has(n)]
    if not names:
        labels = ", ".join(map(scene.label, step.variables))
        raise StepNotPossible(f"the cohort holds none of its variables: {labels}")
    frame = scene.typed([*names, *(r.variable for r in step.compared if scene.has(r.variable))])
    conventions = scene.plan.conventions
    found = missing_pattern(frame, names, conventions=conventions)
    absent = [scene.label(n) for n in step.variables if not scene.has(n)]
    if absent:
        words = f"no value in the cohort file: {', '.join(absent)}"
        found = replace(found, warnings=(*found.warnings, words))
    results = [found.named(f"{step.id}/{PATTERN}")]
    tested = [n for n in names if scene.dictionary[n].type not in ("date", "text", "id")]
    if len(tested) > 1:
        results.append(
            little_test(frame, tested, conventions=conventions).named(f"{step.id}/{LITTLE}")
        )
    endpoint = scene.endpoint(step.endpoint) if step.endpoint else None
    others = _compared(step, scene, tested)
    for name in names:
        if frame[name].isna().any():
            apart = compare_missing(frame, name, others, endpoint=endpoint, conventions=conventions)
            results.append(apart.named(f"{step.id}/{AGAINST}/{name}"))
    return tuple(results)


def _compared(step: MissingnessStep, scene: Scene, tested: list[str]) -> list[Row]:
    if not step.compared:
        return [Row(name, step.summary) for name in tested]
    return [
        Row(r.variable, r.summary or step.summary, r.test)
        for r in step.compared
        if scene.has(r.variable)
    ]
