"""What Cox and logistic regression share: complete cases, coefficients as rows, refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.distributions import Z95, chi_square_tail, normal_two_sided
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.design import Design
from cohort_stats.results import rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SOME_ROWS = 1_000
CHUNK = 8192  # rows looked at together: they fit the cache
ROUNDED = 1e-6  # what is left of a variance or an eigenvalue, before rounding is feared


def complete_cases(
    frame: pd.DataFrame, covariates: Sequence[Covariate], outcome_known: Bools
) -> tuple[Bools, int]:
    """Rows whose outcome and covariates are all known, and how many are not.

    Raises
    ------
    ValueError
        When a covariate is no column, or the frame and the outcome differ in length.
    """
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    if len(frame) != len(outcome_known):
        raise ValueError(
            f"frame must have one row a patient ({len(outcome_known)}); got {len(frame)}"
        )
    names = [name for c in covariates for name in c.variables]
    must_be_columns("covariates", names, frame)
    keep = outcome_known.copy()
    for name in names:  # column by column: no copy of them all
        keep &= frame[name].notna().to_numpy()
    return keep, int((~keep).sum())


def as_binary(argument: str, values: pd.Series) -> Bools:
    """True where a yes/no variable is True or 1; False where it is False, 0 or missing.

    Raises
    ------
    ValueError
        When another value is found: codes 1/2 would silently turn everybody into a case.
    """
    other = [v for v in values.dropna().unique().tolist() if v not in (0, 1)]
    if other:
        raise ValueError(f"{argument} must be True/False or 0/1; got {', '.join(map(repr, other))}")
    return (values.notna() & (values == 1).fillna(False)).to_numpy(dtype=bool)


def problem_with(columns: Design, events: int, noun: str) -> str:
    """Why a model cannot be fitted at all; empty when it can."""
    patients, coefficients = columns.patients, len(columns.terms)
    if patients == 0:
        return "no patient has every value known"
    if events == 0:
        return f"no patient has the {noun}"
    if events == patients and noun != "event":
        return f"every patient has the {noun}"
    return _problem_of_covariates(columns, patients, coefficients)


def no_estimates(fitted: object) -> str:
    """Why a model has nothing to go on with: it was not fitted, or runs to infinity."""
    if fitted is None:
        return "the model could not be fitted"
    return "the model has no finite estimates"


def _problem_of_covariates(columns: Design, patients: int, coefficients: int) -> str:
    constant = constants(columns)
    if constant:
        return f"{', '.join(constant)} does not vary"
    if coefficients == 0:
        return "there is no covariate"
    if patients <= coefficients:
        return f"{counted(patients)} cannot determine {counted(coefficients, 'coefficient')}"
    if not _independent(columns):
        return "the covariates determine each other (one is a combination of the rest)"
    return ""


def constants(columns: Design) -> list[str]:
    """The variables, and columns of variables, that do not vary, as a warning names them."""
    levels = [f"`{term}`" for term in columns.references if not columns.positions(term)]
    return levels + columns.names(~_varies(columns))


def _varies(columns: Design) -> Bools:
    """Whether each column holds more than one value; most show it in their first rows."""
    found = [
        bool((values[:SOME_ROWS] != values[0]).any() or (values != values[0]).any())
        for values in columns.values
    ]
    return np.array(found, dtype=bool)


def _independent(columns: Design) -> bool:
    total, raw = np.zeros(len(columns.terms)), np.zeros((len(columns.terms), len(columns.terms)))
    for start in range(0, columns.patients, CHUNK):
        some = np.stack([values[start : start + CHUNK] for values in columns.values])
        total += some.sum(axis=1)
        raw += some @ some.T
    mean = total / columns.patients
    square = raw - columns.patients * np.outer(mean, mean)
    size = np.diag(square)
    # The smallest eigenvalue of the correlations settles it, unless it is all but zero or
    # rounding may have spoilt it.
    if (size > ROUNDED * np.diag(raw)).all():
        correlations = square / np.sqrt(np.outer(size, size))
        if np.linalg.eigvalsh(correlations)[0] > ROUNDED:
            return True
    centred = columns.matrix - mean
    return bool(np.linalg.matrix_rank(centred / centred.std(axis=0)) == len(columns.terms))


def scarce(what: str, outcomes: int, coefficients: int) -> list[str]:
    """The warning that a model has fewer than ten outcomes a coefficient, if it has."""
    if outcomes >= 10 * coefficients:
        return []
    return [f"{what} for {counted(coefficients, 'coefficient')}: fewer than ten each"]


def few_outcomes(columns: Design, event: Bools) -> list[str]:
    """The warning that the rarer side of the outcome has fewer than ten patients a coefficient."""
    fewer = int(min(event.sum(), (~event).sum()))
    kind = "with" if event.sum() == fewer else "without"
    return scarce(f"{counted(fewer)} {kind} the outcome", fewer, len(columns.terms))


def pseudo_r2(log_likelihood: float, null: float, n: float) -> dict[str, float]:
    """Cox and Snell's, Nagelkerke's and McFadden's R²; the two models rest on the same patients.

    Parameters
    ----------
    log_likelihood, null
        Of the fitted model, and of the one without covariates.
    n
        Patients, or the sum of their weights.
    """
    cox_snell = float(-np.expm1(2 * (null - log_likelihood) / n))
    return {
        "cox_snell": cox_snell,
        "nagelkerke": float(cox_snell / -np.expm1(2 * null / n)),
        "mcfadden": 1 - log_likelihood / null,
    }


def coefficient_rows(
    columns: Design,
    beta: Floats,
    covariance: Floats,
    ratio: str,
    shared: Mapping[str, object],
    limits: Sequence[tuple[float, float]] | None = None,
) -> list[dict[str, object]]:
    """Estimate, limits, standard error and p of each coefficient; global p of each factor.

    A spline has a global p too, one of its curvature, and its knots; its coefficients have no
    ratio, which would not be one of anything. An interaction has a p of all its products.

    Parameters
    ----------
    columns
        The design of the model.
    beta, covariance
        Shapes (p,) and (p, p), without an intercept. An infinite or unknown coefficient has
        no standard error, no p, and no Wald limits.
    ratio
        ``hazard_ratio`` or ``odds_ratio``.
    shared
        What all rows have in common.
    limits
        Limits of the coefficients; Wald when not given.
    """
    found: list[dict[str, object]] = []
    bent = set(columns.splines)
    se = np.where(np.isfinite(beta), np.sqrt(np.diag(covariance)), np.nan)
    for term, reference in columns.references.items():
        found += rows({"reference": 1.0}, term=term, level=reference, **shared)  # type: ignore[arg-type]
        p = _joint_p(columns.positions(term), beta, covariance)
        found += rows({"global_p": p}, term=term, **shared)  # type: ignore[arg-type]
    found += _of_splines(columns, beta, covariance, shared)
    for term in columns.interactions:
        p = _joint_p(columns.positions(term), beta, covariance)
        found += rows({"interaction_p": p}, term=term, **shared)  # type: ignore[arg-type]
    for j, (term, level) in enumerate(zip(columns.terms, columns.levels, strict=True)):
        low, high = limits[j] if limits else (beta[j] - Z95 * se[j], beta[j] + Z95 * se[j])
        z = float(beta[j] / se[j])
        with np.errstate(over="ignore"):
            ratios = np.exp([beta[j], low, high])
        values = {"coefficient": beta[j], "se": se[j], "z": z, "p": normal_two_sided(z)}
        if term not in columns.splines and not bent.intersection(
            columns.interactions.get(term, ())
        ):
            values |= dict(zip((ratio, f"{ratio}_low", f"{ratio}_high"), ratios, strict=True))
        found += rows(values, term=term, level=level, **shared)  # type: ignore[arg-type]
    return found


def _of_splines(
    columns: Design, beta: Floats, covariance: Floats, shared: Mapping[str, object]
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for term, knots in columns.splines.items():
        at = columns.positions(term)
        overall, curved = (_joint_p(places, beta, covariance) for places in (at, at[1:]))
        tests = {"global_p": overall, "nonlinear_p": curved}
        found += rows(tests, term=term, **shared)  # type: ignore[arg-type]
        for k, knot in enumerate(knots, start=1):
            found += rows({"knot": knot}, term=term, level=str(k), **shared)  # type: ignore[arg-type]
    return found


def labelled(columns: Design, covariance: Floats) -> pd.DataFrame:
    """The covariance of a model's coefficients, each named by its (term, level)."""
    names = pd.MultiIndex.from_arrays([columns.terms, columns.levels], names=["term", "level"])
    return pd.DataFrame(covariance, index=names, columns=names)


def _joint_p(at: Sequence[int], beta: Floats, covariance: Floats) -> float:
    """Wald p of some coefficients together."""
    return chi_square_tail(wald(beta[at], covariance[np.ix_(at, at)]), len(at))


def wald(beta: Floats, covariance: Floats) -> float:
    """Wald chi-square of some coefficients together; nan when one of them is not finite."""
    if not np.isfinite(beta).all():
        return float("nan")
    return float(beta @ np.linalg.solve(covariance, beta))


def level_counts(
    columns: Design, data: pd.DataFrame, event: Bools, shared: Mapping[str, object]
) -> list[dict[str, object]]:
    """Patients and events at each level of each factor of a model."""
    found: list[dict[str, object]] = []
    for term, reference in columns.references.items():
        levels = [columns.levels[j] for j in columns.positions(term)]
        for level in [reference, *levels]:
            here = (data[term].astype(str) == level).to_numpy()
            values = {"n": int(here.sum()), "events": int((here & event).sum())}
            found += rows(values, term=term, level=level, **shared)  # type: ignore[arg-type]
    return found
