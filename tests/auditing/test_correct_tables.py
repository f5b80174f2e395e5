"""Correct tables of other hands, each printed in a way of its own, raise nothing."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit, audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.reading import read_manuscript
from analyses.manuscripts.source import Source, cell_of, source_table
from analyses.manuscripts.splits import split_or_share
from analyses.published.reading import PublishedError, published_from


def source(*rows: str, title: str = "", notes: tuple[str, ...] = (), text: tuple[str, ...] = ()):
    cells = [[cell_of(words) for words in row.split(";")] for row in rows]
    return Source("m", (source_table("Table 1", title, cells, 1, notes),), text)


def weighed(made: Source):
    return [(one.severity, one.finding.what) for one in audit_manuscript(made).weighed]


TWO = "Variable;A (n = 40);B (n = 60);p"


@pytest.mark.parametrize(
    ("name", "cells", "taken"),
    [
        ("Sex (male/female)", ("25/15", "30/30"), "split"),
        ("Sex, M/F", ("15/25", "30/30"), "split"),
        ("Smoking, yes:no", ("15:25", "30:30"), "split"),
        ("Race (W/B/O)", ("20/15/5", "30/20/10"), "split"),
        ("Smoker, n/N", ("15/40", "30/60"), "share"),
        ("Positive / tested", ("15/38", "30/55"), "share"),
        ("Blood pressure, mmHg", ("120/80", "118/79"), "neither"),
        ("Systolic/diastolic", ("120/80", "118/79"), "neither"),
        ("Smoker", ("15 (37.5)", "30 (50.0)"), ""),
    ],
)
def test_what_a_slash_says(name, cells, taken):
    assert split_or_share(name, cells, (40, 60)) == taken


def test_levels_side_by_side_are_no_shares():
    # R: prop.test(c(25, 30), c(40, 60), correct = FALSE): p = 0.2184
    rows = TWO, "Sex (male/female);25/15;30/30;.22", "Blood pressure, mmHg;120/80;118/79;.5"
    read = read_manuscript(source(*rows))
    assert [v.kind for v in read.published.values.values()] == ["split", "split", "p", "p"]
    assert [words for _, words in read.not_read] == [
        "Blood pressure, mmHg (A (n = 40)): 120/80", "Blood pressure, mmHg (B (n = 60)): 118/79",
    ]  # fmt: skip
    assert weighed(source(*rows)) == []
    assert weighed(source(rows[0], rows[1].replace(".22", ".82"))) == [
        (Severity.PROBABLE, "Sex (male/female)")
    ]


def test_a_denominator_in_the_cell_is_that_of_the_p():
    # R: prop.test(c(10, 25), c(20, 30), correct = FALSE): p = 0.0117; of 40 and 60 0.0869
    rows = TWO, "Weak;10/20 (50.0%);25/30 (83.3%);0.012"
    assert weighed(source(*rows)) == []


def test_a_row_with_counts_has_its_own_p():
    # R: prop.test(c(10, 30), c(40, 60), correct = FALSE): p = 0.0124
    below = "  Local;4 (10.0%);16 (26.7%);", "  Distant;6 (15.0%);14 (23.3%);"
    assert weighed(source(TWO, "Recurrence;10 (25.0%);30 (50.0%);0.012", *below)) == []


@pytest.mark.parametrize("level", ["99", "90"])
@pytest.mark.parametrize("place", ["heading", "note"])
def test_intervals_of_other_levels(level, place):
    # R: exp(log(2) + c(-1, 1) * qnorm(1 - (1 - level) / 2) * 0.3), p = 0.0208
    cell = {"99": "2.00 (0.92–4.33)", "90": "2.00 (1.22–3.28)"}[level]
    words = f"OR ({level}% CI)" if place == "heading" else "OR (CI)"
    notes = () if place == "heading" else (f"OR: odds ratio with its {level}% confidence interval",)
    assert weighed(source(f"Variable;{words};p", f"Sex;{cell};0.021", notes=notes)) == []


@pytest.mark.parametrize(
    ("name", "notes"), [("Length, mean ± SEM", ()), ("Length", ("Values are mean ± SEM.",))]
)
def test_standard_errors_are_no_deviations(name, notes):
    rows = "Variable;A (n = 10);B (n = 10);p", f"{name};22.7 ± 1.2;19.8 ± 0.8;0.06"
    read = read_manuscript(source(*rows, notes=notes))
    assert [v.kind for v in read.published.values.values()] == ["mean_se", "mean_se", "p"]
    assert weighed(source(*rows, notes=notes)) == []


@pytest.mark.parametrize("cell", ["0.61 (0.62–0.72)", "0.73 (0.62–0.72)"])
def test_an_estimate_outside_its_interval(cell):
    found = audit_manuscript(source("Marker;AUC (95% CI)", f"S100;{cell}")).weighed
    assert [one.severity for one in found] == [Severity.DEFINITE]
    assert found[0].finding.outcome.how.endswith(": outside")
    assert weighed(source("Marker;AUC (95% CI)", "S100;0.62 (0.62–0.72)")) == []


@pytest.mark.parametrize("p", ["1.2", "1.052"])
def test_a_p_above_one(p):
    (one,) = audit_manuscript(source(TWO, f"Male;10 (25.0%);30 (50.0%);{p}")).weighed
    assert one.severity is Severity.DEFINITE
    assert one.finding.outcome.how == f"{p}: a p cannot be above 1"


REGISTRY = """
[paper]
key = "paper"
title = "A paper"
citation = "A paper."
[groups]
a = { label = "A", n = "40" }
b = { label = "B", n = "60" }
[[tables]]
id = "t"
place = "Table 1"
rows = \"\"\"
id | what | kind          | a          | b
x  | X    | count_percent | 50 (125.0) | 30 (50.0)
\"\"\"
[[text]]
id = "r"
place = "Results"
rows = \"\"\"
id | what | kind  | value            | relations
or | OR   | or_ci | 3.00; 1.30–6.90  | crude_or t.x.a t.x.b
\"\"\"
"""


def test_a_count_above_its_group_gives_no_ratio():
    found = audit(published_from(REGISTRY)).found
    ratios = [one.outcome for one in found if one.address.startswith("r.or")]
    assert "50 of 40, 30 of 60" in " ".join(one.how for one in ratios)
    assert all(one.verdict.holds for one in ratios)
    assert max(len(one.how) for one in ratios) < 200


def test_a_size_that_is_no_number_is_named():
    with pytest.raises(
        PublishedError, match=r"line 8, groups.b.n: expected one number, found '6O'"
    ):
        published_from(REGISTRY.replace('"60"', '"6O"'))
