"""Markers of survival and predicted risks in SPSS, by transformations."""

from __future__ import annotations

from analyses.schema.discrimination import DecisionCurveStep, SurvivalCutoffStep, TimeRocStep
from reports.syntax.spss.rows import FIRST, SHARED, copied, dropped, numbered, unweighted
from reports.syntax.spss.words import begin, comment, end, outcome, plain
from reports.syntax.study import Study

WEIGHED = (
    "SPSS has no time-dependent ROC curves. The areas by transformations, with weights that make "
    "up for censoring (inverse probability of being uncensored, by Kaplan and Meier); their "
    "limits: see analysis.R."
)
SEARCHED = (
    "SPSS has no maximally selected rank statistics. By transformations: log-rank scores, and "
    "their standardised sum at each cut (q_maxstat; above 0 where there are more events above "
    "it), the largest first; q_below patients lie below. The p for the search: see analysis.R."
)
BENEFIT = (
    "SPSS has no decision curves. Net benefit is a mean: what a treated patient adds is 1 with the "
    "outcome and less the odds of the threshold without it, an untreated one 0. Limits: mean and "
    "1.96 standard errors."
)


def time_roc_spss(step: TimeRocStep, study: Study) -> list[str]:
    """The area of each marker at each time."""
    if weighted := unweighted(study, step):
        return weighted
    names, lines = study.times(step.endpoint), comment(WEIGHED)
    for marker in step.marked:
        name = study.name(marker.variable)
        lines += copied(study, step, [names.time, names.status, name])
        lines += _uncensored(names.time, names.status)
        high = step.direction_of(marker) == "high"
        for k, at in enumerate(step.times, start=1):
            lines += _weighed(names.time, names.status, plain(at))
            lines += _area(name, f"q_area_{k}", f"{name} at {plain(at)}", high=high)
        areas = " ".join(f"q_area_{k}" for k, _ in enumerate(step.times, start=1))
        lines += [f"DESCRIPTIVES VARIABLES={areas} /STATISTICS=MEAN.", *dropped()]
    return lines


def _uncensored(time: str, status: str) -> list[str]:
    """The probability of being uncensored before and after each patient's time."""
    return [
        f"COMPUTE q_lost = ({status} = 0).",
        f"SORT CASES BY {time}.",
        *numbered("q_order"),
        SHARED.format("q_all", "/q_n=N"),
        SHARED.format(time, "/q_here=N /q_losses=SUM(q_lost) /q_place=MIN(q_order)"),
        *(line.format(time=time) for line in FIRST),
        "COMPUTE q_step = 1.",
        "IF (q_first = 1 AND q_losses > 0) "
        "q_step = 1 - q_losses / (q_n - q_place + 1 - q_here + q_losses).",
        "COMPUTE q_after = q_step.",
        "COMPUTE q_before = 1.",
        "IF (NOT MISSING(LAG(q_after))) q_after = LAG(q_after) * q_step.",
        "IF (q_first = 1 AND NOT MISSING(LAG(q_after))) q_before = LAG(q_after).",
        "IF (q_first = 0) q_before = LAG(q_before).",
        "EXECUTE.",
    ]


def _weighed(time: str, status: str, at: str) -> list[str]:
    """Who had the event by a time and who had not, each with a weight."""
    return [
        "COMPUTE q_until = 1.",
        f"IF ({time} <= {at}) q_until = q_after.",
        SHARED.format("q_all", "/q_late=MIN(q_until)"),
        "COMPUTE q_case = 0.",
        "COMPUTE q_control = 1 / q_late.",
        f"IF ({time} <= {at}) q_case = ({status} = 1) / q_before.",
        f"IF ({time} <= {at}) q_control = ({status} = 2) / q_before.",
    ]


