"""Results of a cumulative incidence in sentences."""

from __future__ import annotations

from analyses.schema.survival import CumulativeIncidenceStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import NOT_ESTIMABLE, count, general, p_equals, share_interval
from reports.numbers import Numbers, known
from reports.view import View


def incidence_text(step: CumulativeIncidenceStep, view: View) -> str:
    """Counts of both events, the incidence at the last time asked for, and Gray's test."""
    numbers, competing = (view.numbers(f"{step.id}/{part}") for part in ("curves", "competing"))
    label = view.results.plan.file.endpoints[step.endpoint].label
    label, other = f"{label[:1].lower()}{label[1:]}", view.competing_label(step.endpoint)
    n, events, others = (
        count(numbers.get(s, group=OVERALL)) for s in ("n", "events", "competing_events")
    )
    words = f"Of {n} patients, {events} had the event ({label}) and {others} the competing event"
    words += f" ({other})."
    times = numbers.unique("time", "cumulative_incidence")
    if times:
        words += f" {_at(step, view, numbers, label, times[-1])}"
        found = competing.triple("cumulative_incidence", group=OVERALL, time=times[-1])
        if known(found[0]):
            words += f" That of the competing event was {_words(found)} overall."
    return words


def _at(
    step: CumulativeIncidenceStep, view: View, numbers: Numbers, label: str, time: float
) -> str:
    unit, parts = view.unit(step.endpoint), []
    for group in [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]:
        found = numbers.triple("cumulative_incidence", group=group, time=time)
        name = "overall" if group == OVERALL else f"with {view.group_label(step.by)} ‘{group}’"
        parts.append(f"was {_words(found)} {name}" if known(found[0]) else f"is not known {name}")
    p = view.numbers(f"{step.id}/gray").get("p")
    closing = f" (Gray’s test {p_equals(p)})" if known(p) else ""
    when = f"{general(time)} {unit}".rstrip()
    return f"The cumulative incidence of {label} at {when} {'; it '.join(parts)}{closing}."


def _words(found: tuple[float, float, float]) -> str:
    value, _, limits = share_interval(*found).partition(" (")
    return value if NOT_ESTIMABLE in limits else f"{value} (95% CI {limits}"
