"""Outcomes over time that an unknown table seems to hold: an event, and the time until it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cohort_stats.describing.heading_words import spoken
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.toml_text import toml_value
from cohort_stats.dictionary import DataDictionary, Variable, fold_heading

DEAD = re.compile(r"^(dead|died|deceased|death|verstorben|tot)\b|^사망|^死亡")
ALIVE = re.compile(r"^(alive|living)\b|^생존$")
TIME_UNITS = re.compile(
    r"^(d|days?|mos?|months?|monate?|y|yrs?|years?|jahre?|tage?|개월|月|个月)$", re.IGNORECASE
)
ANY_TIME = re.compile(
    r"\b(time|survival|follow ?up|f u|fu|duration|os|pfs|dfs|rfs|überleben|nachbeobachtung)\b"
    r"|기간|추적|생존|随访"
)
OPEN_TIME = re.compile(r"\b(follow ?up|f u|fu|observation|nachbeobachtung)\b|추적|随访")
NO_FOLLOW_UP = re.compile(r"\b(operati|surg|procedure|stay|hospital|icu|an(a)?esthe)")
START = re.compile(
    r"\b(surgery|operation|op|operated|diagnosis|treatment|start|randomi[sz]ation|baseline)\b"
    r"|수술|진단|手术|诊断"
)
END = re.compile(r"\b(last|follow ?up|f u|fu|contact|seen)\b|추적|마지막|随访")

#: The derived time from the first date to the last.
INTERVAL = "months_followed"


@dataclass(frozen=True)
class Kind:
    """A kind of event, and the words for it and for its time."""

    name: str
    label: str
    event: re.Pattern[str]
    time: re.Pattern[str]


KINDS = (
    Kind(
        "death",
        "Overall survival",
        re.compile(
            r"\b(deaths?|dead|died|deceased|mortality|alive|vital|survival status|os event"
            r"|os status|verstorben|gestorben|tod)\b|사망|死亡"
        ),
        re.compile(r"\b(os|survival|death|überleben)\b|생존|사망"),
    ),
    Kind("progression", "", re.compile(r"\bprogress"), re.compile(r"\b(pfs|progress)")),
    Kind(
        "recurrence",
        "",
        re.compile(r"\b(recur|relapse)|재발|复发"),
        re.compile(r"\b(rfs|dfs|recur|relapse|disease free)|재발|复发"),
    ),
    Kind("failure", "", re.compile(r"\bfail"), re.compile(r"\bfail")),
    Kind("event", "", re.compile(r"^event\b"), re.compile(r"^time\b")),
)


@dataclass(frozen=True)
class Outcome:
    """An outcome over time that was recognised.

    Parameters
    ----------
    name, label
        Of the endpoint.
    event
        The column of the event.
    level
        The level that is the event.
    time
        The column of the time; empty where two dates give it.
    dates
        First and last date, where the time follows from them.
    events
        How many patients have the event.
    follow_up
        The column of the time of those without the event, where it is another.
    """

    name: str
    label: str
    event: str
    level: str
    time: str
    dates: tuple[str, ...]
    events: int
    follow_up: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns that it is made of."""
        return tuple(filter(None, (self.event, self.time, *self.dates, self.follow_up)))

    def toml(self) -> str:
        """The endpoint, with the interval that it rests on, as sections of a plan."""
        time, sections = self.time, []
        if self.dates:
            time = INTERVAL
            first, last = map(toml_value, self.dates)
            sections.append(
                f"[derived.{time}]\nlabel = {toml_value(f'Time to {self.name} or last contact')}\n"
                f'interval = {{ from = {first}, to = {last}, unit = "months" }}\n\n'
            )
        event = toml_value(self.event)
        if self.level != "Yes":
            event = f"{{ variable = {event}, is = {toml_value(self.level)} }}"
        sections.append(
            f"[endpoints.{self.name}]\nlabel = {toml_value(self.label)}\n"
            f"time = {toml_value(time)}\nevent = {event}\n"
        )
        if self.follow_up:
            sections.append(f"follow_up = {toml_value(self.follow_up)}\n")
        return "".join(sections)


