"""Univariable beside multivariable ratios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analyses.schema.regression import ModelStep, OrdinalStep
from analyses.schema.step import CovariateSection, StepSection
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from cohort_stats.regression.proportional_hazards import DOUBTFUL
from reports.format import count, number
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import EMPTY, Cell, Column, Row, Table, dash, text
from reports.tables.building import selection_notes
from reports.tables.hidden_bias import e_value_notes
from reports.tables.imputed import complete_cases_of, f_words, model_words
from reports.tables.logistic import (
    PENALISED,
    Model,
    likelihood_note,
    logistic_notes,
    ordinal_notes,
    pseudo_r2_words,
    tested_terms,
    with_penalised,
)
from reports.tables.shapes import interaction_rows, shape_notes, spline_rows
from reports.view import View

RATIOS = {
    "cox": ("hazard_ratio", "HR"),
    "fine_gray": ("subdistribution_hazard_ratio", "SHR"),
    "logistic": ("odds_ratio", "OR"),
    "ordinal": ("odds_ratio", "OR"),
}
OVER_TIME = ("cox", "fine_gray")
#: What is counted at each level of a covariate.
COUNTS = dict.fromkeys(RATIOS, ("n", "events")) | {"ordinal": ("n",)}
CAUSE_SPECIFIC = "cause-specific"
CAUSE_SPECIFIC_HEAD = "Multivariable, cause-specific"
COMPLETE = "complete cases"
#: Why a ratio has no p-value.
NO_P = "not estimable, as where all or none of a level had the outcome"


def regression_table(step: ModelStep, view: View) -> Table:
    """One row a covariate or level, with its reference level on a row of its own."""
    ratio, short = RATIOS[step.kind]
    alone = view.numbers(f"{step.id}/{UNIVARIABLE}")
    together = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    events = "Events" if step.kind in OVER_TIME else "With outcome"
    counted = [Column(view.noun.capitalize()), Column(events)]
    columns = [Column("Covariate"), *counted[: len(COUNTS[step.kind])]]
    models = [("Univariable", alone, ratio, short), ("Multivariable", together, ratio, short)]
    beside = view.numbers(f"{step.id}/{CAUSE_SPECIFIC}")
    models.append((CAUSE_SPECIFIC_HEAD, beside, *RATIOS["cox"]))
    models = [model for model in models if model[1]]
    models = with_penalised(_of_one(models) if of_one_covariate(step) else models)
    for spanner, _, _, abbreviated in models:
        columns += [Column(f"{abbreviated} (95% CI)", spanner), Column("p", spanner)]
    tested = tested_terms(step, models)
    checked = models[-1]
    beside = complete_cases_of(step, view, MULTIVARIABLE)
    if beside:
        single = of_one_covariate(step)
        head = COMPLETE.capitalize() if single else f"Multivariable, {COMPLETE}"
        models.append((head, beside, ratio, short))
    columns += [Column(head, checked[0]) for head, _ in tested]
    if beside:
        columns += [Column(f"{short} (95% CI)", models[-1][0]), Column("p", models[-1][0])]
    present = set(alone.unique("term", "n"))
    rows: list[Row] = []
    for section in step.covariates:
        if section.variable in present:
            shown = [model[1:3] for model in models]
            mine = list(_covariate_rows(section, step, view, alone, shown))
            for _, statistic in tested:
                mine = _with_test(mine, checked[1].get(statistic, term=section.variable))
                mine = [_before_last_two(row) for row in mine] if beside else mine
            rows += mine
    spanners = [model[0] for model in models]
    if "Multivariable" in spanners:
        before = 2 * spanners.index("Multivariable")
        rows += interaction_rows(step, view, before, len(columns) - before - 5)
    notes = _notes(step, alone, together, short, view)
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=notes)


def of_one_covariate(step: StepSection) -> bool:
    """Whether no model of the step can have a second covariate, so that none is multivariable."""
    return isinstance(step, ModelStep) and len(step.covariates) == 1


def _of_one(models: list[Model]) -> list[Model]:
    """The models of a step with one covariate: the same model does not stand there twice."""
    names = {"Univariable": "", "Multivariable": "", CAUSE_SPECIFIC_HEAD: "Cause-specific"}
    kept = models[1:] or models
    return [(names[model[0]], *model[1:]) for model in kept]


def _covariate_rows(
    section: CovariateSection,
    step: ModelStep,
    view: View,
    alone: Numbers,
    models: list[tuple[Numbers, str]],
) -> Iterator[Row]:
    ratio, term = models[0][1], section.variable
    label = view.covariate_label(section)
    references = alone.unique_levels_of("reference", term)
    if alone.unique_levels_of("knot", term):
        counts = [_count(alone, name, term) for name in ("n", "events")]
        yield from spline_rows(section, view, [numbers for numbers, _ in models], counts)
        return
    if not references:
        cells = [_count(alone, name, term) for name in COUNTS[step.kind]]
        cells += [c for m in models for c in _ratio(*m, term, "")]
        yield Row((text(label), *cells))
        return
    levels = alone.unique_levels_of(ratio, term)
    counts = [_count(alone, name, term) for name in COUNTS[step.kind]]
    heads = [c for m in models for c in _global(*m, term, len(levels))]
    yield Row((text(label), *counts, *heads), heading=True)
    for level in [*references, *levels]:
        cells = [_count(alone, name, term, level) for name in COUNTS[step.kind]]
        cells += [c for m in models for c in _ratio(*m, term, level)]
        yield Row((text(level), *cells), indent=1)


def _with_test(rows: list[Row], p: float) -> list[Row]:
    """A covariate's rows with one more cell: the p-value of its own test, on the first."""
    cells = [Cell("p", (p,)) if known(p) else EMPTY] + [EMPTY] * (len(rows) - 1)
    return [replace(row, cells=(*row.cells, c)) for row, c in zip(rows, cells, strict=True)]


