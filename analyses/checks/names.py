"""What the names of a plan point at: the type, unit and levels of every variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyses.schema.derived import DerivedSection, IntervalSection, ScoreSection, SumSection
from analyses.schema.file import PlanFile
from analyses.schema.step import CovariateSection
from analyses.schema.words import ConditionSection
from cohort_stats.cells import Unreadable, level_reader
from cohort_stats.dictionary import YES_NO, Level, Variable
from cohort_stats.problem import Problem, suggestion
from cohort_stats.scores.catalogue import CATALOGUE

NUMBERS = ("number", "integer")
LEVELS = ("category", "ordered", "yesno")
DATES = ("date",)
ORDERED = ("ordered",)
TEXTS = ("category", "ordered", "yesno", "text")
MARKERS = (*NUMBERS, *ORDERED)
STUDY_NUMBERS = ("integer", "id", "text")
WORDS = {
    NUMBERS: "a number",
    LEVELS: "a category or yes/no",
    DATES: "a date",
    ORDERED: "an ordered category",
    MARKERS: "a number or an ordered category",
    TEXTS: "a category, yes/no or text",
    STUDY_NUMBERS: "a whole number, the id or a text",
}
#: The type of a variable whose definition is itself a mistake: nothing more is said of it.
UNKNOWN = "unknown"
TYPE_OF_KIND = {
    "cut": "ordered",
    "interval": "number",
    "event_by": "yesno",
    "recode": "category",
    "count": "integer",
    "any": "yesno",
    "all": "yesno",
    "sum": "number",
    "predicted": "number",
}


class Names:
    """The variables of a plan, and what is wrong with a name that points at one.

    Parameters
    ----------
    file
        The plan, every key checked.
    """

    def __init__(self, file: PlanFile):
        self.file = file
        self.types: dict[str, str] = {n: v.type for n, v in file.variables.items()}
        self.types |= {n: _type(section) for n, section in file.derived.items()}

    def variable(
        self, where: str, name: str, types: Sequence[str] | None = None
    ) -> Iterator[Problem]:
        """A name that is no variable, or one of the wrong type."""
        if name not in self.types:
            hint = suggestion(name, list(self.types))
            yield Problem(where, "", "a variable of the dictionary", f"'{name}'", hint)
        elif types is not None and self.types[name] not in (*types, UNKNOWN):
            words = WORDS[tuple(types)]
            yield Problem(where, "", words, f"'{name}', which is of type '{self.types[name]}'")

    def number(self, where: str, name: str) -> Iterator[Problem]:
        """A name that is no variable, or not a number."""
        return self.variable(where, name, NUMBERS)

    def marker(self, where: str, name: str) -> Iterator[Problem]:
        """A name that is no variable, or neither a number nor an ordered scale."""
        return self.variable(where, name, MARKERS)

    def with_levels(self, where: str, name: str) -> Iterator[Problem]:
        """A name that is no variable, or one without levels."""
        return self.variable(where, name, LEVELS)

    def ordered(self, where: str, name: str) -> Iterator[Problem]:
        """A name that is no variable, or one whose levels have no order."""
        return self.variable(where, name, ORDERED)

    def groups(self, where: str, name: str) -> Iterator[Problem]:
        """A name, if given, that is neither a group of the plan nor a variable with levels."""
        if not name or name in self.file.groups:
            return
        if name in self.types:
            yield from self.with_levels(where, name)
        else:
            hint = suggestion(name, [*self.file.groups, *self.types])
            yield Problem(where, "", "a group or a variable", f"'{name}'", hint)

    def covariates(self, where: str, covariates: Sequence[CovariateSection]) -> Iterator[Problem]:
        """Covariates that are no number or category, or whose reference is no level."""
        seen: set[str] = set()
        for k, covariate in enumerate(covariates, start=1):
            place, name = f"{where}.covariates[{k}]", covariate.variable
            wrong = list(self.variable(place, name))
            if name in seen:
                wrong.append(Problem(place, "", "each covariate only once", f"'{name}' again"))
            seen.add(name)
            if not wrong and self.types[name] in ("id", "text", "date"):
                found = f"'{name}', which is of type '{self.types[name]}'"
                wrong = [Problem(place, "", "a number or a category", found)]
            yield from wrong
            if not wrong and covariate.knots and self.types[name] not in (*NUMBERS, UNKNOWN):
                found = f"'{name}', which is of type '{self.types[name]}'"
                yield Problem(f"{place}.knots", "", "knots of a number", found)
            if not wrong and covariate.reference:
                if self.types[name] in LEVELS:
                    yield from self.levels(f"{place}.reference", name, [covariate.reference])
                else:
                    yield Problem(f"{place}.reference", "", "no reference for a number", name)

    def one_of(
        self, where: str, what: str, name: str, known: Mapping[str, object]
    ) -> Iterator[Problem]:
        """A name that is none of those known."""
        if name not in known:
            names = list(known)
            expected = f"{what}: one of {', '.join(names)}" if names else f"{what} (there are none)"
            yield Problem(where, "", expected, f"'{name}'", suggestion(name, names))

    def levels(self, where: str, name: str, written: Sequence[str]) -> Iterator[Problem]:
        """Levels that a categorical variable does not have."""
        variable = self.described(name)
        if not variable.levels:
            return
        read = level_reader(variable)
        for level in written:
            try:
                read(level)
            except Unreadable as reason:
                hint = suggestion(level, variable.labels)
                yield Problem(where, "", f"{reason.expected}", f"'{level}'", hint)

    def described(self, name: str) -> Variable:
        """A categorical variable with its levels; without them where they are not known."""
        if self.types[name] == "yesno":
            return Variable(name, name, "yesno", levels=YES_NO)
        derived = self.file.derived.get(name)
        if derived is not None:
            levels = tuple(Level(label, label) for label in _labels(derived))
            return Variable(name, derived.label, "ordered", levels=levels)
        section = self.file.variables[name]
        items = section.levels
        pairs = items.items() if isinstance(items, dict) else zip(items, items, strict=True)
        levels = tuple(Level(code, label) for code, label in pairs)
        return Variable(name, section.label, section.type, levels=levels)

    def unit(self, name: str) -> str:
        """The unit of a number, of the file or derived; empty when there is none."""
        if name in self.file.variables:
            return self.file.variables[name].unit
        body = self.file.derived[name].body
        if isinstance(body, IntervalSection):
            return body.unit
        if isinstance(body, ScoreSection) and body.name in CATALOGUE:
            return CATALOGUE[body.name].definition.unit.partition(",")[0]
        if isinstance(body, SumSection) and body.of[0] in self.file.variables:
            return self.unit(body.of[0])
        return ""

    def condition(self, where: str, section: ConditionSection) -> Iterator[Problem]:
        """What is wrong with a comparison: its variable, the type, the levels."""
        condition = section.condition
        wrong = list(self.variable(f"{where}.variable", section.variable))
        if wrong or condition.comparison == "missing":
            yield from wrong
            return
        by_level = condition.comparison in ("is", "is_not", "in")
        types = LEVELS if by_level else NUMBERS
        wrong = list(self.variable(f"{where}.variable", section.variable, types))
        yield from wrong
        if by_level and not wrong and self.types[section.variable] != UNKNOWN:
            value = condition.value
            written = list(value) if isinstance(value, tuple | list) else [str(value)]
            if written == ["yes"] and self.types[section.variable] != "yesno":
                labels = self.described(section.variable).labels
                name = section.variable
                expected = f'a comparison such as {{ variable = "{name}", is = "{labels[-1]}" }}'
                yield Problem(where, "", expected, f"'{name}', which is not a yes/no variable")
                return
            yield from self.levels(f"{where}.{condition.comparison}", section.variable, written)


def _type(section: DerivedSection) -> str:
    if section.score is None:
        return TYPE_OF_KIND[section.kind]
    if section.score.name not in CATALOGUE:
        return UNKNOWN
    return "ordered" if CATALOGUE[section.score.name].levels else "number"


def _labels(section: DerivedSection) -> tuple[str, ...]:
    if section.cut is not None:
        return section.cut.labels
    if section.recode is not None:
        return section.recode.labels
    if section.score is not None and section.score.name in CATALOGUE:
        return CATALOGUE[section.score.name].levels
    return ()
