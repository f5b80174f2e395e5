"""Several printed numbers that one computation gives together, under every reading of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

#: Of a reading: what it gives for each printed number, or from where to where.
Given = Sequence[float | tuple[float, float]]


def matched(
    check: str,
    printed: Sequence[Printed],
    readings: Mapping[str, Given],
    named: Sequence[str] = (),
    *,
    inputs: str = "",
    r: Mapping[str, str] | str = "",
    assumed: Sequence[str] = (),
) -> Outcome:
    """The verdict on numbers that are printed together, such as a ratio and its limits.

    Parameters
    ----------
    check
        Its name.
    printed
        As printed.
    readings
        Name of a reading, in words -> what it gives, in the order of `printed`: a number, or
        the ends of a range where the inputs are rounded.
    named
        Readings that the paper states; without any, the first.
    inputs
        What it was computed from, in words.
    r
        A line of R, or one for each reading.
    assumed
        What is taken for granted when nothing fits.

    Returns
    -------
    Outcome
        Reproduced by a reading that is stated, under a named convention by another; each that
        gives every printed number is an explanation.
    """
    text = ", ".join(x.text for x in printed)
    known = {name: given for name, given in readings.items() if all(map(_finite, given))}
    if not known or not printed:
        return not_checkable(check, text, f"cannot be computed: {inputs}")
    stated = [name for name in named if name in known] or [next(iter(known))]
    exact = [n for n, given in known.items() if _all(printed, given, "exact")]
    near = [n for n, given in known.items() if n not in exact and _all(printed, given, "near")]
    cut = [n for n, given in known.items() if n not in exact + near and _all(printed, given, "cut")]
    order = [*exact, *near, *cut]
    best = next((n for n in order if n in stated), order[0] if order else stated[0])
    if not order:
        verdict = Verdict.INCONSISTENT
    elif best not in stated or best in cut:
        verdict = Verdict.UNDER_CONVENTION
    else:
        verdict = Verdict.REPRODUCED if best in exact else Verdict.WITHIN_ROUNDING
    fits = [Explanation(n, _words(printed, known[n]), n) for n in [*exact, *near]]
    fits += [
        Explanation(f"{n}, cut off instead of rounded", _words(printed, known[n]), "truncation")
        for n in cut
    ]
    again = _words(printed, known[best])
    how = f"{inputs + '; ' if inputs else ''}{best}: {again}"
    line = r if isinstance(r, str) else r.get(best, "")
    rest = () if verdict.holds else tuple(assumed)
    return Outcome(check, verdict, text, again, how, line, tuple(fits), len(known), rest)


def _finite(given: float | tuple[float, float]) -> bool:
    ends = given if isinstance(given, tuple) else (given,)
    return not any(math.isnan(x) for x in ends)


def _all(printed: Sequence[Printed], given: Given, how: str) -> bool:
    return all(_fits(x, value, how) for x, value in zip(printed, given, strict=True))


def _fits(printed: Printed, given: float | tuple[float, float], how: str) -> bool:
    if isinstance(given, tuple):
        rounding = "truncation" if how == "cut" else "half"
        return how != "exact" and printed.meets(*given, rounding)
    return printed.covers(given, "truncation" if how == "cut" else "half")


def _words(printed: Sequence[Printed], given: Given) -> str:
    words = []
    for x, value in zip(printed, given, strict=True):
        digits = x.decimals + 1
        if isinstance(value, tuple):
            words.append(f"{decimals(value[0], digits)} to {decimals(value[1], digits)}")
        else:
            words.append(decimals(value, digits) if math.isfinite(value) else "infinite")
    return ", ".join(words)
