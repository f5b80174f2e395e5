"""``cohort-stats new``: a study of one's own, drafted from a workbook."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cohort_stats.problem import Problem
    from cohort_stats.rawtable import RawTable

KEY = re.compile(r"[a-z][a-z0-9_]*")


def new(
    name: Annotated[str, typer.Argument(help="Short name of the study, such as my_study.")],
    workbook: Annotated[
        Path, typer.Option("--from", help="Your cohort, of any kind that can be read.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The plan to write; NAME.toml if left out."),
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Sheet that holds the cohort.")] = "Cohort",
    codebook: Annotated[
        Path | None,
        typer.Option("--codebook", help="What is known already: a codebook or REDCap dictionary."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the plan.")] = False,
) -> None:
    """Draft the plan of a study of your own from its workbook."""
    from analyses.draft_plan import draft_plan
    from analyses.plan import plan_from
    from cohort_stats.describing.profile import profile
    from cohort_stats.problem import InputError
    from cohort_stats.validation import validate
    from reports.cli import told_to_the_user
    from reports.commands.describe import known_dictionary, write_whole

    target = output or Path(f"{name}.toml")
    with told_to_the_user():
        problems = _wrong_options(name, target, overwrite)
        table = _table(workbook, sheet, problems)
        known = known_dictionary(workbook, codebook)
        content = draft_plan(table, profile(table), known, key=name)
        if "steps" not in tomllib.loads(content):
            raise InputError([_nothing_to_describe(workbook)])
        plan = plan_from(tomllib.loads(content))
        write_whole(target, content)
        _tell(workbook, target, content)
    try:
        validate(table, plan.dictionary)
    except InputError as left:
        _tell_left(left.problems)


def _wrong_options(name: str, target: Path, overwrite: bool) -> list[Problem]:
    from cohort_stats.problem import Problem

    problems = []
    if KEY.fullmatch(name) is None:
        expected = "small letters, digits and _, a letter first"
        problems.append(Problem("NAME", "", expected, f"'{name}'", "such as my_study"))
    if target.suffix.lower() != ".toml":
        expected = "a file that ends in .toml"
        problems.append(Problem("--output", "", expected, f"'{target.name}'"))
    elif target.exists() and not overwrite:
        found = f"'{target}', which exists already"
        problems.append(Problem("--output", "", "a new file", found, "or --overwrite"))
    return problems


def _table(workbook: Path, sheet: str, problems: list[Problem]) -> RawTable:
    """The cohort as read; what is wrong with it and with the options in one list."""
    from cohort_stats.problem import InputError
    from cohort_stats.reading import read_table

    try:
        table = read_table(workbook, sheet)
    except InputError as wrong:
        raise InputError([*problems, *wrong.problems]) from None
    if problems:
        raise InputError(problems)
    return table


def _nothing_to_describe(workbook: Path) -> Problem:
    from cohort_stats.problem import Problem

    expected = "a column with numbers, levels or yes and no"
    return Problem(workbook.name, "", expected, "texts, dates and empty columns only")


def _tell_left(problems: Sequence[Problem]) -> None:
    from reports.telling import say

    typer.echo("To be filled in or mended in the workbook, before it can be checked and run:")
    for problem in problems:
        say(f"  {problem}")


def _tell(workbook: Path, target: Path, content: str) -> None:
    from analyses.draft_words import LEFT_OUT
    from cohort_stats.wording import counted

    drafted = tomllib.loads(content)
    reviews = content.count("# review:")
    columns, steps = len(drafted["variables"]), len(drafted["steps"])
    typer.echo(f"Wrote {target}: {counted(columns, 'column')}, {counted(steps, 'step')}.")
    if LEFT_OUT in content:
        typer.echo("  Columns that the plan leaves out, and why: at its head.")
    for endpoint in drafted.get("endpoints", {}).values():
        typer.echo(f"  Outcome over time: {endpoint['label']}.")
    typer.echo(f"  To decide: {counted(reviews, 'place')} marked '# review:'.")
    typer.echo("Nothing in it is certain: look it over, give it a title and a question; then")
    typer.echo(f"  cohort-stats check {workbook} --study {target}")
    typer.echo(f"  cohort-stats run {workbook} --study {target} -o {target.stem}_packet")
