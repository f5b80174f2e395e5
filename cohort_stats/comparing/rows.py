"""What a comparison is made of: its rows and its groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.coding import as_factor

OVERALL = "Overall"
Summary = Literal["mean", "median", "range"]
TestChoice = Literal[
    "by type", "means", "ranks", "counts", "trend", "linear by linear", "jonckheere"
]
PairChoice = Literal["same test", "tukey", "dunn"]
#: The tests that use the order of the groups.
ORDERED_TESTS = ("trend", "linear by linear", "jonckheere")


@dataclass(frozen=True)
class Row:
    """A variable as a row of a comparison.

    Parameters
    ----------
    variable
        Name of a column: numbers, categories, text or True/False.
    summary
        ``mean`` (± SD), ``median`` (Q1–Q3) or ``range`` (median, with the smallest and the
        largest value); numbers only.
    test
        ``by type``: means or ranks after the summary, counts for categories; ``ranks`` on
        an ordered category compares its levels in order. For groups in order: ``trend``
        (Cochran–Armitage; two groups or two levels), ``linear by linear`` (levels in order
        too), ``jonckheere`` (numbers, or levels in order).
    pairs
        How every two groups are compared when that is asked for: the ``same test`` as the row
        (Mann–Whitney for ``jonckheere``, counts for the other tests of order), ``tukey``
        (means) or ``dunn`` (ranks).
    """

    variable: str
    summary: Summary = "median"
    test: TestChoice = "by type"
    pairs: PairChoice = "same test"

    def __post_init__(self) -> None:
        must_be_one_of("summary", self.summary, get_args(Summary))
        must_be_one_of("test", self.test, get_args(TestChoice))
        must_be_one_of("pairs", self.pairs, get_args(PairChoice))

    def kind(self, numeric: bool) -> str:
        """The test of the row: its own choice, else what its type of variable calls for.

        Raises
        ------
        ValueError
            When the test, or the pairs, do not fit the type of variable.
        """
        if self.test != "by type":
            found: str = self.test
        elif numeric:
            found = "means" if self.summary == "mean" else "ranks"
        else:
            found = "counts"
        if numeric and found in ("counts", "trend", "linear by linear"):
            allowed = "means, ranks or jonckheere"
            raise ValueError(f"test of {self.variable!r}, a number, must be {allowed}; got {found}")
        wanted = {"tukey": ("means",), "dunn": ("ranks", "jonckheere")}.get(self.pairs, (found,))
        if found not in wanted:
            raise ValueError(f"pairs of {self.variable!r} can be {self.pairs} with the test "
                             f"{wanted[0]}; got {found}")  # fmt: skip
        return found


def how_given(chosen: Iterable[Row]) -> str:
    """How rows are summed up, in sentences for a methods section."""
    text = (
        "Numbers are given as mean ± standard deviation or median (first to third quartile), as "
        "marked, categories as count (per cent of those known)."
    )
    if any(row.summary == "range" for row in chosen):
        text += " A median with its range has the smallest and the largest value in brackets."
    return text


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers rather than levels."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def with_levels(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The frame with its text and True/False columns as categories, levels in sorted order.

    Raises
    ------
    ValueError
        When a column holds neither numbers nor levels.
    """
    made = {}
    kind = pd.api.types
    for name in names:
        column = frame[name]
        if is_numeric(column) or isinstance(column.dtype, pd.CategoricalDtype):
            continue
        if not (kind.is_object_dtype(column) or kind.is_string_dtype(column)
                or kind.is_bool_dtype(column)):  # fmt: skip
            raise ValueError(
                f"variables must be numbers, categories or text; {name!r} is {column.dtype}"
            )
        made[name] = pd.Series(as_factor(column), index=frame.index)
    return frame.assign(**made)


def groups_of(frame: pd.DataFrame, by: str | None) -> dict[str, pd.DataFrame]:
    """The patients of each level of a column, in the order of its levels; empty ones left out."""
    if by is None:
        return {}
    column = frame[by]
    levels = (
        list(column.cat.categories)
        if isinstance(column.dtype, pd.CategoricalDtype)
        else sorted(column.dropna().unique())
    )
    parts = {str(level): frame[column == level] for level in levels}
    return {level: part for level, part in parts.items() if len(part)}
