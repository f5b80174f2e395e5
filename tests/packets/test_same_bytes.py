"""The same file and plan give the same bytes, whatever the process that makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import reports

PLAN = """
[study]
key = "twice"
title = "The same, twice"
question = "Are they the same?"
design = "Made up for tests"
seed = 4

[variables]
id = { label = "Patient", type = "id" }
arm = { label = "Arm", type = "category", levels = ["Surgery", "Radiotherapy"] }
old = { label = "Older than 65", type = "yesno" }
age = { label = "Age", type = "number", unit = "years" }
marker = { label = "Marker", type = "number" }
months = { label = "Follow-up", type = "number", unit = "months" }
died = { label = "Death", type = "yesno" }

[endpoints]
os = { label = "Overall survival", time = "months", event = "died" }

[imputation]
m = 2
iterations = 2

[report]
style = "lancet"
table_files = ["docx", "xlsx", "html", "latex", "rtf", "markdown", "csv"]
figure_files = ["svg", "pdf", "png", "eps", "tiff"]
figure_width = 84

[[steps]]
id = "baseline"
kind = "compare"
title = "Characteristics by arm"
by = "arm"
rows = ["age", "marker", "old"]

[[steps]]
id = "km"
kind = "kaplan_meier"
title = "Overall survival by arm"
endpoint = "os"
by = "arm"
times = [12]

[[steps]]
id = "cox"
kind = "cox"
title = "Cox regression for death"
endpoint = "os"
covariates = ["arm", "age", "marker"]
missing = "imputed"
selection = { rule = "all" }

[[steps]]
id = "matched"
kind = "match"
title = "Arms matched"
treated = { variable = "arm", is = "Surgery" }
covariates = ["age", "old"]
order = "random"
"""


def write_cohort(path: Path, n: int = 60) -> None:
    rng = np.random.default_rng(2)
    age = rng.normal(64, 9, n).round()
    frame = pd.DataFrame(
        {
            "Patient": [f"SYNTHETIC {k}" for k in range(n)],
            "Arm": rng.choice(["Surgery", "Radiotherapy"], n, p=[0.4, 0.6]),
            "Older than 65": np.where(age > 65, "Yes", "No"),
            "Age": age,
            "Marker": np.where(rng.random(n) < 0.9, rng.normal(5, 2, n).round(1), np.nan),
            "Follow-up": rng.exponential(20, n).round(1) + 0.1,
            "Death": rng.choice(["Yes", "No"], n),
        }
    )
    frame.to_csv(path, index=False)


def started(folder: Path, cohort: Path, **surroundings: str) -> subprocess.Popen[bytes]:
    """A run of the command line in a folder of its own, with surroundings of its own."""
    folder.mkdir()
    root = str(Path(reports.__file__).parents[1])
    command = [sys.executable, "-c", "from reports.cli import app; app()", "run", str(cohort)]
    command += ["--study", str(cohort.with_name("plan.toml")), "-o", "packet", "--with-data"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    known["PYTHONDONTWRITEBYTECODE"] = ""  # compiled once, not by each run
    return subprocess.Popen(
        command, cwd=folder, env=known | {"PYTHONPATH": root} | surroundings,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def test_two_processes_in_other_surroundings_write_the_same_bytes(tmp_path):
    write_cohort(tmp_path / "cohort.csv")
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    far = {"TZ": "Pacific/Kiritimati", "LANG": "C", "SOURCE_DATE_EPOCH": "86400"}
    near = {"TZ": "America/Anchorage", "LANG": "de_DE.UTF-8", "SOURCE_DATE_EPOCH": "1700000000"}
    runs = [
        started(tmp_path / "one", tmp_path / "cohort.csv", PYTHONHASHSEED="1", **far),
        started(tmp_path / "another", tmp_path / "cohort.csv", PYTHONHASHSEED="2", **near),
    ]
    for one in runs:
        said, _ = one.communicate(timeout=300)
        assert one.returncode == 0, said.decode()
    made = [
        {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}
        for top in (tmp_path / "one" / "packet", tmp_path / "another" / "packet")
    ]
    assert list(made[0]) == list(made[1])
    assert [name for name, content in made[0].items() if content != made[1][name]] == []
    kinds = {name.rpartition(".")[2] for name in made[0]}
    assert kinds >= {"svg", "pdf", "png", "eps", "tiff", "docx", "xlsx", "html", "tex", "rtf", "md"}
