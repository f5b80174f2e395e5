"""Kinds of printed cells: which numbers one holds, in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analyses.printed.number import NOT_REACHED, Printed, misprinted, numbers_in

RATIOS = ("or", "hr", "rr", "shr")
#: Cells that hold no number of their own.
ABSENT = re.compile(r"(?i)[-–—−.…]*|n/?a|ref(erence)?\.?|1(\.0+)?\s*\(?ref(erence)?\.?\)?")
_SHARE = ("count", "percent")


@dataclass(frozen=True)
class Kind:
    """One kind of cell.

    Parameters
    ----------
    parts
        Names of its numbers in the order in which they are printed.
    example
        How such a cell looks.
    meaning
        What it is, for the documentation.
    """

    parts: tuple[str, ...]
    example: str
    meaning: str


KINDS: dict[str, Kind] = {
    "count": Kind(("count",), "35", "number of patients, lesions, events"),
    "percent": Kind(("percent",), "33.1%", "share of patients"),
    "count_percent": Kind(
        _SHARE, "19 (79.2)", "a count and its share; also 79.2% (n = 19), 19/24 (79.2%), 19/24"
    ),
    "count_percent_ci": Kind(
        (*_SHARE, "low", "high"), "4 (19.0; 7.7–40.0)", "the same with the interval of the share"
    ),
    "split": Kind(("count",), "34:20", "counts of the levels of one variable in one cell"),
    "n": Kind(("n",), "106", "how many were looked at"),
    "mean": Kind(("mean",), "61.1", "arithmetic mean"),
    "sd": Kind(("sd",), "12.2", "standard deviation"),
    "mean_sd": Kind(("mean", "sd"), "61.1 ± 12.2", "mean and standard deviation"),
    "mean_se": Kind(("mean", "se"), "61.1 ± 1.1", "mean and its standard error"),
    "mean_range": Kind(("mean", "low", "high"), "61.1 (31–83)", "mean, least and greatest"),
    "mean_ci": Kind(("mean", "low", "high"), "61.1 (59.0–63.2)", "mean with its interval"),
    "mean_sd_range": Kind(
        ("mean", "sd", "low", "high"), "61.7 ± 10.5, 31–83", "mean, deviation, least, greatest"
    ),
    "median": Kind(("median",), "63", "median"),
    "median_range": Kind(("median", "low", "high"), "63 (29–86)", "median, least and greatest"),
    "median_iqr": Kind(("median", "low", "high"), "63 (51–70)", "median and quartiles"),
    "median_ci": Kind(("median", "low", "high"), "30.7 (15.9–45.5)", "median with its interval"),
    "range": Kind(("low", "high"), "29–86", "least and greatest"),
    "p": Kind(("p",), "<0.001 *", "p-value; marks after it may name the test"),
    "ci": Kind(("low", "high"), "1.064–2.517", "interval, where the estimate has its own column"),
    "rate": Kind(("rate",), "81.6%", "survival, incidence or control at a time"),
    "rate_ci": Kind(("rate", "low", "high"), "81.6% (70.1–89.0)", "the same with its interval"),
    "auc": Kind(("auc",), "0.642", "area under a ROC curve"),
    "auc_ci": Kind(("auc", "low", "high"), "0.69 (0.55–0.83)", "the same with its interval"),
    "share": Kind(("share",), "0.863", "sensitivity, specificity, predictive value; 86.3% as well"),
    "cutoff": Kind(("cutoff",), "42.8", "threshold of a marker"),
    "beta": Kind(("beta",), "−0.0178", "regression coefficient"),
    "se": Kind(("se",), "0.0463", "its standard error"),
    "z": Kind(("z",), "−0.39", "z or Wald statistic"),
    "low": Kind(("low",), "0.97", "lower limit, where limits have columns of their own"),
    "high": Kind(("high",), "1.04", "upper limit"),
    "statistic": Kind(("statistic",), "4.75", "test statistic: chi-square, t, F, U"),
    "number": Kind(("number",), "540", "any other number: a time, a dose, R², I², an index"),
    "number_ci": Kind(("number", "low", "high"), "2.3 (1.1–3.5)", "the same with its interval"),
    "difference": Kind(("difference",), "−4.1", "difference of two numbers"),
    "difference_ci": Kind(
        ("difference", "low", "high"), "−4.1 (−6.0 to −2.2)", "the same with its interval"
    ),
}
for _ratio, _words in zip(
    RATIOS,
    ("odds ratio", "hazard ratio", "risk ratio", "subdistribution hazard ratio"),
    strict=True,
):
    KINDS[_ratio] = Kind(("estimate",), "1.637", _words)
    KINDS[f"{_ratio}_ci"] = Kind(
        ("estimate", "low", "high"), "1.637 (1.064–2.517)", f"{_words} with its interval"
    )
    KINDS[f"{_ratio}_ci_p"] = Kind(
        ("estimate", "low", "high", "p"),
        "1.637 (1.064–2.517) 0.025",
        f"{_words}, interval and p in one cell",
    )


def is_absent(cell: str) -> bool:
    """Whether a cell holds no number: empty, a dash, ``Reference``."""
    return ABSENT.fullmatch(cell.strip()) is not None


def read_cell(kind: str, cell: str, decimal: str = ".") -> Mapping[str, Printed]:
    """The numbers of a cell by the names of their parts.

    Parameters
    ----------
    kind
        A name of :data:`KINDS`.
    cell
        As printed; words between the numbers do not matter.
    decimal
        See :func:`analyses.printed.number.numbers_in`.

    Returns
    -------
    mapping
        Limits printed as ``NR``, ``n.r.``, ``NA`` or ``not reached`` are left out.

    Raises
    ------
    ValueError
        When the cell does not hold the numbers that its kind has.
    """
    if misprinted(cell, decimal):
        raise _unlike(kind, cell)
    numbers = [number for number, _ in numbers_in(cell, decimal)]
    if kind.startswith("count_percent"):
        return _share(numbers, kind, cell)
    if kind == "split":
        if len(numbers) > 1:
            return {f"count{i}": number for i, number in enumerate(numbers, start=1)}
        raise _unlike(kind, cell)
    parts = KINDS[kind].parts
    if len(numbers) < len(parts) and NOT_REACHED.search(cell):
        return _with_gaps(parts, kind, cell, decimal)
    if len(numbers) != len(parts):
        raise _unlike(kind, cell)
    return dict(zip(parts, numbers, strict=True))


def _unlike(kind: str, cell: str) -> ValueError:
    return ValueError(f"a cell like '{KINDS[kind].example}' ({kind}); found '{cell.strip()}'")


def _share(numbers: list[Printed], kind: str, cell: str) -> Mapping[str, Printed]:
    limits: dict[str, Printed] = {}
    if kind.endswith("_ci"):
        limits = dict(zip(("low", "high"), numbers[-2:], strict=False))
        numbers = numbers[:-2]
    over = re.search(r"\d\s*/\s*\d", cell) is not None
    percents = [n for n in numbers if n.percent]
    if len(numbers) == 2 and over and not percents:
        return {"count": numbers[0], "n": numbers[1], **limits}
    percent = percents[0] if percents else (numbers[-1] if numbers else None)
    rest = [n for n in numbers if n is not percent]
    if percent is None or len(rest) != (2 if over else 1) or any(n.whole is None for n in rest):
        raise _unlike(kind, cell)
    parts = dict(zip(("count", "n"), rest, strict=False))
    return {**parts, "percent": percent, **limits}


def _with_gaps(parts: tuple[str, ...], kind: str, cell: str, decimal: str) -> dict[str, Printed]:
    found: list[Printed | None] = []
    start = 0
    for gap in (*NOT_REACHED.finditer(cell), None):
        piece = cell[start : gap.start() if gap else len(cell)]
        found += [number for number, _ in numbers_in(piece, decimal)]
        if gap:
            found.append(None)
            start = gap.end()
    if len(found) != len(parts):
        raise _unlike(kind, cell)
    return {part: n for part, n in zip(parts, found, strict=True) if n is not None}