def _before_last_two(row: Row) -> Row:
    """A row whose last cell stands before the two of complete cases."""
    *cells, ratio, p, last = row.cells
    return replace(row, cells=(*cells, last, ratio, p))


def _count(numbers: Numbers, statistic: str, term: str, level: str = "") -> Cell:
    return Cell("count", (numbers.get(statistic, term=term, level=level),))


def _global(numbers: Numbers, ratio: str, term: str, levels: int) -> tuple[Cell, Cell]:
    p = numbers.get("global_p", term=term)
    if ratio in PENALISED or levels < 2 or not known(p):
        return EMPTY, EMPTY
    return text("all levels"), Cell("p", (p,))


def _ratio(numbers: Numbers, ratio: str, term: str, level: str) -> tuple[Cell, Cell]:
    where: dict[str, Any] = {"term": term, "level": level}
    if ratio in PENALISED and not numbers.about(ratio, term=term):
        return EMPTY, EMPTY
    if numbers.get("reference", **where) == 1:
        return text("1 (reference)"), EMPTY
    found = numbers.triple(ratio, **where)
    if not known(found[0]):
        entered = numbers.about(ratio, term=term)
        return (text("n.e.") if entered else dash("not in the model")), EMPTY
    p = "firth_p" if ratio in PENALISED else "p"
    return Cell("ratio_interval", found), Cell("p", (numbers.get(p, **where),), why=NO_P)


