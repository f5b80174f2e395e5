"""Tables as a reader gives them, built from headings and columns; and strategies for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from cohort_stats.rawtable import CellError, Labelled, MissingCode, Percent, RawTable


def table_of(columns: Mapping[str, Sequence[Any]], **also: Any) -> RawTable:
    """A table of sheet *Cohort* with its headings in row 1."""
    rows = len(next(iter(columns.values()))) if columns else 0
    return RawTable(
        path=Path("cohort.xlsx"),
        sheet="Cohort",
        headings=tuple(columns),
        columns=tuple(range(1, len(columns) + 1)),
        rows=tuple(range(2, rows + 2)),
        values=tuple(list(values) for values in columns.values()),
        heading_row=1,
        sha256="",
        **also,
    )


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["NA", "-", "?", "yes", "X", "999", "12 months", "03/04/2024", "=1+1", "Ⅲ"]),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.floats(0, 1).map(Percent),
    st.dates().map(lambda d: date(d.year, d.month, d.day)),
    st.datetimes(),
    st.just(time(8, 30)),
    st.just(timedelta(hours=2)),
    st.just(CellError("#N/A")),
    st.builds(MissingCode, st.text(max_size=3)),
    st.builds(Labelled, st.integers(0, 3), st.text(min_size=1, max_size=5)),
)
HEADINGS = st.one_of(
    st.text(min_size=1, max_size=20).filter(str.strip),
    st.sampled_from(
        ["Age (years)", "DOB", "Name", "MRN", "Patient", "ECOG", "Date of surgery", "Sex", "%"]
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> RawTable:
    """Any table that a reader could give, whatever is typed in it."""
    headings = draw(st.lists(HEADINGS, min_size=1, max_size=4, unique=True))
    n = draw(st.integers(1, 12))
    few = st.lists(CELLS, min_size=1, max_size=4).flatmap(
        lambda some: st.lists(st.sampled_from(some), min_size=n, max_size=n)
    )
    whatever = st.lists(CELLS, min_size=n, max_size=n)
    return table_of({heading: draw(st.one_of(few, whatever)) for heading in headings})


def day(year: int, month: int, day_: int) -> datetime:
    """A date as a workbook gives it."""
    return datetime(year, month, day_)
