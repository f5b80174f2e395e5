"""Workbooks to fill in, and example cohorts, each labelled real or SYNTHETIC with its source."""
