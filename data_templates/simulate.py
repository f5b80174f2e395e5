"""A synthetic cohort from the numbers a paper prints: means, deviations and counts by group.

A specification is a table, as ``tomllib`` reads it from a study's ``simulation.toml``:

``by``, ``sizes``
    The variable that makes the groups, and the eligible patients of each.
``id``
    Pattern of the patients' ids.
``[[ineligible]]``
    ``n`` more patients drawn ``like`` a group, with the values of ``set``: a value, an empty
    text for a missing one, or the two ends of a range.
``[variables.NAME]``
    How a column is drawn, in this order; a column may refer only to those above it. ``by``
    names another variable to group by. One of

    - ``counts`` of each level, by group: dealt out in these proportions;
    - ``mean`` and ``sd``, by group: ``shape`` is normal, ``skewed`` (lognormal above ``low``)
      or ``count`` (negative binomial); ``follows`` gives the correlation with one column;
    - ``formula`` of other columns; ``sum_of_points``, the codes of other columns' levels;
    - ``always`` the same value.

    Then, for numbers that are drawn, ``low`` and ``high`` (what is usual for the variable unless
    given); the ``step`` to which it was measured; ``at_least`` or ``at_most`` another column;
    ``only`` where a column has a value; and the share ``missing`` by group.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.dictionary import DataDictionary, Variable

Floats = npt.NDArray[np.float64]
Spec = Mapping[str, Any]


def simulate(spec: Spec, dictionary: DataDictionary, seed: int | None = None) -> pd.DataFrame:
    """Draw a synthetic cohort.

    Parameters
    ----------
    spec
        As described above.
    dictionary
        What the columns mean; it gives limits, levels and the order of columns.
    seed
        Of every random number; the specification's own unless given.

    Returns
    -------
    pandas.DataFrame
        One row a patient, columns in the dictionary's order, categories as labels.
        Each column has random numbers of its own, so that a new one changes no other.
    """
    seed = int(spec["seed"] if seed is None else seed)
    frame = pd.DataFrame({spec["by"]: _groups(spec)})
    for name, part in spec["variables"].items():
        rng = _generator(seed, name)
        groups = frame[part.get("by", spec["by"])].fillna("")
        values = _draw(part, name, dictionary, frame, groups, rng)
        frame[name] = _finished(values, part, frame, groups, rng)
    frame = _with_ineligible(frame, spec, _generator(seed, "ineligible"))
    order = _generator(seed, "order").permutation(len(frame))
    frame = frame.iloc[order].reset_index(drop=True)
    assert dictionary.id is not None
    frame[dictionary.id] = [spec["id"].format(i) for i in range(1, len(frame) + 1)]
    return frame[[name for name in dictionary if name in frame.columns]]


def _generator(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _groups(spec: Spec) -> list[str]:
    eligible = [group for group, n in spec["sizes"].items() for _ in range(n)]
    return eligible + [part["like"] for part in spec["ineligible"] for _ in range(part["n"])]


def _draw(
    part: Spec,
    name: str,
    dictionary: DataDictionary,
    frame: pd.DataFrame,
    groups: pd.Series,
    rng: np.random.Generator,
) -> pd.Series:
    if "always" in part:
        return pd.Series(part["always"], index=frame.index)
    if "counts" in part:
        return _dealt(part["counts"], groups, rng)
    if "sum_of_points" in part:
        points = [_points(frame[n], dictionary[n]) for n in part["sum_of_points"]]
        return pd.Series(np.sum(points, axis=0))
    if "formula" in part:
        computed = pd.Series(frame.eval(part["formula"]), index=frame.index, dtype=float)
        return _rounded(computed, part)
    values = pd.Series(np.nan, index=frame.index)
    for group, mean in part["mean"].items():
        here = groups == group
        z = _standard(part, dictionary, frame[here], rng)
        values[here] = _shaped(part, mean, part["sd"][group], z, rng)
    return _measured(values, part, dictionary[name])


def _dealt(
    counts: Mapping[str, Mapping[str, int]], groups: pd.Series, rng: np.random.Generator
) -> pd.Series:
    dealt = pd.Series(None, index=groups.index, dtype=object)
    for group, levels in counts.items():
        here = groups == group
        numbers = _shares(np.array([*levels.values()], dtype=float), int(here.sum()))
        dealt[here] = rng.permutation(np.repeat(np.array([*levels], dtype=object), numbers))
    return dealt


def _shares(counts: Floats, n: int) -> npt.NDArray[np.intp]:
    # Largest remainders: a group of the printed size gets the printed counts.
    exact = n * counts / counts.sum()
    whole = np.floor(exact + 1e-9).astype(np.intp)
    largest = np.argsort(whole - exact, kind="stable")[: n - int(whole.sum())]
    whole[largest] += 1
    return np.asarray(whole)


def _points(column: pd.Series, variable: Variable) -> Floats:
    points = {level.label: float(level.code) for level in variable.levels}
    return np.asarray(column.map(points), dtype=float)


def _standard(
    part: Spec, dictionary: DataDictionary, frame: pd.DataFrame, rng: np.random.Generator
) -> Floats:
    # Mean 0 and deviation 1 in this sample, so that the group meets its printed numbers.
    z = rng.standard_normal(len(frame))
    for name, r in part.get("follows", {}).items():
        other = frame[name]
        if dictionary[name].is_categorical:
            other = other.map({label: i for i, label in enumerate(dictionary[name].labels)})
        z = r * _scaled(other.to_numpy(dtype=float)) + np.sqrt(1 - r**2) * _scaled(z)
    return _scaled(z)


def _scaled(values: Floats) -> Floats:
    z = (values - np.nanmean(values)) / np.nanstd(values, ddof=1)
    return np.asarray(np.nan_to_num(z), dtype=float)


def _shaped(part: Spec, mean: float, sd: float, z: Floats, rng: np.random.Generator) -> Floats:
    shape = part.get("shape", "normal")
    if shape == "count":
        p = mean / sd**2
        return rng.negative_binomial(mean * p / (1 - p), p, len(z)).astype(float)
    if shape == "skewed":
        above = mean - part["low"]
        spread = np.sqrt(np.log(1 + (sd / above) ** 2))
        return np.asarray(part["low"] + above * np.exp(spread * z - spread**2 / 2))
    return np.asarray(mean + sd * z)


def _measured(values: pd.Series, part: Spec, variable: Variable) -> pd.Series:
    # Clipped to what is usual where the dictionary says so, else to what is possible.
    low, high = (
        limit if usual is None else usual
        for usual, limit in zip(variable.usual, variable.limits, strict=True)
    )
    return _rounded(values.clip(part.get("low", low), part.get("high", high)), part)


def _rounded(values: pd.Series, part: Spec) -> pd.Series:
    step = float(part.get("step", 1))
    return (values / step).round().mul(step).round(6)


def _finished(
    values: pd.Series,
    part: Spec,
    frame: pd.DataFrame,
    groups: pd.Series,
    rng: np.random.Generator,
) -> pd.Series:
    if "at_least" in part:
        values = values.clip(lower=frame[part["at_least"]].fillna(-np.inf))
    if "at_most" in part:
        values = values.clip(upper=frame[part["at_most"]].fillna(np.inf))
    for name, level in part.get("only", {}).items():
        values = values.where(frame[name] == level)
    if "missing" in part:
        values = values.mask(rng.random(len(values)) < groups.map(part["missing"]).fillna(0))
    return values


def _with_ineligible(frame: pd.DataFrame, spec: Spec, rng: np.random.Generator) -> pd.DataFrame:
    frame = frame.copy()
    first = sum(spec["sizes"].values())
    for part in spec["ineligible"]:
        rows = range(first, first + part["n"])
        first += part["n"]
        for name, value in part["set"].items():
            if isinstance(value, list):
                drawn = pd.Series(rng.uniform(value[0], value[1], part["n"]))
                frame.loc[rows, name] = _rounded(drawn, spec["variables"][name]).to_numpy()
            else:
                frame.loc[rows, name] = np.nan if value == "" else value
    return frame
