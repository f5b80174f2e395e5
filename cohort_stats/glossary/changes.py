"""Numbers of the same thing before and after."""

NUMBERS: dict[str, str] = {
    "higher": "patients whose value or level was higher after than before",
    "lower": "patients whose value or level was lower after than before",
    "unchanged": "patients whose value or level was the same after as before",
    "changed": "patients whose level was another after than before",
    "moves": "patients at the level `term` before and the level `level` after",
    "mean_low": "lower 95% limit of the mean (Student’s t)",
    "mean_high": "upper 95% limit of the mean (Student’s t)",
}
