"""Patients made comparable: propensity scores, matching, weighting."""
