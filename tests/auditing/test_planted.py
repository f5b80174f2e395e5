"""Correct papers raise nothing, and planted errors are found: the short version.

``python tests/auditing/papers.py`` measures 1,000 papers and writes docs/audit.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from papers import KINDS, measured

PAPERS = 30


@pytest.fixture(scope="module")
def tallies():
    return measured(PAPERS)


def test_correct_papers_raise_no_finding(tallies):
    assert tallies[0] == {"none": PAPERS}


@pytest.mark.parametrize("kind", KINDS)
def test_planted_errors_are_found(tallies, kind):
    tally = tallies[1][kind]
    found = sum(n for word, n in tally.items() if word not in ("none", "minor"))
    assert found >= 0.7 * sum(tally.values())
