"""The manuscript packet: every output of a study in one folder, whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyses.running import DERIVED, StudyResults
from cohort_stats import __version__
from cohort_stats.workbooks.formula import frame_as_text
from reports.cross_check import cross_check_record, write_cross_check
from reports.data_notes import cells_by_state, data_notes
from reports.derived import derived_counts, derived_lines, refusals
from reports.house_style import printing_in
from reports.table import Table
from reports.target import RUN_FILE, check_target, hashes
from reports.view import View

CONVENTION_WORDS = {
    "preset": "Set of conventions",
    "two_means": "Comparison of means",
    "chi_square": "Chi-square of 2 × 2 tables",
    "small_counts": "An expected count below 5",
    "rank_test": "Rank tests of two groups",
    "zero_differences": "Patients without a change, in signed rank tests",
    "mcnemar": "McNemar’s test",
    "proportion_interval": "Interval of a proportion",
    "risk_difference": "Interval of a risk difference",
    "quartiles": "Quartiles (type of Hyndman and Fan)",
    "survival_interval": "Interval of survival, scale",
    "quantile_interval": "Interval of median survival",
    "flat_survival": "Median where survival runs flat at one half",
    "incidence_variance": "Variance of the cumulative incidence",
    "ties": "Ties in Cox models",
    "cox_interval": "Interval of hazard ratios",
    "logistic_interval": "Interval of odds ratios",
    "auc_interval": "Interval of areas under ROC curves",
    "cluster_factor": "Factor of robust variances",
    "smd_denominator": "Denominator of balance after matching",
    "between_studies": "Between-study variance",
    "pooled_interval": "Interval of a pooled effect",
    "prediction_interval": "Quantile of a prediction interval",
    "subgroup_variance": "Between-study variance of subgroups",
    "funnel_test": "Test of funnel asymmetry",
}
PACKAGES = ("numpy", "pandas", "scipy", "matplotlib", "python-docx", "XlsxWriter", "Jinja2")


@dataclass(frozen=True)
class Packet:
    """A finished packet.

    Parameters
    ----------
    folder
        Where it is.
    files
        Its files, relative to the folder.
    tables, figures, numbers
        How many of each it has.
    """

    folder: Path
    files: tuple[str, ...]
    tables: int
    figures: int
    numbers: int


def render(
    results: StudyResults,
    folder: str | Path,
    *,
    progress: Callable[[str], None] = lambda title: None,
) -> Packet:
    """Write the packet of a study.

    Parameters
    ----------
    results
        What :func:`analyses.running.run` gave.
    folder
        The folder to make. An earlier packet there is replaced, if it is as it was written;
        anything else is left alone.
    progress
        Called with a word on each part before it is made.

    Returns
    -------
    Packet

    Raises
    ------
    NotAPacket
        When the folder holds anything but a packet as it was written.
    """
    folder = Path(folder)
    check_target(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".packet-") as scratch:
        made = Path(scratch) / "packet"
        made.mkdir()
        made.chmod(0o755)
        with printing_in(results.plan.file.report.style):
            packet = _write(results, made, progress)
        _replace(made, folder)
    return Packet(folder, *packet)


def _replace(made: Path, folder: Path) -> None:
    old = made.with_name("old")
    if folder.exists():
        os.replace(folder, old)
    shutil.move(made, folder)


def _write(
    results: StudyResults, folder: Path, progress: Callable[[str], None]
) -> tuple[tuple[str, ...], int, int, int]:
    from reports.tables import study_tables

    view = View(results)
    stacked = results.stack()
    progress("Numbers")
    frame_as_text(stacked).to_csv(folder / "results.csv", index=False, lineterminator="\n")
    if results.cross_check is not None:
        write_cross_check(results.cross_check, folder)
    progress("Tables")
    tables = study_tables(view)
    _write_tables(view, tables, folder)
    progress("Figures")
    figures = _write_figures(view, folder / "figures", progress)
    _write_checklists(view, tables, {f["key"]: f["number"] for f in figures}, folder)
    progress("Report")
    _write_report(view, tables, figures, folder)
    record = (
        json.dumps({**_record(view), "files": hashes(folder)}, indent=2, ensure_ascii=False) + "\n"
    )
    (folder / RUN_FILE).write_text(record, encoding="utf-8")
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    return tuple(files), len(tables), len(figures), len(stacked)


def _write_tables(view: View, tables: Sequence[Table], folder: Path) -> None:
    from reports.spreadsheet import tables_workbook
    from reports.word import tables_document

    title, lead = view.results.plan.file.study.title, banners(view)
    lead = [*lead, *_source_lines(view)]
    (folder / "tables.docx").write_bytes(tables_document(tables, title, lead))
    (folder / "tables.xlsx").write_bytes(tables_workbook(tables, title, lead))


def _write_figures(
    view: View, folder: Path, progress: Callable[[str], None]
) -> list[dict[str, Any]]:
    from reports.figures import study_figures
    from reports.html import embedded

    shown = []
    kinds = view.results.plan.file.report.figure_files
    for number, drawing in enumerate(study_figures(view), start=1):
        progress(f"Figure {number}: {drawing.title}")
        folder.mkdir(exist_ok=True)
        made = {kind: drawing.bytes(kind) for kind in dict.fromkeys((*kinds, "svg"))}
        for kind in kinds:
            (folder / f"figure_{number}_{drawing.key}.{kind}").write_bytes(made[kind])
        source = embedded(made["svg"])
        shown.append(
            {"number": number, "key": drawing.key, "title": drawing.title, "alt": drawing.alt}
            | {"source": source}
        )
    return shown


def _write_checklists(
    view: View, tables: Sequence[Table], figures: dict[str, int], folder: Path
) -> None:
    from reports.checklists import author_items, author_table, checklists
    from reports.word import tables_document

    pages = checklists(view, tables, figures)
    pages.append(author_table(author_items(view, tables, figures)))
    title = f"Checklists: {view.results.plan.file.study.title}"
    (folder / "checklists.docx").write_bytes(tables_document(pages, title, banners(view)))


def _write_report(
    view: View, tables: Sequence[Table], figures: list[dict[str, Any]], folder: Path
) -> None:
    from reports.html import report_html, sections
    from reports.text import methods_text, results_text, software

    results, study = view.results, view.results.plan.file.study
    content = {
        "title": study.title,
        "question": study.question,
        "banners": banners(view),
        "facts": _facts(view),
        "not_done": [
            *((f"Exclusion ‘{reason}’", why) for reason, why in results.not_applied.items()),
            *((n.step.title, n.reason) for n in results.not_done),
        ],
        "warnings": _warnings(view),
        "assumptions": _assumptions(view),
        "results": results_text(view),
        # The page lists the derived variables with its methods, where there is room for words.
        "tables": sections([table for table in tables if table.key != DERIVED]),
        "figures": figures,
        "methods": methods_text(view),
        "derived": derived_lines(view),
        "conventions": [
            (CONVENTION_WORDS[name], value)
            for name, value in results.plan.conventions.as_dict().items()
        ],
        "data_notes": data_notes(view),
        "footer": f"Made with {software()}. The same file and plan give the same packet.",
    }
    (folder / "report.html").write_text(report_html(content), encoding="utf-8")


def banners(view: View) -> list[str]:
    """What every output must say first: that the patients are made up, if they are."""
    if not view.synthetic:
        return []
    return [
        f"SYNTHETIC DATA: these {view.noun} are made up. No number below says anything about "
        f"real {view.noun}."
    ]


def _source_lines(view: View) -> list[str]:
    results = view.results
    return [
        f"Cohort file: {results.cohort.file}; plan '{results.plan.key}', fingerprint "
        f"{results.plan.fingerprint}; {results.cohort.flow.remaining} {view.noun}."
    ]


def _facts(view: View) -> list[tuple[str, str]]:
    results, study = view.results, view.results.plan.file.study
    flow = results.cohort.flow
    facts = [
        ("Design", study.design),
        (view.noun.capitalize(), f"{flow.remaining} analysed of {flow.entered} in the file"),
        (
            "Data",
            f"SYNTHETIC, not real {view.noun}" if view.synthetic else "not marked as synthetic",
        ),
        ("Cohort file", f"{results.cohort.file} (SHA-256 {results.cohort.sha256[:16]}…)"),
        ("Plan", f"{results.plan.key}, fingerprint {results.plan.fingerprint}"),
        ("Conventions", results.plan.conventions.preset),
        ("Source of the plan", study.citation),
    ]
    return [(name, value) for name, value in facts if value]


def _warnings(view: View) -> list[tuple[str, str]]:
    cohort = view.results.cohort
    found = [("Unusual value", str(problem)) for problem in cohort.warnings]
    found += refusals(view)
    if view.results.imputation is not None:
        found += [("Imputation", view.with_labels(w)) for w in view.results.imputation.warnings]
    for done in view.results.steps:
        seen = dict.fromkeys(w for result in done.results for w in result.warnings)
        found += [(done.step.title, view.with_labels(w)) for w in seen]
    return found


def _assumptions(view: View) -> list[str]:
    file = view.results.plan.file
    own = [f"{s.title}: {s.assumption}" for s in file.steps if s.assumption]
    return [*file.study.assumptions, *own]


def _record(view: View) -> dict[str, Any]:
    results = view.results
    return {
        "study": results.plan.key,
        "plan_fingerprint": results.plan.fingerprint,
        "cohort_file": results.cohort.file,
        "cohort_sha256": results.cohort.sha256,
        "data": "SYNTHETIC" if view.synthetic else "not marked as synthetic",
        "patients_in_file": results.cohort.flow.entered,
        "patients_analysed": results.cohort.flow.remaining,
        "seed": results.plan.file.study.seed,
        "conventions": results.plan.conventions.as_dict(),
        "steps_done": [done.step.id for done in results.steps],
        "exclusions_not_applied": dict(results.not_applied),
        "steps_not_done": {n.step.id: n.reason for n in results.not_done},
        "cells": cells_by_state(results.cohort),
        "derived": {
            one.name: dict(
                zip(("known", "missing", "refused"), derived_counts(view, one.name), strict=True)
            )
            for one in results.derived
        },
        "not_derived": results.not_derived(),
        "warnings": [": ".join(pair) for pair in _warnings(view)],
        **cross_check_record(results.cross_check),
        "cohort_stats": __version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "packages": {name: version(name) for name in PACKAGES},
    }
