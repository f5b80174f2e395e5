"""200 bootstrap validations beside rms::validate: ``python benchmarks/validation.py [RUNS]``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

PATIENTS, COVARIATES, REPEATS = 500, 8, 200
NAMES = [f"x{j}" for j in range(COVARIATES)]
R_SCRIPT = """
suppressMessages(library(rms))
d <- read.csv(commandArgs(TRUE)[1])
runs <- as.integer(commandArgs(TRUE)[2])
repeats <- as.integer(commandArgs(TRUE)[3])
x <- paste(grep("^x", colnames(d), value = TRUE), collapse = " + ")
logistic <- lrm(as.formula(paste("outcome ~", x)), data = d, x = TRUE, y = TRUE)
cox <- cph(as.formula(paste("Surv(time, event) ~", x)), data = d, x = TRUE, y = TRUE)
quiet <- function(f, ...) invisible(capture.output(v <- validate(f, B = repeats, ...)))
cpu <- function(expr) { e <- substitute(expr); parent <- parent.frame()
  sum(system.time(eval(e, parent))[c("user.self", "sys.self")]) }
for (name in c("logistic", "cox")) {
  f <- get(name)
  for (bw in c(FALSE, TRUE)) {
    quiet(f, bw = bw)
    cat(name, bw, median(sapply(seq_len(runs), function(i) cpu(quiet(f, bw = bw)))), "\\n")
  }
}
for (name in c("logistic", "cox")) {
  v <- 0
  invisible(capture.output(v <- validate(get(name), B = repeats)))
  cat(name, "C", (v["Dxy", "index.corrected"] + 1) / 2, "\\n")
}
"""


def cohort() -> pd.DataFrame:
    """500 patients, times in whole days, half of the covariates yes/no."""
    rng = np.random.default_rng(20)
    x = rng.normal(size=(PATIENTS, COVARIATES))
    x[:, ::2] = x[:, ::2] > 0
    eta = 0.8 * x[:, 0] + 0.5 * x[:, 1] - 0.3 * x[:, 2]
    time_ = np.ceil(rng.exponential(400 * np.exp(-eta)))
    censor = np.ceil(rng.uniform(100, 1500, PATIENTS))
    frame = pd.DataFrame(x, columns=NAMES)
    frame["outcome"] = (rng.random(PATIENTS) < 1 / (1 + np.exp(0.5 - eta))).astype(int)
    return frame.assign(time=np.minimum(time_, censor), event=(time_ <= censor).astype(int))


def ours(frame: pd.DataFrame, kind: str, selecting: bool) -> float:
    """Corrected C of our verb."""
    from cohort_stats import Endpoint, Selection, validate_model

    endpoint = Endpoint(frame["time"].to_numpy(float), frame["event"].to_numpy() == 1)
    outcome = endpoint if kind == "cox" else frame["outcome"]
    rule = Selection("backward", by="aic") if selecting else Selection("all")
    found = validate_model(outcome, frame, NAMES, rule, repeats=REPEATS)
    return found.value("corrected", level="C")


def cpu_seconds(frame: pd.DataFrame, kind: str, selecting: bool, runs: int) -> float:
    """Median CPU seconds of several runs after a warm-up."""
    ours(frame, kind, selecting)
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        ours(frame, kind, selecting)
        seconds.append(time.process_time() - start)
    return median(seconds)


def with_r(frame: pd.DataFrame, runs: int) -> list[list[str]]:
    """What R printed, line by line; empty without R or rms."""
    program = shutil.which("Rscript")
    if program is None:
        return []
    with tempfile.TemporaryDirectory() as scratch:
        data, script = Path(scratch) / "d.csv", Path(scratch) / "s.R"
        frame.to_csv(data, index=False)
        script.write_text(R_SCRIPT)
        command = [program, str(script), str(data), str(runs), str(REPEATS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode else [line.split() for line in done.stdout.splitlines()]


def main(runs: int = 5) -> None:
    """Print the CPU seconds of both, and their ratio."""
    frame = cohort()
    printed = with_r(frame, runs)
    theirs = {(line[0], line[1]): float(line[2]) for line in printed}
    print(f"{REPEATS} bootstrap validations, {PATIENTS} patients, {COVARIATES} covariates")
    print(f"{'':44} {'cohort-stats':>12} {'rms':>8} {'ratio':>6}   corrected C")
    for kind in ("logistic", "cox"):
        for selecting in (False, True):
            seconds = cpu_seconds(frame, kind, selecting, runs if not selecting else 1)
            rms = theirs.get((kind, str(selecting).upper()), float("nan"))
            what = f"{kind}{', backward by AIC in every sample' if selecting else ''}"
            c = f"{ours(frame, kind, False):.4f} {theirs.get((kind, 'C'), float('nan')):.4f}"
            line = f"{what:44} {seconds:12.3f} {rms:8.3f} {rms / seconds:6.1f}"
            print(line + ("" if selecting else f"   {c}"))
    print("CPU seconds. rms eliminates approximately (fastbw, one fit); we refit at every step.")
    if not printed:
        print("(R with the package rms is not here.)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
