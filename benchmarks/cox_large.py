"""Cox models of a million rows, side by side: ``python benchmarks/cox_large.py [ROWS] [RUNS]``.

Ten covariates, Efron ties, times in whole days. Each program runs as a process of its own that
first reads the same columns; timed is the fit alone, from a frame (or, of kernels, from arrays)
to coefficients and standard errors, in CPU seconds and in seconds of the clock, which say
something only where little else runs. Every program first fits 2,000 of the rows, so that loading
and compiling its own code is not timed of any. Memory is the peak of the whole process. A second
table does the same for the concordance of one score, with its standard error.
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
cox(Endpoint(t[:2000], e[:2000] == 1), frame[:2000], list(frame.columns))
endpoint = Endpoint(t, e == 1)
cpu, wall = time.process_time(), time.perf_counter()
numbers = cox(endpoint, frame, list(frame.columns)).numbers
print(time.process_time() - cpu, time.perf_counter() - wall)
print(*numbers.loc[numbers["statistic"] == "coefficient", "value"])
""",
    "cohort-stats, kernel": OURS
    + """
from cohort_stats.kernels.cox import fit
matrix = frame.to_numpy()
fit(t[:2000], e[:2000] == 1, matrix[:2000])
cpu, wall = time.process_time(), time.perf_counter()
beta = fit(t, e == 1, matrix).beta
print(time.process_time() - cpu, time.perf_counter() - wall, *beta)
""",
    "lifelines": OURS
    + """
from lifelines import CoxPHFitter
frame["t"], frame["e"] = t, e
CoxPHFitter().fit(frame[:2000], "t", "e")
cpu, wall = time.process_time(), time.perf_counter()
fitted = CoxPHFitter().fit(frame, "t", "e")
print(time.process_time() - cpu, time.perf_counter() - wall, *fitted.params_)
""",
}
CONCORDANCE = {
    "cohort-stats, concordance()": OURS
    + """
from cohort_stats import Endpoint, concordance
concordance(Endpoint(t[:2000], e[:2000] == 1), frame["x1"][:2000])
endpoint = Endpoint(t, e == 1)
cpu, wall = time.process_time(), time.perf_counter()
found = concordance(endpoint, frame["x1"])
print(time.process_time() - cpu, time.perf_counter() - wall)
print(found.value("concordance"), found.value("concordance_se"))
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
  few <- d[1:2000, ]
  concordance(Surv(t, e) ~ x, few, reverse = TRUE)
  s <- system.time(f <- concordance(Surv(t, e) ~ x, d, reverse = TRUE))
  cat(sum(s[1:2]), s[3], format(c(f$concordance, sqrt(f$var)), digits = 15), "\\n")
} else if (args[1] == "coxph") {
  d <- as.data.frame(lapply(setNames(names, names), read)); d$t <- read("t"); d$e <- read("e")
  text <- as.formula(paste("Surv(t, e) ~", paste(names, collapse = "+")))
  few <- d[1:2000, ]
  coxph(text, few, ties = "efron")
  s <- system.time(f <- coxph(text, d, ties = "efron"))
  cat(sum(s[1:2]), s[3], format(coef(f), digits = 15), "\\n")
} else {
  x <- matrix(0, length(read("t")), p, dimnames = list(NULL, names))
  for (n in names) x[, n] <- read(n)
  y <- Surv(read("t"), read("e"))
  fit <- function(x, y) coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron",
                              rownames = NULL, resid = FALSE, nocenter = NULL)
  few <- 1:2000
  fit(x[few, ], y[few])
  s <- system.time(f <- fit(x, y))
  cat(sum(s[1:2]), s[3], format(f$coefficients, digits = 15), "\\n")
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


def measured(command: list[str]) -> tuple[float, float, list[float], float] | None:
    """CPU and clock seconds of the fit, what it found, peak memory (MB); None if it failed."""
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
    cpu, wall, *found = map(float, printed)
    return cpu, wall, found, usage.ru_maxrss / 1024


def compared(title: str, commands: dict[str, list[str]], runs: int) -> None:
    """Print median seconds, ratios to the first, memory and largest difference from it."""
    heads = f"{'CPU s':>8} {'ratio':>6} {'clock s':>8} {'ratio':>6} {'peak MB':>8}"
    print(f"{title}\n{'':30} {heads}  largest difference")
    rounds = [{name: measured(c) for name, c in commands.items()} for _ in range(runs)]
    first: tuple[float, float, np.ndarray] | None = None
    for name in commands:
        done = [r for r in (one[name] for one in rounds) if r is not None]
        if not done:
            print(f"{name:30} not here")
            continue
        cpu, wall = (median(d[k] for d in done) for k in (0, 1))
        found = np.array(done[0][2])
        first = first or (cpu, wall, found)
        apart = np.abs(found - first[2]).max()
        memory = max(d[3] for d in done)
        seconds = f"{cpu:8.3f} {cpu / first[0]:6.2f} {wall:8.3f} {wall / first[1]:6.2f}"
        print(f"{name:30} {seconds} {memory:8.0f}  {apart:.1e}")


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
