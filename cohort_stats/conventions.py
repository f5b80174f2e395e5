"""The choices on which correct programs differ, named and carried by every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Literal, get_args, get_type_hints

from cohort_stats.problem import must_be_one_of

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25
#: Days in each unit of time that an endpoint may be turned into.
DAYS_IN = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}


@dataclass(frozen=True)
class Conventions:
    """How numbers are computed where programs differ.

    Parameters
    ----------
    preset
        Name of the set this began as: ``recommended``, ``r``, ``spss`` or ``stata``.
    two_means
        ``welch`` (unequal variances) or ``student``; for more than two groups Welch's
        or the classical one-way analysis of variance.
    chi_square
        ``pearson``; ``yates`` (continuity correction) or ``n-1`` (Campbell) of 2 × 2 tables;
        or ``likelihood ratio``.
    small_counts
        ``fisher``: an exact test when an expected count is below 5; ``chi-square``: never.
    rank_test
        ``exact when small``: exact below 50 untied patients in each group, else the normal
        approximation with tie correction; ``continuity``: likewise, with the continuity
        correction (R); ``asymptotic``: always the approximation, without it (SPSS).
    zero_differences
        Patients who did not change, in the signed rank test: ``dropped`` before ranking
        (Wilcoxon; R, SPSS) or ``ranked`` and then left out of the sum (Pratt; Stata).
    mcnemar
        McNemar's test: ``exact`` (binomial; SPSS CROSSTABS), ``chi-square`` (Stata), or
        ``continuity`` (the chi-square with continuity correction; R).
    proportion_interval
        Interval of one proportion: ``wilson``, ``clopper-pearson`` (R's ``binom.test``,
        Stata), ``agresti-coull`` or ``jeffreys``.
    risk_difference
        Interval of the difference of two proportions, of two groups or before and after:
        ``newcombe`` (hybrid score; SPSS) or ``wald`` (R's ``prop.test``, Stata).
    quartiles
        Type of sample quantile in Hyndman and Fan's numbering: 7 (R), 6 (SPSS), 2 (Stata).
    survival_interval
        Scale of the interval of S(t) and of the median: ``log-log``, ``log`` or ``plain``.
    quantile_interval
        Interval of the median and other quantiles of survival: ``brookmeyer-crowley``, where
        the limits of S(t) cross the level, or ``symmetric``, the quantile ± 1.96 standard
        errors from a crude density (SPSS).
    flat_survival
        Median where S(t) runs flat at one half: ``midpoint`` of that stretch (R), or its
        ``first`` time (SPSS, Stata).
    incidence_variance
        Variance of the cumulative incidence: ``greenwood`` (delta method; R's ``survfit``) or
        ``aalen`` (R's ``cmprsk``).
    ties
        Tied event times in Cox models: ``efron``, ``breslow``, or ``exact`` (the discrete
        partial likelihood; R's ``ties = "exact"``, Stata's ``exactp``).
    cox_interval
        Interval of a hazard ratio: ``wald`` or ``profile`` likelihood.
    logistic_interval
        Interval of an odds ratio: ``profile`` likelihood or ``wald``.
    auc_interval
        Standard error of an area under a ROC curve: ``delong`` (R's pROC, Stata),
        ``hanley-mcneil`` (1982, nonparametric; SPSS), ``hanley-mcneil exponential`` (1982, the
        usual short formula; SPSS's ``NEGEXPO``), or ``bootstrap`` (percentile interval).
    cluster_factor
        Robust variances of logistic and ordinal models with g clusters: times ``g/(g-1)``
        (R's ``sandwich``, Stata), or ``none`` (R's ``rms::robcov``, SPSS's GENLIN).
    smd_denominator
        Standard deviation of balance after matching: ``pooled`` over both original
        groups, or that of the original ``treated`` group.
    between_studies
        Between-study variance τ² of pooled studies: ``reml``, ``dersimonian-laird``,
        ``paule-mandel``, ``ml``, or ``none`` (one common effect, inverse variance).
    pooled_interval
        Interval and test of a pooled effect: ``hartung-knapp`` (t distribution),
        ``hartung-knapp at least z`` (likewise, its factor never below 1), or ``z`` (Wald).
    prediction_interval
        Quantile of the prediction interval of k studies: ``t(k-2)``, ``t(k-1)`` or ``z``.
    subgroup_variance
        τ² of subgroups of studies: ``separate`` or ``common``.
    funnel_test
        Asymmetry of a funnel: ``egger`` (weighted regression on the standard error, t test), or
        ``mixed`` (the standard error as a moderator of the pooled model).
    """

    preset: str = "recommended"
    two_means: Literal["welch", "student"] = "welch"
    chi_square: Literal["pearson", "yates", "n-1", "likelihood ratio"] = "pearson"
    small_counts: Literal["fisher", "chi-square"] = "fisher"
    rank_test: Literal["exact when small", "continuity", "asymptotic"] = "exact when small"
    zero_differences: Literal["dropped", "ranked"] = "dropped"
    mcnemar: Literal["exact", "chi-square", "continuity"] = "exact"
    proportion_interval: Literal["wilson", "clopper-pearson", "agresti-coull", "jeffreys"] = (
        "wilson"
    )
    risk_difference: Literal["newcombe", "wald"] = "newcombe"
    quartiles: Literal[7, 6, 2] = 7
    survival_interval: Literal["log-log", "log", "plain"] = "log-log"
    quantile_interval: Literal["brookmeyer-crowley", "symmetric"] = "brookmeyer-crowley"
    flat_survival: Literal["midpoint", "first"] = "midpoint"
    incidence_variance: Literal["greenwood", "aalen"] = "greenwood"
    ties: Literal["efron", "breslow", "exact"] = "efron"
    cox_interval: Literal["wald", "profile"] = "wald"
    logistic_interval: Literal["profile", "wald"] = "profile"
    auc_interval: Literal["delong", "hanley-mcneil", "hanley-mcneil exponential", "bootstrap"] = (
        "delong"
    )
    cluster_factor: Literal["g/(g-1)", "none"] = "g/(g-1)"
    smd_denominator: Literal["pooled", "treated"] = "pooled"
    between_studies: Literal["reml", "dersimonian-laird", "paule-mandel", "ml", "none"] = "reml"
    pooled_interval: Literal["hartung-knapp", "hartung-knapp at least z", "z"] = "hartung-knapp"
    prediction_interval: Literal["t(k-2)", "t(k-1)", "z"] = "t(k-2)"
    subgroup_variance: Literal["separate", "common"] = "separate"
    funnel_test: Literal["egger", "mixed"] = "egger"

    def __post_init__(self) -> None:
        for name, allowed in choices().items():
            must_be_one_of(name, getattr(self, name), allowed)

    def overriding(self, **changed: object) -> Conventions:
        """The same conventions but for the choices named.

        Raises
        ------
        ValueError
            When there is no such choice, or the choice does not allow the value.
        """
        for name in changed:
            must_be_one_of("conventions", name, tuple(choices()))
        return replace(self, **changed)  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, object]:
        """Choice by choice, for the record of a run."""
        return asdict(self)


def as_conventions(given: Conventions | str) -> Conventions:
    """Conventions, or those of a preset by its name.

    Raises
    ------
    ValueError
        When there is no such preset.
    """
    if isinstance(given, Conventions):
        return given
    must_be_one_of("conventions", given, tuple(PRESETS))
    return PRESETS[given]


def choices() -> Mapping[str, tuple[object, ...]]:
    """The allowed values of each choice, and the presets."""
    hints = get_type_hints(Conventions)
    allowed = {f.name: get_args(hints[f.name]) for f in fields(Conventions) if f.name != "preset"}
    return {"preset": ("recommended", "r", "spss", "stata"), **allowed}


RECOMMENDED = Conventions()
PRESETS: Mapping[str, Conventions] = {
    "recommended": RECOMMENDED,
    "r": Conventions(
        preset="r",
        chi_square="yates",
        rank_test="continuity",
        mcnemar="continuity",
        proportion_interval="clopper-pearson",
        risk_difference="wald",
        survival_interval="log",
        smd_denominator="treated",
        pooled_interval="z",
        prediction_interval="z",
        subgroup_variance="common",
        funnel_test="mixed",
    ),
    "spss": Conventions(
        preset="spss",
        two_means="student",
        rank_test="asymptotic",
        quartiles=6,
        survival_interval="plain",
        quantile_interval="symmetric",
        flat_survival="first",
        ties="breslow",
        logistic_interval="wald",
        auc_interval="hanley-mcneil",
        cluster_factor="none",
        pooled_interval="z",
        funnel_test="mixed",
    ),
    "stata": Conventions(
        preset="stata",
        two_means="student",
        rank_test="asymptotic",
        zero_differences="ranked",
        mcnemar="chi-square",
        proportion_interval="clopper-pearson",
        risk_difference="wald",
        quartiles=2,
        flat_survival="first",
        ties="breslow",
        logistic_interval="wald",
        pooled_interval="z",
        funnel_test="mixed",
    ),
}
