"""``cohort-stats replicate``: a paper from its printed numbers, and its claims on a cohort."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reports.commands.check import PROBLEMS, Problems

if TYPE_CHECKING:
    from analyses.published.registry import Published


def replicate(
    study: Annotated[
        str, typer.Argument(help="Key of a study, or path of a registry (published.toml).")
    ],
    workbook: Annotated[
        Path | None, typer.Argument(help="A cohort of yours, on which the claims are tested.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The folder to make.")
    ] = None,
    problems: Problems = PROBLEMS,
) -> None:
    """Recompute what a paper prints; with a workbook, test its claims on your patients."""
    from analyses.published.reading import load_published
    from reports.cli import told_to_the_user
    from reports.target import check_target

    with told_to_the_user():
        published = load_published(study)
        if output is not None:
            check_target(output)
        if workbook is None:
            _from_printed_numbers(published, output)
        else:
            _on_a_cohort(published, workbook, output, problems)


def _from_printed_numbers(published: Published, output: Path | None) -> None:
    from analyses.printed.outcome import Verdict
    from analyses.replication.findings import findings
    from reports.replication import (
        TITLES,
        finding_line,
        unchecked_lines,
        verdict_lines,
        write_replication,
    )

    found = findings(published)
    typer.echo(f"{published.file.paper.citation}")
    typer.echo(f"{len(published)} printed numbers, {len(found)} comparisons:")
    for line in verdict_lines(found):
        typer.echo(line)
    for verdict in (Verdict.IMPOSSIBLE, Verdict.INCONSISTENT, Verdict.UNDER_CONVENTION):
        chosen = [one for one in found if one.verdict is verdict]
        if chosen:
            typer.echo(f"\n{TITLES[verdict]}:")
        for one in chosen:
            typer.echo(f"  {finding_line(one)}")
    reasons = unchecked_lines(found)
    if reasons:
        typer.echo(f"\n{TITLES[Verdict.NOT_CHECKABLE]}:")
    for line in reasons:
        typer.echo(line)
    if output is not None:
        write_replication(published, found, output)
        _tell_files(output)


def _on_a_cohort(published: Published, workbook: Path, output: Path | None, problems: Path) -> None:
    from analyses.plan import load_plan
    from analyses.published.claimed import check_claims, plan_beside
    from analyses.replication.claims import tested_claims
    from analyses.running import run
    from data_templates.recognised import marked_again
    from reports.cli import progress
    from reports.commands.check import read_checked
    from reports.replicated_claims import claim_lines, write_claims
    from reports.telling import tell_about

    plan = load_plan(plan_beside(published))
    check_claims(published, plan)
    cohort = read_checked(workbook, plan.dictionary, plan.file.study.sheet, problems)
    cohort = marked_again(cohort, plan)
    tell_about(cohort, plan.file.noun)
    with progress() as say:
        results = run(cohort, plan, progress=say)
    tested = tested_claims(published, results)
    for line in claim_lines(results, tested):
        typer.echo(line)
    if output is not None:
        write_claims(published, results, tested, output)
        _tell_files(output)


def _tell_files(folder: Path) -> None:
    typer.echo("")
    for path in sorted(p for p in folder.iterdir() if p.name != "run.json"):
        typer.echo(f"  {path}")
