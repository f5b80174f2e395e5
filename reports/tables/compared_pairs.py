"""What stands beside the description of groups: how far apart, how likely, which of them."""

from __future__ import annotations

from analyses.schema.comparing import CompareStep
from cohort_stats.comparing.groups import rule
from cohort_stats.imputing.pooled_comparison import NO_RANKS
from reports.numbers import Numbers, known
from reports.p_values import p_value
from reports.table import Cell, Column, Footnotes
from reports.view import View

OF_MEANS = "given only for numbers that are described by their mean"
NO_SPREAD = "the values do not vary within groups, or nobody’s is known"
NOT_TESTED = "not tested: all are alike, or nobody’s value is known"
#: How a difference that has a sign, of two groups, is printed here and beside a matched sample.
ABSOLUTE = "SMD: absolute value; its sign is in the file of all numbers."
#: Of matched and weighted patients, whose differences stand elsewhere by another denominator.
OWN_SPREAD = (
    "SMD: in standard deviations of the patients of this table. The table of balance and its "
    "plot take those of the patients before matching or weighting, so that the two can differ."
)


def shown(step: CompareStep, numbers: Numbers) -> list[str]:
    """The columns of a table after its groups, by the statistic they hold."""
    found = []
    if numbers.unique("group", "n")[1:]:
        if step.difference and any(numbers.unique("term", "mean_difference")):
            found.append("mean_difference")
        if numbers.unique("term", "p"):  # weighted patients are not tested
            found.append("p")
    if numbers.unique("term", "smd"):
        found.append("smd")
    elif step.smd and numbers.unique("term", "smd_mean"):
        found.append(f"smd_{step.smd}")
    return found


def heads(columns: list[str]) -> list[Column]:
    """Their headings."""
    labels = {
        "mean_difference": "Difference of means (95% CI)",
        "p": "p",
        "smd": "SMD",
        "smd_largest": "SMD (largest)",
        "smd_mean": "SMD (mean)",
    }
    return [Column(labels[name]) for name in columns]


def cells(
    columns: list[str], numbers: Numbers, term: str, footnotes: Footnotes, view: View
) -> list[Cell]:
    """Their cells for one variable."""
    return [_cell(name, numbers, term, footnotes, view) for name in columns]


def _cell(name: str, numbers: Numbers, term: str, footnotes: Footnotes, view: View) -> Cell:
    value = numbers.get(name, term=term)
    if name == "p":
        about = numbers.about("p", term=term)
        if known(value) or not about:
            return Cell("p", (value,), footnotes.mark(str(about.get("method", ""))))
        why = NO_RANKS if about["method"] == NO_RANKS else NOT_TESTED
        return Cell("p", (value,), why=why)
    if name == "mean_difference":
        found = numbers.triple(name, term=term)
        return Cell(name, (*found, view.decimals("mean_sd", term)), why=OF_MEANS)
    return Cell("difference", (abs(value),), why=NO_SPREAD)


def notes(step: CompareStep, view: View, columns: list[str], footnotes: Footnotes) -> list[str]:
    """Sentences below the table: abbreviations, the rule, pairs of groups, checks."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")[1:]
    found = []
    if "smd" in columns:
        found.append(ABSOLUTE)
    if "smd_largest" in columns or "smd_mean" in columns:
        which = "largest" if "smd_largest" in columns else "mean"
        found.append(f"SMD: the {which} absolute value over every two groups.")
    if step.on and any(name.startswith("smd") for name in columns):
        found.append(OWN_SPREAD)
    if "mean_difference" in columns:
        found.append(f"Difference of means: {groups[1]} less {groups[0]}.")
    chosen = [row for row in step.rows if row.test != "by type"]
    exact = any("exact test" in words for words in footnotes.words.values())
    if groups and (exact or chosen or step.posthoc):
        found.append(rule(view.results.plan.conventions))
    return [*found, *_checks(step, view)]


def _checks(step: CompareStep, view: View) -> list[str]:
    numbers = view.numbers(f"{step.id}/checks")
    found = []
    for term in numbers.unique("term"):
        groups = numbers.unique("group", "normality_p")
        normal = ", ".join(
            f"{g} {p_value(numbers.get('normality_p', group=g, term=term))}" for g in groups
        )
        words = f"{view.dictionary[term].label}: Shapiro–Wilk p {normal}"
        for name, label in (("levene", "Levene"), ("brown_forsythe", "Brown–Forsythe")):
            p = numbers.get(f"{name}_p", term=term)
            words += f"; {label} p {p_value(p)}" if known(p) else ""
        found.append(f"{words}.")
    lead = "Distributions, as information only; no test was chosen by them."
    return [lead, *found] if found else []
