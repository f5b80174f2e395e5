"""Regressions by lifelines and statsmodels: our columns, our patients, their estimates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from analyses.cross_check import cox_again
from analyses.cross_check.findings import Compared, NoOpinion, Without
from analyses.cross_check.looking import method, one
from analyses.cross_check.whitening import Whitened, whitened
from analyses.scene import Scene
from analyses.schema.regression import BuiltStep, CoxStep, LogisticStep, OrdinalStep
from analyses.steps.building import with_products
from analyses.steps.roles import roles_of, sets_of
from cohort_stats.regression.coding import as_factor
from cohort_stats.regression.coefficients import complete_cases
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_sample import sample_of
from cohort_stats.regression.design import Design, design
from cohort_stats.regression.logistic_rows import INTERCEPT
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from cohort_stats.regression.outcome_sample import outcome_sample
from cohort_stats.results import Result, pick

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Results = Mapping[str, Result]
Found = Iterator[Compared | Without]
EARLIER = 1e-5  # lifelines ends its steps earlier than we do
SEARCHES = ("forward", "backward", "both", "lasso")
INFINITE = "no second opinion: the model has no finite estimates"
FIRTH = "no second opinion: none of the three libraries has Firth’s method"
EXACT = "no second opinion: none of the three libraries takes tied events exactly"
#: analysis, our result, its covariates with their products, and the patients it may rest on.
Models = Iterator[tuple[str, Result, list[Covariate], Bools]]


def _models(step: CoxStep | LogisticStep | OrdinalStep, scene: Scene, results: Results) -> Models:
    """Each covariate alone, and those of the multivariable model together."""
    covariates = scene.covariates(step.covariates)
    everybody = np.ones(len(scene.frame), dtype=bool)
    for covariate in covariates:
        name = f"{step.id}/{UNIVARIABLE}"
        yield name, results[name], [covariate], everybody
    together = results.get(f"{step.id}/{MULTIVARIABLE}")
    if together is None:
        return
    marks = pick(results[f"{step.id}/{UNIVARIABLE}"].numbers, "entered")
    names = set(marks.loc[marks["value"] == 1, "term"])
    kept = [c for c in covariates if c.variable in names]
    among = everybody
    if step.selection.rule in SEARCHES:  # which looks at patients with every candidate known
        among, _ = complete_cases(scene.frame, covariates, everybody)
    if isinstance(step, BuiltStep):
        kept = with_products(step, kept)
    yield f"{step.id}/{MULTIVARIABLE}", together, kept, among


def _why_none(ours: Result, columns: Design) -> str:
    """Why a model of ours cannot be fitted again; empty when it can."""
    places = list(zip(columns.terms, columns.levels, strict=True))
    if not places:
        return INFINITE
    found = [one(ours, "coefficient", term=term, level=level) for term, level in places]
    words = method(ours, "coefficient", term=places[0][0], level=places[0][1])
    if "Firth" in words:
        return FIRTH
    if "exact ties" in words:
        return EXACT
    return "" if np.isfinite(found).all() else INFINITE


def _of(analysis: str, covariates: list[Covariate]) -> str:
    """A model's name for the reader."""
    if analysis.endswith(UNIVARIABLE):
        return f"{analysis}, {covariates[0].variable}"
    return analysis


def cox(step: CoxStep, scene: Scene, results: Results) -> Found:
    """Coefficients and standard errors of every model; its partial likelihood."""
    endpoint = scene.endpoint(step.endpoint)
    roles, scene = roles_of(step, scene)
    for analysis, ours, covariates, among in _models(step, scene, results):
        frame = scene.frame[among].reset_index(drop=True)
        sample = sample_of(endpoint.where(among), frame, covariates, roles)
        columns = design(sample.data, covariates)
        reason = _why_none(ours, columns)
        if reason:
            yield Without(_of(analysis, covariates), reason)
            continue
        first = {"term": columns.terms[0], "level": columns.levels[0]}
        words = method(ours, "coefficient", **first)
        robust = "robust" in words
        try:
            white = whitened(columns.matrix)
            found = cox_again.fit(sample, white, "breslow" if "Breslow" in words else "efron")
        except NoOpinion as failure:
            yield Without(_of(analysis, covariates), str(failure))
            continue
        se = None if robust else found.se
        yield from _terms(analysis, ours, columns, found.beta, se, found.library, EARLIER)
        if analysis.endswith(MULTIVARIABLE) and not robust:
            mine = one(ours, "log_likelihood", term="")
            theirs = found.log_likelihood
            yield Compared(analysis, "log_likelihood", found.library, mine, theirs)


