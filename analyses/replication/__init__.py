"""A paper again: from its own printed numbers, and on another cohort."""
