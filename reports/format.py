"""How a number is printed: decided here once, so that it prints the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from reports.house_style import house_style
from reports.p_values import DASH, p_value

NOT_ESTIMABLE = "n.e."
MINUS = "−"
CUTOFF_DIGITS = 5
FEW = 100  # below so many patients percentages have no decimal
#: Kind of cell that sums up a number -> the statistics in it.
SUMMARIES = {
    "mean_sd": ("mean", "sd"),
    "median_quartiles": ("median", "q1", "q3"),
    "median_range": ("median", "min", "max"),
}


def number(value: float, decimals: int) -> str:
    """A number with a fixed number of decimals and a true minus sign."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS).replace(".", house_style().decimal)


def between(low: str, high: str) -> str:
    """Two limits, joined as the house style joins them; where one has a sign, by a word."""
    return f"{low}{' to ' if MINUS in low + high else house_style().dash}{high}"


def decimals_for(spread: float) -> int:
    """Decimals that a mean or median deserves, given how far the values spread."""
    if not math.isfinite(spread) or spread >= 100:
        return 0
    if spread >= 1:
        return 1
    return 2 if spread >= 0.1 else 3


def general(value: float, digits: int = 4) -> str:
    """A number with at most so many significant digits, and no needless zeros."""
    if not math.isfinite(value):
        return number(value, 0)
    if float(value).is_integer() and abs(value) < 1e6:
        return number(value, 0)
    size = math.floor(math.log10(abs(value))) if value else 0
    text, mark = number(value, max(0, digits - 1 - size)), house_style().decimal
    return text.rstrip("0").rstrip(mark) if mark in text else text


def count(value: float) -> str:
    """A whole number."""
    return NOT_ESTIMABLE if math.isnan(value) else f"{round(value)}"


def percent(value: float, n: float) -> str:
    """A percentage of n patients: no decimal below 100 patients, one from there on."""
    return DASH if math.isnan(value) else f"{number(value, 0 if n < FEW else 1)}%"


def count_percent(count_: float, percent_: float, n: float, largest: float = 0) -> str:
    """Count (per cent), with the decimals that the largest n of its row asks for."""
    if math.isnan(percent_):
        return DASH
    share = percent(percent_, max(n, largest))
    return f"{count(count_)} ({share if house_style().percent_sign else share.rstrip('%')})"


def row_decimals(kind: str, *values: float, whole: bool | None = None) -> int:
    """Decimals that a cell of kind ``mean_sd``, ``median_quartiles`` or ``median_range`` asks for.

    Quartiles and limits that are ``whole`` have none; if nothing is said, these values tell.
    """
    known = [v for v in values if math.isfinite(v)]
    if not known:
        return 0
    if kind == "mean_sd":
        return decimals_for(known[1] if len(known) > 1 and known[1] > 0 else abs(known[0]) / 10)
    if all(float(v).is_integer() for v in known) if whole is None else whole:
        return 0
    return max(1, decimals_for(known[-1] - known[1])) if max(map(abs, known)) < 1000 else 0


def summary_words(kind: str) -> str:
    """What heads a row of ``mean``, ``median``, ``range`` or ``count`` in the house style."""
    style = house_style()
    if kind == "mean":
        return style.mean_sd.format("mean", "SD")
    if kind == "range":
        return "median (range)"
    return f"median (Q1{style.dash}Q3)" if kind == "median" else style.count_percent


def mean_sd(mean: float, sd: float, decimals: int) -> str:
    """Mean ± standard deviation."""
    if math.isnan(mean):
        return DASH
    return house_style().mean_sd.format(number(mean, decimals), number(sd, decimals))


def median_quartiles(median: float, low: float, high: float, decimals: int) -> str:
    """Median (first to third quartile, or smallest to largest value)."""
    if math.isnan(median):
        return DASH
    return f"{number(median, decimals)} ({between(number(low, decimals), number(high, decimals))})"


def ratio(value: float, decimals: int = 2) -> str:
    """A ratio with two decimals; fewer when it is huge, a bound when it is tiny."""
    if not math.isfinite(value):
        return number(value, 2)
    if decimals > 2 and 0.5 < value < 2:
        return number(value, decimals)
    if value >= 1000:
        return ">1000" if value >= 1e5 else number(value, 0)
    if 0 < value < 0.005:
        return "<0.01"
    return number(value, 1 if value >= 100 else 2)


