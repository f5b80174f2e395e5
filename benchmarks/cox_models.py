"""The 41 Cox models of a paper, side by side: ``python benchmarks/cox_models.py [RUNS]``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

PATIENTS, COVARIATES, ENTERING = 200, 40, 8
R_SCRIPT = """
library(survival)
d <- read.csv(commandArgs(TRUE)[1])
names <- grep("^x", colnames(d), value = TRUE)
runs <- as.integer(commandArgs(TRUE)[2])
once <- function() {
  b <- sapply(names, function(v) coef(coxph(Surv(time, event) ~ d[[v]], data = d, ties = "efron")))
  f <- as.formula(paste("Surv(time, event) ~", paste(names[1:ENTERING], collapse = " + ")))
  m <- coxph(f, data = d)
  c(b, coef(m))
}
invisible(once())
times <- sapply(seq_len(runs), function(i) system.time(once())[["elapsed"]])
cat(median(times), "\\n")
cat(format(unname(once()), digits = 17), "\\n")
""".replace("ENTERING", str(ENTERING))


def cohort() -> pd.DataFrame:
    """200 patients, times in whole days, 40 covariates, half of them yes/no."""
    rng = np.random.default_rng(41)
    x = rng.normal(size=(PATIENTS, COVARIATES))
    x[:, ::2] = x[:, ::2] > 0
    risk = np.exp(0.5 * x[:, 0] + 0.3 * x[:, 1])
    time_ = np.ceil(rng.exponential(400 / risk))
    censor = np.ceil(rng.uniform(100, 1500, PATIENTS))
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(COVARIATES)])
    return frame.assign(time=np.minimum(time_, censor), event=(time_ <= censor).astype(int))


def models(names: list[str]) -> list[list[str]]:
    """Each covariate alone, then the first eight together."""
    return [[name] for name in names] + [names[:ENTERING]]


def with_kernel(frame: pd.DataFrame) -> list[float]:
    """Our kernel on arrays."""
    from cohort_stats.kernels.cox import fit

    time_, event = frame["time"].to_numpy(), frame["event"].to_numpy() == 1
    names = [c for c in frame if c.startswith("x")]
    found: list[float] = []
    for chosen in models(names):
        found += list(fit(time_, event, frame[chosen].to_numpy()).beta)
    return found


def with_verb(frame: pd.DataFrame) -> list[float]:
    """Our verb, with every number of its result."""
    from cohort_stats import Endpoint, cox

    endpoint = Endpoint(frame["time"].to_numpy(), frame["event"].to_numpy())
    found: list[float] = []
    for chosen in models([c for c in frame if c.startswith("x")]):
        numbers = cox(endpoint, frame, chosen).numbers
        found += list(numbers.loc[numbers["statistic"] == "coefficient", "value"])
    return found


def with_lifelines(frame: pd.DataFrame) -> list[float]:
    """The ``CoxPHFitter`` of lifelines."""
    from lifelines import CoxPHFitter

    found: list[float] = []
    for chosen in models([c for c in frame if c.startswith("x")]):
        fitter = CoxPHFitter().fit(frame[[*chosen, "time", "event"]], "time", "event")
        found += list(fitter.params_)
    return found


def timed(work: Callable[[pd.DataFrame], list[float]], frame: pd.DataFrame, runs: int) -> float:
    """Median seconds of several runs after a warm-up."""
    work(frame)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work(frame)
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def with_r(frame: pd.DataFrame, runs: int) -> tuple[float, list[float]] | None:
    """Median seconds inside R, without its start, and its coefficients; None without R."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        data, script = Path(scratch) / "d.csv", Path(scratch) / "s.R"
        frame.to_csv(data, index=False)
        script.write_text(R_SCRIPT)
        done = subprocess.run(
            [program, str(script), str(data), str(runs)],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return None
    seconds, *coefficients = done.stdout.split()
    return float(seconds), [float(c) for c in coefficients]


def main(runs: int = 7) -> None:
    """Print the seconds of each and their ratio to our verb."""
    warnings.simplefilter("ignore")
    frame = cohort()
    ours = with_verb(frame)
    seconds = {
        "cohort-stats, kernel": timed(with_kernel, frame, runs),
        "cohort-stats, cox()": timed(with_verb, frame, runs),
        "lifelines": timed(with_lifelines, frame, max(1, runs // 3)),
    }
    others = {"lifelines": with_lifelines(frame), "cohort-stats, kernel": with_kernel(frame)}
    r = with_r(frame, runs)
    if r is not None:
        seconds["R survival"], others["R survival"] = r
    print(f"{COVARIATES + 1} Cox models, {PATIENTS} patients, Efron ties")
    print(f"{'':22} {'seconds':>9} {'× cox()':>8} {'× kernel':>9}  largest difference from cox()")
    for name, value in seconds.items():
        apart = max(abs(np.array(others.get(name, ours)) - ours))
        against = [value / seconds[f"cohort-stats, {k}"] for k in ("cox()", "kernel")]
        print(f"{name:22} {value:9.4f} {against[0]:8.1f} {against[1]:9.1f}  {apart:.1e}")
    if r is None:
        print("(R with the package survival is not here.)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
