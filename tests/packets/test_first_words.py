"""What a packet says of unusual cells, and names that look like numbers."""

from __future__ import annotations

from types import SimpleNamespace

from cohort_stats.problem import Address, Problem
from reports import telling
from reports.content import unusual_cells
from reports.table import Cell, text


def cells(n: int) -> tuple[Problem, ...]:
    return tuple(
        Problem(Address("Cohort", row, 10), "Bilirubin", "usually 0 to 12", "12258.8")
        for row in range(2, n + 2)
    )


def test_unusual_cells_are_a_line_for_each_column_without_their_values():
    cohort = SimpleNamespace(warnings=cells(30))
    view = SimpleNamespace(results=SimpleNamespace(cohort=cohort))
    assert unusual_cells(view) == [
        "Bilirubin, 30 cells: expected usually 0 to 12 (Cohort!J2; Cohort!J3; Cohort!J4; …)"
    ]


def test_the_terminal_says_how_many_unusual_values_it_does_not_list(capsys):
    telling.tell_unusual(cells(76))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 41
    assert lines[-1] == "  … and 36 more unusual values."


def test_a_level_that_is_a_bare_number_is_a_name():
    assert str(text("10115")) == "10115"
    assert str(Cell("count", (10115,))) == "10,115"
