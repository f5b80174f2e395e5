"""A Cox model in words."""

from __future__ import annotations

from cohort_stats.conventions import Conventions
from cohort_stats.regression.cox_sample import Sample


def robust(sample: Sample) -> bool:
    """Whether the standard errors are to hold when rows depend on each other."""
    return sample.cluster is not None or not sample.copies


def model_words(method: str) -> str:
    """The model in words fit for a methods section."""
    return f"Cox proportional hazards regression ({method.partition(', ')[2]})"


def row_method(conventions: Conventions, sample: Sample) -> str:
    """How each number of the model was computed."""
    roles = sample.roles
    profile = conventions.cox_interval == "profile" and not robust(sample)
    interval = "profile-likelihood" if profile else "Wald"
    ties = "exact" if conventions.ties == "exact" else conventions.ties.capitalize()
    words = [f"Cox regression, {ties} ties, {interval} interval"]
    if roles.strata:
        words.append("stratified by " + ", ".join(f"`{name}`" for name in roles.strata))
    if roles.weights:
        words.append(f"weighted by `{roles.weights}`")
    if roles.cluster:
        words.append(f"standard errors robust to clustering within `{roles.cluster}`")
    elif robust(sample):
        words.append("robust standard errors")
    if roles.entry:
        words.append(f"at risk from `{roles.entry}`")
    elif sample.entry is not None:
        words.append("at risk from the entry time of the endpoint")
    return ", ".join(words)
