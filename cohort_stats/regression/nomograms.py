"""A model as scales of points, which a reader adds up to a risk: the nomogram."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.regression.coding import Coding
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.cox_prediction import hazard_at
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Model = CoxModel | LogisticModel
Row = dict[str, object]

POINTS, TOTAL = "points", "total points"
LONGEST = 100.0  # points of the covariate that can change the prediction most
MOST_TICKS, MOST_TOTAL = 10, 12  # stretches between the ticks of a scale
FEWEST_SHARES = 3
#: Risks and survival that are marked, where the points reach them.
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True)
class Scale:
    """The contributions of one covariate to the linear predictor.

    Parameters
    ----------
    term
        Its name.
    effects
        At each marked place: a level, or a value as text.
    ends
        Of a number at its least and its greatest value; of levels empty.
    """

    term: str
    effects: dict[str, float]
    ends: dict[str, float]

    @property
    def least(self) -> float:
        """The smallest contribution."""
        return min([*self.effects.values(), *self.ends.values()])

    @property
    def reach(self) -> float:
        """How far apart its contributions lie."""
        return max([*self.effects.values(), *self.ends.values()]) - self.least


def nomogram(model: Model, times: Sequence[float] = ()) -> Result:
    """The points of each covariate of a model, and what their total predicts.

    Parameters
    ----------
    model
        From `fit_cox` or `fit_logistic`: every coefficient finite, no interaction, no spline, no
        strata, ties other than exact.
    times
        Of a Cox model, when survival is predicted, in the endpoint's unit. A logistic model has
        none.

    Returns
    -------
    Result
        nomogram_points of each covariate (`term`) at its levels or at round values (`level`) and,
        of a number, at its least and greatest value (nomogram_end); ticks of the scales of
        points and total points (`group`), and nomogram_most; the predicted nomogram_risk, or
        nomogram_survival at each time, at the ticks of total points, and the total points at
        which round risks lie. A time before the first event or beyond the last follow-up has no
        scale, and a warning.

    Raises
    ------
    ValueError
        When the model is none of those, or times are missing or out of place.

    Notes
    -----
    The covariate whose contributions to the linear predictor lie furthest apart has 0 to 100
    points, the others in proportion; 0 is where a covariate contributes least. Numbers run over
    the range of the model's patients, factors over their levels. R: ``rms::nomogram``, whose
    numbers run over the range that ``datadist`` gives.
    """
    why = why_no_nomogram(model)
    if why:
        raise ValueError(f"model must be one of plain terms with finite estimates; {why}")
    if isinstance(model, CoxModel) != bool(times):
        raise ValueError(f"times must be given of a Cox model alone; got {list(times)}")
    if not all(math.isfinite(t) and t > 0 for t in times):
        raise ValueError(f"times must be positive numbers; got {list(times)}")
    scales = _scales(model)
    unit = LONGEST / max(scale.reach for scale in scales)
    zero = _intercept(model) + sum(scale.least for scale in scales)
    most = unit * sum(scale.reach for scale in scales)
    marks = ticks(0, most, MOST_TOTAL)
    found = [row for scale in scales for row in _points(scale, unit)]
    found += _marked(POINTS, ticks(0, LONGEST, MOST_TOTAL)) + _marked(TOTAL, marks)
    found += rows({"nomogram_most": most, "nomogram_unit": unit, "nomogram_zero": zero})
    line = Line(zero, unit, most, marks)
    warnings: list[str] = []
    if isinstance(model, CoxModel):
        found += _survival(model, times, line, warnings)
    else:
        found += line.rows("risk", lambda x: 1 / (1 + np.exp(-x)), lambda p: math.log(p / (1 - p)))
    before = model.result
    kind = "Cox" if isinstance(model, CoxModel) else "logistic"
    numbers = as_numbers(found).assign(
        method=f"nomogram of the {kind} model", n_used=before.n_used, n_missing=before.n_missing
    )
    words = (
        f"The multivariable {kind} model was drawn as a nomogram: up to 100 points for each "
        "covariate in proportion to its part in the linear predictor, numbers over the range of "
        "the patients of the model"
    )
    return Result(
        numbers, words, before.n_used, before.n_missing, before.conventions, tuple(warnings)
    )


def why_no_nomogram(model: Model) -> str:
    """Why a model has no nomogram, in words; empty where it has one."""
    if not model.finite or model.fitted is None:
        return no_estimates(model.fitted)
    if model.columns.interactions or model.columns.splines:
        return "the model has interactions or splines"
    if isinstance(model, CoxModel):
        if model.sample.stratum is not None:
            return "the model has strata, each with a survival curve of its own"
        if model.fitted.exact:
            return "there is no baseline with exact ties (efron has one)"
    if not any(_coefficients(model)):
        return "no covariate of the model changes the prediction"
    return ""


def ticks(low: float, high: float, most: int, least_step: float = 0.0) -> list[float]:
    """Round values from `low` to `high`, in steps of 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    low, high
        The ends; ticks lie within.
    most
        Stretches between the ends, at most.
    least_step
        The smallest step; 1 for whole numbers.
    """
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    steps = (m * power for m in (1, 2, 5, 10))
    step = next(s for s in steps if (high - low) / s <= most * (1 + 1e-9))
    step = max(step, least_step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


@dataclass(frozen=True)
class Line:
    """From total points to the linear predictor and back.

    Parameters
    ----------
    zero
        The linear predictor at 0 points.
    unit
        Points for each unit of it.
    most
        The most points.
    marks
        Ticks of the total points.
    """

    zero: float
    unit: float
    most: float
    marks: Sequence[float]

    def rows(self, name: str, forth, back, **about) -> list[Row]:  # type: ignore[no-untyped-def]
        """What is predicted at the ticks, and the points at which round shares lie."""
        with np.errstate(over="ignore"):
            ends = [float(forth(self.zero + p / self.unit)) for p in (0, self.most)]
            at = [(p, float(forth(self.zero + p / self.unit))) for p in self.marks]
        found: list[Row] = []
        for points, share in at:
            found += rows({f"nomogram_{name}": share}, level=f"{points:g}", **about)
        low, high = sorted(ends)
        shares = [s for s in SHARES if low <= s <= high]
        if len(shares) < FEWEST_SHARES:
            shares = [s for s in ticks(low, high, MOST_TICKS) if 0 < s < 1]
        for share in shares:
            points = (back(share) - self.zero) * self.unit
            found += rows({f"nomogram_{name}_points": points}, level=f"{share:g}", **about)
        return found


def _survival(
    model: CoxModel, times: Sequence[float], line: Line, warnings: list[str]
) -> Iterator[Row]:
    assert model.fitted is not None
    base = hazard_at(model, model.fitted.centre)
    for time in times:
        known = base.loc[base["time"] <= time, "hazard"]
        hazard = float(known.iloc[-1]) if len(known) else 0.0
        if time > base["time"].max():
            warnings.append(f"no survival at {time:g}: that is beyond the last follow-up")
        elif not hazard > 0:
            warnings.append(f"no survival at {time:g}: no event happened before")
        else:
            yield from line.rows(
                "survival",
                lambda x, h=hazard: np.exp(-h * np.exp(x)),
                lambda s, h=hazard: math.log(-math.log(s) / h),
                time=float(time),
            )


def _coefficients(model: Model) -> Floats:
    if isinstance(model, CoxModel):
        assert model.fitted is not None
        return model.fitted.beta
    return model.beta[1:]


def _intercept(model: Model) -> float:
    if isinstance(model, CoxModel):
        assert model.fitted is not None
        return -float(model.fitted.centre @ model.fitted.beta)
    return float(model.beta[0])


def _scales(model: Model) -> list[Scale]:
    """In the order of the covariates."""
    found, beta, data = [], _coefficients(model), model.sample.data
    for term, coding in model.columns.codings.items():
        own = beta[model.columns.positions(term)]
        found.append(_scale(term, coding, own, data[term]))
    return found


def _scale(term: str, coding: Coding, beta: Floats, column: pd.Series) -> Scale:
    if coding.levels:
        if coding.covariate.score:
            effects = {level: k * float(beta[0]) for k, level in enumerate(coding.levels)}
        else:
            of_label = dict(zip(coding.labels, beta.tolist(), strict=True))
            effects = {level: of_label.get(level, 0.0) for level in coding.levels}
        return Scale(term, effects, {})
    values = column.to_numpy(dtype=float)
    low, high = float(values.min()), float(values.max())
    whole = bool((values == np.round(values)).all())
    slope = float(beta[0]) / coding.covariate.per
    marks = ticks(low, high, MOST_TICKS, 1.0 if whole else 0.0)
    effects = {f"{value:.12g}": slope * value for value in marks}
    return Scale(term, effects, {repr(value): slope * value for value in (low, high)})


def _points(scale: Scale, unit: float) -> Iterator[Row]:
    for name, effects in (("nomogram_points", scale.effects), ("nomogram_end", scale.ends)):
        for level, effect in effects.items():
            points = (effect - scale.least) * unit
            yield from rows({name: points}, term=scale.term, level=level)


def _marked(group: str, marks: Sequence[float]) -> list[Row]:
    return [r for p in marks for r in rows({"nomogram_tick": p}, group=group, level=f"{p:g}")]
