"""Bootstrap validation: how much a model flatters itself in the patients who made it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.bootstrap import Drawn, batches
from cohort_stats.regression.choosing import chosen_terms, why_no_search
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.cox_sample import NO_ROLES, Roles
from cohort_stats.regression.material import Material, Outcome, Progress, material_of, silent
from cohort_stats.regression.performance import (
    BRIER,
    INTERCEPT,
    R2,
    SLOPE,
    C,
    Indexes,
    Performance,
    performance_of,
)
from cohort_stats.regression.selection import Selection
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ORDER = (C, R2, INTERCEPT, SLOPE, BRIER)
AT_ONCE = 25  # samples fitted together: their sums fit the cache
AT_ONCE_CHOSEN = 5  # of which each searches for its own covariates
FEWEST = 10  # samples that a correction rests on, where others failed; and at least half
EVERYTHING = Selection("all")


def validate_model(
    outcome: Outcome,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    selection: Selection = EVERYTHING,
    *,
    repeats: int = 200,
    seed: int = 1,
    samples: Sequence[npt.ArrayLike] | None = None,
    roles: Roles = NO_ROLES,
    conventions: Conventions | str = RECOMMENDED,
    progress: Progress = silent,
) -> Result:
    """Correct what a model says of itself for optimism (Harrell's bootstrap).

    Parameters
    ----------
    outcome
        An endpoint (Cox), or True/False, 1/0, missing (logistic); n patients.
    frame
        Their covariates, n rows.
    covariates
        Every candidate.
    selection
        How the covariates of the model are found among them. A rule that looks at the data is
        applied anew in every sample.
    repeats
        How many bootstrap samples.
    seed
        Of the samples.
    samples
        The samples themselves, instead: each the rows that it holds, counted from 0, of the
        patients with every candidate known.
    roles
        Strata and cluster. With a cluster, whole clusters are drawn.
    conventions
        ``ties`` of a Cox model.
    progress
        Told how many samples are done, and of how many.

    Returns
    -------
    Result
        For each index (``level``): ``apparent``; its mean over the models of the samples, in
        the samples (``training``) and in the patients themselves (``test``); ``optimism`` =
        training − test, and ``corrected`` = apparent − optimism. ``repeats``, and
        ``failed_repeats`` in which no finite model could be fitted: they are left out. Where
        that leaves fewer than half of them, or fewer than ten, nothing but ``apparent`` is given,
        with a warning. With a
        rule that looks at the data, the share of samples in which each covariate was
        ``selected``.

    Raises
    ------
    ValueError
        When `samples` hold rows that do not exist, or `roles` weights or entry times.

    Notes
    -----
    The indexes are C (Harrell's, or the area under the ROC curve), Nagelkerke's R², the
    calibration slope, and for logistic models the calibration intercept and the Brier score.
    R: ``rms::validate(fit, B = 200)``, whose D_xy is 2C − 1; it stops its fits earlier, so
    that its values agree to some four digits. With ``bw = TRUE`` it repeats an
    approximate backward elimination (``fastbw``); here the rule itself is repeated. In the
    patients themselves R² is that of the model recalibrated by its slope, as there. A sample
    in which nothing is selected counts with C 0.5, R² 0 and slope 1. Where R takes a
    separated sample's last step for an estimate, it counts as failed here.
    Harrell, Lee and Mark 1996.
    """
    conventions = as_conventions(conventions)
    late = isinstance(outcome, Endpoint) and outcome.entry is not None
    if roles.weights or roles.entry or late:
        raise ValueError("roles must be strata and a cluster to validate a model")
    candidates = [c for c in as_covariates(covariates) if _candidate(c, selection)]
    material = material_of(outcome, frame, candidates, roles, conventions)
    drawn = Drawn(material, repeats, seed, samples)
    words = _words(drawn, selection, drawn.repeats)
    shared: dict[str, object] = {"method": words}
    shared |= {"n_used": len(material), "n_missing": material.left_out}
    numbers: list[dict[str, object]] = []
    why = why_no_search(material, selection)
    if material.ties == "exact" and material.time is not None:
        why = "ties cannot be exact where a sample repeats patients (choose Efron’s)"
    warnings: tuple[str, ...] = ()
    if not why:
        why, numbers, warnings = _validated(material, selection, drawn, progress, shared)
    if why:
        warnings = (f"the model was not validated: {why}",)
    else:
        words = str(numbers[0]["method"])
    return Result(
        as_numbers(numbers), words, len(material), material.left_out, conventions, warnings
    )


def _candidate(covariate: Covariate, selection: Selection) -> bool:
    return selection.rule != "given" or set(covariate.variables) <= set(selection.given)


def _words(drawn: Drawn, selection: Selection, done: int) -> str:
    how = "given" if drawn.given is not None else f"seed {drawn.seed}"
    unit = "" if drawn.material.cluster is None else " of whole clusters"
    used = f"{drawn.repeats}" if done == drawn.repeats else f"{done} of {drawn.repeats}"
    words = (
        f"Optimism was estimated in {used} bootstrap samples{unit} ({how}) and taken off "
        "the apparent values (Harrell)"
    )
    if not _enough(done, drawn.repeats):
        words = (
            f"Optimism was not estimated: of {drawn.repeats} bootstrap samples{unit} ({how}) only "
            f"{done} could be used"
        )
    if selection.rule in ("given", "all"):
        return f"{words}."
    return f"{words}; the selection of covariates was repeated in every sample."


def _enough(done: int, repeats: int) -> bool:
    return done == repeats or (2 * done >= repeats and done >= FEWEST)


def _validated(
    material: Material,
    selection: Selection,
    drawn: Drawn,
    progress: Progress,
    shared: dict[str, object],
) -> tuple[str, list[dict[str, object]], tuple[str, ...]]:
    performance = performance_of(material)
    everybody = np.ones((1, len(material)))
    chosen = _columns(material, performance, chosen_terms(material, selection))[None]
    if chosen.sum() == performance.base:
        return "no covariate is selected", [], ()
    whole = performance.fit(everybody, chosen, np.zeros((1, performance.columns)))
    if not whole.converged[0]:
        return "it has no finite estimates", [], ()
    apparent = {k: float(v[0]) for k, v in performance.judge(everybody, whole.beta)[0].items()}
    mine, theirs, selected, failed = _resampled(
        material, performance, selection, drawn, whole.beta, progress
    )
    done = drawn.repeats - failed
    if not done:
        return "no bootstrap sample could be fitted", [], ()
    shared = shared | {"method": _words(drawn, selection, done)}
    found = rows({"repeats": drawn.repeats, "failed_repeats": failed}, **shared)  # type: ignore[arg-type]
    for name in (n for n in ORDER if n in apparent):
        values = {"apparent": apparent[name]}
        if _enough(done, drawn.repeats):
            values |= _corrected(apparent[name], mine[name], theirs[name])
        found += rows(values, level=name, **shared)  # type: ignore[arg-type]
    if selection.rule not in ("given", "all") and _enough(done, drawn.repeats):
        for term in material.terms:
            found += rows({"selected": selected.count(term) / done}, term=term, **shared)  # type: ignore[arg-type]
    return "", found, _failures(failed, drawn.repeats)


def _corrected(apparent: float, mine: Floats, theirs: Floats) -> dict[str, float]:
    training, test = float(np.mean(mine)), float(np.mean(theirs))
    optimism = training - test
    values = {"training": training, "test": test, "optimism": optimism}
    return values | {"corrected": apparent - optimism}


def _failures(failed: int, repeats: int) -> tuple[str, ...]:
    if not failed:
        return ()
    words = (
        f"{failed} of {repeats} bootstrap samples are left out: in them the model has no finite "
        "estimates (separation, or a level that none of their patients has)"
    )
    if not _enough(repeats - failed, repeats):
        words += (
            "; what remains is too little to correct for optimism (at least half of the samples, "
            f"and {FEWEST}, are needed)"
        )
    return (words,)


def _resampled(
    material: Material,
    performance: Performance,
    selection: Selection,
    drawn: Drawn,
    start: Floats,
    progress: Progress,
) -> tuple[Indexes, Indexes, list[str], int]:
    """Indexes of all samples, in themselves and in the patients; terms selected; failures."""
    fixed = selection.rule in ("given", "all")
    mine: dict[str, list[Floats]] = {}
    theirs: dict[str, list[Floats]] = {}
    selected: list[str] = []
    failed = done = 0
    for batch in batches(drawn, AT_ONCE if fixed else AT_ONCE_CHOSEN):
        terms = [chosen_terms(material, selection, None if fixed else s) for s in batch]
        chosen = np.array([_columns(material, performance, t) for t in terms])
        count = np.array([np.bincount(s, minlength=len(material)) for s in batch], dtype=float)
        fits = performance.fit(count, chosen, np.repeat(start, len(batch), axis=0))
        good = fits.converged & _both_outcomes(material, count)
        if good.any():
            for store, found in zip(
                (mine, theirs), performance.judge(count[good], fits.beta[good]), strict=True
            ):
                for name, values in found.items():
                    store.setdefault(name, []).append(values)
        selected += [t for t_, ok in zip(terms, good, strict=True) if ok for t in t_]
        failed += int((~good).sum())
        done += len(batch)
        progress(done, drawn.repeats)
    joined = [{k: np.concatenate(v) for k, v in store.items()} for store in (mine, theirs)]
    return joined[0], joined[1], selected, failed


def _both_outcomes(material: Material, count: Floats) -> Bools:
    events = count @ material.event
    if material.time is not None:
        return np.asarray(events > 0)
    return np.asarray((events > 0) & (events < count.sum(axis=1)))


def _columns(material: Material, performance: Performance, terms: Sequence[str]) -> Bools:
    chosen = np.zeros(performance.columns, dtype=bool)
    chosen[: performance.base] = True
    for term in terms:
        chosen[[performance.base + j for j in material.terms[term]]] = True
    return chosen
