"""Rows of the workbooks of this folder, recognised without the marks that say what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from analyses.plan import StudyPlan
from cohort_stats.cohort import Cohort
from cohort_stats.problem import CohortError
from cohort_stats.validation import read_cohort

HERE = Path(__file__).parent
#: Share of a cohort's rows that must be known, and how many at least.
SHARE, LEAST = 0.5, 5
#: Share of the known rows that the columns must tell apart: few of them fit by chance.
TOLD_APART = 0.9


def marked_again(cohort: Cohort, plan: StudyPlan) -> Cohort:
    """A cohort, marked as synthetic or as the paper's own where its rows are known to be.

    Parameters
    ----------
    cohort
        As read.
    plan
        Of a study; its example cohort and the rows that its paper prints are looked for.

    Notes
    -----
    Ids do not count, nor the order of rows and columns, nor columns left out. An example drawn
    with another seed is not known.
    """
    key = plan.file.study.key
    if cohort.synthetic or cohort.reported:
        return cohort
    if _known(cohort, plan, HERE / f"{key}_SYNTHETIC.xlsx"):
        return replace(cohort, synthetic=True)
    printed = any(_known(cohort, plan, path) for path in sorted(HERE.glob(f"{key}_*_real.xlsx")))
    return replace(cohort, reported=True) if printed else cohort


def _known(cohort: Cohort, plan: StudyPlan, path: Path) -> bool:
    if not path.exists():
        return False
    try:
        known = read_cohort(path, plan.dictionary, sheet=plan.file.study.sheet)
    except CohortError:  # a plan of the user's with the same key and another dictionary
        return False
    names = [name for name in cohort.frame if name in known.frame and name != cohort.dictionary.id]
    ours, theirs = (_rows(frame[names]) for frame in (cohort.frame, known.frame))
    if not names or len(set(theirs)) < TOLD_APART * len(theirs):
        return False
    known_rows = set(theirs)
    found = sum(row in known_rows for row in ours)
    return found >= max(LEAST, SHARE * len(ours))


def _rows(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(frame[name].astype(str) for name in frame), strict=True))
