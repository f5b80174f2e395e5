"""Matching by other rules against R: replacement, order, caliper, strata, optimal, full."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import case, close, data, names

from cohort_stats.kernels.assignment import match_optimal
from cohort_stats.kernels.full_matching import match_full
from cohort_stats.kernels.nearest import match_nearest_again
from cohort_stats.matching.balance import effective_n
from cohort_stats.matching.matched import match
from cohort_stats.matching.pairing import sets_of, weights_of

COVARIATES = {
    "lalonde": ["age", "educ", "race", "married", "nodegree", "re74", "re75"],
    "gbsg2": ["age", "tsize", "pnodes", "menostat", "tgrade"],
}
STRATA = {"lalonde": ("race", "married"), "gbsg2": ("tgrade", "menostat")}
GREEDY = names("matching_more", "lalonde ", "gbsg2 ", without=("replacement",))
REPLACED = names("matching_more", "lalonde replacement", "gbsg2 replacement")
OPTIMAL = names("matching_more", "optimal: ")


def prepared(name: str):
    key = name.split(maxsplit=1)[0]
    frame = data(f"{key}.csv")
    treated = frame["treat"] == 1 if key == "lalonde" else frame["horTh"] == "yes"
    return treated, frame, COVARIATES[key], STRATA[key]


def theirs(pairs, treated) -> np.ndarray:
    chosen = np.array(pairs, dtype=float)
    i, k = np.nonzero(~np.isnan(chosen))
    return np.column_stack([np.flatnonzero(treated)[i], chosen[i, k].astype(int) - 1])


@pytest.mark.parametrize("name", GREEDY)
@pytest.mark.parametrize("kind", ["plain", "caliper", "exact", "probability"])
def test_greedy_rules(name, kind):
    wanted = case("matching_more", name)["values"]
    treated, frame, covariates, strata = prepared(name)
    asked = {"ratio": wanted["ratio"], "order": wanted["order"]}
    asked |= {
        "plain": {"caliper": None},
        "caliper": {"caliper": 0.2},
        "exact": {"caliper": 0.2, "exact": strata},
        "probability": {"caliper": 0.02, "caliper_scale": "raw", "distance": "probability"},
    }[kind]
    matched = match(treated, frame, covariates, **asked)
    pairs = theirs(wanted[kind]["pairs"], treated)
    # Scores that differ in their last digits only may be taken in another order.
    close(matched.result.value("total_distance"), wanted[kind]["total"], name)
    assert matched.result.value("pairs") == len(pairs)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    ours = matched.pairs[np.lexsort((matched.pairs[:, 1], matched.pairs[:, 0]))]
    same = (np.abs(matched.score[ours] - matched.score[pairs[order]]) < 1e-9).all(axis=1)
    assert same.mean() > 0.97
    if kind == "exact":
        for column in strata:
            values = frame[column].to_numpy()
            assert (values[matched.pairs[:, 0]] == values[matched.pairs[:, 1]]).all()


@pytest.mark.parametrize("name", REPLACED)
def test_replacement(name):
    wanted = case("matching_more", name)["values"]
    treated = prepared(name)[0].to_numpy()
    score = np.array(wanted["distance"])
    ours = match_nearest_again(score[treated], score[~treated], wanted["ratio"], np.inf)
    gaps = np.abs(score[~treated][ours] - score[treated][:, None])
    close(gaps.mean(), wanted["mean_gap"], name, rtol=1e-7)
    weights = weights_of(theirs(wanted["pairs"], treated), treated)
    close(weights, wanted["weights"], name)
    close(effective_n(weights[~treated]), wanted["effective_n"]["control"], name)
    close(effective_n(weights[treated]), wanted["effective_n"]["treated"], name)


@pytest.mark.parametrize("name", OPTIMAL)
def test_least_total_distance(name):
    given = case("matching_more", name)["input"]
    score, treated = np.array(given["logit"]), np.array(given["treat"]) == 1
    width = np.inf if given["caliper"] is None else given["caliper"]
    ones, others = score[treated], score[~treated]
    for asked, wanted in case("matching_more", name)["values"].items():
        if asked == "full":
            pairs = match_full(ones, others, width)
            assert len(np.unique(pairs[:, 0])) == wanted["treated"]
            assert len(np.unique(pairs[:, 1])) == wanted["controls"]
        else:
            found = match_optimal(ones, others, int(asked[-1]), width)
            i, k = np.nonzero(found >= 0)
            pairs = np.column_stack([i, found[i, k]])
            assert len(pairs) == wanted["pairs"]
            assert (found[:, 0] >= 0).sum() == wanted["treated"]
            assert len(np.unique(pairs[:, 1])) == len(pairs)
        gaps = np.abs(ones[pairs[:, 0]] - others[pairs[:, 1]])
        assert (gaps <= width).all()
        close(gaps.sum(), wanted["total"], f"{name}: {asked}")


def test_a_full_matching_weighs_the_controls_of_each_set_like_its_treated():
    treated, frame, covariates, _ = prepared("gbsg2")
    matched = match(treated, frame, covariates, method="full", caliper=None)
    known, sets = treated.to_numpy(), matched.sets
    assert (sets > 0).all()
    table = pd.DataFrame({"set": sets, "treated": known, "weight": matched.weights})
    counts = table.groupby("set")["treated"].agg(["sum", "size"])
    assert ((counts["sum"] == 1) | (counts["size"] - counts["sum"] == 1)).all()
    own = counts.loc[sets, "sum"].to_numpy() / (counts["size"] - counts["sum"]).loc[sets].to_numpy()
    scale = (~known).sum() / own[~known].sum()
    close(matched.weights[~known], own[~known] * scale)
    assert (matched.weights[known] == 1).all()


def test_optimal_pairs_are_never_longer_than_greedy_ones():
    totals = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=80)
        treated = pd.Series(rng.random(80) < 1 / (1 + np.exp(1 - x)))
        frame = pd.DataFrame({"x": x})
        asked = [("nearest", "largest"), ("optimal", "largest"), ("nearest", "random")]
        totals.append(
            [
                match(treated, frame, ["x"], method=m, order=o, caliper=None).result.value(
                    "total_distance"
                )
                for m, o in asked
            ]
        )
    greedy, optimal, at_random = np.array(totals).T
    assert (optimal <= greedy + 1e-12).all()
    assert (optimal <= at_random + 1e-12).all()
    assert (optimal < at_random - 1e-6).any()


def test_all_tied_scores_give_even_sets():
    pairs = match_full(np.zeros(3), np.zeros(7), np.inf)
    sizes = np.bincount(sets_of(pairs + np.array([0, 3]), 10))[1:]
    assert sorted(sizes) == [3, 3, 4]
    assert len(pairs) == 7


def test_a_random_order_is_the_same_again_and_another_with_another_seed():
    treated, frame, covariates, _ = prepared("gbsg2")
    first, again, other = (
        match(treated, frame, covariates, order="random", seed=seed).pairs for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert first.shape != other.shape or (first != other).any()


def test_a_given_score_is_matched_as_it_is():
    treated, frame, covariates, _ = prepared("gbsg2")
    fitted = match(treated, frame, covariates)
    p = 1 / (1 + np.exp(-fitted.score))
    given = match(treated, frame.assign(ps=p), covariates, score="ps")
    assert (given.pairs == fitted.pairs).all()
    assert "Propensity scores were those of `ps`" in given.result.method
    for wrong in (p * 2, p - 1):
        with pytest.raises(ValueError, match="score must lie between 0 and 1"):
            match(treated, frame.assign(ps=wrong), covariates, score="ps")


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "nearest", "ratio": 2},
        {"method": "optimal", "ratio": 2},
        {"method": "full"},
        {"replacement": True, "ratio": 2},
        {"exact": ("tgrade",), "caliper": 0.05},
    ],
)
def test_everybody_is_accounted_for(asked):
    treated, frame, covariates, _ = prepared("gbsg2")
    frame = frame.assign(age=frame["age"].where(frame.index > 5))
    matched = match(treated, frame, covariates, **asked)
    result, total = matched.result, 0
    for group, here in (("treated", treated), ("control", ~treated)):
        n, matched_n, out = (result.value(s, group=group) for s in ("n", "matched", "unmatched"))
        reasons = ("without_stratum", "beyond_caliper", "not_chosen")
        assert out == sum(result.value(s, group=group) for s in reasons)
        assert n == matched_n + out
        assert matched_n == ((matched.weights > 0) & here).sum()
        total += n
    assert total + result.n_missing == len(frame)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"method": "genetic"}, "method must be one of"),
        ({"order": "best"}, "order must be one of"),
        ({"method": "full", "ratio": 2}, "ratio must be left out with full matching; got 2"),
        ({"method": "optimal", "replacement": True}, "replacement must be False"),
        ({"replacement": True, "order": "data"}, "order must be left out"),
        ({"exact": ("nothing",)}, "exact must be columns of the frame; got 'nothing'"),
        ({"caliper_scale": "iqr"}, "caliper_scale must be one of"),
    ],
)
def test_what_does_not_go_together_is_refused(asked, words):
    treated, frame, covariates, _ = prepared("gbsg2")
    with pytest.raises(ValueError, match=words):
        match(treated, frame, covariates, **asked)


def test_strata_without_a_partner_are_named():
    treated = pd.Series([True, True, False, False, True, False])
    frame = pd.DataFrame({"x": [1.0, 2, 2, 1, 3, 3], "site": list("aabbac")})
    frame["site"] = pd.Categorical(frame["site"])
    result = match(treated, frame, ["x"], exact=("site",), caliper=None).result
    assert result.value("without_stratum", group="treated") == 3
    assert result.value("without_stratum", group="control") == 3
    assert result.value("pairs") == 0


def test_who_has_nobody_within_the_caliper_is_told_from_who_was_not_chosen():
    frame = pd.DataFrame({"ps": [0.5, 0.9, 0.51, 0.52, 0.1], "x": range(5)})
    treated = pd.Series([True, True, False, False, False])
    asked = {"score": "ps", "distance": "probability", "caliper_scale": "raw", "caliper": 0.25}
    result = match(treated, frame, ["x"], **asked).result
    wanted = {"treated": (1, 1, 0), "control": (1, 1, 1)}
    for group, counts in wanted.items():
        names = ("matched", "beyond_caliper", "not_chosen")
        assert tuple(result.value(name, group=group) for name in names) == counts


def test_too_many_distances_for_an_optimum_are_refused_with_advice():
    rng = np.random.default_rng(1)
    n = 30_000
    x = rng.normal(size=n)
    treated = pd.Series(rng.random(n) < 0.5)
    result = match(treated, pd.DataFrame({"x": x}), ["x"], method="optimal").result
    assert result.warnings[0].startswith("matching not done: ")
    assert result.warnings[0].endswith("match within exact strata, or by nearest neighbours")
