"""``replicate``, ``simulate`` and ``studies`` as their users meet them."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from analyses.plan import STUDIES, load_plan
from analyses.published.coverage import main as coverage_main
from analyses.published.reading import load_published
from analyses.replication import claims as claiming
from analyses.replication.claims import Estimate
from analyses.replication.here import why_not_here
from analyses.running import NotDone, StudyResults, run
from cohort_stats import read_cohort
from cohort_stats.workbooks.template import write_template
from data_templates.build import HERE
from data_templates.recognised import marked_again
from data_templates.synthetic import synthetic_cohort
from reports.cli import app
from reports.figures.claims import claim_plots
from reports.replicated_claims import claim_lines, claim_table, write_claims
from reports.replication import unchecked_lines, write_replication
from reports.target import NotAPacket

KEY = "kim2025pni"
SYNTHETIC = HERE / f"{KEY}_SYNTHETIC.xlsx"


def call(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def paper():
    return load_published(KEY)


@pytest.fixture(scope="module")
def unmarked(paper, tmp_path_factory) -> StudyResults:
    """The plan on a workbook that does not say it is synthetic, as a user's would not."""
    plan = load_plan(KEY)
    frame = synthetic_cohort(paper, plan, 3)
    frame["id"] = [f"P{i}" for i in range(len(frame))]
    path = tmp_path_factory.mktemp("cohort") / "mine.xlsx"
    write_template(plan.dictionary, path, title="Mine", remarks=("Ours.",), frame=frame)
    return run(read_cohort(path, plan.dictionary), plan)


def test_studies_tells_what_each_needs():
    words = call("studies").stdout
    for line in ("kim2025pni", "n = 133", "Methods: t-test", "From print alone: 273 numbers"):
        assert line in words
    assert "On your patients needs: one row a patient" in words
    assert "gbsg2" in words


