"""How a number is distributed: histograms, box plots and violins as numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.groups import quartiles
from cohort_stats.comparing.rows import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.picturing.parts import described, parts_of
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Shape = Literal["histogram", "box", "violin"]
Bins = Literal["freedman-diaconis", "sturges"]

#: More bins than this are no picture.
MOST_BINS = 200
#: A box or a violin of fewer patients would suggest a shape that nobody can know.
FEWEST = 5
#: Beyond this many patients a group's points would be a smear.
MOST_POINTS = 200
GRID = 101
WHISKER = 1.5
RULES = {"freedman-diaconis": "Freedman and Diaconis’ rule", "sturges": "Sturges’ rule"}


def distributions(
    frame: pd.DataFrame,
    variables: Sequence[str],
    groups: pd.Series | None = None,
    *,
    shape: Shape,
    bins: Bins = "freedman-diaconis",
    width: float | None = None,
    points: bool = True,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Describe how numbers are distributed, in everybody and in each group.

    Parameters
    ----------
    frame
        One row a patient.
    variables
        Columns of numbers.
    groups
        A level for each patient; None for everybody together.
    shape
        ``histogram``, ``box`` or ``violin``.
    bins
        Rule for the width of a histogram's bins, rounded to 1, 2 or 5 times a power of ten;
        groups share their bins.
    width
        Width of a bin, instead of the rule.
    points
        Whether boxes and violins come with single values: all values of a group of at most 200
        patients, of more only those beyond a box's whiskers.
    conventions
        ``quartiles``.

    Returns
    -------
    Result
        For each variable (`term`), everybody and each group: n, missing, mean, sd, median, q1,
        q3, min, max. Of what is drawn: bin_from, bin_to and bin_count of each bin (`level`);
        whiskers; the density along the values (`time`); points in ascending order, so that
        their places do not tell whose they are.

    Raises
    ------
    ValueError
        When an argument has none of the allowed values, or a width would give more than 200 bins.

    Notes
    -----
    A value on an edge belongs to the bin above it. Whiskers are Tukey's: they reach the last
    value within 1.5 interquartile ranges of the box. Densities are Gaussian with Silverman's
    bandwidth, between the smallest and the largest value. A group of fewer than five patients
    has points only. R: ``hist(right = FALSE)``, ``boxplot``, ``density(bw = "nrd0")``.
    """
    conventions = as_conventions(conventions)
    must_be_one_of("shape", shape, get_args(Shape))
    must_be_one_of("bins", bins, get_args(Bins))
    parts, warnings = parts_of(frame, groups)
    numbers = [described(parts, variables, conventions)]
    for name in variables:
        drawn = {
            group: np.sort(part[name].dropna().to_numpy(dtype=float))
            for group, part in parts.items()
            if group != OVERALL or groups is None
        }
        every = np.concatenate([*drawn.values()])
        if shape == "histogram" and len(every):
            step = width or nice_width(every, bins)
            numbers.append(as_numbers(_histogram(name, drawn, every, step)))
            continue
        for group, values in drawn.items():
            found = _box_or_violin(values, shape, points, conventions)
            numbers.append(as_numbers([{**row, "group": group, "term": name} for row in found]))
    numbers = [part for part in numbers if len(part)]
    known = parts[OVERALL][[*variables]].notna().any(axis=1).sum()
    return Result(
        pd.concat(numbers, ignore_index=True), _words(shape, bins, width, points), int(known),
        len(frame) - int(known), conventions, warnings,
    )  # fmt: skip


def nice_width(values: Floats, rule: Bins) -> float:
    """Width of bins by a rule, rounded to 1, 2 or 5 times a power of ten.

    Where half of the values are equal, Freedman and Diaconis' rule has no width, and Sturges' is
    used. Whole numbers have bins of at least 1.
    """
    n, spread = len(values), float(values.max() - values.min())
    q1, q3 = np.quantile(values, [0.25, 0.75])
    wanted = 2 * float(q3 - q1) / n ** (1 / 3)
    if rule == "sturges" or wanted == 0:
        wanted = spread / math.ceil(math.log2(n) + 1)
    wanted = max(wanted, spread / (MOST_BINS / 2.5))
    whole = bool((values == np.round(values)).all())
    if wanted == 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    found = min((1, 2, 5, 10), key=lambda m: abs(math.log(m * power / wanted))) * power
    return max(found, 1.0) if whole else found


