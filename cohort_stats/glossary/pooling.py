"""Numbers of pooled studies."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "studies": "studies pooled",
    "effect_se": "standard error of the effect",
    "weight": "weight of a study in the pooled effect, per cent",
    "weighted_mean": "mean of the studies’ estimates weighted by their patients",
    "q": "Cochran’s Q, heterogeneity of the studies (residual, where there are moderators)",
    "q_df": "its degrees of freedom",
    "q_p": "its p-value",
    "r2": "share of τ² that the moderators account for, per cent",
    "coefficient_low": "lower 95% limit of the coefficient",
    "coefficient_high": "upper 95% limit of the coefficient",
    **with_limits(
        {
            "estimate": "effect of a study or of all pooled, as printed: ratio, proportion, area …",
            "effect": "the same on the scale of the analysis: log ratio, logit, double arcsine …",
            "prediction": "the pooled estimate, with the interval where a new study’s is expected",
            "tau2": "between-study variance τ² on the scale of the analysis",
            "tau": "between-study standard deviation τ",
            "i2": "I², share of the variance that is between studies, per cent",
            "h2": "H², total over typical within-study variance",
        }
    ),
}
