"""Tables that a plan wants merged or stacked."""

from __future__ import annotations

from analyses.schema.report import TableSection
from reports.combining import merge, stack
from reports.table import Table
from reports.view import View


def combined_tables(view: View, tables: dict[str, list[Table]]) -> list[Table]:
    """The tables of the steps, those that the plan combines at the place of their first.

    Parameters
    ----------
    view
        The study.
    tables
        Of each step that was done, its tables; the first of them can be combined.
    """
    left = {step: list(own) for step, own in tables.items()}
    combined: dict[str, Table] = {}
    for section in view.results.plan.file.report.tables:
        parts = [step for step in section.steps if step in tables]
        if len(parts) > 1:
            combined[parts[0]] = _combined(section, parts, tables)
            for step in parts:
                left[step] = left[step][1:]
    return [
        table
        for step, own in left.items()
        for table in ([combined[step]] if step in combined else []) + own
    ]


def _combined(section: TableSection, parts: list[str], tables: dict[str, list[Table]]) -> Table:
    given = dict(zip(section.steps, section.headings, strict=False))
    headings = [given.get(step, tables[step][0].title) for step in parts]
    how = merge if section.merge else stack
    own = [tables[step][0] for step in parts]
    return how(own, headings, key="_and_".join(parts), title=section.title)
