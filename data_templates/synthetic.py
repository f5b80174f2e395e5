"""A synthetic cohort from the registry of a paper: its printed margins, kept."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.plan import StudyPlan, load_plan
from analyses.printed.number import Printed, read_printed
from analyses.published.reading import load_published
from analyses.published.registry import Published, Row
from analyses.published.schema import DrawSection
from cohort_stats.dictionary import DataDictionary
from cohort_stats.wording import PUBLISHED
from cohort_stats.workbooks.template import write_template
from data_templates.drawing import (
    Floats,
    dealt_within,
    followed,
    scaled,
    survival_times,
    with_moments,
)
from data_templates.margins import Margins, Moments

Objects = npt.NDArray[np.object_]
CELL = "cell of the synthetic cohort"


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
        drawn = {name: _Column(name, section, plan.dictionary, margins, rows, rng).values()}
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


class _Column:
    """One column being drawn.

    Parameters
    ----------
    name, section
        What is drawn and how.
    dictionary
        The plan's columns; one that is not there only helps to draw others.
    margins
        Sizes and printed margins of the cells.
    frame
        The columns drawn so far.
    rng
        Of this column alone.
    """

    def __init__(
        self,
        name: str,
        section: DrawSection,
        dictionary: DataDictionary,
        margins: Margins,
        frame: pd.DataFrame,
        rng: np.random.Generator,
    ):
        self.name, self.section, self.dictionary = name, section, dictionary
        self.variable = dictionary.get(name)
        self.margins, self.frame, self.rng = margins, frame, rng
        self.known = self._known()

    def _known(self) -> pd.Series:
        """Who has a value: not those without one, nor those whom the column is not about."""
        known = pd.Series(True, index=self.frame.index)
        for other, level in self.section.only.items():
            known &= self.frame[other] == level
        for cell, n in self.section.unknown.items():
            here = self.frame.index[self.frame[CELL] == cell]
            known[self.rng.permutation(here)[:n]] = False
        return known

    def values(self) -> pd.Series:
        """The column."""
        section = self.section
        drawn = pd.to_numeric(self._drawn()) if self._is_number() else self._drawn()
        if section.since:
            drawn = self._since(section.since) + pd.to_timedelta(drawn.dropna(), unit="D")
        found = drawn.where(self.known)
        for other, below in ((section.at_least, False), (section.at_most, True)):
            for cell in self.margins.sizes if other is not None else ():
                here = self.frame[CELL] == cell
                bounds = self.frame.loc[here, other]
                found[here] = dealt_within(found[here], bounds, below, self.rng)
        return found

    def _since(self, since: str) -> pd.Series:
        """What days are counted from: a column of dates, or one date."""
        if since in self.frame:
            return self.frame[since]
        return pd.Series(pd.Timestamp(since), index=self.frame.index)

    def _drawn(self) -> pd.Series:
        section = self.section
        if section.always != "":
            return self._by_cell(section.always)
        if section.points:
            return self._sum_of_points()
        if section.formula:
            computed = pd.Series(self.frame.eval(section.formula), dtype=float)
            return (computed / section.step).round().mul(section.step).round(9)
        if section.overall:
            return self._dealt_to_all(section.overall)
        if section.survival:
            return self._times()
        if section.crossed:
            return self._crossed()
        row = self.margins.row(self.name, section.row) if section.row else None
        if row is not None and not self.margins.has_moments(row):
            others = [cell for cell in self.margins.sizes if cell not in section.counts]
            return self._dealt(section.counts | {c: self._levels(row, c) for c in others})
        if section.counts:
            return self._dealt(section.counts)
        return self._numbers(row)

    def _by_cell(self, always: object) -> pd.Series:
        if isinstance(always, Mapping):
            named = self.frame[CELL].map(dict(always))
            return named.fillna(self.section.other) if self.section.other else named
        return pd.Series(always, index=self.frame.index)

    def _sum_of_points(self) -> pd.Series:
        """The sum of the codes of other columns' levels; none where one of them is missing."""
        total = pd.Series(0.0, index=self.frame.index)
        for other in self.section.points:
            codes = {level.label: float(level.code) for level in self.dictionary[other].levels}
            total += self.frame[other].map(codes).astype(float)
        return total

    def _levels(self, row: Row, cell: str) -> dict[str, int]:
        """Printed counts of a cell by the plan's labels."""
        counts = self.margins.counts(row, cell)
        if not row.levels:
            yes, no = self._yes_no()
            return {yes: counts[""], no: self.margins.sizes[cell] - counts[""]}
        by_label = {}
        for level in row.levels:
            code = level.id.rpartition(".")[2]
            by_label[self._label(code, level.what)] = counts[code]
        return by_label

    def _yes_no(self) -> tuple[str, str]:
        section = self.section
        if section.counted:
            return section.counted, section.other
        if self.variable is not None and self.variable.type == "yesno":
            return "Yes", "No"
        key = f"variables.{self.name}.counted"
        raise self.margins.wrong(key, "the level that the row counts, and 'other'", "none")

    def _label(self, code: str, what: str) -> str:
        levels = self.variable.levels if self.variable is not None else ()
        for level in levels:
            if what.casefold() == level.label.casefold():
                return level.label
        for level in levels:
            if code.casefold() in (level.code.casefold(), level.label.casefold()):
                return level.label
        labels = ", ".join(level.label for level in levels)
        raise self.margins.wrong(f"variables.{self.name}", f"a level of {labels}", f"'{what}'")

    def _dealt(self, counts: Mapping[str, Mapping[str, int]]) -> pd.Series:
        dealt = pd.Series(None, index=self.frame.index, dtype=object)
        for cell, levels in counts.items():
            here = self.frame.index[self.frame[CELL] == cell]
            dealt[here] = self._shuffled(levels, len(here), cell)
        return dealt

    def _crossed(self) -> pd.Series:
        """Levels by cell and by the level of another column: a printed table of the two."""
        section, rest = self.section, self._otherwise()
        dealt = pd.Series(rest, index=self.frame.index, dtype=object)
        for cell, rows in section.crossed.items():
            for level, counts in rows.items():
                here = (self.frame[CELL] == cell) & (self.frame[section.given].astype(str) == level)
                dealt[here] = self._shuffled(counts, int(here.sum()), f"{cell}, {level}", rest)
        return pd.to_numeric(dealt) if self._is_number() else dealt

    def _is_number(self) -> bool:
        return self.variable is not None and self.variable.type in ("number", "integer")

    def _shuffled(
        self, counts: Mapping[str, int], n: int, where: str, rest: str | None = None
    ) -> Objects:
        """Levels in random order; those whose level the paper does not print stay empty."""
        deck = [label for label, k in counts.items() for _ in range(k)]
        if len(deck) > n:
            key = f"variables.{self.name}"
            raise self.margins.wrong(key, f"at most {n} in '{where}'", str(len(deck)))
        return self.rng.permutation(np.array([*deck, *[rest] * (n - len(deck))], dtype=object))

    def _dealt_to_all(self, counts: Mapping[str, int]) -> pd.Series:
        rest = None if "No" in counts else self._otherwise()
        whole = self._shuffled(counts, len(self.frame), "overall", rest)
        return pd.Series(whole, index=self.frame.index)

    def _otherwise(self) -> str | None:
        """What those are whom no count names: nothing known, but *No* of a yes/no column."""
        if self.section.other:
            return self.section.other
        return "No" if self.variable is not None and self.variable.type == "yesno" else None

    def _numbers(self, row: Row | None) -> pd.Series:
        values = pd.Series(np.nan, index=self.frame.index)
        for cell in self.margins.sizes:
            here = (self.frame[CELL] == cell) & self.known
            if not here.any():
                continue
            if cell in self.section.mean and cell in self.section.sd:
                moments = Moments(*(_digits(x[cell]) for x in (self.section.mean, self.section.sd)))
            elif row is not None:
                moments = self.margins.moments(row, cell)
            else:
                key = f"variables.{self.name}"
                raise self.margins.wrong(key, f"a row, or mean and sd of '{cell}'", "neither")
            z = self._standard(self.frame[here])
            low, high = self._limits(cell)
            skewed = self.section.shape == "skewed"
            values[here] = with_moments(z, moments, low, high, self.section.step, skewed)
        return values

    def _limits(self, cell: str) -> tuple[float, float]:
        """Own limits of a cell, else what is usual or possible for the variable."""
        found = []
        for side, own in enumerate((self.section.low, self.section.high)):
            limit = own.get(cell) if isinstance(own, dict) else own
            if limit is None and self.variable is not None:
                limit = self.variable.usual[side]  # type: ignore[assignment]
                limit = self.variable.limits[side] if limit is None else limit  # type: ignore[assignment]
            found.append((-math.inf, math.inf)[side] if limit is None else float(limit))
        return found[0], found[1]

    def _standard(self, frame: pd.DataFrame) -> Floats:
        z = self.rng.standard_normal(len(frame))
        for other, r in self.section.follows.items():
            given = frame[other]
            if given.dtype == object:
                given = pd.Series(pd.factorize(given, sort=True)[0], index=given.index)
            z = r * scaled(given.to_numpy(dtype=float)) + math.sqrt(1 - r**2) * scaled(z)
        return scaled(z)

    def _times(self) -> pd.Series:
        values = pd.Series(np.nan, index=self.frame.index)
        for cell, knots in self.section.survival.items():
            here = self.frame[self.section.given or CELL] == cell
            drawn = survival_times(int(here.sum()), knots, self.rng)
            values[here] = np.maximum(drawn, self._limits(cell)[0])
        return values


def _digits(value: float) -> Printed:
    return read_printed(f"{value}")
