"""What the structure of a printed table implies: shares, sums, p of rows, ratios with p."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyses.printed import arithmetic, coefficients, ratios, tests_of_means, totals, two_by_two
from analyses.printed.number import Printed
from analyses.printed.outcome import Finding, Outcome
from analyses.published.registry import Column, PrintedTable, Published, Row, Value
from analyses.replication.cells import (
    cell_findings,
    effect_of,
    finding,
    is_ratio,
    limits_of,
    ratio_findings,
)
from analyses.replication.comparisons import row_p
from analyses.replication.stated_models import counts_of_model


def table_findings(published: Published, table: PrintedTable) -> Iterator[Finding]:
    """Check everything that follows from the structure of a table.

    Parameters
    ----------
    published
        The registry.
    table
        One of its tables.
    """
    stated = {relation.subject for relation in published.relations if relation.word == "percent_of"}
    for row in table.rows:
        for each in (row, *row.levels):
            for name, value in each.cells.items():
                column = _column(table, name)
                own = value.address in stated
                n = None if own else denominator(published, table, each, column)
                yield from cell_findings(published, value, n)
            yield from _ratios_in_columns(published, table, each)
            yield from _all_from_groups(published, each)
        yield from _precision(published, row)
        yield from _levels_sum(published, table, row)
        yield from row_p(published, table, row, denominator)


def _precision(published: Published, row: Row) -> Iterator[Finding]:
    """Intervals of levels against the events of their model."""
    if row.structure not in ("categories", "ordered"):
        return
    for value in (v for level in row.levels for v in level.cells.values()):
        low, high = value.get("low"), value.get("high")
        counts = counts_of_model(published, value.about)
        kind = effect_of(value.kind)
        if counts is None or low is None or high is None or kind not in ("or", "hr"):
            continue
        confidence = published.models[value.about].confidence
        events, n = counts
        outcome = two_by_two.precision_of_ratio(kind, low, high, events.value, n.value, confidence)
        yield finding(value, outcome, "low")


def _column(table: PrintedTable, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


def denominator(
    published: Published, table: PrintedTable, row: Row, column: Column
) -> Printed | None:
    """What the counts of a cell are a part of; None where the registry does not say.

    Parameters
    ----------
    published
        The registry.
    table, row, column
        Where the cell stands.
    """
    for key in (row.id, row.id.rpartition(".")[0]):
        given = table.denominators.get(key)
        if isinstance(given, Mapping):
            given = given.get(column.name)
        if given:
            return published.number(given, "count", "n")
    if column.name in table.percent_of:
        other = row.cells.get(table.percent_of[column.name])
        return other.get("count") if other else None
    return published.n_of(column.about)


def _levels_sum(published: Published, table: PrintedTable, row: Row) -> Iterator[Finding]:
    """The levels of a variable that exclude each other make up the column."""
    if row.structure not in ("categories", "ordered") or len(row.levels) < 2:
        return
    for column in table.columns:
        cells = [level.cells[column.name] for level in row.levels if column.name in level.cells]
        counts = [c for c in (value.get("count") for value in cells) if c is not None]
        total = denominator(published, table, row, column)
        if column.name in table.percent_of and column.name not in table.denominators:
            own = row.cells.get(column.name)
            total = own.get("count") if own else None
        outcome = _of_levels(cells, counts, total)
        if outcome is None:
            continue
        first = cells[0]
        about = Value(
            f"{table.id}.{row.id}.{column.name}",
            table.place,
            f"{row.what}, sum of the levels ({first.what.rpartition(' (')[2].rstrip(')')})",
            "count",
            "",
            {},
            line=row.line or first.line,
        )
        yield finding(about, outcome, "", *(value.address for value in cells))


def _of_levels(
    cells: Sequence[Value], counts: Sequence[Printed], total: Printed | None
) -> Outcome | None:
    """Counts against the total; bare percentages against whole counts of it, or against 100."""
    if counts and len(counts) == len(cells):
        return arithmetic.sum_of(total, counts) if total is not None else None
    percents = [cell["percent"] for cell in cells if cell.kind == "percent"]
    if counts or len(percents) < max(2, len(cells)):
        return None
    if total is None:
        return totals.percents_of_whole(percents)
    return totals.counts_of_percents(percents, total)


def _all_from_groups(published: Published, row: Row) -> Iterator[Finding]:
    """A column of all patients against the columns of the groups that make them up."""
    for name, value in row.cells.items():
        group = published.groups.get(value.about)
        if group is None or not group.parts or name != value.about:
            continue
        cells = [row.cells[part] for part in group.parts if part in row.cells]
        if len(cells) < len(group.parts):
            continue
        others = tuple(cell.address for cell in cells)
        if "count" in value.parts and all("count" in cell.parts for cell in cells):
            outcome = arithmetic.sum_of(value["count"], [cell["count"] for cell in cells])
            yield finding(value, outcome, "count", *others)
        sizes = [published.n_of(cell.about) for cell in cells]
        if all(each.kind == "percent" for each in (value, *cells)) and None not in sizes:
            percents = [(c["percent"], n.value) for c, n in zip(cells, sizes, strict=True) if n]
            outcome = totals.percent_of_parts(value["percent"], percents)
            yield finding(value, outcome, "percent", *others)
        samples = samples_of(published, cells)
        if samples and "mean" in value.parts:
            mean = tests_of_means.mean_of_parts(value["mean"], samples)
            yield finding(value, mean, "mean", *others)
        if samples and "sd" in value.parts:
            yield finding(value, tests_of_means.sd_of_parts(value["sd"], samples), "sd", *others)


def samples_of(published: Published, values: Sequence[Value]) -> list[tests_of_means.Sample] | None:
    """Means, deviations and sizes of printed cells, or None where one of them lacks one."""
    samples = []
    for value in values:
        n = value.get("n") or published.n_of(value.about)
        if n is None or "mean" not in value.parts or "sd" not in value.parts:
            return None
        samples.append(tests_of_means.Sample(value["mean"], value["sd"], n.value))
    return samples


def _ratios_in_columns(published: Published, table: PrintedTable, row: Row) -> Iterator[Finding]:
    """Estimate, interval and p of one model where they stand in columns of their own."""
    for about in dict.fromkeys(column.about for column in table.columns):
        cells = [v for name, v in row.cells.items() if _column(table, name).about == about]
        yield from _coefficients(cells)
        main = next((v for v in cells if is_ratio(v.kind) and "estimate" in v.parts), None)
        if main is None or ("p" in main.parts and "low" in main.parts):
            continue
        low, high, p_at = (_first(cells, part) for part in ("low", "high", "p"))
        if low is None or high is None:
            continue
        found = ratio_findings(
            main,
            main["estimate"],
            low["low"],
            high["high"],
            p_at["p"] if p_at else None,
            published.models[about].confidence if about in published.models else 0.95,
            p_at,
            limits_of(published, main),
        )
        whole = "low" in main.parts  # then the cell was checked against itself
        exactly = _first(cells, "se") is not None  # and p against coefficient and its error
        for one in found:
            own = one.address.startswith(main.address)
            if not (whole and own) and not (exactly and not own):
                yield one


def _coefficients(cells: Sequence[Value]) -> Iterator[Finding]:
    """Coefficient, standard error, z, p and ratio of one line of regression output."""
    beta, se, z, p, ratio = (_first(cells, part) for part in ("beta", "se", "z", "p", "estimate"))
    if beta is not None and ratio is not None:
        outcome = coefficients.ratio_of_coefficient(ratio["estimate"], beta["beta"])
        yield finding(ratio, outcome, "estimate", beta.address)
    if beta is None or se is None:
        return
    if z is not None:
        outcome = coefficients.z_of_coefficient(z["z"], beta["beta"], se["se"])
        yield finding(z, outcome, "z", beta.address, se.address)
    if ratio is not None and "low" in ratio.parts and se["se"].value > 0:
        yield from _limits(ratio, beta, se)
    if p is not None and se["se"].value > 0:
        outcome = coefficients.p_of_coefficient(p["p"], beta["beta"], se["se"])
        yield finding(p, outcome, "p", beta.address, se.address)


def _limits(ratio: Value, beta: Value, se: Value) -> Iterator[Finding]:
    """Limits against coefficient and error, unless they are not symmetric: no Wald limits then."""
    estimate, low, high = (ratio[part] for part in ("estimate", "low", "high"))
    if ratios.estimate_of_interval(estimate, low, high).verdict.holds:
        outcome = coefficients.limits_of_coefficient(low, high, beta["beta"], se["se"])
        yield finding(ratio, outcome, "low", beta.address, se.address)


def _first(cells: Sequence[Value], part: str) -> Value | None:
    return next((value for value in cells if part in value.parts), None)
