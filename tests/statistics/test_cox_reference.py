"""Cox regression against R's ``survival::coxph``."""

from __future__ import annotations

import re

import numpy as np
import pytest
from r_values import P_VALUE, case, close, convention, data, endpoint, factor, names, value

from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import cox as kernel
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import cox

GBSG2 = ("horTh", "age", "menostat", "tsize", "tgrade", "pnodes", "progrec", "estrec")
ALL = {
    "gbsg2 all": GBSG2,
    "gbsg2 months all": GBSG2,
    "gbsg2 coarse all": GBSG2,
    "lung all": ("age", "sex", "ph.ecog"),
    "veteran all": ("trt", "karno", "diagtime", "age", "prior", "celltype"),
}


def prepared(model: str):
    """Frame, endpoint and covariates of a case such as ``lung factor(ph.ecog)``."""
    key = model.partition(" ")[0]
    frame = data(f"{key}.csv")
    end = endpoint(f"{key}_months" if "months" in model else key, frame)
    if "coarse" in model:
        end = Endpoint(np.ceil(end.time / 90), end.event)
    if model in ALL:
        covariates = list(ALL[model])
    else:
        name = model.split()[1]
        factored = re.fullmatch(r"factor\((.*)\)", name)
        if factored:
            name = factored[1]
            frame[name] = factor(frame[name])
        covariates = [name]
    reference = {"celltype": "squamous"}
    return end, frame, [Covariate(c, reference=reference.get(c, "")) for c in covariates]


def placed(term: str, covariates: list[Covariate]) -> dict[str, str]:
    """R's ``tgradeII`` as our term and level."""
    term = term.replace("factor(", "").replace(")", "")
    name = max((c.variable for c in covariates if term.startswith(c.variable)), key=len)
    return {"term": name, "level": term.removeprefix(name)}


CASES = names("cox", "gbsg2 ", "lung ", "veteran ", without=("strata",))


@pytest.mark.parametrize("name", CASES)
def test_cox(name):
    model, ties = name.rsplit(", ", 1)
    end, frame, covariates = prepared(model)
    wanted = case("cox", name)["values"]
    result = cox(end, frame, covariates, conventions=convention(ties=ties))
    assert (result.n_used, value(result, "events")) == (wanted["n"], wanted["n_event"])
    columns = {
        "coefficient": "coef",
        "se": "se",
        "z": "z",
        "hazard_ratio": "hr",
        "hazard_ratio_low": "hr_lower",
        "hazard_ratio_high": "hr_upper",
        "p": "p",
    }
    for k, term in enumerate(wanted["terms"]):
        for statistic, column in columns.items():
            got = value(result, statistic, **placed(term, covariates))
            rtol = P_VALUE if statistic == "p" else 1e-8
            close(got, wanted[column][k], f"{name}: {term} {statistic}", rtol)
    tests = {"lr": "lr_test", "wald": "wald_test", "score": "score_test"}
    for statistic, column in tests.items():
        close(value(result, f"{statistic}_chi_square"), wanted[column]["chisq"], f"{name} {column}")
    close(value(result, "lr_p"), wanted["lr_test"]["p"], name, P_VALUE)
    close(value(result, "lr_df"), wanted["lr_test"]["df"], name)
    close(value(result, "log_likelihood"), wanted["loglik"], name, 1e-12)
    close(value(result, "log_likelihood_null"), wanted["loglik_null"], name, 1e-12)
    for term in result.numbers.loc[result.numbers["statistic"] == "global_p", "term"]:
        by_term = wanted["wald_by_term"]
        p = by_term.get(term, by_term.get(f"factor({term})"))["p"]
        close(value(result, "global_p", term=term), p, f"{name}: {term} global", P_VALUE)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_covariance(ties):
    wanted = case("cox", f"gbsg2 coarse all, {ties}")["values"]["vcov"]
    end, frame, _ = prepared("gbsg2 coarse all")
    codes = {"menostat": "Pre", "horTh": "yes"}
    columns = [frame[c] == codes[c] if c in codes else frame[c] for c in GBSG2 if c != "tgrade"]
    columns[4:4] = [frame["tgrade"] == level for level in ("II", "III")]
    fitted = kernel.fit(end.time, end.event, np.column_stack(columns).astype(float), ties)
    close(fitted.covariance, wanted, ties)
