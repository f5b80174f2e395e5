"""Propensity score matching and balance against R's MatchIt.

MatchIt does not document which of several equally near controls it takes; by its source, the
next one in the joint ranking of scores. Ours, documented, is the earlier row. Hence pairs are
compared by the score of the control, and by its row where no other control has that score.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import case, close, convention, data, names, value

from cohort_stats.kernels.nearest import match_nearest
from cohort_stats.matching.balance import balance
from cohort_stats.matching.matched import AFTER, BEFORE, match
from cohort_stats.matching.pairing import weights_of

COVARIATES = {
    "lalonde": ["age", "educ", "race", "married", "nodegree", "re74", "re75"],
    "gbsg2 grade": ["age", "tsize", "pnodes", "menostat"],
    "gbsg2 horTh": ["age", "tsize", "pnodes", "menostat", "tgrade"],
}
CASES = names("matching", "lalonde ", "gbsg2 ")


def prepared(name: str):
    frame = data(case("matching", name)["data"])
    if name.startswith("lalonde"):
        return frame["treat"] == 1, frame, COVARIATES["lalonde"]
    if "grade" in name:
        return frame["tgrade"] == "I", frame, COVARIATES["gbsg2 grade"]
    return frame["horTh"] == "yes", frame, COVARIATES["gbsg2 horTh"]


@pytest.mark.parametrize("name", CASES)
def test_score(name):
    wanted = case("matching", name)["values"]
    treated, frame, covariates = prepared(name)
    matched = match(treated, frame, covariates, ratio=wanted["ratio"], caliper=None)
    close(matched.score, wanted["distance"], name)
    assert matched.result.value("matched", group="treated") == wanted["n_matched_treated"]
    assert matched.result.value("matched", group="control") == wanted["n_matched_control"]


@pytest.mark.parametrize("name", CASES)
def test_pairs(name):
    wanted = case("matching", name)["values"]
    treated = prepared(name)[0].to_numpy()
    score = np.array(wanted["distance"])
    rows = np.flatnonzero(~treated)
    ours = match_nearest(score[treated], score[~treated], wanted["ratio"], np.inf)
    theirs = np.array(wanted["pairs"], dtype=float)
    assert ((ours >= 0) == ~np.isnan(theirs)).all()
    mine, r_rows = rows[ours[ours >= 0]], theirs[~np.isnan(theirs)].astype(int) - 1
    # Equal but for the last digits of the logit: MatchIt sees gaps below 1e-8 as equal.
    alike = np.abs(score[mine] - score[r_rows]) < 1e-9
    assert (~alike).sum() <= 2 * wanted["nearly_tied_choices"], name
    copies = (np.abs(score[r_rows][:, None] - score[~treated]) < 1e-9).sum(axis=1)
    assert (mine == r_rows)[alike & (copies == 1)].all()


def pairs_of_r(wanted) -> np.ndarray:
    """R's pairs as rows of a treated patient and a control, from 0."""
    chosen = np.array(wanted["pairs"], dtype=float)
    i, k = np.nonzero(~np.isnan(chosen))
    return np.column_stack([np.array(wanted["treated_rows"])[i], chosen[i, k]]).astype(int) - 1


@pytest.mark.parametrize("name", CASES)
def test_weights_of_the_pairs_of_r(name):
    wanted = case("matching", name)["values"]
    treated = prepared(name)[0].to_numpy()
    weights = weights_of(pairs_of_r(wanted), treated)
    if "weights" in wanted:
        close(weights, wanted["weights"], name)
    else:
        assert set(weights) == {0.0, 1.0}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("denominator", ["pooled", "treated"])
def test_balance_of_the_pairs_of_r(name, denominator):
    wanted = case("matching", name)["values"]
    table = wanted["balance"]
    treated, frame, _ = prepared(name)
    weights = weights_of(pairs_of_r(wanted), treated.to_numpy())
    variables = list(table["numeric"])
    levels = {v: table["categorical"][v] for v in table["categorical"] if v not in variables}
    rows = pd.DataFrame(
        balance(
            frame[[*variables, *levels]],
            treated.to_numpy(),
            {BEFORE: np.ones(len(frame)), AFTER: weights},
            convention(smd_denominator=denominator),
        )
    ).set_index(["group", "term", "level", "statistic"])["value"]
    for variable in variables:
        before = table["numeric"][variable]
        for stage, row in ((BEFORE, before), (AFTER, before["after"])):
            got = rows[stage, variable, "", "smd"]
            close(got, row[f"smd_{denominator}"], f"{name}: {variable} {stage}")
            for statistic in ("variance_ratio", "ks"):
                got = rows[stage, variable, "", statistic]
                close(got, row[statistic], f"{name}: {variable} {stage}")
    for variable, shares in levels.items():
        shown = list(shares)[1:] if len(shares) == 2 else list(shares)
        for level in shown:
            before = shares[level]
            for stage, row in ((BEFORE, before), (AFTER, before["after"])):
                got = rows[stage, variable, level, "smd"]
                close(got, row[f"smd_{denominator}"], f"{name}: {variable} {level} {stage}")


@pytest.mark.parametrize("name", CASES)
def test_balance_after_our_own_matching(name):
    """Ties may pick another patient of the same score; the balance hardly moves."""
    wanted = case("matching", name)["values"]
    treated, frame, covariates = prepared(name)
    matched = match(treated, frame, covariates, ratio=wanted["ratio"], caliper=None)
    for variable in set(wanted["balance"]["numeric"]) & set(covariates):
        got = value(matched.result, "smd", term=variable, group=AFTER)
        after = wanted["balance"]["numeric"][variable]["after"]["smd_pooled"]
        assert got == pytest.approx(after, abs=0.02)


SAME_RULE = {
    "small: rounds",
    "small: controls run out",
    "small: controls run out in round two",
    "small: equal controls above",
    "small: equal treated",
}


@pytest.mark.parametrize("name", names("matching", "small: "))
def test_small_cases(name):
    reference = case("matching", name)
    given = reference["input"]
    score, treated = np.array(given["distance"], float), np.array(given["treat"]) == 1
    ours = match_nearest(score[treated], score[~treated], given["ratio"], np.inf)
    rows = np.flatnonzero(~treated) + 1
    theirs = reference["values"]["pairs"]
    got = [[int(rows[place]) if place >= 0 else None for place in row] for row in ours]
    if name in SAME_RULE:
        assert got == theirs
    else:  # the earlier row among equally near controls
        earlier = {
            "small: equal gaps, lower one": [[2]],
            "small: equal controls below": [[2, 3]],
            "small: same distance": [[1, 2, 4]],
        }
        assert got == earlier[name]


def test_every_small_case_has_a_rule():
    assert len(SAME_RULE) + 3 == len(names("matching", "small: "))
