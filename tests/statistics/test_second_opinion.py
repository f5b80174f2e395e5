"""The same models by lifelines, statsmodels and scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cox_models import asked, model_of
from numpy.testing import assert_allclose
from r_values import convention, data, endpoint, factor, value

from cohort_stats.discrimination.roc_curve import roc, roc_curve
from cohort_stats.kernels import lifetable
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.logistic_rows import INTERCEPT
from cohort_stats.survival.curves import kaplan_meier, logrank

# What these libraries warn of is not ours.
pytestmark = pytest.mark.filterwarnings("default")

SETS = {
    "gbsg2": ["age", "tsize", "tgrade", "pnodes", "progrec"],
    "lung": ["age", "sex", "ph.ecog"],
    "veteran": ["trt", "karno", "age", "celltype"],
}
GROUPS = {"gbsg2": "tgrade", "lung": "sex", "veteran": "celltype"}


@pytest.fixture(scope="module")
def lifelines():
    return pytest.importorskip("lifelines")


def complete(key: str) -> pd.DataFrame:
    frame = data(f"{key}.csv")
    return frame.dropna(subset=SETS[key]).reset_index(drop=True)


@pytest.mark.parametrize("key", SETS)
def test_cox_against_lifelines(key, lifelines):
    frame = complete(key)
    end = endpoint(key, frame)
    dummies = pd.get_dummies(frame[SETS[key]], drop_first=True, dtype=float)
    dummies = dummies.assign(time=end.time, event=end.event)
    fitter = lifelines.CoxPHFitter().fit(dummies, "time", "event", fit_options={"precision": 1e-10})
    result = cox(end, frame, SETS[key])
    # lifelines ends its steps a little earlier than R and we do.
    for name, row in fitter.summary.iterrows():
        term, _, level = name.partition("_")
        for statistic, column in (("coefficient", "coef"), ("se", "se(coef)")):
            got = value(result, statistic, term=term, level=level)
            assert got == pytest.approx(row[column], rel=1e-5), (name, statistic)
    assert value(result, "log_likelihood") == pytest.approx(fitter.log_likelihood_, rel=1e-10)


@pytest.mark.parametrize(
    "name",
    ["rats strata, efron", "heart intervals strata, efron", "lung fractions, efron",
     "retinopathy cluster, efron", "heart intervals, efron"],
)  # fmt: skip
def test_cox_with_roles_against_lifelines(name, lifelines):
    endpoint_, frame, covariates, roles = asked(name)
    given = pd.get_dummies(frame[covariates], drop_first=True, dtype=float)
    given = given.join(frame[list(roles.names)]).assign(time=endpoint_.time, event=endpoint_.event)
    fitter = lifelines.CoxPHFitter().fit(
        given.dropna(),
        "time",
        "event",
        strata=list(roles.strata) or None,
        weights_col=roles.weights or None,
        cluster_col=roles.cluster or None,
        entry_col=roles.entry or None,
        robust=bool(roles.weights or roles.cluster),
        fit_options={"precision": 1e-10},
    )
    model = model_of(name)
    pairs = zip(model.columns.terms, model.columns.levels, strict=True)
    columns = [f"{term}_{level}".rstrip("_") for term, level in pairs]
    assert_allclose(model.fitted.beta, fitter.params_[columns], rtol=1e-5)
    # Their score residuals of tied events are not quite R's.
    se = np.sqrt(np.diag(model.covariance))
    assert_allclose(se, fitter.standard_errors_[columns], rtol=2e-3)


@pytest.mark.parametrize(
    "name", ["rats strata, efron", "heart intervals strata, efron", "veteran strata, breslow"]
)
def test_cox_with_roles_against_statsmodels(name):
    phreg = pytest.importorskip("statsmodels.duration.hazard_regression")
    end, frame, covariates, roles = asked(name)
    theirs = phreg.PHReg(
        end.time,
        frame[covariates].to_numpy(float),
        status=end.event.astype(int),
        # They count who enters at t as at risk at t.
        entry=frame[roles.entry].to_numpy(float) + 1e-6 if roles.entry else None,
        strata=frame[roles.strata[0]].to_numpy(),
        ties=name.rsplit(", ", 1)[1],
    ).fit()
    model = model_of(name)
    assert_allclose(model.fitted.beta, theirs.params, rtol=1e-6)
    if name.endswith("breslow"):  # statsmodels takes Breslow's information with Efron's ties
        assert_allclose(np.sqrt(np.diag(model.covariance)), theirs.bse, rtol=1e-6)


@pytest.mark.parametrize("key", SETS)
def test_kaplan_meier_against_lifelines(key, lifelines):
    frame = complete(key)
    end = endpoint(key, frame)
    fitter = lifelines.KaplanMeierFitter().fit(end.time, end.event)
    table = lifetable.life_table(end.time, end.event)
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, "log-log")
    theirs = fitter.survival_function_.loc[table.time].to_numpy()[:, 0]
    assert_allclose(curve, theirs, rtol=1e-9, atol=1e-14)
    limits = fitter.confidence_interval_survival_function_.loc[table.time].to_numpy()
    known = (curve > 0) & (curve < 1)
    assert_allclose(np.column_stack([low, high])[known], limits[known], rtol=1e-7)
    assert kaplan_meier(end).value("median") == fitter.median_survival_time_


@pytest.mark.parametrize("key", SETS)
def test_logrank_against_lifelines(key, lifelines):
    from lifelines.statistics import multivariate_logrank_test

    frame = complete(key)
    end, groups = endpoint(key, frame), factor(frame[GROUPS[key]])
    theirs = multivariate_logrank_test(end.time, groups.astype(str), end.event)
    ours = logrank(end, groups)
    assert ours.value("chi_square") == pytest.approx(theirs.test_statistic, rel=1e-8)
    assert ours.value("p") == pytest.approx(theirs.p_value, rel=1e-6)


@pytest.mark.parametrize("key", SETS)
def test_logistic_against_statsmodels(key):
    sm = pytest.importorskip("statsmodels.api")
    frame = complete(key)
    median = float(np.median(frame["time"]))
    outcome = frame["time"] > median
    result = logistic(outcome, frame, SETS[key], conventions=convention(logistic_interval="wald"))
    dummies = pd.get_dummies(frame[SETS[key]], drop_first=True, dtype=float)
    theirs = sm.Logit(outcome.astype(float), sm.add_constant(dummies)).fit(
        disp=False, tol=1e-12, method="newton", maxiter=100
    )
    for name in dummies.columns:
        term, _, level = name.partition("_")
        where = {"term": term, "level": level}
        assert value(result, "coefficient", **where) == pytest.approx(theirs.params[name], rel=1e-9)
        assert value(result, "se", **where) == pytest.approx(theirs.bse[name], rel=1e-9)
        assert value(result, "p", **where) == pytest.approx(theirs.pvalues[name], rel=1e-7)
    assert value(result, "coefficient", term=INTERCEPT) == pytest.approx(theirs.params["const"])
    assert value(result, "log_likelihood") == pytest.approx(theirs.llf, rel=1e-12)
    assert value(result, "log_likelihood_null") == pytest.approx(theirs.llnull, rel=1e-9)
    assert value(result, "mcfadden") == pytest.approx(theirs.prsquared, rel=1e-9)


@pytest.mark.parametrize(("key", "marker"), [("gbsg2", "pnodes"), ("lung", "age")])
def test_auc_against_scikit_learn(key, marker):
    metrics = pytest.importorskip("sklearn.metrics")
    frame = complete(key)
    outcome = endpoint(key, frame).event
    x = frame[marker].to_numpy(float)
    result = roc(pd.Series(outcome), pd.Series(x), direction="high", cutoff=float(np.median(x)))
    assert result.value("auc") == pytest.approx(metrics.roc_auc_score(outcome, x), rel=1e-12)
    fpr, tpr, _ = metrics.roc_curve(outcome, x, drop_intermediate=False)
    curve = roc_curve(outcome, x, "high")
    assert_allclose(curve.sensitivity, tpr, atol=1e-15)
    assert_allclose(1 - curve.specificity, fpr, atol=1e-15)
