"""A clinical cohort: read, checked, and analysed; every number exact and labelled.

The names below are imported on first use, so that ``import cohort_stats`` stays
cheap for the command line.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Address": "problem",
    "Problem": "problem",
    "CohortError": "problem",
    "Variable": "dictionary",
    "Level": "dictionary",
    "DataDictionary": "dictionary",
    "RawTable": "rawtable",
    "Cohort": "cohort",
    "Flow": "cohort",
    "Condition": "condition",
    "Conventions": "conventions",
    "Covariate": "regression.covariate",
    "Endpoint": "endpoint",
    "Result": "results",
    "stack": "results",
    "read_cohort": "validation",
    "read_table": "reading",
    "validate": "validation",
    "write_template": "workbooks.template",
    "compare_groups": "comparing.groups",
    "Row": "comparing.rows",
    "check_assumptions": "comparing.assumption_checks",
    "kaplan_meier": "survival.curves",
    "logrank": "survival.curves",
    "logrank_trend": "survival.logrank_family",
    "logrank_pairwise": "survival.logrank_family",
    "survival_difference": "survival.contrasts",
    "restricted_mean": "survival.contrasts",
    "landmark": "survival.landmark_analysis",
    "rates": "survival.event_rates",
    "cumulative_incidence": "survival.competing",
    "gray_test": "survival.competing",
    "fine_gray": "regression.fine_gray_model",
    "cox": "regression.cox_model",
    "fit_cox": "regression.cox_model",
    "cox_univariable": "regression.cox_alone",
    "Roles": "regression.cox_sample",
    "interaction": "regression.covariate",
    "ratio_curve": "regression.effects",
    "effects_within": "regression.effects",
    "nomogram": "regression.nomograms",
    "cox_term_tests": "regression.cox_terms",
    "cox_firth": "regression.cox_firth",
    "cox_residuals": "regression.cox_residuals",
    "baseline_hazard": "regression.cox_prediction",
    "predict_survival": "regression.cox_prediction",
    "concordance": "regression.concordance",
    "cox_concordance": "regression.concordance",
    "proportional_hazards": "regression.proportional_hazards",
    "scaled_schoenfeld": "regression.proportional_hazards",
    "logistic": "regression.logistic_model",
    "fit_logistic": "regression.logistic_model",
    "conditional_logistic": "regression.conditional_model",
    "ordinal": "regression.ordinal_model",
    "fit_ordinal": "regression.ordinal_model",
    "ordinal_term_tests": "regression.proportional_odds",
    "proportional_odds": "regression.proportional_odds",
    "term_tests": "regression.term_tests",
    "performance": "regression.predictive_performance",
    "logistic_performance": "regression.predictive_performance",
    "firth": "regression.firth_model",
    "fit_firth": "regression.firth_model",
    "Selection": "regression.selection",
    "build_model": "regression.model_building",
    "choose_covariates": "regression.choosing",
    "lasso": "regression.penalised",
    "validate_model": "regression.optimism",
    "roc": "discrimination.roc_curve",
    "compare_areas": "discrimination.compared_areas",
    "compare_areas_between": "discrimination.compared_groups",
    "partial_area": "discrimination.partial_area",
    "survival_cutoff": "discrimination.survival_cutoffs",
    "time_roc": "discrimination.time_areas",
    "compare_time_areas": "discrimination.time_areas",
    "decision_curve": "discrimination.decision_curves",
    "reclassification": "discrimination.reclassified",
    "missing_pattern": "imputing.patterns",
    "compare_missing": "imputing.against_known",
    "little_test": "imputing.little",
    "impute": "imputing.chained_equations",
    "pool_comparison": "imputing.pooled_comparison",
    "pool_incidence": "imputing.pooled_survival",
    "pool_models": "imputing.pooled_models",
    "pool_survival": "imputing.pooled_survival",
    "pool_tests": "imputing.pooled_survival",
    "match": "matching.matched",
    "weight": "matching.weighting",
    "compare_matched_pairs": "matching.matched_pairs",
    "matched_risks": "matching.matched_pairs",
    "smd": "comparing.smd",
    "weighted_groups": "comparing.weighted_groups",
    "weighted_risks": "comparing.weighted_risks",
    "weighted_kaplan_meier": "survival.weighted_curves",
    "robust_logrank": "survival.weighted_curves",
    "e_value": "matching.hidden_bias",
    "rosenbaum_bounds": "matching.hidden_bias",
    "compare_paired": "changes.paired",
    "transition": "changes.transitions",
    "compare_risks": "comparing.risks",
    "adverse_events": "comparing.adverse_events",
    "Studies": "pooling.studies",
    "from_counts": "pooling.studies",
    "from_effects": "pooling.printed_intervals",
    "from_intervals": "pooling.printed_intervals",
    "pool": "pooling.meta_analysis",
    "leave_one_out": "pooling.sensitivity",
    "small_study_test": "pooling.sensitivity",
    "meta_regression": "pooling.moderators",
}

__all__ = sorted([*_HOME, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'cohort_stats' has no attribute {name!r}")
    return getattr(import_module(f"cohort_stats.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
