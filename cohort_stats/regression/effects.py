"""What a model says of one variable: along a spline, and within the levels of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.design import Design
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.results import Result, along, as_numbers, pick, rows

Floats = npt.NDArray[np.float64]
Model = CoxModel | LogisticModel

POINTS = 101  # along a curve
OF_SPLINE = ("global_p", "nonlinear_p", "knot")
QUARTILES = (0.25, 0.5, 0.75)


def ratio_curve(
    model: Model,
    variable: str,
    *,
    reference: float | None = None,
    values: Sequence[float] = (),
) -> Result:
    """The ratio along a number, against a reference value of it.

    Parameters
    ----------
    model
        From `fit_cox` or `fit_logistic`.
    variable
        A number among its covariates, usually a spline, and in no interaction.
    reference
        Value at which the ratio is 1; the median of the model's patients when not given.
    values
        Where the ratio is given; evenly from the least to the highest when not given.

    Returns
    -------
    Result
        ratio_at with 95% limits, `level` the value as text; reference_value; of a spline its
        global_p, nonlinear_p and knots, as in the model.

    Raises
    ------
    ValueError
        When the model has no finite estimates, or the variable is no number of the model.

    Notes
    -----
    R: ``rms::Predict(fit, x, ref.zero = TRUE, fun = exp)``. The other covariates do not matter.
    """
    part = _parts(model)
    numbers = {name for name, c in part.columns.codings.items() if not c.levels}
    inside = {name for pair in part.columns.interactions.values() for name in pair}
    if variable not in numbers or variable in inside:
        allowed = sorted(numbers - inside)
        raise ValueError(
            f"variable must be a number of the model, in no interaction: one of {allowed}; "
            f"got {variable!r}"
        )
    column = part.data[variable].to_numpy(dtype=float)
    centre = float(np.median(column)) if reference is None else float(reference)
    asked = np.asarray(values, dtype=float)
    if not len(asked):
        asked = np.linspace(column.min(), column.max(), POINTS)
    change = part.rows(variable, asked) - part.rows(variable, np.array([centre]))
    log, se = part.combined(change)
    method = f"{part.words} against {centre:g}"
    about = {"term": variable, "method": method, **part.counts}
    points = {
        "ratio_at": np.exp(log),
        "ratio_at_low": np.exp(log - Z95 * se),
        "ratio_at_high": np.exp(log + Z95 * se),
    }
    single = rows({"reference_value": centre}, **about)  # type: ignore[arg-type]
    kept = model.result.numbers
    kept = kept[(kept["term"] == variable) & kept["statistic"].isin(OF_SPLINE)]
    drawn = along(points, about, level=[repr(float(x)) for x in asked])
    frames = [f for f in (kept, as_numbers(single), drawn) if len(f)]
    words = f"The {part.words} was drawn along `{variable}`, against {centre:g}"
    before = model.result
    return Result(
        pd.concat(frames, ignore_index=True),
        words,
        before.n_used,
        before.n_missing,
        before.conventions,
    )


def effects_within(model: Model, variable: str, by: str, *, values: Sequence[float] = ()) -> Result:
    """The ratio of one variable within each level of another, from their interaction.

    Parameters
    ----------
    model
        From `fit_cox` or `fit_logistic`, with ``interaction(variable, by)`` or the reverse.
    variable
        Its effect is given: of each level against the reference level, or for the difference
        that its `per` names.
    by
        Within each of its levels; of a number, at `values`.
    values
        Of a number `by`; its quartiles in the model's patients when not given.

    Returns
    -------
    Result
        For each level of `by` (`group`) and of `variable` (`level`): ratio_within with 95%
        limits and p, and of a factor `by` n and (Cox) events; the interaction_p.

    Raises
    ------
    ValueError
        When the model has no finite estimates, or no interaction of the two, or the variable
        is a spline, whose effect is no single ratio.

    Notes
    -----
    Linear combinations of the coefficients, with their covariance. Where `variable` takes part
    in another interaction too, that other variable is held at its reference level, or a number at
    its median in the model's patients. R: ``emmeans::emmeans(fit, ~ variable | by)``,
    ``rms::contrast``.
    """
    part = _parts(model)
    product = next(
        (name for name, pair in part.columns.interactions.items() if {*pair} == {variable, by}), ""
    )
    if not product:
        found = ", ".join(part.columns.interactions) or "none"
        raise ValueError(
            f"model must hold the interaction of {variable!r} and {by!r}; it holds {found}"
        )
    if part.columns.codings[variable].knots:
        raise ValueError(f"variable must not be a spline; got {variable!r}")
    method = f"{part.words} within {by}"
    about = {"term": variable, "method": method, **part.counts}
    p = pick(model.result.numbers, "interaction_p", term=product)["value"].iloc[0]
    found_rows = rows({"interaction_p": p}, **about)  # type: ignore[arg-type]
    for group, place in part.places(by, values):
        for level, change in part.changes(variable, by, place):
            log, se = part.combined(change[None, :])
            value, error = float(log[0]), float(se[0])
            numbers = {
                "ratio_within": np.exp(value),
                "ratio_within_low": np.exp(value - Z95 * error),
                "ratio_within_high": np.exp(value + Z95 * error),
                "p": normal_two_sided(value / error),
            }
            found_rows += rows(numbers, level=level, group=group, **about)  # type: ignore[arg-type]
        if part.columns.codings[by].levels:
            here = (part.data[by].astype(str) == group).to_numpy()
            counts = {"n": here.sum(), "events": (here & part.event).sum()}
            found_rows += rows(counts, group=group, **about)  # type: ignore[arg-type]
    words = f"The {part.words} of `{variable}` was taken within `{by}` from their interaction"
    before = model.result
    return Result(
        as_numbers(found_rows), words, before.n_used, before.n_missing, before.conventions
    )


@dataclass(frozen=True)
class _Parts:
    """What any regression model has."""

    columns: Design
    data: pd.DataFrame
    event: npt.NDArray[np.bool_]
    beta: Floats
    covariance: Floats
    words: str
    counts: dict[str, object]

    def rows(self, variable: str, values: Floats) -> Floats:
        """Rows of the design: those of the first patient but for one variable."""
        frame = self.data.iloc[np.zeros(len(values), dtype=int)].assign(**{variable: values})
        return self.columns.of(frame)

    def combined(self, change: Floats) -> tuple[Floats, Floats]:
        """Log ratios between rows of the design, and their standard errors."""
        variance = np.einsum("ia,ab,ib->i", change, self.covariance, change)
        return np.asarray(change @ self.beta), np.sqrt(np.maximum(variance, 0.0))

    def places(self, by: str, values: Sequence[float]) -> list[tuple[str, object]]:
        """Where the effect is taken: every level, or some values of a number."""
        coding = self.columns.codings[by]
        if coding.levels:
            return [(level, level) for level in coding.levels]
        column = self.data[by].to_numpy(dtype=float)
        chosen = [*values] or np.unique(np.quantile(column, QUARTILES)).tolist()
        return [(f"{value:g}", float(value)) for value in chosen]

    def held(self) -> pd.DataFrame:
        """Two rows with every factor at its reference and every number at its median."""
        one = self.data.iloc[[0, 0]].reset_index(drop=True)
        for name, coding in self.columns.codings.items():
            value: object = coding.reference
            if not coding.levels:
                value = float(self.data[name].astype(float).median())
            elif coding.covariate.score:
                value = coding.levels[0]
            one = one.assign(**{name: pd.Series([value, value])})
        return one

    def changes(self, variable: str, by: str, place: object) -> list[tuple[str, Floats]]:
        """For each level of a variable, the change of the design from its reference."""
        coding = self.columns.codings[variable]
        pairs: list[tuple[str, object, object]]
        if coding.levels and not coding.covariate.score:
            pairs = [(level, coding.reference, level) for level in coding.labels]
        elif coding.levels:
            pairs = [("", coding.levels[0], coding.levels[1])]
        else:
            pairs = [("", 0.0, coding.covariate.per)]
        found = []
        for name, start, end in pairs:
            two = pd.Series([start, end]), pd.Series([place, place])
            one = self.held()
            before, after = self.columns.of(one.assign(**{variable: two[0], by: two[1]}))
            found.append((name, after - before))
        return found


def _parts(model: Model) -> _Parts:
    if not model.finite or model.fitted is None:
        raise ValueError("model must have finite estimates")
    before = model.result
    counts: dict[str, object] = {"n_used": before.n_used, "n_missing": before.n_missing}
    if isinstance(model, CoxModel):
        event = model.sample.endpoint.event
        beta, covariance, words = model.fitted.beta, model.covariance, "hazard ratio"
        return _Parts(model.columns, model.sample.data, event, beta, covariance, words, counts)
    beta, covariance = model.beta[1:], model.covariance[1:, 1:]
    return _Parts(
        model.columns, model.sample.data, model.event, beta, covariance, "odds ratio", counts
    )
