"""An ordered scale before by after: who improved, stayed the same, or became worse."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analyses.schema.changes import TransitionStep
from cohort_stats.changes.paired import CHANGE
from cohort_stats.changes.transitions import FATES, IMPROVED
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, points_interval
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, text
from reports.view import View


def transition_table(step: TransitionStep, view: View) -> Table:
    """For everybody and each group: the fates of all, then one row a level before."""
    numbers = view.numbers(step.id)
    before, after = view.dictionary[step.before], view.dictionary[step.after]
    levels = numbers.unique("level", "moves")
    footnotes = Footnotes()
    columns = [Column(before.heading), *(Column(level, after.heading) for level in levels)]
    columns += [Column("Patients"), *(Column(fate.capitalize()) for fate in FATES), Column("p")]
    rows: list[Row] = []
    for group in numbers.unique("group", "n"):
        rows += _group_rows(numbers, group, levels, footnotes)
    if numbers.about("p", group=""):
        blanks = (EMPTY,) * (len(columns) - 2)
        rows.append(Row((text("Between groups"), *blanks, _p(numbers, "", footnotes))))
    return Table(
        step.id, step.title, tuple(columns), tuple(rows), footnotes.words,
        tuple(_notes(step, numbers, levels)),
    )  # fmt: skip


def _group_rows(
    numbers: Numbers, group: str, levels: list[str], footnotes: Footnotes
) -> Iterator[Row]:
    n = numbers.get("n", group=group)
    fates = [
        Cell(
            "count_percent",
            (*(numbers.get(s, group=group, term=CHANGE, level=f) for s in ("count", "percent")), n),
        )
        for f in FATES
    ]
    blanks = (EMPTY,) * len(levels)
    p = _p(numbers, group, footnotes)
    yield Row((text(group), *blanks, Cell("count", (n,)), *fates, p), heading=True)
    for level in levels:
        moves = [numbers.get("moves", group=group, term=level, level=to) for to in levels]
        cells = [Cell("count", (moved,)) for moved in (*moves, sum(moves))]
        yield Row((text(level), *cells, *[EMPTY] * 4), indent=1)


def _p(numbers: Numbers, group: str, footnotes: Footnotes) -> Cell:
    p = numbers.get("p", group=group, term=CHANGE)
    method = str(numbers.about("p", group=group, term=CHANGE)["method"])
    words = f"{method}, within patients" if group else f"{method}, between groups"
    return Cell("p", (p,), "" if math.isnan(p) else footnotes.mark(words))


def _notes(step: TransitionStep, numbers: Numbers, levels: list[str]) -> Iterator[str]:
    yield "Patients known before and after; rows are levels before, columns levels after."
    best = levels[-1] if step.better == "high" else levels[0]
    full = sum(numbers.get("moves", group=OVERALL, term=best, level=to) for to in levels)
    if full:
        patients = f"{count(full)} patients were there before and could not improve"
        yield f"Improved is towards ‘{best}’; {patients}."
    if len(levels) == 2:
        net = numbers.triple("risk_difference", group=OVERALL, term=CHANGE, level=levels[-1])
        words = numbers.about("risk_difference", group=OVERALL, term=CHANGE)["method"]
        yield f"‘{levels[-1]}’, after minus before: {points_interval(*net)} points (95% {words})."
    found = numbers.triple("risk_difference", term=CHANGE, level=IMPROVED)
    if known(found[0]):
        first, second = (g for g in numbers.unique("group", "n") if g != OVERALL)
        method = numbers.about("risk_difference")["method"]
        yield (
            f"Improved, ‘{second}’ minus ‘{first}’: {points_interval(*found)} percentage points "
            f"(95% {method})."
        )
