"""The tables of a study, made from its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from reports.derived import cut_from_data
from reports.table import Table
from reports.tables.adverse import adverse_table
from reports.tables.baseline import baseline_table
from reports.tables.building import validation_table
from reports.tables.coefficients import coefficients_table
from reports.tables.combined import combined_tables
from reports.tables.comparisons import comparison_table
from reports.tables.derived import derived_table
from reports.tables.discrimination import (
    decision_table,
    reclassification_table,
    survival_cutoff_table,
    time_roc_table,
)
from reports.tables.finished import finished
from reports.tables.flow import flow_table
from reports.tables.imputed import imputation_table
from reports.tables.incidence import incidence_table
from reports.tables.matching import balance_table, matched_patients_table, weights_table
from reports.tables.missingness import missing_against_table, missingness_table
from reports.tables.paired import paired_table
from reports.tables.pairs import pairs_table
from reports.tables.pictures import bars_table, distribution_table
from reports.tables.pooling import pooling_table
from reports.tables.predicting import prediction_table
from reports.tables.proportion import proportion_table
from reports.tables.rates import rates_table
from reports.tables.regression import regression_table
from reports.tables.risk_of_bias import judgements_table, risk_of_bias_table
from reports.tables.roc import cutoffs_table, roc_table
from reports.tables.subgroups import subgroups_table
from reports.tables.survival import survival_table
from reports.tables.transition import transition_table
from reports.view import View

MAKERS: Mapping[str, Callable[[Any, View], Table]] = {
    "compare": baseline_table,
    "missingness": missingness_table,
    "kaplan_meier": survival_table,
    "rates": rates_table,
    "cumulative_incidence": incidence_table,
    "cox": regression_table,
    "fine_gray": regression_table,
    "logistic": regression_table,
    "ordinal": regression_table,
    "roc": roc_table,
    "time_roc": time_roc_table,
    "survival_cutoff": survival_cutoff_table,
    "decision_curve": decision_table,
    "reclassification": reclassification_table,
    "match": balance_table,
    "weight": balance_table,
    "paired": paired_table,
    "transition": transition_table,
    "proportion": proportion_table,
    "adverse_events": adverse_table,
    "pool": pooling_table,
    "subgroups": subgroups_table,
    "distribution": distribution_table,
    "bars": bars_table,
    "risk_of_bias": risk_of_bias_table,
}


#: Kind of step -> its further tables, where it has some.
MORE: Mapping[str, tuple[Callable[[Any, View], Table | None], ...]] = {
    "compare": (pairs_table,),
    "kaplan_meier": (comparison_table,),
    "roc": (cutoffs_table,),
    "cox": (coefficients_table, validation_table, prediction_table),
    "logistic": (coefficients_table, validation_table),
    "match": (matched_patients_table,),
    "weight": (weights_table,),
    "missingness": (missing_against_table,),
    "risk_of_bias": (judgements_table,),
}


def study_tables(view: View) -> list[Table]:
    """Every table of a study in the plan's order, between patient flow and derived variables."""
    tables = [flow_table(view)] if view.results.cohort.flow.steps else []
    if view.results.imputation is not None:
        tables.append(imputation_table(view))
    tables += combined_tables(view, _of_steps(view))
    if view.results.derived:
        tables.append(derived_table(view))
    return [finished(table, view.results.plan.file.abbreviations) for table in tables]


def _of_steps(view: View) -> dict[str, list[Table]]:
    """Each step's tables, the one that carries its id first."""
    found: dict[str, list[Table]] = {}
    for done in view.results.steps:
        kind = done.step.kind
        makers = ((MAKERS[kind],) if kind in MAKERS else ()) + MORE.get(kind, ())
        tables = [maker(done.step, view) for maker in makers]
        cuts = cut_from_data(done.step, view)
        found[done.step.id] = [
            replace(table, notes=(*table.notes, *cuts)) for table in tables if table is not None
        ]
    return found
