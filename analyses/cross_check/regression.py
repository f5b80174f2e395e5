"""Cox models by lifelines or statsmodels, logistic models by statsmodels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analyses.cross_check.findings import Compared
from analyses.cross_check.looking import method, one
from analyses.scene import Scene
from analyses.schema.regression import CoxStep, LogisticStep, OrdinalStep
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.coefficients import complete_cases
from cohort_stats.regression.design import Covariate, Design, as_factor, design
from cohort_stats.regression.logistic_model import INTERCEPT
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from cohort_stats.results import Result, pick

Results = Mapping[str, Result]
EARLIER = 1e-5  # lifelines ends its steps earlier than we do
Models = Iterator[tuple[str, Result, tuple[Covariate, ...]]]


def _models(step: CoxStep | LogisticStep | OrdinalStep, scene: Scene, results: Results) -> Models:
    """Each covariate alone, and those of the multivariable model together."""
    covariates = scene.covariates(step.covariates)
    for covariate in covariates:
        yield f"{step.id}/{UNIVARIABLE}", results[f"{step.id}/{UNIVARIABLE}"], (covariate,)
    together = results.get(f"{step.id}/{MULTIVARIABLE}")
    if together is not None:
        terms = set(pick(together.numbers, "coefficient")["term"])
        kept = tuple(c for c in covariates if c.variable in terms)
        yield f"{step.id}/{MULTIVARIABLE}", together, kept


def cox(step: CoxStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """Coefficients and standard errors of every model; its partial likelihood."""
    endpoint = scene.endpoint(step.endpoint)
    for analysis, ours, covariates in _models(step, scene, results):
        known = endpoint.known.copy()
        for name in step.strata:
            known &= scene.frame[name].notna().to_numpy()
        keep, _ = complete_cases(scene.frame, covariates, known)
        columns = design(scene.frame[keep].reset_index(drop=True), covariates)
        first = {"term": columns.terms[0], "level": columns.levels[0]} if columns.terms else {}
        words = method(ours, "coefficient", **first)
        if not words or not np.isfinite(one(ours, "coefficient", **first)):
            continue
        robust = "robust" in words
        ties = "breslow" if "Breslow" in words else "efron"
        fit = _statsmodels_cox if ties == "breslow" else _lifelines_cox
        library, beta, se, value = fit(endpoint, keep, scene.frame[keep], columns, step.strata)
        yield from _terms(analysis, ours, columns, beta, None if robust else se, library, EARLIER)
        if analysis.endswith(MULTIVARIABLE) and not robust:
            mine = one(ours, "log_likelihood", term="")
            yield Compared(analysis, "log_likelihood", library, mine, value)


Fitted = tuple[str, np.ndarray, np.ndarray, float]


def _lifelines_cox(
    endpoint: Endpoint,
    keep: np.ndarray,
    frame: pd.DataFrame,
    columns: Design,
    strata: Sequence[str],
) -> Fitted:
    from lifelines import CoxPHFitter

    names = [f"x{j}" for j in range(len(columns.terms))]
    given = pd.DataFrame(columns.matrix, columns=names)
    given["time"], given["event"] = endpoint.time[keep], endpoint.event[keep]
    more: dict[str, Any] = {}
    if endpoint.entry is not None:
        given["entry"], more["entry_col"] = endpoint.entry[keep], "entry"
    for name in strata:
        given[f"stratum {name}"] = frame[name].astype(str).to_numpy()
    more["strata"] = [f"stratum {name}" for name in strata] or None
    fitter = CoxPHFitter().fit(given, "time", "event", fit_options={"precision": 1e-10}, **more)
    beta = fitter.params_[names].to_numpy()
    return "lifelines", beta, fitter.standard_errors_[names].to_numpy(), fitter.log_likelihood_


def _statsmodels_cox(
    endpoint: Endpoint,
    keep: np.ndarray,
    frame: pd.DataFrame,
    columns: Design,
    strata: Sequence[str],
) -> Fitted:
    from statsmodels.duration.hazard_regression import PHReg

    groups = frame[list(strata)].astype(str).agg(" / ".join, axis=1).to_numpy() if strata else None
    entry = None if endpoint.entry is None else endpoint.entry[keep]
    found = PHReg(
        endpoint.time[keep], columns.matrix, status=endpoint.event[keep].astype(int),
        entry=entry, strata=groups, ties="breslow",
    ).fit()  # fmt: skip
    return "statsmodels", found.params, found.bse, found.llf


def logistic(step: LogisticStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """Coefficients and standard errors of every model; its likelihood and McFadden's R²."""
    import statsmodels.api as sm

    outcome = scene.outcome(step.outcome)
    for analysis, ours, covariates in _models(step, scene, results):
        keep, _ = complete_cases(scene.frame, covariates, outcome.notna().to_numpy())
        columns = design(scene.frame[keep], covariates)
        finite = [np.isfinite(one(ours, "coefficient", term=t, level=lv))
                  for t, lv in zip(columns.terms, columns.levels, strict=True)]  # fmt: skip
        words = method(ours, "coefficient", term=columns.terms[0], level=columns.levels[0])
        if not all(finite) or "Firth" in words:
            continue
        y = outcome[keep].astype(float).to_numpy()
        x = sm.add_constant(columns.matrix, has_constant="add")
        found = sm.Logit(y, x).fit(disp=False, tol=1e-12, method="newton", maxiter=100)
        robust = "robust" in words
        se = None if robust else found.bse[1:]
        yield from _terms(analysis, ours, columns, found.params[1:], se, "statsmodels", 1e-6)
        if analysis.endswith(MULTIVARIABLE):
            intercept = one(ours, "coefficient", term=INTERCEPT)
            theirs, where = float(found.params[0]), {"term": INTERCEPT}
            yield Compared(analysis, "coefficient", "statsmodels", intercept, theirs, where)
            for statistic, theirs in (("log_likelihood", found.llf), ("mcfadden", found.prsquared)):
                mine = one(ours, statistic, term="")
                yield Compared(analysis, statistic, "statsmodels", mine, float(theirs))


