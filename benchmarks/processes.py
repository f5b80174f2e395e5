"""Time whole commands as processes: ``python benchmarks/processes.py [RUNS]``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from data_templates.gbsg2 import write_gbsg2

EXTRA = 20
COVARIATES = ("hormone", "age", "menopause", "size", "grade", "nodes", "progesterone", "oestrogen")


def timed(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory (MB) of one process."""
    start = time.perf_counter()
    # As on a user's machine: modules that were imported before are not compiled anew.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with status {status}")
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_small_study(folder: Path) -> None:
    """A cohort of 150 patients and 30 variables, and a plan that uses every kind of step."""
    write_gbsg2(folder / "whole.xlsx")
    frame = pd.read_excel(folder / "whole.xlsx", sheet_name="Cohort").head(150)
    rng = np.random.default_rng(1)
    for k in range(EXTRA - 1):
        frame[f"Measurement {k}"] = rng.normal(size=len(frame)).round(2)
    frame.to_excel(folder / "small.xlsx", sheet_name="Cohort", index=False)
    source = Path(__file__).parents[1] / "analyses" / "studies" / "gbsg2" / "plan.toml"
    extra = "".join(
        f'[variables.m{k}]\nlabel = "Measurement {k}"\ntype = "number"\n' for k in range(EXTRA - 1)
    )
    plan = source.read_text(encoding="utf-8").replace(
        "[derived.node_class]", extra + "[derived.node_class]"
    )
    names = ", ".join(f'"m{k}"' for k in range(EXTRA - 1))
    head, *steps = plan.split("[[steps]]")
    wanted = ("baseline", "km_hormone", "cox_rfs", "logistic_2y", "roc_nodes", "matching")
    steps = [s for s in steps if any(f'id = "{w}"' in s for w in wanted)]
    head = head.replace(
        head[head.index("[derived.many_nodes]") : head.index("[derived.recurrence_2y]")], ""
    )
    text = "[[steps]]".join([head, *steps]).replace(
        '  "oestrogen",\n', f'  "oestrogen", {names},\n', 1
    )
    (folder / "small.toml").write_text(text, encoding="utf-8")


def main(runs: int = 5) -> None:
    """Print the median, least and most of each figure over several runs after a warm-up."""
    program = str(Path(sys.executable).parent / "cohort-stats")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_small_study(folder)
        commands = {
            "cohort-stats --help": [program, "--help"],
            "check, 686 patients": [program, "check", "whole.xlsx", "--study", "gbsg2"],
            "run, 150 patients × 30 variables, every step": [
                program, "run", "small.xlsx", "--study", "small.toml", "-o", "packet",
            ],
            "demo, 686 patients, 10 steps": [program, "demo", "-o", "demo"],
        }  # fmt: skip
        print(f"{'command':46} {'wall s':>22} {'CPU s':>22} {'peak MB':>8}")
        for name, command in commands.items():
            timed(command, folder)
            found = [timed(command, folder) for _ in range(runs)]
            wall, cpu, memory = zip(*found, strict=True)
            columns = (f"{median(x):.2f} ({min(x):.2f}–{max(x):.2f})" for x in (wall, cpu))
            print(f"{name:46} {'':>4}{'  '.join(f'{c:>18}' for c in columns)} {max(memory):8.0f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
