"""``cohort-stats curve``: patients reconstructed from a published Kaplan–Meier curve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def curve(
    points: Annotated[
        Path,
        typer.Argument(
            help="Points of the curve (.csv): time, survival, at_risk; group, events if known."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The workbook to write.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the files.")] = False,
) -> None:
    """Reconstruct patients from a digitised curve, to analyse them again."""
    from analyses.printed.curve_points import read_curves
    from data_templates.curve import plan_words, reconstructed, write_curve
    from reports.cli import told_to_the_user
    from reports.commands.describe import write_whole

    target = output or Path(f"{points.stem}_SYNTHETIC.xlsx")
    plan = target.with_suffix(".toml")
    with told_to_the_user():
        _check(target, plan, overwrite)
        curves = read_curves(points)
        write_curve(curves, target)
        write_whole(plan, plan_words(curves))
    frame = reconstructed(curves)
    for name, rows in frame.groupby("group", sort=False):
        events = int((rows["event"] == "Yes").sum())
        printed = curves[str(name)].events
        off = f" ({printed} printed: the curve does not have them)" if printed != events else ""
        typer.echo(f"{name}: {len(rows)} patients, {events} events{off if printed else ''}")
    typer.echo(f"Wrote {target} and {plan}: SYNTHETIC patients, reconstructed from the curve.")
    typer.echo(f"Next: cohort-stats run {target} --study {plan} -o FOLDER")


def _check(target: Path, plan: Path, overwrite: bool) -> None:
    from cohort_stats.problem import InputError, Problem

    problems = []
    if target.suffix.lower() != ".xlsx":
        expected = "a file that ends in .xlsx"
        problems.append(Problem("--output", "", expected, f"'{target.name}'"))
    for path in (target, plan):
        if path.exists() and not overwrite:
            found = f"'{path}', which exists already"
            problems.append(Problem("--output", "", "a new file", found, "or --overwrite"))
    if problems:
        raise InputError(problems)
