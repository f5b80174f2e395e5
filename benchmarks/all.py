"""Every benchmark into one table: ``python benchmarks/all.py [LARGEST]``.

Writes ``benchmarks/table.md`` and ``benchmarks/table.csv``: seconds and peak memory side by side,
and each target with the ratio that was measured and whether it was reached. Speed belongs to the
machine and the hour: nothing is asserted. With a million rows it takes about a quarter of an hour.
"""

from __future__ import annotations

import csv
import math
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from side_by_side import LIBRARIES, SIZES, Measured, every

HERE = Path(__file__).parent
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Target:
    """Something to reach.

    Parameters
    ----------
    words
        What.
    wanted
        How many times as fast as the other.
    measured
        How many times it was; nan where it was not measured.
    where
        The script that measures it.
    remark
        What to know of it.
    """

    words: str
    wanted: float
    measured: float
    where: str
    remark: str = ""

    @property
    def verdict(self) -> str:
        """Whether it was reached."""
        if math.isnan(self.measured):
            return "not measured"
        return "reached" if self.measured >= self.wanted else "NOT REACHED"


def printed(script: str, *arguments: str) -> str:
    """What a benchmark of this folder prints; empty when it is not here or fails."""
    path = HERE / script
    if not path.exists():
        return ""
    print(f"{script} …", flush=True)
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return "" if done.returncode else done.stdout


def number(text: str, label: str, place: int) -> float:
    """The number at a place behind a label that begins a line."""
    for line in text.splitlines():
        match = re.match(rf"\s*{label}\s+(?=[\d.])", line)
        if match:
            found = NUMBER.findall(line[match.end() :])
            return float(found[place].replace(",", "")) if len(found) > place else math.nan
    return math.nan


def targets(measured: Sequence[Measured], rows: int) -> list[Target]:
    """Every target, measured here or by the script that has it."""
    by = {(m.task, m.library, m.rows): m for m in measured}

    def times(task: str, library: str, n: int) -> float:
        ours, theirs = (by.get((task, who, n)) for who in ("cohort-stats", library))
        return theirs.seconds / ours.seconds if ours and theirs else math.nan

    million = 10**6
    few = printed("cox_models.py")
    large = printed("cox_large.py", str(rows)) if rows == million else ""
    logits = printed("logistic.py", "1000000") if rows == million else ""
    checks = printed("validation.py")
    areas = printed("roc.py")
    pairs = printed("matching.py")
    n = f"{rows:,} rows"
    ours_mb = number(large, r"cohort-stats, cox\(\)", 4)
    others = ("lifelines", "R survival::coxph", "R survival::coxph.fit")
    least = min(number(large, label, 4) for label in others)

    def both_ways(words: str, wanted: float, label: str, remark: str = "") -> Target:
        """A target on two cores: by the clock, with the CPU seconds of all threads as remark."""
        cpu = f"by the clock; {number(large, label, 1):.1f} by CPU seconds of both threads"
        told = f"{remark}; {cpu}" if remark else cpu
        return Target(words, wanted, number(large, label, 3), "cox_large.py", told)

    return [
        Target("41 Cox models at 200 patients, R's coxph", 10, number(few, "R coxph", 1),
               "cox_models.py"),
        Target("41 Cox models at 200 patients, lifelines", 100, number(few, "lifelines", 1),
               "cox_models.py"),
        Target("Kaplan–Meier with log-rank at 10⁶ rows, R", 50,
               times("Kaplan–Meier, log-rank", "R", million), "side_by_side.py"),
        both_ways(f"Cox, 10 covariates, {n}, R's coxph", 8, "R survival::coxph"),
        both_ways(f"Cox, 10 covariates, {n}, lifelines", 3, "lifelines"),
        both_ways(f"Cox, 10 covariates, {n}, R's bare coxph.fit", 2, "R survival::coxph.fit"),
        Target(f"Cox, 10 covariates, {n}: memory of the leanest other, over ours", 1,
               least / ours_mb, "cox_large.py", "peak of the whole process"),
        Target("Logistic regression at 10⁶ rows, statsmodels", 1.5,
               number(logits, r"1,000,000\s+statsmodels Logit", 1), "logistic.py"),
        both_ways(f"Concordance at {rows // 10:,} rows, R", 3, "R survival::concordance",
                  "both with standard error"),
        Target("200 validations of a logistic model at 500 patients, rms", 1.5,
               number(checks, "logistic", 2), "validation.py"),
        Target("200 validations of a Cox model at 500 patients, rms", 1.5,
               number(checks, "cox", 2), "validation.py"),
        Target("2,000 bootstrap areas at 500 patients, pROC", 10, number(areas, "R pROC", 1),
               "roc.py"),
        Target("1:3 caliper matching at 10⁵ rows, MatchIt", 1,
               number(pairs, r"100000 R matchit\(ratio = 3\)", 1), "matching.py",
               "Debian's MatchIt is 4.5, not 4.7"),
    ]  # fmt: skip


