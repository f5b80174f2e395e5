"""Wrong arguments: a ValueError that names the argument, what is allowed, what was given."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from cohort_stats import (
    Covariate,
    Endpoint,
    compare_groups,
    cox,
    kaplan_meier,
    logistic,
    logrank,
    match,
    roc,
)

FRAME = pd.DataFrame(
    {"age": np.arange(20.0), "arm": pd.Categorical(["A", "B"] * 10), "dead": [0, 1, 1, 0] * 5}
)
OS = Endpoint(np.arange(1.0, 21), FRAME["dead"].to_numpy())

CALLS = [
    (lambda: cox(FRAME["age"], FRAME, ["age"]), "endpoint must be an Endpoint; got Series"),
    (lambda: cox(OS, FRAME, "age"), "covariates must be a list .* got str"),
    (lambda: cox(OS, FRAME, ["Age"]), r"got 'Age' \(did you mean 'age'\?\)"),
    (lambda: cox(OS, FRAME, ["xyz"]), "got 'xyz'; columns are age, arm, dead"),
    (
        lambda: cox(OS, FRAME, ["age"], conventions="sas"),
        "conventions must be one of 'recommended'",
    ),
    (lambda: cox(OS, FRAME.to_numpy(), ["age"]), "frame must be a DataFrame; got ndarray"),
    (lambda: logistic("dead", FRAME, ["age"]), "outcome must be one value a patient; got 'dead'"),
    (lambda: match("arm", FRAME, ["age"]), "treated must be one value a patient; got 'arm'"),
    (lambda: roc(FRAME["dead"], "age", direction="high"), "marker must be one value a patient"),
    (lambda: compare_groups(FRAME, ["age"], by=FRAME["arm"]), "by must be the name of a column"),
    (lambda: compare_groups(FRAME, "age"), "variables must be a list"),
    (lambda: compare_groups(FRAME.to_numpy(), ["age"]), "frame must be a DataFrame"),
    (lambda: kaplan_meier(OS, times=["a"]), "times must be numbers, none negative"),
    (lambda: kaplan_meier(OS, times=[-1]), "times must be numbers, none negative"),
    (lambda: kaplan_meier(OS, "arm"), "groups must be a Series, one entry a patient; got str"),
    (lambda: logrank(FRAME, FRAME["arm"]), "endpoint must be an Endpoint"),
    (lambda: kaplan_meier(OS).value("medain"), r"0 fit \(did you mean 'median'\?\)"),
    (lambda: kaplan_meier(OS).value("hr"), "statistics are n, events"),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_preset_may_be_asked_for_by_name():
    breslow = cox(OS, FRAME, ["age"], conventions="spss")
    assert breslow.conventions.ties == "breslow"


def test_outcomes_may_be_plain_arrays():
    dead, age = FRAME["dead"].to_numpy(), FRAME["age"].to_numpy()
    array = roc(dead, age, direction="high").value("auc")
    assert array == roc(FRAME["dead"], FRAME["age"], direction="high").value("auc")
    assert logistic(list(dead), FRAME, ["age"]).value("events") == dead.sum()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"per": "2"}, "per of 'x' must be above 0; got '2'"),
        ({"per": True}, "per of 'x' must be above 0; got True"),
        ({"per": None}, "per of 'x' must be above 0; got None"),
        ({"knots": "4"}, "knots of 'x' must be a number from 3 to 7"),
        ({"knots": (1, "2", 3)}, "knots of 'x' must be a number from 3 to 7"),
        ({"reference": 1}, "reference of 'x' must be the name of a level; got int"),
        ({"score": "yes"}, "score of 'x' must be True or False; got str"),
    ],
)
def test_a_covariate_says_what_it_takes(given, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Covariate("x", **given)


def test_a_variable_stands_once_in_a_comparison():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    with pytest.raises(ValueError, match="variables must each stand once; got 'x' twice"):
        compare_groups(frame, ["x", "x"])
