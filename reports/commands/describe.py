"""``cohort-stats describe``: what an unknown file holds, a plan to begin with, a safe copy."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cohort_stats.dictionary import DataDictionary
    from cohort_stats.rawtable import RawTable


def describe(
    file: Annotated[Path, typer.Argument(help="The cohort, of any kind that can be read.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The plan to draft (.toml).")
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Sheet that holds the cohort.")] = "Cohort",
    codebook: Annotated[
        Path | None,
        typer.Option(
            "--codebook",
            help="What is known already: a workbook with a sheet 'Codebook', or a REDCap "
            "dictionary (.csv). If left out, the file's own codebook.",
        ),
    ] = None,
    deidentify: Annotated[
        Path | None,
        typer.Option("--deidentify", help="A copy without identifiers to write (.xlsx)."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="With --deidentify: where the way back is kept (.csv)."),
    ] = None,
    anchor: Annotated[
        str,
        typer.Option("--anchor", help="With --deidentify: heading of the date that is day 0."),
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the plan and the copy.")
    ] = False,
) -> None:
    """Describe an unknown file, draft its plan, write a copy without identifiers."""
    from cohort_stats.reading import read_table
    from reports.cli import told_to_the_user

    with told_to_the_user():
        _check(file, output, deidentify, key, anchor, overwrite)
        table = read_table(file, sheet)
        known = known_dictionary(file, codebook)
        if deidentify is not None and key is not None:
            _write_safe_copy(table, deidentify, key, anchor)
            table = read_table(deidentify)
        _tell(table, output, known)


def _check(
    file: Path,
    output: Path | None,
    deidentify: Path | None,
    key: Path | None,
    anchor: str,
    overwrite: bool,
) -> None:
    from cohort_stats.privacy.safe_files import check_targets

    if deidentify is not None and key is None:
        _refuse("--key", "the file that will lead back to the patients", "nothing")
    if deidentify is None and (key is not None or anchor):
        _refuse("--deidentify", "the copy to write (.xlsx)", "nothing")
    if output is not None:
        if output.suffix.lower() != ".toml":
            _refuse("--output", "a file that ends in .toml", f"'{output.name}'")
        if output.exists() and not overwrite:
            _refuse("--output", "a new file", f"'{output}', which exists already", "or --overwrite")
    if deidentify is not None and key is not None:
        check_targets(file, deidentify, key, overwrite=overwrite)


def _refuse(option: str, expected: str, found: str, hint: str = "") -> None:
    from cohort_stats.problem import InputError, Problem

    raise InputError([Problem(option, "", expected, found, hint)])


def _write_safe_copy(table: RawTable, safe: Path, key: Path, anchor: str) -> None:
    from cohort_stats.privacy.deidentification import deidentify
    from cohort_stats.privacy.safe_files import write_both

    made = deidentify(table, anchor=anchor)
    try:
        write_both(made, safe, key)
    except OSError:
        found = f"'{safe}' or '{key}' could not be written; neither was"
        _refuse("--deidentify", "two files that can be written", found, "is one of them open?")
    for sentence in made.report:
        typer.echo(sentence)
    typer.echo(f"Wrote {safe}, and the way back to {key}: keep it apart, and to yourself.\n")


def known_dictionary(file: Path, codebook: Path | None) -> DataDictionary | None:
    """What is known of a file's columns: from a codebook, else from the file's own, if any."""
    from cohort_stats.codebooks.codebook import dictionary_from, has_codebook

    if codebook is not None:
        return dictionary_from(codebook)
    return dictionary_from(file) if has_codebook(file) else None


def _tell(table: RawTable, output: Path | None, known: DataDictionary | None) -> None:
    from analyses.draft_plan import draft_plan
    from cohort_stats.describing.profile import profile
    from cohort_stats.privacy.identifiers import suspected_identifiers
    from reports.profile_page import print_profile

    suspicions = suspected_identifiers(table)
    profiles = profile(table, suspicions)
    print_profile(table, profiles, suspicions)
    if output is None:
        typer.echo("With -o draft.toml a plan for this file is drafted.")
        return
    write_whole(output, draft_plan(table, profiles, known))
    typer.echo(f"Wrote {output}; next: cohort-stats check {table.path} --study {output}")


def write_whole(target: Path, text: str) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(scratch, 0o644)
        os.replace(scratch, target)
    finally:
        Path(scratch).unlink(missing_ok=True)
