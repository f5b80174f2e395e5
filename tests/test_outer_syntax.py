"""The R script and the SPSS syntax of a packet in the programs that they are written for."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import adverse_packet
import birthwt_packet
import building_packet
import compare_packet
import competing_plan
import gbsg2_packet
import markers_packet
import missing_plan
import numpy as np
import pandas as pd
import pbc_year
import pooling_plan
import predicting_packet
import pytest
import sample_packet
import subgroups_packet
import survival_packet
import test_conditional_plan
import test_shapes_plan

import data_templates
from analyses.plan import load_plan
from analyses.running import run
from cohort_stats.validation import read_cohort
from cohort_stats.workbooks.formula import frame_as_text
from reports.syntax import write_syntax
from reports.syntax.compare import HERE
from reports.view import View

pytestmark = pytest.mark.outer
VIEWS: dict[str, Callable[[], View]] = {
    "compare": compare_packet.asked,
    "compare as SPSS": lambda: compare_packet.asked("spss"),
    "survival": survival_packet.view,
    "survival as SPSS": lambda: survival_packet.view("spss"),
    "gbsg2": gbsg2_packet.view,
    "markers": markers_packet.view,
    "births": birthwt_packet.view,
    "building": building_packet.view,
    "predicting": predicting_packet.view,
    "changes": pbc_year.view,
    "changes as SPSS": lambda: pbc_year.view("spss"),
    "samples": sample_packet.view,
    "subgroups": subgroups_packet.view,
    "adverse events": adverse_packet.view,
    "competing risks": lambda: View(competing_plan.results()),
    "missing values": lambda: View(missing_plan.results()),
    "within sets": lambda: View(test_conditional_plan.results_of(test_conditional_plan.STRATA)),
    "splines and products": lambda: small(CURVED, 'interactions = [["arm", "marker"]]'),
    "late entry": lambda: small('["arm", { variable = "age", per = 10 }]', late=True),
    "several rows a patient": lambda: synthetic("kim2025sbrt"),
    "twelve curves": lambda: synthetic("nam2025"),
    "a review": lambda: synthetic("sanker2025outcomes"),
    "pooling": lambda: pooled("recommended"),
    "pooling as R": lambda: pooled("r"),
}
CURVED = '["arm", { variable = "age", knots = 4 }, { variable = "marker", knots = 3 }]'
COUNTED = re.compile(r"(\d+) of (\d+) numbers agree to 1e-6; (\d+) are not repeated, (\d+) without")
#: Subcommands and commands of SPSS that PSPP has not.
UNKNOWN = re.compile(
    r"^(TEMPORARY\.\nSELECT IF|KM|COXREG|PLUM|NPTESTS|GENLIN|META)\b.*?\.$", re.S | re.M
)
SUBCOMMANDS = re.compile(r"\n  /(METHOD|CONTRAST|CATEGORICAL|SAVE).*?(?P<end>\.?)$", re.M)
SHORT = "/PRINT=CI(95)"
EXACT = "/PRINT=CI(95) /CRITERIA=LCON(0.0000000001) BCON(0.000000000001) ITERATE(50)"
RUN = Path(__file__).parent / "reference" / "pspp" / "run.py"
#: The tests that PSPP has, and has right (tests/reference/README.md).
TESTS = (
    r"Student’s t-test|Welch’s t-test|one-way analysis of variance|Kruskal–Wallis test"
    r"|Mann–Whitney U test|chi-square test|linear-by-linear.*|paired t-test|McNemar.*"
)
#: What PSPP prints besides: of which analyses, which statistics.
PRINTED = {
    "compare as SPSS": ("by_", "(mean|sd|median|q1|q3)$"),
    "gbsg2": ("(baseline|roc)$", "(mean|sd|auc)$"),
    "changes as SPSS": ("year/albumin", "mean_(low|high)$"),
    "missing values": ("missing/against", "(mean|sd)$"),
    "adverse events": ("harm$", "percent$"),
    "subgroups": ("(within_2y|logistic)$", "(odds_ratio)$"),
}


def pooled(preset: str) -> View:
    head = 'design = "Meta-analysis"\n'
    plan = pooling_plan.plan_with(head, f'{head}\n[conventions]\npreset = "{preset}"\n')
    return View(pooling_plan.results_of(plan, pooling_plan.studies()))


def small(covariates: str, more: str = "", *, late: bool = False) -> View:
    frame = test_shapes_plan.patients()
    frame["entry"] = np.where(frame["months"] > 3, 2.0, 0.0)
    plan = test_shapes_plan.cox_with(covariates, more, entry=late)
    return View(test_shapes_plan.done(plan, frame if late else frame.drop(columns="entry")))


def synthetic(key: str) -> View:
    plan = load_plan(key)
    folder = Path(data_templates.__file__).parent
    return View(run(read_cohort(folder / f"{key}_SYNTHETIC.xlsx", plan.dictionary), plan))


def written(view: View, folder: Path) -> Path:
    stacked = frame_as_text(view.results.stack())
    stacked.to_csv(folder / "results.csv", index=False, lineterminator="\n")
    write_syntax(view, folder / "syntax", with_data=True)
    return folder / "syntax"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here")
@pytest.mark.parametrize("name", VIEWS)
def test_r_gives_the_numbers_of_the_packet(tmp_path, name):
    folder = written(VIEWS[name](), tmp_path)
    done = subprocess.run(
        ["Rscript", "analysis.R"], cwd=folder, capture_output=True, text=True, timeout=900,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    counted = COUNTED.search(done.stdout)
    assert counted, done.stdout[-2000:]
    agree, compared, _, unexplained = map(int, counted.groups())
    assert (agree, unexplained) == (compared, 0), done.stdout[-6000:]
    assert compared > 20


def in_r(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    (folder / "script.R").write_text(script, encoding="utf-8")
    return subprocess.run(
        ["Rscript", "script.R"], cwd=folder, capture_output=True, text=True, timeout=300,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


FAR_INTERCEPT = """
set.seed(1); pt <- rnorm(150, 140, 3); bili <- exp(rnorm(150, 1, 1)); alb <- rnorm(150, 35, 4)
y <- rbinom(150, 1, plogis(-100 + 0.7 * pt + 0.3 * bili))
m <- glm(y ~ pt + bili + alb, binomial, control = glm.control(epsilon = 1e-14, maxit = 50))
stopifnot(all.equal(profile_limits(m), suppressMessages(confint(m)), tolerance = 1e-4,
                    check.attributes = FALSE))
