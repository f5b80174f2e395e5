"""The 41 univariable Cox models of a paper: ``python benchmarks/cox_models.py [RUNS]``.

Timed, as CPU seconds of one process without its start: from a frame to a table of hazard ratio,
interval, standard error and p. R's ``coxph`` is timed without and with ``summary``; lifelines'
``fit`` computes what its summary shows.
"""

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

PATIENTS, COVARIATES = 200, 41
R_SCRIPT = """
library(survival)
d <- read.csv(commandArgs(TRUE)[1])
names <- grep("^x", colnames(d), value = TRUE)
runs <- as.integer(commandArgs(TRUE)[2])
fit <- function(v) coxph(Surv(time, event) ~ d[[v]], data = d, ties = "efron")
fits <- function() lapply(names, fit)
tables <- function() {
  do.call(rbind, lapply(fits(), function(f) { s <- summary(f); cbind(s$coefficients, s$conf.int) }))
}
seconds <- function(work) {
  invisible(work())
  median(sapply(seq_len(runs), function(i) sum(system.time(work())[1:2])))
}
cat(seconds(fits), seconds(tables), "\\n")
cat(format(unname(sapply(fits(), coef)), digits = 17), "\\n")
"""


def cohort() -> pd.DataFrame:
    """200 patients, times in whole days, 41 covariates, half of them yes/no."""
    rng = np.random.default_rng(41)
    x = rng.normal(size=(PATIENTS, COVARIATES))
    x[:, ::2] = x[:, ::2] > 0
    risk = np.exp(0.5 * x[:, 0] + 0.3 * x[:, 1])
    time_ = np.ceil(rng.exponential(400 / risk))
    censor = np.ceil(rng.uniform(100, 1500, PATIENTS))
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(COVARIATES)])
    return frame.assign(time=np.minimum(time_, censor), event=(time_ <= censor).astype(int))


def names_of(frame: pd.DataFrame) -> list[str]:
    """The covariates."""
    return [name for name in frame if name.startswith("x")]


def together(frame: pd.DataFrame) -> list[float]:
    """Our verb for the univariable models of a paper, with every number of its result."""
    from cohort_stats import Endpoint, cox_univariable

    endpoint = Endpoint(frame["time"].to_numpy(), frame["event"].to_numpy())
    numbers = cox_univariable(endpoint, frame, names_of(frame)).numbers
    return numbers.loc[numbers["statistic"] == "coefficient", "value"].tolist()


def one_by_one(frame: pd.DataFrame) -> list[float]:
    """Our verb for one model, with every number of its result."""
    from cohort_stats import Endpoint, cox

    endpoint = Endpoint(frame["time"].to_numpy(), frame["event"].to_numpy())
    return [cox(endpoint, frame, [name]).value("coefficient") for name in names_of(frame)]


def with_lifelines(frame: pd.DataFrame) -> list[float]:
    """The ``CoxPHFitter`` of lifelines."""
    from lifelines import CoxPHFitter

    found: list[float] = []
    for name in names_of(frame):
        fitter = CoxPHFitter().fit(frame[[name, "time", "event"]], "time", "event")
        found += list(fitter.summary["coef"])
    return found


def timed(work: Callable[[pd.DataFrame], list[float]], frame: pd.DataFrame, runs: int) -> float:
    """Median CPU seconds of several runs after a warm-up."""
    work(frame)
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work(frame)
        seconds.append(time.process_time() - start)
    return median(seconds)


def with_r(frame: pd.DataFrame, runs: int) -> tuple[float, float, list[float]] | None:
    """Median CPU seconds without and with ``summary``, and the coefficients; None without R."""
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
    bare, tables, *coefficients = map(float, done.stdout.split())
    return bare, tables, coefficients


def main(runs: int = 7) -> None:
    """Print the seconds of each and their ratio to our verb."""
    warnings.simplefilter("ignore")
    frame = cohort()
    ours = together(frame)
    seconds = {
        "cohort-stats, cox_univariable()": timed(together, frame, 5 * runs),
        "cohort-stats, cox() one by one": timed(one_by_one, frame, runs),
        "lifelines": timed(with_lifelines, frame, max(1, runs // 3)),
    }
    apart = {
        "lifelines": with_lifelines(frame),
        "cohort-stats, cox() one by one": one_by_one(frame),
    }
    r = with_r(frame, runs)
    if r is not None:
        seconds["R coxph"], seconds["R summary(coxph)"], apart["R coxph"] = r
    print(f"{COVARIATES} Cox models, {PATIENTS} patients, Efron ties")
    print(f"{'':32} {'CPU s':>8} {'ratio':>7}  largest difference of a coefficient")
    least = seconds["cohort-stats, cox_univariable()"]
    for name, value in seconds.items():
        difference = max(abs(np.array(apart.get(name, ours)) - ours))
        print(f"{name:32} {value:8.4f} {value / least:7.1f}  {difference:.1e}")
    if r is None:
        print("(R with the package survival is not here.)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
