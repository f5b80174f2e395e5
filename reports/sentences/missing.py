"""Sentences on missing values, and on those that were imputed."""

from __future__ import annotations

from analyses.imputing import IMPUTATION
from analyses.schema.imputing import MissingnessStep
from analyses.steps.missingness import AGAINST, LITTLE, PATTERN
from reports.format import count, percent
from reports.numbers import known
from reports.p_values import p_equals
from reports.sentences.effects import clear
from reports.view import View
from reports.wording import listed, mid

MOST = 3


def missingness_text(step: MissingnessStep, view: View) -> str:
    """How many patients have every value, what is missing most, and in whom."""
    numbers = view.numbers(f"{step.id}/{PATTERN}")
    n, whole = numbers.get("n"), numbers.get("complete")
    words = f"{count(whole)} of {view.counted(n)} had a value of every variable."
    shares = {t: numbers.get("missing_percent", term=t) for t in numbers.unique("term", "missing")}
    most = sorted((t for t in shares if shares[t] > 0), key=lambda t: -shares[t])[:MOST]
    if most:
        parts = [f"{mid(view.dictionary[t].label)} ({percent(shares[t], n)})" for t in most]
        words += f" Most often missing: {', '.join(parts)}."
    words += _against(step, view)
    p = view.numbers(f"{step.id}/{LITTLE}").get("mcar_p")
    if not known(p):
        return words
    said = "spoke against" if clear(p) else "gave no clear sign against"
    return f"{words} Little’s test {said} values missing completely at random ({p_equals(p)})."


def _against(step: MissingnessStep, view: View) -> str:
    """In what patients with a missing value differ from the others."""
    parts = []
    for name in step.variables:
        numbers = view.numbers(f"{step.id}/{AGAINST}/{name}")
        apart = {t: numbers.get("p", term=t) for t in numbers.unique("term", "p")}
        found = [
            f"{mid(view.dictionary[t].label if t in view.dictionary else t)} ({p_equals(p)})"
            for t, p in apart.items()
            if clear(p)
        ]
        if found:
            parts.append(f"{mid(view.dictionary[name].label)} in {listed(found)}")
    if not parts:
        return ""
    return f" {view.noun.capitalize()} with and without a value differed: of {'; of '.join(parts)}."


def imputed_text(view: View) -> str:
    """Which values were imputed, of how many patients."""
    numbers = view.numbers(IMPUTATION)
    n, whole = numbers.get("n"), numbers.get("complete")
    parts = []
    for term in numbers.unique("term", "missing"):
        lacking, share = (numbers.get(s, term=term) for s in ("missing", "missing_percent"))
        if lacking > 0:
            label = mid(view.dictionary[term].label)
            parts.append(f"{label} {count(lacking)} ({percent(share, n)})")
    return (
        f"{count(whole)} of {view.counted(n)} had a value of every variable that "
        f"the imputation looked at. Values were imputed of: {', '.join(parts)}."
    )
