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
    "Covariate": "design",
    "Endpoint": "endpoint",
    "Result": "results",
    "stack": "results",
    "read_cohort": "validation",
    "read_table": "reading",
    "validate": "validation",
    "write_template": "workbooks.template",
    "compare_groups": "compare",
    "check_assumptions": "assumption_checks",
    "kaplan_meier": "survival",
    "logrank": "survival",
    "logrank_trend": "logrank_family",
    "logrank_pairwise": "logrank_family",
    "survival_difference": "survival_contrasts",
    "restricted_mean": "survival_contrasts",
    "landmark": "landmark_analysis",
    "rates": "event_rates",
    "cumulative_incidence": "competing",
    "gray_test": "competing",
    "fine_gray": "fine_gray_model",
    "cox": "cox_model",
    "fit_cox": "cox_model",
    "Roles": "cox_sample",
    "concordance": "concordance",
    "cox_concordance": "concordance",
    "proportional_hazards": "proportional_hazards",
    "scaled_schoenfeld": "proportional_hazards",
    "logistic": "logistic_model",
    "roc": "roc_curve",
    "match": "matching",
    "compare_paired": "paired",
    "transition": "transitions",
    "compare_risks": "risks",
    "Studies": "studies",
    "from_counts": "studies",
    "from_effects": "printed_intervals",
    "from_intervals": "printed_intervals",
    "pool": "pooling",
    "leave_one_out": "pooling_sensitivity",
    "small_study_test": "pooling_sensitivity",
    "meta_regression": "moderators",
}

__all__ = sorted([*_HOME, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'cohort_stats' has no attribute {name!r}")
    return getattr(import_module(f"cohort_stats.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
