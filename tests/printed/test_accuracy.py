"""Diagnostic accuracy and areas under the curve: by hand, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import areas, diagnostic_counts
from analyses.printed.diagnostic_counts import Accuracy, accuracy_of_counts
from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from cohort_stats.conventions import RECOMMENDED
from cohort_stats.discrimination.areas import area
from cohort_stats.discrimination.sample import Sample


def test_a_table_is_found_behind_its_shares():
    # 17 of 24, 53 of 72: 70.8%, 73.6%; PPV 17 / 36, NPV 53 / 60
    printed = {
        "sensitivity": R("70.8%"), "specificity": R("73.6%"),
        "ppv": R("47.2%"), "npv": R("88.3%"),
    }  # fmt: skip
    found = accuracy_of_counts(printed, n=96)
    assert found.verdict is Verdict.REPRODUCED
    assert found.recomputed == "17 of 24, 53 of 72"
    assert accuracy_of_counts(printed, positives=24, negatives=72).verdict.holds
    wrong = accuracy_of_counts({**printed, "npv": R("83.8%")}, positives=24, negatives=72)
    assert wrong.verdict is Verdict.INCONSISTENT
    assert wrong.assumed
    told = {e.words: e.recomputed for e in wrong.explanations}
    assert told["another negative predictive value"] == "88.33%"
    other = accuracy_of_counts(printed, positives=24, negatives=71)
    assert "72 patients without the condition" in [e.words for e in other.explanations]
    assert accuracy_of_counts(printed).verdict is Verdict.NOT_CHECKABLE


def test_hanley_and_mcneils_interval():
    # R, the line of the finding: se 0.06607912; 0.5634873 to 0.8225127
    assert areas.standard_error(0.693, 24, 72) == pytest.approx(0.06607912, abs=1e-7)
    found = areas.interval_of_area(R("0.693"), R("0.563"), R("0.823"), 24, 72)
    assert found.verdict.holds
    assert found.explanations[0].words == areas.PLAIN
    delong = areas.interval_of_area(R("0.693"), R("0.55"), R("0.83"), 24, 72)
    assert delong.verdict is Verdict.NOT_CHECKABLE
    wide = areas.interval_of_area(R("0.693"), R("0.35"), R("0.99"), 24, 72)
    assert wide.verdict is Verdict.INCONSISTENT
    outside = areas.interval_of_area(R("0.693"), R("0.72"), R("0.82"), 24, 72)
    assert outside.verdict is Verdict.IMPOSSIBLE


def test_p_of_an_area():
    # (0.693 − 0.5) / √(97 / (12 × 24 × 72)) = 2.822: 0.0048
    assert areas.p_of_area(R("0.005"), R("0.693"), 24, 72).verdict.holds
    assert areas.p_of_area(R("<0.001"), R("0.693"), 24, 72).verdict is Verdict.NOT_CHECKABLE
    assert areas.p_of_area(R("0.62"), R("0.693"), 24, 72).verdict is Verdict.INCONSISTENT
    assert areas.p_of_area(R("1.2"), R("0.693"), 24, 72).verdict is Verdict.IMPOSSIBLE


counts = st.integers(0, 40)


@settings(max_examples=80)
@given(counts, counts, counts, counts, st.integers(0, 2), st.booleans())
def test_shares_of_one_table_are_never_contradicted(tp, fn, tn, fp, places, percent):
    table = Accuracy(tp, fn, tn, fp)
    names = [n for n in diagnostic_counts.WORDS if not np.isnan(table.value(n))]
    if tp + fn == 0 or tn + fp == 0:
        return
    sign, scale, digits = ("%", 100, places) if percent else ("", 1, places + 2)
    printed = {n: R(f"{shown(scale * table.value(n), digits).text}{sign}") for n in names}
    n = tp + fn + tn + fp
    assert holds(accuracy_of_counts(printed, n=n))
    assert holds(accuracy_of_counts(printed, positives=tp + fn, negatives=tn + fp))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(4, 60), st.integers(4, 60), st.floats(0, 2.5),
    st.sampled_from(["delong", "hanley-mcneil", "hanley-mcneil exponential"]),
    st.booleans(),
)  # fmt: skip
def test_areas_of_patients_are_never_contradicted(seed, m, n, shift, kind, tied):
    rng = np.random.default_rng(seed)
    cases, controls = rng.normal(shift, 1, m), rng.normal(0, 1, n)
    if tied:
        cases, controls = np.round(cases), np.round(controls)
    sample = Sample(np.repeat([True, False], [m, n]), np.r_[cases, controls], "high")
    found = area(sample, RECOMMENDED.overriding(auc_interval=kind))
    names = ("auc", "auc_low", "auc_high")
    if any(np.isnan(found[x]) for x in (*names, "p")):
        return
    printed = [shown(found[x], 3) for x in names]
    assert holds(areas.interval_of_area(*printed, m, n))
    p = R("<0.001") if found["p"] < 0.0005 else shown(found["p"], 3)
    assert holds(areas.p_of_area(p, printed[0], m, n, (printed[1], printed[2])))
