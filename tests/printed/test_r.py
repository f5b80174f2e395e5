"""Every line of R that a finding prints gives what we recomputed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from analyses.printed.number import read_printed
from analyses.printed.tests_of_counts import TWO_BY_TWO, WORDS, p_under, r_line
from analyses.published.reading import load_published
from analyses.replication.findings import findings

TABLES = ([[36, 23], [23, 20]], [[28, 9], [29, 28], [2, 6]], [[3, 1, 4], [2, 7, 1], [5, 5, 5]])


def in_r(lines: list[str]) -> list[float]:
    code = "\n".join(
        f"cat(sprintf('%.10g', as.numeric(suppressWarnings({{{line}}}))[1]), '\\n')"
        for line in lines
    )
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


@pytest.mark.outer
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_lines_of_r_give_our_numbers():
    found = [
        f.outcome
        for f in findings(load_published("kim2025pni"))
        if f.outcome.r and "0:" not in f.outcome.r
    ]
    assert len(found) > 40
    for outcome, value in zip(found, in_r([o.r for o in found]), strict=True):
        ours = read_printed(outcome.recomputed)
        if ours.comparator:
            assert value < ours.value
        else:
            assert value == pytest.approx(ours.value, abs=0.51 * ours.unit), outcome


@pytest.mark.outer
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_every_test_of_counts_is_that_of_r():
    cases = [
        (test, table)
        for table in TABLES
        for test in WORDS
        if len(table) == 2 or test not in TWO_BY_TWO
    ]
    values = in_r([r_line(test, table) for test, table in cases])
    for (test, table), value in zip(cases, values, strict=True):
        assert p_under(test, table) == pytest.approx(value, rel=1e-6), (test, table)
