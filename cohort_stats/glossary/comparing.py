"""Numbers of describing patients and comparing groups of them."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "n": "patients",
    "missing": "patients whose value is missing",
    "count": "patients at this level",
    "percent": "patients at this level, per cent of those whose value is known",
    "sd": "standard deviation (n − 1)",
    "q1": "first quartile",
    "q3": "third quartile",
    "min": "smallest value",
    "max": "largest value",
    "p": "two-sided p-value",
    "test_statistic": "statistic of the test named in the method",
    "df": "degrees of freedom",
    "df_denominator": "denominator degrees of freedom",
    "smd": "standardised mean difference",
    "smd_largest": "largest absolute standardised mean difference of two of the groups",
    "smd_mean": "mean absolute standardised mean difference over every two groups",
    "p_se": "standard error of a p-value that random tables estimate",
    "p_adjusted": "p-value adjusted for the number of comparisons",
    "normality_w": "W of the Shapiro–Wilk test of a group’s values",
    "normality_p": "its p-value",
    "levene_f": "F of Levene’s test of equal variances (distances from the mean)",
    "levene_p": "its p-value",
    "brown_forsythe_f": "F of Brown and Forsythe’s test (distances from the median)",
    "brown_forsythe_p": "its p-value",
    **with_limits(
        {
            "mean": "arithmetic mean",
            "median": "median; for survival, the time at which S(t) reaches one half",
            "mean_difference": "mean of the second group less that of the first",
            "proportion": "share of the patients with the event",
            "risk_difference": "proportion of the second group minus that of the first; or that "
            "after minus that before",
            "risk_ratio": "proportion of the second group over that of the first",
            "conditional_odds_ratio": "odds ratio by conditional maximum likelihood",
        }
    ),
}
