"""The workbook of the 686 GBSG-2 patients, from the copy that lifelines ships."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from analyses.plan import load_plan
from cohort_stats.cells import level_reader
from cohort_stats.workbooks.template import write_template


def write_gbsg2(path: str | Path) -> Path:
    """Write the demonstration workbook.

    Parameters
    ----------
    path
        The ``.xlsx`` to write.

    Returns
    -------
    Path
        `path`.
    """
    plan = load_plan("gbsg2")
    patients = _patients()
    names = {alias: n for n, v in plan.dictionary.items() for alias in v.aliases}
    frame = patients.rename(columns=names).assign(id=range(1, len(patients) + 1))
    for name, variable in plan.dictionary.items():
        if variable.is_categorical:
            frame[name] = frame[name].map(level_reader(variable))
    remarks = (f"Real patients. {plan.file.study.source}.", plan.file.study.citation)
    return write_template(
        plan.dictionary, path, title=plan.file.study.title, remarks=remarks, frame=frame
    )


def _patients() -> pd.DataFrame:
    # Found, not imported: importing lifelines takes two seconds and is not needed for its data.
    package = find_spec("lifelines")
    assert package is not None
    assert package.submodule_search_locations
    return pd.read_csv(Path(package.submodule_search_locations[0]) / "datasets" / "gbsg2.csv")