def test_replicate_from_print_lists_what_is_not_reproduced(tmp_path):
    done = call("replicate", KEY, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "6  inconsistent" in done.stdout
    assert "35 + 34 + 13 + 10 + 39 = 131" in done.stdout
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"replication.html", "replication.csv", "replication.docx", "run.json"}
    with (tmp_path / "out" / "replication.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 166
    assert {row["verdict"] for row in rows} >= {"reproduced", "inconsistent"}
    assert all(row["how"] for row in rows)


def test_numbers_that_are_not_checkable_say_why_grouped_and_counted():
    from analyses.printed.outcome import Verdict
    from analyses.published.reading import published_keys
    from analyses.replication.findings import findings

    for key in published_keys():
        left = [f for f in findings(load_published(key)) if f.verdict is Verdict.NOT_CHECKABLE]
        assert [f.address for f in left if not f.outcome.why] == [], key
        lines = unchecked_lines(left)
        assert sum(int(line.split()[0]) for line in lines) == len(left)
    words = call("replicate", "nam2025").stdout
    assert "   15  the log-rank test needs patients (Table 2)" in words
    words = call("replicate", "lee2024").stdout
    assert "limits of the profile likelihood need not be symmetric (Table 5)" in words


def test_a_paper_of_ones_own_works_from_its_path(tmp_path):
    text = (STUDIES / KEY / "published.toml").read_text(encoding="utf-8")
    path = tmp_path / "published.toml"
    path.write_text(text, encoding="utf-8")
    assert "6  inconsistent" in call("replicate", path).stdout
    path.write_text(text.replace("61.1 ± 12.2 ", "61.1 ", 1), encoding="utf-8")
    wrong = call("replicate", path)
    assert wrong.exit_code == 1
    assert "published.toml, line 52, table1.age.all: expected a cell like" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_the_same_registry_gives_the_same_files(paper, tmp_path):
    from analyses.replication.findings import findings

    found = findings(paper)
    for name in ("a", "b"):
        write_replication(paper, found, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    write_replication(paper, found, tmp_path / "a")  # as it was written: replaced
    (tmp_path / "a" / "notes.txt").write_text("mine")
    with pytest.raises(NotAPacket):
        write_replication(paper, found, tmp_path / "a")
    assert (tmp_path / "a" / "notes.txt").exists()


def test_a_synthetic_cohort_is_never_a_replication(tmp_path):
    done = call("replicate", KEY, SYNTHETIC, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "This is a rehearsal" in done.stdout
    out = tmp_path / "out"
    for path in out.iterdir():
        assert "replication" not in path.name
    page = (out / "rehearsal.html").read_text(encoding="utf-8")
    assert "SYNTHETIC DATA" in page
    said = re.sub(r"data:image/svg\+xml;base64,[^\"]+", "", page) + done.stdout
    assert not re.search("replicat", said, re.IGNORECASE)
    rows = list(csv.DictReader((out / "rehearsal.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["data"] for row in rows} == {"SYNTHETIC"}
    assert {row["common"] for row in rows} == {""}  # nothing is pooled with made-up patients


def test_synthetic_rows_copied_without_their_marks_are_recognised(tmp_path):
    plan = load_plan(KEY)
    known = read_cohort(SYNTHETIC, plan.dictionary).frame
    frame = known.drop(columns=["sex", "bmi"]).iloc[::-1].head(100)
    frame["id"] = [f"P{i}" for i in range(len(frame))]
    path = tmp_path / "mine.xlsx"
    write_template(plan.dictionary, path, title="Mine", frame=frame)
    copied = read_cohort(path, plan.dictionary)
    assert not copied.synthetic
    assert marked_again(copied, plan).synthetic
    done = call("replicate", KEY, path, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "This is a rehearsal" in done.stdout
    assert (tmp_path / "out" / "rehearsal.csv").exists()
    few = replace(copied, frame=copied.frame[["id", "asa", "ecog", "walking"]])
    assert not marked_again(few, plan).synthetic  # such rows may agree by chance
    other = copied.frame.assign(albumin=copied.frame["albumin"] + 0.01)
    mixed = replace(copied, frame=pd.concat([copied.frame[:40], other[40:]]))
    assert not marked_again(mixed, plan).synthetic


def test_the_papers_own_rows_are_recognised_without_their_marks():
    plan = load_plan("lee2024")
    real = read_cohort(HERE / "lee2024_reported_24_real.xlsx", plan.dictionary)
    assert marked_again(replace(real, reported=False), plan).reported


def test_claims_stand_beside_ours_and_are_pooled(paper, unmarked, tmp_path):
    tested = claiming.tested_claims(paper, unmarked)
    by_id = {one.claim.id: one for one in tested}
    assert len(claim_table(tested).columns) == 9
    alone = [replace(one, common=None, random=None) for one in tested]
    assert {len(row.cells) for row in claim_table(alone).rows} == {7}  # nothing is pooled
    survival = by_id["survival"]
    assert survival.printed == Estimate(0.955, 0.927, 0.985)
    assert survival.same_direction is True
    assert survival.common is not None
    assert survival.common.low < survival.common.value < survival.common.high
    model = next(r for s in unmarked.steps if s.step.id == "cox_death" for r in s.results
                 if (r.numbers["analysis"] == "cox_death/multivariable").any())  # fmt: skip
    assert survival.ours.value == model.value("hazard_ratio", term="pni")
    cut = [one for one in tested if one.claim.id == "cutoff_walking"]
    assert [one.statistic for one in cut] == ["auc", "sensitivity", "specificity"]
    assert cut[0].same_direction is not None
    assert cut[1].same_direction is None
    assert by_id["median_high"].printed.low == 15.9
    folder = write_claims(paper, unmarked, tested, tmp_path / "out")
    assert (folder / "replication.html").exists()
    assert "Replication on another cohort" in (folder / "replication.html").read_text("utf-8")


def test_what_the_paper_does_not_print_is_given_here_and_said(paper, unmarked):
    claim = next(c for c in paper.file.claims if c.id == "cutoff_survival_hazard")
    (one,) = claiming._tested(paper, claim, unmarked)
    assert (one.text, one.overlap, one.common) == ("", None, None)
    assert one.same_direction is True
    assert any(
        "hazard ratio, ≥ 42.0: not printed; here " in x for x in claim_lines(unmarked, [one])
    )
    assert "not printed" in str(claim_table([one]).rows[1].cells[2])
    unclaimed = claim.model_copy(update={"direction": ""})
    (one,) = claiming._tested(paper, unclaimed, unmarked)
    assert one.same_direction is None


def test_pooling_two_by_hand():
    # logs 0.4055 and 0.6931, SE (log 3 − log 0.75)/3.92 = 0.35364 and (log 4 − log 1)/3.92 the
    # same: the common effect is exp(mean of logs) = sqrt(1.5 × 2) = 1.7321, SE 0.25006
    printed, ours = Estimate(1.5, 0.75, 3.0), Estimate(2.0, 1.0, 4.0)
    common, random = claiming._pooled(printed, ours, "hazard_ratio")
    assert common.value == pytest.approx(1.7320508, rel=1e-6)
    assert common.low == pytest.approx(1.0610, abs=1e-4)
    assert common.high == pytest.approx(2.8276, abs=1e-4)
    assert random == common  # Q is below its degree of freedom
    assert claiming._pooled(Estimate(1.5), ours, "hazard_ratio") == (None, None)
    assert claiming._pooled(printed, ours, "sensitivity") == (None, None)


def test_the_forest_plot_shows_what_is_printed_and_ours(paper, unmarked):
    tested = claiming.tested_claims(paper, unmarked)
    drawings = {d.key: d for d in claim_plots(tested, synthetic=False)}
    assert set(drawings) == {"claims_ratios", "claims_areas", "claims_shares"}
    axes = drawings["claims_ratios"].figure.axes[0]
    points = [float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]
    ratios = [one for one in tested if one.statistic == "hazard_ratio"]
    shown = [e for one in ratios for e in (one.printed, one.ours, one.common) if e is not None]
    expected = [e.value for e in shown if not math.isnan(e.value)]
    assert len(expected) == 9
    assert points == pytest.approx(expected)


def test_a_claim_bound_to_nothing_is_told_to_its_author(paper, unmarked, tmp_path):
    text = (STUDIES / KEY / "published.toml").read_text(encoding="utf-8")
    path = tmp_path / "published.toml"
    path.write_text(text.replace('step = "cox_death"', 'step = "cox_deaths"'), encoding="utf-8")
    with pytest.raises(Exception, match="did you mean 'cox_death'"):
        claiming.tested_claims(load_published(path), unmarked)


def test_a_claim_that_the_cohort_cannot_answer_says_why(paper, unmarked):
    claim = paper.file.claims[0].model_copy(update={"part": "multi"})
    assert "'Time to walking, Cox regression' (multi) gave none" in why_not_here(
        claim, "hazard_ratio", unmarked, float("nan")
    )
    step = next(s.step for s in unmarked.steps if s.step.id == claim.step)
    without = replace(unmarked, not_done=(NotDone(step, "fewer than 5 events"),))
    tested = list(claiming._tested(paper, paper.file.claims[0], without))
    assert [one.why_not for one in tested] == ["fewer than 5 events"]
    assert "fewer than 5 events" in " ".join(
        str(c) for r in claim_table(tested).rows for c in r.cells
    )


def test_simulate_writes_the_same_workbook_again(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        done = call("simulate", KEY, "--seed", 1, "-o", tmp_path / name)
        assert done.exit_code == 0, done.stderr
        assert "SYNTHETIC" in done.stdout
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    again = call("simulate", KEY, "-o", tmp_path / "a.xlsx")
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert call("simulate", KEY, "-o", tmp_path / "a.csv").exit_code == 1
    assert call("simulate", "gbsg2", "-o", Path(tmp_path / "g.xlsx")).exit_code == 1


def test_nothing_is_said_of_an_estimate_that_is_not_finite(tmp_path):
    paper, plan = load_published("kang2024"), load_plan("kang2024")
    frame = synthetic_cohort(paper, plan, 1).iloc[:20].copy()
    frame["id"] = [f"P{i}" for i in range(20)]
    frame["died"] = ["Yes"] * 2 + ["No"] * 18
    path = tmp_path / "few.xlsx"
    write_template(plan.dictionary, path, title="Mine", frame=frame.drop(columns="chemo_after"))
    results = run(read_cohort(path, plan.dictionary), plan)
    tested = claiming.tested_claims(paper, results)
    by_id = {one.claim.id: one for one in tested}
    for key in ("sins_alone", "lung", "rectum"):
        assert by_id[key].why_not == "no finite estimate here"
        assert by_id[key].same_direction is by_id[key].overlap is None
    assert "events for" in " ".join(by_id["lung"].warnings)
    assert by_id["median_all"].why_not == "the median is not reached here"
    assert by_id["chemo_after"].why_not.startswith("the cohort holds no value of 'Chemotherapy")
    lines = list(claim_lines(results, tested))
    assert any("not done: no finite estimate here" in line for line in lines)
    assert any(line.startswith("    Warning: no finite hazard ratio") for line in lines)


@pytest.mark.parametrize(
    ("key", "was", "wrong", "hint"),
    [
        ("step", '"cox_death"', '"cox_deaths"', "cox_death"),
        ("part", '"multivariable"', '"multivariate"', "multivariable"),
        ("term", '"pni_group"', '"pni_grup"', "pni_group"),
        ("level", '"≥ 42.8"', '"≥ 42.9"', "≥ 42.8"),
        ("unprinted", '["hazard_ratio"]', '["hazard_rati"]', "hazard_ratio"),
    ],
)
def test_a_claim_that_its_plan_does_not_know_is_told_with_its_line(
    tmp_path, key, was, wrong, hint, capsys
):
    folder = STUDIES / KEY
    for name in ("published.toml", "plan.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        if name == "published.toml":
            assert f"{key} = {was}" in text
            text = text.replace(f"{key} = {was}", f"{key} = {wrong}", 1)
            line = 1 + text[: text.index(f"{key} = {wrong}")].count("\n")
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = f"published.toml, line {line}"
    path = tmp_path / "published.toml"
    assert coverage_main([str(path)]) == 1
    assert told in capsys.readouterr().err
    done = call("replicate", path, SYNTHETIC)
    assert done.exit_code == 1
    assert told in " ".join(done.stderr.split())
    assert f"did you mean ‘{hint}’" in " ".join(done.stderr.split())


def test_the_papers_own_rows_are_no_replication(tmp_path):
    rows = HERE / "sanker2025imaging_studies_real.xlsx"
    done = call("replicate", "sanker2025imaging", rows, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "THE PAPER'S OWN ROWS" in done.stdout
    with (tmp_path / "out" / "own_rows.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert {row["common"] for row in table} == {""}
    assert {row["data"] for row in table} == {"THE PAPER'S OWN ROWS"}
    for path in HERE.glob("*_real.xlsx"):
        plan = load_plan(path.name.partition("_")[0])
        assert read_cohort(path, plan.dictionary).reported, path.name


def test_a_registry_without_claims_says_so():
    done = call("replicate", "li2022", HERE / "li2022_SYNTHETIC.xlsx")
    assert done.exit_code == 0, done.stderr
    assert "states no claims" in done.stdout
    assert "0 numbers claimed" not in done.stdout
