"""Indices that are computed from other printed numbers: BED and EQD2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, not_checkable
from analyses.printed.readings import matched

DOSE = "biologically effective dose"
ALPHA_BETAS = (10.0, 3.0, 2.0)


def effective_dose(
    value: Printed,
    total: Printed,
    *,
    fractions: float | None = None,
    per_fraction: Printed | None = None,
    stated: Sequence[str] = (),
) -> Outcome:
    """A biologically effective or equivalent dose against its schedule.

    Parameters
    ----------
    value
        As printed, Gy.
    total
        Dose of the whole schedule.
    fractions, per_fraction
        How many there were, or how much each; one of them.
    stated
        Names of :func:`doses` that the paper states: ``BED10``, ``EQD2, α/β 3``; else any.
    """
    if fractions:
        each = total.value / fractions
        ends = [x / fractions for x in total.interval()]
    elif per_fraction is not None and per_fraction.value > 0:
        each, ends = per_fraction.value, [*per_fraction.interval()]
    else:
        return not_checkable(DOSE, value.text, "needs fractions, or the dose of each")
    exact = doses(total.value, each)
    low, high = (doses(t, d) for t, d in zip(total.interval(), ends, strict=True))
    readings = {
        name: ((found if value.covers(found) else (low[name], high[name])),)
        for name, found in exact.items()
    }
    lines = {}
    for ratio in ALPHA_BETAS:
        bed = f"{total.value:g} * (1 + {each:.6g} / {ratio:g})"
        lines[f"BED{ratio:g}"] = bed
        lines[f"EQD2, α/β {ratio:g}"] = f"{bed} / (1 + 2 / {ratio:g})"
    return matched(
        DOSE, (value,), readings, [*stated] or [*readings],
        inputs=f"{total} Gy in fractions of {each:g} Gy", r=lines,
        assumed=("one schedule for all", "α/β of 10, 3 or 2 Gy"),
    )  # fmt: skip


def doses(total: float, each: float) -> Mapping[str, float]:
    """Effective and equivalent doses of a schedule, by name."""
    found = {}
    for ratio in ALPHA_BETAS:
        found[f"BED{ratio:g}"] = total * (1 + each / ratio)
        found[f"EQD2, α/β {ratio:g}"] = total * (1 + each / ratio) / (1 + 2 / ratio)
    return found
