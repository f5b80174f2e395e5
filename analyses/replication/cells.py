"""What is inside one printed cell: a count with its share, an estimate with its interval."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.printed import arithmetic, other_limits, ratios, shares, spreads
from analyses.printed.number import Printed
from analyses.printed.outcome import Finding, Outcome, Verdict
from analyses.published.kinds import RATIOS
from analyses.published.registry import Published, Value

#: Parts that must lie between the limits beside them.
CENTRES = ("median", "mean", "rate", "auc", "number", "difference", "percent")


def finding(value: Value, outcome: Outcome, part: str = "", *others: str) -> Finding:
    """An outcome at the place of a value."""
    address = f"{value.address}.{part}" if part and len(value.parts) > 1 else value.address
    return Finding(address, value.place, value.what, outcome, others, value.line)


def is_ratio(kind: str) -> bool:
    """Whether a kind of cell holds an odds, hazard or risk ratio."""
    return kind.partition("_")[0] in RATIOS


def effect_of(kind: str) -> str:
    """``or``, ``hr``, ``rr`` or ``shr`` of such a kind."""
    return kind.partition("_")[0]


def cell_findings(
    published: Published, value: Value, denominator: Printed | None
) -> Iterator[Finding]:
    """Check a cell against itself, and its share against what it is a share of.

    Parameters
    ----------
    published
        The registry.
    value
        The cell.
    denominator
        What its count is a part of; None where that is not known.
    """
    count, percent = value.get("count"), value.get("percent")
    n = value.get("n") or denominator
    if count and n and percent:
        yield finding(value, shares.percent_of_counts(percent, count, n), "percent")
    elif count and n and count.value > n.value:
        yield finding(value, shares.percent_of_counts(count, count, n), "count")
    low, high, estimate = value.get("low"), value.get("high"), value.get("estimate")
    if estimate and low and high and is_ratio(value.kind):
        confidence, limits = confidence_of(published, value), limits_of(published, value)
        p = value.get("p")
        yield from ratio_findings(value, estimate, low, high, p, confidence, limits=limits)
    elif low or high:
        for part in (p for p in (*CENTRES, "estimate") if p in value.parts):
            yield finding(value, arithmetic.within(value[part], low, high), part)
    if n and value.kind == "mean_sd_range" and low and high:
        outcome = spreads.sd_of_range(value["sd"], value["mean"], low, high, n.value)
        yield finding(value, outcome, "sd")
    p = value.get("p")
    if p and p.value > 1:
        how = f"{p}: a p cannot be above 1"
        outcome = Outcome("p from 0 to 1", Verdict.IMPOSSIBLE, p.text, "", how, f"{p.value:g} <= 1")
        yield finding(value, outcome, "p")


def p_of_limits(
    p: Printed, ratio: tuple[Printed, Printed, Printed], confidence: float, limits: str
) -> Outcome:
    """A p against estimate and limits, of whatever kind they are."""
    wald = limits in ("", "wald")
    check = ratios.p_of_interval if wald else other_limits.p_beside_limits
    return check(p, *ratio, confidence)


def confidence_of(published: Published, value: Value) -> float:
    """The level of the intervals of the model that a value is about."""
    model = published.models.get(value.about)
    return model.confidence if model else 0.95


def limits_of(published: Published, value: Value) -> str:
    """What the registry says of the limits of the model that a value is about."""
    model = published.models.get(value.about)
    return model.limits if model else ""


def ratio_findings(
    value: Value,
    estimate: Printed,
    low: Printed,
    high: Printed,
    p: Printed | None,
    confidence: float = 0.95,
    p_at: Value | None = None,
    limits: str = "",
) -> Iterator[Finding]:
    """A ratio against its interval and its p.

    Parameters
    ----------
    value
        Where the estimate stands.
    estimate, low, high, p
        As printed.
    confidence
        Level of the interval.
    p_at
        Where p stands, if in a cell of its own.
    limits
        Of which kind they are, where that is known.
    """
    yield finding(value, ratios.estimate_of_interval(estimate, low, high, limits), "estimate")
    if p is not None:
        outcome = p_of_limits(p, (estimate, low, high), confidence, limits)
        yield finding(p_at or value, outcome, "p", value.address)
