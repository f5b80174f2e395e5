"""Two packets beside each other."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from gbsg2_packet import packet
from typer.testing import CliRunner

from cohort_stats.problem import InputError
from reports import compare_packets
from reports.cli import app
from reports.compared.words import comparison_csv, comparison_tables, summary_lines

ABOUT = ("cox/multivariable", "", "age", "")
BEFORE = [
    (*ABOUT, "", "hazard_ratio", 0.8), (*ABOUT, "", "hazard_ratio_low", 0.6),
    (*ABOUT, "", "hazard_ratio_high", 0.95), (*ABOUT, "", "p", 0.02),
    ("cox/univariable", "", "size", "", "", "entered", 1.0),
    ("roc", "", "", "", "", "cutoff", 3.5),
    ("km/curves", "A", "", "", "12.0", "survival", 0.5),
    ("km/curves", "A", "", "", "7.0", "curve", 0.9),
    ("base", "Overall", "", "", "", "n", 100.0),
    ("base", "Overall", "gone", "", "", "mean", 3.0),
]  # fmt: skip
AFTER = [
    (*ABOUT, "", "hazard_ratio", 0.9), (*ABOUT, "", "hazard_ratio_low", 0.7),
    (*ABOUT, "", "hazard_ratio_high", 1.16), (*ABOUT, "", "p", 0.4),
    ("cox/univariable", "", "size", "", "", "entered", 0.0),
    ("roc", "", "", "", "", "cutoff", 4.5),
    ("km/curves", "A", "", "", "12", "survival", 0.5 + 1e-13),
    ("km/curves", "A", "", "", "7.0", "curve", 0.8),
    ("base", "Overall", "", "", "", "n", 110.0),
    ("base", "Overall", "new", "", "", "mean", 3.0),
]  # fmt: skip
COLUMNS = ("analysis", "group", "term", "level", "time", "statistic", "value")
RECORD = {
    "plan_fingerprint": "abc", "cohort_sha256": "1", "cohort_stats": "1.0", "steps_done": ["cox"],
    "steps_not_done": {}, "conventions": {"ties": "efron"}, "labels": {"age": "Age"},
    "titles": {"cox": "Cox regression"},
}  # fmt: skip


def written(folder: Path, rows: list, record: dict = RECORD, columns=COLUMNS) -> Path:
    folder.mkdir()
    frame = pd.DataFrame(rows, columns=list(COLUMNS))[list(columns)]
    frame.to_csv(folder / "results.csv", index=False)
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    changed = RECORD | {"cohort_sha256": "2", "steps_done": [], "conventions": {"ties": "breslow"}}
    changed["steps_not_done"] = {"cox": "no event happened"}
    return written(tmp_path / "old", BEFORE), written(tmp_path / "new", AFTER, changed)


def test_numbers_that_changed_appeared_and_vanished(folders):
    found = compare_packets(*folders)
    kinds = found.numbers.set_index(["analysis", "term", "statistic"])["change"]
    assert kinds["base", "new", "mean"] == "appeared"
    assert kinds["base", "gone", "mean"] == "vanished"
    assert (kinds == "changed").sum() == 8
    assert found.same == 1  # the last digits of another machine are no change
    n = found.numbers.query("statistic == 'n'").iloc[0]
    assert (n["absolute"], n["relative"]) == (10, 0.1)
    assert found.numbers["statistic"].iloc[0] == "hazard_ratio"  # half an interval's width
    assert found.numbers["drawn"].sum() == 1


def test_conclusions_that_turned_come_first(folders):
    found = compare_packets(*folders)
    words = [one.words for one in found.turned]
    assert words == [
        "the interval now holds 1; p is no longer below 0.05",
        "it left the model",
        "the cut-off is another",
        "it could not be done any more: no event happened",
    ]
    lines = list(summary_lines(found))
    assert "  Content of the cohort file: differs" in lines
    assert "  Convention ties: efron → breslow" in lines
    assert (
        "  Cox regression, multivariable, Age: hazard ratio 0.80 (0.60–0.95) → 0.90 (0.70–1.16): "
        "the interval now holds 1; p is no longer below 0.05" in lines
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ((0.8, 0.6, 0.9), (1.2, 1.1, 1.4), "it points the other way"),
        ((0.8, 0.6, 1.2), (0.8, 0.7, 0.9), "the interval no longer holds 1"),
        ((0.8, 0.6, 1.0), (0.8, 0.7, 0.9), "the interval no longer holds 1"),
        ((0.8, 0.6, 0.9), (0.7, 0.5, 0.8), None),
        ((0.8, math.nan, math.nan), (0.7, 0.5, 0.8), None),
        ((0.0, math.nan, math.nan), (2.0, 0.5, 8.0), None),
    ],
)
def test_what_turns_an_estimate(tmp_path, old, new, words):
    names = ("odds_ratio", "odds_ratio_low", "odds_ratio_high")
    folders = [
        written(tmp_path / name, [(*ABOUT, "", n, v) for n, v in zip(names, values, strict=True)])
        for name, values in (("old", old), ("new", new))
    ]
    assert [one.words for one in compare_packets(*folders).turned] == ([words] if words else [])


def test_what_crosses_comes_before_what_merely_points_the_other_way(tmp_path):
    intervals = {
        "wobbles": ((0.98, 0.8, 1.2), (1.02, 0.8, 1.3)),
        "turns": ((0.8, 0.7, 0.9), (1.2, 1.1, 1.3)),
        "crosses": ((0.8, 0.7, 0.9), (0.9, 0.8, 1.1)),
    }
    rows = [
        [
            ("cox", "", term, "", "", f"hazard_ratio{end}", value)
            for term, pair in intervals.items()
            for end, value in zip(("", "_low", "_high"), pair[k], strict=True)
        ]
        for k in (0, 1)
    ]
    rows[0] += [("base", "", "test", "", "", "p", 0.2), ("base", "", "fit", "", "", "lr_p", 0.2)]
    rows[1] += [("base", "", "test", "", "", "p", 0.02), ("base", "", "fit", "", "", "lr_p", 0.02)]
    folders = [written(tmp_path / str(k), rows[k]) for k in (0, 1)]
    terms = [one.place[2] for one in compare_packets(*folders).turned]
    assert terms == ["crosses", "test", "turns", "wobbles", "fit"]


def test_a_packet_is_the_same_as_itself():
    found = compare_packets(packet(), packet())
    assert found.identical
    assert list(summary_lines(found)) == [f"Nothing differs: {found.same} numbers are the same."]
    assert comparison_tables(found) == []


def test_an_earlier_version_may_lack_columns_and_records(tmp_path):
    kept = ("analysis", "statistic", "value")
    old = written(tmp_path / "old", BEFORE[4:6], {}, kept)
    new = written(tmp_path / "new", [(r[0], "", "", "", "", r[5], r[6]) for r in AFTER[4:6]])
    found = compare_packets(old, new)
    assert [one.words for one in found.turned] == ["it left the model", "the cut-off is another"]
    assert ("Version of cohort-stats", "", "1.0") in [
        (c.what, c.old, c.new) for c in found.made_from
    ]


@pytest.mark.parametrize("lacks", ["results.csv", "run.json", "value", "number", "record"])
def test_what_is_no_packet_is_refused_in_plain_words(tmp_path, lacks):
    old = written(tmp_path / "old", BEFORE)
    if lacks in ("results.csv", "run.json"):
        (old / lacks).unlink()
    elif lacks == "value":
        (old / "results.csv").write_text("analysis,statistic\na,n\n")
    elif lacks == "number":
        (old / "results.csv").write_text("analysis,statistic,value\na,n,many\n")
    else:
        (old / "run.json").write_text("[]")
    with pytest.raises(InputError, match="expected"):
        compare_packets(old, old)


def test_the_files_hold_everything(folders, tmp_path):
    run = CliRunner().invoke
    for kind in ("html", "csv", "docx"):
        target = tmp_path / f"changes.{kind}"
        done = run(app, ["compare", *map(str, folders), "-o", str(target)])
        assert done.exit_code == 0, done.output
        assert "Conclusions that turned: 4" in done.output
        assert run(app, ["compare", *map(str, folders), "-o", str(target)]).exit_code == 1
    frame = pd.read_csv(tmp_path / "changes.csv", keep_default_na=False)
    assert len(frame) == 10
    assert frame["turned"].str.len().gt(0).sum() == 3
    page = (tmp_path / "changes.html").read_text(encoding="utf-8")
    assert "Cox regression, multivariable, Age" in page
    document = Document(tmp_path / "changes.docx")
    assert [len(t.rows) for t in document.tables] == [3, 5, 10]


def test_synthetic_packets_are_called_so(folders, tmp_path):
    record = json.loads((folders[1] / "run.json").read_text())
    (folders[1] / "run.json").write_text(json.dumps(record | {"data": "SYNTHETIC"}))
    target = tmp_path / "changes.html"
    CliRunner().invoke(app, ["compare", *map(str, folders), "-o", str(target)])
    assert "SYNTHETIC DATA" in target.read_text(encoding="utf-8")


def test_the_table_of_numbers_says_what_is_not_listed(folders):
    found = compare_packets(*folders)
    (table,) = [t for t in comparison_tables(found) if t.key == "numbers"]
    assert "1 of those that differ are points of figures" in table.notes[0]
    assert len(comparison_csv(replace(found, turned=())).splitlines()) == 11
