"""The words of how a model is built and judged."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analyses.schema.words import Words

#: Rules of a selection -> the keys that belong to it, beside `rule`.
RULE_KEYS: dict[str, tuple[str, ...]] = {
    "all": (),
    "given": ("covariates",),
    "univariable": ("p_below",),
    "forward": ("by", "enter", "remove"),
    "backward": ("by", "enter", "remove"),
    "both": ("by",),
    "lasso": ("penalty", "folds"),
}


class SelectionSection(Words):
    """How covariates enter the multivariable model."""

    rule: Literal["univariable", "given", "all", "forward", "backward", "both", "lasso"]
    p_below: float = Field(default=0.05, gt=0, le=1)
    covariates: tuple[str, ...] = ()
    by: Literal["likelihood ratio", "wald", "conditional", "score", "aic"] = "likelihood ratio"
    enter: float = Field(default=0.05, gt=0, le=1)
    remove: float = Field(default=0.10, gt=0, le=1)
    penalty: Literal["lambda.min", "lambda.1se"] = "lambda.min"
    folds: int = Field(default=10, ge=3, le=100)

    @model_validator(mode="after")
    def _given_are_named(self) -> SelectionSection:
        if self.rule == "given" and not self.covariates:
            raise ValueError("covariates: which ones, with the rule 'given'")
        if self.covariates and self.rule != "given":
            raise ValueError(f"covariates: nothing with the rule '{self.rule}', only with 'given'")
        return self

    @model_validator(mode="after")
    def _keys_fit_the_rule(self) -> SelectionSection:
        for key in sorted(self.model_fields_set - {"rule", *RULE_KEYS[self.rule]}):
            rules = [f"'{rule}'" for rule, keys in RULE_KEYS.items() if key in keys]
            belongs = f"it belongs to {' and '.join(rules)}"
            raise ValueError(f"{key}: no such key with the rule '{self.rule}' ({belongs})")
        if self.rule == "both" and self.by != "aic":
            raise ValueError("by: 'aic' with the rule 'both'")
        if self.by == "aic" and self.model_fields_set & {"enter", "remove"}:
            raise ValueError("by: a test, where enter or remove are given")
        if self.enter > self.remove:
            raise ValueError("enter: at most as large as remove (0.05 and 0.10 unless given)")
        return self


class ValidationSection(Words):
    """How a model is corrected for optimism."""

    bootstrap: int = Field(default=200, ge=1, le=10_000)
