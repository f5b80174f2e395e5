"""The words of regression models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from analyses.schema.nomogram import Nomogram, nomogram_problems
from analyses.schema.predicting import PredictSection, prediction_problems
from analyses.schema.selection import SelectionSection, ValidationSection
from analyses.schema.step import (
    CompetingStep,
    Covariates,
    EndpointStep,
    OutcomeStep,
    StepSection,
)
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class ModelStep(StepSection):
    """A regression, univariable and multivariable."""

    #: Whether its selection may search, step by step or by the LASSO.
    searches: ClassVar[bool] = False

    not_imputed = ""

    covariates: Covariates = Field(min_length=1)
    selection: SelectionSection

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the covariates that the rule 'given' names."""
        given = dict.fromkeys(self.selection.covariates, "specified covariate")
        return super().needs(file) | given

    def unpooled(self) -> dict[str, str]:
        """Rules that would choose other covariates in each imputed set."""
        if self.selection.rule in ("univariable", "given", "all"):
            return {}
        why = "it would choose other covariates in each imputed set; name them beforehand"
        return {"selection": why}

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, every covariate."""
        return (*super().uses(file), *(c.variable for c in self.covariates))

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, covariates and those that the selection names."""
        yield from super().problems(names, where)
        yield from names.covariates(where, self.covariates)
        rule = self.selection.rule
        if rule in ("forward", "backward", "both", "lasso") and not self.searches:
            expected = "'all', 'given' or 'univariable', for this kind of model"
            yield Problem(f"{where}.selection.rule", "", expected, f"'{rule}'")
        for k, covariate in enumerate(self.covariates, start=1):
            if covariate.knots and not self.searches:
                expected = "no knots in this kind of model"
                yield Problem(f"{where}.covariates[{k}].knots", "", expected, covariate.variable)
        candidates = {c.variable: c for c in self.covariates}
        for k, name in enumerate(self.selection.covariates, start=1):
            place = f"{where}.selection.covariates[{k}]"
            yield from names.one_of(place, "a covariate of this step", name, candidates)


