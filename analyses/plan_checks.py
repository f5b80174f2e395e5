"""Whether the names in a plan exist: variables, levels, groups, endpoints, steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses import schema
from analyses.compare_checks import compare_problems
from analyses.competing_checks import competing_problems
from analyses.derived_checks import derived_problems
from analyses.derived_order import steps_behind
from analyses.entry_checks import entry_problems, fitting_problems
from analyses.pair_checks import pair_problems
from analyses.plan_names import LEVELS, NUMBERS, Names
from cohort_stats.problem import Problem, suggestion

#: What the results call the patient flow and the counts of derived variables.
RESERVED = ("flow", "derived")


def check_names(file: schema.PlanFile) -> list[Problem]:
    """Every name in a plan that points nowhere, or at a variable of the wrong type."""
    return list(_Checks(file).problems())


class _Checks(Names):
    def problems(self) -> Iterator[Problem]:
        yield from self._twice()
        yield from derived_problems(self)
        for i, rule in enumerate(self.file.rules, start=1):
            yield from self._rule(f"rules[{i}]", rule)
        for i, exclusion in enumerate(self.file.exclusions, start=1):
            yield from self.condition(f"exclusions[{i}]", exclusion)
            if steps_behind(exclusion.variable, self.file):
                found = f"'{exclusion.variable}', whose threshold a step finds"
                expected = "a variable that is known before the first step"
                yield Problem(f"exclusions[{i}].variable", "", expected, found)
        for name, group in self.file.groups.items():
            yield from self._group(f"groups.{name}", group)
        for name, endpoint in self.file.endpoints.items():
            yield from self._endpoint(f"endpoints.{name}", endpoint)
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
            if step.id in RESERVED:
                yield Problem(f"steps[{i}].id", "", "an id of its own", f"'{step.id}'")
        for name in self.file.derived:
            if name in self.file.variables:
                yield Problem(
                    f"derived.{name}", "", "a new name", "the name of a column of the workbook"
                )
        ids = [n for n, v in self.file.variables.items() if v.type == "id"]
        if len(ids) > 1:
            yield Problem("variables", "", "one variable of type 'id'", ", ".join(ids))

    def _group(self, where: str, group: schema.GroupSection) -> Iterator[Problem]:
        wrong = list(self.variable(f"{where}.variable", group.variable, LEVELS))
        yield from wrong
        if not wrong:
            yield from self.levels(f"{where}.levels", group.variable, group.levels)

    def _endpoint(self, where: str, endpoint: schema.EndpointSection) -> Iterator[Problem]:
        yield from self.variable(f"{where}.time", endpoint.time, NUMBERS)
        if endpoint.follow_up:
            yield from self.variable(f"{where}.follow_up", endpoint.follow_up, NUMBERS)
        if endpoint.entry:
            yield from entry_problems(self, f"{where}.entry", endpoint)
        yield from self.condition(f"{where}.event", endpoint.event)
        if endpoint.competing is not None:
            wrong = list(self.condition(f"{where}.competing", endpoint.competing))
            yield from wrong or competing_problems(self, where, endpoint)

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
                yield from self.condition(where, condition)
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
            yield from self.variable(f"{where}.sum.total", rule.sum.total, NUMBERS)
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
                yield from self.variable(where, name, LEVELS)
            else:
                known = {**self.file.groups, **self.types}
                hint = suggestion(name, list(known))
                yield Problem(where, "", "a group or a variable", f"'{name}'", hint)

    def _step(
        self, where: str, step: schema.Step, done: Sequence[schema.Step]
    ) -> Iterator[Problem]:
        if step.on:
            earlier = {s.id: s for s in done if s.kind == "match"}
            yield from self.one_of(
                f"{where}.on", "an earlier step of kind 'match'", step.on, earlier
            )
        if step.only is not None:
            yield from self.condition(f"{where}.only", step.only)
        if isinstance(step, schema.PoolStep):
            yield from self._pool(where, step)
        if isinstance(step, schema.GroupedStep):
            yield from self._by(f"{where}.by", step.by)
        if isinstance(step, schema.PairedStep | schema.TransitionStep):
            yield from pair_problems(self, where, step)
        if isinstance(step, schema.EndpointStep):
            what, known = "an endpoint", dict(self.file.endpoints)
            if isinstance(step, schema.CompetingStep):
                what = "an endpoint with a competing event (the key 'competing')"
                known = {name: e for name, e in known.items() if e.competing is not None}
            wrong = list(self.one_of(f"{where}.endpoint", what, step.endpoint, known))
            yield from wrong or fitting_problems(self, f"{where}.endpoint", step)
        if isinstance(step, schema.KaplanMeierStep) and step.strata:
            yield from self.variable(f"{where}.strata", step.strata, LEVELS)
        if isinstance(step, schema.CompareStep):
            yield from compare_problems(self, where, step)
        if isinstance(step, schema.ModelStep | schema.MatchStep):
            yield from self._covariates(where, step.covariates)
        if isinstance(step, schema.ModelStep):
            candidates = {c.variable: c for c in step.covariates}
            for k, name in enumerate(step.selection.covariates, start=1):
                place = f"{where}.selection.covariates[{k}]"
                yield from self.one_of(place, "a covariate of this step", name, candidates)
        if isinstance(step, schema.CoxStep):
            yield from self._strata(where, step)
        if isinstance(step, schema.LogisticStep | schema.RocStep | schema.ProportionStep):
            yield from self.condition(f"{where}.outcome", step.outcome)
        if isinstance(step, schema.MatchStep):
            yield from self.condition(f"{where}.treated", step.treated)
        if isinstance(step, schema.RocStep):
            yield from self.variable(f"{where}.marker", step.marker, NUMBERS)
        yield from self._cut_known(where, step, done)

    def _pool(self, where: str, step: schema.PoolStep) -> Iterator[Problem]:
        yield from self.variable(f"{where}.study", step.study)
        for word in ("events", "patients", "estimate", "low", "high", "se"):
            name = getattr(step, word)
            if name:
                yield from self.variable(f"{where}.{word}", name, NUMBERS)
        yield from self._covariates(where, step.moderators)

    def _covariates(
        self, where: str, covariates: Sequence[schema.CovariateSection]
    ) -> Iterator[Problem]:
        for k, covariate in enumerate(covariates, start=1):
            place, name = f"{where}.covariates[{k}]", covariate.variable
            wrong = list(self.variable(place, name))
            if not wrong and self.types[name] in ("id", "text", "date"):
                found = f"'{name}', which is of type '{self.types[name]}'"
                wrong = [Problem(place, "", "a number or a category", found)]
            yield from wrong
            if not wrong and covariate.reference:
                if self.types[name] in LEVELS:
                    yield from self.levels(f"{place}.reference", name, [covariate.reference])
                else:
                    yield Problem(f"{place}.reference", "", "no reference for a number", name)

    def _strata(self, where: str, step: schema.CoxStep) -> Iterator[Problem]:
        covariates = {c.variable for c in step.covariates}
        for k, name in enumerate(step.strata, start=1):
            yield from self.variable(f"{where}.strata[{k}]", name, LEVELS)
            if name in covariates:
                expected = "a variable that is no covariate of this step"
                yield Problem(f"{where}.strata[{k}]", "", expected, f"'{name}'")

    def _cut_known(
        self, where: str, step: schema.Step, done: Sequence[schema.Step]
    ) -> Iterator[Problem]:
        kinds, finished = {s.id: s.kind for s in self.file.steps}, {s.id for s in done}
        for name in _used_by(step, self.file):
            for at_step in steps_behind(name, self.file):
                if at_step in kinds and at_step not in finished:
                    found = f"'{name}', whose threshold comes from the step '{at_step}'"
                    yield Problem(where, "", f"to stand after '{at_step}'", found)


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def _used_by(step: schema.Step, file: schema.PlanFile) -> tuple[str, ...]:
    """Every variable a step looks at, needed or not."""
    used = [*variables_of(step, file)]
    if isinstance(step, schema.CompareStep):
        used += [row.variable for row in step.rows]
    if isinstance(step, schema.PairedStep):
        used += [name for pair in step.pairs for name in (pair.before, pair.after)]
    if isinstance(step, schema.ModelStep):
        used += [covariate.variable for covariate in step.covariates]
    if isinstance(step, schema.PoolStep):
        used += [moderator.variable for moderator in step.moderators]
        used += filter(None, (step.patients, step.low, step.high, step.se))
    return tuple(dict.fromkeys(used))


def variables_of(step: schema.Step, file: schema.PlanFile) -> dict[str, str]:
    """The variables a step needs, with what it needs them for."""
    needed: dict[str, str] = {}
    if step.only is not None:
        needed[step.only.variable] = "subgroup"
    if isinstance(step, schema.PoolStep):
        needed |= {step.study: "study", step.events or step.estimate: "estimate"}
        if step.events:
            needed[step.patients] = "patients"
        elif not step.se:
            needed |= {step.low: "interval", step.high: "interval"}
        elif not step.low:
            needed[step.se] = "standard error"
    if isinstance(step, schema.GroupedStep) and step.by:
        group = file.groups.get(step.by)
        needed[group.variable if group else step.by] = "group"
    if isinstance(step, schema.EndpointStep) and step.endpoint in file.endpoints:
        needed |= dict.fromkeys(file.endpoints[step.endpoint].variables, "endpoint")
    if isinstance(step, schema.CoxStep):
        needed |= dict.fromkeys(step.strata, "stratum")
    if isinstance(step, schema.KaplanMeierStep) and step.strata:
        needed[step.strata] = "stratum"
    if isinstance(step, schema.LogisticStep | schema.RocStep | schema.ProportionStep):
        needed[step.outcome.variable] = "outcome"
    if isinstance(step, schema.TransitionStep):
        needed |= {step.before: "before", step.after: "after"}
    if isinstance(step, schema.MatchStep):
        needed[step.treated.variable] = "treatment"
        needed |= {c.variable: "covariate" for c in step.covariates}
    if isinstance(step, schema.RocStep):
        needed[step.marker] = "marker"
    if isinstance(step, schema.ModelStep):
        needed |= dict.fromkeys(step.selection.covariates, "specified covariate")
    return needed