def _area(marker: str, area: str, label: str, high: bool) -> list[str]:
    """The weighed share of pairs in which the marker of the case is on the side of the event."""
    share = "q_pairs / (q_cases * q_controls)"
    return [
        f"SORT CASES BY {marker}.",
        SHARED.format(marker, "/q_tied=SUM(q_control)"),
        "COMPUTE q_under = 0.",
        f"IF (LAG({marker}) = {marker}) q_under = LAG(q_under).",
        f"IF (LAG({marker}) < {marker}) q_under = LAG(q_under) + LAG(q_tied).",
        "COMPUTE q_pair = q_case * (q_under + q_tied / 2).",
        "EXECUTE.",
        SHARED.format(
            "q_all", "/q_pairs=SUM(q_pair) /q_cases=SUM(q_case) /q_controls=SUM(q_control)"
        ),
        f"COMPUTE {area} = {share if high else f'1 - {share}'}.",
        f'VARIABLE LABELS {area} "Area under the curve, {label}".',
        "EXECUTE.",
        "DELETE VARIABLES q_late q_tied q_pairs q_cases q_controls.",
    ]


def survival_cutoff_spss(step: SurvivalCutoffStep, study: Study) -> list[str]:
    """The standardised log-rank statistic at every cut of the marker."""
    if weighted := unweighted(study, step):
        return weighted
    names, marker, share = study.times(step.endpoint), study.name(step.marker), step.minprop
    inside = (
        f"q_below >= TRUNC({plain(share)} * q_n) AND q_below <= TRUNC((1 - {plain(share)}) * q_n)"
    )
    return [
        *comment(SEARCHED),
        *copied(study, step, [names.time, names.status, marker]),
        f"SORT CASES BY {names.time}.",
        *numbered("q_order"),
        SHARED.format("q_all", "/q_n=N"),
        SHARED.format(names.time, "/q_place=MAX(q_order)"),
        f"COMPUTE q_hazard = ({names.status} = 1) / (q_n - q_place + 1).",
        "IF (NOT MISSING(LAG(q_hazard))) q_hazard = LAG(q_hazard) + q_hazard.",
        "EXECUTE.",
        SHARED.format(names.time, "/q_until=MAX(q_hazard)"),
        f"COMPUTE q_score = ({names.status} = 1) - q_until.",
        "COMPUTE q_square = q_score ** 2.",
        SHARED.format("q_all", "/q_total=SUM(q_score) /q_squares=SUM(q_square)"),
        f"SORT CASES BY {marker}.",
        *numbered("q_below"),
        "IF (NOT MISSING(LAG(q_score))) q_score = LAG(q_score) + q_score.",
        "EXECUTE.",
        SHARED.format(marker, "/q_last=MAX(q_below)"),
        "SELECT IF (q_below = q_last).",
        f"SORT CASES BY {marker} (D).",
        f"COMPUTE q_cut = ({marker} + LAG({marker})) / 2.",
        "EXECUTE.",
        f"SELECT IF ({inside} AND q_below < q_n).",
        "COMPUTE q_variance = q_below * (q_n - q_below) / (q_n ** 2 * (q_n - 1)) "
        "* (q_n * q_squares - q_total ** 2).",
        "COMPUTE q_maxstat = (q_below / q_n * q_total - q_score) / SQRT(q_variance).",
        "COMPUTE q_size = ABS(q_maxstat).",
        "SORT CASES BY q_size (D).",
        "FORMATS q_cut q_maxstat (F20.12).",
        "LIST q_cut q_below q_maxstat /CASES=FROM 1 TO 20.",
        *dropped(),
    ]


def decision_curve_spss(step: DecisionCurveStep, study: Study) -> list[str]:
    """Net benefit at the thresholds of the table, of each model and of treating all."""
    risks = [study.name(name) for name in step.risks]
    lines = [*begin(study, step), *comment(BENEFIT), *outcome(study, step.outcome)]
    known = " AND ".join(f"NOT MISSING({name})" for name in ("outcome", *risks))
    made = []
    for k, at in enumerate(sorted(step.at), start=1):
        odds = f"{plain(at)} / (1 - {plain(at)})"
        adds = f"(outcome - (1 - outcome) * {odds})"
        for j, risk in enumerate(["", *risks]):
            treated = f"({risk} >= {plain(at)}) * " if risk else ""
            named = f"q_benefit_{k}_{j}"
            words = f"{risk or 'all treated'} from {plain(at)} on"
            lines.append(f"IF ({known}) {named} = {treated}{adds}.")
            lines.append(f'VARIABLE LABELS {named} "Net benefit, {words}".')
            made.append(named)
    lines.append("EXECUTE.")
    lines.append(f"DESCRIPTIVES VARIABLES={' '.join(made)} /STATISTICS=MEAN SEMEAN.")
    return [*lines, *end(step)]
