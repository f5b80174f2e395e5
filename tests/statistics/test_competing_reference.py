"""Cumulative incidence, Gray's test and Fine–Gray models against R's survival and cmprsk."""

from __future__ import annotations

import numpy as np
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, names, value

from cohort_stats.comparing.groups import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.fine_gray_model import fine_gray
from cohort_stats.survival.competing import cumulative_incidence, gray_test

LIMITS = ("", "_low", "_high")


def competing_endpoint(key: str) -> tuple[Endpoint, object]:
    """The endpoint of a case's cohort, and the cohort."""
    stem = "crr_example" if key == "example" else key.partition("_")[0]
    frame = data(f"{stem}.csv")
    codes = {"pbc": (2, 1, 0), "Melanoma": (1, 3, 2)}.get(stem, (1, 2, 0))
    time = frame["time"] if stem != "mgus2" else frame["ptime"].where(frame["pstat"] == 1)
    status = frame["status"] if stem != "mgus2" else (2 * frame["death"])
    if stem == "mgus2":
        time, status = time.fillna(frame["futime"]), status.where(frame["pstat"] == 0, 1)
    if key == "pbc_months":
        time = np.ceil(time / 30.4375)
    event, competing, censored = codes
    end = Endpoint.coded(time, status, event=event, competing=competing, censored=censored)
    return end, frame


def groups_of(frame, by: str):
    return None if by == "overall" else factor(frame[by])


def name_of(level: str, by: str) -> str:
    return OVERALL if by == "overall" else str(level)


@pytest.mark.parametrize("name", names("competing", "aj "))
def test_aalen_johansen_is_that_of_survfit(name):
    text, scale = name.removeprefix("aj ").rsplit(", ", 1)
    key, by = text.split(" by ")
    end, frame = competing_endpoint(key)
    wanted = case("competing", name)["values"]
    times = next(iter(wanted.values()))["time"]
    chosen = {"times": times, "risk_times": times}
    chosen["conventions"] = convention(survival_interval=scale)
    for cause, mine in (("event", end), ("other", end.swapped())):
        result = cumulative_incidence(mine, groups_of(frame, by), **chosen)
        for level, values in wanted.items():
            group = name_of(level, by)
            counts = [result.value(s, group=group) for s in ("n", "events", "competing_events")]
            both = (values["events"], values["competing"])
            assert counts == [values["n"], *(both if cause == "event" else both[::-1])]
            assert result.value("censored", group=group) == values["censored"]
            for k, time in enumerate(times):
                at = {"group": group, "time": time}
                close(result.value("at_risk", **at), values["n_risk"][k], name)
                estimate = result.value("cumulative_incidence", **at)
                if time > values["last_time"]:  # R extends the curve; we do not
                    assert np.isnan(estimate)
                    continue
                close(estimate, values[cause]["incidence"][k], name)
                close(
                    result.value("cumulative_incidence_se", **at), values[cause]["std_err"][k], name
                )
                limits = [result.value(f"cumulative_incidence{end}", **at) for end in LIMITS[1:]]
                if estimate == 0:
                    assert np.isnan(limits).all()
                else:  # R lets the upper limit pass 1
                    r_limits = [values[cause][limit][k] for limit in ("lower", "upper")]
                    close(limits, np.clip(r_limits, 0, 1), name)


@pytest.mark.parametrize("name", names("competing", "cuminc "))
def test_variance_is_that_of_cuminc(name):
    key, by = name.removeprefix("cuminc ").split(" by ")
    end, frame = competing_endpoint(key)
    wanted = case("competing", name)["values"]
    chosen = {"times": wanted["time"], "conventions": convention(incidence_variance="aalen")}
    for cause, mine in (("event", end), ("other", end.swapped())):
        result = cumulative_incidence(mine, groups_of(frame, by), **chosen)
        for level, values in wanted["curves"].items():
            for k, time in enumerate(wanted["time"]):
                at = {"group": name_of(level, by), "time": time}
                close(result.value("cumulative_incidence", **at), values[cause]["est"][k], name)
                se = result.value("cumulative_incidence_se", **at)
                close(se**2, values[cause]["var"][k], name)


