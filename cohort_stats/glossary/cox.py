"""Numbers of Cox models beyond their coefficients."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "drop_chi_square": "likelihood-ratio chi-square of a term: the model without it",
    "drop_df": "its degrees of freedom",
    "drop_p": "its p-value",
    "survival_se": "standard error of a predicted survival",
    "firth_coefficient": "Firth's penalised estimate of a coefficient",
    "firth_p": "its penalised likelihood-ratio p-value",
    **with_limits({"firth_hazard_ratio": "hazard ratio by Firth's penalised likelihood"}),
}
