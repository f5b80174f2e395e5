"""How a model came about, as notes below its table; and how far it flatters itself."""

from __future__ import annotations

from typing import Any

from analyses.schema.regression import BuiltStep, ModelStep
from analyses.steps.building import SELECTION, VALIDATION
from cohort_stats.regression.covariate import TIMES
from cohort_stats.regression.performance import BRIER, INTERCEPT, R2, SLOPE, C
from cohort_stats.regression.stepwise import ENTERED, REMOVED
from reports.format import count, general, number
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import EMPTY, Column, Row, Table, dash, text
from reports.view import View

COLUMNS = ("apparent", "training", "test", "optimism", "corrected")
HEADS = ("Apparent", "In the samples", "In all patients", "Optimism", "Corrected")
DECIMALS = 3


def index_label(index: str, step: ModelStep) -> str:
    """What an index of a validation is called for a reader."""
    area = "area under the curve" if step.kind == "logistic" else "Harrell’s concordance"
    return {
        C: f"C ({area})",
        R2: "Nagelkerke’s R²",
        INTERCEPT: "Calibration intercept",
        SLOPE: "Calibration slope",
        BRIER: BRIER,
    }[index]


NOT_CORRECTED = "not corrected: too few bootstrap samples could be used"


def validation_table(step: BuiltStep, view: View) -> Table | None:
    """One row an index, apparent and corrected; None where the step was not validated."""
    numbers = view.numbers(f"{step.id}/{VALIDATION}")
    if not numbers:
        return None
    rows = []
    for index in numbers.unique_levels_of("apparent", ""):
        values = [numbers.get(name, level=index) for name in COLUMNS]
        cells = [text(number(v, DECIMALS)) if known(v) else dash(NOT_CORRECTED) for v in values]
        rows.append(Row((text(index_label(index, step)), *cells)))
    spanner = "Models of bootstrap samples"
    columns = [Column("Index"), Column(HEADS[0])]
    columns += [Column(head, spanner) for head in HEADS[1:3]]
    columns += [Column(head) for head in HEADS[3:]]
    terms = numbers.unique("term", "selected")
    if terms:
        rows += _selected(numbers, terms, view)
    title = f"{step.title}: internal validation"
    notes = _validation_notes(numbers)
    return Table(f"{step.id}_validation", title, tuple(columns), tuple(rows), notes=notes)


def _selected(numbers: Numbers, terms: list[str], view: View) -> list[Row]:
    blank = [EMPTY] * len(COLUMNS)
    rows = [Row((text("Selected, % of the samples"), *blank), heading=True)]
    for term in terms:
        share = text(f"{number(100 * numbers.get('selected', term=term), 0)}%")
        cells = [EMPTY, share, *[EMPTY] * (len(COLUMNS) - 2)]
        rows.append(Row((text(_label(term, view)), *cells), indent=1))
    return rows


def _validation_notes(numbers: Numbers) -> tuple[str, ...]:
    repeats, failed = numbers.get("repeats"), numbers.get("failed_repeats")
    about = numbers.about("apparent")
    notes = [f"{about['method']}".rstrip(".") + "."]
    if numbers.about("corrected"):
        notes.append(
            "Optimism: mean index of the samples’ models in the samples that made them, less "
            "their mean index in all patients. Corrected: apparent less optimism."
        )
    n, left_out = int(str(about["n_used"])), int(str(about["n_missing"]))
    who = f"{count(n)} patients" + (f", {left_out} left out for missing values" if left_out else "")
    if failed:
        who += f"; {count(failed)} of {count(repeats)} samples left out: no finite estimates"
    return (*notes, f"{who}.")


