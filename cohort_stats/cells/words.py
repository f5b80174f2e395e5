"""What a cell may hold, in a clinician's words."""

from __future__ import annotations

from cohort_stats.dictionary import Variable, limit_words

NOUNS = {"number": "a number", "integer": "a whole number", "date": "a date (year-month-day)"}


def expected_words(variable: Variable) -> str:
    """What a cell of `variable` may hold."""
    if variable.type == "yesno":
        return "yes or no"
    if variable.is_categorical:
        return "one of " + ", ".join(
            f"'{x.label}'" if x.code == x.label else f"'{x.label}' ({x.code})"
            for x in variable.levels
        )
    words = NOUNS.get(variable.type, "text")
    low, high = variable.limits
    if low is not None and high is not None:
        return f"{words} from {limit_words(low)} to {limit_words(high)}"
    if low is not None:
        return (
            f"{words} of {limit_words(low)} or later"
            if variable.type == "date"
            else (f"{words} of at least {limit_words(low)}")
        )
    if high is not None:
        return (
            f"{words} of {limit_words(high)} or earlier"
            if variable.type == "date"
            else (f"{words} of at most {limit_words(high)}")
        )
    return words