def ratio_interval(value: float, low: float, high: float) -> str:
    """A ratio with its 95% interval; three decimals when two would show no width."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    if math.isnan(low) and math.isnan(high):
        return f"{ratio(value)} ({NOT_ESTIMABLE})"
    decimals = 3 if high - low < 0.025 else 2
    return f"{ratio(value, decimals)} ({between(ratio(low, decimals), ratio(high, decimals))})"


def share_interval(value: float, low: float, high: float) -> str:
    """A probability as a percentage with its 95% interval."""
    if math.isnan(value):
        return DASH
    estimate = f"{number(100 * value, 1)}%"
    # An interval of no width, such as that of S(t) before the first event, is no certainty.
    if math.isnan(low) or math.isnan(high) or (value in (0, 1) and low == high):
        return f"{estimate} ({NOT_ESTIMABLE})"
    sign = "%" if house_style().percent_twice else ""
    return f"{estimate} ({between(number(100 * low, 1) + sign, number(100 * high, 1))}%)"


def time_interval(value: float, low: float, high: float) -> str:
    """A time, such as a median, with its 95% interval; ``n.r.`` when it was not reached."""
    known = [v for v in (value, low, high) if math.isfinite(v)]
    if not known:
        return "n.r."
    texts = [
        "n.r." if math.isnan(v) else number(v, _decimals_of(known)) for v in (value, low, high)
    ]
    if math.isnan(low) and math.isnan(high):
        return f"{texts[0]} ({NOT_ESTIMABLE})"
    return f"{texts[0]} ({between(*texts[1:])})"


def _decimals_of(known: Sequence[float]) -> int:
    """Decimals of a time and its limits, so that all have the same."""
    if all(float(v).is_integer() for v in known):
        return 0
    if len(known) == 1:
        return len(general(known[0]).partition(house_style().decimal)[2])
    return decimals_for(max(known) - min(known))


def value_interval(value: float, low: float, high: float) -> str:
    """A value on its own scale with its 95% interval."""
    if math.isnan(low) and math.isnan(high):
        return general(value, CUTOFF_DIGITS)
    mark = house_style().decimal
    own, *others = (len(general(v, CUTOFF_DIGITS).partition(mark)[2]) for v in (value, low, high))
    shown = max(own, min(2, max(others)))
    texts = [number(v, shown) for v in (value, low, high)]
    return f"{texts[0]} ({between(*texts[1:])})"


def estimate_interval(value: float, low: float, high: float, decimals: int | None = None) -> str:
    """A mean or rate with its 95% interval.

    All with the decimals that the interval's width deserves, or with those of its column.
    """
    if math.isnan(value):
        return NOT_ESTIMABLE
    if math.isnan(low) and math.isnan(high):
        return f"{general(value)} ({NOT_ESTIMABLE})"
    shown = decimals_for(high - low) if decimals is None else decimals
    texts = [number(v, shown) for v in (value, low, high)]
    return f"{texts[0]} ({between(*texts[1:])})"


def signed_interval(value: float, low: float, high: float) -> str:
    """A difference on its own scale with its 95% interval, limits joined by a word."""
    if math.isnan(value) or (math.isnan(low) and math.isnan(high)):
        return estimate_interval(value, low, high)
    return change_interval(value, low, high, decimals_for(high - low))


def area_interval(value: float, low: float, high: float) -> str:
    """An area under a curve with its 95% interval: three decimals, as it lies within 0 to 1."""
    return f"{number(value, 3)} ({between(number(low, 3), number(high, 3))})"


def area_difference(value: float, low: float, high: float) -> str:
    """A difference of areas with its 95% interval: three decimals, limits joined by a word."""
    if math.isnan(low) or math.isnan(high):
        return f"{number(value, 3)} ({NOT_ESTIMABLE})"
    return f"{number(value, 3)} ({number(low, 3)} to {number(high, 3)})"


def change_interval(value: float, low: float, high: float, decimals: int) -> str:
    """A change, which may be negative, with its limits or quartiles: ``−2.1 (−3.9 to −0.3)``."""
    if math.isnan(value):
        return DASH
    if math.isnan(low) or math.isnan(high):
        return number(value, decimals)
    return f"{number(value, decimals)} ({number(low, decimals)} to {number(high, decimals)})"


def points_interval(value: float, low: float, high: float) -> str:
    """A difference of probabilities in percentage points, with its 95% interval."""
    if not math.isnan(value) and (math.isnan(low) or math.isnan(high)):
        return f"{number(100 * value, 1)} ({NOT_ESTIMABLE})"
    return change_interval(100 * value, 100 * low, 100 * high, 1)


def difference(value: float) -> str:
    """A standardised difference: two decimals."""
    return DASH if math.isnan(value) else number(value, 2)


def coefficient_interval(value: float, low: float, high: float) -> str:
    """A regression coefficient with its 95% interval; three decimals where two would be 0.00."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    decimals = 2 if max(abs(low), abs(high)) >= 0.1 else 4
    return f"{number(value, decimals)} ({number(low, decimals)} to {number(high, decimals)})"


def share_percent(value: float) -> str:
    """A probability as a percentage with one decimal."""
    return DASH if math.isnan(value) else f"{number(100 * value, 1)}%"


def weight(value: float) -> str:
    """A study's share of all weight."""
    return DASH if math.isnan(value) else f"{number(value, 1)}%"


def mean_difference(value: float, low: float, high: float, decimals: int) -> str:
    """A difference of means with its 95% interval; ``to`` stands between limits with a sign."""
    if math.isnan(value):
        return DASH
    texts = [number(v, decimals) for v in (value, low, high)]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"


#: Kind of cell -> how its values are printed.
FORMATS: Mapping[str, Callable[..., str]] = {
    "text": str,
    "count": count,
    "count_percent": count_percent,
    "mean_sd": mean_sd,
    "median_quartiles": median_quartiles,
    "median_range": median_quartiles,
    "p": p_value,
    "ratio_interval": ratio_interval,
    "share_interval": share_interval,
    "time_interval": time_interval,
    "value_interval": value_interval,
    "area_interval": area_interval,
    "area_difference": area_difference,
    "estimate_interval": estimate_interval,
    "signed_interval": signed_interval,
    "difference": difference,
    "percent": share_percent,
    "decimals": number,
    "change_interval": change_interval,
    "points_interval": points_interval,
    "weight": weight,
    "coefficient_interval": coefficient_interval,
    "mean_difference": mean_difference,
    "number": general,
}
