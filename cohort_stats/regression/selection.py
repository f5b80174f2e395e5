"""The rules by which covariates enter a model of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from cohort_stats.problem import must_be_one_of

Rule = Literal["univariable", "given", "all", "forward", "backward", "both", "lasso"]
By = Literal["likelihood ratio", "wald", "score", "conditional", "aic"]
Penalty = Literal["lambda.min", "lambda.1se"]

STEPWISE = ("forward", "backward", "both")
TESTS: dict[str, str] = {
    "aic": "likelihood-ratio test",
    "likelihood ratio": "likelihood-ratio test",
    "wald": "Wald test",
    "score": "score test",
    "conditional": "conditional likelihood-ratio test",
}


@dataclass(frozen=True)
class Selection:
    """The rule by which covariates enter the multivariable model.

    Parameters
    ----------
    rule
        ``univariable``: those whose univariable p is below `p_below`; ``given``: those
        named, whatever the data say; ``all``: every covariate; ``forward`` and ``backward``:
        one at a time, from none and from all; ``both``: from all, out and in again, by AIC;
        ``lasso``: those that a cross-validated LASSO leaves in.
    p_below
        Threshold of ``univariable``.
    given
        Names of ``given``.
    by
        What decides in ``forward``, ``backward`` and ``both``. With a test, covariates enter
        by the score test at `enter` and leave by the test named at `remove`, whichever way
        the search began (SPSS); by ``aic``, ``forward`` only enters and ``backward`` only
        removes (R's ``step``).
    enter, remove
        p to enter below, and to leave at or above.
    penalty, folds, seed
        Of ``lasso``: the penalty of least deviance, or the largest within one standard error
        of it; how many parts the patients are divided into, and the seed of the division.
    """

    rule: Rule
    p_below: float = 0.05
    given: tuple[str, ...] = ()
    by: By = "likelihood ratio"
    enter: float = 0.05
    remove: float = 0.10
    penalty: Penalty = "lambda.min"
    folds: int = 10
    seed: int = 1

    def __post_init__(self) -> None:
        must_be_one_of("rule", self.rule, get_args(Rule))
        must_be_one_of("by", self.by, get_args(By))
        must_be_one_of("penalty", self.penalty, get_args(Penalty))
        if self.rule == "both" and self.by != "aic":
            raise ValueError(f"by must be 'aic' with the rule 'both'; got {self.by!r}")
        if not 0 < self.enter <= self.remove <= 1:
            raise ValueError(
                "enter and remove must be above 0 and at most 1, enter not above remove; "
                f"got {self.enter!r} and {self.remove!r}"
            )
        if self.folds < 3:
            raise ValueError(f"folds must be at least 3; got {self.folds!r}")

    @property
    def stepwise(self) -> bool:
        """Whether covariates enter or leave one at a time."""
        return self.rule in STEPWISE

    @property
    def searches(self) -> bool:
        """Whether the rule looks at all covariates together, in patients who have them all."""
        return self.stepwise or self.rule == "lasso"

    @property
    def words(self) -> str:
        """The rule as a sentence of a methods section."""
        if self.rule == "univariable":
            return (
                f"Covariates with a univariable p below {self.p_below:g} (global Wald test for "
                "factors; likelihood-ratio test where an estimate is infinite) entered the "
                "multivariable model."
            )
        if self.rule == "given":
            return "The covariates of the multivariable model were specified beforehand."
        if self.rule == "all":
            return "All covariates entered the multivariable model."
        if self.rule == "lasso":
            return _lasso_words(self)
        return _aic_words(self.rule) if self.by == "aic" else _stepwise_words(self)


def _stepwise_words(selection: Selection) -> str:
    start = {
        "forward": "forward stepwise selection, which began with none",
        "backward": "backward stepwise elimination, which began with all",
    }[selection.rule]
    return (
        f"The covariates of the multivariable model were found by {start}: a covariate left at "
        f"p ≥ {selection.remove:g} in the {TESTS[selection.by]} and entered at "
        f"p < {selection.enter:g} in the score test; factors entered and left as a whole."
    )


def _aic_words(rule: str) -> str:
    way = {
        "forward": "forward selection",
        "backward": "backward elimination",
        "both": "stepwise selection in both directions, which began with all,",
    }[rule]
    return (
        f"The covariates of the multivariable model were found by {way} by Akaike’s information "
        "criterion; factors entered and left as a whole."
    )


def _lasso_words(selection: Selection) -> str:
    which = {
        "lambda.min": "the penalty of the least cross-validated deviance (lambda.min)",
        "lambda.1se": (
            "the largest penalty within one standard error of the least cross-validated "
            "deviance (lambda.1se)"
        ),
    }[selection.penalty]
    return (
        "Covariates to which the LASSO gave a coefficient other than zero entered the "
        f"multivariable model, which was fitted without penalty; {which} was found by "
        f"{selection.folds}-fold cross-validation (seed {selection.seed})."
    )
