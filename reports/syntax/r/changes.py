"""Changes within patients in R."""

from __future__ import annotations

from analyses.schema.changes import PairedStep, TransitionStep
from analyses.schema.step import StepSection
from reports.syntax.r.comparing import BY_CHANCE, test_call
from reports.syntax.r.words import begin, call, exactly, not_repeated, number, quoted
from reports.syntax.study import Study


def paired_words(study: Study, kinds: tuple[str, ...] = ("ranks", "counts")) -> dict[str, str]:
    """The conventions of paired tests that are not the usual ones, as arguments."""
    asked, conventions = dict[str, str](), study.plan.conventions
    if "ranks" in kinds and conventions.rank_test != "exact when small":
        asked["ranks"] = quoted(conventions.rank_test)
    if "ranks" in kinds and conventions.zero_differences != "dropped":
        asked["zeros"] = quoted(conventions.zero_differences)
    if "counts" in kinds and conventions.mcnemar != "exact":
        asked["counts"] = quoted(conventions.mcnemar)
    return asked


def paired_r(step: PairedStep, study: Study) -> list[str]:
    """The change of each pair of variables."""
    scene, conventions = study.scene_of(step), study.plan.conventions
    lines, g = _groups(step, study)
    for pair in step.pairs:
        if not (scene.has(pair.before) and scene.has(pair.after)):
            continue
        analysis = f"{step.id}/{pair.before}/{pair.after}"
        kind = study.paired_kind(analysis)
        asked = {"test": quoted(kind)} if kind else {}
        asked |= paired_words(study, (kind,))
        if study.variable(pair.before).is_numeric and conventions.quartiles != 7:
            asked["type"] = number(conventions.quartiles)
        if conventions.risk_difference != "newcombe":
            asked["difference"] = quoted(conventions.risk_difference)
        columns = [f"d${study.name(name)}" for name in (pair.before, pair.after)]
        label = pair.label or study.variable(pair.before).label
        lines += ["", f"# {label}"]
        lines.append(call("agrees_paired", quoted(analysis), *columns, *g, **asked))
    return lines


def transition_r(step: TransitionStep, study: Study) -> list[str]:
    """A scale before by after, and who improved."""
    conventions, (lines, g) = study.plan.conventions, _groups(step, study)
    before, after = (f"d${study.name(name)}" for name in (step.before, step.after))
    lines.append(f"table({', '.join([before, after, *g])})")
    asked = {} if step.better == "high" else {"better": "-1"}
    method = study.methods(step.id).get("change", "") if g else ""
    code = test_call(method, "fate" if step.test == "counts" else "steps", "g") if method else ""
    if code:
        asked["between"] = f"function(fate, steps, g) {code}"
    if conventions.proportion_interval != "wilson":
        asked["interval"] = quoted(conventions.proportion_interval)
    if conventions.risk_difference != "newcombe":
        asked["difference"] = quoted(conventions.risk_difference)
    asked |= paired_words(study)
    lines.append(call("agrees_transition", quoted(step.id), before, after, *g, **asked))
    if g and not code:
        lines.append(not_repeated(exactly(step.id), "^(p|p_se)$", BY_CHANCE))
    return lines


def _groups(step: StepSection, study: Study) -> tuple[list[str], list[str]]:
    """The patients of a step and their groups; those of none stay, as they are counted apart."""
    lines, (variable, levels) = begin(study, step), study.groups(step)
    if not variable:
        return lines, []
    column = f"d${study.name(variable)}"
    group = study.plan.file.groups.get(getattr(step, "by", ""))
    if group is not None and group.levels:
        listed = ", ".join(map(quoted, levels))
        lines.append(f"{column} <- factor({column}, levels = c({listed}))")
    return lines, [column]
