"""The study lee2024: its plan, the patients in print, and what the paper's numbers imply."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import load_plan
from analyses.published.reading import load_published
from analyses.running import StudyResults, run
from cohort_stats import CohortError, read_cohort
from cohort_stats.comparing.tests_of_difference import compare_counts
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.results import pick
from data_templates.build import HERE
from data_templates.lee2024 import reported
from data_templates.synthetic import synthetic_cohort

PLAN = load_plan("lee2024")
NON_F, F = 72, 24


def results_of(name: str) -> StudyResults:
    return run(read_cohort(HERE / name, PLAN.dictionary), PLAN)


@pytest.fixture(scope="module")
def real() -> StudyResults:
    return results_of("lee2024_reported_24_real.xlsx")


@pytest.fixture(scope="module")
def made_up() -> StudyResults:
    return results_of("lee2024_SYNTHETIC.xlsx")


def one(numbers: pd.DataFrame, statistic: str, **where: object) -> float:
    found = pick(numbers, statistic, **where)
    assert len(found) == 1, f"{statistic} {where}: {len(found)} rows"
    return float(found["value"].iloc[0])


# The plan ----------------------------------------------------------------------------------


def test_the_steps_follow_the_paper() -> None:
    ids = [step.id for step in PLAN.file.steps]
    order = ["matching", "table1", "table2", "table3", "table4", "logistic", "roc_liv_hu"]
    assert [i for i in ids if i in order] == order
    assert ids.index("km_liv_hu") > ids.index("roc_liv_hu")


def test_comparisons_and_models_are_of_the_matched_patients() -> None:
    unmatched = {step.id for step in PLAN.file.steps if step.on != "matching"}
    assert unmatched == {"before_matching", "matching", "table2"}


def test_a_cohort_may_lack_any_column_but_the_patient() -> None:
    assert {name for name, v in PLAN.dictionary.items() if v.required} == {"id"}


def test_every_variable_but_text_and_eligibility_is_analysed() -> None:
    used: set[str] = set()
    for step in PLAN.file.steps:
        used |= {row.variable for row in getattr(step, "rows", ())}
        used |= {c.variable for c in getattr(step, "covariates", ())}
    used |= {e.variable for e in PLAN.file.exclusions}
    endpoint = PLAN.file.endpoints["mechanical_failure"]
    used |= {endpoint.event.variable, endpoint.time, endpoint.follow_up}
    assert set(PLAN.dictionary) - used == {"id", "location"}


def test_codes_of_the_score_are_its_points() -> None:
    names = [n for n in PLAN.dictionary if n.startswith("sins_")]
    most = {n: max(float(level.code) for level in PLAN.dictionary[n].levels) for n in names}
    assert len(names) == 6
    assert sum(most.values()) == PLAN.dictionary["sins"].limits[1] == 18


# Table 2: the 24 patients --------------------------------------------------------------------


def test_only_the_description_of_failures_is_possible(real: StudyResults) -> None:
    assert [done.step.id for done in real.steps] == ["table2"]
    reasons = {left.step.id: left.reason for left in real.not_done}
    assert len(reasons) == len(PLAN.file.steps) - 1
    assert "BMD T-score" in reasons["matching"]
    assert "one group" in reasons["before_matching"]
    assert "matched patients" in reasons["table1"]
    assert "LIV HU" in reasons["roc_liv_hu"]
    assert "Follow-up" in reasons["km_published"]


def test_real_patients_are_called_real(real: StudyResults) -> None:
    assert set(real.stack()["data"]) == {"not marked as synthetic"}
    assert real.cohort.flow.entered == real.cohort.flow.remaining == F


@pytest.mark.parametrize(
    ("name", "mean", "sd"),
    [
        ("age", "57.8", "13.1"),
        ("laminectomy_levels", "1.9", "1.2"),
        ("fixation_levels", "4.1", "1.3"),
        ("screws_in_tumour", "2.0", "2.8"),
    ],
)
def test_means_agree_with_tables_1_and_4(real: StudyResults, name: str, mean: str, sd: str) -> None:
    numbers = real.stack()
    assert f"{one(numbers, 'mean', term=name, group='Overall'):.1f}" == mean
    assert f"{one(numbers, 'sd', term=name, group='Overall'):.1f}" == sd


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("sex", {"Male": 14, "Female": 10}),
        (
            "surgery",
            {
                "Fixation only": 1,
                "Decompression and fixation": 14,
                "Corpectomy and fixation": 9,
            },
        ),
        ("reoperation", {"No": 5, "Yes": 19}),
        (
            "failure_type",
            {
                "Failure": 8,
                "Failure with tumour recurrence": 8,
                "Failure with fracture": 6,
                "Rod breakage": 2,
            },
        ),
    ],
)
def test_counts_agree_with_tables_1_and_4(
    real: StudyResults, name: str, counts: dict[str, int]
) -> None:
    numbers = pick(real.stack(), "count", term=name, group="Overall")
    assert dict(zip(numbers["level"], numbers["value"], strict=True)) == counts


def test_reoperations_and_times_agree_with_the_text(real: StudyResults) -> None:
    numbers = real.stack()
    share = one(numbers, "percent", term="reoperation", level="Yes", group="Overall")
    assert f"{share:.1f}" == "79.2"
    assert one(numbers, "min", term="time_to_failure", group="Overall") == 0.25
    assert one(numbers, "max", term="time_to_failure", group="Overall") == 27


def test_locations_agree_with_the_score_in_table_3() -> None:
    # Junctional levels of the score among those that occur: C2, T11, T12, L1, L5.
    def sins_location(place: str) -> str:
        first = place.replace(",", "–").split("–")[0]
        if first in ("C2", "T11", "T12", "L1", "L5"):
            return "Junctional"
        return "Semi-rigid" if first.startswith("T") else "Mobile spine"

    found = reported()["location"].map(sins_location).value_counts().to_dict()
    assert found == {"Semi-rigid": 7, "Mobile spine": 8, "Junctional": 9}


def test_liver_and_hepatocellular_carcinoma_stay_apart() -> None:
    origins = reported().set_index("id")["origin"]
    assert list(origins[origins == "Liver"].index) == [5, 18]
    assert list(origins[origins == "Hepatocellular carcinoma"].index) == [16]


def test_where_table_2_differs_from_the_rest() -> None:
    # Table 1: three or more vertebral bodies in 11. Table 2 gives one location of three.
    vertebrae = {"T11–L1": 3}
    assert sum(vertebrae.get(place, 1) >= 3 for place in reported()["location"]) == 1
    # Table 4: symptomatic local recurrence in 12. Table 2: 8 failures with recurrence.
    types = reported()["failure_type"].value_counts()
    assert types["Failure with tumour recurrence"] == 8
    # Text: 16 screw loosening, 2 rod breakage; the number of subsidences is not printed.
    assert types["Failure"] + types["Failure with tumour recurrence"] == 16
    assert F - 16 - types["Rod breakage"] == types["Failure with fracture"] == 6


# What the printed numbers imply ----------------------------------------------------------------

PRINTED_TABLES = {
    "sex": ([44, 28], [14, 10], "1.000"),
    "fracture": ([53, 19], [19, 5], "0.785"),
    "surgery": ([5, 46, 21], [1, 14, 9], "0.701"),
    "preop_rt": ([24, 48], [13, 11], "0.115"),
    "postop_rt": ([50, 22], [18, 6], "0.795"),
    "bilsky": ([2, 8, 20, 42], [3, 3, 6, 12], "0.312"),
    "sins_location": ([29, 12, 31], [7, 8, 9], "0.21"),
    "sins_pain": ([7, 16, 49], [1, 6, 16], "0.699"),
    "sins_alignment": ([42, 28, 2], [13, 11, 0], "0.627"),
    "sins_collapse": ([11, 14, 27, 20], [3, 4, 7, 10], "0.652"),
    "local_recurrence": ([20, 52], [12, 12], "0.08"),
}
NOT_REPRODUCED = {
    "involved_vertebrae": ([27, 9, 36], [8, 5, 11], "0.731"),
    "organ_metastasis": ([44, 28], [17, 7], "0.529"),
    "sins_lesion": ([10, 7, 55], [2, 3, 19], "0.813"),
    "sins_posterolateral": ([8, 21, 43], [2, 9, 13], "0.82"),
}


def p_as_printed(non_f: list[int], f: list[int], like: str) -> str:
    p = compare_counts(np.column_stack([non_f, f]), PLAN.conventions).p
    return f"{p:.{len(like) - 2}f}"


@pytest.mark.parametrize("name", PRINTED_TABLES)
def test_the_conventions_give_the_printed_p(name: str) -> None:
    non_f, f, printed = PRINTED_TABLES[name]
    assert p_as_printed(non_f, f, printed) == printed


@pytest.mark.parametrize("name", NOT_REPRODUCED)
def test_p_values_that_the_printed_counts_do_not_give(name: str) -> None:
    non_f, f, printed = NOT_REPRODUCED[name]
    assert p_as_printed(non_f, f, printed) != printed


def preoperative_rt(f: tuple[int, int], non_f: tuple[int, int]) -> pd.DataFrame:
    """Numbers of the univariable model, from patients with and without RT in each group."""
    failure = [True] * sum(f) + [False] * sum(non_f)
    rt = ["Yes"] * f[0] + ["No"] * f[1] + ["Yes"] * non_f[0] + ["No"] * non_f[1]
    frame = pd.DataFrame({"rt": pd.Categorical(rt, categories=["No", "Yes"], ordered=True)})
    return logistic(pd.Series(failure), frame, ["rt"], conventions=PLAN.conventions).numbers.query(
        "term == 'rt' and level == 'Yes'"
    )


def test_table_5_is_of_other_patients_than_table_1() -> None:
    printed = {"coefficient": 0.8408, "se": 0.4753, "z": 1.77, "p": 0.077}
    printed |= {"odds_ratio": 2.32, "odds_ratio_low": 0.92, "odds_ratio_high": 5.99}
    of_101 = preoperative_rt((13, 11), (26, 51))
    for statistic, value in printed.items():
        digits = len(str(value).split(".")[1])
        assert round(one(of_101, statistic), digits) == value, statistic
    of_96 = preoperative_rt((13, 11), (24, 48))
    assert f"{one(of_96, 'odds_ratio'):.2f}" == "2.36"


@pytest.mark.parametrize("failures", range(1, F + 1))
def test_the_printed_r_squared_is_out_of_reach(failures: int) -> None:
    # Residual deviance 80.3 on 78 degrees of freedom, two covariates: 81 patients.
    n, deviance = 78 + 3, 80.3
    share = failures / n
    null = -2 * n * (share * np.log(share) + (1 - share) * np.log(1 - share))
    nagelkerke = (1 - np.exp((deviance - null) / n)) / (1 - np.exp(-null / n))
    assert nagelkerke < 0.29  # printed: 0.421


def test_the_two_accounts_of_the_cut_off_need_different_denominators() -> None:
    def possible(percent: float, most: int) -> list[tuple[int, int]]:
        pairs = [(k, n) for n in range(1, most + 1) for k in range(n + 1)]
        return [(k, n) for k, n in pairs if round(100 * k / n, 1) == percent]

    assert possible(69.6, F) == [(16, 23)]
    assert possible(59.1, F) == [(13, 22)]
    assert (53, 72) in possible(73.6, NON_F)
    assert possible(73.4, NON_F) == [(47, 64)]


# The whole plan on a synthetic cohort ----------------------------------------------------------


def test_every_step_is_done(made_up: StudyResults) -> None:
    assert made_up.not_done == ()
    assert [done.step.id for done in made_up.steps] == [step.id for step in PLAN.file.steps]


def test_every_number_says_synthetic(made_up: StudyResults) -> None:
    assert set(made_up.stack()["data"]) == {"SYNTHETIC"}


def test_the_flow_adds_up(made_up: StudyResults) -> None:
    flow = made_up.cohort.flow
    assert (flow.entered, flow.remaining) == (236, 220)
    assert [step.excluded for step in flow.steps] == [5, 4, 5, 2]
    remaining = flow.entered
    for step in flow.steps:
        remaining -= step.excluded
        assert step.remaining == remaining
        assert step.unknown == 0
    assert len(made_up.cohort) == remaining


def test_matching_gives_the_printed_group_sizes(made_up: StudyResults) -> None:
    numbers = made_up.stack()
    assert one(numbers, "matched", analysis="matching", group="treated") == F
    assert one(numbers, "matched", analysis="matching", group="control") == NON_F
    for table in ("table1", "table3", "table4"):
        assert one(numbers, "n", analysis=table, term="", group="No") == NON_F
        assert one(numbers, "n", analysis=table, term="", group="Yes") == F
    before = pick(numbers, "smd", analysis="matching", group="before matching", term="age")
    after = pick(numbers, "smd", analysis="matching", group="after matching", term="age")
    assert abs(after["value"].iloc[0]) < abs(before["value"].iloc[0])


def test_the_multivariable_model_is_bilsky_grade_and_liv_hu(made_up: StudyResults) -> None:
    numbers = made_up.stack().query("analysis == 'logistic/multivariable'")
    ratios = pick(numbers, "odds_ratio")
    assert set(ratios["term"]) == {"bilsky", "liv_hu", "(Intercept)"}
    assert set(ratios["level"]) == {""}


def test_ordered_covariates_enter_as_one_number(made_up: StudyResults) -> None:
    numbers = made_up.stack().query("analysis == 'logistic/univariable'")
    for term in ("bilsky", "surgery"):
        assert np.isfinite(one(numbers, "odds_ratio", term=term))
    assert len(pick(numbers, "entered")) == 13


def test_low_values_test_positive(made_up: StudyResults) -> None:
    numbers = made_up.stack().query("analysis == 'roc_published'")
    matched = one(numbers, "n")
    counted = [
        one(numbers, f"{sign}_{result}")
        for sign in ("true", "false")
        for result in ("positive", "negative")
    ]
    assert sum(counted) == matched
    assert one(numbers, "cutoff") == 127.27
    assert one(numbers, "auc") > 0.5


def test_curves_use_the_cut_off_of_the_roc_step(made_up: StudyResults) -> None:
    numbers = made_up.stack()
    found = one(numbers, "cutoff", analysis="roc_liv_hu")
    curves = made_up.cohort.frame.groupby("liv_hu_class", observed=True)["liv_hu"]
    low, high = curves.max().iloc[0], curves.min().iloc[1]
    assert low < found <= high
    source = made_up.cohort.dictionary["liv_hu_class"].source
    assert "derived from these data" in source
    groups = set(pick(numbers, "events", analysis="km_published/curves")["group"])
    assert groups >= {"< 127.27", "≥ 127.27"}


def test_a_failure_without_a_time_is_asked_for(tmp_path: Path) -> None:
    frame = synthetic_cohort(load_published("lee2024"), PLAN)
    row = frame.index[frame["failure"] == "Yes"][0]
    frame.loc[row, "time_to_failure"] = np.nan
    path = tmp_path / "cohort.csv"
    frame.to_csv(path, index=False)
    with pytest.raises(CohortError, match="because Mechanical failure is 'Yes'") as raised:
        read_cohort(path, PLAN.dictionary)
    assert len(raised.value.problems) == 1
    assert f"row {row + 2}" in str(raised.value)


def test_contradictory_follow_up_is_pointed_out_and_kept(tmp_path) -> None:
    header = "Patient,Age,Sex,Mechanical failure,Time to failure (months),Follow-up (months)"
    rows = ["P1,60,M,yes,40,8", "P2,60,F,no,4,20", "P3,60,F,yes,4,20", "P4,61,M,no,,9"]
    (tmp_path / "a.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    cohort = read_cohort(tmp_path / "a.csv", load_plan("lee2024").dictionary)
    found = [str(w) for w in cohort.warnings]
    assert found == [
        "row 2, column 'Follow-up (months)', Follow-up: expected usually a value not below Time "
        "to failure, found '8'",
        "row 3, column 'Time to failure (months)', Time to failure: expected usually an empty "
        "cell, because Mechanical failure is not 'Yes', found '4'",
    ]
    assert len(cohort) == 4
