"""Adverse events, missing values, rates and reclassification in SPSS."""

from __future__ import annotations

from analyses.schema.adverse import AdverseEventsStep
from analyses.schema.discrimination import ReclassificationStep
from analyses.schema.imputing import MissingnessStep
from analyses.schema.survival import RatesStep
from analyses.steps.missingness import AGAINST
from cohort_stats.comparing.adverse_events import grades_of
from reports.syntax.cohort_csv import codes_of, levels_of
from reports.syntax.spss.comparing import summary_and_test
from reports.syntax.spss.words import begin, comment, end, outcome, plain
from reports.syntax.study import Study


def adverse_events_spss(step: AdverseEventsStep, study: Study) -> list[str]:
    """Patients with each event, of any grade and of a severe one, and with one of the events."""
    (variable, _), scene = study.groups(step), study.scene_of(step)
    lines, tables = begin(study, step), list[str]()
    present = [name for name in step.events if scene.has(name)]
    severe = [name for name in present if study.variable(name).type != "yesno"]
    for mark, least, names in (("any", 1, present), ("severe", step.severe, severe)):
        marked = [f"{study.name(name)}_{mark}" for name in names]
        for column, name in zip(marked, names, strict=True):
            lines.append(f"COMPUTE {column} = {_from_grade(study, name, least)}.")
        if len(present) > 1 and names:
            one = " OR ".join(f"{column} = 1" for column in marked)
            lines.append(f"COMPUTE events_{mark} = ({one}).")
            marked.insert(0, f"events_{mark}")
        tables += marked
    lines.append("EXECUTE.")
    if not variable:
        return [*lines, f"FREQUENCIES VARIABLES={' '.join(tables)}.", *end(step)]
    by = study.name(variable)
    table = f"CROSSTABS /TABLES={{}} BY {by} /STATISTICS=CHISQ /CELLS=COUNT COLUMN."
    return [*lines, *(table.format(mark) for mark in tables), *end(step)]


def _from_grade(study: Study, name: str, least: int) -> str:
    """Whether a grade is at least so high, in the codes of its levels."""
    column, variable = study.name(name), study.variable(name)
    if variable.is_numeric or variable.type == "yesno":
        return f"({column} >= {least})"
    grades = grades_of(levels_of(study, name)) or ()
    reached = [
        code
        for code, grade in zip(codes_of(study, name).values(), grades, strict=False)
        if grade >= least
    ]
    return f"({column} >= {min(reached, default=max(codes_of(study, name).values()) + 1)})"


def missingness_spss(step: MissingnessStep, study: Study) -> list[str]:
    """Counts, and by variable the patients who lack it beside the others."""
    scene = study.scene_of(step)
    names = [name for name in dict.fromkeys(step.variables) if scene.has(name)]
    listed = " ".join(map(study.name, names))
    lines = [*begin(study, step), f"FREQUENCIES VARIABLES={listed} /FORMAT=NOTABLE."]
    lines += comment(
        f"With the module Missing Values: MVA VARIABLES={listed} /MPATTERN /EM (Little)"
    )
    others = [row.variable for row in step.compared if scene.has(row.variable)]
    for name in names:
        analysis = f"{step.id}/{AGAINST}/{name}"
        if analysis not in study.analyses(step.id):
            continue
        lines += [f"COMPUTE gap = MISSING({study.name(name)}).", "EXECUTE."]
        methods = study.methods(analysis)
        for other in others or names:
            if other != name:
                lines += summary_and_test(study, other, methods.get(other, ""), "gap", [0, 1])
    return [*lines, *end(step)]


def rates_spss(step: RatesStep, study: Study) -> list[str]:
    """Events per person-time, by Poisson regression."""
    names, (variable, levels) = study.times(step.endpoint), study.groups(step)
    lines = begin(study, step)
    since = f"{names.time} - {names.entry}" if names.entry else names.time
    lines += [f"COMPUTE happened = ({names.status} = 1).", f"COMPUTE person_time = {since}."]
    lines += ["COMPUTE log_time = LN(person_time).", "EXECUTE."]
    by = f" BY {study.name(variable)}" if variable else ""
    lines.append(f"MEANS TABLES=person_time happened{by} /CELLS=COUNT SUM.")
    lines += comment("Rate: events over person-time; its exact limits SPSS does not have.")
    if len(levels) > 1:
        group = study.name(variable)
        lines += comment("Rate ratios with Wald limits; those of the packet are exact.")
        lines.append(
            f"GENLIN happened BY {group} (ORDER=DESCENDING) /MODEL {group} OFFSET=log_time "
            "DISTRIBUTION=POISSON LINK=LOG /PRINT=SOLUTION (EXPONENTIATED)."
        )
    return [*lines, *end(step)]


def reclassification_spss(step: ReclassificationStep, study: Study) -> list[str]:
    """How patients move between categories of risk; SPSS has no indices of it."""
    lines = [*begin(study, step), *outcome(study, step.outcome)]
    for band, name in (("old_band", step.old), ("new_band", step.new)):
        above = [f"({study.name(name)} >= {plain(cut)})" for cut in step.cutoffs]
        lines.append(f"COMPUTE {band} = {' + '.join(above) or study.name(name)}.")
    lines += ["COMPUTE moved = new_band - old_band.", "EXECUTE."]
    if step.cutoffs:
        lines.append("CROSSTABS /TABLES=old_band BY new_band BY outcome /CELLS=COUNT.")
    lines.append(f"MEANS TABLES={study.name(step.old)} {study.name(step.new)} BY outcome.")
    words = "SPSS has no reclassification indices: they follow from who moved, with the outcome "
    words += "and without; the integrated one from the differences of these means."
    return [*lines, *comment(words), *end(step)]