def bins_between(low: float, high: float, width: float) -> tuple[int, int]:
    """First and last bin, counted from zero in steps of the width."""
    first, last = (math.floor(v / width + 1e-9) for v in (low, high))
    if last - first >= MOST_BINS:
        raise ValueError(f"width must give at most {MOST_BINS} bins; got {last - first + 1}")
    return first, last


def _histogram(
    name: str, drawn: Mapping[str, Floats], every: Floats, width: float
) -> list[dict[str, object]]:
    first, last = bins_between(every.min(), every.max(), width)
    found = rows({"bin_width": width}, term=name, n_used=len(every))
    for group, values in drawn.items():
        places = np.floor(values / width + 1e-9).astype(int) - first
        counts = np.bincount(places, minlength=last - first + 1)
        for k, count in enumerate(counts.tolist()):
            low, high = (round((first + k + end) * width, 10) for end in (0, 1))
            found += rows(
                {"bin_from": low, "bin_to": high, "bin_count": count},
                group=group, term=name, level=str(k + 1), n_used=len(values),
            )  # fmt: skip
    return found


def _box_or_violin(
    values: Floats, shape: Shape, points: bool, conventions: Conventions
) -> list[dict[str, object]]:
    n = len(values)
    found: list[dict[str, object]] = []
    shown = values if points and n <= MOST_POINTS else values[:0]
    if n >= FEWEST and shape == "box":
        low, high = _whiskers(values, conventions)
        beyond = values[(values < low) | (values > high)]
        numbers = {"lower_whisker": low, "upper_whisker": high, "beyond_whiskers": len(beyond)}
        found += rows(numbers, n_used=n)
        shown = beyond if points and n > MOST_POINTS else shown
    if n >= FEWEST and shape == "violin":
        found += _density(values)
    for k, value in enumerate(shown.tolist(), start=1):
        found += rows({"point": value}, level=str(k), n_used=n)
    return found


def _whiskers(values: Floats, conventions: Conventions) -> tuple[float, float]:
    q1, _, q3 = quartiles(values, conventions)
    reach = WHISKER * (q3 - q1)
    within = values[(values >= q1 - reach) & (values <= q3 + reach)]
    return float(min(within.min(), q1)), float(max(within.max(), q3))


def _density(values: Floats) -> list[dict[str, object]]:
    q1, q3 = np.quantile(values, [0.25, 0.75])
    spreads = [s for s in (float(values.std(ddof=1)), float(q3 - q1) / 1.34) if s > 0]
    if not spreads:
        return []
    width = 0.9 * min(spreads) * len(values) ** -0.2
    at = np.linspace(values.min(), values.max(), GRID)
    # Values that repeat are weighed once: a column of whole numbers has few different ones.
    places, counts = np.unique(values, return_counts=True)
    heights = np.exp(-0.5 * ((at[:, None] - places) / width) ** 2) @ counts
    heights /= len(values) * width * math.sqrt(2 * math.pi)
    found = rows({"bandwidth": width}, n_used=len(values))
    for x, height in zip(at.tolist(), heights.tolist(), strict=True):
        found += rows({"density": height}, time=x, n_used=len(values))
    return found


def _words(shape: Shape, bins: Bins, width: float | None, points: bool) -> str:
    if shape == "histogram":
        rule = f"the width of its bins by {RULES[bins]}, rounded to 1, 2 or 5 times a power of ten"
        rule = f"bins of {width:g}" if width else rule
        return f"Histograms count by value, {rule}; a value on an edge is in the bin above."
    if shape == "box":
        words = (
            "Boxes show the median and the quartiles, whiskers the last value within 1.5 "
            "interquartile ranges of the box"
        )
    else:
        words = (
            "Violins show Gaussian kernel densities (Silverman’s bandwidth) with the median and "
            "the quartiles"
        )
    more = "single values are points, " if points else ""
    return f"{words}; {more}and groups of fewer than five have neither."
