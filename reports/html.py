"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.content import (
    Picture,
    Warned,
    assumptions,
    banners,
    conventions,
    facts,
    made_with,
    not_done,
    step_of,
    warnings,
)
from reports.data_notes import data_notes
from reports.house_style import in_style
from reports.methods import VERBATIM
from reports.table import Table
from reports.table_page import in_html
from reports.text import methods_text, results_text
from reports.view import View

TEMPLATES = Path(__file__).parent / "templates"


def report_page(
    view: View, tables: Sequence[Table], pictures: Sequence[Picture], with_data: bool = False
) -> str:
    """The page of a study.

    Parameters
    ----------
    view
        The study.
    tables, pictures
        In order of their numbers.
    with_data
        Whether the analysed patients are in the packet.
    """
    from markupsafe import Markup

    study = view.results.plan.file.study
    told, steps = warnings(view), [step.id for step in view.results.plan.file.steps]
    shown = sections(tables)
    figures = [vars(picture) | {"svg": Markup(picture.svg)} for picture in pictures]
    _warn_beside(shown, told, steps)
    _warn_beside(figures, told, steps)
    return report_html(
        {
            "title": study.title,
            "question": study.question,
            "banners": banners(view),
            "facts": facts(view),
            "not_done": not_done(view),
            "warnings": told,
            "assumptions": assumptions(view),
            "results": results_text(view),
            "tables": shown,
            "figures": figures,
            "methods": methods_text(view),
            "verbatim": VERBATIM,
            "conventions": conventions(view),
            "data_notes": data_notes(view, with_data),
            "footer": made_with(),
        }
    )


def _warn_beside(shown: Sequence[dict[str, Any]], told: Sequence[Warned], steps: list[str]) -> None:
    """Give tables, or figures, the warnings of their step, where it comes first."""
    left = list(told)
    for one in shown:
        step = step_of(one["key"], steps)
        one["warnings"] = [warned.words for warned in left if step and warned.step == step]
        left = [warned for warned in left if warned.step != step or not step]


def report_html(content: dict[str, Any], template: str = "report.html") -> str:
    """Fill a template.

    Parameters
    ----------
    content
        What the template names: title, tables, figures, text and so on.
    template
        Its file name.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printed"] = lambda words: Markup(in_html(in_style(str(words))))
    return environment.get_template(template).render(**content)


def embedded(svg: bytes) -> str:
    """An SVG as an address that a browser can show without a file."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def heads(table: Table) -> list[list[dict[str, Any]]]:
    """Heading rows of a table as cells with their spans."""
    return [
        [
            {
                "label": cell.words,
                "columns": cell.last - cell.first + 1,
                "rows": cell.down,
                "shared": cell.shared,
                "flush": not cell.shared and table.flush[cell.first],
            }
            for cell in row
        ]
        for row in table.headings()
    ]


def sections(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Tables as the template wants them."""
    return [
        {
            "number": number,
            "key": table.key,
            "title": table.title,
            "heads": heads(table),
            "rows": table.rows,
            "flush": table.flush,
            "notes": table.notes,
            "footnotes": table.footnotes,
        }
        for number, table in enumerate(tables, start=1)
    ]
