"""Paired tests, transitions, proportions and 2 × 2 tables against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, names

from cohort_stats.changes.paired import compare_paired
from cohort_stats.changes.paired_difference import paired_difference
from cohort_stats.changes.paired_tests import (
    marginal_homogeneity,
    mcnemar,
    paired_means,
    paired_ranks,
    symmetry,
)
from cohort_stats.changes.pairing import scale_of
from cohort_stats.changes.transitions import FATES, IMPROVED, transition
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.comparing.proportions import INTERVALS
from cohort_stats.comparing.risks import compare_risks
from cohort_stats.comparing.two_by_two import (
    exact_odds_ratio,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from cohort_stats.conventions import PRESETS


def columns(name: str) -> tuple[pd.Series, pd.Series]:
    """The two columns of a case, of the patients it is about."""
    reference = case("paired", name)
    given = reference["input"]
    if reference["data"] is None:
        return pd.Series(given["before"], dtype=float), pd.Series(given["after"], dtype=float)
    frame = data(reference["data"])
    if reference["data"] == "pbc_year.csv" and name.startswith("levels"):
        frame = frame[frame["trt"].notna()]
    for column, wanted in given.get("where", {}).items():
        frame = frame[frame[column] == wanted]
    return frame[given["before"]], frame[given["after"]]


def known(name: str) -> list[np.ndarray]:
    both = pd.concat(columns(name), axis=1).dropna().to_numpy(float)
    return [both[:, 0], both[:, 1]]


def same_test(outcome, wanted: dict, what: str) -> None:
    close(outcome.statistic, wanted["statistic"], f"{what}: statistic")
    close(outcome.p, wanted["p"], f"{what}: p", P_VALUE)
    if "df" in wanted:
        close(outcome.df, wanted["df"], f"{what}: df")


NUMBERS = names("paired", "numbers ")


@pytest.mark.parametrize("name", NUMBERS)
def test_paired_t(name):
    wanted = case("paired", name)["values"]
    same_test(paired_means(*known(name)), wanted["t"], name)
    result = compare_paired(*columns(name), summary="mean")
    close(result.value("mean", term="change"), wanted["mean_change"], name)
    limits = [result.value(s, term="change") for s in ("mean_low", "mean_high")]
    close(limits, [wanted["lower"], wanted["upper"]], name)
    close(result.value("p"), wanted["t"]["p"], name, P_VALUE)
    assert result.value("n") == result.n_used == wanted["n"]
    assert result.value("higher") == wanted["higher"]
    assert result.value("lower") == wanted["lower_n"]


@pytest.mark.parametrize("name", NUMBERS)
def test_signed_ranks(name):
    wanted = case("paired", name)["values"]
    plain = paired_ranks(*known(name), convention(rank_test="asymptotic"))
    same_test(plain, wanted["wilcoxon"], f"{name}: asymptotic")
    r = paired_ranks(*known(name), PRESETS["r"])
    same_test(r, wanted["wilcoxon_default"], f"{name}: as wilcox.test decides")
    if "exact" not in r.method:
        same_test(r, wanted["wilcoxon_corrected"], f"{name}: corrected")
        same_test(paired_ranks(*known(name)), wanted["wilcoxon"], f"{name}: recommended")
    else:
        same_test(paired_ranks(*known(name)), wanted["wilcoxon_default"], f"{name}: exact")
    same_test(paired_ranks(*known(name), PRESETS["spss"]), wanted["wilcoxon"], f"{name}: SPSS")
    close(compare_paired(*columns(name)).value("p"), paired_ranks(*known(name)).p, name)


@pytest.mark.parametrize("name", NUMBERS)
def test_zero_differences_ranked(name):
    wanted = case("paired", name)["values"]["pratt"]
    close(paired_ranks(*known(name), PRESETS["stata"]).p, wanted["p"], name, P_VALUE)


LEVELS = names("paired", "levels ")


@pytest.mark.parametrize("name", LEVELS)
def test_levels(name):
    wanted = case("paired", name)["values"]
    table = np.array(wanted["table"])
    same_test(marginal_homogeneity(table), wanted["stuart_maxwell"], f"{name}: Stuart–Maxwell")
    if len(table) > 2:
        same_test(symmetry(table), wanted["bowker"], f"{name}: Bowker")
        return
    same_test(mcnemar(table, PRESETS["stata"]), wanted["mcnemar"], f"{name}: chi-square")
    same_test(mcnemar(table, PRESETS["r"]), wanted["mcnemar_corrected"], f"{name}: corrected")
    for preset in ("recommended", "spss"):
        exact = mcnemar(table, PRESETS[preset])
        close(exact.p, wanted["mcnemar_exact"], f"{name}: exact", P_VALUE)


@pytest.mark.parametrize("name", [n for n in LEVELS if "typed" not in n])
def test_levels_of_a_cohort(name):
    """The verb: the table from two columns, and the test that the kind of levels asks for."""
    wanted = case("paired", name)["values"]
    before, after = columns(name)
    scale = scale_of(before.reset_index(drop=True), after.reset_index(drop=True))
    np.testing.assert_array_equal(scale.table(scale.known), wanted["table"])
    both = factor(pd.concat([before, after], ignore_index=True))
    before, after = both.iloc[: len(before)], both.iloc[len(before) :]
    table = np.array(wanted["table"])
    result = compare_paired(before, after)
    levels = before.cat.categories.map(str)
    counts = [result.value("count", term="before", level=level) for level in levels]
    assert counts == table.sum(axis=1).tolist()
    two = len(table) == 2
    p = wanted["mcnemar_exact"] if two else wanted["stuart_maxwell"]["p"]
    close(result.value("p"), p, name, P_VALUE)
    if not two:
        ranked = compare_paired(before.cat.as_ordered(), after.cat.as_ordered())
        assert "Wilcoxon" in ranked.numbers["method"].iloc[-1]
        close(ranked.value("p"), wanted["wilcoxon"]["p"], name, P_VALUE)
        moved = compare_paired(before, after, test="symmetry")
        close(moved.value("p"), wanted["bowker"]["p"], name, P_VALUE)


@pytest.mark.parametrize("name", names("paired", "transition "))
@pytest.mark.parametrize("test", ["counts", "ranks"])
def test_transitions(name, test):
    reference = case("paired", name)
    wanted, given = reference["values"], reference["input"]
    frame = data(reference["data"])
    groups = factor(frame[given["by"]])
    before, after = frame[given["before"]], frame[given["after"]]
    result = transition(before, after, groups, better="low", test=test)
    fates = [
        [result.value("count", group=g, term="change", level=fate) for g in ("0", "1")]
        for fate in FATES
    ]
    assert fates == wanted["fates"]
    p = result.value("p", group="", term="change")
    counts = wanted["fisher_p"] if wanted["min_expected"] < 5 else wanted["chisq"]["p"]
    close(p, wanted["ranks"]["p"] if test == "ranks" else counts, name, P_VALUE)
    for arm in ("0", "1"):
        alone = frame[groups.astype(str) == arm]
        pair = alone[given["before"]], alone[given["after"]]
        within = result.value("p", group=arm, term="change")
        if len(np.unique(before.dropna())) > 2:
            close(within, compare_paired(*pair).value("p"), name)
        else:
            close(within, case("paired", f"levels pbc {given['before']} arm {arm}")["values"][
                "mcnemar_exact"], name, P_VALUE)  # fmt: skip
    (x1, _, _), (x2, _, _) = np.array(wanted["fates"]).T
    n1, n2 = np.array(wanted["fates"]).sum(axis=0)
    got = [
        result.value(f"risk_difference{end}", term="change", level=IMPROVED)
        for end in ("", "_low", "_high")
    ]
    close(got, risk_difference((x1, n1), (x2, n2)), name)
    assert result.value("proportion", group="0", term="change", level=IMPROVED) == x1 / n1
    whole = result.value("n", group=OVERALL)
    moves = result.numbers.query("statistic == 'moves' and group == @OVERALL")["value"].sum()
    assert moves == whole == n1 + n2


@pytest.mark.parametrize("name", names("paired", "proportion "))
@pytest.mark.parametrize("interval", INTERVALS)
def test_one_proportion(name, interval):
    reference = case("paired", name)
    wanted, given = reference["values"], reference["input"]
    got = INTERVALS[interval](given["x"], given["n"])
    close(got, wanted[interval.replace("-", "_")], f"{name}: {interval}")


TWO = names("paired", "two ")


@pytest.mark.parametrize("name", TWO)
def test_two_proportions(name):
    reference = case("paired", name)
    wanted, given = reference["values"], reference["input"]
    first, second = (given["x1"], given["n1"]), (given["x2"], given["n2"])
    close(risk_difference(first, second), [wanted["difference"], *wanted["newcombe"]], name)
    wald = risk_difference(first, second, PRESETS["r"])
    if not np.isnan(wald[1]):
        close(wald, [wanted["difference"], *wanted["wald"]], name)
    conditional = exact_odds_ratio(first, second)
    close(conditional, wanted["conditional"], f"{name}: exact")
    close(conditional, wanted["fisher_test"], f"{name}: as fisher.test", 1e-2)
    if "risk_ratio" in wanted:
        close(risk_ratio(first, second), wanted["risk_ratio"], f"{name}: risk ratio")
        close(odds_ratio(first, second), wanted["odds_ratio"], f"{name}: odds ratio")
        close(wald, np.clip(wanted["epi_difference"], -1, 1), f"{name}: Wald of epi.2by2")


@pytest.mark.parametrize("name", [n for n in TWO if case("paired", n)["data"]])
def test_risks_of_a_cohort(name):
    reference = case("paired", name)
    wanted, given = reference["values"], reference["input"]
    frame = data(reference["data"])
    column = frame[given["outcome"]]
    outcome = (column == given["is"]).astype("boolean").mask(column.isna())
    result = compare_risks(outcome, factor(frame[given["by"]]))
    for statistic, key in (
        ("risk_ratio", "risk_ratio"),
        ("odds_ratio", "odds_ratio"),
        ("conditional_odds_ratio", "conditional"),
    ):
        got = [result.value(f"{statistic}{end}") for end in ("", "_low", "_high")]
        close(got, wanted[key], f"{name}: {statistic}")
    got = [result.value(f"risk_difference{end}") for end in ("_low", "_high")]
    close(got, wanted["newcombe"], f"{name}: Newcombe")
    assert result.n_used == given["n1"] + given["n2"]


@pytest.mark.parametrize("name", names("paired", "difference "))
@pytest.mark.parametrize("kind", ["newcombe", "wald"])
def test_paired_difference(name, kind):
    wanted, table = case("paired", name)["values"], case("paired", name)["input"]["table"]
    got = paired_difference(table, convention(risk_difference=kind))
    limits = [np.nan if v is None else v for v in wanted[kind]]
    close(got, [wanted["difference"], *limits], f"{name}: {kind}")
    other_way = paired_difference(np.array(table).T, convention(risk_difference=kind))
    close(other_way, -np.array(got)[[0, 2, 1]], f"{name}: after before before")
    relabelled = paired_difference(np.array(table)[::-1, ::-1], convention(risk_difference=kind))
    close(relabelled, -np.array(got)[[0, 2, 1]], f"{name}: the other level")


def test_the_difference_of_the_verb_is_that_of_its_table():
    frame = data("pbc_year.csv")
    columns = [factor(frame[c]) for c in ("hepato", "hepato_1y")]
    for verb, conventions in ((compare_paired, "spss"), (compare_paired, "r")):
        result = verb(*columns, conventions=conventions)
        wanted = case("paired", "difference pbc hepato")["values"]
        kind = PRESETS[conventions].risk_difference
        got = [
            result.value(f"risk_difference{end}", term="change", level="1")
            for end in ("", "_low", "_high")
        ]
        close(got, [wanted["difference"], *wanted[kind]])
    transitions = transition(*columns, better="low")
    close(
        transitions.value("risk_difference", group=OVERALL, term="change", level="1"),
        wanted["difference"],
    )
