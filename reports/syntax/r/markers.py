"""ROC curves in R."""

from __future__ import annotations

from analyses.schema.discrimination import COMPARISON, GROUPS, AtLeastSection, RocStep
from cohort_stats.discrimination.cutoffs import Rule
from cohort_stats.results import pick
from reports.syntax.r.words import (
    begin,
    call,
    exactly,
    grouped,
    holds,
    not_repeated,
    number,
    numbers,
    quoted,
    vector,
)
from reports.syntax.study import Study

BOOTSTRAP = "bootstrap samples: they differ by chance"
SIDES = {"high": '"<"', "low": '">"'}


def marker_r(study: Study, name: str) -> str:
    """A marker as numbers: of an ordered scale, those of its levels."""
    variable, column = study.variable(name), f"d${study.name(name)}"
    if not variable.is_categorical:
        return column
    given = numbers(variable.level_numbers.values())
    return f"{given}[as.integer({column})]"


def roc_r(step: RocStep, study: Study) -> list[str]:
    """Of each marker the area, its curve and cut-offs; areas compared."""
    lines = begin(study, step)
    lines += [f"d$outcome <- as.integer({holds(study, step.outcome, 'd$')})"]
    for marker in step.marked:
        direction = SIDES[step.direction_of(marker)]
        code = call(
            "roc", "d$outcome", marker_r(study, marker.variable), levels="c(0, 1)",
            direction=direction, quiet="TRUE",
        )  # fmt: skip
        analysis = step.part(marker)
        interval = study.plan.conventions.auc_interval
        how = {"interval": quoted(interval)} if interval != "delong" else {}
        lines += ["", f"# {study.variable(marker.variable).label}", f"curve <- {code}"]
        if pick(study.numbers(analysis), "auc").empty:
            lines.append(not_repeated(f"^{analysis}$", "", "no curve could be drawn"))
            continue
        lines += ["ci.auc(curve)", call("agrees_area", quoted(analysis), "curve", **how)]
        lines += _cutoffs(step, study, analysis)
        if step.partial is not None:
            lines += _partial(step, analysis)
        if interval == "bootstrap":
            lines.append(not_repeated(f"^{analysis}$", "^(auc_.*|p)$", BOOTSTRAP))
    pattern = "^(cutoff_low|cutoff_high|cutoff_agreement|.*_internal|.*_out_of_bag|bootstrap.*)$"
    lines.append(not_repeated(exactly(step.id), pattern, BOOTSTRAP))
    return [*lines, *_compared(step, study)]


def _cutoffs(step: RocStep, study: Study, analysis: str) -> list[str]:
    """The cut-offs that the packet gives, with the performance of a test at each."""
    asked = step.cutoffs if step.cutoff is None else (step.cutoff,)
    rules = [Rule.of(c.rule if isinstance(c, AtLeastSection) else c) for c in asked]
    given = set(pick(study.numbers(analysis), "cutoff")["level"])
    convention = study.plan.conventions.proportion_interval
    how = {"interval": quoted(convention)} if convention != "wilson" else {}
    how |= {"at": "TRUE"} if step.at_cutoff == "positive" else {}
    lines = []
    for k, rule in enumerate(rules):
        level = rule.key if k else ""
        if level not in given:
            continue
        code = number(rule.value)
        if rule.derived:
            more = [] if rule.name in ("youden", "closest") else [number(rule.value)]
            code = call("chosen_cutoff", "curve", quoted(rule.name), *more)
        lines.append(f"cutoff <- {code}   # {rule.words}")
        named = {"level": quoted(level)} if level else {}
        lines.append(call("agrees_cutoff", quoted(analysis), "curve", "cutoff", **named, **how))
    return lines


def _partial(step: RocStep, analysis: str) -> list[str]:
    assert step.partial is not None
    low, high = step.partial.between
    part = f"auc(curve, partial.auc = c({number(high)}, {number(low)}), "
    part += f"partial.auc.focus = {quoted(step.partial.of)}"
    return [
        f"{part})",
        call(
            "agrees", quoted(analysis), partial_auc=f"as.numeric({part}))",
            partial_auc_corrected=f"as.numeric({part}, partial.auc.correct = TRUE))",
        ),
        not_repeated(f"^{analysis}$", "^partial", BOOTSTRAP),
    ]  # fmt: skip


def _compared(step: RocStep, study: Study) -> list[str]:
    analyses = study.analyses(step.id)
    parts = [p for p in (COMPARISON, GROUPS) if f"{step.id}/{p}" in analyses]
    if not parts:
        return []
    if step.comparison == "bootstrap":
        return [not_repeated(f"^{step.id}/{p}$", "", BOOTSTRAP) for p in parts]
    lines = []
    if COMPARISON in parts:
        names = [quoted(m.variable) for m in step.marked]
        columns = [f"{study.name(m.variable)} = {marker_r(study, m.variable)}" for m in step.marked]
        ways = [SIDES[step.direction_of(m)] for m in step.marked]
        analysis = quoted(f"{step.id}/{COMPARISON}")
        lines += ["", "# Areas compared, in patients with every marker"]
        lines += [f"markers <- data.frame({', '.join(columns)})"]
        lines.append(
            call("compare_areas", analysis, "d$outcome", "markers", vector(names), vector(ways))
        )
    if GROUPS in parts:
        (marker,) = step.marked
        more, by, _ = grouped(study, step)
        way = SIDES[step.direction_of(marker)]
        lines += ["", "# The area compared between groups", *more]
        column = marker_r(study, marker.variable)
        lines.append(
            call(
                "compare_groups_areas",
                quoted(f"{step.id}/{GROUPS}"),
                "d$outcome",
                column,
                f"d${by}",
                way,
            )
        )
    return lines
