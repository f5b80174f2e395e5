"""Numbers of the flow of patients and derived variables."""

NUMBERS: dict[str, str] = {
    "excluded": "patients left out at this step",
    "unknown": "patients for whom the step’s condition is not known (they stay)",
    "remaining": "patients left after this step",
    "refused": "patients of the file whose values a definition does not take",
}
