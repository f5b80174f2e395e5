"""One effect within subgroups, and effects of studies pooled, in SPSS."""

from __future__ import annotations

from analyses.schema.pooling import SCALES, PoolStep
from analyses.schema.subgroups import SubgroupsStep
from reports.syntax.spss.models import covariates_spss, logistic_regression
from reports.syntax.spss.words import begin, comment, end, outcome, plain
from reports.syntax.study import Study

ESTIMATORS = {"reml": "REML", "dersimonian-laird": "DERSIMONIAN_LAIRD", "ml": "ML"}
ADJUSTED = {
    "hartung-knapp": "KNAPP_HARTUNG",
    "hartung-knapp at least z": "TRUNCATED_KNAPP_HARTUNG",
    "z": "NONE",
}


def subgroups_spss(step: SubgroupsStep, study: Study) -> list[str]:
    """The ratio in all patients and in each level, and the interactions."""
    more, (exposure,), contrasts = covariates_spss(step, study)
    lines = begin(study, step)
    lines += outcome(study, step.outcome) if step.outcome is not None else []
    lines += [*more, _model(step, study, [exposure], contrasts)]
    for by in map(study.name, filter(study.scene_of(step).has, step.by)):
        lines += [f"SORT CASES BY {by}.", f"SPLIT FILE LAYERED BY {by}."]
        lines += [_model(step, study, [exposure], contrasts), "SPLIT FILE OFF."]
        lines += comment("The interaction: the change of -2 log likelihood in the second block.")
        both = [*contrasts, f"/CONTRAST ({by})=INDICATOR(1)"]
        lines.append(_model(step, study, [exposure, by], both, f"{exposure}*{by}"))
    return [*lines, *end(step)]


def _model(
    step: SubgroupsStep, study: Study, names: list[str], contrasts: list[str], product: str = ""
) -> str:
    blocks = f"/METHOD=ENTER {' '.join(names)}"
    blocks += f" /METHOD=ENTER {product}" if product else ""
    if step.outcome is not None:
        return logistic_regression("outcome", names, contrasts, blocks)
    times = study.times(step.endpoint)
    listed = "".join(f" {contrast}" for contrast in contrasts)
    head = f"COXREG {times.time} /STATUS={times.status}(1)"
    return f"{head}{listed} {blocks} /PRINT=CI(95)."


def pool_spss(step: PoolStep, study: Study) -> list[str]:
    """The pooled effect, by subgroup, and the funnel's asymmetry."""
    scale = step.scale or SCALES[step.measure][0]
    conventions = step.conventions(study.plan.conventions)
    if scale == "glmm" or conventions.between_studies == "paule-mandel":
        return comment("SPSS has neither the logistic model of counts nor Paule and Mandel's.")
    lines = [*begin(study, step), *_effects(step, study, scale), "EXECUTE."]
    variable, _ = study.groups(step)
    estimate = ESTIMATORS.get(conventions.between_studies, "")
    model = f"MODEL=RANDOM ESTIMATE={estimate} ADJUSTSE={ADJUSTED[conventions.pooled_interval]}"
    model = model if estimate else "MODEL=FIXED"
    data = f"META ES CONTINUOUS /DATA ES=yi SE=sei STUDY={study.name(step.study)}"
    if step.without_interval == "mean":
        lines += comment("Studies without an interval: sei is the mean of the others' there.")
    lines += comment("SPSS 28 or later; effects are on the scale of the analysis.")
    lines.append(f"{data} /INFERENCE {model}.")
    if variable:
        lines.append(f"{data} /ANALYSIS SUBGROUP={study.name(variable)} /INFERENCE {model}.")
    if conventions.funnel_test == "egger":
        lines.append(f"{data} /INFERENCE MODEL=FIXED /BIAS MULTIPLICATIVE=TRUE DISTRIBUTION=T.")
    else:
        lines.append(f"{data} /INFERENCE {model} /BIAS.")
    if step.moderators:
        lines += comment("Moderators: META REGRESSION, with these effects and standard errors.")
    return [*lines, *end(step)]


def _effects(step: PoolStep, study: Study, scale: str) -> list[str]:
    if step.measure == "proportion":
        x, n = study.name(step.events), study.name(step.patients)
        if scale == "freeman-tukey":
            arcs = (f"ARSIN(SQRT({a} / ({n} + 1)))" for a in (x, f"({x} + 1)"))
            lines = [f"COMPUTE yi = ({' + '.join(arcs)}) / 2."]
            return [*lines, f"COMPUTE sei = SQRT(1 / (4 * {n} + 2))."]
        lines = [f"COMPUTE half = 0.5 * ({x} = 0 OR {x} = {n})."]
        lines.append(f"COMPUTE yi = LN(({x} + half) / ({n} - {x} + half)).")
        return [*lines, f"COMPUTE sei = SQRT(1 / ({x} + half) + 1 / ({n} - {x} + half))."]

    def on_scale(name: str) -> str:
        column = study.name(name)
        shapes = {"log": f"LN({column})", "logit": f"LN({column} / (1 - {column}))"}
        return shapes.get(scale, column)

    lines = [f"COMPUTE yi = {on_scale(step.estimate)}."]
    if step.low:
        width = f"{on_scale(step.high)} - {on_scale(step.low)}"
        z = f"IDF.NORMAL({plain((1 + step.level) / 2)}, 0, 1)"
        lines.append(f"COMPUTE sei = ({width}) / (2 * {z}).")
    if step.se:
        own, estimate = study.name(step.se), study.name(step.estimate)
        shown = f"{own} / ({estimate} * (1 - {estimate}))" if scale == "logit" else own
        lines.append(f"IF NOT MISSING({own}) sei = {shown}.")
    return lines
