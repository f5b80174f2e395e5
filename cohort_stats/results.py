"""What a result is: numbers as data, with how each was computed and who was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.glossary import GLOSSARY
from cohort_stats.problem import suggestion

COLUMNS = (
    "analysis",
    "group",
    "term",
    "level",
    "time",
    "statistic",
    "value",
    "method",
    "n_used",
    "n_missing",
)


@dataclass(frozen=True)
class Result:
    """The numbers of one analysis.

    Parameters
    ----------
    numbers
        One row a number: group, term, level, time, statistic (a name of ``GLOSSARY``),
        value, method, n_used, n_missing.
    method
        What was done, in words fit for a methods section.
    n_used, n_missing
        Patients analysed, and patients left out because a value was missing.
    conventions
        The choices in force.
    warnings
        What a reader must know before believing the numbers.
    covariance
        Of a model's coefficients, labelled by (term, level), for tests of several together;
        nan between coefficients of different models; None where there are none.
    """

    numbers: pd.DataFrame
    method: str
    n_used: int
    n_missing: int
    conventions: Conventions = RECOMMENDED
    warnings: tuple[str, ...] = field(default=())
    covariance: pd.DataFrame | None = None

    def tidy(self) -> pd.DataFrame:
        """The numbers as one long frame with the columns of ``COLUMNS``."""
        return self.numbers.reindex(columns=list(COLUMNS))

    def value(self, statistic: str, **where: object) -> float:
        """One number.

        Parameters
        ----------
        statistic
            A name of ``GLOSSARY``.
        **where
            Values of ``group``, ``term``, ``level``, ``time`` or ``analysis``.

        Raises
        ------
        ValueError
            When no number or more than one fits.
        """
        found = pick(self.numbers, statistic, **where)
        if len(found) != 1:
            wanted = ", ".join(f"{k}={v!r}" for k, v in {"statistic": statistic, **where}.items())
            known = list(dict.fromkeys(self.numbers["statistic"]))
            near = suggestion(statistic, known) if statistic not in known else ""
            near = f" ({near or 'statistics are ' + ', '.join(known)})" if not len(found) else ""
            raise ValueError(f"{wanted} must name one number; {len(found)} fit{near}")
        return float(found["value"].iloc[0])

    def named(self, analysis: str) -> Result:
        """The same result, its numbers labelled with the name of an analysis."""
        return replace(self, numbers=self.numbers.assign(analysis=analysis))


def pick(numbers: pd.DataFrame, statistic: str, **where: object) -> pd.DataFrame:
    """The rows of a frame of numbers that hold a statistic and fit all conditions."""
    keep = (numbers["statistic"] == statistic).to_numpy()
    for column, wanted in where.items():
        keep &= (numbers[column] == wanted).to_numpy()
    return numbers[keep]


def rows(
    values: Mapping[str, object],
    *,
    group: str = "",
    term: str = "",
    level: str = "",
    time: float = np.nan,
    method: str = "",
    n_used: int = 0,
    n_missing: int = 0,
) -> list[dict[str, object]]:
    """Rows of a result: one for each statistic of `values`, all else shared."""
    shared = {
        "group": group,
        "term": term,
        "level": level,
        "time": time,
        "method": method,
        "n_used": n_used,
        "n_missing": n_missing,
    }
    return [{"statistic": name, "value": value, **shared} for name, value in values.items()]


def as_numbers(found: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """A frame of numbers from rows; unknown statistic names are a bug."""
    listed = list(found)
    return numbers_of({name: [row[name] for row in listed] for name in COLUMNS[1:]})


def numbers_of(columns: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """A frame of numbers from its columns, all but that of the analysis."""
    statistics = columns["statistic"]
    unknown = set(statistics) - set(GLOSSARY)
    if unknown:
        raise ValueError(f"statistic must be a name of GLOSSARY; got {sorted(map(str, unknown))}")
    kinds: dict[str, type] = {"value": float, "time": float, "n_used": int, "n_missing": int}
    typed: dict[str, npt.NDArray] = {
        name: np.array(columns[name], dtype=kinds.get(name, object)) for name in COLUMNS[1:]
    }
    return pd.DataFrame({"analysis": [""] * len(statistics), **typed})


def along(
    values: Mapping[str, npt.ArrayLike],
    shared: Mapping[str, object],
    *,
    time: npt.ArrayLike = np.nan,
    level: Sequence[str] = ("",),
) -> pd.DataFrame:
    """A frame of numbers along a curve: every statistic at every place, place by place.

    Parameters
    ----------
    values
        For each statistic its values, shape (k,).
    shared
        What else :func:`rows` takes, the same for all.
    time, level
        What tells the places apart, shape (k,), or one for all.
    """
    columns = [np.asarray(v, dtype=float) for v in values.values()]
    k, s = len(columns[0]), len(columns)
    frame = as_numbers(rows(dict.fromkeys(values, np.nan), **shared))  # type: ignore[arg-type]
    frame = frame.loc[np.tile(np.arange(s), k)].reset_index(drop=True)
    times, levels = np.broadcast_to(np.asarray(time, dtype=float), k), np.broadcast_to(level, k)
    return frame.assign(
        value=np.column_stack(columns).ravel(), time=np.repeat(times, s), level=np.repeat(levels, s)
    )


def joined(first: Result, *others: Result) -> Result:
    """One result of several about the same patients: numbers, methods and warnings in order."""
    several = (first, *others)
    methods = [r.method.removesuffix(".") for r in several if r.method]
    return replace(
        first,
        numbers=pd.concat([r.numbers for r in several if len(r.numbers)], ignore_index=True),
        method=". ".join(dict.fromkeys(methods)),
        warnings=tuple(dict.fromkeys(w for r in several for w in r.warnings)),
    )


def stack(results: Iterable[Result]) -> pd.DataFrame:
    """The numbers of several results as one frame, in order."""
    frames = [result.tidy() for result in results if len(result.numbers)]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(frames, ignore_index=True)
