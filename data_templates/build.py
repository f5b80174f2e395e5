"""The workbooks of this folder, made anew: ``python -m data_templates.build``."""

from __future__ import annotations

from pathlib import Path

from analyses.plan import load_plan
from cohort_stats.workbooks.template import write_template
from data_templates.lee2024 import write_lee2024_reported, write_lee2024_synthetic

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
    return write_template(plan.dictionary, path, title=section.title, remarks=remarks)


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
    folder = Path(folder)
    return [
        write_empty("gbsg2", folder / "gbsg2_template.xlsx"),
        write_empty("lee2024", folder / "lee2024_template.xlsx"),
        write_lee2024_reported(folder / "lee2024_reported_24_real.xlsx"),
        write_lee2024_synthetic(folder / "lee2024_SYNTHETIC.xlsx"),
    ]


def main() -> None:
    """Write every workbook of this folder and name it."""
    for path in build():
        print(path.name)


if __name__ == "__main__":
    main()
