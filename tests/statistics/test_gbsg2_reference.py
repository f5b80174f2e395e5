"""The numbers of the GBSG2 trial as R's survival package prints them, to eight digits.

They stand here in full, so that a reader can compare them with any other program: ties after
Efron, intervals on the log-log scale (survival) and after Wald (hazard ratios), time in days.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from r_values import data, endpoint, value

from cohort_stats.regression.cox_model import cox
from cohort_stats.survival.curves import kaplan_meier, logrank

DIGITS = 3e-8  # eight significant digits


@pytest.fixture(scope="module")
def gbsg2():
    frame = data("gbsg2.csv")
    return endpoint("gbsg2", frame), frame


@pytest.mark.parametrize(
    ("group", "median", "low", "high"),
    [
        ("Overall", 1807, 1528, 2018),
        ("no", 1528, 1280, 1814),
        ("yes", 2018, 1918, math.nan),
    ],
)
def test_median_recurrence_free_survival(gbsg2, group, median, low, high):
    result = kaplan_meier(gbsg2[0], gbsg2[1]["horTh"])
    got = [result.value(f"median{limit}", group=group) for limit in ("", "_low", "_high")]
    np.testing.assert_allclose(got, [median, low, high], rtol=0)


@pytest.mark.parametrize(
    ("by", "chi_square", "df", "p"),
    [("horTh", 8.5647809, 1, 0.0034272823), ("tgrade", 21.094435, 2, 2.6266471e-05)],
)
def test_logrank(gbsg2, by, chi_square, df, p):
    result = logrank(gbsg2[0], gbsg2[1][by])
    assert result.value("chi_square") == pytest.approx(chi_square, rel=DIGITS)
    assert result.value("df") == df
    assert result.value("p") == pytest.approx(p, rel=DIGITS)


def test_median_in_months(gbsg2):
    months = kaplan_meier(endpoint("gbsg2_months", gbsg2[1]))
    assert months.value("median") == pytest.approx(1807 / 30.4375, rel=1e-14)


COX = [
    ("horTh", "yes", -0.34627843, 0.12907474, 0.70731552, 0.54921776, 0.91092328),
    ("age", "", -0.0094592389, 0.0093005948, 0.99058536, 0.97269173, 1.0088082),
    ("menostat", "Pre", -0.25844484, 0.18347645, 0.77225163, 0.53899333, 1.1064563),
    ("tsize", "", 0.0077960839, 0.0039390177, 1.0078266, 1.0000758, 1.0156374),
    ("tgrade", "II", 0.6361117, 0.24920249, 1.8891211, 1.1591463, 3.0787991),
    ("tgrade", "III", 0.77965424, 0.26848015, 2.1807181, 1.2884537, 3.6908828),
    ("pnodes", "", 0.0487886, 0.0074470895, 1.0499984, 1.0347839, 1.0654366),
    ("progrec", "", -0.0022172357, 0.00057352856, 0.99778522, 0.99666425, 0.99890746),
    ("estrec", "", 0.00019731071, 0.00045036793, 1.0001973, 0.99931484, 1.0010806),
]


@pytest.mark.parametrize(("term", "level", "coefficient", "se", "ratio", "low", "high"), COX)
@pytest.mark.parametrize("unit", ["days", "months"])
def test_cox(gbsg2, unit, term, level, coefficient, se, ratio, low, high):
    covariates = ["horTh", "age", "menostat", "tsize", "tgrade", "pnodes", "progrec", "estrec"]
    result = cox(endpoint(f"gbsg2_{unit}", gbsg2[1]), gbsg2[1], covariates)
    wanted = {
        "coefficient": coefficient,
        "se": se,
        "hazard_ratio": ratio,
        "hazard_ratio_low": low,
        "hazard_ratio_high": high,
    }
    for statistic, number in wanted.items():
        got = value(result, statistic, term=term, level=level)
        assert float(f"{got:.8g}") == number, statistic