def logistic(step: LogisticStep, scene: Scene, results: Results) -> Found:
    """Coefficients and standard errors of every model; its likelihood and McFadden's R²."""
    outcome = scene.outcome(step.outcome)
    if step.conditional:
        yield from _conditional(step, scene, results)
        return
    roles, scene = roles_of(step, scene)
    known = outcome.notna().to_numpy()
    for analysis, ours, covariates, among in _models(step, scene, results):
        sample = outcome_sample(
            known & among, scene.frame, covariates, cluster=roles.cluster, weights=roles.weights
        )
        columns = design(sample.data, covariates)
        reason = _why_none(ours, columns)
        if reason:
            yield Without(_of(analysis, covariates), reason)
            continue
        y = outcome[sample.kept].to_numpy(dtype=np.float64)
        try:
            white = whitened(columns.matrix)
            yield from _logit(analysis, ours, columns, white, y, sample.weight)
        except NoOpinion as failure:
            yield Without(_of(analysis, covariates), str(failure))


def _conditional(step: LogisticStep, scene: Scene, results: Results) -> Found:
    """Conditional logistic models, by statsmodels."""
    from statsmodels.discrete.conditional_models import ConditionalLogit

    outcome, sets = scene.outcome(step.outcome), sets_of(step, scene)
    known = outcome.notna().to_numpy() & scene.frame[sets].notna().all(axis=1).to_numpy()
    for analysis, ours, covariates, among in _models(step, scene, results):
        sample = outcome_sample(known & among, scene.frame, covariates)
        columns = design(sample.data, covariates)
        reason = _why_none(ours, columns)
        if reason:
            yield Without(_of(analysis, covariates), reason)
            continue
        y = outcome[sample.kept].to_numpy(dtype=np.float64)
        groups = sample.data.groupby(sets, observed=True).ngroup().to_numpy()
        try:
            white = whitened(columns.matrix)
            model = ConditionalLogit(y, white.matrix, groups=groups)
            found = model.fit(disp=False, method="newton", tol=1e-12)
        except Exception as failure:
            yield Without(_of(analysis, covariates), str(NoOpinion.of(failure)))
            continue
        beta, covariance = white.back(np.asarray(found.params), np.asarray(found.cov_params()))
        se = np.sqrt(np.diag(covariance))
        yield from _terms(analysis, ours, columns, beta, se, "statsmodels", EARLIER)
        if analysis.endswith(MULTIVARIABLE):
            mine = one(ours, "log_likelihood", term="")
            yield Compared(analysis, "log_likelihood", "statsmodels", mine, float(found.llf))


def _logit(
    analysis: str,
    ours: Result,
    columns: Design,
    white: Whitened,
    y: Floats,
    weight: Floats | None,
) -> Found:
    found = _logit_again(y, white, weight)
    beta, covariance = white.back(found.params[1:], found.cov_params()[1:, 1:])
    words = method(ours, "coefficient", term=columns.terms[0], level=columns.levels[0])
    se = None if "robust" in words else np.sqrt(np.diag(covariance))
    yield from _terms(analysis, ours, columns, beta, se, "statsmodels", 1e-6)
    if analysis.endswith(MULTIVARIABLE):
        intercept = one(ours, "coefficient", term=INTERCEPT)
        theirs, where = float(found.params[0] - white.mean @ beta), {"term": INTERCEPT}
        yield Compared(analysis, "coefficient", "statsmodels", intercept, theirs, where)
        likelihoods = {"log_likelihood": found.llf}
        likelihoods |= {"mcfadden": found.prsquared} if weight is None else {}
        for statistic, value in likelihoods.items():
            mine = one(ours, statistic, term="")
            yield Compared(analysis, statistic, "statsmodels", mine, float(value))


def _logit_again(y: Floats, white: Whitened, weight: Floats | None) -> Any:
    import statsmodels.api as sm

    x = sm.add_constant(white.matrix, has_constant="add")
    try:
        if weight is not None:
            model = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=weight)
            found = model.fit(tol=1e-13, maxiter=200)
            converged = found.converged
        else:
            found = sm.Logit(y, x).fit(disp=False, tol=1e-12, method="newton", maxiter=100)
            converged = found.mle_retvals["converged"]
    except Exception as failure:
        raise NoOpinion.of(failure) from None
    if not converged:
        raise NoOpinion()
    return found


def ordinal(step: OrdinalStep, scene: Scene, results: Results) -> Found:
    """Coefficients of every proportional odds model, and the likelihood of the last."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    outcome = scene.frame[step.outcome]
    roles, scene = roles_of(step, scene)
    known = outcome.notna().to_numpy()
    for analysis, ours, covariates, among in _models(step, scene, results):
        sample = outcome_sample(known & among, scene.frame, covariates, cluster=roles.cluster)
        columns = design(sample.data, covariates)
        reason = _why_none(ours, columns)
        if reason:
            yield Without(_of(analysis, covariates), reason)
            continue
        place = np.unique(as_factor(outcome[sample.kept]).codes, return_inverse=True)[1]
        try:
            white = whitened(columns.matrix)
            model = OrderedModel(place, white.matrix, distr="logit")
            found = model.fit(disp=False, method="bfgs", gtol=1e-9, maxiter=1000)
        except NoOpinion as failure:
            yield Without(_of(analysis, covariates), str(failure))
            continue
        except Exception as failure:
            yield Without(_of(analysis, covariates), str(NoOpinion.of(failure)))
            continue
        beta = white.back(np.asarray(found.params)[: len(columns.terms)])[0]
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
