"""Baseline hazard of a Cox model, and the survival it predicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be_columns
from cohort_stats.kernels.cox_residuals import at_estimate
from cohort_stats.kernels.lifetable import survival_interval
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.results import COLUMNS, Result, numbers_of

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def baseline_hazard(model: CoxModel, *, centred: bool = False) -> pd.DataFrame:
    """Cumulative hazard of a patient whose covariates are all 0 and at their reference.

    Parameters
    ----------
    model
        From `fit_cox`.
    centred
        Of a patient with the mean of every number instead, levels still at their reference:
        a better-behaved number where 0 is far from every patient.

    Returns
    -------
    pandas.DataFrame
        ``stratum``, ``time`` (every distinct time of the stratum), ``hazard`` (cumulative) and
        ``survival``, its exponential.

    Raises
    ------
    ValueError
        When a coefficient of the model is not finite, or its ties are exact.

    Notes
    -----
    Breslow's estimate, with Efron ties Efron's. R: ``basehaz(fit, centered = FALSE)``; centred,
    ``basehaz(fit)``, which leaves columns of only −1, 0 and 1 at 0 (``nocenter``).
    """
    values = np.zeros(len(model.columns.values))
    for j, column in enumerate(model.columns.values):
        if centred and not np.isin(column, (-1, 0, 1)).all():
            values[j] = np.average(column, weights=model.sample.weight)
    return hazard_at(model, values)


def hazard_at(model: CoxModel, values: Floats) -> pd.DataFrame:
    """As :func:`baseline_hazard`, of a patient with these values in the columns of the model."""
    base = _base(model)
    shift = float((values - base.centre) @ base.beta)
    time = model.sample.endpoint.time
    strata = model.sample.stratum
    frames = []
    for k, name in enumerate(model.sample.stratum_names):
        times = np.unique(time if strata is None else time[strata == k])
        steps = base.step(k, times)
        hazard = base.hazard[steps] * np.exp(shift)
        frames.append(
            pd.DataFrame(
                {"stratum": name, "time": times, "hazard": hazard, "survival": np.exp(-hazard)}
            )
        )
    return pd.concat(frames, ignore_index=True)


def predict_survival(model: CoxModel, patients: pd.DataFrame, times: Sequence[float]) -> Result:
    """Survival that a Cox model predicts for patients with given covariates.

    Parameters
    ----------
    model
        From `fit_cox`.
    patients
        One row a patient, with the model's covariates, and its strata if it has any.
    times
        Times at which S(t) is given, in the endpoint's unit.

    Returns
    -------
    Result
        For each patient (``group``: the label of the row) and time: survival with its standard
        error and limits on the scale of ``survival_interval``. Patients of whom a covariate is
        missing are left out and counted. Beyond the last follow-up of the stratum there is no
        estimate (nan).

    Raises
    ------
    ValueError
        When a coefficient is not finite, ties are exact, a column is missing, or a patient
        has a level or stratum that no patient of the model has.

    Notes
    -----
    exp(−cumulative hazard), its variance after Tsiatis (1981), with Efron ties after Efron;
    the covariance of the coefficients is robust where the model's is. R:
    ``summary(survfit(fit, newdata = patients), times = times)``.
    """
    base = _base(model)
    needed = list(model.columns.codings)
    must_be_columns("patients", [*needed, *model.sample.roles.strata], patients)
    if not all(np.isfinite(t) and t >= 0 for t in times):
        raise ValueError(f"times must be numbers, none negative; got {list(times)}")
    known = patients[[*needed, *model.sample.roles.strata]].notna().all(axis=1).to_numpy()
    chosen = patients[known]
    rows_of = model.columns.of(chosen)
    strata = _strata_of(model, chosen)
    asked = np.asarray(times, dtype=float)
    at = np.stack([base.step(k, asked) for k in strata]) if len(strata) else np.empty((0, 0), int)
    beyond = np.array([asked > base.last[k] for k in strata]).reshape(at.shape)
    scale = model.result.conventions.survival_interval
    values = [np.where(beyond, np.nan, column) for column in base.survival(rows_of, at, scale)]
    return _result(model, chosen, asked, values, int((~known).sum()), scale)


NAMES = ("survival", "survival_se", "survival_low", "survival_high")


def _result(
    model: CoxModel,
    chosen: pd.DataFrame,
    times: Floats,
    values: Sequence[Floats],
    missing: int,
    scale: str,
) -> Result:
    method = f"survival predicted by the Cox model, {scale} interval"
    k = len(NAMES) * len(times)
    size = k * len(chosen)
    about = {"term": "", "level": "", "method": method, "n_missing": missing}
    about["n_used"] = model.result.n_used
    columns: dict[str, list[object]] = {name: [value] * size for name, value in about.items()}
    columns["group"] = [str(label) for label in chosen.index for _ in range(k)]
    columns["time"] = [*np.tile(np.repeat(times, len(NAMES)), len(chosen))]
    columns["statistic"] = [*NAMES] * (len(times) * len(chosen))
    columns["value"] = [*np.stack(values, axis=2).ravel()]
    numbers = numbers_of({name: columns[name] for name in COLUMNS[1:]})
    words = f"Survival was predicted from the Cox model (with 95% {scale} intervals)"
    used, conventions = model.result.n_used, model.result.conventions
    return Result(numbers, words, used, missing, conventions)


@dataclass(frozen=True)
class _Base:
    """Cumulative sums over the event times of every stratum, each after a leading zero.

    Parameters
    ----------
    hazard, variance, mean
        Of a patient at the mean of every column: the cumulative hazard, its variance at fixed
        coefficients, and the hazard times the mean of the covariates at risk (as given, less
        their overall mean). Shapes (k,), (k,), (k, p).
    starts, times
        Where each stratum's sums begin, and its event times, ascending.
    last
        The last follow-up time of each stratum.
    """

    hazard: Floats
    variance: Floats
    mean: Floats
    starts: Places
    times: tuple[Floats, ...]
    last: Floats
    beta: Floats
    centre: Floats
    covariance: Floats

    def step(self, stratum: int, at: Floats) -> Places:
        """Which sums hold at some times in a stratum."""
        return np.asarray(
            self.starts[stratum] + np.searchsorted(self.times[stratum], at, side="right")
        )

    def survival(self, matrix: Floats, at: Places, scale: str) -> tuple[Floats, ...]:
        """S(t), its standard error and limits; rows of `matrix` at the sums `at`, shape (m, t)."""
        centred = matrix - self.centre
        risk = np.exp(centred @ self.beta)[:, None]
        log = risk * self.hazard[at]
        slope = self.mean[at] - self.hazard[at][:, :, None] * centred[:, None, :]
        spread = np.einsum("mta,ab,mtb->mt", slope, self.covariance, slope)
        variance = risk**2 * (self.variance[at] + spread)
        curve = np.exp(-log)
        low, high = survival_interval(curve, variance, scale)
        return curve, curve * np.sqrt(variance), low, high


def _base(model: CoxModel) -> _Base:
    fitted, sample = model.fitted, model.sample
    if fitted is None or not model.finite or fitted.exact:
        raise ValueError("model must have finite estimates, and ties other than exact")
    at_risk, sets = at_estimate(fitted), fitted.sets
    rate = sets.share / at_risk.denominator
    # In logs, as the highest risk of a stratum may be far from that of the mean patient.
    scaled = rate * np.exp(-at_risk.log_top)
    parts = (scaled, scaled / at_risk.denominator * np.exp(-at_risk.log_top))
    hazard, variance = (np.add.reduceat(part, sets.firsts) for part in parts)
    mean = np.add.reduceat(scaled[:, None] * at_risk.means(sets), sets.firsts) * fitted.scale
    time = sample.endpoint.time[sets.order]
    cumulative: list[tuple[Floats, Floats, Floats]] = []
    times, starts, last = [], [], []
    position = 0
    for k in range(len(sets.bounds) - 1):
        mine = slice(sets.time_bounds[k], sets.time_bounds[k + 1])
        times.append(time[sets.last_at_risk[mine]][::-1])
        last.append(time[sets.bounds[k]])
        starts.append(position)
        position += len(times[-1]) + 1
        cumulative.append(tuple(_running(x[mine][::-1]) for x in (hazard, variance, mean)))  # type: ignore[arg-type]
    sums = [np.concatenate(column) for column in zip(*cumulative, strict=True)]
    return _Base(
        sums[0], sums[1], sums[2], np.array(starts), tuple(times), np.array(last),
        fitted.beta, fitted.centre, model.covariance,
    )  # fmt: skip


def _running(values: Floats) -> Floats:
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])


def _strata_of(model: CoxModel, patients: pd.DataFrame) -> list[int]:
    """Number of each patient's stratum among those of the model."""
    sample, names = model.sample, list(model.sample.roles.strata)
    if sample.stratum is None:
        return [0] * len(patients)
    keys = sample.data[names].astype(str).agg(tuple, axis=1)
    number = dict(zip(keys, sample.stratum.tolist(), strict=True))
    found = patients[names].astype(str).agg(tuple, axis=1).tolist()
    unknown = [key for key in found if key not in number]
    if unknown:
        wanted = ", ".join(map(repr, unknown[0]))
        raise ValueError(f"patients must be of strata of the model; got {wanted}")
    return [number[key] for key in found]
