"""Numbers of markers, cut-offs and prediction."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "auc_se": "standard error of the area",
    "youden": "sensitivity + specificity − 1",
    "true_positive": "test positive, outcome present",
    "false_positive": "test positive, outcome absent",
    "true_negative": "test negative, outcome absent",
    "false_negative": "test negative, outcome present",
    "roc_sensitivity": "a point of the ROC curve: sensitivity at the cut-off in `level`",
    "roc_specificity": "a point of the ROC curve: specificity at the cut-off in `level`",
    **with_limits(
        {
            "auc": "area under the ROC curve",
            "cutoff": "cut-off",
            "sensitivity": "sensitivity",
            "specificity": "specificity",
            "ppv": "positive predictive value",
            "npv": "negative predictive value",
        }
    ),
}