"""


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here")
def test_profile_limits_of_an_intercept_far_from_the_patients(tmp_path):
    done = in_r(tmp_path, (HERE / "logistic.R").read_text(encoding="utf-8") + FAR_INTERCEPT)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here")
def test_an_analysis_that_fails_in_r_is_told_and_the_rest_follows(tmp_path):
    folder = written(subgroups_packet.view(), tmp_path)
    code = (folder / "analysis.R").read_text(encoding="utf-8")
    first = re.findall(r'^analysis_step\("(\w+)", \{$', code, re.M)[0]
    broken = code.replace(
        f'analysis_step("{first}", {{', f'analysis_step("{first}", {{\nlog("one")'
    )
    done = in_r(folder, broken)
    assert done.returncode == 1
    assert f"ERROR in {first}: non-numeric argument" in done.stdout
    agree, compared, _, unexplained = map(int, COUNTED.search(done.stdout).groups())
    assert (agree, unexplained) == (compared, 0)
    assert compared > 20
    assert done.stdout.rstrip().endswith("non-numeric argument to mathematical function")


@pytest.fixture(scope="module")
def pspp() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pspp_run", RUN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(pspp: ModuleType, folder: Path) -> np.ndarray:
    """The absolute values of all numbers that PSPP prints, at full precision, ascending."""
    text = (folder / "analysis.sps").read_text(encoding="utf-8")
    text = SUBCOMMANDS.sub(r"\g<end>", UNKNOWN.sub("", text)).replace(") GOODFIT.", ").")
    (folder / "analysis.sps").write_text(text.replace(SHORT, EXACT), encoding="utf-8")
    first, second, table = (folder / name for name in ("a.spv", "b.spv", "c.csv"))
    done = subprocess.run(
        ["pspp", "-a", "compatible", "-o", str(first), "analysis.sps"], cwd=folder,
        capture_output=True, text=True, timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert "error:" not in done.stdout + done.stderr, done.stdout[:3000] + done.stderr[:3000]
    pspp.with_full_precision(first, second)
    pspp.pspp("pspp-output", "convert", str(second), str(table))
    found = re.findall(r"-?\d\.\d{10,}E[+-]\d+", table.read_text(encoding="utf-8"))
    return np.unique(np.abs(np.array(found, dtype=float)))


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed here")
@pytest.mark.parametrize("name", PRINTED)
def test_pspp_prints_the_numbers_of_the_packet(tmp_path, pspp, name):
    view = VIEWS[name]()
    numbers, rows = printed(pspp, written(view, tmp_path)), view.results.stack()
    tested = rows["method"].str.fullmatch(TESTS) & (
        rows["statistic"].eq("p")
        | rows["statistic"].eq("test_statistic") & ~rows["method"].str.startswith("Mann")
    )
    analysis, statistic = PRINTED[name]
    more = rows["analysis"].str.match(analysis) & rows["statistic"].str.match(statistic)
    wanted = rows[(tested | more) & (rows["value"].abs() > 1e-9)]
    assert len(wanted) >= 5
    assert not_among(wanted, numbers, 1e-7).empty


def not_among(wanted: pd.DataFrame, numbers: np.ndarray, within: float) -> pd.DataFrame:
    """Those of which no printed number is nearly the value."""
    size = wanted["value"].abs().to_numpy()
    place = np.clip(np.searchsorted(numbers, size), 1, len(numbers) - 1)
    gap = np.minimum(np.abs(numbers[place] - size), np.abs(numbers[place - 1] - size))
    return wanted[gap > within * size]


#: By transformations, as SPSS has no procedure: rows of the results.
TRANSFORMED = {
    "markers": "analysis.str.match('timed/(bili|albumin)$') and statistic == 'auc' or "
    "analysis == 'best_cut' and statistic in ('cutoff', 'test_statistic') or "
    "analysis == 'benefit' and statistic == 'net_benefit' and level in ('0.1', '0.2', '0.4')",
    "competing risks": "statistic == 'incidence_curve' and (analysis.str.match('incidence_all/') "
    "or group != 'Overall')",
}


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed here")
@pytest.mark.parametrize("name", TRANSFORMED)
def test_pspp_gets_by_transformations_what_has_no_procedure(tmp_path, pspp, name):
    view = VIEWS[name]()
    numbers, rows = printed(pspp, written(view, tmp_path)), view.results.stack()
    wanted = rows.query(TRANSFORMED[name], engine="python")
    wanted = wanted[wanted["value"].abs() > 1e-9]
    assert len(wanted) >= 15
    assert not_among(wanted, numbers, 1e-9).empty


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed here")
@pytest.mark.parametrize("name", ["markers", "samples", "pooling", "competing risks", "survival"])
def test_pspp_understands_what_it_has(tmp_path, pspp, name):
    printed(pspp, written(VIEWS[name](), tmp_path))
