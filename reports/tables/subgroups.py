"""The ratio of one exposure within the levels of other variables."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.subgroups import SubgroupsStep
from analyses.steps.subgroups import RATIOS
from cohort_stats.comparing.groups import OVERALL
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View
from reports.wording import mid, typographic

SHORT = {"hazard_ratio": "HR", "odds_ratio": "OR"}
LONG = {"hazard_ratio": "hazard ratio (Cox regression)", "odds_ratio": "odds ratio (logistic)"}


def ratio_of(step: SubgroupsStep) -> str:
    """The statistic that the step gives."""
    return RATIOS["cox" if step.endpoint else "logistic"]


def contrasts(step: SubgroupsStep, numbers: Numbers, view: View) -> list[tuple[str, str]]:
    """Each level of the exposure against the reference: its name in the results, and in words."""
    levels = numbers.unique("level", ratio_of(step))
    if not levels:
        return [("", view.covariate_label(step.exposure))]
    label = view.dictionary[step.exposure.variable].label
    (reference,) = numbers.unique("level", "reference")
    return [(level, f"{label}: {level} against {reference}") for level in levels]


def subgroups_table(step: SubgroupsStep, view: View) -> Table:
    """All patients, then each level; one pair of columns for each level of the exposure."""
    numbers, statistic = view.numbers(step.id), ratio_of(step)
    shown = contrasts(step, numbers, view)
    columns = [Column("Patients of"), Column("Patients"), Column("Events")]
    for _, words in shown:
        columns += [Column(f"{SHORT[statistic]} (95% CI)", words), Column("p", words)]
    columns.append(Column("p for interaction"))
    label = view.dictionary[step.exposure.variable].label
    notes = (
        f"CI, confidence interval; {SHORT[statistic]}, {LONG[statistic]} of {label}, fitted "
        "separately within each subgroup.",
        "p for interaction: likelihood ratio of the models with and without the interaction; not "
        "adjusted for the number of tests.",
        *untested(numbers, view),
    )
    found = tuple(_rows(numbers, statistic, [level for level, _ in shown], view))
    return Table(step.id, step.title, tuple(columns), found, notes=notes)


def untested(numbers: Numbers, view: View) -> list[str]:
    """Why an interaction was not tested, a sentence for each."""
    return [
        f"Interaction with {mid(view.dictionary[term].label)} not tested: "
        f"{typographic(view.with_labels(why))}."
        for term in numbers.unique("term", "term_lr_p")
        for why in [str(numbers.about("term_lr_p", term=term)["method"]).partition("tested: ")[2]]
        if not known(numbers.get("term_lr_p", term=term))
    ]


def _rows(numbers: Numbers, statistic: str, levels: list[str], view: View) -> Iterator[Row]:
    def cells(term: str, group: str) -> list[Cell]:
        found = [Cell("count", (numbers.get(s, term=term, group=group),)) for s in ("n", "events")]
        for level in levels:
            ratio = numbers.triple(statistic, term=term, group=group, level=level)
            p = numbers.get("p", term=term, group=group, level=level)
            found += [Cell("ratio_interval", ratio), Cell("p", (p,))]
        return found

    yield Row((text("All patients"), *cells("", OVERALL), EMPTY))
    for term in numbers.unique("term", "n"):
        p = Cell("p", (numbers.get("term_lr_p", term=term),))
        filler = (EMPTY,) * (2 + 2 * len(levels))
        yield Row((text(view.dictionary[term].label), *filler, p), heading=True)
        frame = numbers.frame
        for group in dict.fromkeys(frame.loc[frame["term"] == term, "group"]):
            if group:
                yield Row((text(group), *cells(term, group), EMPTY), indent=1)
