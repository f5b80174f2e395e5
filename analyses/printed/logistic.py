"""Logistic regression refitted from printed counts: by category, in order, or joint tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, not_checkable
from analyses.printed.readings import matched

CHECK = "odds ratio of a logistic model of the counts"
#: Covariates of a cell, its events and its patients.
Cell = tuple[Sequence[float], float, float]
Floats = npt.NDArray[np.float64]
LARGEST = 15.0
Z95 = 1.959963984540054


@dataclass(frozen=True)
class CountModel:
    """A logistic model of counts; the intercept is coefficient 0.

    Parameters
    ----------
    beta, se
        Coefficients and standard errors.
    log_likelihood
        Of single patients, at `beta`.
    outcome, matrix, weight
        What it was fitted on.
    """

    beta: Floats
    se: Floats
    log_likelihood: float
    outcome: Floats
    matrix: Floats
    weight: Floats

    def profile(self, j: int) -> tuple[float, float]:
        """95% profile-likelihood limits of a coefficient."""
        from cohort_stats.kernels.logit import fit
        from cohort_stats.kernels.logit_profile import profile_interval

        best = fit(self.outcome, self.matrix, weight=self.weight)
        return profile_interval(self.outcome, self.matrix, best, j, weight=self.weight)


def fitted(cells: Sequence[Cell]) -> CountModel | None:
    """Fit events on covariates; None where there is no finite estimate.

    Parameters
    ----------
    cells
        A joint table: covariates, events, patients.
    """
    from cohort_stats.kernels.logit import fit

    rows = [
        (*x, y, w) for x, k, n in cells for y, w in ((1.0, float(k)), (0.0, float(n - k))) if w > 0
    ]
    if len(rows) < 2:
        return None
    table = np.array(rows)
    matrix = np.column_stack([np.ones(len(table)), table[:, :-2]])
    outcome, weight = table[:, -2], table[:, -1]
    if np.linalg.matrix_rank(matrix) < matrix.shape[1] or len(set(outcome)) < 2:
        return None
    found = fit(outcome, matrix, weight=weight)
    if not found.converged or np.abs(found.beta).max() > LARGEST:
        return None
    se = np.sqrt(np.diag(found.covariance))
    return CountModel(found.beta, se, found.log_likelihood, outcome, matrix, weight)


def categories(counts: Sequence[tuple[float, float]], reference: int = 0) -> list[Cell]:
    """Cells of a variable of categories: one yes/no column for each but the reference.

    Parameters
    ----------
    counts
        (events, patients) of each category.
    reference
        Its position.
    """
    others = [i for i in range(len(counts)) if i != reference]
    return [([float(i == j) for j in others], *counts[i]) for i in range(len(counts))]


def in_order(counts: Sequence[tuple[float, float]], scores: Sequence[float] = ()) -> list[Cell]:
    """Cells of a variable that enters as a number: 0, 1, 2, … unless scores are given."""
    points = scores or range(len(counts))
    return [([float(x)], *pair) for x, pair in zip(points, counts, strict=True)]


def ratio_of_model(
    printed: Sequence[Printed], cells: Sequence[Cell], term: int = 1, p: Printed | None = None
) -> Outcome:
    """An odds ratio, with its limits and p if printed, against a model of printed counts.

    Parameters
    ----------
    printed
        Estimate alone, or estimate, lower and upper limit.
    cells
        See :func:`fitted`; :func:`categories` and :func:`in_order` make them.
    term
        Position of the coefficient; 0 is the intercept.
    p
        Of the Wald test, or of the likelihood ratio.

    Returns
    -------
    Outcome
        Wald and profile-likelihood limits, also upside down, are tried.
    """
    from cohort_stats.distributions import normal_two_sided

    model = fitted(cells)
    text = ", ".join(x.text for x in printed)
    if model is None:
        return not_checkable(CHECK, text, "no finite estimate from these counts")
    beta, se = float(model.beta[term]), float(model.se[term])
    wald = (beta, beta - Z95 * se, beta + Z95 * se)
    limits = {"Wald limits": (wald, normal_two_sided(beta / se))}
    if len(printed) > 1 or p is not None:
        limits["profile likelihood"] = (
            (beta, *model.profile(term)),
            _p_of_ratio(cells, model, term),
        )
    readings: dict[str, tuple[float, ...]] = {}
    for name, ((middle, low, high), own_p) in limits.items():
        for upside in (False, True):
            values = (-middle, -high, -low) if upside else (middle, low, high)
            words = f"{name}; the other level as reference" if upside else name
            shown = tuple(math.exp(v) if v < 700 else math.inf for v in values[: len(printed)])
            readings[words] = (*shown, *([own_p] if p is not None else []))
    both = [*printed, *([p] if p is not None else [])]
    words = ", ".join(f"{k:g} of {n:g}" for _, k, n in cells)
    return matched(
        CHECK, both, readings, ["Wald limits", "profile likelihood"], inputs=words,
        r=r_line(cells, term), assumed=("a model of these variables and of all these patients",),
    )  # fmt: skip


def _p_of_ratio(cells: Sequence[Cell], model: CountModel, term: int) -> float:
    """P of the likelihood ratio of one coefficient."""
    from cohort_stats.distributions import chi_square_tail

    if term == 0:
        return float("nan")
    rest = [([v for i, v in enumerate(x, start=1) if i != term], k, n) for x, k, n in cells]
    without = fitted(rest)
    if without is None:
        return float("nan")
    return chi_square_tail(2 * (model.log_likelihood - without.log_likelihood), 1)


def r_line(cells: Sequence[Cell], term: int = 1) -> str:
    """A line of R that gives the odds ratio of :func:`ratio_of_model`."""
    k = ", ".join(f"{k:g}" for _, k, _ in cells)
    n = ", ".join(f"{n:g}" for _, _, n in cells)
    columns = [f"c({', '.join(f'{x[j]:g}' for x, _, _ in cells)})" for j in range(len(cells[0][0]))]
    return (
        f"k <- c({k}); n <- c({n}); exp(coef(glm(cbind(k, n - k) ~ "
        f"{' + '.join(columns)}, family = binomial))[[{term + 1}]])"
    )
