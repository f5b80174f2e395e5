"""Points of a digitised Kaplan–Meier curve with the numbers at risk below it, read from a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cohort_stats.problem import InputError, Problem, suggestion

COLUMNS = ("group", "time", "survival", "at_risk", "events")
NEEDED = ("time", "survival", "at_risk")
#: What the one group of a table without groups is called.
ALL = "All patients"
#: How far a curve may rise by the hand that digitised it.
RISE = 0.05
#: Above it a survival is in percent.
LARGEST_SHARE = 1.2


class CurveError(InputError):
    """A table that is no curve."""


@dataclass
class Curve:
    """One group's curve.

    Parameters
    ----------
    points
        Time and survival (from 0 to 1), ascending in time.
    at_risk
        Time and number at risk, ascending in time.
    events
        In all, where known.
    """

    points: list[tuple[float, float]] = field(default_factory=list)
    at_risk: list[tuple[float, int]] = field(default_factory=list)
    events: int | None = None


def read_curves(path: str | Path) -> dict[str, Curve]:
    """Curves by group.

    Parameters
    ----------
    path
        A table as text: ``time``, ``survival``, ``at_risk`` where one is printed, ``group``
        where there are several, ``events`` (of the whole group, once) where known.

    Returns
    -------
    dict
        In the order of the file.

    Raises
    ------
    CurveError
        With every mistake and its line.
    """
    path = Path(path)
    rows = _rows(path)
    problems: list[Problem] = []
    found: dict[str, Curve] = {}
    for line, row in rows:
        curve = found.setdefault(row.get("group") or ALL, Curve())
        problems += _take(curve, row, f"{path.name}, line {line}")
    for name, curve in found.items():
        _finish(curve, share=_largest(found) <= LARGEST_SHARE)
        problems += _problems(curve, f"{path.name}, {name}")
    if problems:
        raise CurveError(problems)
    return found


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        found = "another encoding" if path.is_file() else "no such file"
        raise CurveError([Problem(path.name, "", "a table as UTF-8 text", found)]) from None
    first = text.partition("\n")[0]
    mark = max("\t;,", key=first.count)
    read = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)]
    names = [re.sub(r"[\s_-]+", "_", cell.lower()) for cell in read[0]] if read else []
    unknown = [name for name in names if name not in COLUMNS]
    lacking = [name for name in NEEDED if name not in names]
    if unknown or lacking:
        expected = f"the headings {', '.join(NEEDED)}, and if needed group and events"
        told = f"'{', '.join(read[0]) if read else ''}'"
        hint = suggestion(unknown[0], lacking or COLUMNS) if unknown else ""
        raise CurveError([Problem(f"{path.name}, line 1", "", expected, told, hint)])
    decimal = "," if mark != "," else ""
    return [
        (
            line,
            {
                n: c.replace(decimal, ".") if decimal else c
                for n, c in zip(names, row, strict=False)
            },
        )
        for line, row in enumerate(read[1:], start=2)
        if any(row)
    ]


def _take(curve: Curve, row: Mapping[str, str], where: str) -> Iterator[Problem]:
    """Add a row to its curve; what is wrong with it."""
    numbers: dict[str, float] = {}
    for name in COLUMNS[1:]:
        words = row.get(name, "").rstrip("% ")
        try:
            numbers |= {name: float(words)} if words else {}
        except ValueError:
            yield Problem(where, name, "a number", f"'{row[name]}'")
            return
    if "time" not in numbers and {*numbers} - {"events"}:
        yield Problem(where, "time", "a number", "no value")
        return
    for name in ("at_risk", "events"):
        if name in numbers and (numbers[name] < 0 or numbers[name] % 1):
            yield Problem(where, name, "a whole number", f"'{row[name]}'")
    time = numbers.get("time", 0.0)
    if min(time, numbers.get("survival", 0.0)) < 0:
        yield Problem(where, "", "no number below 0", f"'{min(numbers.values()):g}'")
    if "survival" in numbers:
        curve.points.append((time, numbers["survival"]))
    if "at_risk" in numbers:
        curve.at_risk.append((time, round(numbers["at_risk"])))
    if "events" in numbers:
        curve.events = round(numbers["events"])


def _largest(found: Mapping[str, Curve]) -> float:
    return max((s for curve in found.values() for _, s in curve.points), default=0.0)


def _finish(curve: Curve, *, share: bool) -> None:
    curve.points = sorted(
        ((t, s if share else s / 100) for t, s in curve.points), key=lambda x: (x[0], -x[1])
    )
    curve.points = [(t, min(s, 1.0) if s < 1 + RISE else s) for t, s in curve.points]
    curve.at_risk.sort()


def _problems(curve: Curve, where: str) -> Iterator[Problem]:
    if len(curve.points) < 2:
        yield Problem(where, "survival", "two points of the curve or more", f"{len(curve.points)}")
        return
    if not curve.at_risk:
        yield Problem(where, "at_risk", "the number at risk at the beginning", "none")
        return
    (_, n), numbers = curve.at_risk[0], [n for _, n in curve.at_risk]
    if numbers != sorted(numbers, reverse=True) or n < 1:
        yield Problem(where, "at_risk", "numbers that do not rise", ", ".join(map(str, numbers)))
    times = [t for t, _ in curve.at_risk]
    if len({*times}) < len(times):
        yield Problem(where, "at_risk", "one number at each time", "two at the same")
    if curve.events is not None and curve.events > n:
        yield Problem(where, "events", f"at most {n}, as many as at risk", f"{curve.events}")
    yield from _shape(curve.points, where)


def _shape(points: Sequence[tuple[float, float]], where: str) -> Iterator[Problem]:
    least = 1.0
    for time, survival in points:
        if survival > 1:
            yield Problem(where, "survival", "at most 1, or 100%", f"{survival:g} at {time:g}")
            return
        if survival > least + RISE:
            told = f"{survival:g} at {time:g}, after {least:g}"
            yield Problem(where, "survival", "a curve that falls", told, "points of two groups?")
            return
        least = min(least, survival)
