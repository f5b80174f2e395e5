"""Survival that a Cox model predicts: a row for each profile of the plan, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from analyses.schema.regression import CoxStep
from analyses.steps.predicting import NAMED, OUTSIDE, PREDICTED
from reports.format import count, general, share_interval
from reports.numbers import Numbers, known
from reports.table import Cell, Column, Row, Table, text
from reports.tables.survival import BEYOND, survival_name
from reports.view import View

SURVIVAL = "survival"


def prediction_table(step: CoxStep, view: View) -> Table | None:
    """S(t) with its limits, one row a profile; None where nothing was predicted."""
    numbers = view.numbers(f"{step.id}/{PREDICTED}")
    if not numbers:
        return None
    label, unit = survival_name(step, view), view.unit(step.endpoint)
    times = numbers.unique("time", SURVIVAL)
    columns = [Column("Profile"), Column("Covariates named")]
    columns += [Column(f"{general(t)} {unit}".strip(), f"{label} (95% CI)") for t in times]
    rows = []
    for profile in numbers.unique("group"):
        found = [numbers.triple(SURVIVAL, group=profile, time=t) for t in times]
        said = text(_values(numbers, view, (NAMED,), profile))
        rows.append(
            Row((text(profile), said, *(Cell("share_interval", f, why=BEYOND) for f in found)))
        )
    title = f"{step.title}: predicted survival"
    notes = tuple(_notes(numbers, view))
    return Table(f"{step.id}_{PREDICTED}", title, tuple(columns), tuple(rows), notes=notes)


def _notes(numbers: Numbers, view: View) -> Iterable[str]:
    about = numbers.about(SURVIVAL)
    method = str(about["method"])
    yield (
        f"CI, confidence interval. {method[:1].upper()}{method[1:]}, which was made from "
        f"{count(int(str(about['n_used'])))} patients; how well it predicts in others is not told "
        "by these intervals."
    )
    frame = numbers.frame
    origins = dict.fromkeys(frame.loc[frame["statistic"] == "profile_value", "method"])
    usual = tuple(origin for origin in origins if origin not in (NAMED, OUTSIDE))
    if usual:
        values = _values(numbers, view, usual)
        yield f"Covariates that a profile does not name: {values}."
    if OUTSIDE in origins:
        values = _values(numbers, view, (OUTSIDE,))
        yield f"Named, but without effect on the prediction: {values}."


def _values(
    numbers: Numbers, view: View, origins: tuple[str, ...], profile: str | None = None
) -> str:
    """Values of profiles in words, each once: ``Age 60 years; Tumour grade III``."""
    frame = numbers.frame[numbers.frame["statistic"] == "profile_value"]
    frame = frame[frame["method"].isin(origins)]
    if profile is not None:
        frame = frame[frame["group"] == profile]
    told: dict[str, None] = {}
    for term, level, value, origin in zip(
        *(frame[c] for c in ("term", "level", "value", "method")), strict=True
    ):
        variable = view.dictionary[term]
        amount = level or f"{general(value)} {variable.unit}".strip()
        why = "" if origin == NAMED else f" ({origin})"
        told[f"{variable.label} {amount}{why}"] = None
    return "; ".join(told) or "none"


def prediction_sentence(step: CoxStep, view: View) -> str:
    """What the model predicts for each profile; empty where nothing was predicted."""
    numbers = view.numbers(f"{step.id}/{PREDICTED}")
    if not numbers:
        return ""
    label, unit = view.results.plan.file.endpoints[step.endpoint].label, view.unit(step.endpoint)
    parts = [
        f"{_at_times(numbers, profile, unit)} for the profile ‘{profile}’"
        for profile in numbers.unique("group")
    ]
    return f" {label} predicted by the model: {'; '.join(parts)}."


def _at_times(numbers: Numbers, profile: str, unit: str) -> str:
    told = []
    for time in numbers.unique("time", SURVIVAL):
        found = numbers.triple(SURVIVAL, group=profile, time=time)
        words = share_interval(*found) if known(found[0]) else "beyond the last follow-up"
        told.append(f"{words} at {general(time)} {unit}".rstrip())
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
