"""Meta-analysis: studies pooled, as a whole and in subgroups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.pooling.mixed import NO_MAXIMUM
from cohort_stats.pooling.pooled import (
    NAN,
    effect_numbers,
    fit_model,
    inference,
    method_words,
    pooled_numbers,
    short_words,
)
from cohort_stats.pooling.printed_intervals import from_effects
from cohort_stats.pooling.studies import Floats, Scale, Studies
from cohort_stats.results import Result, as_numbers, rows

#: The terms of the numbers: each study, the pooled effect, the test between subgroups, and the
#: average weighted by the number of patients.
STUDY, POOLED, BETWEEN, AVERAGE = "study", "pooled", "between subgroups", "weighted average"


def pool(
    estimates: Studies | npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    *,
    by: pd.Series | Sequence[object] | None = None,
    scale: Scale = "identity",
    names: Sequence[str] | None = None,
    n: npt.ArrayLike | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Pool the effects of studies.

    Parameters
    ----------
    estimates
        `Studies` (from counts or printed intervals), or effects on
        the scale of the analysis: differences, log ratios.
    standard_errors
        Their standard errors, where `estimates` are effects.
    by
        Subgroup of each row of the input; rows without one are left out.
    scale, names, n
        As :func:`~cohort_stats.pooling.printed_intervals.from_effects`; only where `estimates` are
        effects.
    conventions
        ``between_studies``, ``pooled_interval``, ``prediction_interval``,
        ``subgroup_variance``.

    Returns
    -------
    Result
        Term ``study``, one level a study: estimate with limits as the study has it, effect and
        its standard error on the scale of the analysis, weight in per cent. Term ``pooled``:
        estimate with limits, prediction interval, test, Q, τ², I², H² with Q-profile limits;
        by `group` for subgroups. Term ``between subgroups``: test of their difference. Term
        ``weighted average``: mean of the estimates weighted by patients, a description without
        an interval, over all rows whose estimate and n are known.

    Notes
    -----
    R: ``metafor::rma(yi, sei = sei, method = "REML", test = "knha")``, ``predict``,
    ``confint``. Subgroups with a τ² of their own are compared by Cochran's Q of their pooled
    effects (R: ``rma(method = "FE")`` of these); with a common τ² by ``rma(mods = ~ by)``.
    Viechtbauer 2010; Borenstein et al. 2009; IntHout et al. 2014; Higgins et al. 2009 for the
    prediction interval.
    """
    conventions = as_conventions(conventions)
    studies = as_studies(estimates, standard_errors, scale, names, n)
    everyone = studies
    groups, studies, warnings = _grouped(studies, by)
    left_out = len(studies.given) - len(studies)
    shared: dict[str, Any] = {"n_used": len(studies), "n_missing": left_out}
    found = _averages(everyone, by, shared)
    words = f"{studies.method} {method_words(conventions, studies.scale)}".strip()
    warnings = [*studies.warnings, *warnings]
    if len(studies) == 0:
        warnings.append("no study can be pooled: none has an estimate with its standard error")
        return Result(as_numbers(found), "", 0, left_out, conventions, tuple(warnings))
    fitted = fit_model(studies, np.ones((len(studies), 1)), conventions)
    found += _study_rows(studies, groups, fitted.weights, shared)
    overall = pooled_numbers(studies, conventions)
    found += rows(overall, term=POOLED, method=short_words(conventions, studies.scale), **shared)
    warnings += _remarks(overall, studies, conventions)
    if groups is not None:
        sub, more, how = _subgroups(studies, groups, conventions)
        found += sub
        warnings += more
        words = f"{words} {how}"
    return Result(as_numbers(found), words, len(studies), left_out, conventions, tuple(warnings))


def as_studies(
    estimates: Studies | npt.ArrayLike,
    standard_errors: npt.ArrayLike | None,
    scale: Scale = "identity",
    names: Sequence[str] | None = None,
    n: npt.ArrayLike | None = None,
) -> Studies:
    """Studies from studies, or from effects with their standard errors.

    Raises
    ------
    ValueError
        When effects come without standard errors, or studies with them.
    """
    if isinstance(estimates, Studies):
        if standard_errors is not None:
            raise ValueError("standard_errors must be left out: estimates are Studies")
        return estimates
    if standard_errors is None:
        raise ValueError("standard_errors must be given, one a study; got None")
    return from_effects(estimates, standard_errors, scale=scale, names=names, n=n)


def _grouped(
    studies: Studies, by: pd.Series | Sequence[object] | None
) -> tuple[pd.Categorical | None, Studies, list[str]]:
    """Subgroups of the studies that are pooled; those without one are left out."""
    if by is None:
        return None, studies, []
    if len(by) != len(studies.given):
        raise ValueError(f"by must have one entry a study ({len(studies.given)}); got {len(by)}")
    column = pd.Series(by).reset_index(drop=True)[studies.given]
    keep = column.notna().to_numpy()
    lost = [name for name, kept in zip(studies.names, keep, strict=True) if not kept]
    warnings = [f"left out for want of a subgroup: {', '.join(lost)}"] if lost else []
    factor = pd.Categorical(column[keep]).remove_unused_categories()
    return factor, studies.where(keep), warnings


