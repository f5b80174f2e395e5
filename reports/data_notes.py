"""What a report says of the cohort file: what was read, and what became of its cells."""

from __future__ import annotations

from cohort_stats.cohort import Cohort
from reports.view import View


def data_notes(view: View, with_data: bool = False) -> list[str]:
    """Sentences on the files of a packet and on the cohort file.

    Parameters
    ----------
    view
        The study.
    with_data
        Whether the analysed patients are in the packet.
    """
    cohort = view.results.cohort
    notes = [
        "results.csv holds every number of this report at full precision, one a row; run.json "
        "holds what it was made from.",
        "syntax/ holds the analyses for R (analysis.R, which compares its numbers with those of "
        "this report) and for SPSS (analysis.sps).",
    ]
    if with_data:
        notes.append(
            f"syntax/cohort.csv holds the analysed {view.noun}: do not pass this packet on."
        )
    if cohort.absent:
        labels = [view.dictionary[name].label for name in cohort.absent]
        notes.append(
            f"Columns of the plan that the cohort file does not hold: {', '.join(labels)}."
        )
    if cohort.ignored:
        names = ", ".join(f"‘{heading}’" for heading in cohort.ignored)
        notes.append(f"Columns of the cohort file that the plan does not know: {names}.")
    return notes + _cell_notes(cohort)


def _cell_notes(cohort: Cohort) -> list[str]:
    """What became of the cells of the file, in counts: a packet shows no patient's value."""
    account = cohort.account
    if account is None:
        return []
    totals = account.totals()
    states = ", ".join(f"{n} {name}" for name, n in totals.items() if name != "left out")
    notes = [f"{note[:1].upper()}{note[1:]}." for note in account.table.notes]
    notes.append(
        f"Cells in the columns of the plan: {states}. Other cells that hold "
        f"something, besides the headings: {totals['left out']}."
    )
    notes += [f"Left out: {part}." for part in account.table.left_out]
    notes += [
        f"Repaired when it was read: {what}, {cells} {'cell' if cells == 1 else 'cells'}: {how}."
        for what, how, cells in account.repaired().itertuples(index=False)
    ]
    return notes


def cells_by_state(cohort: Cohort) -> dict[str, int]:
    """Cells of the cohort file by what became of them; empty if it was not read from a file."""
    return cohort.account.totals() if cohort.account is not None else {}
