"""Numbers of matching and weighting."""

NUMBERS: dict[str, str] = {
    "variance_ratio": "variance of treated over variance of controls",
    "caliper": "largest distance allowed, on the logit of the propensity score",
    "pairs": "treated patients who were matched",
    "unmatched": "patients left without a match",
}
