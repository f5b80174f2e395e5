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
    "sensitivity_out_of_bag": "mean sensitivity in the patients that bootstrap samples left out",
    "specificity_out_of_bag": "mean specificity, likewise",
    "youden_out_of_bag": "their sum less 1",
    "avoided_per_100": "treatments spared 100 patients without a case missed, against treating all",
    "discrimination_slope": "mean risk with the outcome less mean risk without",
    "reclassified": "patients in category `term` of the old and `level` of the new model",
    "maxstat": "standardised log-rank statistic of a cut at `level`, above 0 if more events above",
    "p_uncorrected": "p-value that does not know of the search for the cut-off",
    **with_limits(
        {
            "net_benefit": "net benefit of treating by strategy `term` from the risk `level` on",
            "auc": "area under the ROC curve",
            "nri": "net reclassification improvement: of all, or of those in `group`",
            "idi": "integrated discrimination improvement: difference of the slopes",
            "auc_difference": "area of the marker or group less that of the one in `level`",
            "partial_auc": "area under the part of the curve named in the method",
            "partial_auc_standardised": "the same between 0.5 (chance) and 1 (McClish)",
            "cutoff": "cut-off",
            "sensitivity": "sensitivity",
            "specificity": "specificity",
            "ppv": "positive predictive value",
            "npv": "negative predictive value",
            "accuracy": "share of the patients whose test is right",
            "lr_positive": "sensitivity / (1 − specificity): likelihood ratio of a positive test",
            "lr_negative": "(1 − sensitivity) / specificity: likelihood ratio of a negative test",
        }
    ),
}
