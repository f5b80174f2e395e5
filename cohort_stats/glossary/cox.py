"""Numbers of Cox models beyond their coefficients."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "survival_se": "standard error of a predicted survival",
    "profile_value": "value of a covariate in the profile in `group`; 1 for the level in `level`",
    "reference_value": "value against which the ratios along a variable are taken",
    **with_limits(
        {
            "firth_hazard_ratio": "hazard ratio by Firth’s penalised likelihood",
            "ratio_at": "ratio at the value in `level`, against the reference value",
            "ratio_within": "ratio of a term within the level, or at the value, in `group`",
        }
    ),
}