def ordinal(step: OrdinalStep, scene: Scene, results: Results) -> Iterator[Compared]:
    """Coefficients of every proportional odds model, and the likelihood of the last."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    outcome = scene.frame[step.outcome]
    for analysis, ours, covariates in _models(step, scene, results):
        keep, _ = complete_cases(scene.frame, covariates, outcome.notna().to_numpy())
        columns = design(scene.frame[keep], covariates)
        finite = [np.isfinite(one(ours, "coefficient", term=t, level=lv))
                  for t, lv in zip(columns.terms, columns.levels, strict=True)]  # fmt: skip
        if not all(finite):
            continue
        place = np.unique(as_factor(outcome[keep]).codes, return_inverse=True)[1]
        scale = columns.matrix.std(axis=0)
        standard = (columns.matrix - columns.matrix.mean(axis=0)) / scale
        model = OrderedModel(place, standard, distr="logit")
        found = model.fit(disp=False, method="bfgs", gtol=1e-9, maxiter=1000)
        beta = np.asarray(found.params)[: len(scale)] / scale
        yield from _terms(analysis, ours, columns, beta, None, "statsmodels", EARLIER)
        if analysis.endswith(MULTIVARIABLE):
            mine = one(ours, "log_likelihood", term="")
            yield Compared(analysis, "log_likelihood", "statsmodels", mine, float(found.llf))


def _terms(
    analysis: str,
    ours: Result,
    columns: Design,
    beta: np.ndarray,
    se: np.ndarray | None,
    library: str,
    tolerance: float,
) -> Iterator[Compared]:
    for j, (term, level) in enumerate(zip(columns.terms, columns.levels, strict=True)):
        where = {"term": term, "level": level}
        pairs = [("coefficient", float(beta[j]))]
        if se is not None:
            pairs.append(("se", float(se[j])))
        for statistic, theirs in pairs:
            mine = one(ours, statistic, **where)
            yield Compared(analysis, statistic, library, mine, theirs, where, tolerance)
