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
    "effective_n": "patients of equal weight that would tell as much: (Σw)²/Σw²",
}