def markdown(measured: Sequence[Measured], reached: Sequence[Target]) -> str:
    """Both tables."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# Measured side by side",
        "",
        f"By `python benchmarks/all.py` on {machine}; CPU seconds, of both",
        "threads where a program has two, each in a process of its own, once. × is how many times",
        "as long as cohort-stats. Empty: the program has no such procedure; otherwise the reason",
        "stands there.",
        "",
        "## Targets",
        "",
        "| against | wanted × | measured × | | by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in reached:
        ratio = "" if math.isnan(one.measured) else f"{one.measured:.1f}"
        by = f"`{one.where}`{f'; {one.remark}' if one.remark else ''}"
        lines.append(f"| {one.words} | {one.wanted:g} | {ratio} | {one.verdict} | {by} |")
    titles = (("seconds", _seconds), ("peak memory, MB", lambda m, _: f"{m.megabytes:.0f}"))
    for title, cell in titles:
        for task in dict.fromkeys(m.task for m in measured):
            lines += ["", f"## {task}: {title}", ""]
            lines.append(f"| rows | {' | '.join(LIBRARIES)} |")
            lines.append("| --- |" + " --- |" * len(LIBRARIES))
            lines += _rows([m for m in measured if m.task == task], cell)
    return "\n".join(lines) + "\n"


def _rows(measured: Sequence[Measured], cell: Callable[[Measured, Measured], str]) -> list[str]:
    lines = []
    for rows in dict.fromkeys(m.rows for m in measured):
        mine = {m.library: m for m in measured if m.rows == rows}
        first = mine[LIBRARIES[0]]
        why = {name: one.why for name, one in mine.items()}
        cells = [
            why[name].replace("has none", "") if why[name] else cell(mine[name], first)
            for name in LIBRARIES
        ]
        lines.append(f"| {rows:,} | {' | '.join(cells)} |")
    return lines


def _seconds(one: Measured, first: Measured) -> str:
    if one.library == first.library or not first.seconds > 0:
        return f"{one.seconds:.3g}"
    return f"{one.seconds:.3g} (× {one.seconds / first.seconds:.3g})"


def main(largest: int = SIZES[-1]) -> None:
    """Measure everything, and write both files."""
    measured = []
    for one in every(largest):
        print(f"{one.rows:,} {one.task}, {one.library} …", flush=True)
        measured.append(one)
    reached = targets(measured, min(largest, 10**6))
    (HERE / "table.md").write_text(markdown(measured, reached), encoding="utf-8")
    with (HERE / "table.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["task", "library", "rows", "cpu_seconds", "peak_megabytes", "found", "why"])
        for m in measured:
            values = (m.seconds, m.megabytes, m.found)
            numbers = ("" if math.isnan(v) else f"{v:.6g}" for v in values)
            out.writerow([m.task, m.library, m.rows, *numbers, m.why])
    for target in reached:
        print(f"{target.words}: {target.measured:.1f} of {target.wanted:g}, {target.verdict}")


if __name__ == "__main__":
    main(*(int(float(a)) for a in sys.argv[1:2]))