def selection_notes(step: ModelStep, view: View) -> list[str]:
    """The steps of a search, or the penalty of a LASSO, in words; none where nothing searched."""
    numbers = view.numbers(f"{step.id}/{SELECTION}")
    if not numbers:
        return []
    if known(numbers.get("lambda_min")):
        return [_lasso(step, numbers, view)]
    steps = numbers.frame[numbers.frame["statistic"] == "step_p"]
    by_aic = step.selection.by == "aic"
    told = [
        f"{row.level}. {_label(str(row.term), view)} {row.group} "
        f"({_judged(numbers, str(row.group), str(row.term), str(row.level), by_aic)})"
        for row in steps.itertuples()
    ]
    about = numbers.about("step_aic")
    n, left_out = int(str(about["n_used"])), int(str(about["n_missing"]))
    among = f"Steps of the search, among the {count(n)} patients with every candidate known"
    among += f" ({left_out} left out)" if left_out else ""
    first = f"; AIC {number(numbers.get('step_aic', level='0'), 1)} at its start" if by_aic else ""
    if not told:
        return [f"{among}{first}: none, no covariate entered or left."]
    tests = "" if by_aic else _tests(numbers)
    selecting = "The p-values of the model take no account of the search."
    return [f"{among}{first}: {'; '.join(told)}.{tests} {selecting}"]


def _label(term: str, view: View) -> str:
    return TIMES.join(view.dictionary[name].label for name in term.split(TIMES))


def _judged(numbers: Numbers, move: str, term: str, level: str, by_aic: bool) -> str:
    where: dict[str, Any] = {"group": move, "term": term, "level": level}
    if by_aic:
        return f"AIC {number(numbers.get('step_aic', **where), 1)}"
    chi_square, df = (numbers.get(f"step_{s}", **where) for s in ("chi_square", "df"))
    p = p_equals(numbers.get("step_p", **where))
    return f"χ² = {number(chi_square, 2)}, df = {count(df)}, {p}"


def _tests(numbers: Numbers) -> str:
    came = numbers.about("step_p", group=ENTERED).get("method")
    left = numbers.about("step_p", group=REMOVED).get("method")
    said = [f"entered: {came}"] if came else []
    said += [f"removed: {left}"] if left else []
    words = "; ".join(said)
    return f" {words[:1].upper()}{words[1:]}."


def _lasso(step: ModelStep, numbers: Numbers, view: View) -> str:
    penalty = step.selection.penalty
    name = {"lambda.min": "lambda_min", "lambda.1se": "lambda_1se"}[penalty]
    frame = numbers.frame
    rows = frame[(frame["statistic"] == "lasso_coefficient") & (frame["group"] == penalty)]
    kept = [
        f"{_label(str(row.term), view)} {row.level}".rstrip() + f" {general(float(row.value), 3)}"  # type: ignore[arg-type]
        for row in rows.itertuples()
        if row.value
    ]
    which = f"λ = {general(numbers.get(name), 3)} ({penalty})"
    coefficients = "; ".join(kept) if kept else "none"
    return (
        f"LASSO, {which}; coefficients other than zero (shrunken, log ratios): {coefficients}. "
        "The ratios and p-values of the model take no account of the search."
    )


def validation_sentence(step: ModelStep, view: View) -> str:
    """What the validation found, as a sentence of the results; empty where there is none."""
    numbers = view.numbers(f"{step.id}/{VALIDATION}")
    if not numbers:
        return ""
    apparent, corrected = (numbers.get(s, level=C) for s in ("apparent", "corrected"))
    repeats, failed = numbers.get("repeats"), numbers.get("failed_repeats")
    used = f"{count(repeats - failed)} of {count(repeats)}" if failed else count(repeats)
    if not known(corrected):
        return (
            f" C was {number(apparent, 3)} in the {view.makers}; it could not be "
            f"corrected for optimism, because the model could be fitted in only {used} bootstrap "
            "samples."
        )
    slope = numbers.get("corrected", level=SLOPE)
    return (
        f" Corrected for optimism in {used} bootstrap samples, C was "
        f"{number(corrected, 3)} (apparent {number(apparent, 3)}) and the calibration slope "
        f"{number(slope, 2)}."
    )
