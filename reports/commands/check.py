"""``cohort-stats check``, and the reading of a cohort that ``run`` shares with it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analyses.plan import StudyPlan
    from cohort_stats.account import Account
    from cohort_stats.cohort import Cohort
    from cohort_stats.dictionary import DataDictionary
    from cohort_stats.problem import Problem
    from cohort_stats.rawtable import RawTable

Workbook = Annotated[
    Path, typer.Argument(help="The cohort: a workbook, a text table, SPSS, Stata, SAS or Parquet.")
]
Problems = Annotated[
    Path, typer.Option("--problems", help="Where a map of the wrong cells is written.")
]
PROBLEMS = Path("problems.xlsx")


def check(
    workbook: Workbook,
    study: Annotated[
        str, typer.Option("--study", help="Key of a study, or path of a plan file.")
    ] = "",
    codebook: Annotated[
        Path | None,
        typer.Option(
            "--codebook",
            help="Without a study: a workbook with a sheet 'Codebook', or a REDCap dictionary "
            "(.csv). If left out, the workbook's own codebook.",
        ),
    ] = None,
    problems: Problems = PROBLEMS,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="Write what became of every cell, one a row (.csv)."),
    ] = None,
) -> None:
    """Check a cohort against a study's dictionary or a codebook; nothing is analysed."""
    from cohort_stats.wording import counted, counted_rows
    from reports.cli import told_to_the_user
    from reports.telling import tell_about

    with told_to_the_user():
        if study and codebook is not None:
            _refuse("--codebook", "either a study or a codebook", "both")
        if log is not None and log.exists():
            _refuse("--log", "a new file", f"'{log}', which exists already")
        plan = _plan(study) if study else None
        dictionary = plan.dictionary if plan is not None else _codebook(workbook, codebook)
        sheet = plan.file.study.sheet if plan is not None else "Cohort"
        cohort = read_checked(workbook, dictionary, sheet, problems, log)
        if log is not None and cohort.account is not None:
            _write_log(cohort.account, log)
    noun = plan.file.noun if plan is not None else "patients"
    rows = counted_rows(len(cohort), noun)
    size = f"{rows}, {counted(len(cohort.frame.columns), 'column')}"
    typer.echo(f"{workbook.name}: {size}.")
    tell_about(cohort, noun)
    if plan is not None:
        _tell_derived(cohort, plan)
    typer.echo("No problem found.")


def read_checked(
    workbook: Path, dictionary: DataDictionary, sheet: str, problems: Path, log: Path | None = None
) -> Cohort:
    """Read a cohort, or list its problems, map them, and end with exit status 1."""
    from cohort_stats.problem import CohortError
    from cohort_stats.reading import read_table
    from cohort_stats.validation import validate
    from reports.telling import list_problems, tell_account

    table = read_table(workbook, sheet)
    try:
        return validate(table, dictionary)
    except CohortError as wrong:
        list_problems(wrong)
        _mark(table, wrong.problems, problems)
        if wrong.account is not None:
            tell_account(wrong.account, err=True)
        if log is not None and wrong.account is not None:
            _write_log(wrong.account, log)
        raise typer.Exit(1) from None


def _plan(study: str) -> StudyPlan:
    from analyses.plan import load_plan

    return load_plan(study)


def _tell_derived(cohort: Cohort, plan: StudyPlan) -> None:
    from analyses.derived import derive
    from reports.telling import tell_refused

    derived, derivations = derive(cohort, plan)
    tell_refused(derivations, derived.dictionary)


def _codebook(workbook: Path, codebook: Path | None) -> DataDictionary:
    from cohort_stats.codebooks.codebook import BOOKS, dictionary_from, has_codebook

    if codebook is None and workbook.suffix.lower() not in BOOKS:
        expected = "a study (--study), or a codebook for this file (--codebook)"
        _refuse(workbook.name, expected, "neither")
    if codebook is None and workbook.is_file() and not has_codebook(workbook):
        expected = "a study (--study), or a codebook (--codebook, or a sheet 'Codebook')"
        _refuse(workbook.name, expected, "neither")
    return dictionary_from(codebook or workbook)


def _refuse(where: str, expected: str, found: str) -> None:
    from cohort_stats.problem import InputError, Problem

    raise InputError([Problem(where, "", expected, found)])


def _write_log(account: Account, target: Path) -> None:
    from cohort_stats.workbooks.formula import frame_as_text

    text = frame_as_text(account.log()).to_csv(index=False, lineterminator="\n")
    try:
        handle, scratch = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(scratch, target)
    except OSError:
        _refuse("--log", "a file that can be written", f"'{target}', which cannot")
    typer.echo(f"What became of every cell: {target}")


def _mark(table: RawTable, found: tuple[Problem, ...], target: Path) -> None:
    from cohort_stats.workbooks.marking import may_replace, write_marked_copy

    names = [target, *(target.with_name(f"{target.stem}_{k}.xlsx") for k in range(2, 100))]
    free = (t for t in names if t.resolve() != table.path.resolve() and may_replace(t))
    target = next(free, target)
    try:
        write_marked_copy(table, found, target)
    except (OSError, ValueError):
        typer.echo(
            f"A map of the wrong cells could not be written to ‘{target}’ "
            "(is it open in another program?).",
            err=True,
        )
        return
    typer.echo(f"A map of the wrong cells: {target}", err=True)
