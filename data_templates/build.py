"""The workbooks of this folder, made anew: ``python -m data_templates.build``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from analyses.plan import load_plan, study_keys
from analyses.published.reading import load_published, published_keys
from cohort_stats.workbooks.template import write_template
from data_templates.jang2025 import write_jang2025_reported
from data_templates.lee2024 import write_lee2024_reported
from data_templates.reviews import review_keys, write_printed_studies
from data_templates.synthetic import write_synthetic

HERE = Path(__file__).parent


def write_empty(study: str, path: str | Path) -> Path:
    """Write the workbook that a study's users fill in.

    Parameters
    ----------
    study
        Key of a study that comes with the package.
    path
        The ``.xlsx`` to write.

    Returns
    -------
    Path
        `path`.
    """
    plan = load_plan(study)
    section = plan.file.study
    remarks = (section.question, section.design, f"Study: {section.citation}")
    return write_template(
        plan.dictionary, path, title=section.title, remarks=remarks, rows=plan.file.noun
    )


def workbooks() -> Mapping[str, Callable[[Path], Path]]:
    """Every workbook of this folder by name, and what writes it.

    Returns
    -------
    mapping
        An empty template of each study; a synthetic cohort of each whose registry says how
        it is drawn; the real patients that papers print.
    """
    found: dict[str, Callable[[Path], Path]] = {}
    for key in study_keys():
        found[f"{key}_template.xlsx"] = partial(write_empty, key)
    for key in study_keys():
        if key in published_keys() and load_published(key).file.simulate is not None:
            found[f"{key}_SYNTHETIC.xlsx"] = partial(write_synthetic, key)
    for key in review_keys():
        found[f"{key}_studies_real.xlsx"] = partial(write_printed_studies, key)
    return found | {
        "jang2025_reported_7_real.xlsx": write_jang2025_reported,
        "lee2024_reported_24_real.xlsx": write_lee2024_reported,
    }


def build(folder: str | Path = HERE) -> list[Path]:
    """Write every workbook of this folder.

    Parameters
    ----------
    folder
        Where to; the same content is the same file, byte for byte.

    Returns
    -------
    list of Path
        The files written.
    """
    return [write(Path(folder) / name) for name, write in workbooks().items()]


def main() -> None:
    """Write every workbook of this folder and name it."""
    for path in build():
        print(path.name)


if __name__ == "__main__":
    main()
