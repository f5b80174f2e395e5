"""``cohort-stats simulate``: a synthetic cohort with the margins that a paper prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    study: Annotated[
        str, typer.Argument(help="Key of a study, or path of a registry (published.toml).")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The workbook to write.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Of the random numbers.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Write a SYNTHETIC cohort: made-up patients who keep the numbers that a paper prints."""
    from data_templates.synthetic import study_key, write_synthetic
    from reports.cli import told_to_the_user

    with told_to_the_user():
        target = output or Path(f"{study_key(study)}_SYNTHETIC.xlsx")
        _check(target, overwrite)
        write_synthetic(study, target, seed)
    typer.echo(f"Wrote {target}: a SYNTHETIC cohort, for trying out the software only.")


def _check(target: Path, overwrite: bool) -> None:
    from cohort_stats.problem import InputError, Problem

    if target.suffix.lower() != ".xlsx":
        expected = "a file that ends in .xlsx"
        raise InputError([Problem("--output", "", expected, f"'{target.name}'")])
    if target.exists() and not overwrite:
        found = f"'{target}', which exists already"
        raise InputError([Problem("--output", "", "a new file", found, "or --overwrite")])
