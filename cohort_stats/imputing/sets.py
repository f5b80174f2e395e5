"""The results of several completed sets, number by number, and the one that is made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
#: Numbers whose mean over the sets stands for all of them.
COUNTS = (
    "n", "events", "censored", "competing_events", "missing", "count", "percent", "at_risk",
    "events_to_date", "censored_to_date", "competing_to_date", "observed", "expected", "reference",
)  # fmt: skip

POOLED = (
    "Analyses of imputed data were done in each completed set and pooled by Rubin’s rules (tests "
    "of several coefficients together by D1, tests of which only the chi-square is known by D2)."
)


def waldly(method: str) -> str:
    """A method in whose sets intervals were profiled, as Rubin's rules leave it: with Wald's."""
    return method.replace("profile-likelihood interval", "Wald interval")


class Place(NamedTuple):
    """What a number is: its statistic, and what it is about."""

    statistic: str
    group: str
    term: str
    level: str
    time: float | None

    def of(self, statistic: str) -> Place:
        """Another statistic of the same thing."""
        return self._replace(statistic=statistic)


@dataclass(frozen=True)
class About:
    """What goes with a number."""

    method: str
    n_used: int
    n_missing: int


class Sets:
    """Numbers of several results of one analysis, looked up by what they are.

    Parameters
    ----------
    results
        One of each completed set, two or more.
    """

    def __init__(self, results: Sequence[Result]):
        if len(results) < 2:
            raise ValueError(f"results must be of two or more completed sets; got {len(results)}")
        self.results = tuple(results)
        self.m = len(results)
        self._values: dict[Place, Floats] = {}
        self._about: dict[Place, About] = {}
        for k, result in enumerate(results):
            for place, about, value in _listed(result.numbers):
                if place not in self._values:
                    self._values[place] = np.full(self.m, np.nan)
                    self._about[place] = about
                self._values[place][k] = value

    def __iter__(self) -> Iterator[Place]:
        return iter(self._values)

    def __contains__(self, place: Place) -> bool:
        return place in self._values

    def get(self, place: Place) -> Floats:
        """The value in each set, nan where a set has none."""
        found = self._values.get(place)
        return np.full(self.m, np.nan) if found is None else found

    def about(self, place: Place) -> About:
        """What goes with a number."""
        return self._about[place]

    def rows(self, place: Place, values: dict[str, Any]) -> list[dict[str, object]]:
        """Numbers about the same thing as one of the sets' numbers."""
        about = self._about[place]
        return rows(
            values,
            group=place.group,
            term=place.term,
            level=place.level,
            time=np.nan if place.time is None else place.time,
            method=self.said(about.method),
            n_used=about.n_used,
            n_missing=about.n_missing,
        )

    def mean(self, place: Place) -> list[dict[str, object]]:
        """The mean over the sets, of those that have the number: a level may lack in some."""
        values = self.get(place)
        whole = np.where(np.isnan(values), 0.0, values) if place.statistic == "count" else values
        found = whole[~np.isnan(whole)]
        return self.rows(place, {place.statistic: found.mean() if len(found) else np.nan})

    def said(self, method: str) -> str:
        """A method with what was done to pool it."""
        return f"{waldly(method)}, pooled over {self.m} imputed sets" if method else ""

    def result(self, found: list[dict[str, object]], more: Iterable[str] = ()) -> Result:
        """The pooled result: what the sets share, with the numbers found."""
        first = self.results[0]
        numbers = as_numbers(found)
        words = f"{waldly(first.method).removesuffix('.')}. {POOLED}" if first.method else ""
        warnings = (*more, *self._warnings())
        largest = max(self.results, key=lambda r: r.n_used)
        n, n_missing = largest.n_used, largest.n_missing
        return Result(numbers, words, n, n_missing, first.conventions, warnings)

    def _warnings(self) -> list[str]:
        times = Counter(w for r in self.results for w in dict.fromkeys(r.warnings))
        return [
            words if k == self.m else f"in {k} of {self.m} imputed sets: {words}"
            for words, k in times.items()
        ]


def _listed(numbers: pd.DataFrame) -> Iterator[tuple[Place, About, float]]:
    columns = ("statistic", "group", "term", "level", "time", "method", "n_used", "n_missing")
    values = numbers["value"].to_numpy(dtype=float)
    entries = zip(*(numbers[c].tolist() for c in columns), values, strict=True)
    for statistic, group, term, level, time, method, n, missing, value in entries:
        place = Place(statistic, group, term, level, None if np.isnan(time) else time)
        yield place, About(method, n, missing), float(value)
