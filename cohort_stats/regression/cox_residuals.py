"""Residuals of a Cox model, patient by patient and event by event."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.kernels import cox_residuals as kernel
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.cox_model import CoxModel

Floats = npt.NDArray[np.float64]
Kind = Literal["martingale", "deviance", "score", "dfbeta", "dfbetas", "schoenfeld"]


def cox_residuals(model: CoxModel, kind: Kind) -> pd.DataFrame:
    """What a Cox model leaves over.

    Parameters
    ----------
    model
        From `fit_cox`.
    kind
        ``martingale``: events seen less events expected; ``deviance``: the same made
        symmetrical; ``score``: each patient's part in the score; ``dfbeta``: how much each
        coefficient would change, nearly, without the patient; ``dfbetas``: the same in
        standard errors; ``schoenfeld``: covariates of each event less their mean at risk.

    Returns
    -------
    pandas.DataFrame
        For Schoenfeld residuals one row an event, in order of time; otherwise one row a
        patient of the model, in the order of the frame. ``row`` is the position in the frame
        the model was fitted to. One column `kind`, or one a coefficient.

    Raises
    ------
    ValueError
        When a coefficient of the model is not finite, or its ties are exact.

    Notes
    -----
    R: ``residuals(fit, type = kind)``; dfbeta and dfbetas count case weights and rest on the
    model's own covariance, as there. Therneau, Grambsch and Fleming 1990.
    """
    must_be_one_of("kind", kind, get_args(Kind))
    fitted, sample = model.fitted, model.sample
    if fitted is None or not model.finite or fitted.exact:
        raise ValueError("model must have finite estimates, and ties other than exact")
    at_risk, sets = kernel.at_estimate(fitted), fitted.sets
    row = np.flatnonzero(sample.kept)[sets.order]
    names = [
        f"{t} {level}".strip()
        for t, level in zip(model.columns.terms, model.columns.levels, strict=True)
    ]
    if kind == "schoenfeld":
        values = kernel.schoenfeld(at_risk, sets) * fitted.scale
        time = sample.endpoint.time[sets.order][sets.dead]
        frame = pd.DataFrame(values, columns=names)
        frame = frame.assign(row=row[sets.dead], time=time)[["time", "row", *names]]
        return frame.sort_values(["time", "row"], ignore_index=True, kind="stable")
    if kind in ("martingale", "deviance"):
        event = np.zeros(len(row))
        event[sets.dead] = 1.0
        residual = event - kernel.expected_events(at_risk, sets)
        values = residual if kind == "martingale" else _deviance(residual, event)
        frame = pd.DataFrame({"row": row, kind: values})
    else:
        values = kernel.score_residuals(at_risk, sets) * fitted.scale
        if kind != "score":
            weight = 1.0 if sets.weight is None else sets.weight[:, None]
            values = weight * values @ fitted.covariance
        if kind == "dfbetas":
            values = values / np.sqrt(np.diag(fitted.covariance))
        frame = pd.DataFrame(values, columns=names)
        frame.insert(0, "row", row)
    return frame.sort_values("row", ignore_index=True)


def _deviance(martingale: Floats, event: Floats) -> Floats:
    expected = event - martingale
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(event > 0, np.log(expected), 0.0)
    inside = np.maximum(-2 * (martingale + event * log), 0.0)
    return np.asarray(np.sign(martingale) * np.sqrt(inside))
