"""Whether the names in a plan exist: variables, levels, groups, endpoints, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyses import schema
from cohort_stats.cells import Unreadable, level_reader
from cohort_stats.dictionary import YES_NO, Level, Variable
from cohort_stats.problem import Problem, suggestion

NUMBERS = ("number", "integer")
LEVELS = ("category", "ordered", "yesno")
DATES = ("date",)
WORDS = {NUMBERS: "a number", LEVELS: "a category or yes/no", DATES: "a date"}


def check_names(file: schema.PlanFile) -> list[Problem]:
    """Every name in a plan that points nowhere, or at a variable of the wrong type."""
    return list(_Names(file).problems())


class _Names:
    def __init__(self, file: schema.PlanFile):
        self.file = file
        self.types: dict[str, str] = {n: v.type for n, v in file.variables.items()}
        for name, section in file.derived.items():
            kind = {"cut": "ordered", "interval": "number", "event_by": "yesno"}
            given = next(k for k in kind if getattr(section, k) is not None)
            self.types[name] = kind[given]
        self.step_kinds = {step.id: step.kind for step in file.steps}

    def problems(self) -> Iterator[Problem]:
        yield from self._twice()
        for name, section in self.file.derived.items():
            yield from self._derived(f"derived.{name}", section)
        for i, rule in enumerate(self.file.rules, start=1):
            yield from self._rule(f"rules[{i}]", rule)
        for i, exclusion in enumerate(self.file.exclusions, start=1):
            yield from self._condition(f"exclusions[{i}]", exclusion)
        for name, group in self.file.groups.items():
            yield from self._group(f"groups.{name}", group)
        for name, endpoint in self.file.endpoints.items():
            where = f"endpoints.{name}"
            yield from self._variable(f"{where}.time", endpoint.time, NUMBERS)
            if endpoint.follow_up:
                yield from self._variable(f"{where}.follow_up", endpoint.follow_up, NUMBERS)
            yield from self._condition(f"{where}.event", endpoint.event)
        done: list[schema.Step] = []
        for i, step in enumerate(self.file.steps, start=1):
            yield from self._step(f"steps[{i}] ({step.id})", step, done)
            done.append(step)

    def _twice(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for i, step in enumerate(self.file.steps, start=1):
            if step.id in seen:
                yield Problem(f"steps[{i}].id", "", "an id used only once", f"'{step.id}' again")
            seen.add(step.id)
        for name in self.file.derived:
            if name in self.file.variables:
                yield Problem(
                    f"derived.{name}", "", "a new name", "the name of a column of the workbook"
                )
        ids = [n for n, v in self.file.variables.items() if v.type == "id"]
        if len(ids) > 1:
            yield Problem("variables", "", "one variable of type 'id'", ", ".join(ids))

    def _variable(
        self, where: str, name: str, types: Sequence[str] | None = None
    ) -> Iterator[Problem]:
        if name not in self.types:
            hint = suggestion(name, list(self.types))
            yield Problem(where, "", "a variable of the dictionary", f"'{name}'", hint)
        elif types is not None and self.types[name] not in types:
            words = WORDS[tuple(types)]
            yield Problem(where, "", words, f"'{name}', which is of type '{self.types[name]}'")

    def _name(
        self, where: str, what: str, name: str, known: Mapping[str, object]
    ) -> Iterator[Problem]:
        if name not in known:
            names = list(known)
            expected = f"{what}: one of {', '.join(names)}" if names else f"{what} (there are none)"
            yield Problem(where, "", expected, f"'{name}'", suggestion(name, names))

    def _levels(self, where: str, name: str, written: Sequence[str]) -> Iterator[Problem]:
        variable = self._described(name)
        read = level_reader(variable)
        for level in written:
            try:
                read(level)
            except Unreadable as reason:
                hint = suggestion(level, variable.labels)
                yield Problem(where, "", f"{reason.expected}", f"'{level}'", hint)

    def _described(self, name: str) -> Variable:
        derived = self.file.derived.get(name)
        if derived is not None and derived.cut is not None:
            levels = tuple(Level(label, label) for label in derived.cut.labels)
            return Variable(name, derived.label, "ordered", levels=levels)
        if self.types[name] == "yesno":
            return Variable(name, name, "yesno", levels=YES_NO)
        section = self.file.variables[name]
        items = section.levels
        pairs = items.items() if isinstance(items, dict) else zip(items, items, strict=True)
        levels = tuple(Level(code, label) for code, label in pairs)
        return Variable(name, section.label, section.type, levels=levels)

    def _condition(self, where: str, section: schema.ConditionSection) -> Iterator[Problem]:
        condition = section.condition
        wrong = list(self._variable(f"{where}.variable", section.variable))
        if wrong or condition.comparison == "missing":
            yield from wrong
            return
        by_level = condition.comparison in ("is", "is_not", "in")
        types = LEVELS if by_level else NUMBERS
        wrong = list(self._variable(f"{where}.variable", section.variable, types))
        yield from wrong
        if by_level and not wrong:
            value = condition.value
            written = list(value) if isinstance(value, tuple | list) else [str(value)]
            if written == ["yes"] and self.types[section.variable] != "yesno":
                labels = self._described(section.variable).labels
                name = section.variable
                expected = f'a comparison such as {{ variable = "{name}", is = "{labels[-1]}" }}'
                yield Problem(where, "", expected, f"'{name}', which is not a yes/no variable")
                return
            yield from self._levels(f"{where}.{condition.comparison}", section.variable, written)

    def _group(self, where: str, group: schema.GroupSection) -> Iterator[Problem]:
        wrong = list(self._variable(f"{where}.variable", group.variable, LEVELS))
        yield from wrong
        if not wrong:
            yield from self._levels(f"{where}.levels", group.variable, group.levels)

    def _derived(self, where: str, section: schema.DerivedSection) -> Iterator[Problem]:
        if section.cut is not None:
            yield from self._variable(f"{where}.cut.variable", section.cut.variable, NUMBERS)
            if section.cut.at_step:
                rocs = {s.id: s for s in self.file.steps if s.kind == "roc"}
                yield from self._name(
                    f"{where}.cut.at_step", "a step of kind 'roc'", section.cut.at_step, rocs
                )
        if section.interval is not None:
            yield from self._variable(f"{where}.interval.from", section.interval.from_, DATES)
            yield from self._variable(f"{where}.interval.to", section.interval.to, DATES)
        if section.event_by is not None:
            name = section.event_by.endpoint
            yield from self._name(
                f"{where}.event_by.endpoint", "an endpoint", name, self.file.endpoints
            )

    def _rule(self, where: str, rule: schema.RuleSection) -> Iterator[Problem]:
        """Rules are about columns of the workbook: derived variables come after them."""
        names = [*rule.order]
        if rule.sum is not None:
            names = [rule.sum.total, *rule.sum.parts]
        conditions = [*rule.at_most_one]
        if rule.needs is not None:
            names, conditions = [rule.needs.variable], [rule.needs.when]
        for name in [*names, *(c.variable for c in conditions)]:
            if name not in self.file.variables:
                hint = suggestion(name, list(self.file.variables))
                yield Problem(where, "", "a column of the workbook", f"'{name}'", hint)
        for condition in conditions:
            if condition.variable in self.file.variables:
                yield from self._condition(where, condition)
        yield from self._rule_types(where, rule)

    def _rule_types(self, where: str, rule: schema.RuleSection) -> Iterator[Problem]:
        kinds = {self.types.get(name, "") for name in rule.order} - {""}
        if not (kinds <= {"date"} or kinds <= {*NUMBERS}):
            yield Problem(
                f"{where}.order", "", "dates only, or numbers only", ", ".join(rule.order)
            )
        if rule.sum is None:
            return
        if rule.sum.total in self.file.variables:
            yield from self._variable(f"{where}.sum.total", rule.sum.total, NUMBERS)
        for name in rule.sum.parts:
            section = self.file.variables.get(name)
            codes = section.levels if section and isinstance(section.levels, dict) else {}
            numbers = section is None or section.type in NUMBERS
            if not numbers and not (codes and all(_is_number(code) for code in codes)):
                expected = "a number, or levels whose codes are their points"
                yield Problem(f"{where}.sum.parts", "", expected, f"'{name}'")

    def _by(self, where: str, name: str) -> Iterator[Problem]:
        if name and name not in self.file.groups:
            if name in self.types:
                yield from self._variable(where, name, LEVELS)
            else:
                known = {**self.file.groups, **self.types}
                hint = suggestion(name, list(known))
                yield Problem(where, "", "a group or a variable", f"'{name}'", hint)

    def _step(
        self, where: str, step: schema.Step, done: Sequence[schema.Step]
    ) -> Iterator[Problem]:
        if step.on:
            earlier = {s.id: s for s in done if s.kind == "match"}
            yield from self._name(
                f"{where}.on", "an earlier step of kind 'match'", step.on, earlier
            )
        if step.only is not None:
            yield from self._condition(f"{where}.only", step.only)
        if isinstance(step, schema.CompareStep | schema.KaplanMeierStep):
            yield from self._by(f"{where}.by", step.by)
        if isinstance(step, schema.KaplanMeierStep | schema.CoxStep):
            yield from self._name(
                f"{where}.endpoint", "an endpoint", step.endpoint, self.file.endpoints
            )
        if isinstance(step, schema.CompareStep):
            for k, row in enumerate(step.rows, start=1):
                yield from self._variable(f"{where}.rows[{k}]", row.variable)
                if self.types.get(row.variable) in ("id", "text", "date"):
                    found = f"'{row.variable}', which is of type '{self.types[row.variable]}'"
                    yield Problem(f"{where}.rows[{k}]", "", "a number or a category", found)
        if isinstance(step, schema.CoxStep | schema.LogisticStep | schema.MatchStep):
            yield from self._covariates(where, step.covariates)
        if isinstance(step, schema.CoxStep | schema.LogisticStep):
            candidates = {c.variable: c for c in step.covariates}
            for k, name in enumerate(step.selection.covariates, start=1):
                place = f"{where}.selection.covariates[{k}]"
                yield from self._name(place, "a covariate of this step", name, candidates)
        if isinstance(step, schema.LogisticStep | schema.RocStep):
            yield from self._condition(f"{where}.outcome", step.outcome)
        if isinstance(step, schema.MatchStep):
            yield from self._condition(f"{where}.treated", step.treated)
        if isinstance(step, schema.RocStep):
            yield from self._variable(f"{where}.marker", step.marker, NUMBERS)
        yield from self._cut_known(where, step, done)

    def _covariates(
        self, where: str, covariates: Sequence[schema.CovariateSection]
    ) -> Iterator[Problem]:
        for k, covariate in enumerate(covariates, start=1):
            place, name = f"{where}.covariates[{k}]", covariate.variable
            wrong = list(self._variable(place, name))
            if not wrong and self.types[name] in ("id", "text", "date"):
                found = f"'{name}', which is of type '{self.types[name]}'"
                wrong = [Problem(place, "", "a number or a category", found)]
            yield from wrong
            if not wrong and covariate.reference:
                if self.types[name] in LEVELS:
                    yield from self._levels(f"{place}.reference", name, [covariate.reference])
                else:
                    yield Problem(f"{place}.reference", "", "no reference for a number", name)

    def _cut_known(
        self, where: str, step: schema.Step, done: Sequence[schema.Step]
    ) -> Iterator[Problem]:
        finished = {s.id for s in done}
        for name in variables_of(step, self.file):
            section = self.file.derived.get(name)
            cut = section.cut if section is not None else None
            if cut and cut.at_step in self.step_kinds and cut.at_step not in finished:
                found = f"'{name}', whose threshold comes from the step '{cut.at_step}'"
                yield Problem(where, "", f"to stand after '{cut.at_step}'", found)


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def variables_of(step: schema.Step, file: schema.PlanFile) -> dict[str, str]:
    """The variables a step needs, with what it needs them for."""
    needed: dict[str, str] = {}
    if step.only is not None:
        needed[step.only.variable] = "subgroup"
    if isinstance(step, schema.CompareStep | schema.KaplanMeierStep) and step.by:
        group = file.groups.get(step.by)
        needed[group.variable if group else step.by] = "group"
    if (
        isinstance(step, schema.KaplanMeierStep | schema.CoxStep)
        and step.endpoint in file.endpoints
    ):
        endpoint = file.endpoints[step.endpoint]
        needed[endpoint.event.variable] = needed[endpoint.time] = "endpoint"
        if endpoint.follow_up:
            needed[endpoint.follow_up] = "endpoint"
    if isinstance(step, schema.LogisticStep | schema.RocStep):
        needed[step.outcome.variable] = "outcome"
    if isinstance(step, schema.MatchStep):
        needed[step.treated.variable] = "treatment"
        needed |= {c.variable: "covariate" for c in step.covariates}
    if isinstance(step, schema.RocStep):
        needed[step.marker] = "marker"
    if isinstance(step, schema.CoxStep | schema.LogisticStep):
        needed |= dict.fromkeys(step.selection.covariates, "specified covariate")
    return needed
