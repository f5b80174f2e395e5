"""Logistic regression of many patients, side by side: ``python benchmarks/logistic.py [ROWS…]``.

Each program runs in a process of its own, so that its peak memory is its own; seconds are CPU
seconds of the fit alone, the best of several runs.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

COVARIATES, RUNS = 10, 3
SIZES = (10_000, 100_000, 1_000_000)
R_SCRIPT = """
n <- as.integer(commandArgs(TRUE)[2])
d <- as.data.frame(matrix(readBin(commandArgs(TRUE)[1], "double", n * COLUMNS), n))
once <- function() coef(glm(V1 ~ ., data = d, family = binomial))
cpu <- function(s) s[["user.self"]] + s[["sys.self"]]
t <- sapply(1:RUNS, function(i) cpu(system.time(b <<- once())))
memory <- readLines("/proc/self/status")
kb <- as.numeric(gsub("[^0-9]", "", memory[grep("VmHWM", memory)]))
cat(jsonlite::toJSON(list(seconds = min(t), memory = kb / 1024, beta = unname(b)), digits = 15))
""".replace("COLUMNS", str(COVARIATES + 1)).replace("RUNS", str(RUNS))


def cohort(rows: int) -> pd.DataFrame:
    """Ten covariates, half of them yes/no, and an outcome that a third have."""
    rng = np.random.default_rng(rows)
    x = rng.normal(size=(rows, COVARIATES))
    x[:, ::2] = x[:, ::2] > 0
    chance = 1 / (1 + np.exp(1 - x @ np.linspace(-0.5, 0.5, COVARIATES)))
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(COVARIATES)])
    return frame.assign(y=(rng.random(rows) < chance) * 1.0)


def with_verb(frame: pd.DataFrame) -> list[float]:
    """Our verb with Wald intervals: complete cases, columns, checks, fit, every number."""
    from cohort_stats import logistic

    covariates = list(frame.columns[:-1])
    numbers = logistic(frame["y"], frame, covariates, conventions="stata").numbers
    found = numbers.loc[numbers["statistic"] == "coefficient", "value"].to_list()
    return [found[-1], *found[:-1]]


def with_kernel(frame: pd.DataFrame) -> list[float]:
    """Our kernel on an array."""
    from cohort_stats.kernels.logit import fit

    matrix = np.ones((len(frame), COVARIATES + 1))
    matrix[:, 1:] = frame.iloc[:, :-1]
    return list(fit(frame["y"].to_numpy(), matrix).beta)


def with_statsmodels(frame: pd.DataFrame) -> list[float]:
    """``Logit`` by Newton's method."""
    import statsmodels.api as sm

    exog = sm.add_constant(frame.iloc[:, :-1])
    return list(sm.Logit(frame["y"], exog).fit(disp=0).params)


def with_sklearn(frame: pd.DataFrame) -> list[float]:
    """``LogisticRegression`` without penalty, by Newton's method."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8)
    model.fit(frame.iloc[:, :-1].to_numpy(), frame["y"].to_numpy())
    return [*model.intercept_, *model.coef_[0]]


PROGRAMS: dict[str, Callable[[pd.DataFrame], list[float]]] = {
    "cohort-stats, logistic()": with_verb,
    "cohort-stats, kernel": with_kernel,
    "statsmodels Logit": with_statsmodels,
    "scikit-learn": with_sklearn,
}


def measure(program: str, rows: int) -> dict[str, object]:
    """CPU seconds, peak memory in MB over that of the data, and the coefficients."""
    warnings.simplefilter("ignore")
    frame, work = cohort(rows), PROGRAMS[program]
    work(frame.iloc[: min(rows, 1000)])  # imports and first calls
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        beta = work(frame)
        seconds.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": min(seconds), "memory": peak, "grown": peak - before, "beta": beta}


def in_a_process(program: str, rows: int) -> dict[str, object]:
    """The same in a fresh process."""
    command = [sys.executable, __file__, "--one", program, str(rows)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def with_r(rows: int) -> dict[str, object] | None:
    """R's ``glm``; None without R."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        data, script = Path(scratch) / "d.bin", Path(scratch) / "s.R"
        frame = cohort(rows)
        frame[["y", *frame.columns[:-1]]].to_numpy().T.tofile(data)
        script.write_text(R_SCRIPT)
        command = [program, str(script), str(data), str(rows)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print, for each number of patients, seconds, memory and their ratio to ours."""
    print(f"Logistic regression, {COVARIATES} covariates, CPU seconds (best of {RUNS})")
    head = f"{'patients':>9}  {'':26}{'seconds':>9}{'× ours':>8}{'MB':>7}  largest difference"
    print(head)
    for rows in sizes:
        found = {name: in_a_process(name, rows) for name in PROGRAMS}
        r = with_r(rows)
        if r is not None:
            found["R glm"] = {**r, "seconds": r["seconds"][0], "memory": r["memory"][0]}  # type: ignore[index]
        ours = found["cohort-stats, logistic()"]
        for name, one in found.items():
            apart = np.abs(np.array(one["beta"]) - np.array(ours["beta"])).max()
            ratio = float(one["seconds"]) / float(ours["seconds"])  # type: ignore[arg-type]
            print(
                f"{rows:9,}  {name:26}{one['seconds']:9.3f}{ratio:8.1f}"
                f"{one['memory']:7.0f}  {apart:.1e}"
            )
        if r is None:
            print("(R is not here.)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        main(tuple(map(int, sys.argv[1:])) or SIZES)
