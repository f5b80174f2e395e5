"""``cohort-stats audit``: can the printed numbers of a paper or manuscript be true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analyses.auditing.audit import Audit

#: Files that Word or LibreOffice save as .docx; what reads them says so.
OTHER_DOCUMENTS = (".doc", ".docm", ".odt", ".rtf", ".pdf", ".pages", ".html")


def audit(
    source: Annotated[
        str,
        typer.Argument(
            help="Key of a study, a registry (published.toml), a manuscript (.docx), or a table "
            "(.csv)."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The folder to make.")
    ] = None,
) -> None:
    """Check printed numbers against each other, and say what each finding rests on."""
    from reports.audit import audit_lines, write_audit
    from reports.cli import told_to_the_user
    from reports.target import check_target

    with told_to_the_user():
        found = _audited(source)
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


def _audited(source: str) -> Audit:
    """A registry, or a manuscript by how its name ends."""
    from analyses.auditing.audit import audit as of_registry
    from analyses.auditing.audit import audit_manuscript

    if source.lower().endswith((".docx", *OTHER_DOCUMENTS)):
        from reports.reading_docx import read_docx

        return _with_tables(audit_manuscript(read_docx(source)))
    if source.lower().endswith((".csv", ".tsv", ".txt")):
        from analyses.manuscripts.source import read_csv_table

        return audit_manuscript(read_csv_table(source))
    from analyses.published.reading import load_published

    return of_registry(load_published(source))


def _with_tables(found: Audit) -> Audit:
    """The audit of a document, unless there was nothing in it to audit."""
    from analyses.manuscripts.source import ManuscriptError
    from cohort_stats.problem import Problem

    if not found.published.tables and not found.not_read and not len(found.published):
        expected = "tables, or numbers in sentences that can be checked"
        hint = "tables that are pictures cannot be read: type them, or paste them as CSV"
        problem = Problem(found.published.name, "", expected, "no table found", hint)
        raise ManuscriptError([problem])
    return found
