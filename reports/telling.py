"""What the command line says about a cohort that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cohort_stats.wording import counted
from reports.house_style import in_style
from reports.wording import typographic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyses.derived import Derivation
    from analyses.running import StudyResults
    from cohort_stats.account import Account
    from cohort_stats.cohort import Cohort
    from cohort_stats.dictionary import DataDictionary
    from cohort_stats.problem import InputError, Problem
    from cohort_stats.rawtable import RawTable

MOST_SHOWN = 40
MOST_REPAIRS = 20


def say(words: str, *, err: bool = False) -> None:
    """A line at the terminal, with the quotation marks that the packet has.

    Parameters
    ----------
    words
        Prose; what can be pasted, such as a command, goes to ``typer.echo``.
    err
        Whether it tells what is wrong.
    """
    typer.echo(typographic(words), err=err)


def list_problems(wrong: InputError) -> None:
    """Every problem, one a line, the first forty of them."""
    found = wrong.problems
    noun = "problem" if len(found) == 1 else "problems"
    say(f"{len(found)} {noun} to mend:", err=True)
    for problem in found[:MOST_SHOWN]:
        say(f"  {problem}", err=True)
    if len(found) > MOST_SHOWN:
        say(f"  … and {len(found) - MOST_SHOWN} more.", err=True)


def tell_about(cohort: Cohort, noun: str = "patients") -> None:
    """What a user should know of the file: what is absent, extra, repaired or unusual.

    Of what its rows are not people (`noun`: studies, results) no column tells who somebody is.
    """
    dictionary = cohort.dictionary
    if cohort.synthetic:
        say("SYNTHETIC DATA: what this file holds is made up.")
    if cohort.absent:
        labels = ", ".join(dictionary[name].label for name in cohort.absent)
        say(f"Not in the file, and not required: {labels}.")
    if cohort.ignored:
        say(f"In the file, but not in the plan: {', '.join(cohort.ignored)}.")
    empty = [dictionary[str(n)].label for n, c in cohort.frame.items() if c.isna().all()]
    if empty:
        say(f"Empty for every patient: {', '.join(empty)}.")
    if cohort.account is not None:
        tell_account(cohort.account)
        if noun not in ("studies", "results"):
            tell_identifiers(cohort.account.table)
    tell_unusual(cohort.warnings)


def tell_unusual(found: Sequence[Problem]) -> None:
    """Values far from what the plan calls usual: the first forty, and how many more there are."""
    for one in found[:MOST_SHOWN]:
        say(f"  Unusual: {one}")
    if len(found) > MOST_SHOWN:
        say(f"  … and {len(found) - MOST_SHOWN} more unusual values.")


def tell_account(account: Account, *, err: bool = False) -> None:
    """How many cells were kept, repaired, missing or left out, and how they were repaired."""
    for note in account.table.notes:
        say(f"Note: {note}.", err=err)
    for part in account.table.left_out:
        say(f"Left out: {part}.", err=err)
    totals = account.totals()
    words = ", ".join(f"{n} {state}" for state, n in totals.items() if state != "left out")
    cells = f"Cells in the plan’s columns: {words}. Other cells that hold something, "
    say(in_style(f"{cells}besides the headings: {totals['left out']}."), err=err)
    first = {(r.what, r.how): r for r in reversed(account.repairs)}
    kinds = [*account.repaired().itertuples(index=False)]
    for what, how, cells in kinds[:MOST_REPAIRS]:
        r = first[what, how]
        say(
            f"  Repaired: {what}, {counted(cells, 'cell')}: {how} "
            f"({r.where}: '{r.before}' read as '{r.after}')",
            err=err,
        )
    if len(kinds) > MOST_REPAIRS:
        say(f"  … and {len(kinds) - MOST_REPAIRS} more kinds of repair.", err=err)
    if account.repairs:
        say("  (check --log FILE.csv lists every cell.)", err=err)


def tell_refused(derivations: Sequence[Derivation], dictionary: DataDictionary) -> None:
    """For how many patients a derived variable could not be computed, and the first reason."""
    for one in derivations:
        if one.refused:
            n = counted(len(one.refused))
            say(f"Not computed: {dictionary[one.name].label}, {n}: {one.refused[0]}")


def tell_undone(results: StudyResults) -> None:
    """Which exclusions and steps of the plan the cohort did not allow, and why."""
    for reason, why in results.not_applied.items():
        say(f"Left nobody out: ‘{reason}’: {why}.")
    for left_out in results.not_done:
        say(f"Not done: {left_out.step.title}: {left_out.reason}.")


def tell_identifiers(table: RawTable) -> None:
    """Which columns may tell who a patient is; never a value of them."""
    from cohort_stats.privacy.identifiers import pointing_out, suspected_identifiers

    sentences = list(pointing_out(table, suspected_identifiers(table)))
    for sentence in sentences:
        say(f"Protect your patients: {sentence}")
    if sentences:
        say("  (cohort-stats describe FILE --deidentify writes a copy without them.)")
