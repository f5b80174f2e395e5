"""Matching and weighting by a propensity score in SPSS."""

from __future__ import annotations

from analyses.schema.matching import MatchStep, WeightStep
from reports.syntax.spss.models import covariates_spss, logistic_regression
from reports.syntax.spss.words import comment, holds, plain
from reports.syntax.study import Study

NO_SMD = "SPSS prints no standardised differences: difference of means over the standard deviation."


def match_spss(step: MatchStep, study: Study) -> list[str]:
    """The score, and the covariates before and after; the sets are those of the packet."""
    inside, _, _ = study.sample(step.id)
    lines = [*_scored(step, study), *_described(step, study)]
    lines += comment("The matched patients; who is matched with whom is a column of the file.")
    lines += ["USE ALL.", f"FILTER BY {inside}.", *_described(step, study)]
    return [*lines, *comment(NO_SMD), "FILTER OFF.", "USE ALL."]


def weight_spss(step: WeightStep, study: Study) -> list[str]:
    """The score, the weights by their formula, and the covariates before and after."""
    _, weight, _ = study.sample(step.id)
    mine, other = {
        "ate": ("1 / score", "1 / (1 - score)"),
        "att": ("1", "score / (1 - score)"),
        "ato": ("1 - score", "score"),
    }[step.estimand]
    lines = [*_scored(step, study), *_described(step, study)]
    lines += comment(f"The weights: treated {mine}, others {other}{_changed(step)}.")
    lines += [f"WEIGHT BY {weight}.", *_described(step, study), "WEIGHT OFF."]
    return [*lines, *comment(NO_SMD)]


def _changed(step: WeightStep) -> str:
    words = ", times the share of the group" if step.stabilised else ""
    if step.trim is not None:
        low, high = map(plain, step.trim)
        words += f", of scores from {low} to {high}"
    if step.truncate is not None:
        low, high = map(plain, step.truncate)
        words += f", cut off at their percentiles {low} and {high}"
    return f"{words}: the column of the file"


def _scored(step: MatchStep | WeightStep, study: Study) -> list[str]:
    lines = [f"COMPUTE treated = {holds(study, step.treated)}.", "EXECUTE."]
    if step.score:
        return [*lines, *comment(f"The propensity score is the column {study.name(step.score)}.")]
    more, names, contrasts = covariates_spss(step, study)
    entering = f"/METHOD=ENTER {' '.join(names)}"
    code = logistic_regression("treated", names, contrasts, entering, "  /SAVE=PRED(score)")
    return [*lines, *more, code]


def _described(step: MatchStep | WeightStep, study: Study) -> list[str]:
    columns = [study.variable(c.variable) for c in study.covariates(step)]
    numbers = " ".join(study.name(v.name) for v in columns if v.is_numeric)
    levels = " ".join(study.name(v.name) for v in columns if not v.is_numeric)
    lines = [f"MEANS TABLES={numbers} BY treated /CELLS=COUNT MEAN VARIANCE."] if numbers else []
    if levels:
        lines.append(f"CROSSTABS /TABLES={levels} BY treated /CELLS=COUNT COLUMN.")
    return lines
