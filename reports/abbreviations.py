"""Each table explains the abbreviations that it uses: ours, and those of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reports.house_style import printing_in
from reports.table import Table

#: What the tables themselves abbreviate.
KNOWN = {
    "AIC": "Akaike’s information criterion",
    "AUC": "area under the curve",
    "CI": "confidence interval",
    "HR": "hazard ratio",
    "IQR": "interquartile range",
    "LASSO": "least absolute shrinkage and selection operator",
    "OR": "odds ratio",
    "Q1": "first quartile",
    "Q3": "third quartile",
    "ROC": "receiver operating characteristic",
    "RR": "risk ratio",
    "SD": "standard deviation",
    "SE": "standard error",
    "SHR": "subdistribution hazard ratio",
    "SMD": "standardised mean difference",
    "df": "degrees of freedom",
    "n.e.": "not estimable",
    "n.r.": "not reached",
}


def abbreviations_note(table: Table, of_the_plan: Mapping[str, str]) -> str:
    """The abbreviations of a table in one sentence, in the order of the alphabet.

    Parameters
    ----------
    table
        As it will be printed.
    of_the_plan
        Clinical abbreviations and what they stand for; they go before our own.

    Returns
    -------
    str
        Empty where it uses none; what a note of its own explains (``CI, …``) is left out.
    """
    with printing_in("plain"):
        words = "\n".join(_words(table))
    notes = "\n".join(table.notes)
    known = {**KNOWN, **of_the_plan}
    used = [
        f"{short}, {meaning}"
        for short, meaning in sorted(known.items(), key=lambda item: item[0].casefold())
        if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", words)
        and not re.search(rf"(?:^|; |\. ){re.escape(short)}, ", notes, flags=re.MULTILINE)
    ]
    return f"{'; '.join(used)}." if used else ""


def _words(table: Table) -> Iterator[str]:
    yield table.title
    for column in table.columns:
        yield from (column.block, column.spanner, column.label)
    for row in table.rows:
        yield from map(str, row.cells)
    yield from (*table.notes, *table.footnotes.values())
