"""``cohort-stats audit``: can the printed numbers of a paper or manuscript be true."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def audit(
    source: Annotated[
        str, typer.Argument(help="Key of a study, or path of a registry (published.toml).")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The folder to make.")
    ] = None,
) -> None:
    """Check printed numbers against each other, and say what each finding rests on."""
    from analyses.auditing.audit import audit as audited
    from analyses.published.reading import load_published
    from reports.audit import audit_lines, write_audit
    from reports.cli import told_to_the_user
    from reports.target import check_target

    with told_to_the_user():
        found = audited(load_published(source))
        if output is not None:
            check_target(output)
        typer.echo(found.published.file.paper.citation)
        for line in audit_lines(found):
            typer.echo(line)
        if output is not None:
            folder = write_audit(found, output)
            typer.echo("")
            for path in sorted(p for p in folder.iterdir() if p.name != "run.json"):
                typer.echo(f"  {path}")
