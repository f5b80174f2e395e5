"""``cohort-stats audit`` as its users meet it."""

from __future__ import annotations

import csv
import re

import pytest
from typer.testing import CliRunner

from analyses.auditing.audit import audit
from analyses.plan import STUDIES
from analyses.published.reading import load_published, published_keys
from reports.audit import audit_tables, write_audit
from reports.cli import app


def call(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_study_is_audited_by_severity(tmp_path):
    done = call("audit", "kwon2026", "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "Changes a conclusion: 1" in done.stdout
    assert "0.433 here, 4.33 there" in done.stdout
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "audit.html", "audit.docx", "audit.csv", "run.json",
    }  # fmt: skip
    with (tmp_path / "out" / "audit.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["severity"] == "changes a conclusion"
    assert all(row["how"] for row in rows)
    page = (tmp_path / "out" / "audit.html").read_text("utf-8")
    assert "In R: 100 * 57 / 65" in page
    assert "Assumed: " in page
    assert "http" not in re.sub(r"https?://doi\S+", "", page)


def test_a_registry_of_ones_own_with_mistakes_names_them_all(tmp_path):
    text = (STUDIES / "kim2025pni" / "published.toml").read_text(encoding="utf-8")
    path = tmp_path / "published.toml"
    path.write_text(
        text.replace("61.1 ± 12.2 ", "61.1 ", 1).replace(
            "PNI                              | mean_sd ",
            "PNI                              | mean_sdd ",
            1,
        ),
        encoding="utf-8",
    )
    wrong = call("audit", path, "-o", tmp_path / "out")
    assert wrong.exit_code == 1
    assert wrong.stderr.count("published.toml, line") >= 2
    assert not (tmp_path / "out").exists()
    assert call("audit", "no_such_study").exit_code == 1


def test_the_same_registry_gives_the_same_files(tmp_path):
    found = audit(load_published("nam2025"))
    for name in ("a", "b"):
        write_audit(found, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.parametrize("key", published_keys()[1:5])
def test_no_word_accuses(key):
    tables = audit_tables(audit(load_published(key)))
    words = " ".join(str(c) for t in tables for r in t.rows for c in r.cells)
    words += " ".join(w for t in tables for w in (t.title, *t.notes))
    words = words.replace("= FALSE", "").lower()  # in lines of R
    accusing = r"\b(fraud|fabricat|fake|manipulat|misconduct|dishonest|suspicious|wrong|false)\w*"
    assert re.findall(accusing, words) == []