class BuiltStep(ModelStep):
    """A regression whose covariates may be searched for, and that may be validated."""

    searches: ClassVar[bool] = True

    validation: ValidationSection | None = None
    e_values: tuple[str, ...] = ()
    interactions: tuple[tuple[str, str], ...] = ()
    coefficients: bool = False
    nomogram: Nomogram = None

    def ignores_weights(self, file: PlanFile) -> str:
        """It takes weights as case weights, but does not search or validate with them."""
        if self.selection.rule not in ("univariable", "given", "all"):
            return "the search for covariates is for patients who count alike"
        return "'validation' is for patients who count alike" if self.validation else ""

    def unpooled(self) -> dict[str, str]:
        """Beside the rest, the validation, E-values, and what is drawn of a model."""
        asked: dict[str, object] = {"validation": self.validation, "e_values": self.e_values}
        asked["interactions"] = self.interactions
        asked["covariates"] = [c for c in self.covariates if c.knots]
        asked |= {"nomogram": self.nomogram, "coefficients": self.coefficients}
        words = {"validation": "the validation of a model is", "e_values": "E-values are"}
        words |= {"interactions": "effects within levels are", "covariates": "splines are"}
        words |= {"nomogram": "nomograms are", "coefficients": "tables of coefficients are"}
        own = {
            key: f"{words[key]} not pooled over imputed sets"
            for key, given in asked.items()
            if given
        }
        return super().unpooled() | own

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, E-values and interactions of what is no covariate, and no nomogram."""
        yield from super().problems(names, where)
        yield from nomogram_problems(self, where)
        candidates = {c.variable: c for c in self.covariates}
        for k, name in enumerate(self.e_values, start=1):
            place = f"{where}.e_values[{k}]"
            yield from names.one_of(place, "a covariate of this step", name, candidates)
        for k, pair in enumerate(self.interactions, start=1):
            place = f"{where}.interactions[{k}]"
            for name in pair:
                yield from names.one_of(place, "a covariate of this step", name, candidates)
            if pair[0] == pair[1]:
                yield Problem(place, "", "two different covariates", f"'{pair[0]}' twice")
            if pair[0] in candidates and candidates[pair[0]].knots:
                yield Problem(place, "", "a first covariate without knots", f"'{pair[0]}'")
        rule = self.selection.rule
        if self.interactions and rule not in ("all", "given", "univariable"):
            expected = "'all', 'given' or 'univariable' beside interactions"
            yield Problem(f"{where}.selection.rule", "", expected, f"'{rule}'")


class ClusteredStep(ModelStep):
    """A regression that may allow for rows that belong together (the dictionary's cluster)."""

    clusters: Literal["robust", "independent"] = "robust"

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, rows taken as independent where nothing ties them together."""
        yield from super().problems(names, where)
        roles = {section.role for section in names.file.variables.values()}
        if self.clusters == "independent" and "cluster" not in roles:
            expected = "a variable with the role 'cluster', whose rows are then independent"
            yield Problem(f"{where}.clusters", "", expected, "none")


class CoxStep(EndpointStep, ClusteredStep, BuiltStep):
    """Cox regression, univariable and multivariable."""

    kind: Literal["cox"]
    p: Literal["wald", "likelihood ratio"] = "wald"
    strata: tuple[str, ...] = ()
    sets: Literal["robust", "strata", "independent"] = "robust"
    predict: PredictSection | None = None

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says."""
        return self.sets

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the variables of the strata."""
        return super().needs(file) | dict.fromkeys(self.strata, "stratum")

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, strata without levels or that are covariates too."""
        yield from super().problems(names, where)
        endpoint = names.file.endpoints.get(self.endpoint)
        if endpoint is not None and endpoint.entry and self.validation is not None:
            expected = "no validation where the endpoint has entry times"
            yield Problem(f"{where}.validation", "", expected, f"'{self.endpoint}'")
        covariates = {c.variable for c in self.covariates}
        for k, name in enumerate(self.strata, start=1):
            yield from names.with_levels(f"{where}.strata[{k}]", name)
            if name in covariates:
                expected = "a variable that is no covariate of this step"
                yield Problem(f"{where}.strata[{k}]", "", expected, f"'{name}'")
        if self.predict is not None:
            own = [c.variable for c in self.covariates]
            place = f"{where}.predict"
            yield from prediction_problems(names, place, self.predict, own, self.strata)

    def unpooled(self) -> dict[str, str]:
        """Beside the rest, predicted survival."""
        why = "predicted survival is not pooled over imputed sets"
        return super().unpooled() | ({"predict": why} if self.predict is not None else {})


class FineGrayStep(CompetingStep, ModelStep):
    """Fine–Gray regression, univariable and multivariable, beside cause-specific Cox."""

    kind: Literal["fine_gray"]


class LogisticStep(OutcomeStep, ClusteredStep, BuiltStep):
    """Logistic regression, univariable and multivariable."""

    kind: Literal["logistic"]
    estimator: Literal["likelihood", "firth"] = "likelihood"
    strata: tuple[str, ...] = ()
    sets: Literal["robust", "conditional", "independent"] = "robust"

    @model_validator(mode="after")
    def _searched_by_likelihood(self) -> LogisticStep:
        if self.estimator == "firth":
            if self.selection.rule not in ("all", "given", "univariable"):
                raise ValueError(f"estimator: 'likelihood' with the rule '{self.selection.rule}'")
            if self.validation is not None:
                raise ValueError("estimator: 'likelihood', where the model is validated")
        return self

    @model_validator(mode="after")
    def _plain_within_sets(self) -> LogisticStep:
        if not self.conditional:
            return self
        if self.selection.rule not in ("all", "given", "univariable"):
            raise ValueError("selection: 'all', 'given' or 'univariable' within matched sets")
        asked: dict[str, object] = {"validation": self.validation}
        asked["interactions"] = self.interactions
        asked["estimator"] = self.estimator == "firth"
        asked["covariates"] = any(c.knots for c in self.covariates)
        for word, given in asked.items():
            if given:
                what = "knots" if word == "covariates" else word
                raise ValueError(f"{word}: no {what} within matched sets (strata, conditional)")
        return self

    @property
    def conditional(self) -> bool:
        """Whether patients are compared within matched sets alone."""
        return bool(self.strata) or self.sets == "conditional"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the columns of the sets."""
        return super().needs(file) | dict.fromkeys(self.strata, "matched set")

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, columns of sets that are none, or are covariates too."""
        yield from super().problems(names, where)
        covariates = {c.variable for c in self.covariates}
        for k, name in enumerate(self.strata, start=1):
            place = f"{where}.strata[{k}]"
            wrong = list(names.variable(place, name))
            yield from wrong
            if not wrong and names.types[name] in ("number", "date"):
                found = f"'{name}', which is of type '{names.types[name]}'"
                yield Problem(place, "", "a column that names the set (whole number, text)", found)
            if name in covariates:
                expected = "a variable that is no covariate of this step"
                yield Problem(place, "", expected, f"'{name}'")

    def unpooled(self) -> dict[str, str]:
        """Beside the rest, penalised estimates, and matched sets."""
        why = "penalised estimates rest on profiles of the likelihood, which are not pooled"
        own = {"estimator": why} if self.estimator == "firth" else {}
        if self.strata:
            own["strata"] = "conditional logistic models are not pooled over imputed sets"
        return super().unpooled() | own

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says."""
        return self.sets

    def ignores_weights(self, file: PlanFile) -> str:
        """Beside the rest, Firth's method, whose errors would not be robust."""
        if self.estimator == "firth":
            return "Firth’s method is for patients who count alike"
        if self.conditional:
            return "conditional logistic regression is for patients who count alike"
        return super().ignores_weights(file)


class OrdinalStep(ClusteredStep):
    """Proportional odds regression of an ordered outcome, univariable and multivariable."""

    kind: Literal["ordinal"]
    outcome: str
    sets: Literal["robust", "independent"] = "robust"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the ordered variable."""
        return super().needs(file) | {self.outcome: "outcome"}

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says."""
        return self.sets

    def ignores_weights(self, file: PlanFile) -> str:
        """It takes weights as case weights."""
        return ""

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, an outcome that is not ordered."""
        yield from super().problems(names, where)
        yield from names.ordered(f"{where}.outcome", self.outcome)
