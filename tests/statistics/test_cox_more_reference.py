"""Strata, clusters, weights, late entry and all that follows a Cox fit, against R."""

from __future__ import annotations

import numpy as np
import pytest
from cox_models import FAMILY, model_of, values_of
from r_values import P_VALUE, case, close, convention, names, value
from test_cox_reference import prepared

from cohort_stats.regression.concordance import cox_concordance
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.proportional_hazards import proportional_hazards, scaled_schoenfeld

MODELS = names(FAMILY, "", without=("predict", "exact", "lr ", "_r"))


@pytest.mark.parametrize("name", MODELS)
def test_estimates(name):
    wanted, model = values_of(name), model_of(name)
    result = model.result
    assert (result.n_used, value(result, "events")) == (wanted["n"], wanted["n_event"])
    close(model.fitted.beta, wanted["coef"], name)
    close(model.covariance, wanted["vcov"], name)
    found = result.numbers
    close(found.loc[found["statistic"] == "se", "value"], wanted["se"], name)
    close(found.loc[found["statistic"] == "p", "value"], wanted["p"], name, P_VALUE)
    null, fitted = wanted["loglik"]
    close(value(result, "log_likelihood"), fitted, name, 1e-12)
    close(value(result, "log_likelihood_null"), null, name, 1e-12)
    close(value(result, "wald_chi_square"), wanted["wald"], name)
    close(model.fitted.score_test, wanted["score"], name)


@pytest.mark.parametrize("transform", ["km", "identity", "rank", "log"])
@pytest.mark.parametrize("name", MODELS)
def test_proportional_hazards(name, transform):
    wanted = values_of(name).get(f"zph_{transform}")
    result = proportional_hazards(model_of(name), transform=transform)
    if wanted is None:
        assert result.warnings
        return
    _compare(result, wanted, f"{name} {transform}")


@pytest.mark.parametrize("name", names("cox", "zph"))
def test_proportional_hazards_of_the_larger_models(name):
    model, transform = name.removeprefix("zph ").rsplit(", ", 1)
    end, frame, covariates = prepared(model)
    result = proportional_hazards(fit_cox(end, frame, covariates), transform=transform)
    _compare(result, case("cox", name)["values"], name)


def _compare(result, wanted, name):
    *terms, _ = wanted["terms"]
    for k, term in enumerate([*terms, ""]):
        start = "ph" if term else "ph_global"
        for statistic, column in (("chi_square", "chisq"), ("df", "df"), ("p", "p")):
            got = value(result, f"{start}_{statistic}", term=term)
            close(got, wanted[column][k], f"{name} {term}", P_VALUE if column == "p" else 1e-8)


@pytest.mark.parametrize("name", MODELS)
def test_concordance(name):
    wanted, found = values_of(name)["concordance"], cox_concordance(model_of(name))
    close(found.value("concordance"), wanted["c"], name)
    close(found.value("concordance_se"), wanted["se"], name)


@pytest.mark.parametrize("name", names("cox", "gbsg2 ", "lung ", "veteran ", without=("strata",)))
def test_concordance_of_the_plain_models(name):
    wanted = case("cox", name)["values"]
    end, frame, covariates = prepared(name.rsplit(", ", 1)[0])
    ties = convention(ties=name.rsplit(", ", 1)[1])
    found = cox_concordance(fit_cox(end, frame, covariates, conventions=ties))
    close(found.value("concordance"), wanted["concordance"], name)
    close(found.value("concordance_se"), wanted["concordance_se"], name)


@pytest.mark.parametrize("name", [n for n in MODELS if "strata" not in n])
def test_scaled_schoenfeld(name):
    wanted = values_of(name)["scaled"]
    found = scaled_schoenfeld(model_of(name))
    y = found.drop(columns=["time", "transformed", "row"]).to_numpy()
    close(y.sum(axis=0), wanted["sums"], name)
    close((y**2).sum(axis=0), wanted["squares"], name)
    close(y.T @ found["transformed"].to_numpy(), wanted["by_time"], name)
    assert np.all(np.diff(found["time"]) >= 0)
