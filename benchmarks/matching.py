"""1:3 caliper matching beside MatchIt: ``python benchmarks/matching.py [RUNS] [MOST_ROWS]``.

Timed, as CPU seconds inside processes of their own: from a frame to matched pairs (the score by
logistic regression, caliper of 0.2 standard deviations of its logit, largest score first), without
and with the table of balance. Peak memory is that of the whole process, libraries included.
``optimal`` and ``full`` matching of ours stand beside: optmatch is not in Debian.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

COVARIATES = 6
SIZES = (1_000, 10_000, 100_000)
#: Optimal pairs are one assignment of all treated copies and controls: not for many patients.
MOST_OPTIMAL = 10_000

OURS = """
import sys, time
import numpy as np, pandas as pd
from cohort_stats import match
frame = pd.read_csv(sys.argv[1])
names = [n for n in frame if n.startswith("x")]
asked = {"nearest": {"ratio": 3}, "full": {"method": "full"}, "optimal": {"method": "optimal"}}
asked = asked[sys.argv[2]]
treated = frame["treat"] == 1
match(treated.head(500), frame.head(500), names, **asked)
seconds = []
for _ in range(int(sys.argv[3])):
    start = time.process_time()
    found = match(treated, frame, names, **asked)
    seconds.append(time.process_time() - start)
gaps = np.abs(found.score[found.pairs[:, 0]] - found.score[found.pairs[:, 1]])
print(sorted(seconds)[len(seconds) // 2], len(gaps), gaps.mean(), gaps.max())
"""
R_SCRIPT = """
suppressPackageStartupMessages(library(MatchIt))
a <- commandArgs(TRUE)
d <- read.csv(a[1])
f <- reformulate(grep("^x", colnames(d), value = TRUE), "treat")
go <- function(d) suppressWarnings(matchit(f, d, method = "nearest", distance = "glm",
  link = "linear.logit", caliper = 0.2, ratio = 3, m.order = "largest"))
invisible(go(head(d, 500)))
times <- sapply(seq_len(as.integer(a[3])), function(i) {
  first <- sum(system.time(m <<- go(d))[c(1, 2)])
  if (a[2] == "summary") first <- first + sum(system.time(summary(m))[c(1, 2)])
  first
})
p <- m$match.matrix
at <- match(p, rownames(d))
gap <- abs(m$distance[match(rownames(p), rownames(d))] - matrix(m$distance[at], nrow(p)))
cat(median(times), sum(!is.na(gap)), mean(gap, na.rm = TRUE), max(gap, na.rm = TRUE), "\\n")
"""


def cohort(rows: int) -> pd.DataFrame:
    """Patients of whom a quarter are treated, the more so the higher some covariates."""
    rng = np.random.default_rng(rows)
    x = rng.normal(size=(rows, COVARIATES)).round(3)
    x[:, ::3] = x[:, ::3] > 0
    chance = 1 / (1 + np.exp(1.6 - x @ np.array([0.5, 0.4, -0.3, 0.4, 0.2, 0.1])))
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(COVARIATES)])
    return frame.assign(treat=(rng.random(rows) < chance).astype(int))


def measured(command: list[str]) -> tuple[list[float], float]:
    """What a process printed, as numbers, and its peak memory in MB."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command[0]} ended with status {process.returncode}")
        out.seek(0)
        return [float(word) for word in out.read().split()], usage.ru_maxrss / 1024


def main(runs: int = 5, most: int = SIZES[-1]) -> None:
    """Print seconds, ratios to ours, memory, and the pairs that were made."""
    program = shutil.which("Rscript")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "ours.py").write_text(OURS)
        (folder / "theirs.R").write_text(R_SCRIPT)
        head = f"{'rows':>8} {'':36} {'CPU s':>9} {'ratio':>7} {'peak MB':>8} {'pairs':>7}"
        print(f"{head}  distance: mean, largest")
        for rows in (n for n in SIZES if n <= most):
            data = folder / f"{rows}.csv"
            cohort(rows).to_csv(data, index=False)
            ours = [sys.executable, str(folder / "ours.py"), str(data)]
            commands = {"cohort-stats match(ratio=3), balance": [*ours, "nearest"]}
            if program:
                r = [program, str(folder / "theirs.R"), str(data)]
                commands["R matchit(ratio = 3)"] = [*r, "matchit"]
                commands["R matchit, summary: balance"] = [*r, "summary"]
            commands["cohort-stats match(method='full')"] = [*ours, "full"]
            if rows <= MOST_OPTIMAL:
                commands["cohort-stats match(method='optimal')"] = [*ours, "optimal"]
            table(rows, commands, runs)
    if program is None:
        print("(R with the package MatchIt is not here.)")


def table(rows: int, commands: dict[str, list[str]], runs: int) -> None:
    """Run some commands and print their rows, seconds over those of the first."""
    least = 0.0
    for name, command in commands.items():
        times = 1 if "R " in name and rows > SIZES[1] else runs
        found, memory = measured([*command, str(times)])
        seconds, pairs, mean, largest = found
        least = least or seconds
        print(
            f"{rows:8} {name:36} {seconds:9.4f} {seconds / least:7.1f} {memory:8.0f} "
            f"{pairs:7.0f}  {mean:.5f}, {largest:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
