"""What stands in and below the table of a logistic model beside its ratios."""

from __future__ import annotations

from analyses.schema.regression import CoxStep, LogisticStep, ModelStep, OrdinalStep
from reports.format import area_interval, count, number
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.view import View

#: A part of a table: spanner, numbers, statistic, short name.
Model = tuple[str, Numbers, str, str]
PENALISED = ("firth_odds_ratio", "firth_hazard_ratio")
LIKELIHOOD = ("LR p", "term_lr_p")


def with_penalised(models: list[Model]) -> list[Model]:
    """The models, each followed by its penalised estimates where it has them beside it."""
    found: list[Model] = []
    for model in models:
        spanner, numbers, _, short = model
        found.append(model)
        beside = [name for name in PENALISED if numbers.about(name)]
        found += [(f"{spanner}, Firth".removeprefix(", "), numbers, name, short) for name in beside]
    return found


def tested_terms(step: ModelStep, models: list[Model]) -> list[tuple[str, str]]:
    """Head and statistic of each column that tests the covariates; [] without one."""
    last = models[-1]
    if isinstance(step, CoxStep):
        asked = step.p == "likelihood ratio" and last[1].about("term_lr_p")
        return [LIKELIHOOD, ("PH p", "ph_p")] if asked else [("PH p", "ph_p")]
    if step.kind == "ordinal":
        return [("PO p", "po_p")] if last[1].about("po_p") else []
    beside = any(last[1].about(name) for name in PENALISED)
    if not _penalised(step) and not beside and last[1].about("term_lr_p"):
        return [LIKELIHOOD]
    return []


def likelihood_note(step: ModelStep, together: Numbers) -> list[str]:
    """How each covariate was tested by likelihood ratio; [] where it was not."""
    if LIKELIHOOD in tested_terms(step, [("", together, "", "")]):
        return [f"LR p: {together.about('term_lr_p')['method']}."]
    if isinstance(step, CoxStep) and step.p == "likelihood ratio":
        return ["No LR p: a likelihood ratio takes patients to be independent and to count alike."]
    return []


def _penalised(step: ModelStep) -> bool:
    """Whether p itself is of a likelihood ratio, Firth's."""
    return isinstance(step, LogisticStep) and step.estimator == "firth"


def logistic_notes(step: ModelStep, together: Numbers, view: View) -> list[str]:
    """How each covariate was tested, and how well the model does in its own patients."""
    notes = likelihood_note(step, together)
    penalised = any(together.about(name) for name in PENALISED)
    if penalised:
        notes.append(
            "Firth: penalised likelihood with its profile intervals and likelihood-ratio p, "
            "which stay finite where the outcome is separated."
        )
    if known(together.get("sets")):
        told, whole = (count(together.get(name)) for name in ("informative_sets", "sets"))
        notes.append(
            f"Patients are compared within {whole} matched sets; the {told} with patients with and "
            "without the outcome decide."
        )
    if known(together.get("brier")):
        notes.append(_performance(together, view))
    return notes


def ordinal_notes(step: OrdinalStep, together: Numbers, view: View) -> list[str]:
    """What an odds ratio of an ordered outcome compares, and whether it is one and the same."""
    levels = " < ".join(together.unique("group", "n"))
    label = view.dictionary[step.outcome].label
    notes = [f"OR above 1: towards higher levels of {label} ({levels})."]
    about = together.about("po_p")
    if about:
        words = f"PO p: proportional odds, {about['method']}"
        if len(together.unique("term", "po_p")) > 1:
            words += f"; all covariates together {p_equals(together.get('po_global_p'))}"
        notes.append(f"{words}.")
    elif len(together.unique("group", "n")) > 2:
        notes.append("Proportional odds are assumed; the assumption could not be tested.")
    return notes


def pseudo_r2_words(together: Numbers) -> str:
    """``; R² = 0.19 (Nagelkerke), …``; empty where there is none."""
    named = {"nagelkerke": "Nagelkerke", "cox_snell": "Cox–Snell", "mcfadden": "McFadden"}
    values = {words: together.get(name) for name, words in named.items()}
    told = [f"{number(value, 3)} ({words})" for words, value in values.items() if known(value)]
    return f"; R² = {', '.join(told)}" if told else ""


def _performance(together: Numbers, view: View) -> str:
    value, _, limits = area_interval(*together.triple("concordance")).partition(" (")
    words = f"Apparent performance, in the same {view.noun}: C = {value}"
    words += f" (95% CI {limits}" if limits else ""
    words += f", Brier score {number(together.get('brier'), 3)}"
    slope, large = (together.get(f"calibration_{s}") for s in ("slope", "intercept"))
    if "by construction" in str(together.about("calibration_slope").get("method", "")):
        words += ", calibration slope 1 and intercept 0 by construction"
    elif known(slope):
        words += f", calibration slope {number(slope, 2)} and intercept {number(large, 2)}"
    chi_square = together.get("hl_chi_square")
    if known(chi_square):
        about = str(together.about("hl_p")["method"]).partition(", ")[2]
        words += (
            f"; Hosmer–Lemeshow χ² = {number(chi_square, 2)}, "
            f"df = {count(together.get('hl_df'))}, {p_equals(together.get('hl_p'))} "
            f"({count(together.get('hl_groups'))} {about})"
        )
    return f"{words}."
