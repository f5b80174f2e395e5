"""What tables say of imputed values; the table of what was imputed."""

from __future__ import annotations

from analyses.imputing import COMPLETE_CASES, IMPUTATION
from analyses.schema.step import StepSection
from reports.format import count, number, percent, summary_words
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import Cell, Column, Row, Table, text
from reports.view import View


def complete_cases_of(step: StepSection, view: View, part: str) -> Numbers:
    """The numbers of complete cases beside those of an imputed step; none for other steps."""
    if step.missing != "imputed":
        return Numbers(None)
    return view.numbers(f"{step.id}_{COMPLETE_CASES}/{part}")


def f_words(numbers: Numbers, stem: str = "") -> str:
    """A pooled test: ``F(2, 138.2) = 4.31, p = 0.015``; empty where there is none."""
    value, df, below = (numbers.get(f"{stem}{name}") for name in ("f", "df", "df_denominator"))
    if not known(value):
        return ""
    degrees = f"{count(df)}, {number(below, 0 if below >= 1000 else 1)}"
    return f"F({degrees}) = {number(value, 2)}, {p_equals(numbers.get(f'{stem}p'))}"


def model_words(numbers: Numbers) -> str:
    """How far a pooled model rests on imputed values."""
    sets = numbers.get("imputations")
    if not known(sets):
        return ""
    words = f"Pooled over {count(sets)} imputed sets by Rubin’s rules; counts are means over them"
    imputed, n = numbers.get("imputed_patients"), numbers.get("n")
    if known(imputed):
        words += f"; a value was imputed in {count(imputed)} of {count(n)} patients"
    fractions = numbers.frame.loc[numbers.frame["statistic"] == "fmi", "value"]
    if len(fractions.dropna()):
        words += f"; fraction of missing information up to {number(fractions.max(), 2)}"
    return f"{words}."


def note_of(step: StepSection, view: View) -> list[str]:
    """The sentence below any table of imputed values; [] for other steps."""
    about = view.results.imputation
    if step.missing != "imputed" or about is None:
        return []
    return [
        f"Missing values were imputed ({sets_of(view)} completed sets) and results pooled by "
        "Rubin’s rules, counts being means over the sets; complete cases are in a table of their "
        "own."
    ]


def sets_of(view: View) -> int:
    """How many completed sets there are."""
    return len(view.numbers(IMPUTATION).unique("group", "imputed_mean"))


def imputation_table(view: View) -> Table:
    """What was imputed, how much of it, and how."""
    numbers = view.numbers(IMPUTATION)
    rows = []
    for term in numbers.unique("term", "missing"):
        missing, n = numbers.get("missing", term=term), numbers.get("n", term=term)
        if not missing:
            continue
        share = percent(numbers.get("missing_percent", term=term), n + missing)
        how = str(numbers.about("missing", term=term)["method"])
        cells = (Cell("count", (n,)), text(f"{count(missing)} ({share})"), text(how))
        rows.append(Row((text(view.dictionary[term].heading), *cells)))
    columns = (
        Column("Variable"),
        Column("With a value"),
        Column(f"Imputed, {summary_words('count')}"),
        Column("Method"),
    )
    result = view.results.imputation
    notes = [view.with_labels(result.method)] if result is not None else []
    n, whole = numbers.get("n"), numbers.get("complete")
    notes.append(f"A value was missing in {count(n - whole)} of {count(n)} patients.")
    return Table(IMPUTATION, "Imputed values", columns, tuple(rows), notes=tuple(notes))
