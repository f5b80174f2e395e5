"""Competing risks in SPSS: cumulative incidence row by row, cause-specific hazards."""

from __future__ import annotations

from analyses.schema.regression import FineGrayStep
from analyses.schema.survival import CumulativeIncidenceStep
from reports.syntax.spss.models import covariates_spss
from reports.syntax.spss.rows import FIRST, SHARED, copied, dropped, unweighted
from reports.syntax.spss.words import begin, comment, end
from reports.syntax.study import Study

WORDS = (
    "SPSS has no procedure for competing risks. Their cumulative incidence (Aalen and Johansen) by "
    "transformations: q_event of the event, q_other of the competing one, after each time at which "
    "one of them happened. Its limits and Gray's test: see analysis.R."
)


def cumulative_incidence_spss(step: CumulativeIncidenceStep, study: Study) -> list[str]:
    """The cumulative incidence of both events, in every group."""
    names, (variable, _) = study.times(step.endpoint), study.groups(step)
    if names.entry:
        return comment("With late entry SPSS has no cumulative incidence: see analysis.R.")
    by = study.name(variable) if variable else "q_all"
    lines = comment(WORDS) + unweighted(study, step)
    if len(lines) > 1:
        return lines[1:]
    lines += copied(study, step, [names.time, names.status, *([by] if variable else [])])
    return [*lines, *_incidence(names.time, names.status, by), *dropped()]


def _incidence(time: str, status: str, by: str) -> list[str]:
    same = f"(LAG({by}) = {by})"
    step = "q_before * {} / q_at_risk"
    return [
        f"COMPUTE q_one = ({status} = 1).",
        f"COMPUTE q_two = ({status} = 2).",
        f"SORT CASES BY {by} {time}.",
        SHARED.format(by, "/q_n=N"),
        SHARED.format(f"{by} {time}", "/q_gone=N /q_ones=SUM(q_one) /q_twos=SUM(q_two)"),
        FIRST[0],
        f"IF (LAG({by}) = {by} AND LAG({time}) = {time}) q_first = 0.",
        "EXECUTE.",
        "SELECT IF (q_first = 1).",
        "COMPUTE q_at_risk = q_n.",
        f"IF {same} q_at_risk = LAG(q_at_risk) - LAG(q_gone).",
        "COMPUTE q_before = 1.",
        "COMPUTE q_after = 1.",
        f"IF {same} q_before = LAG(q_after).",
        "COMPUTE q_after = q_before * (1 - (q_ones + q_twos) / q_at_risk).",
        f"COMPUTE q_event = {step.format('q_ones')}.",
        f"COMPUTE q_other = {step.format('q_twos')}.",
        f"IF {same} q_event = LAG(q_event) + {step.format('q_ones')}.",
        f"IF {same} q_other = LAG(q_other) + {step.format('q_twos')}.",
        "EXECUTE.",
        "SELECT IF (q_ones + q_twos > 0).",
        "FORMATS q_event q_other (F18.16).",
        f"LIST {'' if by == 'q_all' else by + ' '}{time} q_at_risk q_event q_other.",
    ]


def fine_gray_spss(step: FineGrayStep, study: Study) -> list[str]:
    """The cause-specific hazards of the covariates together: SPSS has no subdistribution."""
    names = study.times(step.endpoint)
    lines, covariates, contrasts = covariates_spss(step, study)
    words = (
        "SPSS has no Fine-Gray regression: see analysis.R. Here the cause-specific hazards, the "
    )
    words += "competing event as a censoring, of every covariate together"
    words += "; COXREG takes ties by Breslow's method and has no late entry."
    code = f"COXREG {names.time} /STATUS={names.status}(1)"
    listed = [*contrasts, f"/METHOD=ENTER {' '.join(covariates)}", "/PRINT=CI(95)"]
    told = [*begin(study, step), *comment(words), *lines]
    return [*told, f"{' '.join([code, *listed])}.", *end(step)]
