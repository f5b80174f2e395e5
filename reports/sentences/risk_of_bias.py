"""How studies were judged, in a sentence."""

from __future__ import annotations

from typing import Any

from analyses.schema.risk_of_bias import RiskOfBiasStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, count_percent
from reports.tables.risk_of_bias import domain_label, domains_of, worst_words
from reports.view import View


def risk_of_bias_text(step: RiskOfBiasStep, view: View) -> str:
    """The worst judgement of each domain, and of any."""
    numbers = view.numbers(step.id)
    domains = domains_of(numbers)
    worst = numbers.unique_levels_of("count", domains[0])[-1]
    parts = []
    for domain in domains:
        n = numbers.get("n", group=OVERALL, term=domain)
        if n:
            where: dict[str, Any] = {"group": OVERALL, "term": domain, "level": worst}
            k, share = numbers.several("count", "percent", **where)
            told = count_percent(k, share, n)
            parts.append(f"{domain_label(domain, view)} {told} of {count(n)} studies")
    words = worst_words(numbers)
    sentences = [f"Judged ‘{worst}’: {'; '.join(parts)}."] if parts else []
    return " ".join([*sentences, *([f"{words}."] if words else [])])
