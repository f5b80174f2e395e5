"""What other programs say of a run: for the terminal, and for the record of the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analyses.cross_check.findings import DIFFERS, EXPLAINED, CrossCheck
from cohort_stats.wording import counted

FILE = "cross_check.csv"


def cross_check_lines(check: CrossCheck) -> Iterator[str]:
    """The largest difference by kind of step and library, and what has no second opinion."""
    yield f"Cross-check: {counted(len(check), 'number')} recomputed by other programs."
    for one in check.families():
        words = f"  {one.name} by {one.library}: {counted(one.compared, 'number')}, "
        words += f"largest difference {one.largest:.1g}"
        if one.explained:
            words += f"; {one.explained} more differ by convention"
        if one.differing:
            words += f"; {one.differing} NOT EXPLAINED, see {FILE}"
        yield words
    for reason in dict.fromkeys(_reasons(check)):
        yield f"  {reason}"
    for step, why in check.without.items():
        yield f"  Not recomputed: {step}: {why}."


def _reasons(check: CrossCheck) -> Iterator[str]:
    for all_ in check.compared.values():
        yield from (f"By convention: {one.why}." for one in all_ if one.verdict == EXPLAINED)


def write_cross_check(check: CrossCheck, folder: Path) -> None:
    """Every number beside theirs."""
    check.frame().to_csv(folder / FILE, index=False, lineterminator="\n")


def cross_check_record(check: CrossCheck | None) -> dict[str, Any]:
    """For ``run.json``; nothing when no second opinion was asked for."""
    if check is None:
        return {}
    families = [
        {
            "kind": one.name,
            "library": one.library,
            "compared": one.compared,
            "largest_difference": one.largest,
            "by_convention": one.explained,
            "not_explained": one.differing,
        }
        for one in check.families()
    ]
    differing = [
        {"analysis": one.analysis, "statistic": one.statistic, **dict(one.where)}
        for all_ in check.compared.values()
        for one in all_
        if one.verdict == DIFFERS
    ]
    found = {"compared": len(check), "families": families, "not_explained": differing}
    return {"cross_check": {**found, "not_recomputed": dict(check.without)}}
