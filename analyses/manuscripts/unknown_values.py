"""Means of a table that says that values are missing, and not of how many patients they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyses.printed.number import Printed
from analyses.printed.tests_of_means import Sample, p_span
from analyses.published.registry import Row, Value

#: Parts of a group that may have a value.
SHARES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)
#: How far the deviation of all may be from those of the groups because some have no value.
SPREAD = 0.1


def of_unknown_number(
    row: Row, sizes: Mapping[str, int], compared: Sequence[str], parts: Sequence[str]
) -> Row:
    """A row of means without its groups, where another number of patients would explain it.

    Parameters
    ----------
    row
        Of a table that says that values are missing.
    sizes
        Of the groups, by column.
    compared, parts
        Columns that the p compares, and those that make up all patients.
    """
    cells = {name: v for name, v in row.cells.items() if {"mean", "sd"} <= {*v.parts}}
    if not cells or any("n" in v.parts for v in cells.values()):
        return row
    means = [v["mean"].value for name, v in cells.items() if name in parts]
    spreads = [v["sd"].value for name, v in cells.items() if name in parts]
    loose = {}
    for name, value in cells.items():
        if name not in parts and _between(value["mean"], means) and _near(value["sd"], spreads):
            loose[name] = replace(value, about="")
    p, groups = row.cells.get("p"), [cells[name] for name in compared if name in cells]
    if p is not None and len(groups) == len(compared) > 1 and _may_be(p, groups, sizes):
        loose |= {name: replace(cells[name], about="") for name in compared}
    return replace(row, cells={**row.cells, **loose})


def _between(mean: Printed, means: Sequence[float]) -> bool:
    slack = mean.unit
    return bool(means) and min(means) - slack <= mean.value <= max(means) + slack


def _near(sd: Printed, spreads: Sequence[float]) -> bool:
    low, high = min(spreads) * (1 - SPREAD), max(spreads) * (1 + SPREAD)
    return low - sd.unit <= sd.value <= high + sd.unit


def _may_be(p: Value, groups: Sequence[Value], sizes: Mapping[str, int]) -> bool:
    """Whether the p comes out with fewer patients, though not with all of them."""
    spans = []
    for share in SHARES:
        samples = [Sample(v["mean"], v["sd"], round(share * sizes[v.about])) for v in groups]
        if min(s.n for s in samples) < 2 or max(s.sd.value for s in samples) <= 0:
            return False
        tests = ("student", "welch") if len(samples) == 2 else ("anova", "welch anova")
        spans += [p_span(test, samples) for test in tests]
    if any(p["p"].meets(*span) for span in spans[:2]):
        return False
    return p["p"].meets(min(low for low, _ in spans), max(high for _, high in spans))
