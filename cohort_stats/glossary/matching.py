"""Numbers of matching and weighting."""

NUMBERS: dict[str, str] = {
    "variance_ratio": "variance of treated over variance of controls",
    "ks": "largest difference of two distribution functions (Kolmogorov–Smirnov)",
    "caliper": "largest distance allowed between matched patients, in units of the distance",
    "matched": "patients in the matched sample",
    "unmatched": "patients left without a match",
    "without_stratum": "unmatched, because nobody of the other group is alike in what must be",
    "beyond_caliper": "unmatched, because nobody of the other group is within the caliper",
    "not_chosen": "unmatched, because those within the caliper were matched with others",
    "pairs": "pairs of a treated patient and a control",
    "sets": "matched sets",
    "total_distance": "sum of the distances of all pairs, on the scale of the distance",
    "weighted": "patients in the weighted sample",
    "trimmed": "patients left out because their propensity score is beyond the limits",
    "truncated": "patients whose weight was set to a percentile",
    "weight_sum": "sum of the weights",
    "weight_mean": "mean weight",
    "weight_min": "smallest weight",
    "weight_median": "median weight",
    "weight_max": "largest weight",
    "effective_n": "patients of equal weight that would tell as much: (Σw)²/Σw²",
}
