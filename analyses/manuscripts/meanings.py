"""A number that text and table print alike, and call by names that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from analyses.manuscripts.entries import Entry
from analyses.manuscripts.passages import Together
from analyses.manuscripts.spoken import Spoken
from analyses.printed.outcome import Finding, Outcome, Verdict, decimals

CHECK = "name of a number"
TIME = "time of a rate"
GOOD = re.compile(r"(?i)surviv|[- ]free\b|freedom from|\balive|\bcontrol\b|without the event")
BAD = re.compile(r"(?i)mortality|\bdeaths?\b|\bdied|\bdead\b|failure|incidence|recurrence rate")
#: What the odds may be of, and what is its opposite.
OPPOSITES = (
    ("success", "failure"),
    ("survival", "death|dying|mortality"),
    ("local control|tumou?r control", "recurrence|progression|failure"),
    ("response", "non-?response|progression"),
    ("improvement", "worsening|deterioration"),
    ("ambulat", "non-?ambulat|loss of ambulation"),
)
_AT = re.compile(
    r"(?i)\b(?:at|after) (\d+(?:\.\d+)?)[ -](day|week|month|year)|(\d+)-(day|month|year)\b"
)
_HEADED = re.compile(r"(?i)\b(\d+(?:\.\d+)?)[ -](day|week|month|year)s?\b")


def named_otherwise(
    spoken: Spoken, group: Together, held: Sequence[Entry], titles: Mapping[str, str]
) -> Iterator[Finding]:
    """Survival called mortality, odds of success called odds of failure, another time.

    Parameters
    ----------
    spoken, group
        A paragraph, and numbers of it.
    held
        The entries of tables that print the same numbers.
    titles
        Of the tables.
    """
    before = spoken.sentence(group)
    headed = [f"{e.heading} {titles.get(e.place, '')} {' '.join(e.names)}" for e in held]
    number = group.numbers[0]
    outcomes = [_rate(before, headed, number.percent), _odds(before, headed), _time(before, held)]
    for outcome in outcomes:
        if outcome is not None:
            check, words, other, r = outcome
            again = decimals(100 - number.value, number.decimals) if check == CHECK and r else other
            line = r.replace("x", f"{number.value:g}")
            found = Outcome(check, Verdict.INCONSISTENT, number.text, again, words, line)
            found = found.assuming(f"the text speaks of {held[0].words}")
            address = f"text.p{spoken.at}_{group.start}_name"
            yield Finding(address, "Text", f"… {spoken.around(group)}", found, (held[0].address,))


def _rate(before: str, headed: Sequence[str], percent: bool) -> tuple[str, str, str, str] | None:
    """A share of the living that the text calls one of the dead, or the other way round."""
    said = _last(before)
    if not percent or said is None:
        return None
    for word, others in ((True, GOOD), (False, BAD)):
        opposite = BAD if word else GOOD
        if said is not word and all(others.search(h) and not opposite.search(h) for h in headed):
            name = "survival" if word else "mortality"
            here = "mortality" if word else "survival"
            return CHECK, f"called {here} in the text, {name} in the table", "", "100 - x"
    return None


def _last(before: str) -> bool | None:
    """Whether the words before a number speak of the living; None where of both or neither."""
    good, bad = GOOD.search(before), BAD.search(before)
    return None if bool(good) == bool(bad) else bool(good)


def _odds(before: str, headed: Sequence[str]) -> tuple[str, str, str, str] | None:
    """Odds of success in the text that are those of failure in the table."""
    said = re.search(r"(?i)\b(?:odds|risk|likelihood) of ([\w -]{3,60})", before)
    if said is None:
        return None
    for pair in OPPOSITES:
        for own, other in (pair, pair[::-1]):
            here = re.search(rf"(?i)\b(?:{own})", said[1])
            back = re.search(rf"(?i)\b(?:{other})", said[1])
            there = all(
                re.search(rf"(?i)\b(?:{other})", h) and not re.search(rf"(?i)\b(?:{own})", h)
                for h in headed
            )
            if here and not back and there:
                return CHECK, f"odds of {here[0]} in the text, of its opposite in the table", "", ""
    return None


def _time(before: str, held: Sequence[Entry]) -> tuple[str, str, str, str] | None:
    """A rate at another time than the column that has it."""
    said = [*_AT.finditer(before)]
    headed = {(m[1], m[2].lower()) for e in held for m in _HEADED.finditer(e.heading)}
    if len(said) != 1 or not headed:
        return None
    here = (said[0][1] or said[0][3], (said[0][2] or said[0][4]).lower())
    units = {unit for _, unit in headed}
    if here in headed or units != {here[1]}:
        return None
    there = " or ".join(sorted(value for value, _ in headed))
    return TIME, f"{here[0]} {here[1]}s in the text, {there} in the table", there, ""
