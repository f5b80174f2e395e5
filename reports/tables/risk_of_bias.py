"""Judgements of studies: how many in each domain, and which of which study."""

from __future__ import annotations

from typing import Any

from analyses.schema.risk_of_bias import RiskOfBiasStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.picturing.judgements import ANY
from reports.format import count_percent
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View


def domains_of(numbers: Numbers) -> list[str]:
    """The domains, in the plan's order."""
    return [term for term in numbers.unique("term", "count") if term != ANY]


def domain_label(name: str, view: View) -> str:
    """A domain as the plan calls it; one of counts is called by its own name."""
    return view.dictionary[name].label if name in view.dictionary else name


def risk_of_bias_table(step: RiskOfBiasStep, view: View) -> Table:
    """One row a domain, one column a judgement."""
    numbers = view.numbers(step.id)
    domains = domains_of(numbers)
    levels = numbers.unique_levels_of("count", domains[0])
    missing = {d: numbers.get("missing", group=OVERALL, term=d) for d in domains}
    heads = ["Domain", "Studies", *levels, *(["Not judged"] if any(missing.values()) else [])]
    rows = []
    for domain in domains:
        n = numbers.get("n", group=OVERALL, term=domain)
        cells = [Cell("count", (n,)), *(_share(numbers, domain, level, n) for level in levels)]
        cells += [Cell("count", (missing[domain],))] if any(missing.values()) else []
        rows.append(Row((text(domain_label(domain, view)), *cells)))
    notes = ["n (%) of the studies judged in the domain."]
    words = worst_words(numbers)
    notes += [f"{words}."] if words else []
    return Table(step.id, step.title, tuple(map(Column, heads)), tuple(rows), notes=tuple(notes))


def _share(numbers: Numbers, domain: str, level: str, n: float) -> Cell:
    found = numbers.several("count", "percent", group=OVERALL, term=domain, level=level)
    return Cell("count_percent", (*found, n)) if n else EMPTY


def worst_words(numbers: Numbers) -> str:
    """How many studies have the worst judgement in at least one domain; empty if not known."""
    where: dict[str, Any] = {"group": OVERALL, "term": ANY}
    n = numbers.get("n", **where)
    if not known(n) or not n:
        return ""
    (level,) = numbers.unique_levels_of("count", ANY)
    worst, share = numbers.several("count", "percent", **where, level=level)
    told = count_percent(worst, share, n)
    return f"‘{level}’ in at least one domain: {told} of {n:.0f} studies"


def judgements_table(step: RiskOfBiasStep, view: View) -> Table | None:
    """One row a study, one column a domain; None where the studies have no names."""
    numbers = view.numbers(step.id)
    domains = domains_of(numbers)
    frame = numbers.frame
    mine = frame[frame["statistic"] == "judgement"]
    if mine.empty:
        return None
    levels = dict(enumerate(numbers.unique_levels_of("count", domains[0]), start=1))
    rows = []
    for study in dict.fromkeys(mine["level"]):
        own = (numbers.get("judgement", term=domain, level=study) for domain in domains)
        cells = (text(levels[round(place)]) if known(place) else EMPTY for place in own)
        rows.append(Row((text(study), *cells)))
    heads = ("Study", *(domain_label(domain, view) for domain in domains))
    title = f"{step.title}: each study"
    return Table(f"{step.id}_studies", title, tuple(map(Column, heads)), tuple(rows))
