"""Missing values in R: how they are imputed; nothing is run, as numbers differ by chance."""

from __future__ import annotations

from analyses.schema.step import StepSection
from reports.syntax.r.words import commented, not_repeated, quoted
from reports.syntax.study import Study

METHODS = {
    "predictive mean matching": "pmm",
    "normal": "norm",
    "logistic": "logreg",
    "polytomous": "polyreg",
    "proportional odds": "polr",
}
CHANCE = "multiple imputation: R draws other values, so that its numbers differ by chance"


def imputed_r(step: StepSection, study: Study) -> list[str]:
    """How the step is done with imputed values."""
    section = study.plan.file.imputation
    assert section is not None
    used = dict.fromkeys([*step.uses(study.plan.file), *section.with_])
    names = [study.name(name) for name in used if name in study.variables]
    seed = study.plan.file.study.seed if section.seed is None else section.seed
    methods = [
        f"made$method[{quoted(study.name(name))}] <- {quoted(METHODS[how])}"
        for name, how in section.method.items()
        if name in used
    ]
    code = [
        f"used <- patients[c({', '.join(map(quoted, names))})]",
        "made <- list(method = mice(used, maxit = 0)$method)",
        *methods,
        f"imputed <- mice(used, m = {section.m}, "
        f"maxit = {section.iterations}, seed = {seed}, method = made$method)",
        "# then the analysis of the complete cases below, as with(imputed, ...), and pool()",
    ]
    lines = commented("Missing values imputed by chained equations. Take away `if (FALSE)` to run.")
    return [
        *lines,
        "if (FALSE) {",
        *(f"  {line}" for line in code),
        "}",
        not_repeated(f"^{step.id}(/|$)", "", CHANCE),
    ]
