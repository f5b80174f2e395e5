"""Survival cut-offs, time-dependent areas, reclassification, decision curves against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, data, names, value

from cohort_stats.discrimination.decision_curves import TREAT_ALL, TREAT_NONE, decision_curve
from cohort_stats.discrimination.reclassified import CAVEAT, WITH, WITHOUT, reclassification
from cohort_stats.discrimination.survival_cutoffs import survival_cutoff
from cohort_stats.discrimination.time_areas import compare_time_areas, time_roc
from cohort_stats.endpoint import Endpoint

EVENTS = {"veteran": ("time", "status", 1), "lung": ("time", "status", 2)}
EVENTS |= {"pbc": ("time", "status", 2), "gbsg2": ("time", "cens", 1)}
EVENTS |= {"ovarian": ("futime", "fustat", 1)}


def cohort(key: str, competing: bool = False) -> tuple[Endpoint, pd.DataFrame]:
    frame = data(f"{key}.csv")
    if key == "pbc":
        frame = frame[frame["trt"].notna()].reset_index(drop=True)
    time, status, code = EVENTS[key]
    other = (frame[status] == 1).to_numpy() if competing else None
    event = (frame[status] == code).to_numpy()
    return Endpoint(frame[time].to_numpy(float), event, competing=other), frame


@pytest.mark.parametrize("name", names("discrimination", "maxstat "))
def test_survival_cutoff(name):
    wanted = case("discrimination", name)["values"]
    _, key, marker, minprop = name.split()
    endpoint, frame = cohort(key)
    kept = {"minprop": float(minprop), "permutations": 9999}
    results = {
        method: survival_cutoff(endpoint, frame[marker], p_method=method, **kept)
        for method in ("lausen 1992", "lausen 1994", "permutation")
    }
    result = results["permutation"]
    assert result.n_used == wanted["n"]
    close(value(result, "test_statistic"), wanted["statistic"], name)
    cutoff = value(result, "cutoff")
    assert cutoff == pytest.approx((wanted["cut"] + wanted["next_value"]) / 2)
    curve = result.numbers[result.numbers["statistic"] == "maxstat"]
    close(curve["value"].abs(), wanted["stats"], name)
    assert len(curve) == len(wanted["cuts"])
    close(value(results["lausen 1992"], "p"), wanted["lau92"], name, rtol=P_VALUE)
    close(value(results["lausen 1994"], "p"), min(1, wanted["lau94"]), name, rtol=P_VALUE)
    # 20,000 random permutations there, 9,999 here: four standard errors, and the one that counts.
    p = wanted["permutation"]
    room = 4 * np.sqrt(max(p, 1e-4) * (1 - p) * (1 / 20_000 + 1 / 9_999)) + 1e-4
    assert value(result, "p") == pytest.approx(p, abs=room)


@pytest.mark.parametrize("name", names("discrimination", "timed ", "competing "))
def test_time_dependent_areas(name):
    wanted = case("discrimination", name)["values"]
    endpoint, frame = cohort(name.split()[1], competing=name.startswith("competing"))
    low = {"karno", "progrec"}
    ways = {m: "low" if m in low else "high" for m in wanted["markers"]}
    both = compare_time_areas(
        endpoint, frame[wanted["markers"]], direction=ways, times=wanted["times"]
    )
    one, other = wanted["markers"]
    for time in wanted["times"]:
        for marker in wanted["markers"]:
            r = wanted["areas"][f"{marker} at {time}"]
            alone = time_roc(endpoint, frame[marker], direction=ways[marker], times=[time])
            for result, where in ((alone, {}), (both, {"term": marker})):
                for statistic, key in (("auc", "AUC"), ("auc_se", "se")):
                    close(value(result, statistic, time=time, **where), r[key], f"{name} {marker}")
                limits = [value(result, f"auc_{e}", time=time, **where) for e in ("low", "high")]
                close(limits, [r["lower"], r["upper"]], f"{name} {marker}")
        r = wanted["areas"][f"difference at {time}"]
        where = {"term": one, "level": other, "time": time}
        close(value(both, "auc_difference", **where), -r["delta"], name)
        limits = [value(both, f"auc_difference_{e}", **where) for e in ("low", "high")]
        close(limits, [-r["upper"], -r["lower"]], name)
        close(value(both, "p", **where), r["p"], name, rtol=P_VALUE)


@pytest.mark.parametrize("name", names("discrimination", "models "))
def test_reclassification(name):
    w = case("discrimination", name)["values"]
    y, old, new = (pd.Series(w[k]) for k in ("y", "old", "new"))
    cuts = np.atleast_1d(w["cuts"])
    result = reclassification(y, old, new, cutoffs=cuts)
    for group, key, se in (
        ("", "nri", "se_nri"),
        (WITH, "nri_events", "se_events"),
        (WITHOUT, "nri_others", "se_others"),
    ):
        where = {"term": "continuous", "group": group}
        found = value(result, "nri", **where)
        close(found, w[key], name)
        half = (value(result, "nri_high", **where) - found) / 1.959963984540054
        close(half, w[se], name)
    where = {"term": "categorical"}
    found = [value(result, s, **where) for s in ("nri", "nri_low", "nri_high")]
    close(found, [w[f"categorical{e}"] for e in ("", "_lower", "_upper")], name)
    close(value(result, "p", **where), w["categorical_p"], name, rtol=P_VALUE)
    idi = value(result, "idi")
    close([idi, (idi - value(result, "idi_low")) / 1.959963984540054], [w["idi"], w["se_idi"]])
    slopes = [value(result, "discrimination_slope", group=g) for g in ("new", "old")]
    assert slopes[0] - slopes[1] == pytest.approx(idi)
    moved = result.numbers[result.numbers["statistic"] == "reclassified"]
    got = moved.loc[moved["group"] == WITH, "value"].to_numpy().reshape(len(cuts) + 1, -1)
    assert got.tolist() == w["moved_events"]
    assert moved["value"].sum() == len(y)
    assert result.warnings[0] == CAVEAT


def test_decision_curve():
    w = case("discrimination", "decision aSAH")["values"]
    models = case("discrimination", "models aSAH")["values"]
    risks = pd.DataFrame({k: models[k] for k in ("old", "new")})
    result = decision_curve(pd.Series(models["y"]), risks, thresholds=w["thresholds"])
    numbers = result.numbers[result.numbers["statistic"] == "net_benefit"]
    for term, key in (("new", "new"), ("old", "old"), (TREAT_ALL, "all")):
        close(numbers.loc[numbers["term"] == term, "value"], w[key], term)
    assert (numbers.loc[numbers["term"] == TREAT_NONE, "value"] == 0).all()
