"""The univariable Cox models of a paper: each covariate alone, all at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95, chi_square_tail, normal_two_sided
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.cox_alone import AloneFits, fit_alone, stacked, time_interaction
from cohort_stats.kernels.risk_sets import risk_sets
from cohort_stats.regression import cox_model as one_model
from cohort_stats.regression import proportional_hazards as ph
from cohort_stats.regression.coefficients import coefficient_rows, labelled, scarce
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.cox_sample import NO_ROLES, Roles, Sample, sample_of
from cohort_stats.regression.design import Design, design
from cohort_stats.results import COLUMNS, Result, as_numbers, joined, numbers_of, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Row = dict[str, object]

AT_ONCE = 50_000  # numbers in an array: it should fit the cache


def cox_univariable(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    strata: Sequence[str] = (),
    cluster: str = "",
    weights: str = "",
    entry: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit the Cox model of each covariate alone.

    Parameters
    ----------
    endpoint, frame, covariates, strata, cluster, weights, entry, conventions
        As for :func:`~cohort_stats.regression.cox_model.cox`.

    Returns
    -------
    Result
        The numbers of ``cox(endpoint, frame, [covariate])`` for each covariate, each on the
        patients in whom it is known. Numbers of a whole model carry its covariate as term.

    Notes
    -----
    The models take their Newton steps together, which is many times as fast as one by one.
    A model with an infinite hazard ratio, or that cannot be fitted, and all models with
    robust standard errors are fitted one by one. R: one ``coxph(Surv(time, event) ~ x)`` a
    covariate.
    """
    roles = Roles(tuple(strata), cluster, weights, entry)
    conventions = as_conventions(conventions)
    chosen = as_covariates(covariates)
    if not chosen:
        raise ValueError("covariates must name at least one; got none")
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS[1:]}
    warnings: list[str] = []
    several = _models(endpoint, frame, chosen, roles, conventions)
    for covariate, model in zip(chosen, several, strict=True):
        if isinstance(model, one_model.CoxModel):
            fitted = model.result.numbers
            listed = {name: fitted[name].tolist() for name in columns}
            warnings += model.result.warnings
        else:
            listed = model.listed()
            warnings += model.warnings()
        listed["term"] = [term or covariate.variable for term in listed["term"]]
        for name in columns:
            columns[name] += listed[name]
    numbers = numbers_of(columns)
    words = one_model.model_words(str(columns["method"][0]))
    used, missing = int(numbers["n_used"].max()), int(numbers["n_missing"].min())
    return Result(numbers, words, used, missing, conventions, tuple(dict.fromkeys(warnings)))


