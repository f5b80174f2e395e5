"""Rows of a regression table for splines and for effects within the levels of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.schema.regression import ModelStep
from analyses.schema.step import CovariateSection
from analyses.steps.shapes import WITHIN
from reports.format import general
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import EMPTY, Cell, Row, dash, text
from reports.view import View

RATIO = "ratio_within"


def spline_rows(
    section: CovariateSection, view: View, models: Sequence[Numbers], counts: list[Cell]
) -> Iterator[Row]:
    """A covariate's row with its p as a whole, and one with the p of its curvature."""
    term = section.variable
    label = view.dictionary[term].label
    yield Row((text(label), *counts, *_p_cells(models, term, "global_p", "spline")))
    bent = _p_cells(models, term, "nonlinear_p", "")
    yield Row((text("Nonlinear part"), EMPTY, EMPTY, *bent), indent=1)


def _p_cells(models: Sequence[Numbers], term: str, statistic: str, words: str) -> list[Cell]:
    cells: list[Cell] = []
    for numbers in models:
        p = numbers.get(statistic, term=term)
        cells += [text(words), Cell("p", (p,))] if known(p) else [dash("not in the model"), EMPTY]
    return cells


def interaction_rows(step: ModelStep, view: View, before: int, after: int) -> Iterator[Row]:
    """The ratios of one covariate within each level of another, below all covariates.

    Parameters
    ----------
    step, view
        The step's `interactions`, and its results.
    before, after
        Cells of other models before those of the multivariable one, and after.
    """
    for first, second in getattr(step, "interactions", ()):
        numbers = view.numbers(f"{step.id}/{WITHIN}/{first}/{second}")
        if not numbers:
            continue
        names = [view.dictionary[name].label for name in (first, second)]
        p = numbers.get("interaction_p", term=first)
        filler, rest = (EMPTY,) * before, (EMPTY,) * after
        head = (text(f"{names[0]}, by {names[1]}"), EMPTY, EMPTY, *filler)
        yield Row((*head, text("interaction"), Cell("p", (p,)), *rest), heading=True)
        for label, group, level in places(numbers, first, second, view):
            where = {"term": first, "group": group, "level": level}
            values = (numbers.get(n, term=first, group=group) for n in ("n", "events"))
            counts = [Cell("count", (value,)) if known(value) else EMPTY for value in values]
            ratio = Cell("ratio_interval", numbers.triple(RATIO, **where))
            own = Cell("p", (numbers.get("p", **where),), why="not estimable")
            yield Row((text(label), *counts, *filler, ratio, own, *rest), indent=1)


def places(numbers: Numbers, first: str, second: str, view: View) -> Iterator[tuple[str, str, str]]:
    """Where effects are given: words, and the group and level of the numbers."""
    variable = view.dictionary[second]
    unit = f" {variable.unit}" if variable.unit else ""
    for group in numbers.unique("group", RATIO):
        within = f"{variable.label} {group}{unit}" if variable.is_numeric else group
        for level in numbers.unique_levels_of(RATIO, first):
            yield (f"{within}: {level}" if level else within), group, level


def shape_notes(step: ModelStep, together: Numbers, alone: Numbers, view: View) -> list[str]:
    """Where knots lie, and what the ratios of covariates in an interaction mean."""
    notes = []
    for section in step.covariates:
        term = section.variable
        model = together if together.unique_levels_of("knot", term) else alone
        knots = [
            model.get("knot", term=term, level=k) for k in model.unique_levels_of("knot", term)
        ]
        if knots:
            label = view.dictionary[section.variable].label
            listed = ", ".join(general(knot) for knot in knots)
            notes.append(f"{label}: restricted cubic spline with knots at {listed}; see its curve.")
    pairs = [
        (first, second)
        for first, second in getattr(step, "interactions", ())
        if view.numbers(f"{step.id}/{WITHIN}/{first}/{second}")
    ]
    if pairs:
        told = []
        for first, second in pairs:
            names = " × ".join(view.dictionary[name].label for name in (first, second))
            p = view.numbers(f"{step.id}/{WITHIN}/{first}/{second}").get(
                "interaction_p", term=first
            )
            told.append(f"{names}: {p_equals(p)} for interaction")
        notes.append(
            f"{'; '.join(told)}. Beside an interaction, the ratio of each of its covariates holds "
            "at the reference level (or at 0) of the other; those within levels stand below."
        )
        notes += [_held(pairs, view)] if _held(pairs, view) else []
    return notes


def _held(pairs: Sequence[tuple[str, str]], view: View) -> str:
    """Where the others are held where a covariate takes part in several interactions."""
    told = []
    for first, second in pairs:
        others = {name for pair in pairs if first in pair for name in pair} - {first, second}
        if others:
            listed = [
                f"{view.dictionary[name].label} at its "
                f"{'median' if view.dictionary[name].is_numeric else 'reference level'}"
                for pair in pairs
                for name in pair
                if name in others
            ]
            pair_name = ", by ".join(view.dictionary[name].label for name in (first, second))
            told.append(f"{pair_name}: {', '.join(dict.fromkeys(listed))}")
    return (
        f"Effects within levels hold with the other covariate held: {'; '.join(told)}."
        if told
        else ""
    )
