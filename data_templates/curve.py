"""Patients reconstructed from a published curve, as a workbook with a plan that analyses them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from analyses.plan import plan_from
from analyses.printed.curve_points import Curve
from analyses.printed.guyot import patients_of_curve
from cohort_stats.workbooks.template import write_template

TITLE = "Patients reconstructed from a published curve"
ASSUMED = (
    "Times and events were reconstructed from points of a Kaplan–Meier curve and the numbers at "
    "risk below it (Guyot et al., BMC Med Res Methodol 2012); censoring is taken to be even "
    "between the printed numbers at risk. They are near the study’s own, not the same."
)

GROUP = """
[variables.group]
label = "Group"
type = "category"
levels = [{levels}]
required = true
"""


def reconstructed(curves: Mapping[str, Curve]) -> pd.DataFrame:
    """One row a reconstructed patient: ``id``, ``group``, ``time``, ``event``.

    Parameters
    ----------
    curves
        Of :func:`analyses.printed.curve_points.read_curves`.
    """
    frames = []
    for name, curve in curves.items():
        (times, survival), (risk_times, at_risk) = (
            np.array(pairs, dtype=float).T for pairs in (curve.points, curve.at_risk)
        )
        found = patients_of_curve(
            times.tolist(), survival.tolist(), risk_times.tolist(),
            [int(n) for n in at_risk], curve.events,
        )  # fmt: skip
        event = np.where(found.event, "Yes", "No")
        frames.append(pd.DataFrame({"group": name, "time": found.time.round(6), "event": event}))
    whole = pd.concat(frames, ignore_index=True)
    whole.insert(0, "id", [f"R{i}" for i in range(1, len(whole) + 1)])
    return whole


def plan_words(curves: Mapping[str, Curve]) -> str:
    """The plan of such patients, as TOML: curves, and with several groups their comparison.

    Parameters
    ----------
    curves
        By group; the first is the reference.
    """
    names = [*curves]
    several = len(names) > 1
    by, group = "", ""
    if several:
        by, levels = 'by = "group"\n', ", ".join(map(_quoted, names))
        group = GROUP.format(levels=levels)
    words = f"""[study]
key = "curve"
title = {_quoted(TITLE)}
question = "What do the patients behind a published curve give when they are analysed again?"
design = "Reconstruction from a published Kaplan–Meier curve"
assumptions = [{_quoted(ASSUMED)}]

[variables.id]
label = "Patient"
type = "id"
required = true
{group}
[variables.time]
label = "Time"
type = "number"
minimum = 0
required = true

[variables.event]
label = "Event"
type = "yesno"
required = true

[endpoints.survival]
label = "Survival"
time = "time"
event = "event"

[[steps]]
id = "curves"
kind = "kaplan_meier"
title = "Survival"
endpoint = "survival"
{by}"""
    if several:
        words += """
[[steps]]
id = "ratio"
kind = "cox"
title = "Hazard ratio"
endpoint = "survival"
covariates = ["group"]
selection = { rule = "all" }
"""
    return words


def write_curve(curves: Mapping[str, Curve], path: Path) -> Path:
    """Write the reconstructed patients as a workbook.

    Parameters
    ----------
    curves
        By group.
    path
        The ``.xlsx`` to write.

    Returns
    -------
    Path
        `path`.
    """
    plan = plan_from(tomllib.loads(plan_words(curves)))
    remarks = (
        "SYNTHETIC patients: reconstructed from a published curve; nobody stands behind a row.",
        ASSUMED,
    )
    frame = reconstructed(curves)[[*plan.dictionary]]
    return write_template(plan.dictionary, path, title=TITLE, remarks=remarks, frame=frame)


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
