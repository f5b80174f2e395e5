"""Sentences on cumulative incidence beside a competing event."""

from __future__ import annotations

from analyses.schema.survival import CumulativeIncidenceStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, general, share_interval
from reports.numbers import Numbers, known
from reports.sentences.effects import groups_of, told, verdict, who
from reports.view import View
from reports.wording import mid


def incidence_text(step: CumulativeIncidenceStep, view: View) -> str:
    """Counts of both events, the incidence at the last time asked for, and Gray's test."""
    numbers, competing = (view.numbers(f"{step.id}/{part}") for part in ("curves", "competing"))
    label = mid(view.results.plan.file.endpoints[step.endpoint].label)
    other = mid(view.competing_label(step.endpoint))
    n, events, others = (numbers.get(s, group=OVERALL) for s in ("n", "events", "competing_events"))
    words = f"Of {view.counted(n)}, {count(events)} had the event ({label}) and {count(others)} "
    words += f"the competing event ({other})."
    times = numbers.unique("time", "cumulative_incidence")
    if times:
        words += f" {_at(step, view, numbers, label, times[-1])}"
        found = competing.triple("cumulative_incidence", group=OVERALL, time=times[-1])
        if known(found[0]):
            words += f" That of the competing event was {told(share_interval(*found))} overall."
    return words


def _at(
    step: CumulativeIncidenceStep, view: View, numbers: Numbers, label: str, time: float
) -> str:
    unit, parts = view.unit(step.endpoint), []
    for group in groups_of(numbers):
        found = numbers.triple("cumulative_incidence", group=group, time=time)
        name = who(group, step.by, view)
        shown = f"was {told(share_interval(*found))}" if known(found[0]) else "is not known"
        parts.append(f"{shown} {name}")
    said = verdict("Gray’s test", view.numbers(f"{step.id}/gray").get("p"))
    when = f"{general(time)} {unit}".rstrip()
    closing = f"; {said}" if said else ""
    return f"The cumulative incidence of {label} at {when} {'; it '.join(parts)}{closing}."
