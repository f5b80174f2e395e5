"""ROC curves against R's pROC, and Wilson intervals against ``prop.test``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import case, close, data, names

from cohort_stats.comparing.proportions import wilson
from cohort_stats.discrimination.roc_curve import roc, roc_curve
from cohort_stats.kernels.ranks import placements

MARKERS = names("roc", "aSAH ", "gbsg2 ", "small: ", without=("constant",))


def outcome_and_marker(name: str):
    reference = case("roc", name)
    if reference["data"] is None:
        given = reference["input"]
        return pd.Series(given["y"]) == 1, pd.Series(given["x"])
    frame = data(reference["data"])
    marker = frame[name.split()[1]]
    if name.startswith("aSAH"):
        return frame["outcome"] == "Poor", marker
    known = (frame["time"] > 730) | (frame["cens"] == 1)
    event = (frame["cens"] == 1) & (frame["time"] <= 730)
    return event[known], marker[known]


def direction(name: str) -> str:
    return {"<": "high", ">": "low"}[case("roc", name)["values"]["direction"]]


@pytest.mark.parametrize("name", MARKERS)
def test_area(name):
    wanted = case("roc", name)["values"]
    result = roc(*outcome_and_marker(name), direction=direction(name), cutoff=0.0)
    assert result.value("events") == wanted["n_cases"]
    for statistic, column in (
        ("auc", "auc"),
        ("auc_se", "delong_se"),
        ("auc_low", "lower"),
        ("auc_high", "upper"),
    ):
        close(result.value(statistic), wanted[column], f"{name}: {statistic}")


@pytest.mark.parametrize("name", [n for n in MARKERS if "curve" in case("roc", n)["values"]])
def test_whole_curve(name):
    wanted = case("roc", name)["values"]["curve"]
    outcome, marker = outcome_and_marker(name)
    got = roc_curve(outcome.to_numpy(), marker.to_numpy(float), direction(name))
    # pROC goes from the most lenient threshold to the strictest, we from strict to lenient.
    close(got.cutoff[::-1], wanted["threshold"], f"{name}: cut-offs")
    close(got.sensitivity[::-1], wanted["sensitivity"], f"{name}: sensitivity")
    close(got.specificity[::-1], wanted["specificity"], f"{name}: specificity")


@pytest.mark.parametrize("name", MARKERS)
def test_youden(name):
    wanted = case("roc", name)["values"]["best_youden"]
    result = roc(*outcome_and_marker(name), direction=direction(name))
    best = max(wanted, key=lambda row: row["sensitivity"])  # of equally good ones
    close(result.value("cutoff"), best["threshold"], name)
    assert any("same Youden" in w for w in result.warnings) == (len(wanted) > 1)
    for statistic in ("youden", "sensitivity", "specificity", "ppv", "npv"):
        close(result.value(statistic), best[statistic], f"{name}: {statistic}")
    for statistic in ("sensitivity", "specificity", "ppv", "npv"):
        limits = best[f"{statistic}_wilson"]
        close(result.value(f"{statistic}_low"), limits["lower"], f"{name}: {statistic} low")
        close(result.value(f"{statistic}_high"), limits["upper"], f"{name}: {statistic} high")
    counts = {"tp": "true_positive", "fp": "false_positive"}
    counts |= {"tn": "true_negative", "fn": "false_negative"}
    for short, statistic in counts.items():
        assert result.value(statistic) == best[short]


@pytest.mark.parametrize("name", names("roc", "small: constant"))
def test_constant_marker(name):
    wanted = case("roc", name)["values"]
    outcome, marker = outcome_and_marker(name)
    y = outcome.to_numpy()
    v10, v01 = placements(marker[y].to_numpy(float), marker[~y].to_numpy(float))
    close([v10.mean(), v01.mean()], [wanted["auc"]] * 2)
    result = roc(outcome, marker, direction="high")
    assert result.warnings == ("ROC curve not drawn: the marker does not vary",)


@pytest.mark.parametrize("name", names("roc", "wilson "))
def test_wilson(name):
    wanted = case("roc", name)["values"]
    close(wilson(wanted["x"], wanted["n"]), [wanted["lower"], wanted["upper"]], name)
    assert np.isnan(wilson(0, 0)).all()


@pytest.mark.parametrize("name", names("roc", "test "))
def test_covariance_of_two_areas(name):
    """The placements hold all that DeLong's comparison of two areas needs."""
    reference = case("roc", name)["values"]
    key, *rest = name.removeprefix("test ").split()
    parts = []
    for marker in (rest[0], rest[2]):
        outcome, x = outcome_and_marker(f"{key} {marker}")
        x = x.to_numpy(float) * (1 if direction(f"{key} {marker}") == "high" else -1)
        parts.append(placements(x[outcome.to_numpy()], x[~outcome.to_numpy()]))
    covariance = sum(np.cov(a, b)[0, 1] / len(a) for a, b in zip(*parts, strict=True))
    close([parts[0][0].mean(), parts[1][0].mean()], [reference["auc1"], reference["auc2"]])
    close(covariance, reference["cov"], name)
