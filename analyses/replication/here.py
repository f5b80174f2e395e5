"""What a cohort says to a claim: the number, why there is none, and the warnings beside it."""

from __future__ import annotations

import math

import pandas as pd

from analyses.derived import why_lacking
from analyses.lacking import lost
from analyses.published.schema import ClaimSection
from analyses.running import StudyResults
from analyses.scene import Scene
from analyses.schema.discrimination import RocStep
from cohort_stats.wording import ONE

NAN = float("nan")
#: Statistics whose interval is symmetric on the log scale.
RATIOS = (
    "hazard_ratio", "odds_ratio", "risk_ratio", "rate_ratio", "subdistribution_hazard_ratio",
    "rmst_ratio",
)  # fmt: skip
#: Statistics that are shares of patients.
SHARES = ("sensitivity", "specificity", "ppv", "npv", "accuracy", "survival", "proportion")
#: A ratio beyond this, or below one over it, is where an iteration towards nothing or infinity
#: was stopped: no estimate.
LARGEST_RATIO = 1e6
NOT_FINITE = "no finite estimate here"


def numbers_here(
    claim: ClaimSection, statistic: str, stacked: pd.DataFrame
) -> tuple[tuple[float, float, float], int]:
    """A statistic of a claim with its limits, nan where there is none, and the patients.

    Parameters
    ----------
    claim
        As the registry states it.
    statistic
        One of its statistics.
    stacked
        Every number of the plan on the cohort.
    """
    rows = _rows(claim, stacked)
    value, low, high = (_first(rows, f"{statistic}{ending}") for ending in ("", "_low", "_high"))
    mine = rows[rows["statistic"] == statistic]
    n = int(mine["n_used"].iloc[0]) if len(mine) else 0
    if claim.reverse:
        value, low, high = (_inverse(x) for x in (value, high, low))
    return (value, low, high), n


def why_not_here(claim: ClaimSection, statistic: str, results: StudyResults, value: float) -> str:
    """Why a claim cannot be tested on this cohort; empty where it can.

    Parameters
    ----------
    claim, statistic
        The claim, and which of its statistics.
    results
        Of the plan, on the cohort.
    value
        What :func:`numbers_here` found.
    """
    reasons = {left.step.id: left.reason for left in results.not_done}
    if claim.step in reasons:
        return reasons[claim.step]
    ratio = statistic in RATIOS
    if math.isfinite(value) and not (ratio and not 1 / LARGEST_RATIO < value < LARGEST_RATIO):
        return ""
    lacking = _lacking(claim, results)
    if lacking:
        return lacking
    stacked = results.stack()
    inside = stacked[stacked["analysis"] == _analysis(claim)]
    if not (inside["statistic"] == statistic).any():
        return _no_such(claim, statistic, results)
    mine = _rows(claim, stacked)
    if not (mine["statistic"] == statistic).any():
        missing = " and ".join(f"'{x}'" for x in (claim.group, claim.level) if x)
        where = f" of {missing}" if missing else ""
        return f"no {statistic.replace('_', ' ')}{where} here: no patient, or the reference"
    if statistic == "median":
        return "the median is not reached here"
    return NOT_FINITE


def warnings_here(claim: ClaimSection, results: StudyResults) -> tuple[str, ...]:
    """The warnings of the results that a claim rests on: those of its term, or of no term."""
    analysis = _analysis(claim)
    told = [
        words
        for done in results.steps
        if done.step.id == claim.step
        for result in done.results
        if (result.numbers["analysis"] == analysis).any()
        for words in result.warnings
        if f"`{claim.term}`" in words or "`" not in words
    ]
    return tuple(dict.fromkeys(told))


def lost_here(claim: ClaimSection, results: StudyResults) -> tuple[str, ...]:
    """What the model of a claim is without on this cohort, so that it is another model."""
    scene = Scene(results.cohort.frame, results.cohort.dictionary, results.plan)
    steps = [done.step for done in results.steps if done.step.id == claim.step]
    return tuple(words for step in steps for words in lost(step, claim.part, scene))


def notes_here(claim: ClaimSection, statistic: str, results: StudyResults) -> tuple[str, ...]:
    """What a reader must know of a number: the registry's note, and of which marker an area is."""
    fixed = any(
        step.id == claim.step and isinstance(step, RocStep) and step.cutoff is not None
        for step in results.plan.file.steps
    )
    of_all = "the AUC is that of the marker over all its values, whatever the cut-off"
    return tuple(filter(None, (claim.note, of_all if fixed and statistic == "auc" else "")))


def _analysis(claim: ClaimSection) -> str:
    return f"{claim.step}/{claim.part}" if claim.part else claim.step


def _rows(claim: ClaimSection, stacked: pd.DataFrame) -> pd.DataFrame:
    rows = stacked[stacked["analysis"] == _analysis(claim)]
    for column in ("group", "term", "level"):
        wanted = getattr(claim, column)
        if wanted:
            rows = rows[rows[column] == wanted]
    if claim.time is not None:
        rows = rows[(rows["time"] - claim.time).abs() < 1e-9]
    return rows


def _first(rows: pd.DataFrame, statistic: str) -> float:
    found = rows.loc[rows["statistic"] == statistic, "value"]
    return float(found.iloc[0]) if len(found) else NAN


def _inverse(value: float) -> float:
    return math.inf if value == 0 else 1 / value


def _lacking(claim: ClaimSection, results: StudyResults) -> str:
    """What the cohort lacks of the variable that a claim is about."""
    file, cohort = results.plan.file, results.cohort
    if claim.term not in file.variables and claim.term not in file.derived:
        return ""
    scene = Scene(cohort.frame, cohort.dictionary, results.plan)
    return "" if scene.has(claim.term) else why_lacking(scene, claim.term)


def _no_such(claim: ClaimSection, statistic: str, results: StudyResults) -> str:
    """Why a step gave no such number at all."""
    frame, named = results.cohort.frame, statistic.replace("_", " ")
    if claim.term in frame.columns and frame[claim.term].nunique() == 1:
        scene = Scene(frame, results.cohort.dictionary, results.plan)
        (value,) = frame[claim.term].dropna().unique()
        row = ONE[results.plan.file.noun]
        return f"no {named} here: '{scene.label(claim.term)}' is '{value}' in every {row}"
    (title,) = (step.title for step in results.plan.file.steps if step.id == claim.step)
    part = f" ({claim.part})" if claim.part else ""
    return f"no {named} here: '{title}'{part} gave none on these data"
