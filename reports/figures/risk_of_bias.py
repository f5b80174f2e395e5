"""Judgements of studies as bars of one hundred per cent, a bar for each domain."""

from __future__ import annotations

from analyses.schema.risk_of_bias import RiskOfBiasStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures import fills
from reports.figures.hundred import Bar, hundred_figure
from reports.figures.style import Drawing, looking_right
from reports.tables.risk_of_bias import domain_label, domains_of
from reports.view import View


def risk_of_bias_plot(step: RiskOfBiasStep, view: View) -> Drawing | None:
    """One bar a domain, cut into judgements from the best to the worst."""
    numbers = view.numbers(step.id)
    domains = domains_of(numbers)
    levels = numbers.unique_levels_of("count", domains[0])
    bars = []
    for domain in domains:
        n = numbers.get("n", group=OVERALL, term=domain)
        found = (
            numbers.several("count", "percent", group=OVERALL, term=domain, level=level)
            for level in levels
        )
        pieces = tuple((k, share) if n else (0.0, 0.0) for k, share in found)
        bars.append(Bar(domain_label(domain, view), n, pieces))
    fillings = [fills.of_scale(k, len(levels)) for k in range(len(levels))]
    with looking_right():
        figure = hundred_figure(
            bars, levels, fillings, "Studies, %", view.figure_width, synthetic=view.synthetic
        )
    parts = "; ".join(bar.told(levels) for bar in bars)
    return Drawing(
        step.id, step.title, f"Stacked bars, each of 100% of the studies judged. {parts}.", figure
    )
