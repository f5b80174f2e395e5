"""Cox models of a million rows, side by side: ``python benchmarks/cox_large.py [ROWS] [RUNS]``.

Ten covariates, Efron ties, times in whole days. Each program runs as a process of its own that
first reads the same columns; timed is the fit alone, from a frame (or, of kernels, from arrays)
to coefficients and standard errors, in CPU seconds of one thread (R uses no more). Memory is the
peak of the whole process. A second table does the same for the concordance of one score, with
its standard error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

COVARIATES = 10
OURS = f"""
import sys, time
import numpy as np, pandas as pd
what, folder = sys.argv[1:3]
p = {COVARIATES}
read = lambda name: np.fromfile(f"{{folder}}/{{name}}.bin")
t, e = read("t"), read("e")
frame = pd.DataFrame({{f"x{{j}}": read(f"x{{j}}") for j in range(p)}}, copy=False)
"""
PROGRAMS = {
    "cohort-stats, cox()": OURS
    + """
from cohort_stats import Endpoint, cox
endpoint = Endpoint(t, e == 1)
start = time.process_time()
numbers = cox(endpoint, frame, list(frame.columns)).numbers
print(time.process_time() - start, *numbers.loc[numbers["statistic"] == "coefficient", "value"])
""",
    "cohort-stats, kernel": OURS
    + """
from cohort_stats.kernels.cox import fit
matrix = frame.to_numpy()
start = time.process_time()
beta = fit(t, e == 1, matrix).beta
print(time.process_time() - start, *beta)
""",
    "lifelines": OURS
    + """
from lifelines import CoxPHFitter
frame["t"], frame["e"] = t, e
start = time.process_time()
fitted = CoxPHFitter().fit(frame, "t", "e")
print(time.process_time() - start, *fitted.params_)
""",
}
CONCORDANCE = {
    "cohort-stats, concordance()": OURS
    + """
from cohort_stats import Endpoint, concordance
endpoint = Endpoint(t, e == 1)
start = time.process_time()
found = concordance(endpoint, frame["x1"])
print(time.process_time() - start, found.value("concordance"), found.value("concordance_se"))
""",
}
IN_R = """
library(survival)
args <- commandArgs(TRUE); folder <- args[2]; p <- PP
read <- function(name) {
  f <- file.path(folder, paste0(name, ".bin"))
  readBin(f, "double", file.size(f) / 8)
}
names <- paste0("x", seq_len(p) - 1)
if (args[1] == "concordance") {
  d <- data.frame(t = read("t"), e = read("e"), x = read("x1"))
  s <- system.time(f <- concordance(Surv(t, e) ~ x, d, reverse = TRUE))[1:2] |> sum()
  cat(s, format(c(f$concordance, sqrt(f$var)), digits = 15), "\\n")
} else if (args[1] == "coxph") {
  d <- as.data.frame(lapply(setNames(names, names), read)); d$t <- read("t"); d$e <- read("e")
  text <- as.formula(paste("Surv(t, e) ~", paste(names, collapse = "+")))
  s <- system.time(f <- coxph(text, d, ties = "efron"))[1:2] |> sum()
  cat(s, format(coef(f), digits = 15), "\\n")
} else {
  x <- matrix(0, length(read("t")), p, dimnames = list(NULL, names))
  for (n in names) x[, n] <- read(n)
  y <- Surv(read("t"), read("e"))
  fit <- function() coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron",
                              rownames = NULL, resid = FALSE, nocenter = NULL)
  s <- system.time(f <- fit())[1:2] |> sum()
  cat(s, format(f$coefficients, digits = 15), "\\n")
}
""".replace("PP", str(COVARIATES))


def write_cohort(folder: Path, rows: int) -> None:
    """Columns as raw doubles, that every program reads at the same cost."""
    rng = np.random.default_rng(10)
    x = rng.normal(size=(COVARIATES, rows))
    x[::2] = x[::2] > 0.3
    beta = np.linspace(-0.5, 0.5, COVARIATES)
    time = np.ceil(rng.exponential(1200 * np.exp(-beta @ x)))
    censored = np.ceil(rng.uniform(1, 3650, rows))
    for j, column in enumerate(x):
        column.tofile(folder / f"x{j}.bin")
    np.minimum(time, censored).tofile(folder / "t.bin")
    (time <= censored).astype(float).tofile(folder / "e.bin")


def measured(command: list[str]) -> tuple[float, list[float], float] | None:
    """Seconds of the fit, what it found, and peak memory (MB) of the process; None if it failed."""
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=one_thread
    ) as process:
        assert process.stdout is not None
        printed = process.stdout.read().split()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status or not printed:
        return None
    seconds, *found = map(float, printed)
    return seconds, found, usage.ru_maxrss / 1024


def compared(title: str, commands: dict[str, list[str]], runs: int) -> None:
    """Print median seconds, ratio to the first, memory and largest difference from it."""
    print(f"{title}\n{'':30} {'CPU s':>9} {'ratio':>7} {'peak MB':>8}  largest difference")
    rounds = [{name: measured(c) for name, c in commands.items()} for _ in range(runs)]
    first: tuple[float, np.ndarray] | None = None
    for name in commands:
        done = [r for r in (one[name] for one in rounds) if r is not None]
        if not done:
            print(f"{name:30} not here")
            continue
        seconds, found = median(d[0] for d in done), np.array(done[0][1])
        first = first or (seconds, found)
        apart = np.abs(found - first[1]).max()
        memory = max(d[2] for d in done)
        print(f"{name:30} {seconds:9.3f} {seconds / first[0]:7.2f} {memory:8.0f}  {apart:.1e}")


def main(rows: int = 1_000_000, runs: int = 3) -> None:
    """Both tables; the concordance at a tenth of the rows."""
    program = shutil.which("Rscript") or "Rscript"
    with tempfile.TemporaryDirectory() as scratch:
        for part, count in (("models", rows), ("concordance", rows // 10)):
            folder = Path(scratch) / part
            folder.mkdir()
            write_cohort(folder, count)
            scripts = PROGRAMS if part == "models" else CONCORDANCE
            commands: dict[str, list[str]] = {}
            for k, (name, text) in enumerate(scripts.items()):
                path = folder / f"{k}.py"
                path.write_text(text)
                commands[name] = [sys.executable, str(path), "", str(folder)]
            script = folder / "s.R"
            script.write_text(IN_R)
            kinds = ("coxph", "coxph.fit") if part == "models" else ("concordance",)
            for kind in kinds:
                commands[f"R survival::{kind}"] = [program, str(script), kind, str(folder)]
            compared(f"{part}, {count:,} rows", commands, runs)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
