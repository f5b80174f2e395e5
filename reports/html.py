"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.table import Table

TEMPLATES = Path(__file__).parent / "templates"


def report_html(content: dict[str, Any], template: str = "report.html") -> str:
    """Fill a template.

    Parameters
    ----------
    content
        What the template names: title, lead, tables, figures, text and so on.
    template
        Its file name.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**content)


def embedded(svg: bytes) -> str:
    """An SVG as an address that a browser can show without a file."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def heads(table: Table) -> list[list[dict[str, Any]]]:
    """Heading rows of a table as cells with their spans."""
    plain = [{"label": c.label, "columns": 1, "rows": 1} for c in table.columns]
    if not table.has_spanners:
        return [plain]
    top: list[dict[str, Any]] = []
    below: list[dict[str, Any]] = []
    for words, first, last in table.spans():
        if words:
            top.append({"label": words, "columns": last - first + 1, "rows": 1})
            below += plain[first : last + 1]
        else:
            top.append({"label": table.columns[first].label, "columns": 1, "rows": 2})
    return [top, below]


def sections(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Tables as the template wants them."""
    return [
        {
            "number": number,
            "key": table.key,
            "title": table.title,
            "heads": heads(table),
            "rows": table.rows,
            "notes": table.notes,
            "footnotes": table.footnotes,
        }
        for number, table in enumerate(tables, start=1)
    ]
