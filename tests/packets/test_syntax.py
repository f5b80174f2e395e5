"""The R and SPSS syntax of a study: what it holds, and what it must not."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from gbsg2_packet import results, view

from analyses.running import run
from analyses.schema.steps import KINDS
from reports.syntax import r, spss, write_syntax
from reports.syntax.cohort_csv import cohort_frame
from reports.syntax.compare import FAMILIES, HERE, compare_r
from reports.syntax.r.script import r_script
from reports.syntax.study import Study


@cache
def study() -> Study:
    return Study(view())


def test_every_kind_of_step_has_syntax_or_a_reason():
    for program in (r, spss):
        assert set(KINDS) <= set(program.MAKERS) | set(program.REASONS)
        assert not set(program.MAKERS) & set(program.REASONS)


def test_patients_are_written_on_demand_alone(tmp_path):
    write_syntax(view(), tmp_path / "without", with_data=False)
    write_syntax(view(), tmp_path / "with", with_data=True)
    scripts = ["analysis.R", "analysis.sps", "compare.R"]
    assert names(tmp_path / "without") == scripts
    assert names(tmp_path / "with") == sorted([*scripts, "cohort.csv"])
    for name in scripts:
        both = [(tmp_path / way / name).read_bytes() for way in ("with", "without")]
        assert both[0] == both[1]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_patients_are_those_of_the_analysis_without_identifiers(tmp_path):
    write_syntax(view(), tmp_path / "syntax", with_data=True)
    with (tmp_path / "syntax" / "cohort.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = results().cohort.frame
    assert len(rows) == len(frame)
    assert "id" not in rows[0]
    assert [row["age"] for row in rows[:3]] == [f"{age:g}" for age in frame["age"][:3]]
    grades = frame["grade"].map({"I": "1", "II": "2", "III": "3"})
    assert [row["grade"] for row in rows] == grades.tolist()
    assert [float(row["rfs_time"]) for row in rows] == frame["days"].tolist()
    assert [row["rfs_status"] for row in rows] == [
        "1" if event == "Yes" else "0" for event in frame["recurrence"]
    ]


def test_matched_sets_are_columns_of_the_patients():
    frame = cohort_frame(study())
    matched = frame[frame["matching_in"] == 1]
    assert set(matched.groupby("matching_set").size()) == {2}
    assert frame.loc[frame["matching_in"] == 0, "matching_set"].isna().all()


def test_the_script_follows_the_plan_in_order_and_conventions():
    script = r_script(study())
    places = [script.index(f"# ---- {step.id}: ") for step in study().steps]
    assert places == sorted(places)
    for piece in (
        "fingerprint",
        'install.packages(c("survival", "pROC", "MASS"))',
        "grade: Tumour grade: 1 I; 2 II; 3 III",
        "t.test(d$age ~ d$hormone)",
        'survfit(Surv(rfs_time, rfs_status == 1) ~ hormone, data = d, conf.type = "log-log")',
        "I(progesterone / 100)",
        'ties = "efron"',
        "d <- subset(patients, matching_in == 1)",
        'chosen_cutoff(curve, "youden")',
    ):
        assert piece in script, piece


def test_the_packet_has_the_functions_that_its_script_calls_and_no_others():
    script = r_script(study())
    families = re.findall(r"^# ---- (.+?) -", compare_r(script), re.M)
    assert "Survival curves" in families
    assert "Matched and weighted patients" in families
    assert "Studies pooled" not in families
    assert compare_r("").count("# ---- ") == 1
    defined = {n for f in FAMILIES for n in re.findall(r"^(\w+) <- ", source(f), re.M)}
    called = set(re.findall(r"^(\w+)\(", script, re.M)) & defined
    assert called <= set(re.findall(r"^(\w+) <- ", compare_r(script), re.M))


def source(family: str) -> str:
    return (HERE / f"{family}.R").read_text(encoding="utf-8")


def test_columns_that_the_scripts_make_are_no_variables():
    made = {"outcome", "treated", "marker", "gap", "keep", "score", "yi", "sei"}
    assert not made & {study().name(name) for name in made}


def test_the_same_study_gives_the_same_script():
    again = run(results().cohort, results().plan)
    assert again.samples.keys() == results().samples.keys()
    assert r_script(Study(view())) == r_script(study())


def test_spss_has_labels_and_the_plans_words(tmp_path):
    write_syntax(view(), tmp_path / "syntax", with_data=False)
    text = (tmp_path / "syntax" / "analysis.sps").read_text(encoding="utf-8")
    for piece in (
        'VALUE LABELS grade 1 "I" 2 "II" 3 "III".',
        "T-TEST GROUPS=hormone(0 1) /VARIABLES=age.",
        "KM rfs_time BY hormone /STATUS=rfs_status(1)",
        "COXREG rfs_time /STATUS=rfs_status(1) /CONTRAST (hormone)=INDICATOR(1) /METHOD=ENTER",
        "ROC nodes BY outcome (1)",
        "FILTER BY keep.",
    ):
        assert piece in text, piece


def test_columns_that_spss_makes_on_the_way_have_names_of_their_own():
    assert Study(view()).name("q_area_1") == "x_q_area_1"
