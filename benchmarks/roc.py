"""2,000 bootstrap areas under a ROC curve, side by side: ``python benchmarks/roc.py [RUNS]``."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

PATIENTS, SAMPLES = 500, 2000
R_SCRIPT = """
suppressPackageStartupMessages(library(pROC))
d <- read.csv(commandArgs(TRUE)[1])
runs <- as.integer(commandArgs(TRUE)[2])
r <- roc(d$y, d$x, levels = c(0, 1), direction = "<")
once <- function() ci.auc(r, method = "bootstrap", boot.n = SAMPLES, progress = "none")
set.seed(1)
ci <- once()
cpu <- function() { t <- system.time(once()); t[["user.self"]] + t[["sys.self"]] }
cat(median(sapply(seq_len(runs), function(i) cpu())), ci[1], ci[3], "\\n")
""".replace("SAMPLES", str(SAMPLES))


def cohort() -> pd.DataFrame:
    """500 patients, a third of them with the outcome, values with two decimals."""
    rng = np.random.default_rng(5)
    y = rng.random(PATIENTS) < 1 / 3
    return pd.DataFrame({"y": y.astype(int), "x": (rng.normal(size=PATIENTS) + y).round(2)})


def with_kernel(frame: pd.DataFrame) -> tuple[float, float]:
    """The areas alone, on arrays."""
    from cohort_stats.discrimination.areas import bootstrap_areas

    x, y = frame["x"].to_numpy(), frame["y"].to_numpy() == 1
    areas = bootstrap_areas(np.sort(x[y]), np.sort(x[~y]), SAMPLES, 1)
    low, high = np.quantile(areas, [0.025, 0.975])
    return float(low), float(high)


def with_verb(frame: pd.DataFrame) -> tuple[float, float]:
    """Our verb, with every number of its result."""
    from cohort_stats import Conventions, roc

    conventions = Conventions(auc_interval="bootstrap")
    kept = {"cutoff": 0.5, "bootstraps": SAMPLES, "conventions": conventions}
    result = roc(frame["y"], frame["x"], direction="high", **kept)
    return result.value("auc_low"), result.value("auc_high")


def with_scikit_learn(frame: pd.DataFrame) -> tuple[float, float]:
    """The ``roc_auc_score`` of scikit-learn in a loop, samples drawn within outcomes."""
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(1)
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy() == 1
    cases, controls = np.flatnonzero(y), np.flatnonzero(~y)
    areas = []
    for _ in range(SAMPLES):
        who = np.r_[rng.choice(cases, len(cases)), rng.choice(controls, len(controls))]
        areas.append(roc_auc_score(y[who], x[who]))
    low, high = np.quantile(areas, [0.025, 0.975])
    return float(low), float(high)


def timed(work: Callable[[pd.DataFrame], object], frame: pd.DataFrame, runs: int) -> float:
    """Median processor seconds of several runs after a warm-up."""
    work(frame)
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work(frame)
        seconds.append(time.process_time() - start)
    return median(seconds)


def with_r(frame: pd.DataFrame, runs: int) -> tuple[float, tuple[float, float]] | None:
    """Median processor seconds inside R, without its start, and its interval; None without R."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        data, script = Path(scratch) / "d.csv", Path(scratch) / "s.R"
        frame.to_csv(data, index=False)
        script.write_text(R_SCRIPT)
        command = [program, str(script), str(data), str(runs)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    seconds, low, high = map(float, done.stdout.split())
    return seconds, (low, high)


def main(runs: int = 7) -> None:
    """Print the seconds of each, their ratio to our verb, and the intervals."""
    frame = cohort()
    works = {"cohort-stats, kernel": with_kernel, "cohort-stats, roc()": with_verb}
    seconds = {name: timed(work, frame, runs) for name, work in works.items()}
    intervals = {name: work(frame) for name, work in works.items()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    r = with_r(frame, runs)
    if r is not None:
        seconds["R pROC"], intervals["R pROC"] = r
    seconds["scikit-learn"] = timed(with_scikit_learn, frame, 1)
    intervals["scikit-learn"] = with_scikit_learn(frame)
    print(f"{SAMPLES} bootstrap areas, {PATIENTS} patients; peak memory of ours {memory:.0f} MB")
    print(f"{'':22} {'seconds':>9} {'× roc()':>8}  95% interval")
    for name, value in seconds.items():
        low, high = intervals[name]
        ratio = value / seconds["cohort-stats, roc()"]
        print(f"{name:22} {value:9.4f} {ratio:8.1f}  {low:.4f} to {high:.4f}")
    if r is None:
        print("(R with the package pROC is not here.)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
