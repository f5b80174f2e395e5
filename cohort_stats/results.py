"""What a result is: numbers as data, with how each was computed and who was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.problem import suggestion

COLUMNS = (
    "analysis",
    "group",
    "term",
    "level",
    "time",
    "statistic",
    "value",
    "method",
    "n_used",
    "n_missing",
)

#: Every statistic a result may hold, with its meaning. An interval's limits are named
#: after the estimate: ``hazard_ratio_low`` and ``hazard_ratio_high`` are its 95% limits.
GLOSSARY: Mapping[str, str] = {
    "n": "patients",
    "missing": "patients whose value is missing",
    "count": "patients at this level",
    "percent": "patients at this level, per cent of those whose value is known",
    "mean": "arithmetic mean",
    "sd": "standard deviation (n − 1)",
    "median": "median; for survival, the time at which S(t) reaches one half",
    "median_low": "lower 95% limit of the median survival time",
    "median_high": "upper 95% limit of the median survival time",
    "q1": "first quartile",
    "q3": "third quartile",
    "min": "smallest value",
    "max": "largest value",
    "p": "two-sided p-value",
    "test_statistic": "statistic of the test named in the method",
    "df": "degrees of freedom",
    "df_denominator": "denominator degrees of freedom",
    "smd": "standardised mean difference",
    "variance_ratio": "variance of treated over variance of controls",
    "events": "patients with the event",
    "censored": "patients without the event at last contact",
    "survival": "S(t), probability of no event up to and including time t",
    "survival_low": "lower 95% limit of S(t)",
    "survival_high": "upper 95% limit of S(t)",
    "at_risk": "patients at risk just before t",
    "events_to_date": "events up to and including t",
    "censored_to_date": "censored before t",
    "curve": "S(t) at a time where the curve steps or a patient is censored",
    "curve_low": "lower 95% limit of the curve",
    "curve_high": "upper 95% limit of the curve",
    "curve_censored": "patients censored at this time",
    "median_follow_up": "median follow-up by reverse Kaplan–Meier",
    "median_follow_up_low": "lower 95% limit of the median follow-up",
    "median_follow_up_high": "upper 95% limit of the median follow-up",
    "observed": "events observed",
    "expected": "events expected if the groups did not differ",
    "chi_square": "chi-square statistic",
    "coefficient": "regression coefficient (log ratio)",
    "se": "standard error of the coefficient",
    "z": "coefficient over its standard error",
    "hazard_ratio": "hazard ratio",
    "hazard_ratio_low": "lower 95% limit of the hazard ratio",
    "hazard_ratio_high": "upper 95% limit of the hazard ratio",
    "odds_ratio": "odds ratio",
    "odds_ratio_low": "lower 95% limit of the odds ratio",
    "odds_ratio_high": "upper 95% limit of the odds ratio",
    "reference": "reference level: the ratio is 1 by definition",
    "global_p": "Wald p-value of all levels of a factor together",
    "entered": "1 when the term entered the multivariable model, else 0",
    "log_likelihood": "log (partial) likelihood of the fitted model",
    "log_likelihood_null": "log (partial) likelihood without covariates",
    "lr_chi_square": "likelihood-ratio chi-square of the model",
    "lr_df": "its degrees of freedom",
    "lr_p": "its p-value",
    "wald_chi_square": "Wald chi-square of the model",
    "score_chi_square": "score chi-square of the model",
    "wald_p": "p-value of the Wald chi-square of the model",
    "ph_chi_square": "score chi-square of proportional hazards of a term",
    "ph_df": "its degrees of freedom",
    "ph_p": "its p-value",
    "ph_global_chi_square": "score chi-square of proportional hazards of the whole model",
    "ph_global_df": "its degrees of freedom",
    "ph_global_p": "its p-value",
    "concordance": "Harrell's concordance: share of pairs whose order in time the score tells",
    "concordance_se": "standard error of the concordance",
    "concordance_low": "lower 95% limit of the concordance",
    "concordance_high": "upper 95% limit of the concordance",
    "nagelkerke": "Nagelkerke's R²",
    "mcfadden": "McFadden's R²",
    "deviance": "residual deviance",
    "auc": "area under the ROC curve",
    "auc_low": "lower 95% limit of the area",
    "auc_high": "upper 95% limit of the area",
    "auc_se": "standard error of the area",
    "cutoff": "cut-off",
    "cutoff_low": "lower 95% limit of the cut-off (bootstrap)",
    "cutoff_high": "upper 95% limit of the cut-off (bootstrap)",
    "youden": "sensitivity + specificity − 1",
    "sensitivity": "sensitivity",
    "sensitivity_low": "lower 95% limit of the sensitivity",
    "sensitivity_high": "upper 95% limit of the sensitivity",
    "specificity": "specificity",
    "specificity_low": "lower 95% limit of the specificity",
    "specificity_high": "upper 95% limit of the specificity",
    "ppv": "positive predictive value",
    "ppv_low": "lower 95% limit of the positive predictive value",
    "ppv_high": "upper 95% limit of the positive predictive value",
    "npv": "negative predictive value",
    "npv_low": "lower 95% limit of the negative predictive value",
    "npv_high": "upper 95% limit of the negative predictive value",
    "true_positive": "test positive, outcome present",
    "false_positive": "test positive, outcome absent",
    "true_negative": "test negative, outcome absent",
    "false_negative": "test negative, outcome present",
    "roc_sensitivity": "a point of the ROC curve: sensitivity at the cut-off in `level`",
    "roc_specificity": "a point of the ROC curve: specificity at the cut-off in `level`",
    "caliper": "largest distance allowed, on the logit of the propensity score",
    "pairs": "treated patients who were matched",
    "unmatched": "patients left without a match",
    "excluded": "patients left out at this step",
    "unknown": "patients for whom the step's condition is not known (they stay)",
    "remaining": "patients left after this step",
    "refused": "patients of the file whose values a definition does not take",
}


@dataclass(frozen=True)
class Result:
    """The numbers of one analysis.

    Parameters
    ----------
    numbers
        One row a number: group, term, level, time, statistic (a name of ``GLOSSARY``),
        value, method, n_used, n_missing.
    method
        What was done, in words fit for a methods section.
    n_used, n_missing
        Patients analysed, and patients left out because a value was missing.
    conventions
        The choices in force.
    warnings
        What a reader must know before believing the numbers.
    """

    numbers: pd.DataFrame
    method: str
    n_used: int
    n_missing: int
    conventions: Conventions = RECOMMENDED
    warnings: tuple[str, ...] = field(default=())

    def tidy(self) -> pd.DataFrame:
        """The numbers as one long frame with the columns of ``COLUMNS``."""
        return self.numbers.reindex(columns=list(COLUMNS))

    def value(self, statistic: str, **where: object) -> float:
        """One number.

        Parameters
        ----------
        statistic
            A name of ``GLOSSARY``.
        **where
            Values of ``group``, ``term``, ``level``, ``time`` or ``analysis``.

        Raises
        ------
        ValueError
            When no number or more than one fits.
        """
        found = pick(self.numbers, statistic, **where)
        if len(found) != 1:
            wanted = ", ".join(f"{k}={v!r}" for k, v in {"statistic": statistic, **where}.items())
            known = list(dict.fromkeys(self.numbers["statistic"]))
            near = suggestion(statistic, known) if statistic not in known else ""
            near = f" ({near or 'statistics are ' + ', '.join(known)})" if not len(found) else ""
            raise ValueError(f"{wanted} must name one number; {len(found)} fit{near}")
        return float(found["value"].iloc[0])

    def named(self, analysis: str) -> Result:
        """The same result, its numbers labelled with the name of an analysis."""
        return replace(self, numbers=self.numbers.assign(analysis=analysis))


def pick(numbers: pd.DataFrame, statistic: str, **where: object) -> pd.DataFrame:
    """The rows of a frame of numbers that hold a statistic and fit all conditions."""
    keep = (numbers["statistic"] == statistic).to_numpy()
    for column, wanted in where.items():
        keep &= (numbers[column] == wanted).to_numpy()
    return numbers[keep]


def rows(
    values: Mapping[str, object],
    *,
    group: str = "",
    term: str = "",
    level: str = "",
    time: float = np.nan,
    method: str = "",
    n_used: int = 0,
    n_missing: int = 0,
) -> list[dict[str, object]]:
    """Rows of a result: one for each statistic of `values`, all else shared."""
    shared = {
        "group": group,
        "term": term,
        "level": level,
        "time": time,
        "method": method,
        "n_used": n_used,
        "n_missing": n_missing,
    }
    return [{"statistic": name, "value": value, **shared} for name, value in values.items()]


def as_numbers(found: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """A frame of numbers from rows; unknown statistic names are a bug."""
    listed = list(found)
    columns: dict[str, object] = {name: [row[name] for row in listed] for name in COLUMNS[1:]}
    unknown = {row["statistic"] for row in listed} - set(GLOSSARY)
    if unknown:
        raise ValueError(f"statistic must be a name of GLOSSARY; got {sorted(map(str, unknown))}")
    for name, kind in (("value", float), ("time", float), ("n_used", int), ("n_missing", int)):
        columns[name] = np.array(columns[name], dtype=kind)
    return pd.DataFrame({"analysis": [""] * len(listed), **columns})


def along(
    values: Mapping[str, npt.ArrayLike],
    shared: Mapping[str, object],
    *,
    time: npt.ArrayLike = np.nan,
    level: Sequence[str] = ("",),
) -> pd.DataFrame:
    """A frame of numbers along a curve: every statistic at every place, place by place.

    Parameters
    ----------
    values
        For each statistic its values, shape (k,).
    shared
        What else :func:`rows` takes, the same for all.
    time, level
        What tells the places apart, shape (k,), or one for all.
    """
    columns = [np.asarray(v, dtype=float) for v in values.values()]
    k, s = len(columns[0]), len(columns)
    frame = as_numbers(rows(dict.fromkeys(values, np.nan), **shared))  # type: ignore[arg-type]
    frame = frame.loc[np.tile(np.arange(s), k)].reset_index(drop=True)
    times, levels = np.broadcast_to(np.asarray(time, dtype=float), k), np.broadcast_to(level, k)
    return frame.assign(
        value=np.column_stack(columns).ravel(), time=np.repeat(times, s), level=np.repeat(levels, s)
    )


def joined(first: Result, *others: Result) -> Result:
    """One result of several about the same patients: numbers, methods and warnings in order."""
    several = (first, *others)
    methods = [r.method.removesuffix(".") for r in several if r.method]
    return replace(
        first,
        numbers=pd.concat([r.numbers for r in several if len(r.numbers)], ignore_index=True),
        method=". ".join(dict.fromkeys(methods)),
        warnings=tuple(dict.fromkeys(w for r in several for w in r.warnings)),
    )


def stack(results: Iterable[Result]) -> pd.DataFrame:
    """The numbers of several results as one frame, in order."""
    frames = [result.tidy() for result in results if len(result.numbers)]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(frames, ignore_index=True)
