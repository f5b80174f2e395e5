"""Selection, LASSO and bootstrap validation against R (see ../reference/building.R)."""

from __future__ import annotations

import numpy as np
import pytest
from problems import problem
from r_values import ESTIMATE, P_VALUE, case, close, convention, names, value

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.choosing import choose_covariates
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.optimism import validate_model
from cohort_stats.regression.penalised import lasso
from cohort_stats.regression.selection import Selection

MARK = {"removed": "- ", "entered": "+ "}
INDEXES = {
    "C": "Dxy",
    "R²": "R2",
    "calibration intercept": "Intercept",
    "calibration slope": "Slope",
    "Brier score": "B",
}
COLUMNS = {
    "apparent": "index.orig",
    "training": "training",
    "test": "test",
    "optimism": "optimism",
    "corrected": "index.corrected",
}


def chosen(name: str):
    entry = case("building", name)
    given, key = entry["input"], name.split()[1]
    outcome, frame = problem(key)
    selection = Selection(
        given["rule"],
        by=given.get("by", "aic"),
        enter=given.get("enter", 0.05),
        remove=given.get("remove", 0.1),
    )
    ties = given.get("ties", "efron") or "efron"
    conventions = convention(ties=ties)
    found = choose_covariates(
        outcome, frame, given["covariates"], selection, conventions=conventions
    )
    return found, entry["values"]


def column(found, statistic: str) -> list[float]:
    numbers = found.result.numbers
    rows = numbers[(numbers["statistic"] == statistic) & (numbers["level"] != "0")]
    return rows["value"].tolist()


@pytest.mark.parametrize("name", names("building", "step "))
def test_stepwise_by_tests(name):
    found, wanted = chosen(name)
    assert list(found.terms) == wanted["chosen"]
    numbers = found.result.numbers
    rows = numbers[(numbers["statistic"] == "step_p")]
    assert rows["group"].tolist() == wanted.get("move", [])
    assert rows["term"].tolist() == wanted.get("term", [])
    for statistic, key in (("step_chi_square", "chi_square"), ("step_aic", "aic")):
        close(column(found, statistic), wanted.get(key, []))
    assert column(found, "step_df") == wanted.get("df", [])
    close(column(found, "step_p"), wanted.get("p", []), rtol=P_VALUE)


@pytest.mark.parametrize("name", names("building", "aic "))
def test_stepwise_by_aic(name):
    found, wanted = chosen(name)
    assert list(found.terms) == wanted["chosen"]
    numbers = found.result.numbers
    rows = numbers[(numbers["statistic"] == "step_p")]
    moves = [MARK[m] + t for m, t in zip(rows["group"], rows["term"], strict=True)]
    assert moves == wanted["step"]
    close(column(found, "step_aic"), wanted["aic"])
    close(value(found.result, "step_aic", level="0"), wanted["first_aic"])


@pytest.mark.parametrize("name", names("building", "lasso "))
def test_lasso(name):
    entry = case("building", name)
    wanted, given = entry["values"], entry["input"]
    outcome, frame = problem(name.split()[1])
    known = frame[given["covariates"]].notna().all(axis=1).to_numpy()
    known &= outcome.known if isinstance(outcome, Endpoint) else outcome.notna().to_numpy()
    folds = np.ones(len(frame), dtype=int)
    folds[known] = given["fold"]
    result = lasso(outcome, frame, given["covariates"], folds=folds)
    numbers = result.numbers
    curve = numbers[numbers["statistic"] == "lasso_deviance"]
    close(curve["level"].astype(float), wanted["lambda"])
    close(curve["value"], wanted["cvm"])
    spread = numbers.loc[numbers["statistic"] == "lasso_deviance_se", "value"]
    close(spread, wanted["cvsd"])
    nonzero = numbers.loc[numbers["statistic"] == "lasso_nonzero", "value"]
    # At the first penalty all is zero, but for rounding.
    assert nonzero.tolist()[1:] == wanted["nonzero"][1:]
    for penalty, place in (("lambda.min", "min"), ("lambda.1se", "1se")):
        close(value(result, f"lambda_{place}"), wanted[f"lambda_{place}"])
        rows = numbers[
            (numbers["statistic"] == "lasso_coefficient") & (numbers["group"] == penalty)
        ]
        expected = np.array(wanted[f"at_{place}"][-len(rows) :])
        assert (rows["value"] == 0).tolist() == (expected == 0).tolist()
        np.testing.assert_allclose(rows["value"], expected, rtol=1e-7, atol=1e-9)


def validated(name: str):
    entry = case("building", name)
    given, key = entry["input"], name.split()[1]
    outcome, frame = problem(key)
    selection = Selection("all")
    if "by" in given:
        selection = Selection(given["rule"], by=given["by"])
    roles = Roles(strata=(given["strata"],) if "strata" in given else ())
    if given.get("cluster"):
        roles = Roles(cluster="id")
    samples = [np.array(sample) - 1 for sample in given["samples"]]
    result = validate_model(
        outcome, frame, given["covariates"], selection, samples=samples, roles=roles
    )
    assert value(result, "failed_repeats") == 0
    return result, entry["values"]


def from_dxy(statistic: str, value_: float) -> float:
    return value_ / 2 if statistic == "optimism" else (value_ + 1) / 2


@pytest.mark.parametrize("name", names("building", "validate "))
def test_validation_is_that_of_rms(name):
    result, wanted = validated(name)
    for index in result.numbers["level"].unique():
        for statistic, key in COLUMNS.items() if index else ():
            for source, tolerance in (("index", ESTIMATE), ("usual", 3e-4)):
                expected = wanted[source][INDEXES[index]][key]
                if index == "C":
                    expected = from_dxy(statistic, expected)
                got = value(result, statistic, level=index)
                assert got == pytest.approx(expected, abs=tolerance), (index, statistic, source)


@pytest.mark.parametrize("name", names("building", "selected "))
def test_validation_repeats_the_selection(name):
    result, wanted = validated(name)
    for index in result.numbers["level"].unique():
        for statistic in ("apparent", "training", "test", "corrected") if index else ():
            expected = wanted[statistic]["C" if index == "C" else INDEXES[index]]
            got = value(result, statistic, level=index)
            assert got == pytest.approx(expected, abs=ESTIMATE), (index, statistic)
    if "strata" not in name:
        for term, share in wanted["selected"].items():
            assert value(result, "selected", term=term) == pytest.approx(share)