def outcomes(dictionary: DataDictionary, profiles: Sequence[ColumnProfile]) -> tuple[Outcome, ...]:
    """The outcomes over time of a drafted dictionary, at most one of a kind.

    Parameters
    ----------
    dictionary
        As drafted.
    profiles
        Of the same table: how many have each level.
    """
    found: dict[str, Outcome] = {}
    for variable in sorted(dictionary.values(), key=lambda v: len(spoken(v.label).split())):
        for kind in KINDS[: 1 if variable.type == "category" else None]:
            level = _event_level(variable, kind)
            if not level:
                continue
            events = _count(variable, level, profiles)
            outcome = _outcome(dictionary, variable, kind, level, events)
            if outcome is not None:
                found.setdefault(kind.name, outcome)
            break
    return tuple(found[kind.name] for kind in KINDS if kind.name in found)


def _count(variable: Variable, level: str, profiles: Sequence[ColumnProfile]) -> int:
    names = (variable.label, variable.heading, *variable.aliases)
    keys = {fold_heading(name) for name in names}
    found = next((p for p in profiles if fold_heading(p.heading) in keys), None)
    return sum(x.count for x in found.levels if x.label == level) if found else 0


def _event_level(variable: Variable, kind: Kind) -> str:
    """The level of a column that is the event; empty where there is none."""
    if variable.type == "yesno":
        if kind.event.search(spoken(variable.label)) is None:
            return ""
        return "No" if ALIVE.search(spoken(variable.label)) else "Yes"
    if variable.type != "category":
        return ""
    labels = [x.label for x in variable.levels]
    words = [label for label in labels if len(label) > 1]
    if len(words) > 1 and len(words) < len(labels):  # N, O beside alive, dead: who died is open
        return ""
    return next((label for label in labels if DEAD.search(spoken(label))), "")


def _outcome(
    dictionary: DataDictionary,
    variable: Variable,
    kind: Kind,
    level: str,
    events: int,
) -> Outcome | None:
    time = _time(dictionary, kind)
    dates: tuple[str, ...] = ()
    if not time and kind.name == "death" and INTERVAL not in dictionary:
        dates = _dates(dictionary)
    if not time and not dates:
        return None
    label = kind.label or variable.label
    return Outcome(kind.name, label, variable.name, level, time, dates, events)


def _time(dictionary: DataDictionary, kind: Kind) -> str:
    times = [v for v in dictionary.values() if is_time(v)]
    others = [k.time for k in KINDS if k.name not in (kind.name, "event")]
    own = [v for v in times if kind.time.search(spoken(v.label))]
    free = [v for v in times if not any(other.search(spoken(v.label)) for other in others)]
    if kind.name != "death":
        return own[0].name if own else ""
    opened = [v for v in free if OPEN_TIME.search(spoken(v.label))]
    return next((v.name for v in (*own, *opened, *free)), "")


def open_time(dictionary: DataDictionary, outcome: Outcome) -> str:
    """Another column with the time of those without the event; empty where there is none."""
    times = [v for v in dictionary.values() if is_time(v) and v.name != outcome.time]
    return next((v.name for v in times if OPEN_TIME.search(spoken(v.label))), "")


def is_time(variable: Variable) -> bool:
    """Whether a column seems to hold the time until something."""
    if not variable.is_numeric:
        return False
    words = spoken(variable.label)
    named = ANY_TIME.search(words) is not None and NO_FOLLOW_UP.search(words) is None
    return named and (not variable.unit or TIME_UNITS.match(variable.unit) is not None)


def _dates(dictionary: DataDictionary) -> tuple[str, ...]:
    first, last = (tuple(_days(dictionary, words)) for words in (START, END))
    return (first[0], last[0]) if first and len(last) == 1 and first[0] != last[0] else ()


def _days(dictionary: DataDictionary, words: re.Pattern[str]) -> Iterator[str]:
    for variable in dictionary.values():
        if variable.type == "date" and words.search(spoken(variable.label)):
            yield variable.name
