"""A plan to begin with, drafted from the profile of an unknown table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from analyses.draft_mending import readable
from analyses.draft_outcomes import Outcome, open_time, outcomes
from analyses.draft_words import commented, fact, opening, study
from cohort_stats.describing.drafting import Draft, dictionary_toml, draft
from cohort_stats.describing.heading_words import spoken
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.toml_text import toml_value
from cohort_stats.dictionary import DataDictionary, Variable, fold_heading
from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import RawTable
from cohort_stats.validation import validate
from cohort_stats.wording import counted

if TYPE_CHECKING:
    import pandas as pd

DESCRIBED = ("number", "integer", "category", "ordered", "yesno")
LEVELS = ("category", "ordered", "yesno")
#: What a heading says of the groups that a study compares, and of what adjusts a model first.
GROUPED = re.compile(r"\b(groups?|arms?|treatment|trt|therapy|cohort)\b|군$|分组|组别")
FIRST = re.compile(r"\b(age|sex|gender)\b|나이|연령|성별|年龄|性别")
#: Groups that a table compares, levels of a covariate, events for each number of a model.
MOST_GROUPS, MOST_LEVELS, EVENTS_EACH = 4, 4, 10
#: Share of patients whose covariate may be unknown.
MOST_UNKNOWN = 0.2
NO_DOUBTS: Mapping[Outcome, Sequence[str]] = {}
EXAMPLE = """review: no outcome over time was recognised. If there is one, name its columns here
and take the marks off these lines.
[endpoints.os]
label = "Overall survival"
time = "NAME"   # a number: months until death or last contact
event = "NAME"  # yes or no: died
[[steps]]
id = "os_curves"
kind = "kaplan_meier"
title = "Overall survival"
endpoint = "os"
"""


def draft_plan(
    table: RawTable,
    profiles: Sequence[ColumnProfile],
    known: DataDictionary | None = None,
    *,
    key: str = "",
) -> str:
    """Write a whole plan file that describes every column of a table.

    Cells that cannot be read are declared to mean not known, a column with many of them or with a
    second one of its heading is left out, each with a line to review: the plan runs on its table.

    Where an event and its time are recognised, and the table keeps what they ask for (a time
    for each event), they become an endpoint with survival curves and, if there are enough
    events, a Cox model; else they are comments.

    Parameters
    ----------
    table
        The table as read.
    profiles
        What :func:`cohort_stats.describing.profile.profile` says of it.
    known
        A dictionary that exists already; see :func:`cohort_stats.describing.drafting.draft`.
    key
        Of the study; that of the file's name unless given.

    Returns
    -------
    str
        TOML. Lines that begin with ``# guessed:`` say what a column's cells look like, lines that
        begin with ``# review:`` what a user should decide. Without a number or category in the
        table the plan's step is a comment, and the plan cannot be run.
    """
    drafted = readable(table, profiles, draft(profiles, known))
    whole = _Draft(table, profiles, drafted, key)
    recognised = map(whole.with_time, outcomes(drafted.dictionary, profiles))
    against = {x: whole.against(x) for x in recognised}
    sound = [outcome for outcome, found in against.items() if not found]
    return whole.text(sound, {x: found for x, found in against.items() if found})


class _Draft:
    """A plan being written.

    Parameters
    ----------
    table, profiles
        As read, and described.
    drafted
        The dictionary of the same table.
    key
        Of the study; may be empty.
    """

    def __init__(
        self, table: RawTable, profiles: Sequence[ColumnProfile], drafted: Draft, key: str
    ):
        self.table, self.profiles, self.key = table, profiles, key
        self.drafted, self.dictionary = drafted, drafted.dictionary
        self.group = next((n for n, v in self.dictionary.items() if self._makes_groups(v)), "")

    @cached_property
    def frame(self) -> pd.DataFrame | None:
        """The patients, where every cell can be read as drafted."""
        return _frame(self.table, self.dictionary)

    def text(
        self, sound: Sequence[Outcome], doubts: Mapping[Outcome, Sequence[str]] = NO_DOUBTS
    ) -> str:
        """The plan, with these outcomes, and as comments those that the table is against."""
        parts = [
            opening(self.table, self.drafted),
            study(self.table, self.key),
            dictionary_toml(self.dictionary, self.drafted.comments, self._facts()),
            *(self._recognised(outcome) for outcome in sound),
            *(self._doubted(outcome, found) for outcome, found in doubts.items()),
            "" if sound or doubts else commented(EXAMPLE.splitlines()),
            self._patients(sound),
            *(step for outcome in sound for step in self._steps(outcome, sound)),
        ]
        return "\n".join(part for part in parts if part)

    def with_time(self, outcome: Outcome) -> Outcome:
        """An outcome with the time of those without the event, where that is another column."""
        if outcome.time and self._timeless(outcome):
            return replace(outcome, follow_up=open_time(self.dictionary, outcome))
        return outcome

    def against(self, outcome: Outcome) -> list[str]:
        """What the table has against an outcome: an event without a time, a date before another."""
        if outcome.time and not outcome.follow_up and self._timeless(outcome):
            return ["most patients without the event have no time"]
        without = {str(p) for p in _problems(self.table, self.text(()))}
        found = map(str, _problems(self.table, self.text((outcome,))))
        return [problem for problem in found if problem not in without]

    def _timeless(self, outcome: Outcome) -> bool:
        """Whether most patients without the event have no time."""
        frame = self.frame
        if frame is None:
            return False
        without = frame[outcome.event].notna() & (frame[outcome.event] != outcome.level)
        return bool(frame.loc[without, outcome.time].isna().mean() > 0.5)

    def _facts(self) -> Mapping[str, str]:
        """Variable -> what its cells look like, for those that were guessed."""
        facts = {}
        for name, variable in self.dictionary.items():
            found = self._profile(variable)
            if found is not None and name in self.drafted.comments:
                facts[name] = fact(found)
        return facts

    def _profile(self, variable: Variable) -> ColumnProfile | None:
        names = (variable.label, variable.heading, *variable.aliases)
        keys = {fold_heading(name) for name in names}
        return next((p for p in self.profiles if fold_heading(p.heading) in keys), None)

    def _makes_groups(self, variable: Variable) -> bool:
        named = GROUPED.search(spoken(variable.label)) is not None
        return named and variable.type in LEVELS and 2 <= len(variable.levels) <= MOST_GROUPS

    def _rows(self, sound: Sequence[Outcome]) -> list[str]:
        over_time = {name for outcome in sound for name in outcome.variables}
        described = [n for n, v in self.dictionary.items() if v.type in DESCRIBED]
        return [n for n in described if n not in over_time | {self.group}]

    def _patients(self, sound: Sequence[Outcome]) -> str:
        rows = self._rows(sound)
        if not rows:
            return (
                "# review: no column with numbers or levels was found; a plan needs at least one\n"
            )
        by = '# by = "NAME"  # compares the groups of a category'
        if self.group:
            by = f"by = {toml_value(self.group)}  # review: are these the groups to compare?"
        lines = [
            "[[steps]]",
            'id = "patients"',
            'kind = "compare"',
            f"title = {toml_value('Description of the patients')}",
            by,
            "rows = [",
            *(f"  {toml_value(name)}," for name in rows),
            "]",
        ]
        return "\n".join(lines) + "\n"

    def _steps(self, outcome: Outcome, sound: Sequence[Outcome]) -> Iterator[str]:
        by, title = [], outcome.label
        if self.group:
            by = [f"by = {toml_value(self.group)}"]
            title = f"{title} by {self.dictionary[self.group].label}"
        lines = [
            "[[steps]]",
            f'id = "{outcome.name}_curves"',
            'kind = "kaplan_meier"',
            f"title = {toml_value(title)}",
            f'endpoint = "{outcome.name}"',
            *by,
        ]
        yield "\n".join(lines) + "\n"
        covariates = self._covariates(outcome, sound)
        model = [
            "[[steps]]",
            f'id = "{outcome.name}_model"',
            'kind = "cox"',
            f"title = {toml_value(f'{outcome.label}: Cox regression')}",
            f'endpoint = "{outcome.name}"',
            f"covariates = {toml_value(covariates or ['NAME'])}",
            'selection = { rule = "all" }',
        ]
        n = counted(outcome.events, "event")
        if covariates:
            yield (
                f"# review: which covariates? With {n}, not many more than these.\n"
                + "\n".join(model)
                + "\n"
            )
        else:
            yield commented([f"review: {n}: too few for a model, or no covariate.", *model])

    def _covariates(self, outcome: Outcome, sound: Sequence[Outcome]) -> list[str]:
        """As many as the events carry: the groups, age and sex, then the table's order."""
        named = [n for n in self._rows(sound) if self._enters(self.dictionary[n])]
        named.sort(key=lambda n: FIRST.search(spoken(self.dictionary[n].label)) is None)
        left, chosen = outcome.events // EVENTS_EACH, []
        for name in [self.group] * bool(self.group) + named:
            cost = max(1, len(self.dictionary[name].levels) - 1)
            if cost <= left:
                chosen.append(name)
                left -= cost
        return chosen

    def _enters(self, variable: Variable) -> bool:
        found = self._profile(variable)
        if found is None or found.distinct < 2:
            return False
        known = found.filled - sum(n for _, n in found.missing)
        return known >= (1 - MOST_UNKNOWN) * found.rows and len(variable.levels) <= MOST_LEVELS

    def _recognised(self, outcome: Outcome) -> str:
        columns = ", ".join(f"'{self.dictionary[name].label}'" for name in outcome.variables)
        words = f"guessed: an outcome over time, from the headings {columns}"
        decide = f"review: is it the event, {counted(outcome.events, 'time')} '{outcome.level}'?"
        levels = [
            x.label for x in self.dictionary[outcome.event].levels if x.label != outcome.level
        ]
        if len(levels) > 1:
            decide += f" Not counted: {', '.join(levels)}."
        return commented([words, decide]) + outcome.toml()

    def _doubted(self, outcome: Outcome, found: Sequence[str]) -> str:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        lines = [
            f"review: an outcome over time? The table has this against it: {found[0]}{more}.",
            "When it is mended, take the marks off these lines.",
            *outcome.toml().splitlines(),
            *(line for step in self._steps(outcome, (outcome,)) for line in step.splitlines()),
        ]
        return commented(lines)


def _problems(table: RawTable, text: str) -> Sequence[Problem]:
    """What a check of the table by a drafted plan reports."""
    from analyses.plan import plan_from

    try:
        validate(table, plan_from(tomllib.loads(text)).dictionary)
    except CohortError as wrong:
        return wrong.problems
    return ()


def _frame(table: RawTable, dictionary: DataDictionary) -> pd.DataFrame | None:
    try:
        return validate(table, dictionary).frame
    except CohortError:
        return None
