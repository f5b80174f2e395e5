"""How the groups of a survival step differ, comparison by comparison."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.survival import KaplanMeierStep
from cohort_stats.survival.contrasts import DIFFERENCE, RATIO
from reports.format import general
from reports.numbers import Numbers
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View


def comparison_table(step: KaplanMeierStep, view: View) -> Table | None:
    """Pairs of groups, differences of S(t), and of restricted means; None when none was asked."""
    pairs = view.numbers(f"{step.id}/pairwise")
    apart = view.numbers(f"{step.id}/differences")
    means = view.numbers(f"{step.id}/rmst")
    unit = view.unit(step.endpoint)
    adjusted = bool(pairs) and step.pairwise != "none"
    rows = [*_pairs(pairs, adjusted), *_differences(apart, unit), *_means(means, unit)]
    if not rows:
        return None
    columns = [Column("Comparison"), Column("Estimate (95% CI)"), Column("p")]
    columns += [Column("Adjusted p")] if adjusted else []
    full = [_filled(row, len(columns)) for row in rows]
    notes: list[str] = []
    if pairs:
        method = str(pairs.about("p")["method"])
        notes.append(f"{method[:1].upper()}{method[1:]}.")
    if apart:
        notes.append("Differences of survival: percentage points, plain scale, Greenwood.")
    if means:
        method = str(means.about("horizon")["method"])
        notes.append(f"{method[:1].upper()}{method[1:]}; ratio on the log scale.")
    key, title = f"{step.id}_comparisons", f"{step.title}: comparisons of groups"
    return Table(key, title, tuple(columns), tuple(full), notes=tuple(notes))


def _filled(row: Row, width: int) -> Row:
    return Row((*row.cells, *[EMPTY] * (width - len(row.cells))), row.indent, row.heading)


def _pairs(numbers: Numbers, adjusted: bool) -> Iterator[Row]:
    groups = numbers.unique("group", "p")
    if groups:
        yield Row((text("Survival as a whole"),), heading=True)
    for group in groups:
        mine = numbers.frame[numbers.frame["group"] == group]
        for level in dict.fromkeys(mine["level"]):
            where = {"group": group, "level": level}
            cells = [EMPTY, Cell("p", (numbers.get("p", **where),))]
            if adjusted:
                cells.append(Cell("p", (numbers.get("p_adjusted", **where),)))
            yield Row((text(f"{group} against {level}"), *cells), indent=1)


def _differences(numbers: Numbers, unit: str) -> Iterator[Row]:
    first = numbers.unique("level", "survival_difference")
    for time in numbers.unique("time", "survival_difference"):
        yield Row((text(f"Survival at {general(time)} {unit}".strip()),), heading=True)
        for group in numbers.unique("group", "survival_difference"):
            where = {"group": group, "level": first[0], "time": time}
            estimate = Cell("points_interval", numbers.triple("survival_difference", **where))
            p = Cell("p", (numbers.get("p", **where),))
            yield Row((text(f"{group} against {first[0]}"), estimate, p), indent=1)


def _means(numbers: Numbers, unit: str) -> Iterator[Row]:
    groups = numbers.unique("group", "rmst_difference")
    if groups:
        until = f"{general(numbers.get('horizon'))} {unit}".strip()
        yield Row((text(f"Mean survival up to {until}"),), heading=True)
    for group in groups:
        first = numbers.unique("level", "rmst_difference")[0]
        for term, kind in ((DIFFERENCE, "signed_interval"), (RATIO, "ratio_interval")):
            where = {"group": group, "level": first, "term": term}
            estimate = Cell(kind, numbers.triple(f"rmst_{term}", **where))
            p = Cell("p", (numbers.get("p", **where),))
            yield Row((text(f"{group} against {first}: {term}"), estimate, p), indent=1)
