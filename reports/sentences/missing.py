"""Results about missing values in sentences."""

from __future__ import annotations

from analyses.schema.imputing import MissingnessStep
from analyses.steps.missingness import LITTLE, PATTERN
from reports.format import count, p_equals, percent
from reports.numbers import known
from reports.view import View

MOST = 3


def missingness_text(step: MissingnessStep, view: View) -> str:
    """How many patients have every value, what is missing most often, and Little’s test."""
    numbers = view.numbers(f"{step.id}/{PATTERN}")
    n, whole = numbers.get("n"), numbers.get("complete")
    share = percent(100 * whole / n, n)
    words = f"{count(whole)} of {count(n)} patients ({share}) had a value of every variable."
    shares = {t: numbers.get("missing_percent", term=t) for t in numbers.unique("term", "missing")}
    most = sorted((t for t in shares if shares[t] > 0), key=lambda t: -shares[t])[:MOST]
    if most:
        listed = [f"{view.dictionary[t].label} ({percent(shares[t], n)})" for t in most]
        words += f" Most often missing: {', '.join(listed)}."
    p = view.numbers(f"{step.id}/{LITTLE}").get("mcar_p")
    return f"{words} Little’s test: {p_equals(p)}." if known(p) else words
