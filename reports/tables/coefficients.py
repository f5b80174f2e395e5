"""The coefficients of a regression as programs print them: estimate, standard error, z."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.regression import BuiltStep
from cohort_stats.regression.covariate import TIMES
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from reports.format import count, decimals_for, number
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.tables.regression import RATIOS, of_one_covariate
from reports.view import View

INTERCEPT, CONSTANT = "(Intercept)", "Constant"
PARTS = {UNIVARIABLE: "Univariable", MULTIVARIABLE: "Multivariable"}
#: Further decimals of a coefficient, beside those that its standard error deserves.
FINER = 1


def coefficients_table(step: BuiltStep, view: View) -> Table | None:
    """One row a coefficient, of each covariate alone and of all together; None if not asked for."""
    if not step.coefficients:
        return None
    ratio, short = RATIOS[step.kind]
    heads = ("Covariate", "Estimate", "SE", "z", "p", f"{short} (95% CI)")
    rows: list[Row] = []
    for part, heading in PARTS.items():
        found = list(_rows(step, view, part, ratio))
        if found:
            blank = (EMPTY,) * (len(heads) - 1)
            rows += [Row((text(heading), *blank), heading=True), *found]
    title = f"{step.title}: coefficients"
    columns = tuple(Column(head) for head in heads)
    return Table(f"{step.id}_coefficients", title, columns, tuple(rows), notes=_notes(step, view))


def _rows(step: BuiltStep, view: View, part: str, ratio: str) -> Iterator[Row]:
    """The coefficients of a part, a constant first; that of covariates alone is left out."""
    numbers = view.numbers(f"{step.id}/{part}")
    frame = numbers.frame
    mine = frame[frame["statistic"] == "coefficient"] if len(frame) else frame
    places = [*zip(mine["term"], mine["level"], strict=True)] if len(mine) else []
    constant = [place for place in places if place[0] == INTERCEPT and part == MULTIVARIABLE]
    for term, level in [*constant, *(place for place in places if place[0] != INTERCEPT)]:
        yield Row((text(_label(step, view, term, level)), *_cells(numbers, term, level, ratio)),
                  indent=1)  # fmt: skip


def _cells(numbers: Numbers, term: str, level: str, ratio: str) -> Iterator[Cell]:
    where = {"term": term, "level": level}
    estimate, error, z, p = numbers.several("coefficient", "se", "z", "p", **where)
    decimals = decimals_for(error) + FINER
    for value in (estimate, error):
        yield Cell("decimals", (value, decimals))
    yield Cell("decimals", (z, 2))
    yield Cell("p", (p,))
    has_ratio = bool(numbers.about(ratio, **where))  # a part of a spline has none
    yield Cell("ratio_interval", numbers.triple(ratio, **where)) if has_ratio else EMPTY


def _label(step: BuiltStep, view: View, term: str, level: str) -> str:
    if term == INTERCEPT:
        return CONSTANT
    plain = {s.variable: view.covariate_label(s) for s in step.covariates if not s.knots}
    names = [plain.get(name, view.dictionary[name].label) for name in term.split(TIMES)]
    return f"{TIMES.join(names)}{f': {level}' if level else ''}"


def _notes(step: BuiltStep, view: View) -> tuple[str, ...]:
    notes = ["Estimate: of the logarithm of the ratio. Levels are against the reference level."]
    together = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    deviance = together.get("deviance")
    if known(deviance):
        n = f"{count(together.get('n'))} {view.noun}"
        head = "Model" if of_one_covariate(step) else "Multivariable model"
        notes.append(f"{head}: {n}, residual deviance {number(deviance, 1)}.")
    return tuple(notes)
