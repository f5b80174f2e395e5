"""Whether the tables that a plan combines are tables of its steps."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.checks.names import Names
from cohort_stats.problem import Problem


def report_problems(names: Names) -> Iterator[Problem]:
    """Steps that do not exist, or whose table would be in two places."""
    steps = {step.id: step for step in names.file.steps}
    used: set[str] = set()
    for i, section in enumerate(names.file.report.tables, start=1):
        where = f"report.tables[{i}].{'merge' if section.merge else 'stack'}"
        for step in section.steps:
            yield from names.one_of(where, "the id of a step", step, steps)
            if step in used:
                yield Problem(where, "", "each step only once", f"'{step}' again")
            used.add(step)
