"""Whether hazard ratios stay the same over follow-up: the score test, and what to plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import cox_residuals as kernel
from cohort_stats.kernels.lifetable import life_table
from cohort_stats.kernels.ranks import midranks
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Transform = Literal["km", "identity", "rank", "log"]
DOUBTFUL = 0.05
DOUBTFUL_WORDS = "proportional hazards are doubtful"
TRANSFORM_WORDS = {
    "km": "Kaplan–Meier transform of time",
    "identity": "time",
    "rank": "rank of time",
    "log": "logarithm of time",
}


def proportional_hazards(model: CoxModel, *, transform: Transform = "km") -> Result:
    """Test for each term, and for all together, whether its hazard ratio changes with time.

    Parameters
    ----------
    model
        From `fit_cox`.
    transform
        Function of time along which a change is looked for: ``km`` (one less the
        Kaplan–Meier estimate just before, robust to a few long follow-up times),
        ``identity``, ``rank`` or ``log``.

    Returns
    -------
    Result
        Per term ph_chi_square, ph_df, ph_p; for the model ph_global_chi_square,
        ph_global_df, ph_global_p. Terms with p below 0.05 are named in a warning. No number,
        and a warning, when a coefficient of the model is not finite.

    Notes
    -----
    R: ``survival::cox.zph(fit, transform)``, version 3: the score test of adding
    covariate × g(time) to the model, where the older test took the variance of the
    covariates at risk to be the same at all times. Grambsch and Therneau 1994. The test
    takes rows to be independent, also where the model's standard errors are robust.
    """
    must_be_one_of("transform", transform, get_args(Transform))
    sample, n = model.sample, model.result.n_used
    conventions = model.result.conventions
    why = "" if model.finite else no_estimates(model.fitted)
    if model.fitted is not None and model.fitted.exact:
        why = "ties are exact"
    g = transformed(sample.endpoint, sample.entry, transform)
    if not why and not np.isfinite(g[sample.endpoint.event]).all():
        why = "time 0, at which an event happened, has no logarithm"
    if not why:
        assert model.fitted is not None
        score, information = kernel.time_interaction(model.fitted, g)
        if np.linalg.matrix_rank(information, hermitian=True) < len(score):
            why = "the events are too few or too alike in time"
    if why:
        warning = f"proportional hazards not tested: {why}"
        return Result(as_numbers([]), "", n, sample.left_out, conventions, (warning,))
    shared = {"method": row_method(transform), "n_used": n, "n_missing": sample.left_out}
    found: list[dict[str, object]] = []
    for term in dict.fromkeys(model.columns.terms):
        tests = score_test("ph", score, information, model.columns.positions(term))
        found += rows(tests, term=term, **shared)  # type: ignore[arg-type]
    everything = list(range(len(score) // 2))
    found += rows(score_test("ph_global", score, information, everything), **shared)  # type: ignore[arg-type]
    numbers = as_numbers(found)
    warnings = doubtful(numbers)
    return Result(numbers, words(transform), n, sample.left_out, conventions, warnings)


def row_method(transform: Transform) -> str:
    """How each number of the test was computed."""
    return f"score test of proportional hazards against the {TRANSFORM_WORDS[transform]}"


def words(transform: Transform) -> str:
    """The test as a sentence of a methods section."""
    return (
        "The assumption of proportional hazards was examined with the score test of "
        f"Grambsch and Therneau against the {TRANSFORM_WORDS[transform]}."
    )


def score_test(
    name: str, score: Floats, information: Floats, positions: list[int]
) -> dict[str, float]:
    """Chi-square, df and p of the time interactions of some columns; names begin with `name`."""
    p = len(score) // 2
    kept = [*range(p), *(p + j for j in positions)]
    part = score[kept]
    chi_square = float(part @ np.linalg.solve(information[np.ix_(kept, kept)], part))
    df = len(positions)
    values = (chi_square, df, chi_square_tail(chi_square, df))
    return dict(zip((f"{name}_chi_square", f"{name}_df", f"{name}_p"), values, strict=True))


def doubtful(numbers: pd.DataFrame, of: str = "") -> tuple[str, ...]:
    """The warning that hazards are not proportional for some terms; empty if there are none.

    Parameters
    ----------
    numbers
        Of :func:`proportional_hazards`, of one model or of several univariable ones.
    of
        Which model, in words that follow "in".
    """
    p = numbers[numbers["statistic"] == "ph_p"]
    terms = p.loc[p["value"] < DOUBTFUL, "term"]
    where = f" in {of}" if of else ""
    if len(terms):
        named = ", ".join(f"`{term}`" for term in terms)
        return (
            f"{DOUBTFUL_WORDS}{where} for {named} (p < {DOUBTFUL:g}): the hazard ratio changes "
            "over follow-up, the one given is an average",
        )
    overall = numbers.loc[numbers["statistic"] == "ph_global_p", "value"]
    if len(p) > 1 and (overall < DOUBTFUL).any():
        return (f"{DOUBTFUL_WORDS}{where} as a whole (p < {DOUBTFUL:g})",)
    return ()


def transformed(endpoint: Endpoint, entry: Floats | None, transform: Transform) -> Floats:
    """The function of time along which a change is looked for, of each patient.

    Parameters
    ----------
    endpoint, entry
        Time, event, and time from which each is observed; None from the start.
    transform
        As for :func:`proportional_hazards`.
    """
    time = endpoint.time
    if transform == "identity":
        return time
    if transform == "rank":
        return midranks(time)
    if transform == "log":
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(time))
    table = life_table(time, endpoint.event)
    at_risk = table.at_risk
    if entry is not None:
        entered = np.searchsorted(np.sort(entry), table.time, side="left")
        at_risk = at_risk - (len(time) - entered)
    curve = np.cumprod(1 - table.events / np.maximum(at_risk, 1))
    before = np.concatenate([[1.0], curve[:-1]])
    return np.asarray(1 - before[np.searchsorted(table.time, time)])


def scaled_schoenfeld(model: CoxModel, *, transform: Transform = "km") -> pd.DataFrame:
    """What a plot of a hazard ratio over time is drawn from.

    Parameters
    ----------
    model, transform
        As for :func:`proportional_hazards`.

    Returns
    -------
    pandas.DataFrame
        One row an event in order of time: ``time``, ``transformed`` time, ``row`` of the
        frame, and one column a term: the coefficient over time, of which a smooth curve
        shows how the log hazard ratio changes. For a factor of more than two levels it is
        the factor's linear predictor, in units of its own: 1 where it is as fitted.

    Raises
    ------
    ValueError
        When a coefficient of the model is not finite.

    Notes
    -----
    R: ``cox.zph(fit, transform)$y``. The covariance at each event is taken to be the mean of
    all (Grambsch and Therneau 1994), also where a covariate does not vary within a stratum.
    """
    must_be_one_of("transform", transform, get_args(Transform))
    fitted, sample = model.fitted, model.sample
    if fitted is None or not model.finite:
        raise ValueError("model must have finite estimates")
    at_risk = kernel.at_estimate(fitted)
    sets = fitted.sets
    residual = kernel.schoenfeld(at_risk, sets) * fitted.scale
    mean = np.linalg.inv(fitted.covariance) / len(sets.dead)
    terms = list(dict.fromkeys(model.columns.terms))
    to_terms, shift = _to_terms(model, fitted.beta, terms)
    scaled = np.linalg.solve(to_terms.T @ mean @ to_terms, (residual @ to_terms).T).T + shift
    row = sets.order[sets.dead]
    frame = pd.DataFrame(scaled, columns=terms)
    frame.insert(0, "row", np.flatnonzero(sample.kept)[row])
    frame.insert(0, "transformed", transformed(sample.endpoint, sample.entry, transform)[row])
    frame.insert(0, "time", sample.endpoint.time[row])
    return frame.sort_values(["time", "row"], ignore_index=True, kind="stable")


def _to_terms(model: CoxModel, beta: Floats, terms: Sequence[str]) -> tuple[Floats, Floats]:
    """How coefficients make up terms, shape (p, terms), and each term's value as fitted."""
    matrix, shift = np.zeros((len(beta), len(terms))), np.ones(len(terms))
    for k, term in enumerate(terms):
        at = model.columns.positions(term)
        matrix[at, k] = beta[at] if len(at) > 1 else 1.0
        shift[k] = 1.0 if len(at) > 1 else beta[at[0]]
    return matrix, shift