def each_alone(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    roles: Roles = NO_ROLES,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> list[Result]:
    """The Cox model of each covariate alone, with its test of proportional hazards.

    Parameters
    ----------
    endpoint, frame, covariates, roles, conventions
        As for :func:`~cohort_stats.regression.cox_model.fit_cox`.

    Returns
    -------
    list of Result
        One a covariate, as `cox` and `proportional_hazards` give it, joined.
    """
    conventions = as_conventions(conventions)
    found = []
    for model in _models(endpoint, frame, as_covariates(covariates), roles, conventions):
        if isinstance(model, one_model.CoxModel):
            found.append(joined(model.result, ph.proportional_hazards(model)))
        else:
            found.append(model.with_ph(conventions))
    return found


@dataclass(frozen=True)
class _Alone:
    """The k-th of the models that were fitted together."""

    columns: Design
    fits: AloneFits
    k: int
    method: str
    sample: Sample
    present: Bools
    n: int
    events: int

    @property
    def shared(self) -> dict[str, object]:
        missing = len(self.sample.kept) - self.n
        return {"method": self.method, "n_used": self.n, "n_missing": missing}

    def listed(self) -> dict[str, list[object]]:
        """The numbers of the model, column by column."""
        if self.columns.references or len(self.columns.terms) > 1:
            found = self.rows()
            return {name: [row[name] for row in found] for name in COLUMNS[1:]}
        values = self._of_number()
        k, term = len(values), self.columns.terms[0]
        shared = {"group": "", "term": term, "level": "", "time": np.nan, **self.shared}
        listed: dict[str, list[object]] = {name: [value] * k for name, value in shared.items()}
        return listed | {"statistic": [*values], "value": [*values.values()]}

    def _of_number(self) -> dict[str, object]:
        """As `rows` gives it, without arrays of one number, which take most of the time."""
        beta, variance = float(self.fits.beta[self.k, 0]), float(self.fits.covariance[self.k, 0, 0])
        null, log, score = self._tests()
        se = math.sqrt(variance)
        z, chi_square, lr = beta / se, beta * beta / variance, 2 * (log - null)
        return {
            "n": self.n,
            "events": self.events,
            "coefficient": beta,
            "se": se,
            "z": z,
            "p": normal_two_sided(z),
            "hazard_ratio": math.exp(beta),
            "hazard_ratio_low": math.exp(beta - Z95 * se),
            "hazard_ratio_high": math.exp(beta + Z95 * se),
            "log_likelihood": log,
            "log_likelihood_null": null,
            "wald_chi_square": chi_square,
            "wald_df": 1,
            "wald_p": chi_square_tail(chi_square, 1),
            "lr_df": 1,
            "lr_chi_square": lr,
            "lr_p": chi_square_tail(lr, 1),
            "score_chi_square": score,
        }

    def _tests(self) -> tuple[float, float, float]:
        fits, k = self.fits, self.k
        null, log = float(fits.log_likelihood_null[k]), float(fits.log_likelihood[k])
        return null, log, float(fits.score_test[k])

    def rows(self) -> list[Row]:
        shared = self.shared
        beta, covariance = self.fits.beta[self.k], self.fits.covariance[self.k]
        null, log, score = self._tests()
        found = rows({"n": self.n, "events": self.events}, **shared)  # type: ignore[arg-type]
        found += self._levels(shared)
        found += coefficient_rows(self.columns, beta, covariance, "hazard_ratio", shared)
        tests = one_model.model_tests(beta, covariance, (null, log), score)
        return found + rows(tests, **shared)  # type: ignore[arg-type]

    def _levels(self, shared: dict[str, object]) -> list[Row]:
        found: list[Row] = []
        for term, reference in self.columns.references.items():
            matrix = self.columns.matrix[self.present]
            event = self.sample.endpoint.event[self.present]
            others = [(int(c.sum()), int(c[event].sum())) for c in matrix.T]
            rest = (len(event) - sum(n for n, _ in others), self.events - sum(e for _, e in others))
            levels = (reference, *self.columns.levels)
            for level, (n, events) in zip(levels, (rest, *others), strict=True):
                found += rows({"n": n, "events": events}, term=term, level=level, **shared)  # type: ignore[arg-type]
        return found

    def warnings(self) -> list[str]:
        few = scarce(counted(self.events, "event"), self.events, len(self.columns.terms))
        return [*self.sample.warnings, *few]

    def with_ph(self, conventions: Conventions) -> Result:
        shared = self.shared
        found, warnings = self.rows(), self.warnings()
        texts = [one_model.model_words(self.method)]
        score, information = time_interaction(self.fits, self.k, self._time_function())
        if np.linalg.matrix_rank(information, hermitian=True) < len(score):
            warnings.append(
                "proportional hazards not tested: the events are too few or too alike in time"
            )
        else:
            tests = {**shared, "method": ph.row_method("km")}
            everything = list(range(len(score) // 2))
            for name, term in (("ph", self.columns.terms[0]), ("ph_global", "")):
                values = ph.score_test(name, score, information, everything)
                found += rows(values, term=term, **tests)  # type: ignore[arg-type]
            texts.append(ph.words("km").removesuffix("."))
        numbers = as_numbers(found)
        warnings += ph.doubtful(numbers)
        missing = len(self.sample.kept) - self.n
        covariance = labelled(self.columns, self.fits.covariance[self.k])
        return Result(
            numbers, ". ".join(texts), self.n, missing, conventions, tuple(warnings), covariance
        )  # fmt: skip

    def _time_function(self) -> Floats:
        part, entry, g = self.sample.endpoint, self.sample.entry, np.zeros(len(self.present))
        entry = None if entry is None else entry[self.present]
        g[self.present] = ph.transformed(part.where(self.present), entry, "km")
        return g


def _models(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate],
    roles: Roles,
    conventions: Conventions,
) -> list[_Alone | one_model.CoxModel]:
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be_columns("covariates", [c.variable for c in covariates], frame)
    together = _together(endpoint, frame, covariates, roles, conventions)
    return [
        together.get(k)
        or one_model.fit_cox(endpoint, frame, [covariate], roles, conventions=conventions)
        for k, covariate in enumerate(covariates)
    ]


def _together(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate],
    roles: Roles,
    conventions: Conventions,
) -> dict[int, _Alone]:
    """Those of the models that can be fitted at once, by their number."""
    sample = sample_of(endpoint, frame, (), roles)
    part = sample.endpoint
    one_by_one = conventions.ties == "exact" or conventions.cox_interval == "profile"
    if one_by_one or one_model.robust(sample) or not part.event.any():
        return {}
    method = one_model.row_method(conventions, sample)
    nothing = np.empty((len(part), 0))
    roles_of = {"stratum": sample.stratum, "entry": sample.entry, "weight": sample.weight}
    sets = risk_sets(part.time, part.event, nothing, conventions.ties, **roles_of)  # type: ignore[arg-type]
    designs = [design(sample.data, [covariate]) for covariate in covariates]
    found: dict[int, _Alone] = {}
    for members in _blocks(designs):
        p = len(designs[members[0]].terms)
        columns = np.stack([designs[k].matrix.T for k in members], axis=2)
        fits = fit_alone(stacked(sets, columns, conventions.ties))
        present = np.asarray(~np.isnan(columns).any(axis=0))
        n, events = present.sum(axis=0), part.event.astype(float) @ present
        for j in np.flatnonzero(fits.settled & (n > p)).tolist():
            counts, k = (int(n[j]), int(events[j])), members[j]
            found[k] = _Alone(designs[k], fits, j, method, sample, present[:, j], *counts)
    return found


def _blocks(designs: Sequence[Design]) -> Iterator[list[int]]:
    """Numbers of the models that are fitted at once: of one size, few enough for the cache."""
    for p in sorted({len(d.terms) for d in designs} - {0}):
        members = [k for k, d in enumerate(designs) if len(d.terms) == p]
        sums = len(designs[0].matrix) * (1 + p + p * (p + 1) // 2)
        blocks = math.ceil(len(members) / max(1, AT_ONCE // max(sums, 1)))
        for j in range(blocks):
            yield members[j::blocks]
