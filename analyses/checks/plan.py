"""Whether the names in a plan exist: variables, levels, groups, endpoints, steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.checks.competing import competing_problems
from analyses.checks.derived import derived_problems
from analyses.checks.entry import entry_problems
from analyses.checks.imputing import imputation_problems
from analyses.checks.matching import sample_problems
from analyses.checks.names import LEVELS, NUMBERS, Names
from analyses.checks.report import report_problems
from analyses.derived_order import is_predicted, steps_behind
from analyses.schema.file import EndpointSection, GroupSection, PlanFile, RuleSection
from analyses.schema.steps import Step
from cohort_stats.problem import Problem, suggestion

#: What the results call the patient flow and the counts of derived variables.
RESERVED = ("flow", "derived", "imputation", "prisma")


#: Kind of step -> what is added to its id to name its further tables.
FURTHER = {
    "compare": ("pairs",),
    "kaplan_meier": ("comparisons",),
    "roc": ("cutoffs",),
    "cox": ("validation", "predicted"),
    "logistic": ("validation",),
    "match": ("patients",),
    "weight": ("weights",),
    "missingness": ("against",),
}


def check_names(file: PlanFile) -> list[Problem]:
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
        yield from imputation_problems(self)
        if self.file.prisma is not None:
            yield from self.file.prisma.problems()
        done: list[Step] = []
        for i, step in enumerate(self.file.steps, start=1):
            yield from self._step(f"steps[{i}] ({step.id})", step, done)
            done.append(step)
        yield from report_problems(self)

    def _twice(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for i, step in enumerate(self.file.steps, start=1):
            if step.id in seen:
                yield Problem(f"steps[{i}].id", "", "an id used only once", f"'{step.id}' again")
            seen.add(step.id)
            if step.id in RESERVED:
                yield Problem(f"steps[{i}].id", "", "an id of its own", f"'{step.id}'")
        further = {f"{s.id}_{k}": s.id for s in self.file.steps for k in FURTHER.get(s.kind, ())}
        for i, step in enumerate(self.file.steps, start=1):
            if step.id in further:
                found = f"'{step.id}', the name of a further table of the step '{further[step.id]}'"
                yield Problem(f"steps[{i}].id", "", "another id", found)
        for name in self.file.derived:
            if name in self.file.variables:
                yield Problem(
                    f"derived.{name}", "", "a new name", "the name of a column of the workbook"
                )
        ids = [n for n, v in self.file.variables.items() if v.type == "id"]
        if len(ids) > 1:
            yield Problem("variables", "", "one variable of type 'id'", ", ".join(ids))

    def _group(self, where: str, group: GroupSection) -> Iterator[Problem]:
        wrong = list(self.variable(f"{where}.variable", group.variable, LEVELS))
        yield from wrong
        if not wrong:
            yield from self.levels(f"{where}.levels", group.variable, group.levels)

    def _endpoint(self, where: str, endpoint: EndpointSection) -> Iterator[Problem]:
        yield from self.variable(f"{where}.time", endpoint.time, NUMBERS)
        if endpoint.follow_up:
            yield from self.variable(f"{where}.follow_up", endpoint.follow_up, NUMBERS)
        if endpoint.entry:
            yield from entry_problems(self, f"{where}.entry", endpoint)
        yield from self.condition(f"{where}.event", endpoint.event)
        if endpoint.competing is not None:
            wrong = list(self.condition(f"{where}.competing", endpoint.competing))
            yield from wrong or competing_problems(self, where, endpoint)

    def _rule(self, where: str, rule: RuleSection) -> Iterator[Problem]:
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

    def _rule_types(self, where: str, rule: RuleSection) -> Iterator[Problem]:
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

    def _step(self, where: str, step: Step, done: Sequence[Step]) -> Iterator[Problem]:
        yield from sample_problems(self, where, step, done)
        yield from step.problems(self, where)
        yield from self._cut_known(where, step, done)

    def _cut_known(self, where: str, step: Step, done: Sequence[Step]) -> Iterator[Problem]:
        kinds, finished = {s.id: s.kind for s in self.file.steps}, {s.id for s in done}
        for name in dict.fromkeys(step.uses(self.file)):
            for at_step in steps_behind(name, self.file):
                if at_step in kinds and at_step not in finished:
                    what = "which" if is_predicted(name, self.file) else "whose threshold"
                    found = f"'{name}', {what} comes from the step '{at_step}'"
                    yield Problem(where, "", f"to stand after '{at_step}'", found)


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True
