"""What the command line says about a cohort that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cohort_stats.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyses.derived import Derivation
    from cohort_stats.account import Account
    from cohort_stats.cohort import Cohort
    from cohort_stats.dictionary import DataDictionary
    from cohort_stats.problem import InputError
    from cohort_stats.rawtable import RawTable

MOST_SHOWN = 40
MOST_REPAIRS = 20


def list_problems(wrong: InputError) -> None:
    """Every problem, one a line, the first forty of them."""
    found = wrong.problems
    noun = "problem" if len(found) == 1 else "problems"
    typer.echo(f"{len(found)} {noun} to mend:", err=True)
    for problem in found[:MOST_SHOWN]:
        typer.echo(f"  {problem}", err=True)
    if len(found) > MOST_SHOWN:
        typer.echo(f"  … and {len(found) - MOST_SHOWN} more.", err=True)


def tell_about(cohort: Cohort) -> None:
    """What a user should know of the file: what is absent, extra, repaired or unusual."""
    dictionary = cohort.dictionary
    if cohort.synthetic:
        typer.echo("SYNTHETIC DATA: what this file holds is made up.")
    if cohort.absent:
        labels = ", ".join(dictionary[name].label for name in cohort.absent)
        typer.echo(f"Not in the file, and not required: {labels}.")
    if cohort.ignored:
        typer.echo(f"In the file, but not in the plan: {', '.join(cohort.ignored)}.")
    empty = [dictionary[str(n)].label for n, c in cohort.frame.items() if c.isna().all()]
    if empty:
        typer.echo(f"Empty for every patient: {', '.join(empty)}.")
    if cohort.account is not None:
        tell_account(cohort.account)
        tell_identifiers(cohort.account.table)
    for warning in cohort.warnings[:MOST_SHOWN]:
        typer.echo(f"  Unusual: {warning}")


def tell_account(account: Account, *, err: bool = False) -> None:
    """How many cells were kept, repaired, missing or left out, and how they were repaired."""
    for note in account.table.notes:
        typer.echo(f"Note: {note}.", err=err)
    for part in account.table.left_out:
        typer.echo(f"Left out: {part}.", err=err)
    totals = account.totals()
    words = ", ".join(f"{n:,} {state}" for state, n in totals.items() if state != "left out")
    typer.echo(
        f"Cells in the plan's columns: {words}. Other cells that hold something, "
        f"besides the headings: {totals['left out']:,}.",
        err=err,
    )
    first = {(r.what, r.how): r for r in reversed(account.repairs)}
    kinds = [*account.repaired().itertuples(index=False)]
    for what, how, cells in kinds[:MOST_REPAIRS]:
        r = first[what, how]
        typer.echo(
            f"  Repaired: {what}, {counted(cells, 'cell')}: {how} "
            f"({r.where}: '{r.before}' read as '{r.after}')",
            err=err,
        )
    if len(kinds) > MOST_REPAIRS:
        typer.echo(f"  … and {len(kinds) - MOST_REPAIRS} more kinds of repair.", err=err)
    if account.repairs:
        typer.echo("  (check --log FILE.csv lists every cell.)", err=err)


def tell_refused(derivations: Sequence[Derivation], dictionary: DataDictionary) -> None:
    """For how many patients a derived variable could not be computed, and the first reason."""
    for one in derivations:
        if one.refused:
            n = counted(len(one.refused))
            typer.echo(f"Not computed: {dictionary[one.name].label}, {n}: {one.refused[0]}")


def tell_identifiers(table: RawTable) -> None:
    """Which columns may tell who a patient is; never a value of them."""
    from cohort_stats.privacy.identifiers import pointing_out, suspected_identifiers

    sentences = list(pointing_out(table, suspected_identifiers(table)))
    for sentence in sentences:
        typer.echo(f"Protect your patients: {sentence}")
    if sentences:
        typer.echo("  (cohort-stats describe FILE --deidentify writes a copy without them.)")
