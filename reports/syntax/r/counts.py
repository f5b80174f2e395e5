"""Adverse events and missing values in R."""

from __future__ import annotations

from analyses.schema.adverse import AdverseEventsStep
from analyses.schema.imputing import MissingnessStep
from analyses.steps.missingness import AGAINST, LITTLE, PATTERN
from cohort_stats.comparing.adverse_events import ANY_EVENT, ANY_GRADE, SEVERE, grades_of, single
from cohort_stats.imputing.against_known import KNOWN, MISSING
from cohort_stats.results import pick
from reports.syntax.cohort_csv import levels_of
from reports.syntax.r.comparing import BY_CHANCE, described, test_call, untested
from reports.syntax.r.words import (
    begin,
    call,
    exactly,
    grouped,
    not_repeated,
    numbers,
    quoted,
    surv,
    texts,
)
from reports.syntax.study import Study

NOT_TESTED = "Little’s test could not be done"


def adverse_events_r(step: AdverseEventsStep, study: Study) -> list[str]:
    """Patients with each event, of any grade and of a severe one."""
    scene, (more, by, _) = study.scene_of(step), grouped(study, step)
    g = [f"d${by}"] if by else []
    lines = [
        *begin(study, step),
        *more,
        call("agrees", quoted(step.id), group='"Overall"', n="nrow(d)"),
    ]
    if by:
        lines.append(
            call("agrees", quoted(step.id), group=f"levels(d${by})", n=f"table(d${by})")
        )  # fmt: skip
    present = [name for name in step.events if scene.has(name)]
    grades = {name: _grades(study, name) for name in present}
    columns = [f"{quoted(name)} = {code}" for name, code in grades.items()]
    lines.append(call("grades <- list", *columns))
    severe = [name for name in present if study.variable(name).type != "yesno"]
    singles = [
        g for g in range(1, 6) if not pick(study.numbers(step.id), "n", level=single(g)).empty
    ]
    for grade in singles:
        for name in severe:
            event = f"grades[[{quoted(name)}]] == {grade}"
            lines.append(
                call(
                    "agrees_event", quoted(step.id), quoted(name), quoted(single(grade)), event, *g
                )
            )
    for level, least, names in ((ANY_GRADE, 1, present), (SEVERE, step.severe, severe)):
        if not names:
            continue
        lines += ["", f"# {level}"]
        lines.append(f"events <- lapply(grades[{texts(names)}], function(x) x >= {least})")
        several = [ANY_EVENT] if len(present) > 1 else []
        lines += [f"events[[{quoted(name)}]] <- any_of(events)" for name in several]
        for name in [*several, *names]:
            about = [quoted(name), quoted(level), f"events[[{quoted(name)}]]"]
            lines.append(call("agrees_event", quoted(step.id), *about, *g))
            lines += _tested(study, step, (name, level), g)
    return lines


def _grades(study: Study, name: str) -> str:
    """The highest grade of each patient as numbers."""
    variable, column = study.variable(name), f"d${study.name(name)}"
    if variable.is_numeric:
        return column
    if variable.type == "yesno":
        return f"as.integer({column}) - 1"
    grades = grades_of(levels_of(study, name)) or ()
    return f"{numbers(grades)}[as.integer({column})]"


def _tested(
    study: Study, step: AdverseEventsStep, about: tuple[str, str], g: list[str]
) -> list[str]:
    if not g:
        return []
    term, level = about
    found = pick(study.numbers(step.id), "p", term=term, level=level)
    found = found[found["group"] == ""]
    where = {"term": quoted(term), "level": quoted(level)}
    if not found["value"].notna().any():
        return [call("agrees", quoted(step.id), **where, p="NA")]
    code = test_call(str(found["method"].iloc[0]), f"factor(events[[{quoted(term)}]])", g[0])
    if not code:
        return [not_repeated(exactly(step.id), "^(p|p_se)$", BY_CHANCE)]
    return [
        call("agrees_test", quoted(step.id), quoted(term), f"quiet({code})", level=quoted(level))
    ]


def missingness_r(step: MissingnessStep, study: Study) -> list[str]:
    """Counts and patterns, Little's test, and by variable the patients who lack it."""
    scene, lines = study.scene_of(step), begin(study, step)
    names = [name for name in dict.fromkeys(step.variables) if scene.has(name)]
    listed = texts(map(study.name, names))
    lines += [f"x <- d[{listed}]" if len(names) > 1 else f"x <- d[{listed}, drop = FALSE]"]
    pattern = quoted(f"{step.id}/{PATTERN}")
    lines += ["colSums(is.na(x))", call("agrees_missing", pattern, "x", texts(names))]
    tested = [n for n in names if study.variable(n).type not in ("date", "text", "id")]
    if f"{step.id}/{LITTLE}" in study.analyses(step.id):
        lines += _little(step, study, tested)
    others = [row.variable for row in step.compared if scene.has(row.variable)]
    for name in names:
        if f"{step.id}/{AGAINST}/{name}" in study.analyses(step.id):
            lines += _against(step, study, name, others or tested)
    return lines


def _little(step: MissingnessStep, study: Study, names: list[str]) -> list[str]:
    """Little's test on columns of numbers: scales as theirs, other levels as 0 and 1."""
    analysis, scene = f"{step.id}/{LITTLE}", study.scene_of(step)
    if pick(study.numbers(analysis), "mcar_chi_square").empty:
        return [not_repeated(f"^{analysis}$", "", NOT_TESTED)]
    columns = []
    for name in names:
        column, variable = f"x${study.name(name)}", study.variable(name)
        if scene.frame[name].nunique() < 2:
            continue
        if variable.is_numeric:
            columns.append(column)
        elif variable.type == "category":
            columns.append(f"indicators({column})")
        else:
            columns.append(f"as.integer({column})")
    return [call("agrees_little", quoted(analysis), f"cbind({', '.join(columns)})")]


def _against(step: MissingnessStep, study: Study, name: str, others: list[str]) -> list[str]:
    analysis = f"{step.id}/{AGAINST}/{name}"
    column, labels = study.name(name), texts([KNOWN, MISSING])
    lines = ["", f"# {study.variable(name).label}: missing or known"]
    lines.append(f"d$gap <- factor(is.na(d${column}), levels = c(FALSE, TRUE), labels = {labels})")
    lines.append(call("agrees", quoted(analysis), group='"Overall"', n="nrow(d)"))
    lines.append(call("agrees", quoted(analysis), group="levels(d$gap)", n="table(d$gap)"))
    methods = study.methods(analysis)
    for other in others:
        if other != name:
            lines += described(study, analysis, other, "gap", methods.get(other, ""))
            lines += [] if other in methods else untested(analysis, other)
    if step.endpoint:
        lines += _survival(step, study, analysis)
    return lines


def _survival(step: MissingnessStep, study: Study, analysis: str) -> list[str]:
    label = study.plan.file.endpoints[step.endpoint].label or "Survival"
    if not pick(study.numbers(analysis), "chi_square", term=label)["value"].notna().any():
        return [call("agrees", quoted(analysis), term=quoted(label), p="NA")]
    code = f"survdiff({surv(study, step.endpoint)} ~ gap, data = d)"
    if study.times(step.endpoint).entry:
        names = study.times(step.endpoint)
        late = f"{names.time}, {names.status} == 1, gap, entry = {names.entry}"
        test = f"test <- with(d, weighted_logrank({late}))"
    else:
        test = f"test <- logrank({code})"
    about = [quoted(analysis), "test", "levels(d$gap)", quoted(label)]
    return [test, call("agrees_logrank", *about)]
