"""The ratio of one exposure within the levels of other variables."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.scene import Scene, StepNotPossible
from analyses.schema.subgroups import SubgroupsStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.regression.covariate import Covariate, interaction
from cohort_stats.regression.cox_model import CoxModel, fit_cox
from cohort_stats.regression.cox_terms import cox_term_tests
from cohort_stats.regression.logistic_model import LogisticModel, fit_logistic
from cohort_stats.regression.term_tests import term_tests
from cohort_stats.results import Result, as_numbers, pick, rows

Model = CoxModel | LogisticModel
Rows = list[dict[str, object]]
RATIOS = {"cox": "hazard_ratio", "logistic": "odds_ratio"}
ENDLESS = (
    "in some combinations of the two all events lie on one side, so that the model has no finite "
    "estimates"
)
LOST = "interaction with `{}` not tested: {}"


def subgroups_step(step: SubgroupsStep, scene: Scene) -> tuple[Result, ...]:
    """The ratio in all patients and in each level, and whether it differs between levels."""
    cluster = scene.dictionary.cluster or ""
    if cluster and scene.has(cluster):
        raise StepNotPossible(
            f"rows belong together by '{scene.label(cluster)}', and interactions are tested by "
            "likelihood ratio, which takes rows to be independent"
        )
    (exposure,) = scene.covariates((step.exposure,))
    present = [name for name in step.by if scene.has(name)]
    if not present:
        raise StepNotPossible("the cohort holds none of its subgroup variables")
    whole = _fit(step, scene, [exposure])
    found, warnings = (
        _rows(whole, step, exposure, "", OVERALL),
        [_bare(w) for w in whole.result.warnings],
    )
    mine = whole.result.numbers["term"] == exposure.variable
    for level in pick(whole.result.numbers[mine], "reference")["level"]:
        found += _named({"reference": 1.0}, whole, "", OVERALL, str(level))
    for name in present:
        part = scene.where(scene.frame[name].notna().to_numpy())
        for level in _levels(part, name):
            within = part.where((part.frame[name].astype(str) == level).to_numpy())
            model = _fit(step, within, [exposure])
            found += _rows(model, step, exposure, name, level)
            if not model.finite:
                warnings.append(f"no ratio within `{name}`, {level}: {_why(model)}")
        tested, why = _interaction(step, part, exposure, name)
        found += tested
        if why:
            warnings.append(LOST.format(name, why))
            found += rows({"term_lr_p": float("nan")}, term=name, method=f"not tested: {why}")
    warnings += [f"no value in the cohort file: `{n}`" for n in step.by if n not in present]
    kind = "Cox" if step.endpoint else "logistic"
    words = (
        f"The ratio of one exposure was estimated by {kind} regression in all patients and "
        "separately within the levels of other variables; whether it differs between levels was "
        "tested by the likelihood ratio of models with and without the interaction, without "
        "adjustment for the number of tests."
    )
    n, left_out = whole.result.n_used, whole.result.n_missing
    numbers, conventions = as_numbers(found), scene.plan.conventions
    result = Result(numbers, words, n, left_out, conventions, tuple(dict.fromkeys(warnings)))
    return (result.named(step.id),)


def _fit(step: SubgroupsStep, scene: Scene, covariates: list[Covariate]) -> Model:
    conventions = scene.plan.conventions
    if step.outcome is None:
        endpoint = scene.endpoint(step.endpoint)
        return fit_cox(endpoint, scene.frame, covariates, conventions=conventions)
    outcome = scene.outcome(step.outcome)
    return fit_logistic(outcome, scene.frame, covariates, conventions=conventions)


def _rows(model: Model, step: SubgroupsStep, exposure: Covariate, term: str, group: str) -> Rows:
    """Patients, events and ratios of one model, under the name of its subgroup."""
    statistic = RATIOS["cox" if step.endpoint else "logistic"]
    numbers = model.result.numbers
    mine = numbers[numbers["term"] == exposure.variable]
    found: Rows = []
    for level in dict.fromkeys(pick(mine, statistic)["level"]):
        values = {
            name: float(pick(mine, name, level=level)["value"].iloc[0])
            for name in (statistic, f"{statistic}_low", f"{statistic}_high", "p")
        }
        found += _named(values, model, term, group, str(level))
    counts = {
        name: float(pick(numbers, name, term="", level="")["value"].iloc[0])
        for name in ("n", "events")
    }
    return _named(counts, model, term, group, "") + found


def _named(values: dict[str, float], model: Model, term: str, group: str, level: str) -> Rows:
    result = model.result
    about: dict[str, object] = {"n_used": result.n_used, "n_missing": result.n_missing}
    about["method"] = result.numbers["method"].iloc[0]
    return rows(values, term=term, group=group, level=level, **about)  # type: ignore[arg-type]


def _interaction(
    step: SubgroupsStep, scene: Scene, exposure: Covariate, name: str
) -> tuple[Rows, str]:
    """The likelihood-ratio test of an interaction; or why there is none."""
    product = interaction(exposure.variable, name)
    model = _fit(step, scene, [exposure, Covariate(name), product])
    if not model.finite:
        why = _why(model)
        return [], why if why and "no finite" not in why else ENDLESS
    tests = cox_term_tests(model) if isinstance(model, CoxModel) else term_tests(model)
    mine = tests.numbers[tests.numbers["term"] == product.variable]
    values = {str(s): float(v) for s, v in zip(mine["statistic"], mine["value"], strict=True)}
    if not values:
        return [], "; ".join(tests.warnings)
    about: dict[str, object] = {"n_used": tests.n_used, "n_missing": tests.n_missing}
    words = "likelihood ratio of the models with and without the interaction"
    return rows(values, term=name, method=words, **about), ""  # type: ignore[arg-type]


def _why(model: Model) -> str:
    """Why a model has no finite estimate; that it has few events is another matter."""
    warnings = [w for w in model.result.warnings if "fewer than ten" not in w]
    return "; ".join(_bare(w.partition(" model not fitted: ")[2] or w) for w in warnings)


def _bare(warning: str) -> str:
    """A warning without what only a model's own table shows: Firth's estimates."""
    return warning.partition("; Firth’s")[0]


def _levels(scene: Scene, name: str) -> Iterator[str]:
    variable = scene.dictionary[name]
    there = set(scene.frame[name].astype(str))
    labels = ("No", "Yes") if variable.type == "yesno" else variable.labels
    return (label for label in labels if label in there)
