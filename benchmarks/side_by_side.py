"""Kaplan–Meier with log-rank, Cox, logistic regression, concordance: 100 to ten million rows.

``python benchmarks/side_by_side.py [LARGEST]`` prints CPU seconds and peak memory of cohort-stats,
lifelines, statsmodels, scikit-survival and R, each in a process of its own that first reads the
same columns; ``benchmarks/all.py`` writes them to ``table.md`` and ``table.csv``. Times are whole
days; ten covariates, Efron ties, Wald intervals. A program that needed more than a minute is not
asked for ten times as many rows, nor is any for columns that would not fit into memory eight times.

scikit-survival is GPL and not among our requirements: ``SKSURV_PYTHON=/path/to/python`` names an
interpreter of another environment that has it (``pip install scikit-survival``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

COVARIATES = 10
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
LONGEST, TIME_OUT = 60.0, 240.0
HEAD = """
import sys, time, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
folder = sys.argv[1]
def read(name): return np.fromfile(f"{folder}/{name}.bin")
def done(work):
    best = []
    while not best or (sum(best) < 1 and len(best) < 7):
        start = time.process_time()
        found = work()
        best.append(time.process_time() - start)
    print(sorted(best)[len(best) // 2], found)
t, e = read("t"), read("e") == 1
g = read("g").astype(np.int8)
"""
MATRIX = f"frame = pd.DataFrame({{f'x{{j}}': read(f'x{{j}}') for j in range({COVARIATES})}})\n"
PYTHON: dict[tuple[str, str], str] = {
    ("Kaplan–Meier, log-rank", "cohort-stats"): """
from cohort_stats import Endpoint, kaplan_meier, logrank
groups = pd.Series(pd.Categorical.from_codes(g, ["a", "b"]))
def work():
    endpoint = Endpoint(t, e)
    kaplan_meier(endpoint, groups)
    return logrank(endpoint, groups).value("chi_square")
""",
    ("Kaplan–Meier, log-rank", "lifelines"): """
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
def work():
    a, b = g == 0, g == 1
    for mine in (a, b):
        KaplanMeierFitter().fit(t[mine], e[mine])
    return logrank_test(t[a], t[b], e[a], e[b]).test_statistic
""",
    ("Kaplan–Meier, log-rank", "statsmodels"): """
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
def work():
    for k in (0, 1):
        SurvfuncRight(t[g == k], e[g == k].astype(int))
    return survdiff(t, e.astype(int), g)[0]
""",
    ("Kaplan–Meier, log-rank", "scikit-survival"): """
from sksurv.compare import compare_survival
from sksurv.nonparametric import kaplan_meier_estimator
from sksurv.util import Surv
y = Surv.from_arrays(e, t)
def work():
    for k in (0, 1):
        kaplan_meier_estimator(e[g == k], t[g == k], conf_type="log-log")
    return compare_survival(y, g)[0]
""",
    ("Cox", "cohort-stats"): MATRIX + """
from cohort_stats import Endpoint, cox
def work():
    return cox(Endpoint(t, e), frame, list(frame)).value("coefficient", term="x0")
""",
    ("Cox", "lifelines"): MATRIX + """
from lifelines import CoxPHFitter
frame["t"], frame["e"] = t, e
def work():
    return CoxPHFitter().fit(frame, "t", "e").params_["x0"]
""",
    ("Cox", "statsmodels"): MATRIX + """
from statsmodels.duration.hazard_regression import PHReg
x = frame.to_numpy()
def work():
    return PHReg(t, x, status=e.astype(int), ties="efron").fit().params[0]
""",
    ("Cox", "scikit-survival"): MATRIX + """
from sksurv.linear_model import CoxPHSurvivalAnalysis
from sksurv.util import Surv
y = Surv.from_arrays(e, t)
def work():
    return CoxPHSurvivalAnalysis(ties="efron").fit(frame, y).coef_[0]
""",
    ("Logistic", "cohort-stats"): MATRIX + """
from cohort_stats import logistic
from cohort_stats.conventions import RECOMMENDED
y, wald = pd.Series(e), RECOMMENDED.overriding(logistic_interval="wald")
def work():
    return logistic(y, frame, list(frame), conventions=wald).value("coefficient", term="x0")
""",
    ("Logistic", "statsmodels"): MATRIX + """
import statsmodels.api as sm
def work():
    return sm.Logit(e.astype(float), sm.add_constant(frame)).fit(disp=False).params["x0"]
""",
    ("Concordance", "cohort-stats"): """
from cohort_stats import Endpoint, concordance
score = pd.Series(read("x1"))
def work():
    return concordance(Endpoint(t, e), score).value("concordance")
""",
    ("Concordance", "lifelines"): """
from lifelines.utils import concordance_index
score = read("x1")
def work():
    return concordance_index(t, -score, e)
""",
    ("Concordance", "scikit-survival"): """
from sksurv.metrics import concordance_index_censored
score = read("x1")
def work():
    return concordance_index_censored(e, t, score)[0]
""",
}  # fmt: skip
IN_R = """
suppressPackageStartupMessages(library(survival))
folder <- commandArgs(TRUE)[1]
read <- function(n) {
  f <- file.path(folder, paste0(n, ".bin"))
  readBin(f, "double", file.size(f) / 8)
}
d <- data.frame(t = read("t"), e = read("e"), g = read("g"))
names <- paste0("x", 0:9)
if (COVARIATES) for (n in names) d[[n]] <- read(n)
work <- function() WORK
times <- c()
while (!length(times) || (sum(times) < 1 && length(times) < 7)) {
  times <- c(times, sum(system.time(found <- work())[1:2]))
}
cat(median(times), found, "\\n")
"""
MODEL = 'as.formula(paste("%s ~", paste(names, collapse = "+")))'
R_WORK = {
    "Kaplan–Meier, log-rank": (
        False,
        '{ survfit(Surv(t, e) ~ g, d, conf.type = "log-log"); survdiff(Surv(t, e) ~ g, d)$chisq }',
    ),
    "Cox": (True, f'coef(coxph({MODEL % "Surv(t, e)"}, d, ties = "efron"))[["x0"]]'),
    "Logistic": (True, f'coef(glm({MODEL % "e"}, binomial, d))[["x0"]]'),
    "Concordance": (True, "concordance(Surv(t, e) ~ x1, d, reverse = TRUE)$concordance"),
}
LIBRARIES = ("cohort-stats", "lifelines", "statsmodels", "scikit-survival", "R")
MODULES = {"scikit-survival": "sksurv"}
INTERPRETERS = {"scikit-survival": os.environ.get("SKSURV_PYTHON", sys.executable)}


@dataclass(frozen=True)
class Measured:
    """One task by one program.

    Parameters
    ----------
    task, library, rows
        What was done, by whom, on how many rows.
    seconds, megabytes
        CPU seconds of the work, and peak memory of the whole process; nan where it was not done.
    found
        A number that all should agree on.
    why
        Why it was not done.
    """

    task: str
    library: str
    rows: int
    seconds: float = np.nan
    megabytes: float = np.nan
    found: float = np.nan
    why: str = ""


def write_cohort(folder: Path, rows: int) -> None:
    """Columns as raw doubles, that every program reads at the same cost."""
    rng = np.random.default_rng(10)
    eta = np.zeros(rows)
    for j in range(COVARIATES):
        x = rng.normal(size=rows)
        x = (x > 0.3).astype(float) if j % 2 == 0 else x
        eta += (j - 4.5) / 9 * x
        x.tofile(folder / f"x{j}.bin")
    group = rng.integers(0, 2, rows)
    time = np.ceil(rng.exponential(1200 * np.exp(-eta + 0.2 * group)))
    censored = np.ceil(rng.uniform(1, 3650, rows))
    np.minimum(time, censored).tofile(folder / "t.bin")
    (time <= censored).astype(float).tofile(folder / "e.bin")
    group.astype(float).tofile(folder / "g.bin")


def measured_at(folder: Path, rows: int, slow: set[tuple[str, str]]) -> Iterator[Measured]:
    """Every task by every program on one cohort."""
    for task in R_WORK:
        for library in LIBRARIES:
            why = _why_not(task, library, rows, slow)
            if why:
                yield Measured(task, library, rows, why=why)
                continue
            one = _run(task, library, rows, folder)
            if not one.seconds < LONGEST:
                slow.add((task, library))
            yield one


def _why_not(task: str, library: str, rows: int, slow: set[tuple[str, str]]) -> str:
    if library == "R":
        absent = shutil.which("Rscript") is None
    elif (task, library) not in PYTHON:
        return "has none"
    else:
        absent = not _has(library)
    if absent:
        return "not installed"
    if (task, library) in slow:
        return f"over {LONGEST:.0f} s with fewer rows"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return "too little memory" if rows * 8 * (COVARIATES + 3) * 8 > memory else ""


def _interpreter(library: str) -> str:
    return INTERPRETERS.get(library, sys.executable)


@cache
def _has(library: str) -> bool:
    module = MODULES.get(library, library.replace("-", "_"))
    look = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return not subprocess.run([_interpreter(library), "-c", look], check=False).returncode


def _run(task: str, library: str, rows: int, folder: Path) -> Measured:
    if library == "R":
        covariates, work = R_WORK[task]
        text = IN_R.replace("COVARIATES", "TRUE" if covariates else "FALSE").replace("WORK", work)
        script, program = folder / "work.R", "Rscript"
    else:
        text = f"{HEAD}{PYTHON[task, library]}done(work)\n"
        script, program = folder / "work.py", _interpreter(library)
    script.write_text(text, encoding="utf-8")
    root = str(Path(__file__).parents[1])
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": root}
    command = ["timeout", f"{TIME_OUT:.0f}", program, str(script), str(folder)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | alone,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        why = f"stopped after {TIME_OUT:.0f} s" if process.returncode == 124 else "failed"
        return Measured(task, library, rows, why=why)
    seconds, found = map(float, said.split())
    return Measured(task, library, rows, seconds, usage.ru_maxrss / 1024, found)


def every(largest: int = SIZES[-1]) -> Iterator[Measured]:
    """All sizes up to one, the smallest first."""
    slow: set[tuple[str, str]] = set()
    for rows in (n for n in SIZES if n <= largest):
        with tempfile.TemporaryDirectory() as scratch:
            write_cohort(Path(scratch), rows)
            yield from measured_at(Path(scratch), rows, slow)


if __name__ == "__main__":
    for one in every(*(int(float(a)) for a in sys.argv[1:2])):
        note = one.why or f"{one.seconds:10.4f} s {one.megabytes:7.0f} MB   {one.found:.6g}"
        print(f"{one.rows:10,} {one.task:24} {one.library:16} {note}", flush=True)
