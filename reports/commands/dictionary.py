"""The command ``cohort-stats codebook``: a data dictionary from one form to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cohort_stats.dictionary import DataDictionary

TARGETS = {
    ".xlsx": "a workbook with a Codebook",
    ".csv": "a REDCap data dictionary",
    ".toml": "the variables of a plan",
}
#: Parts of a variable in a user's words.
FIELDS = {
    "label": "the heading",
    "type": "the type",
    "unit": "the unit",
    "levels": "the levels' own codes or labels",
    "reference": "the reference",
    "limits": "the range",
    "usual": "the usual range",
    "required": "whether it is required",
    "missing": "the missing codes",
    "aliases": "the other headings",
    "description": "the description",
    "role": "the role",
    "partial": "how partial dates are read",
}


def codebook(
    source: Annotated[
        str,
        typer.Argument(
            help="Key of a study, a plan (.toml), a workbook with a Codebook sheet, or a data "
            "dictionary of REDCap (.csv)."
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The .xlsx, .csv (REDCap) or .toml to write.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Write a data dictionary as a workbook to fill in, for REDCap, or for a plan."""
    from cohort_stats.wording import counted
    from reports.cli import told_to_the_user

    kind = output.suffix.lower()
    if kind not in TARGETS:
        endings = ", ".join(f"{ending} ({what})" for ending, what in TARGETS.items())
        _refuse(f"Name a file to write that ends in {endings}; not '{output.name}'.")
    if output.exists() and Path(source).exists() and output.samefile(source):
        _refuse(f"'{output}' is the file that is read; name another with -o.")
    if output.exists() and not overwrite:
        _refuse(f"'{output}' exists already; name another file with -o, or add --overwrite.")
    with told_to_the_user():
        title, dictionary = _dictionary(source)
    _write(dictionary, output, title)
    typer.echo(f"Wrote {output}: {TARGETS[kind]}, {counted(len(dictionary), 'variable')}.")
    for words in _lost(dictionary, output):
        typer.echo(f"  Not kept: {words}.")


def _dictionary(source: str) -> tuple[str, DataDictionary]:
    """The title and the dictionary of whatever the user named."""
    if Path(source).suffix.lower() in (".xlsx", ".xlsm", ".ods", ".csv"):
        from cohort_stats.codebooks.codebook import dictionary_from

        return Path(source).stem, dictionary_from(source)
    from analyses.plan import load_plan

    plan = load_plan(source)
    return plan.file.study.title, plan.dictionary


def _write(dictionary: DataDictionary, target: Path, title: str) -> None:
    if target.suffix.lower() == ".xlsx":
        from cohort_stats.workbooks.template import write_template

        write_template(dictionary, target, title=title)
    elif target.suffix.lower() == ".csv":
        from cohort_stats.codebooks.redcap import write_redcap

        write_redcap(dictionary, target)
    else:
        from cohort_stats.describing.drafting import (
            dictionary_toml,
        )

        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f".{target.name}.part")
        scratch.write_text(dictionary_toml(dictionary), encoding="utf-8")
        scratch.replace(target)


def _lost(dictionary: DataDictionary, written: Path) -> Iterator[str]:
    """What the written file does not say, found by reading it again."""
    if written.suffix.lower() == ".toml":
        return
    from cohort_stats.codebooks.codebook import dictionary_from

    if dictionary.rules:
        yield "rules across columns, which only a plan holds"
    back = dictionary_from(written)
    for name, variable in dictionary.items():
        if name not in back:
            yield f"the name {name}"
            continue
        changed = [
            words
            for field, words in FIELDS.items()
            if getattr(variable, field) != getattr(back[name], field)
        ]
        if changed:
            yield f"{', '.join(changed)} of '{variable.label}'"


def _refuse(words: str) -> None:
    from reports.telling import say

    say(words, err=True)
    raise typer.Exit(1)
