"""Clusters and case weights of logistic regression against R (see logistic_more.R)."""

from __future__ import annotations

import numpy as np
import pytest
from r_values import P_VALUE, case, close, convention, data, value

from cohort_stats.regression.logistic_model import fit_logistic
from cohort_stats.regression.logistic_rows import INTERCEPT

CLUSTERS = {
    "bacteria": ("bacteria.csv", "y", "y", ["ap", "hilo", "week"], "ID"),
    "retinopathy": ("retinopathy.csv", "status", 1, ["trt", "type", "risk"], "id"),
    "infert": ("infert.csv", "case", 1, ["spontaneous", "induced", "parity"], "stratum"),
}


def clustered(key: str, **choices: object):
    file, column, level, covariates, cluster = CLUSTERS[key]
    frame = data(file)
    return fit_logistic(
        frame[column] == level,
        frame,
        covariates,
        cluster=cluster,
        conventions=convention(**choices),
    )


@pytest.mark.parametrize("key", CLUSTERS)
@pytest.mark.parametrize(("factor", "choice"), [("factor", "g/(g-1)"), ("none", "none")])
def test_clusters(key, factor, choice):
    wanted = case("logistic_more", f"clusters {key}")["values"]
    model = clustered(key, cluster_factor=choice)
    close(model.beta, wanted["coef"])
    close(np.sqrt(np.diag(model.covariance)), wanted[factor]["se"])
    close(model.covariance, wanted[factor]["vcov"], rtol=1e-7)
    close(value(model.result, "wald_chi_square"), wanted[factor]["wald"])
    p = [model.result.value("p", term=t, level=v) for t, v in names_of(model)]
    close(p, wanted[factor]["p"], rtol=P_VALUE)
    assert "robust to clustering" in model.result.method
    assert "Wald interval" in model.result.numbers["method"].iloc[0]
    assert "lr_p" not in set(model.result.numbers["statistic"])


def names_of(model):
    pairs = zip(model.columns.terms, model.columns.levels, strict=True)
    return [(INTERCEPT, ""), *pairs]


def test_rows_that_are_their_own_cluster_need_none():
    """Each row a cluster: the variance robust to heteroscedasticity, times n/(n − 1)."""
    frame = data("infert.csv").assign(row=range(248), one=1.5)
    fits = [
        fit_logistic(frame["case"], frame, ["age", "induced"], conventions=convention(), **given)
        for given in ({"cluster": "row"}, {"weights": "one"})
    ]
    close(fits[0].covariance, fits[1].covariance, rtol=1e-9)


def test_whole_weights_count_as_repeated_rows():
    wanted = case("logistic_more", "weights whole")["values"]
    frame = data("infert.csv")
    frame["times"] = 1 + np.arange(1, len(frame) + 1) % 3
    covariates = ["age", "spontaneous", "induced"]
    model = fit_logistic(frame["case"], frame, covariates, weights="times")
    close(model.beta, wanted["coef"])
    close(np.sqrt(np.diag(model.covariance)), wanted["se"])
    close(value(model.result, "log_likelihood"), wanted["loglik"])
    close(value(model.result, "lr_chi_square"), wanted["lr"])
    for name in ("cox_snell", "nagelkerke"):
        close(value(model.result, name), wanted[name])
    repeated = frame.loc[frame.index.repeat(frame["times"])].reset_index(drop=True)
    long = fit_logistic(repeated["case"], repeated, covariates)
    for statistic in ("odds_ratio_low", "odds_ratio_high", "p"):
        for term in covariates:
            got, again = (m.result.value(statistic, term=term) for m in (model, long))
            close(got, again, statistic)


def test_fractional_weights_make_robust_errors():
    wanted = case("logistic_more", "weights fractions")["values"]
    frame = data("infert.csv")
    frame["share"] = 0.5 + (np.arange(1, len(frame) + 1) % 7) / 4
    covariates = ["age", "spontaneous", "induced"]
    none = convention(cluster_factor="none")
    model = fit_logistic(frame["case"], frame, covariates, weights="share", conventions=none)
    close(model.beta, wanted["coef"])
    close(np.sqrt(np.diag(model.covariance)), wanted["se"])
    assert "robust standard errors" in model.result.method


@pytest.mark.parametrize("given", [{"weights": "w"}, {"cluster": "nobody"}])
def test_roles_that_do_not_fit(given):
    frame = data("infert.csv").assign(w=0)
    with pytest.raises(ValueError, match=r"weights must be positive|cluster must be columns"):
        fit_logistic(frame["case"], frame, ["age"], **given)


def test_many_rows_like_few():
    """From some size on the basis and the start are found another way: the same estimates."""
    from cohort_stats.kernels import logit

    frame = data("gbsg2.csv")
    frame["late"] = 2000 + frame["age"] / 1000
    covariates = ["late", "menostat", "tsize", "tgrade", "pnodes"]
    few = fit_logistic(frame["cens"], frame, covariates, conventions="stata")
    times = -(-logit.MANY // len(frame))
    long = frame.loc[np.tile(frame.index, times)].reset_index(drop=True)
    many = fit_logistic(long["cens"], long, covariates, conventions="stata")
    close(many.beta, few.beta, rtol=1e-7)
    close(many.covariance * times, few.covariance, rtol=1e-6)
    close(many.log_likelihood, few.log_likelihood * times)
