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
    "smd_largest": "largest absolute standardised mean difference of two of the groups",
    "smd_mean": "mean absolute standardised mean difference over every two groups",
    "p_se": "standard error of a p-value that random tables estimate",
    "p_adjusted": "p-value adjusted for the number of comparisons",
    "mean_difference": "mean of the second group less that of the first",
    "mean_difference_low": "lower 95% limit of the difference of means",
    "mean_difference_high": "upper 95% limit of the difference of means",
    "normality_w": "W of the Shapiro–Wilk test of a group's values",
    "normality_p": "its p-value",
    "levene_f": "F of Levene's test of equal variances (distances from the mean)",
    "levene_p": "its p-value",
    "brown_forsythe_f": "F of Brown and Forsythe's test (distances from the median)",
    "brown_forsythe_p": "its p-value",
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
    "observed": "events observed (each counted with its weight in a weighted test)",
    "expected": "events expected if the groups did not differ (likewise)",
    "chi_square": "chi-square statistic",
    "trend_z": "normal statistic of a test for trend, above 0 when events rise with the score",
    "score": "score of a group in a test for trend",
    "quantile": "time by which the share of patients in `level` has had the event",
    "quantile_low": "lower 95% limit of that time",
    "quantile_high": "upper 95% limit of that time",
    "mean_survival": "area under S(t) up to a group's last time (SPSS's mean survival time)",
    "mean_survival_se": "its standard error",
    "mean_survival_low": "its lower 95% limit",
    "mean_survival_high": "its upper 95% limit",
    "survival_difference": "S(t) of the group less S(t) of the first group",
    "survival_difference_low": "lower 95% limit of the difference of S(t)",
    "survival_difference_high": "upper 95% limit of the difference of S(t)",
    "horizon": "time up to which a restricted mean is taken",
    "rmst": "restricted mean survival time: mean time without the event up to tau",
    "rmst_se": "standard error of the restricted mean",
    "rmst_low": "lower 95% limit of the restricted mean",
    "rmst_high": "upper 95% limit of the restricted mean",
    "rmst_difference": "restricted mean of the group less that of the first group",
    "rmst_difference_low": "lower 95% limit of that difference",
    "rmst_difference_high": "upper 95% limit of that difference",
    "rmst_ratio": "restricted mean of the group over that of the first group",
    "rmst_ratio_low": "lower 95% limit of that ratio",
    "rmst_ratio_high": "upper 95% limit of that ratio",
    "person_time": "time under observation, summed over patients",
    "rate": "events per so many units of person-time",
    "rate_low": "lower 95% limit of the rate",
    "rate_high": "upper 95% limit of the rate",
    "rate_ratio": "rate of the group over that of the first group",
    "rate_ratio_low": "lower 95% limit of the rate ratio",
    "rate_ratio_high": "upper 95% limit of the rate ratio",
    "rate_difference": "rate of the group less that of the first group",
    "rate_difference_low": "lower 95% limit of the rate difference",
    "rate_difference_high": "upper 95% limit of the rate difference",
    "landmark": "time from which a landmark analysis follows patients",
    "events_before": "patients left out: event up to and including the landmark",
    "censored_before": "patients left out: censored up to and including the landmark",
    "entered_after": "patients left out: under observation only after the landmark",
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
    "studies": "studies pooled",
    "estimate": "effect of a study or of all pooled, as printed: ratio, proportion, area …",
    "estimate_low": "lower 95% limit of the estimate",
    "estimate_high": "upper 95% limit of the estimate",
    "effect": "the same on the scale of the analysis: log ratio, logit, double arcsine …",
    "effect_low": "lower 95% limit of the effect",
    "effect_high": "upper 95% limit of the effect",
    "effect_se": "standard error of the effect",
    "weight": "weight of a study in the pooled effect, per cent",
    "weighted_mean": "mean of the studies' estimates weighted by their patients",
    "prediction": "the pooled estimate, with the interval where a new study's is expected",
    "prediction_low": "lower 95% prediction limit",
    "prediction_high": "upper 95% prediction limit",
    "q": "Cochran's Q, heterogeneity of the studies (residual, where there are moderators)",
    "q_df": "its degrees of freedom",
    "q_p": "its p-value",
    "tau2": "between-study variance τ² on the scale of the analysis",
    "tau2_low": "lower 95% limit of τ² (Q-profile)",
    "tau2_high": "upper 95% limit of τ² (Q-profile)",
    "tau": "between-study standard deviation τ",
    "tau_low": "lower 95% limit of τ",
    "tau_high": "upper 95% limit of τ",
    "i2": "I², share of the variance that is between studies, per cent",
    "i2_low": "lower 95% limit of I²",
    "i2_high": "upper 95% limit of I²",
    "h2": "H², total over typical within-study variance",
    "h2_low": "lower 95% limit of H²",
    "h2_high": "upper 95% limit of H²",
    "r2": "share of τ² that the moderators account for, per cent",
    "coefficient_low": "lower 95% limit of the coefficient",
    "coefficient_high": "upper 95% limit of the coefficient",
    "excluded": "patients left out at this step",
    "unknown": "patients for whom the step's condition is not known (they stay)",
    "remaining": "patients left after this step",
    "refused": "patients of the file whose values a definition does not take",
    # Proportions and 2 × 2 tables
    "proportion": "share of the patients with the event",
    "proportion_low": "lower 95% limit of the proportion",
    "proportion_high": "upper 95% limit of the proportion",
    "risk_difference": "proportion of the second group minus that of the first",
    "risk_difference_low": "lower 95% limit of the risk difference",
    "risk_difference_high": "upper 95% limit of the risk difference",
    "risk_ratio": "proportion of the second group over that of the first",
    "risk_ratio_low": "lower 95% limit of the risk ratio",
    "risk_ratio_high": "upper 95% limit of the risk ratio",
    "conditional_odds_ratio": "odds ratio by conditional maximum likelihood",
    "conditional_odds_ratio_low": "lower exact 95% limit of the conditional odds ratio",
    "conditional_odds_ratio_high": "upper exact 95% limit of the conditional odds ratio",
    # Before and after
    "mean_low": "lower 95% limit of the mean (Student's t)",
    "mean_high": "upper 95% limit of the mean (Student's t)",
    "higher": "patients whose value or level was higher after than before",
    "lower": "patients whose value or level was lower after than before",
    "unchanged": "patients whose value or level was the same after as before",
    "moves": "patients at the level `term` before and the level `level` after",
    # Competing risks
    "competing_events": "patients with the competing event",
    "competing_to_date": "competing events up to and including t",
    "cumulative_incidence": "F(t), probability of the event up to and including time t",
    "cumulative_incidence_low": "lower 95% limit of F(t)",
    "cumulative_incidence_high": "upper 95% limit of F(t)",
    "cumulative_incidence_se": "standard error of F(t)",
    "incidence_curve": "F(t) at a time where the curve steps or a patient leaves",
    "incidence_curve_low": "lower 95% limit of the curve of F(t)",
    "incidence_curve_high": "upper 95% limit of the curve of F(t)",
    "subdistribution_hazard_ratio": "subdistribution hazard ratio (Fine and Gray)",
    "subdistribution_hazard_ratio_low": "its lower 95% limit",
    "subdistribution_hazard_ratio_high": "its upper 95% limit",
    "wald_df": "degrees of freedom of the Wald chi-square of the model",
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
