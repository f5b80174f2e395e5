"""What every result must be: named statistics, one shape, conventions, words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import data, endpoint

from cohort_stats.comparing.groups import compare_groups
from cohort_stats.conventions import PRESETS, RECOMMENDED, choices
from cohort_stats.discrimination.roc_curve import roc
from cohort_stats.glossary import GLOSSARY
from cohort_stats.matching.matched import match
from cohort_stats.pooling.meta_analysis import pool
from cohort_stats.pooling.moderators import meta_regression
from cohort_stats.pooling.printed_intervals import from_effects
from cohort_stats.pooling.sensitivity import leave_one_out, small_study_test
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.model_building import Selection, build_model
from cohort_stats.results import COLUMNS, along, as_numbers, rows, stack
from cohort_stats.survival.curves import kaplan_meier, logrank

COVARIATES = [Covariate("age"), Covariate("tgrade"), Covariate("pnodes")]


def every_result(conventions) -> dict:
    frame = data("gbsg2.csv")
    end = endpoint("gbsg2", frame)
    chosen = {"conventions": conventions}

    def fit(covariates):
        return cox(end, frame, covariates, **chosen)

    alone, together = build_model(fit, COVARIATES, Selection("univariable"))
    return {
        "compare": compare_groups(frame, ["age", "tgrade", "pnodes"], by="horTh", **chosen),
        "survival": kaplan_meier(end, frame["tgrade"], times=[365], risk_times=[0, 365], **chosen),
        "logrank": logrank(end, frame["tgrade"], **chosen),
        "cox": cox(end, frame, COVARIATES, **chosen),
        "univariable": alone,
        "multivariable": together,
        "logistic": logistic(frame["cens"], frame, COVARIATES, **chosen),
        "roc": roc(frame["cens"], frame["pnodes"], direction="high", **chosen),
        "pool": pool([0.1, 0.4, 0.9], [0.1, 0.2, 0.3], by=["a", "b", "a"], n=[9, 8, 7], **chosen),
        "leave one out": leave_one_out([0.1, 0.4, 0.9], [0.1, 0.2, 0.3], **chosen),
        "funnel": small_study_test([0.1, 0.4, 0.9], [0.1, 0.2, 0.3], **chosen),
        "moderators": meta_regression(
            from_effects([0.1, 0.4, 0.9, 0.3], [0.1, 0.2, 0.3, 0.3]),
            pd.DataFrame({"year": [1, 3, 4, 6]}),
            ["year"],
            **chosen,
        ),
        "match": match(frame["horTh"] == "yes", frame, COVARIATES, **chosen).result,
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_shape_of_every_result(preset):
    conventions = PRESETS[preset]
    for name, result in every_result(conventions).items():
        tidy = result.tidy()
        assert tuple(tidy.columns) == COLUMNS, name
        assert set(tidy["statistic"]) <= set(GLOSSARY), name
        assert tidy["value"].dtype == tidy["time"].dtype == float, name
        assert tidy["n_used"].dtype == tidy["n_missing"].dtype == int, name
        assert not tidy.drop(columns=["value", "time"]).isna().any().any(), name
        assert result.conventions == conventions, name
        assert result.method, name
        keys = ["group", "term", "level", "time", "statistic"]
        assert not tidy.duplicated(keys).any(), name
        named = result.named("here").tidy()
        assert (named["analysis"] == "here").all(), name


def test_stack():
    results = every_result(RECOMMENDED)
    together = stack([r.named(name) for name, r in results.items()])
    assert tuple(together.columns) == COLUMNS
    assert list(dict.fromkeys(together["analysis"])) == list(results)
    assert len(together) == sum(len(r.numbers) for r in results.values())
    assert tuple(stack([]).columns) == COLUMNS


def test_value_names_one_number():
    result = every_result(RECOMMENDED)["cox"]
    assert result.value("hazard_ratio", term="age") > 0
    with pytest.raises(ValueError, match="statistic='p', term='tgrade' must name one number; 2"):
        result.value("p", term="tgrade")
    with pytest.raises(ValueError, match="0 fit"):
        result.value("p", term="size")


def test_unknown_statistic_is_refused():
    with pytest.raises(ValueError, match="statistic must be a name of GLOSSARY; got .*'guess'"):
        as_numbers(rows({"guess": 1.0}))
    assert tuple(as_numbers([]).columns) == COLUMNS


def test_along_equals_rows():
    values = {"curve": np.array([1.0, 0.5]), "curve_low": np.array([0.9, np.nan])}
    shared = {"group": "a", "method": "m", "n_used": 3, "n_missing": 1}
    found = along(values, shared, time=np.array([0.0, 2.0]), level=["x", "y"])
    wanted = [
        row
        for k, (time, level) in enumerate([(0.0, "x"), (2.0, "y")])
        for row in rows({s: v[k] for s, v in values.items()}, time=time, level=level, **shared)
    ]
    pd.testing.assert_frame_equal(found, as_numbers(wanted))


def test_limits_are_named_after_their_estimate():
    for name in GLOSSARY:
        for end, other in (("_low", "_high"), ("_high", "_low")):
            if name.endswith(end):
                assert name.removesuffix(end) in GLOSSARY
                assert name.removesuffix(end) + other in GLOSSARY


def test_presets_differ_where_the_programs_do():
    assert PRESETS["spss"].ties == PRESETS["stata"].ties == "breslow"
    assert PRESETS["r"].chi_square == "yates"
    assert PRESETS["r"].survival_interval == "log"
    assert PRESETS["r"].pooled_interval == PRESETS["stata"].pooled_interval == "z"
    assert RECOMMENDED.as_dict()["ties"] == "efron"
    assert set(RECOMMENDED.as_dict()) == set(choices())
    assert RECOMMENDED.overriding(ties="breslow").ties == "breslow"


def test_ties_and_interval_change_the_numbers():
    results = {name: every_result(c)["cox"] for name, c in PRESETS.items()}
    efron, breslow = (
        results[name].value("coefficient", term="pnodes") for name in ("recommended", "spss")
    )
    assert efron != breslow
    assert "Breslow" in results["spss"].method
