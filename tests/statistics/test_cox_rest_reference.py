"""Residuals, predictions, exact ties and likelihood-ratio tests of Cox models, against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cox_models import FAMILY, asked, frame_of, marks, model_of, values_of
from r_values import P_VALUE, case, close, convention, data, names, value

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.cox_prediction import baseline_hazard, predict_survival
from cohort_stats.regression.cox_residuals import cox_residuals
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.cox_terms import cox_term_tests

MODELS = names(FAMILY, "", without=("predict", "exact", "lr ", "_r"))
PREDICTED = names(FAMILY, "predict ")


@pytest.mark.parametrize("kind", ["martingale", "deviance", "score", "dfbeta", "dfbetas"])
@pytest.mark.parametrize("name", MODELS)
def test_residuals(name, kind):
    found = cox_residuals(model_of(name), kind)
    assert found["row"].is_monotonic_increasing
    got, wanted = marks(found.drop(columns="row").to_numpy()), values_of(name)[f"residual_{kind}"]
    close(got["squares"], wanted["squares"], name)
    # The waves are small differences of large sums.
    size = np.sqrt(np.array(wanted["squares"]) * len(found))
    assert np.all(np.abs(got["waves"] - wanted["waves"]) < 1e-9 * size), name


@pytest.mark.parametrize("name", MODELS)
def test_schoenfeld_residuals(name):
    found = cox_residuals(model_of(name), "schoenfeld").drop(columns=["time", "row"])
    close((found**2).sum(), values_of(name)["schoenfeld"]["squares"], name)


def new_patients(name: str) -> tuple[pd.DataFrame, list[float]]:
    """The two patients of a prediction, with the model's levels."""
    given = case(FAMILY, name)["input"]
    frame = frame_of(name)
    new = pd.DataFrame(given["new"])
    for column in new:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            levels = sorted(frame[column].dropna().astype(str).unique())
            new[column] = [levels[code - 1] for code in new[column]]
    return new, list(given["times"])


@pytest.mark.parametrize("scale", ["log", "log-log", "plain"])
@pytest.mark.parametrize("name", PREDICTED)
def test_predicted_survival(name, scale):
    endpoint, frame, covariates, roles = asked(name)
    how = convention(ties=name.rsplit(", ", 1)[1], survival_interval=scale)
    model = fit_cox(endpoint, frame, covariates, roles, conventions=how)
    patients, times = new_patients(name)
    found = predict_survival(model, patients, times).numbers
    columns = {"survival": "surv", "survival_se": "se"}
    columns |= {"survival_low": "low", "survival_high": "high"}
    for k, which in enumerate(("first", "second")):
        for statistic, column in columns.items():
            keep = (found["statistic"] == statistic) & (found["group"] == str(k))
            got, wanted = found.loc[keep, "value"], values_of(name)[scale][which][column]
            for one, other, t in zip(got, wanted, times, strict=True):
                if np.isnan(one):  # R holds the last value for ever, and has limits where S = 1
                    assert t > endpoint.time.max() or other is None or other == 1, (name, t)
                else:
                    close(one, other, f"{name} {which} {statistic} {t}")


@pytest.mark.parametrize("name", PREDICTED)
def test_baseline_hazard(name):
    wanted = values_of(name)["baseline"]
    found = baseline_hazard(model_of(name))
    assert len(found) == wanted["rows"]
    close(found["hazard"].to_numpy()[:4], wanted["first"], name)
    close(found["hazard"].to_numpy()[-1], wanted["last"], name)
    close(found["hazard"].sum(), wanted["sum"], name)


@pytest.mark.parametrize(
    ("roles", "hazard"), [(Roles(), 7.80395458676), (Roles(weights="w"), 7.98341371621)]
)
def test_centred_hazard_leaves_levels_at_their_reference(roles, hazard):
    """R: ``basehaz(coxph(Surv(time, status) ~ karno + factor(trt), veteran, weights = w))``."""
    frame = data("veteran.csv").assign(w=np.resize([1.0, 2.0], 137))
    frame["trt"] = frame["trt"].astype("category")
    model = fit_cox(Endpoint(frame["time"], frame["status"] == 1), frame, ["karno", "trt"], roles)
    close(baseline_hazard(model, centred=True)["hazard"].iloc[-1], hazard)


@pytest.mark.parametrize("name", names(FAMILY, "exact "))
def test_exact_ties(name):
    wanted, model = values_of(name), model_of(name, "exact")
    assert (model.result.n_used, value(model.result, "events")) == (wanted["n"], wanted["n_event"])
    close(model.fitted.beta, wanted["coef"], name)
    close(model.covariance, wanted["vcov"], name)
    close(model.fitted.log_likelihood_null, wanted["loglik"][0], name, 1e-12)
    close(model.fitted.log_likelihood, wanted["loglik"][1], name, 1e-12)
    close(model.fitted.score_test, wanted["score"], name)
    found = model.result.numbers
    close(found.loc[found["statistic"] == "p", "value"], wanted["p"], name, P_VALUE)


@pytest.mark.parametrize("name", names(FAMILY, "lr "))
def test_likelihood_ratio_of_each_term(name):
    result = cox_term_tests(model_of(name, "efron"))
    for term, wanted in values_of(name).items():
        for statistic, column in (("chi_square", "chisq"), ("df", "df"), ("p", "p")):
            got = value(result, f"term_lr_{statistic}", term=term)
            close(got, wanted[column], f"{name} {term}", P_VALUE if column == "p" else 1e-8)
