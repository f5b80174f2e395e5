"""Equivalent R and SPSS syntax of a study's analyses, one module a family of steps."""

from __future__ import annotations

from pathlib import Path

from reports.syntax.cohort_csv import cohort_frame, csv_text
from reports.syntax.study import Study
from reports.view import View

FOLDER, DATA = "syntax", "cohort.csv"


def write_syntax(view: View, folder: Path, *, with_data: bool) -> None:
    """Write ``analysis.R``, ``compare.R`` and ``analysis.sps`` into a folder.

    Parameters
    ----------
    view
        The study.
    folder
        Is made.
    with_data
        Write the analysed patients beside them, as ``cohort.csv``, which both scripts read. They
        are patients' data, and a packet is made to be passed on: so only on demand.
    """
    from reports.syntax.compare import compare_r
    from reports.syntax.r.script import r_script
    from reports.syntax.spss.script import spss_script

    study = Study(view)
    folder.mkdir()
    frame = cohort_frame(study)
    script = r_script(study)
    (folder / "analysis.R").write_text(script, encoding="utf-8")
    (folder / "compare.R").write_text(compare_r(script), encoding="utf-8")
    (folder / "analysis.sps").write_text(spss_script(study, frame), encoding="utf-8")
    if with_data:
        (folder / DATA).write_text(csv_text(frame), encoding="utf-8")
