"""What a line of text says by itself: a statistic with its p, an estimate in its interval."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from analyses.manuscripts.estimates import estimates
from analyses.manuscripts.passages import LEVEL, TELLING, plain, slip
from analyses.manuscripts.rates_in_order import in_order
from analyses.manuscripts.source import Source
from analyses.printed import arithmetic
from analyses.printed.chi_square import p_of_statistic
from analyses.printed.number import Printed, numbers_in, read_printed
from analyses.printed.outcome import Finding, Outcome, p_words

_V = r"\d*[.,·]?\d+"
_P = rf"[,;]\s*p\s*(?P<p>(?:[=<>]\s*){_V})"
_CHI = re.compile(
    rf"(?i)(?:χ²|χ2|\bchi-?squared?|(?<!\w)Q)\s*(?:\((?P<df1>\d+)(?:,\s*n\s*=\s*\d+)?\))?"
    rf"\s*=\s*(?P<v>{_V})(?:[,;]\s*df\s*=\s*(?P<df2>\d+))?{_P}"
)
_T = re.compile(rf"(?<![\w-])(?P<name>[tFz])\s*(?:\((?P<df>[\d.,\s]+)\))?\s*=\s*-?(?P<v>{_V}){_P}")
#: Levels of intervals that papers mean.
LEVELS = (50.0, 68.0, 80.0, 90.0, 95.0, 97.5, 98.0, 99.0, 99.9)
OF_STATISTIC = "p of a test statistic"
ADJUSTED = "the p is two-sided, of this statistic, and not adjusted"


def said(source: Source, decimal: str) -> list[Finding]:
    """Check the lines of a manuscript, each against itself.

    Parameters
    ----------
    source
        A manuscript: its paragraphs, and the notes below its tables.
    decimal
        The decimal sign.
    """
    lines = [("Text", f"text.p{i}", plain(w)) for i, w in enumerate(source.paragraphs, start=1)]
    for t in source.tables:
        lines += [(t.place, f"{t.place}.note{i}", plain(w)) for i, w in enumerate(t.notes, start=1)]
    checks: Sequence[Callable[[str, str], Iterator[tuple[int, int, Outcome]]]]
    checks = (_statistics, estimates, in_order)
    found = []
    for place, address, words in lines:
        for start, end, outcome in (one for check in checks for one in check(words, decimal)):
            what = f"… {words[max(0, start - 40) : end].strip()}"
            found.append(Finding(f"{address}_{start}", place, what, outcome))
    return found + _levels(lines)


def _statistics(words: str, decimal: str) -> Iterator[tuple[int, int, Outcome]]:
    """χ² = 8.56, df = 1, p = 0.003; t(34) = 2.10, p = .043; F(2, 30) = 3.40, p = .047."""
    for found in _CHI.finditer(words):
        df = found["df1"] or found["df2"]
        if df:
            p, statistic = _read(found["p"], decimal), _read(found["v"], decimal)
            outcome = p_of_statistic(p, statistic, int(df))
            yield found.start(), found.end(), _assuming(outcome)
    for found in _T.finditer(words):
        tail = _tail(found["name"], found["df"] or "")
        if tail is not None:
            outcome = _p_of(_read(found["p"], decimal), _read(found["v"], decimal), *tail)
            yield found.start(), found.end(), _assuming(outcome)


def _assuming(outcome: Outcome) -> Outcome:
    return outcome if outcome.verdict.holds else outcome.assuming(ADJUSTED)


def _read(words: str, decimal: str) -> Printed:
    number = read_printed(words.replace("=", " "), decimal)
    return replace(number, comparator=words[0] if words[0] in "<>" else number.comparator)


def _tail(name: str, freedom: str) -> tuple[Callable[[float], float], str] | None:
    """The two-sided p of a statistic, and its line of R."""
    from cohort_stats.distributions import f_tail, normal_two_sided, t_two_sided

    df = [float(x) for x in re.findall(r"\d+(?:\.\d+)?", freedom)]
    if name == "z" and not df:
        return normal_two_sided, "2 * pnorm(-abs({}))"
    if name == "t" and len(df) == 1:
        return lambda x: t_two_sided(x, df[0]), f"2 * pt(-abs({{}}), {df[0]:g})"
    if name == "F" and len(df) == 2:
        line = f"pf({{}}, {df[0]:g}, {df[1]:g}, lower.tail = FALSE)"
        return lambda x: f_tail(x, df[0], df[1]), line
    return None


def _p_of(p: Printed, statistic: Printed, tail: Callable[[float], float], r: str) -> Outcome:
    exact, *ends = (tail(max(0.0, x)) for x in (statistic.value, *statistic.interval()))
    line = r.format(f"{statistic.value:g}")
    how = f"statistic {statistic}: p = {p_words(exact, p.decimals)}"
    return arithmetic.judged(OF_STATISTIC, p, exact, (ends[0], ends[1]), how, line)


def _levels(lines: Sequence[tuple[str, str, str]]) -> list[Finding]:
    """A level of an interval that is a slip from the one that the paper prints else."""
    printed = [
        (place, address, number, start, words)
        for place, address, words in lines
        for number, start in numbers_in(words)
        if LEVEL.match(words, words.find(number.text, start) + len(number.text))
    ]
    counted = Counter(number.text for _, _, number, _, _ in printed)
    if not counted:
        return []
    usual, times = counted.most_common(1)[0]
    common = read_printed(usual)
    return [
        Finding(
            f"{address}_{start}", place, f"… {words[max(0, start - 40) : start + 9].strip()}",
            replace(
                arithmetic.same(number, common), how=f"{number}% here, {common}% {times} times else"
            ).assuming("all intervals are of one level"),
        )
        for place, address, number, start, words in printed
        if number.value not in LEVELS and times > TELLING and slip(number, common)
    ]  # fmt: skip
