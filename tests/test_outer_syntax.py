"""The R script and the SPSS syntax of a packet in the programs that they are written for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import adverse_packet
import birthwt_packet
import building_packet
import compare_packet
import competing_plan
import gbsg2_packet
import markers_packet
import missing_plan
import pbc_year
import pooling_plan
import predicting_packet
import pytest
import sample_packet
import subgroups_packet
import survival_packet

from cohort_stats.workbooks.formula import frame_as_text
from reports.syntax import write_syntax
from reports.view import View

pytestmark = pytest.mark.outer
VIEWS: dict[str, Callable[[], View]] = {
    "compare": compare_packet.asked,
    "compare as SPSS": lambda: compare_packet.asked("spss"),
    "survival": survival_packet.view,
    "survival as SPSS": lambda: survival_packet.view("spss"),
    "gbsg2": gbsg2_packet.view,
    "markers": markers_packet.view,
    "births": birthwt_packet.view,
    "building": building_packet.view,
    "predicting": predicting_packet.view,
    "changes": pbc_year.view,
    "changes as SPSS": lambda: pbc_year.view("spss"),
    "samples": sample_packet.view,
    "subgroups": subgroups_packet.view,
    "adverse events": adverse_packet.view,
    "competing risks": lambda: View(competing_plan.results()),
    "missing values": lambda: View(missing_plan.results()),
    "pooling": lambda: pooled("recommended"),
    "pooling as R": lambda: pooled("r"),
}
COUNTED = re.compile(r"(\d+) of (\d+) numbers agree to 1e-6; (\d+) are not repeated, (\d+) without")
#: Subcommands and commands of SPSS that PSPP has not.
UNKNOWN = re.compile(
    r"^(KM|COXREG|PLUM|NPTESTS|GENLIN|META|LOGISTIC REGRESSION|EXAMINE)\b.*?\.$", re.S | re.M
)


def pooled(preset: str) -> View:
    head = 'design = "Meta-analysis"\n'
    plan = pooling_plan.plan_with(head, f'{head}\n[conventions]\npreset = "{preset}"\n')
    return View(pooling_plan.results_of(plan, pooling_plan.studies()))


def written(view: View, folder: Path) -> Path:
    stacked = frame_as_text(view.results.stack())
    stacked.to_csv(folder / "results.csv", index=False, lineterminator="\n")
    write_syntax(view, folder / "syntax", with_data=True)
    return folder / "syntax"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here")
@pytest.mark.parametrize("name", VIEWS)
def test_r_gives_the_numbers_of_the_packet(tmp_path, name):
    folder = written(VIEWS[name](), tmp_path)
    done = subprocess.run(
        ["Rscript", "analysis.R"], cwd=folder, capture_output=True, text=True, timeout=900,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    counted = COUNTED.search(done.stdout)
    assert counted, done.stdout[-2000:]
    agree, compared, _, unexplained = map(int, counted.groups())
    assert (agree, unexplained) == (compared, 0), done.stdout[-6000:]
    assert compared > 20


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed here")
def test_pspp_understands_what_it_has(tmp_path):
    folder = written(gbsg2_packet.view(), tmp_path)
    text = UNKNOWN.sub("", (folder / "analysis.sps").read_text(encoding="utf-8"))
    (folder / "analysis.sps").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pspp", "-O", "format=csv", "analysis.sps"], cwd=folder, capture_output=True, text=True,
        timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert "error:" not in done.stdout + done.stderr, done.stdout[:3000] + done.stderr[:3000]
    assert re.search(r"-7\.27", done.stdout)  # Welch's t of age
