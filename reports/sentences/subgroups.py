"""Results of subgroup analyses in sentences."""

from __future__ import annotations

from analyses.schema.subgroups import SubgroupsStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import ratio_interval
from reports.numbers import known
from reports.p_values import p_equals
from reports.tables.subgroups import contrasts, ratio_of, untested
from reports.view import View
from reports.wording import mid

WORDS = {"hazard_ratio": "hazard ratio", "odds_ratio": "odds ratio"}


def subgroups_text(step: SubgroupsStep, view: View) -> str:
    """The ratio in all patients, and between which levels it may differ."""
    numbers, statistic = view.numbers(step.id), ratio_of(step)
    parts = []
    for level, words in contrasts(step, numbers, view):
        found = numbers.triple(statistic, group=OVERALL, level=level)
        if known(found[0]):
            value, _, limits = ratio_interval(*found).partition(" (")
            parts.append(f"{value} ({words}; 95% CI {limits}")
    if not parts:
        return ""
    tests = [
        (mid(view.dictionary[term].label), numbers.get("term_lr_p", term=term))
        for term in numbers.unique("term", "n")
    ]
    listed = ", ".join(f"{label} ({p_equals(p)})" for label, p in tests if known(p))
    words = f"In all patients, the {WORDS[statistic]} was {', '.join(parts)}."
    words += f" Tests of whether it differs between levels: {listed}." if listed else ""
    return " ".join([words, *untested(numbers, view)])
