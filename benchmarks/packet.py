"""A whole packet of 133 patients and 30 variables: ``python benchmarks/packet.py [RUNS]``.

Baseline table, Kaplan–Meier three times, Cox and logistic regression with each covariate alone and
all together, a ROC curve, propensity score matching and the matched patients' table: as one
process from the workbook to the packet, beside ``packet.R``, which does these analyses from a CSV
file with survival, pROC, MatchIt, flextable and officer. Both start anew each time, take turns and
use one thread of linear algebra; CPU seconds are user and system together.

What R's script does not make: a workbook read and checked, sentences of methods and results, a page
in HTML, a workbook of tables, every number as data, hashes. Its figures are base graphics.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from processes import timed

HERE = Path(__file__).parent
PATIENTS, TARGET = 133, 6.0
LEVELS: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "stage": ("I", "II", "III", "IV"),
    "site": ("lung", "breast", "kidney", "other"),
    "performance": ("0", "1", "2"),
}
YES_NO = ("smoker", "diabetes", "hypertension", "anaemia", "liver", "brain")
NUMBERS = {
    "age": (62, 11), "bmi": (25, 4), "albumin": (40, 5), "haemoglobin": (12.5, 1.8),
    "platelets": (250, 70), "creatinine": (80, 20), "lymphocytes": (1.6, 0.6),
    "neutrophils": (4.8, 1.9), "calcium": (2.3, 0.15), "lesions": (4, 1.5),
    "blood_loss": (600, 250), "duration": (180, 50), "marker": (10, 3), "dose": (30, 6),
}  # fmt: skip
ROWS = (*LEVELS, *YES_NO, *NUMBERS)
MODELS = (
    "age",
    "sex",
    "stage",
    "performance",
    "smoker",
    "diabetes",
    "albumin",
    "lymphocytes",
    "marker",
)
OTHERS = ("id", "therapy", "months", "death", "complication", "stay")
COLUMNS = (*OTHERS, *ROWS)


def cohort() -> pd.DataFrame:
    """Made-up patients, the same each time."""
    rng = np.random.default_rng(133)
    frame = pd.DataFrame({"id": [f"SYNTHETIC-{k:03d}" for k in range(1, PATIENTS + 1)]})
    for name, levels in LEVELS.items():
        frame[name] = rng.choice(levels, PATIENTS)
    for name in YES_NO:
        frame[name] = _yes(rng.random(PATIENTS) < 0.35)
    for name, (mean, sd) in NUMBERS.items():
        frame[name] = np.maximum(rng.normal(mean, sd, PATIENTS), 0.1).round(1)
    stage = frame["stage"].map({"I": 0, "II": 1, "III": 2, "IV": 3})
    marker = (frame["marker"] - 10) / 3
    frame["therapy"] = _yes(rng.random(PATIENTS) < 1 / (1 + np.exp(0.3 - 0.4 * marker)))
    hazard = np.exp(0.3 * stage + 0.3 * marker - 0.4 * (frame["therapy"] == "yes")) / 40
    time, end = rng.exponential(1 / hazard), rng.uniform(6, 80, PATIENTS)
    frame["months"] = np.maximum(np.minimum(time, end), 0.1).round(1)
    frame["death"] = _yes(time <= end)
    frame["complication"] = _yes(rng.random(PATIENTS) < 1 / (1 + np.exp(1 - 0.9 * marker)))
    frame["stay"] = rng.integers(3, 30, PATIENTS)
    return frame[list(COLUMNS)]


def _yes(holds: np.ndarray | pd.Series) -> np.ndarray:
    return np.where(holds, "yes", "no")


def plan() -> str:
    """The plan of these analyses."""
    kinds = {"id": "id", "therapy": "yesno", "death": "yesno", "complication": "yesno"}
    kinds |= dict.fromkeys(LEVELS, "category") | dict.fromkeys(YES_NO, "yesno")
    lines = [
        '[study]\nkey = "packet_benchmark"\ntitle = "A whole packet, timed"',
        'question = "How long does it take?"\ndesign = "Made-up cohort"\nseed = 1',
    ]
    for name in COLUMNS:
        lines.append(f'[variables.{name}]\nlabel = "{name.replace("_", " ").capitalize()}"')
        lines.append(f'type = "{kinds.get(name, "number")}"')
        if name in LEVELS:
            lines.append(f"levels = [{_listed(LEVELS[name])}]")
    lines.append('[derived.high]\nlabel = "Marker"')
    lines.append('cut = { variable = "marker", at = [10], labels = ["< 10", "≥ 10"] }')
    lines.append('[endpoints.os]\nlabel = "Overall survival"\ntime = "months"\nevent = "death"')
    rows, models = _listed(ROWS), _listed(MODELS)
    chosen = 'selection = { rule = "all" }'
    lines.append(_step("baseline", "compare", f'by = "therapy"\nrows = [{rows}]'))
    for by in ("therapy", "stage", "high"):
        words = f'endpoint = "os"\nby = "{by}"\ntimes = [12, 24, 36]\nrisk_every = 12'
        lines.append(_step(f"km_{by}", "kaplan_meier", words))
    lines.append(_step("cox_os", "cox", f'endpoint = "os"\ncovariates = [{models}]\n{chosen}'))
    words = f'outcome = "complication"\ncovariates = [{models}]\n{chosen}'
    lines.append(_step("logistic_complication", "logistic", words))
    words = 'outcome = "complication"\nmarker = "marker"\ndirection = "high"'
    lines.append(_step("roc_marker", "roc", words))
    words = f'treated = "therapy"\ncovariates = [{rows}]\nratio = 1\ncaliper = 0.2'
    lines.append(_step("matching", "match", words))
    words = f'on = "matching"\nby = "therapy"\nrows = [{rows}]'
    lines.append(_step("baseline_matched", "compare", words))
    return "\n".join(lines) + "\n"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _step(key: str, kind: str, words: str) -> str:
    title = key.replace("_", " ").capitalize()
    return f'[[steps]]\nid = "{key}"\nkind = "{kind}"\ntitle = "{title}"\n{words}'


def write_study(folder: Path) -> None:
    """The cohort for both programs, the plan for ours, the roles of the columns for R's."""
    frame = cohort()
    frame.to_excel(folder / "cohort.xlsx", sheet_name="Cohort", index=False)
    frame.to_csv(folder / "cohort.csv", index=False)
    (folder / "plan.toml").write_text(plan(), encoding="utf-8")
    roles = {"name": COLUMNS, "baseline": [int(name in ROWS) for name in COLUMNS]}
    pd.DataFrame({**roles, "model": [int(name in MODELS) for name in COLUMNS]}).to_csv(
        folder / "roles.csv", index=False
    )