def _study_rows(
    studies: Studies, groups: pd.Categorical | None, weights: Floats, shared: dict[str, Any]
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    share = 100 * weights / weights.sum()
    labels = [""] * len(studies) if groups is None else [str(g) for g in groups]
    for i, name in enumerate(studies.names):
        values = {
            "estimate": studies.estimate[i],
            "estimate_low": studies.low[i],
            "estimate_high": studies.high[i],
            "effect": studies.effect[i],
            "effect_se": studies.se[i],
        }
        if np.isfinite(share[i]):  # a model of counts weighs no studies
            values["weight"] = share[i]
        if np.isfinite(studies.n[i]):
            values["n"] = studies.n[i]
        if studies.measure == "proportion":
            values["events"] = studies.events[i]
        found += rows(values, term=STUDY, level=name, group=labels[i], **shared)
    return found


def _subgroups(
    studies: Studies, groups: pd.Categorical, conventions: Conventions
) -> tuple[list[dict[str, object]], list[str], str]:
    names = [str(c) for c in groups.categories]
    members = [np.asarray(groups.codes == g) for g in range(len(names))]
    if conventions.subgroup_variance == "common" and len(studies) > len(names) > 1:
        return _common(studies, names, members, conventions)
    found: list[dict[str, object]] = []
    warnings: list[str] = []
    effects = []
    for name, member in zip(names, members, strict=True):
        part = studies.where(member)
        numbers = pooled_numbers(part, conventions)
        effects.append((numbers["effect"], numbers["effect_se"]))
        shared = {"n_used": len(part), "n_missing": 0}
        found += rows(numbers, term=POOLED, group=name, **shared)  # type: ignore[arg-type]
        if len(part) == 1:
            warnings.append(f"‘{name}’ is one study: its own z interval is given")
    if len(names) < 2:
        return found, [*warnings, "all studies are in one subgroup: nothing to compare"], ""
    mean, se = np.array(effects).T
    weights = 1 / se**2
    q = float(weights @ (mean - weights @ mean / weights.sum()) ** 2)
    df = len(names) - 1
    method = "Cochran’s Q of the subgroups’ pooled effects"
    values = {"test_statistic": q, "df": df, "p": chi_square_tail(q, df)}
    found += rows(values, term=BETWEEN, method=method, n_used=len(studies))
    kind = "" if conventions.between_studies == "none" else "Each subgroup had a τ² of its own. "
    return found, warnings, f"{kind}Subgroups were compared by Cochran’s Q of their pooled effects."


def _common(
    studies: Studies, names: list[str], members: list[np.ndarray], conventions: Conventions
) -> tuple[list[dict[str, object]], list[str], str]:
    columns = np.column_stack(members).astype(float)
    fitted = fit_model(studies, columns, conventions)
    tested = inference(fitted, conventions)
    found: list[dict[str, object]] = []
    for j, (name, member) in enumerate(zip(names, members, strict=True)):
        part = studies.where(member)
        numbers = effect_numbers(part, fitted, tested, j, conventions)
        if conventions.between_studies != "none":
            numbers["tau2"] = fitted.tau2
        found += rows(numbers, term=POOLED, group=name, n_used=len(part))
    contrast = np.column_stack([-np.ones(len(names) - 1), np.eye(len(names) - 1)])
    test = tested.together(contrast, fitted.beta)
    method = "meta-regression on the subgroup, one τ² for all"
    found += rows(test, term=BETWEEN, method=method, n_used=len(studies))
    words = "Subgroups shared one τ² and were compared by meta-regression on the subgroup."
    return found, [], words


def _averages(
    studies: Studies, by: pd.Series | Sequence[object] | None, shared: dict[str, Any]
) -> list[dict[str, object]]:
    """Means weighted by patients, of all rows and by subgroup; none where n is not known."""
    estimate, n = studies.every_estimate, studies.every_n
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(estimate) & np.isfinite(n) & (n > 0)
    groups = [("", np.ones(len(estimate), dtype=bool))]
    if by is not None and len(by) == len(estimate):
        column = pd.Series(by).reset_index(drop=True)
        levels = pd.Categorical(column).remove_unused_categories().categories
        groups += [(str(level), (column == level).to_numpy(bool)) for level in levels]
    found: list[dict[str, object]] = []
    for name, member in groups:
        here = usable & member
        if here.any():
            mean = float(np.average(estimate[here], weights=n[here]))
            values = {"weighted_mean": mean, "studies": int(here.sum()), "n": float(n[here].sum())}
            words = "mean of the printed estimates weighted by patients; a description only"
            found += rows(values, term=AVERAGE, group=name, method=words, **shared)
    return found


def _remarks(numbers: dict[str, float], studies: Studies, conventions: Conventions) -> list[str]:
    """What a reader must know before believing the pooled effect."""
    k = len(studies)
    if np.isnan(numbers["effect"]):
        return [NO_MAXIMUM]
    if k == 1:
        return ["only one study: its own z interval is given; nothing was pooled"]
    found = []
    if k < 5:
        found.append(f"{k} studies only: τ² and the intervals that rest on it are very uncertain")
    random = conventions.between_studies != "none"
    if random and k == 2 and conventions.prediction_interval == "t(k-2)":
        found.append("no prediction interval: it takes at least three studies")
    if random and numbers.get("tau2_high", NAN) == 0:
        found.append(
            "the effects differ less than chance alone would make them: the interval of τ² is empty"
        )
    plain = 1 / np.sqrt((1 / (studies.se**2 + numbers.get("tau2", 0.0))).sum())
    if studies.scale != "glmm" and numbers["effect_se"] < plain * (1 - 1e-9):
        found.append(
            "the Hartung–Knapp standard error is smaller than the usual one; the convention "
            "‘hartung-knapp at least z’ would not let it be"
        )
    if studies.scale == "freeman-tukey":
        least, most = studies.estimate.min(), studies.estimate.max()
        if not least <= numbers["estimate"] <= most:
            found.append(
                "the pooled proportion lies outside those of the studies: the double arcsine’s "
                "back-transformation misleads here; pool on the logit scale"
            )
    return found
