"""Numbers of survival curves, tests and rates."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "events": "patients with the event",
    "censored": "patients without the event at last contact",
    "at_risk": "patients at risk just before t",
    "events_to_date": "events up to and including t",
    "censored_to_date": "censored before t",
    "curve_censored": "patients censored at this time",
    "curve_at_risk": "patients at risk just before this time",
    "observed": "events observed (each counted with its weight in a weighted test)",
    "expected": "events expected if the groups did not differ (likewise)",
    "chi_square": "chi-square statistic",
    "trend_z": "normal statistic of a test for trend, above 0 when events rise with the score",
    "score": "score of a group in a test for trend",
    "mean_survival_se": "its standard error",
    "horizon": "time up to which a restricted mean is taken",
    "rmst_se": "standard error of the restricted mean",
    "person_time": "time under observation, summed over patients",
    "landmark": "time from which a landmark analysis follows patients",
    "events_before": "patients left out: event up to and including the landmark",
    "censored_before": "patients left out: censored up to and including the landmark",
    "entered_after": "patients left out: under observation only after the landmark",
    **with_limits(
        {
            "survival": "S(t), probability of no event up to and including time t",
            "curve": "S(t) at a time where the curve steps or a patient is censored",
            "median_follow_up": "median follow-up by reverse Kaplan–Meier",
            "quantile": "time by which the share of patients in `level` has had the event",
            "mean_survival": "area under S(t) up to a group’s last time (SPSS)",
            "survival_difference": "S(t) of the group less S(t) of the first group",
            "rmst": "restricted mean survival time: mean time without the event up to tau",
            "rmst_difference": "restricted mean of the group less that of the first group",
            "rmst_ratio": "restricted mean of the group over that of the first group",
            "rate": "events per so many units of person-time",
            "rate_ratio": "rate of the group over that of the first group",
            "rate_difference": "rate of the group less that of the first group",
        }
    ),
}
