"""``cohort-stats compare``: what a data update, or another plan, changed in a packet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

KINDS = (".html", ".csv", ".docx")


def compare(
    old: Annotated[Path, typer.Argument(help="The folder of the earlier packet.")],
    new: Annotated[Path, typer.Argument(help="The folder of the later packet.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The .html, .csv or .docx to write, with everything."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Tell which numbers of two packets differ, and which conclusions turned."""
    from reports.cli import told_to_the_user

    with told_to_the_user():
        if output is not None:
            _check(output, overwrite)
        from reports.compared import compare_packets
        from reports.compared.words import summary_lines, write_comparison

        found = compare_packets(old, new)
        for line in summary_lines(found):
            typer.echo(line)
        if output is not None:
            write_comparison(found, output)
            typer.echo(f"Wrote {output}.")


def _check(output: Path, overwrite: bool) -> None:
    from cohort_stats.problem import InputError, Problem

    found = hint = ""
    if output.suffix.lower() not in KINDS:
        expected, found = f"a file that ends in {', '.join(KINDS)}", f"'{output.name}'"
    elif output.exists() and not overwrite:
        expected, found, hint = "a new file", f"'{output}', which exists already", "or --overwrite"
    elif not output.parent.is_dir():
        expected, found = "a file in a folder that exists", f"'{output}'"
    if found:
        raise InputError([Problem("--output", "", expected, found, hint)])