def _notes(
    step: ModelStep, alone: Numbers, together: Numbers, short: str, view: View
) -> tuple[str, ...]:
    notes = _firth_notes(alone, together)
    if short == "SHR":
        notes.append("HR, cause-specific hazard ratio.")
    single = of_one_covariate(step)
    if not single or not together:
        notes.append(str(alone.about("entered").get("method", "")))
    notes += selection_notes(step, view)
    notes += shape_notes(step, together, alone, view)
    if step.kind == "cox":
        notes += likelihood_note(step, together) + _ph_notes(alone, together, view)
    elif step.kind in OVER_TIME:
        notes.append("Proportional hazards are assumed; the assumption was not tested.")
    why = view.why_not_fitted(f"{step.id}/{MULTIVARIABLE}")
    if why:
        notes.append(f"The {'' if single else 'multivariable '}model was not fitted: {why}.")
    elif together:
        about = together.about("n")
        n, events = together.get("n"), together.get("events")
        outcome = "events" if step.kind in OVER_TIME else "with the outcome"
        note = f"{'Model' if single else 'Multivariable model'}: {count(n)} {view.noun}"
        note += f", {count(events)} {outcome}" if known(events) else ""
        competing = together.get("competing_events")
        note += f", {count(competing)} competing events" if known(competing) else ""
        left_out = int(str(about["n_missing"]))
        note += f", {left_out} left out for missing values" if left_out else ""
        for name, test in (("lr", "likelihood-ratio"), ("wald", "Wald")):
            value, df = together.get(f"{name}_chi_square"), together.get(f"{name}_df")
            if known(value) and known(df):
                p = p_equals(together.get(f"{name}_p"))
                note += f"; {test} χ² = {number(value, 2)}, df = {count(df)}, {p}"
                break
        c = together.get("concordance")
        if known(c) and step.kind in OVER_TIME:
            note += f"; concordance {number(c, 3)} (SE {number(together.get('concordance_se'), 3)})"
        note += pseudo_r2_words(together)
        pooled = f_words(together, "wald_")
        note += f"; Wald {pooled}" if pooled else ""
        notes.append(view.with_labels(f"{note}. Method: {about['method']}."))
        if step.kind not in OVER_TIME:
            notes += logistic_notes(step, together, view)
        if isinstance(step, OrdinalStep):
            notes += ordinal_notes(step, together, view)
        notes += [model_words(together), _complete_words(step, view)]
    notes += e_value_notes(step, view)
    return tuple(n for n in notes if n)


def _firth_notes(alone: Numbers, together: Numbers) -> list[str]:
    """What it means that a covariate has no ratio under Firth's penalty, where others have."""
    terms = alone.unique("term", "n")
    blank = any(
        numbers.about(name) and not all(numbers.about(name, term=term) for term in terms)
        for numbers in (alone, together)
        for name in PENALISED
    )
    return ["Empty under Firth: not separated, or not in the model."] if blank else []


def _complete_words(step: ModelStep, view: View) -> str:
    beside = complete_cases_of(step, view, MULTIVARIABLE)
    if not beside:
        return ""
    outcome = "events" if step.kind in OVER_TIME else "with the outcome"
    words = f"{count(beside.get('n'))} patients, {count(beside.get('events'))} {outcome}"
    return f"Complete cases: {words}; covariates chosen by the same rule among them."


def _ph_notes(alone: Numbers, together: Numbers, view: View) -> list[str]:
    """How proportional hazards were tested, and where the hazards are not proportional."""
    model = together or alone
    about = model.about("ph_p")
    if not about:
        return ["Proportional hazards are assumed; the assumption could not be tested."]
    note = f"PH p: {about['method']}"
    overall = together.get("ph_global_p")
    if known(overall) and len(together.unique("term", "ph_p")) > 1:
        note += f"; all covariates together {p_equals(overall)}"
    notes = [f"{note}. Where it is small, the hazard ratio changes over follow-up."]
    doubts = [
        f"{view.dictionary[term].label} ({p_equals(alone.get('ph_p', term=term))})"
        for term in alone.unique("term", "ph_p")
        if together and alone.get("ph_p", term=term) < DOUBTFUL
    ]
    if doubts and len(alone.unique("term", "ph_p")) > 1:
        notes.append(
            f"In the univariable models the same test has p < 0.05 for {', '.join(doubts)}."
        )
    return notes
