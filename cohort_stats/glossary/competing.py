"""Numbers of competing risks."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "competing_events": "patients with the competing event",
    "competing_to_date": "competing events up to and including t",
    "cumulative_incidence_se": "standard error of F(t)",
    **with_limits(
        {
            "cumulative_incidence": "F(t), probability of the event up to and including time t",
            "incidence_curve": "F(t) at a time where the curve steps or a patient leaves",
            "subdistribution_hazard_ratio": "subdistribution hazard ratio (Fine and Gray)",
        }
    ),
}
