"""Numbers near the printed ones that would give a printed p: where a typing error may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyses.printed import tests_of_counts, tests_of_means
from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, p_words

#: How far a count may be from the printed one, and a group's size.
STEPS = (-1, 1, -2, 2)
MOST_MISSING = 3
MOST_CELLS = 12
MOST_SHOWN = 6


def near_counts(
    outcome: Outcome, p: Printed, table: tests_of_counts.Table, stated: Sequence[str] = (),
    *, complement: bool = False,
) -> Outcome:  # fmt: skip
    """Tell which other count would give a p that the printed counts do not give.

    Parameters
    ----------
    outcome
        Of the printed counts; what is not inconsistent is returned as it is.
    p, table, stated
        As :func:`~analyses.printed.tests_of_counts.p_of_counts` had them.
    complement
        Whether the second row are those who are left of groups of known size, so that it
        changes with the first.

    Returns
    -------
    Outcome
        The same verdict, with the neighbours that fit by a stated test, one count changed at
        a time, and how many were tried: with a p of two digits some fit by chance.
    """
    cells = len(table) * len(table[0])
    if outcome.verdict is not Verdict.INCONSISTENT or cells > MOST_CELLS:
        return outcome
    tests = [t for t in stated if t in tests_of_counts.WORDS] or ["chi-square", "fisher"]
    square = len(table) == 2 == len(table[0])
    tests = [t for t in tests if square or t not in tests_of_counts.TWO_BY_TWO]
    found, tried = [], 0
    for words, changed in _changed(table, complement):
        for test in tests:
            tried += 1
            again = tests_of_counts.p_under(test, changed)
            if p.covers(again):
                name = f"{words} ({tests_of_counts.WORDS[test]})"
                found.append(Explanation(name, p_words(again, p.decimals)))
    return _with(outcome, found, tried)


def _changed(
    table: tests_of_counts.Table, complement: bool
) -> Iterator[tuple[str, list[list[float]]]]:
    for step in STEPS:
        for i, row in enumerate(table):
            if complement and i:
                continue
            for j, count in enumerate(row):
                other = [list(r) for r in table]
                other[i][j] += step
                if complement:
                    other[1][j] -= step
                possible = min(k for r in other for k in r) >= 0
                rows, columns = [sum(r) for r in other], [sum(c) for c in zip(*other, strict=True)]
                if possible and min(rows) > 0 and min(columns) > 0:
                    yield f"a count of {count + step:g} instead of {count:g}", other


def near_sizes(
    outcome: Outcome,
    p: Printed,
    samples: Sequence[tests_of_means.Sample],
    stated: Sequence[str] = (),
) -> Outcome:
    """Tell which size of a group would give a p that the printed means do not give.

    Parameters
    ----------
    outcome
        Of the printed sizes; what is not inconsistent is returned as it is.
    p, samples, stated
        As :func:`~analyses.printed.tests_of_means.p_of_means` had them.
    """
    if outcome.verdict is not Verdict.INCONSISTENT:
        return outcome
    alias = {"student": "anova", "welch": "welch anova"} if len(samples) > 2 else {}
    known = ("anova", "welch anova") if alias else ("student", "welch")
    tests = [t for t in (alias.get(s, s) for s in stated) if t in known] or [known[0]]
    found, tried = [], 0
    for i, sample in enumerate(samples):
        for missing in range(1, MOST_MISSING + 1):
            if sample.n - missing < 2:
                continue
            other = [*samples]
            other[i] = replace(sample, n=sample.n - missing)
            for test in tests:
                tried += 1
                low, high = tests_of_means.p_span(test, other)
                if p.meets(low, high):
                    again = p_words(tests_of_means.p_under(test, other), p.decimals)
                    words = f"{sample.n - missing:g} instead of {sample.n:g} patients with a value"
                    found.append(Explanation(f"{words} ({tests_of_means.WORDS[test]})", again))
    wider = [s.n**0.5 for s in samples]
    for test in tests:
        tried += 1
        p_again = _p_of_errors(test, samples, wider)
        if p.meets(*p_again):
            words = "standard errors, printed as deviations"
            found.append(Explanation(words, p_words(sum(p_again) / 2, p.decimals)))
    return _with(outcome, found, tried)


def _p_of_errors(
    test: str, samples: Sequence[tests_of_means.Sample], roots: Sequence[float]
) -> tuple[float, float]:
    """From where to where p lies if what is printed as deviations are standard errors."""
    ends = []
    for i in (0, 1):
        made = [
            replace(s, sd=replace(s.sd, value=max(s.sd.interval()[i], 0.0) * root))
            for s, root in zip(samples, roots, strict=True)
        ]
        ends.append(tests_of_means.p_under(test, made) if max(s.sd.value for s in made) else 0.0)
    return min(ends), max(ends)


def _with(outcome: Outcome, found: Sequence[Explanation], tried: int) -> Outcome:
    shown = (*outcome.explanations, *found[:MOST_SHOWN])
    return replace(outcome, explanations=shown, tried=outcome.tried + tried)
