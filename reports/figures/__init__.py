"""The figures of a study, drawn from its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from analyses.derived import FROM_DATA
from analyses.prisma import PRISMA
from analyses.schema.regression import BuiltStep, CoxStep
from analyses.steps.pool import POOLED
from reports.derived import cut_from_data
from reports.figures.bars import bars_plot
from reports.figures.calibration import calibration_plot
from reports.figures.curve import curve_plots
from reports.figures.discrimination import (
    decision_plot,
    survival_cutoff_plot,
    time_roc_plot,
)
from reports.figures.distribution import distribution_plots
from reports.figures.flow import flow_plot
from reports.figures.forest import forest_plot
from reports.figures.funnel import funnel_plot
from reports.figures.incidence import incidence_plot
from reports.figures.lasso import lasso_plot
from reports.figures.love import love_plot
from reports.figures.missingness import pattern_plot, trace_plot
from reports.figures.nomogram import nomogram_plot
from reports.figures.overlap import overlap_plot
from reports.figures.pooling import pooled_forest
from reports.figures.predicting import prediction_plot
from reports.figures.prisma import prisma_plot
from reports.figures.risk_of_bias import risk_of_bias_plot
from reports.figures.roc import roc_plot
from reports.figures.sankey import transition_plots
from reports.figures.style import Drawing, use_letters
from reports.figures.subgroups import subgroups_forest
from reports.figures.survival import survival_plot
from reports.figures.swimmer import swimmer_plot
from reports.figures.waterfall import waterfall_plot
from reports.house_style import in_style
from reports.view import View

MAKERS: Mapping[str, Callable[[Any, View], Drawing | None]] = {
    "missingness": pattern_plot,
    "kaplan_meier": survival_plot,
    "cumulative_incidence": incidence_plot,
    "cox": forest_plot,
    "fine_gray": forest_plot,
    "logistic": forest_plot,
    "ordinal": forest_plot,
    "roc": roc_plot,
    "time_roc": time_roc_plot,
    "survival_cutoff": survival_cutoff_plot,
    "decision_curve": decision_plot,
    "match": love_plot,
    "weight": love_plot,
    "pool": pooled_forest,
    "subgroups": subgroups_forest,
    "bars": bars_plot,
    "waterfall": waterfall_plot,
    "swimmer": swimmer_plot,
    "risk_of_bias": risk_of_bias_plot,
}


#: Kind of step -> its further figures, where it has some.
MORE: Mapping[str, tuple[Callable[[Any, View], Drawing | None], ...]] = {
    "cox": (nomogram_plot, lasso_plot, prediction_plot),
    "logistic": (nomogram_plot, calibration_plot, lasso_plot),
    "pool": (funnel_plot,),
    "match": (overlap_plot,),
    "weight": (overlap_plot,),
}

#: Kind of step -> its figures, where it has one for each of several variables.
SEVERAL: Mapping[str, Callable[[Any, View], Iterator[Drawing]]] = {
    "distribution": distribution_plots,
    "transition": transition_plots,
}


def study_figures(view: View) -> Iterator[Drawing]:
    """Every figure of a study, in the plan's order, its words in the house style."""
    for drawing in _drawn(view):
        spots = tuple(replace(spot, words=in_style(spot.words)) for spot in drawing.spots)
        title, alt = in_style(drawing.title), in_style(drawing.alt)
        yield replace(drawing, title=title, alt=alt, spots=spots)


def _drawn(view: View) -> Iterator[Drawing]:
    file = view.results.plan.file
    labels = [file.study.title, *(e.label for e in file.endpoints.values())]
    labels += [*(e.reason for e in file.exclusions), *(step.title for step in file.steps)]
    for variable in view.dictionary.values():
        labels += [variable.label, variable.unit, *variable.labels]
    if file.prisma is not None:
        labels += view.numbers(PRISMA).unique("level")
    for step in file.steps:
        if step.kind == "pool":  # the names of the studies are in the file, not in the plan
            labels += view.numbers(f"{step.id}/{POOLED}").unique("level")
        if isinstance(step, CoxStep) and step.predict is not None:
            labels += step.predict.profiles
    use_letters("".join(labels))
    first = [flow_plot(view), prisma_plot(view)]
    if view.results.imputation is not None:
        first.append(trace_plot(view))
    yield from filter(None, first)
    for done in view.results.steps:
        cut = f" (cut-off {FROM_DATA})" if cut_from_data(done.step, view) else ""
        for drawing in _of_step(done.step, view):
            yield replace(drawing, title=f"{drawing.title}{cut}")


def _of_step(step: Any, view: View) -> Iterator[Drawing]:
    kind = step.kind
    makers = ((MAKERS[kind],) if kind in MAKERS else ()) + MORE.get(kind, ())
    for maker in makers:
        drawing = maker(step, view)
        if drawing is not None:
            yield drawing
    if kind in SEVERAL:
        yield from SEVERAL[kind](step, view)
    if isinstance(step, BuiltStep):
        yield from curve_plots(step, view)
