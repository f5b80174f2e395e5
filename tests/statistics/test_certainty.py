"""Nothing is called certain because a few patients had no event, or all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cohort_stats import Endpoint, kaplan_meier, restricted_mean, survival_difference
from reports.format import share_interval

#: Five patients a group; of the first group nobody has the event.
TIME = [9.0, 9, 9, 9, 9, 2, 4, 6, 9, 9]
EVENT = [False] * 5 + [True, True, True, False, False]
GROUPS = pd.Series(["1"] * 5 + ["2"] * 5, name="sex")
ENDPOINT = Endpoint(np.array(TIME), np.array(EVENT), "days")


def test_a_restricted_mean_without_variance_has_no_interval_and_is_not_compared():
    found = restricted_mean(ENDPOINT, GROUPS, tau=8)
    assert found.value("rmst", group="1") == 8
    for name in ("rmst_se", "rmst_low", "rmst_high"):
        assert np.isnan(found.value(name, group="1"))
        assert found.value(name, group="2") > 0
    for term in ("difference", "ratio"):
        assert np.isnan(found.value("p", group="2", term=term))
    assert found.warnings == (
        "`sex` 1: the restricted mean has no interval and is not compared, as nobody had the "
        "event before that time",
    )


def test_events_all_at_once_give_no_interval_either():
    together = Endpoint(np.full(3, 5.0), np.ones(3, dtype=bool), "days")
    found = restricted_mean(together, tau=8)
    assert found.value("rmst") == 5
    assert np.isnan(found.value("rmst_low"))
    assert "everybody had the event at the same time" in found.warnings[0]


def test_the_group_taken_as_certain_is_named_with_the_unit():
    found = survival_difference(ENDPOINT, GROUPS, times=[5])
    assert found.warnings == (
        "`sex` 2 against 1 at 5 days: nobody in group 1 had had the event by then; the interval "
        "takes its 100% as certain and is too narrow",
    )


def test_no_interval_is_not_called_too_narrow():
    groups, none = pd.Series(list("aabb")), np.zeros(4, dtype=bool)
    found = survival_difference(Endpoint(np.arange(1.0, 5), none, "days"), groups, times=[2])
    assert found.warnings == (
        "b against a at 2 days: nobody in group a had had the event by then, so that there is no "
        "interval",
        "b against a at 2 days: nobody in group b had had the event by then, so that there is no "
        "interval",
    )


def test_survival_that_reached_0_stays_there():
    """R: ``summary(survfit(…), times = 6, extend = TRUE)``: 0 without limits in a."""
    event = np.array([1, 1, 0, 1, 1, 0], dtype=bool)
    end, groups = Endpoint(np.array([1.0, 1, 2, 3, 4, 5]), event, "days"), pd.Series(list("aabbbb"))
    curves = kaplan_meier(end, groups, times=[2, 6])
    for time in (2, 6):
        assert curves.value("survival", group="a", time=time) == 0
        assert np.isnan(curves.value("survival_low", group="a", time=time))
    assert np.isnan(curves.value("survival", group="b", time=6))
    found = survival_difference(end, groups, times=[2, 6])
    assert found.value("survival_difference", group="b", time=2) == 1
    assert found.warnings[-1].endswith("no difference, as a group was not followed so long")
    assert len(found.warnings) == 3


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_probability_without_events_is_printed_without_an_interval(value):
    assert share_interval(value, value, value) == f"{100 * value:.1f}% (n.e.)"
    assert share_interval(0.0, 0.0, 0.088) == "0.0% (0.0–8.8%)"