@pytest.mark.parametrize("name", names("competing", "cuminc ", without=("overall",)))
def test_gray(name):
    key, by = name.removeprefix("cuminc ").split(" by ")
    end, frame = competing_endpoint(key)
    wanted = case("competing", name)["values"]["tests"]
    for cause, mine in (("event", end), ("other", end.swapped())):
        result = gray_test(mine, factor(frame[by]))
        close(value(result, "chi_square"), wanted[cause]["chisq"], name)
        assert value(result, "df") == wanted[cause]["df"]
        close(value(result, "p"), wanted[cause]["p"], name, P_VALUE)


@pytest.mark.parametrize("name", names("competing", "follow-up "))
def test_follow_up(name):
    key, by = name.removeprefix("follow-up ").split(" by ")
    end, frame = competing_endpoint(key)
    result = cumulative_incidence(end, groups_of(frame, by))
    for level, wanted in case("competing", name)["values"].items():
        for limit, r_name in zip(LIMITS, ("time", "lower", "upper"), strict=True):
            got = result.value(f"median_follow_up{limit}", group=name_of(level, by))
            close(got, wanted[r_name], name)


def fitted(key: str, rhs: str, cause: str, fit):
    """A model of a case; its covariates as R names them -> our term and level."""
    end, frame = competing_endpoint(key)
    places = {}
    covariates = []
    for name in rhs.split(" + "):
        plain = name.removeprefix("factor(").removesuffix(")")
        if plain != name:
            frame[plain] = factor(frame[plain])
        covariates.append(plain)
        levels = frame[plain].cat.categories if frame[plain].dtype == "category" else [""]
        places |= {f"{name}{level}": {"term": plain, "level": str(level)} for level in levels}
    return fit(end if cause == "1" else end.swapped(), frame, covariates), places


COLUMNS = {
    "coefficient": "coef",
    "se": "se",
    "z": "z",
    "p": "p",
    "subdistribution_hazard_ratio": "shr",
    "subdistribution_hazard_ratio_low": "shr_lower",
    "subdistribution_hazard_ratio_high": "shr_upper",
}


@pytest.mark.parametrize("name", names("competing", "crr "))
def test_fine_gray_is_that_of_crr(name):
    text, cause = name.removeprefix("crr ").split(", cause ")
    key, _, rhs = text.partition(" ")
    wanted = case("competing", name)["values"]
    result, places = fitted(key, rhs, cause, fine_gray)
    assert result.n_used == wanted["n"]
    for k, term in enumerate(wanted["terms"]):
        for statistic, column in COLUMNS.items():
            got = value(result, statistic, **places[term])
            rtol = P_VALUE if statistic == "p" else 1e-8
            close(got, wanted[column][k], f"{name}: {term} {statistic}", rtol)
    close(value(result, "log_likelihood"), wanted["loglik"], name, 1e-12)
    close(value(result, "log_likelihood_null"), wanted["loglik_null"], name, 1e-12)
    close(value(result, "wald_chi_square"), wanted["wald_test"]["chisq"], name)
    assert value(result, "wald_df") == wanted["wald_test"]["df"]
    close(value(result, "wald_p"), wanted["wald_test"]["p"], name, P_VALUE)
    for term in result.numbers.loc[result.numbers["statistic"] == "global_p", "term"]:
        by_term = wanted["wald_by_term"]
        p = by_term.get(term, by_term.get(f"factor({term})"))["p"]
        close(value(result, "global_p", term=term), p, f"{name}: {term} global", P_VALUE)


@pytest.mark.parametrize("name", names("competing", "finegray "))
def test_estimates_are_those_of_a_weighted_cox_model_where_nothing_is_tied(name):
    cause = name.rpartition(" ")[2]
    wanted = case("competing", name)["values"]
    result, places = fitted("example", "x1 + x2 + x3", cause, fine_gray)
    for k, term in enumerate(wanted["terms"]):
        close(value(result, "coefficient", **places[term]), wanted["coef"][k], name)
        # That model takes its weights as known, which makes little difference here.
        se = value(result, "se", **places[term])
        assert se != wanted["se"][k]
        assert se == pytest.approx(wanted["se"][k], rel=0.05)


@pytest.mark.parametrize("name", names("competing", "cause-specific "))
def test_cox_of_such_an_endpoint_is_cause_specific(name):
    cause = name.rpartition(" ")[2]
    wanted = case("competing", name)["values"]
    result, places = fitted("Melanoma", "sex + age + thickness + ulcer", cause, cox)
    for k, term in enumerate(wanted["terms"]):
        close(value(result, "coefficient", **places[term]), wanted["coef"][k], name)
        close(value(result, "se", **places[term]), wanted["se"][k], name)
