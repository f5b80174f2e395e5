"""The manuscript packet: every output of a study in one folder, whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyses.running import StudyResults
from cohort_stats import __version__
from cohort_stats.workbooks.formula import frame_as_text
from reports.content import Picture, banners, source_lines, warnings
from reports.cross_check import cross_check_record, write_cross_check
from reports.data_notes import cells_by_state
from reports.derived import derived_counts
from reports.house_style import printing_in
from reports.table import Table
from reports.target import RUN_FILE, check_target, hashes
from reports.view import View

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
    with_data: bool = False,
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
    with_data
        Write the analysed patients into the packet, for the scripts in ``syntax/``. They are
        patients' data: such a packet is not to be passed on.
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
            packet = _write(results, made, with_data, progress)
        _replace(made, folder)
    return Packet(folder, *packet)


def _replace(made: Path, folder: Path) -> None:
    """Put a packet in the place of an earlier one, which stays if that is interrupted."""
    old = made.with_name("old")
    try:
        if folder.exists():
            os.replace(folder, old)
        os.replace(made, folder)
    except BaseException:
        if old.exists():
            os.replace(old, folder)
        raise


def _write(
    results: StudyResults, folder: Path, with_data: bool, progress: Callable[[str], None]
) -> tuple[tuple[str, ...], int, int, int]:
    from reports.html import report_page
    from reports.manuscript import manuscript
    from reports.syntax import write_syntax
    from reports.tables import study_tables

    view = View(results)
    stacked = results.stack()
    progress("Numbers")
    frame_as_text(stacked).to_csv(folder / "results.csv", index=False, lineterminator="\n")
    if results.cross_check is not None:
        write_cross_check(results.cross_check, folder)
    write_syntax(view, folder / "syntax", with_data=with_data)
    progress("Tables")
    tables = study_tables(view)
    _write_tables(view, tables, folder)
    progress("Figures")
    figures = _write_figures(view, folder / "figures", progress)
    progress("Manuscript")
    (folder / "manuscript.docx").write_bytes(manuscript(view, tables, figures))
    _write_checklists(view, tables, {f.key: f.number for f in figures}, folder)
    progress("Report")
    page = report_page(view, tables, figures, with_data)
    (folder / "report.html").write_text(page, encoding="utf-8")
    record = (
        json.dumps(
            {**_record(view, with_data), "files": hashes(folder)}, indent=2, ensure_ascii=False
        )
        + "\n"
    )
    (folder / RUN_FILE).write_text(record, encoding="utf-8")
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    return tuple(files), len(tables), len(figures), len(stacked)


def _write_tables(view: View, tables: Sequence[Table], folder: Path) -> None:
    from reports.table_files import write_tables

    file, lead = view.results.plan.file, [*banners(view), *source_lines(view)]
    kinds = [kind for kind in file.report.table_files if kind != "docx"]  # in the manuscript
    write_tables(tables, kinds, file.study.title, lead, folder)


def _write_figures(view: View, folder: Path, progress: Callable[[str], None]) -> list[Picture]:
    from reports.figures import study_figures
    from reports.svg import Inliner

    shown, inlined = [], Inliner()
    kinds = view.results.plan.file.report.figure_files
    for number, drawing in enumerate(study_figures(view), start=1):
        width, asked = drawing.figure.get_size_inches()[0] * 25.4, view.figure_width
        wider = (
            f" ({width:.0f} mm wide; the plan asks for {asked:g})" if width > asked + 0.5 else ""
        )
        progress(f"Figure {number}: {drawing.title}{wider}")
        folder.mkdir(exist_ok=True)
        made = {kind: drawing.bytes(kind) for kind in dict.fromkeys((*kinds, "svg", "png"))}
        for kind in kinds:
            (folder / f"figure_{number:02}_{drawing.key}.{kind}").write_bytes(made[kind])
        svg = inlined(drawing, made["svg"])
        words = (number, drawing.key, drawing.title, drawing.alt)
        shown.append(Picture(*words, svg, made["png"], width))
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


def _record(view: View, with_data: bool) -> dict[str, Any]:
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
        "patients_in_packet": with_data,
        "conventions": results.plan.conventions.as_dict(),
        "titles": {step.id: step.title for step in results.plan.file.steps},
        "labels": {name: variable.label for name, variable in view.dictionary.items()},
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
        "warnings": [f"{one.title}: {one.words}" for one in warnings(view)],
        **cross_check_record(results.cross_check),
        "cohort_stats": __version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "packages": {name: version(name) for name in PACKAGES},
    }
