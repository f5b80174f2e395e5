"""Endpoints with entry times and a competing event: carried along together, or refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.fine_gray_model import fine_gray
from cohort_stats.survival.competing import cumulative_incidence, gray_test
from cohort_stats.survival.curves import kaplan_meier
from cohort_stats.survival.event_rates import rates
from cohort_stats.survival.landmark_analysis import landmark

TIME = np.array([2.0, 4.0, 5.0, 6.0, 8.0, 9.0])
EVENT = np.array([1, 0, 0, 1, 0, 1], dtype=bool)
OTHER = np.array([0, 1, 0, 0, 1, 0], dtype=bool)
ENTRY = np.array([0.0, 1.0, 2.0, 3.0, 0.5, 9.0])
BOTH = Endpoint(TIME, EVENT, "months", "Relapse", competing=OTHER, entry=ENTRY)
GROUPS = pd.Series(["a", "b"] * 3)


def test_part_of_the_patients_keeps_both():
    part = BOTH.where(TIME > 4)
    assert part.competing.tolist() == [False, False, True, False]
    assert part.entry.tolist() == [2.0, 3.0, 0.5, 9.0]
    assert (part.unit, part.label) == ("months", "Relapse")


def test_entry_times_stay_when_events_change_places():
    swapped = BOTH.swapped()
    assert swapped.event.tolist() == OTHER.tolist()
    assert swapped.competing.tolist() == EVENT.tolist()
    assert swapped.entry.tolist() == ENTRY.tolist()


def test_entry_times_stay_when_censoring_is_the_event():
    follow_up = BOTH.reversed()
    assert follow_up.event.tolist() == [False, False, True, False, False, False]
    assert follow_up.entry.tolist() == ENTRY.tolist()
    assert follow_up.competing is None


def test_whether_it_happened_by_a_time_knows_of_both():
    by = BOTH.by(6).astype(object).where(BOTH.by(6).notna(), None).tolist()
    # The fourth is censored before 6, the last one was never under observation.
    assert by == [True, False, None, True, False, None]


def test_a_landmark_keeps_the_competing_event_and_ends_late_entry():
    after = landmark(BOTH, 3.0).endpoint
    assert after.time.tolist() == [1.0, 2.0, 3.0, 5.0]
    assert after.competing.tolist() == [True, False, False, True]
    assert after.entry is None
    assert cumulative_incidence(after, times=[3.0]).n_used == 4


def test_survival_and_rates_take_both():
    found = kaplan_meier(BOTH)
    assert any("2 patients with the competing event count as censored" in w for w in found.warnings)
    assert any("entered at or after their last contact" in w for w in found.warnings)
    assert rates(BOTH).value("person_time", group="Overall") == pytest.approx(18.5)


@pytest.mark.parametrize(
    "verb",
    [
        cumulative_incidence,
        lambda end: gray_test(end, GROUPS),
        lambda end: fine_gray(end, pd.DataFrame({"x": TIME}), ["x"]),
    ],
)
def test_competing_risks_refuse_entry_times(verb):
    with pytest.raises(ValueError, match=r"followed from time 0 .* got entry times"):
        verb(BOTH)
