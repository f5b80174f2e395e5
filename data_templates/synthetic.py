"""A synthetic cohort from the registry of a paper: its printed margins, kept."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.plan import StudyPlan, load_plan
from analyses.published.reading import load_published
from analyses.published.registry import Published
from cohort_stats.wording import PUBLISHED
from cohort_stats.workbooks.template import write_template
from data_templates.draw import CELL, Draw
from data_templates.drawing import followed
from data_templates.drawn_column import drawn_column
from data_templates.margins import Margins

Objects = npt.NDArray[np.object_]


def study_key(study: str | Path) -> str:
    """The key of a study, to name its files by."""
    return load_published(study).file.paper.key


def write_synthetic(study: str | Path, path: str | Path, seed: int | None = None) -> Path:
    """Write a synthetic cohort of a study as a workbook.

    Parameters
    ----------
    study
        Key of a study that comes with the package, or path of its ``published.toml``, with the
        plan beside it.
    path
        The ``.xlsx`` to write.
    seed
        Of every random number; the registry's own unless given.

    Returns
    -------
    Path
        `path`.
    """
    published = load_published(study)
    plan = load_plan(published.path.with_name("plan.toml") if published.path else str(study))
    frame = synthetic_cohort(published, plan, seed)
    noun = plan.file.noun
    who = "no study" if noun in PUBLISHED else "nobody"
    remarks = (
        f"SYNTHETIC {noun}: {who} stands behind a row. For trying out the software only.",
        "Drawn at random so that counts, means and standard deviations are those printed in:",
        published.file.paper.citation,
        "What the paper does not print was chosen by us. Results from this file say nothing "
        f"about {noun}.",
    )
    title = plan.file.study.title
    return write_template(
        plan.dictionary, path, title=title, remarks=remarks, frame=frame, rows=noun
    )


def synthetic_cohort(
    published: Published, plan: StudyPlan, seed: int | None = None, *, with_cells: bool = False
) -> pd.DataFrame:
    """Draw a synthetic cohort.

    Parameters
    ----------
    published
        A registry with a section ``[simulate]``.
    plan
        The plan of the same study: its columns, levels and limits.
    seed
        Of every random number; the registry's own unless given.
    with_cells
        Keep the column that says from which cell a patient is.

    Returns
    -------
    pandas.DataFrame
        One row a patient, columns in the dictionary's order. Each column has random numbers of
        its own, so that a new one changes no other.

    Raises
    ------
    PublishedError
        When ``[simulate]`` asks for what is not printed.
    """
    margins = Margins(published)
    seed = margins.section.seed if seed is None else seed
    cells = [name for name, n in margins.sizes.items() for _ in range(n)]
    frame = pd.DataFrame({CELL: cells})
    for name, section in margins.columns(plan.dictionary).items():
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        rows = frame.drop_duplicates(section.each) if section.each else frame
        drawn = {name: drawn_column(Draw(name, section, plan.dictionary, margins, rows, rng))}
        if section.event:
            own = section.censored
            ends = rows[own] if isinstance(own, str) else own
            times = followed(drawn[name], ends, section.step, rng)
            drawn = dict(zip((name, str(section.event)), times, strict=True))
        for column, values in drawn.items():
            whole = dict(zip(rows[section.each], values, strict=True)) if section.each else {}
            frame[column] = frame[section.each].map(whole) if section.each else values
    order = np.random.default_rng([seed, zlib.crc32(b"order")]).permutation(len(frame))
    frame = frame.iloc[order].reset_index(drop=True)
    if plan.dictionary.id is not None:
        frame[plan.dictionary.id] = [f"SYNTHETIC-{i:03d}" for i in range(1, len(frame) + 1)]
    kept = [CELL] if with_cells else []
    return frame[[*kept, *(name for name in plan.dictionary if name in frame.columns)]]
