"""``cohort-stats curve``: a digitised curve in, a marked workbook and its plan out."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from typer.testing import CliRunner

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats import read_cohort
from cohort_stats.kernels.lifetable import life_table, survival
from reports.cli import app

HEAD = "group,time,survival,at_risk,events\n"


def call(*arguments: object):
    return CliRunner().invoke(app, ["curve", *map(str, arguments)])


def points(frame: dict[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """The curves of real times, digitised at every event, with numbers at risk every 12 months."""
    lines = []
    for name, (time, event) in frame.items():
        table = life_table(time, event)
        heights, _ = survival(table)
        at = {0.0: 1.0} | dict(zip(table.time.tolist(), heights.tolist(), strict=True))
        for t in sorted({*at, 12.0, 24.0, 36.0}):
            height = at[max(x for x in at if x <= t)]
            risk = int((time >= t).sum()) if t % 12 == 0 else ""
            lines.append(f"{name},{t:g},{100 * height:.2f}%,{risk},")
    return HEAD + "\n".join(lines)


def test_a_curve_comes_out_as_patients_that_say_what_they_are(tmp_path):
    rng = np.random.default_rng(5)
    made = {}
    for name, scale in (("Surgery", 14.0), ("Radiotherapy", 28.0)):
        died, left = rng.exponential(scale, 120), rng.uniform(6, 48, 120)
        made[name] = (np.minimum(died, left).round(1), died <= left)
    table = tmp_path / "os.csv"
    table.write_text(points(made), encoding="utf-8")
    done = call(table, "-o", tmp_path / "os.xlsx")
    assert done.exit_code == 0, done.stderr
    assert "Surgery: 120 patients, " in done.stdout
    assert "SYNTHETIC" in done.stdout
    plan = plan_from(tomllib.loads((tmp_path / "os.toml").read_text("utf-8")))
    cohort = read_cohort(tmp_path / "os.xlsx", plan.dictionary)
    assert cohort.synthetic
    frame = cohort.frame
    deaths = sum(event.sum() for _, event in made.values())
    assert abs((frame["event"] == "Yes").sum() - deaths) <= 0.03 * deaths
    stacked = run(cohort, plan).stack()
    found = stacked[stacked["statistic"] == "median"]
    ours = {g: v for g, v in zip(found["group"], found["value"], strict=True) if g in made}
    for name, (time, event) in made.items():
        table_of = life_table(time, event)
        median = table_of.time[survival(table_of)[0] <= 0.5][0]
        assert ours[name] == pytest.approx(median, rel=0.05)
    assert call(table, "-o", tmp_path / "os.xlsx").exit_code == 1  # exists
    assert call(table, "-o", tmp_path / "os.xlsx", "--overwrite").exit_code == 0


def test_one_curve_needs_no_group(tmp_path):
    table = tmp_path / "one.csv"
    table.write_text("time;survival;at_risk;events\n0;1;20;9\n3;0,8;15;\n6;0,6;9;\n", "utf-8")
    done = call(table, "-o", tmp_path / "one.xlsx")
    assert done.exit_code == 0, done.stderr
    assert "All patients: 20 patients, " in done.stdout
    assert "cox" not in (tmp_path / "one.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time,surival,at_risk\n0,1,20\n", "did you mean ‘survival’"),
        (HEAD + "A,0,1,20,\nA,x,0.8,,\n", "line 3, time: expected a number"),
        (HEAD + "A,0,1,20,\nA,3,0.8,25,\n", "numbers that do not rise"),
        (HEAD + "A,0,1,20,\nA,3,0.5,15,\nA,4,0.8,,\n", "a curve that falls"),
        (HEAD + "A,0,1,20.5,\nA,3,0.5,15,\n", "a whole number"),
        (HEAD + "A,0,1,,\nA,3,0.5,,\n", "the number at risk at the beginning"),
        (HEAD + "A,0,1,20,21\nA,3,0.5,15,\n", "at most 20"),
        (HEAD + "A,0,1,20,\n", "two points of the curve or more"),
        (HEAD + "A,-1,1,20,\nA,3,0.5,15,\n", "no number below 0"),
        (HEAD + "A,0,140,20,\nA,3,50,15,\n", "at most 1, or 100%"),
    ],
)
def test_mistakes_have_their_place(tmp_path, text, words):
    table = tmp_path / "bad.csv"
    table.write_text(text, encoding="utf-8")
    done = call(table, "-o", tmp_path / "bad.xlsx")
    assert done.exit_code == 1
    assert words in " ".join(done.stderr.split())
    assert not (tmp_path / "bad.xlsx").exists()


def test_all_mistakes_of_a_curve_are_told_at_once(tmp_path):
    table = tmp_path / "bad.csv"
    table.write_text(HEAD + "A,0,x,20,\nA,3,0.5,y,\nB,0,1,20,\nB,2,0.2,30,\n", encoding="utf-8")
    words = call(table, "-o", tmp_path / "bad.docx").stderr
    assert "a file that ends in .xlsx" in words
    words = call(table, "-o", tmp_path / "bad.xlsx").stderr
    assert words.count("expected") >= 3
