"""Wrong arguments: a ValueError that names the argument, what is allowed, what was given."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys

import numpy as np
import pandas as pd
import pytest

import cohort_stats
from cohort_stats import (
    Covariate,
    Endpoint,
    check_assumptions,
    compare_areas,
    compare_groups,
    compare_paired,
    concordance,
    cox,
    cox_univariable,
    impute,
    kaplan_meier,
    lasso,
    logistic,
    logrank,
    match,
    ordinal,
    roc,
    smd,
)

FRAME = pd.DataFrame(
    {"age": np.arange(20.0), "arm": pd.Categorical(["A", "B"] * 10), "dead": [0, 1, 1, 0] * 5}
)
ENDLESS = FRAME.assign(age=FRAME["age"].where(FRAME["age"] != 3, np.inf))
VERBS = [name for name in cohort_stats.__all__ if name.islower() and name != "__version__"]
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
    (lambda: compare_groups(ENDLESS, ["age"], by="arm"), "'age' must hold finite numbers; got inf"),
    (lambda: cox(OS, ENDLESS, ["age"]), "'age' must hold .* got inf at position 3"),
    (lambda: cox_univariable(OS, ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: logistic(ENDLESS["dead"], ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: ordinal(ENDLESS["arm"], ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: lasso(OS, ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: impute(ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: match(ENDLESS["dead"], ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: check_assumptions(ENDLESS, ["age"]), "'age' must hold finite numbers"),
    (lambda: roc(ENDLESS["dead"], ENDLESS["age"], direction="high"), "marker must hold finite"),
    (lambda: concordance(OS, ENDLESS["age"]), "score must hold finite numbers"),
    (lambda: compare_paired(FRAME["age"], ENDLESS["age"]), "after must hold finite numbers"),
    (lambda: smd(FRAME["age"], ENDLESS["age"]), "second must hold finite numbers"),
    (
        lambda: compare_areas(ENDLESS["dead"], ENDLESS[["age", "dead"]], direction="high"),
        r"markers\['age'\] must hold finite numbers",
    ),
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


def test_types_that_verbs_take_can_be_imported_or_are_made_by_a_verb():
    verbs = [v for v in map(cohort_stats.__getattr__, VERBS) if inspect.isfunction(v)]
    known = {*cohort_stats.__all__} | {inspect.signature(v).return_annotation for v in verbs}
    for verb in verbs:
        for argument in inspect.signature(verb).parameters.values():
            for name in re.findall(r"\b[A-Z]\w+", str(argument.annotation)):
                ours = dataclasses.is_dataclass(sys.modules[verb.__module__].__dict__.get(name))
                assert name in known or not ours, (verb.__name__, name)


def test_a_variable_stands_once_in_a_comparison():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    with pytest.raises(ValueError, match="variables must each stand once; got 'x' twice"):
        compare_groups(frame, ["x", "x"])
