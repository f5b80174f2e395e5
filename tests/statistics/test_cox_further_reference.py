"""Firth, profile limits, splines and interactions, against R."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, names, value

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.covariate import Covariate, interaction
from cohort_stats.regression.cox_firth import cox_firth
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.effects import effects_within, ratio_curve
from cohort_stats.regression.logistic_model import fit_logistic

FAMILY = "cox_rest"


def cohort(name: str):
    """The endpoint, the frame with a column for entry, and the case's input and values."""
    found = case(FAMILY, name)
    frame, given = data(found["data"]), found["input"]
    if "ovarian" in name:
        rows = np.arange(1, len(frame) + 1)
        frame["x"] = ((frame["fustat"] == 0) & (rows % 3 == 0)).astype(float)
    if "veteran" in name:
        frame["x"] = (frame["status"] == 0).astype(float)
    inside = re.fullmatch(r"Surv\((.*)\)", given["y"])
    if inside is None:
        return frame[given["y"]] == 1, frame, "", given, found["values"]
    *times, event = inside[1].split(", ")
    column, code = event.split(" == ")
    end = Endpoint(frame[times[-1]].to_numpy(float), (frame[column] == float(code)).to_numpy())
    return end, frame, times[0] if len(times) > 1 else "", given, found["values"]


@pytest.mark.parametrize("name", names(FAMILY, "firth "))
def test_firth(name):
    end, frame, entry, given, wanted = cohort(name)
    roles = Roles((given["strata"],) if given["strata"] else (), entry=entry)
    model = fit_cox(
        end, frame, given["covariates"], roles, conventions=convention(ties=given["ties"])
    )
    assert model.finite != ("endless" in name)
    found = cox_firth(model)
    for k, term in enumerate(given["covariates"]):
        close(value(found, "firth_coefficient", term=term), wanted["coef"][k], name, 1e-7)
        close(
            np.log(value(found, "firth_hazard_ratio_low", term=term)), wanted["low"][k], name, 1e-7
        )
        close(
            np.log(value(found, "firth_hazard_ratio_high", term=term)),
            wanted["high"][k],
            name,
            1e-7,
        )
        close(value(found, "firth_p", term=term), wanted["p"][k], name, P_VALUE)
        if not model.finite:
            assert value(model.result, "firth_p", term=term) == value(found, "firth_p", term=term)


@pytest.mark.parametrize("name", names(FAMILY, "profile "))
def test_profile_limits(name):
    end, frame, entry, given, wanted = cohort(name)
    roles = Roles((given["strata"],) if given["strata"] else (), entry=entry)
    how = convention(ties=given["ties"], cox_interval="profile")
    result = fit_cox(end, frame, given["covariates"], roles, conventions=how).result
    assert "profile-likelihood interval" in result.numbers["method"].iloc[0]
    for k, term in enumerate(given["covariates"]):
        for side in ("low", "high"):
            got, expected = value(result, f"hazard_ratio_{side}", term=term), wanted[side][k]
            if expected is None:
                assert got == 0 or not np.isfinite(got), name
            else:
                close(np.log(got), expected, f"{name} {term} {side}")


def fitted(name: str, covariates):
    y, frame, _, given, wanted = cohort(name)
    fit = fit_cox if given["kind"] == "cox" else fit_logistic
    return fit(y, frame, covariates), given, wanted


# With 7 knots these two are beyond what 16 digits can tell apart.
@pytest.mark.parametrize("name", names(FAMILY, "spline ", without=("progrec 7", "bili 7")))
def test_splines(name):
    given = case(FAMILY, name)["input"]
    variable = given["variable"]
    model, given, wanted = fitted(name, [Covariate(variable, knots=given["knots"]), given["other"]])
    found = model.result.numbers
    close(found.loc[found["statistic"] == "knot", "value"], wanted["knots"], name)
    beta = model.fitted.beta if given["kind"] == "cox" else model.beta[1:]
    # Columns of a skewed variable are so alike that both programs lose digits.
    loose = 1e-4 if np.abs(wanted["coef"]).max() > 10 else 1e-7
    close(beta, wanted["coef"], name, loose)
    overall, curved = wanted["overall"]["p"], wanted["nonlinear"]["p"]
    close(value(model.result, "global_p", term=variable), overall, name, max(P_VALUE, loose))
    close(value(model.result, "nonlinear_p", term=variable), curved, name, max(P_VALUE, loose))
    assert not ((found["term"] == variable) & (found["statistic"] == "hazard_ratio")).any()
    curve = ratio_curve(model, variable, reference=given["reference"], values=given["values"])
    points = curve.numbers
    for statistic, column in (
        ("ratio_at", "ratio"),
        ("ratio_at_low", "low"),
        ("ratio_at_high", "high"),
    ):
        close(
            points.loc[points["statistic"] == statistic, "value"],
            wanted[column],
            name,
            max(1e-8, loose / 10),
        )
    assert points.loc[points["statistic"] == "ratio_at", "level"].tolist() == [
        repr(float(x)) for x in given["values"]
    ]


@pytest.mark.parametrize("name", names(FAMILY, "interaction "))
def test_interactions(name):
    given = case(FAMILY, name)["input"]
    first, second = given["first"], given["second"]
    covariates = [first, second, given["other"], interaction(first, second)]
    model, given, wanted = fitted(name, covariates)
    term = f"{first} × {second}"
    found = model.result.numbers
    mine = found[(found["statistic"] == "coefficient") & (found["term"] == term)]
    close(np.sort(mine["value"]), wanted["coef"], name)
    close(value(model.result, "interaction_p", term=term), wanted["test"]["p"], name, P_VALUE)
    effects = effects_within(model, first, second)
    close(value(effects, "interaction_p", term=first), wanted["test"]["p"], name, P_VALUE)
    ratios = effects.numbers[effects.numbers["statistic"] == "ratio_within"]
    assert len(ratios) == len(wanted["effects"])
    for one in wanted["effects"].values():
        where = {"group": one["group"], "level": one["level"]}
        for statistic, column in (("", "ratio"), ("_low", "low"), ("_high", "high")):
            close(
                value(effects, f"ratio_within{statistic}", term=first, **where), one[column], name
            )
        close(value(effects, "p", term=first, **where), one["p"], name, P_VALUE)
    # The other way round the interaction is the same.
    turned, _, _ = fitted(name, [second, first, given["other"], interaction(second, first)])
    again = effects_within(turned, first, second).numbers
    pd.testing.assert_series_equal(
        again.loc[again["statistic"] == "ratio_within", "value"].reset_index(drop=True),
        ratios["value"].reset_index(drop=True),
        rtol=1e-7,
    )