def commands(folder: Path) -> dict[str, list[str]]:
    """What is timed."""
    program = [sys.executable, "-c", "from reports.cli import app; app()"]
    both = {
        "cohort-stats": [*program, "run", "cohort.xlsx", "--study", "plan.toml", "-o", "packet"]
    }
    if shutil.which("Rscript"):
        both["R"] = ["Rscript", "--vanilla", str(HERE / "packet.R"), str(folder)]
    return both


def main(runs: int = 5) -> None:
    """Print what each took, median and range, and write ``packet.csv``."""
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ["PYTHONPATH"] = str(HERE.parent)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_study(folder)
        found: dict[str, list[tuple[float, float, float]]] = {}
        for k in range(runs + 1):
            for name, command in commands(folder).items():
                measured = timed(command, folder)
                if k:  # the first run warms up
                    found.setdefault(name, []).append(measured)
    load = os.getloadavg()[0]
    print(f"{PATIENTS} patients, {len(COLUMNS)} variables, {runs} runs in turns; "
          f"{os.cpu_count()} cores, load {load:.0f}")  # fmt: skip
    print(
        f"{'program':14} {'CPU s, median (range)':>26} {'wall s':>8} {'peak MB':>8} {'× ours':>7}"
    )
    ours = median(cpu for _, cpu, _ in found["cohort-stats"])
    lines = []
    for name, runs_of in found.items():
        wall, cpu, memory = zip(*runs_of, strict=True)
        ratio = median(cpu) / ours
        print(f"{name:14} {f'{median(cpu):.2f} ({min(cpu):.2f}–{max(cpu):.2f})':>26} "
              f"{median(wall):8.2f} {max(memory):8.0f} {ratio:7.2f}")  # fmt: skip
        numbers = (median(cpu), min(cpu), max(cpu), median(wall), max(memory), ratio, load)
        lines.append([name, runs, *(f"{value:.2f}" for value in numbers)])
    print(f"target: under {TARGET:g} s; {'reached' if ours < TARGET else 'NOT REACHED'}")
    with (HERE / "packet.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        head = (
            "cpu_median",
            "cpu_least",
            "cpu_most",
            "wall_median",
            "peak_mb",
            "times_ours",
            "load",
        )
        out.writerows([["program", "runs", *head], *lines])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
