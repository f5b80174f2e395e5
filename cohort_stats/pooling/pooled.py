"""One set of studies pooled: the effect, its intervals, and how much the studies differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from cohort_stats.conventions import Conventions
from cohort_stats.distributions import (
    Z95,
    chi_square_tail,
    f_tail,
    normal_two_sided,
    t_two_sided,
)
from cohort_stats.kernels.meta import MetaFit, Model, fit
from cohort_stats.pooling.mixed import COMMON_WORDS, WORDS, fit_counts
from cohort_stats.pooling.studies import Studies

Floats = npt.NDArray[np.float64]
NAN = float("nan")
ESTIMATORS = {
    "reml": "restricted maximum likelihood",
    "dersimonian-laird": "the method of DerSimonian and Laird",
    "paule-mandel": "the method of Paule and Mandel",
    "ml": "maximum likelihood",
}


@dataclass(frozen=True)
class Inference:
    """How coefficients of a model are tested.

    Parameters
    ----------
    covariance
        Of the coefficients, shape (p, p).
    df
        Degrees of freedom of t; infinite for the normal distribution.
    """

    covariance: Floats
    df: float

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def quantile(self) -> float:
        """97.5% quantile."""
        return quantile(self.df)

    def p(self, statistic: float) -> float:
        """Two-sided p-value of a coefficient over its standard error."""
        return normal_two_sided(statistic) if np.isinf(self.df) else t_two_sided(statistic, self.df)

    def together(self, contrast: Floats, beta: Floats) -> dict[str, float]:
        """Whether some combinations of the coefficients are all 0: chi-square, or F."""
        value = contrast @ beta
        middle = contrast @ self.covariance @ contrast.T
        df = len(contrast)
        wald = float(value @ np.linalg.solve(middle, value))
        if np.isinf(self.df):
            return {"test_statistic": wald, "df": df, "p": chi_square_tail(wald, df)}
        p = f_tail(wald / df, df, self.df)
        return {"test_statistic": wald / df, "df": df, "df_denominator": self.df, "p": p}


def quantile(df: float) -> float:
    """97.5% quantile of t; of the normal distribution where `df` is infinite; else nan below 1."""
    if np.isinf(df):
        return Z95
    return float(special.stdtrit(df, 0.975)) if df >= 1 else NAN


def inference(fitted: MetaFit, conventions: Conventions) -> Inference:
    """Wald's z, or Hartung and Knapp's t where there are degrees of freedom for it.

    One common effect is always tested with z: the factor is meant for random effects. The model
    of counts has no such factor: t with its own standard errors.

    Notes
    -----
    R: ``metafor::rma(test = "z")``, ``"knha"``, or ``"adhoc"`` for a factor of at least 1;
    ``rma.glmm(test = "t")``.
    Hartung, Knapp 2001; Knapp, Hartung 2003.
    """
    z = conventions.pooled_interval == "z" or conventions.between_studies == "none"
    if z or fitted.df < 1:
        return Inference(fitted.covariance, np.inf)
    factor = fitted.dispersion
    if conventions.pooled_interval == "hartung-knapp at least z":
        factor = max(1.0, factor)
    return Inference(fitted.covariance * factor, fitted.df)


def prediction_df(fitted: MetaFit, conventions: Conventions) -> float:
    """Degrees of freedom of the prediction interval: k − 2, k − 1, or infinite."""
    if conventions.prediction_interval == "z":
        return np.inf
    return fitted.df - 1 if conventions.prediction_interval == "t(k-2)" else fitted.df


def fit_model(studies: Studies, columns: Floats, conventions: Conventions) -> MetaFit:
    """The model of the convention ``between_studies``; one study alone has no τ².

    Counts (scale ``glmm``) are fitted by maximum likelihood, whatever the convention says but for
    ``none``.
    """
    if studies.scale == "glmm":
        common = conventions.between_studies == "none" or len(studies) == columns.shape[1]
        return fit_counts(studies, columns, common=common)
    return fit(studies.effect, studies.se**2, columns, conventions.between_studies)


def pooled_numbers(studies: Studies, conventions: Conventions) -> dict[str, float]:
    """Every number of one set of at least one study."""
    columns = np.ones((len(studies), 1))
    fitted = fit_model(studies, columns, conventions)
    numbers = effect_numbers(studies, fitted, inference(fitted, conventions), 0, conventions)
    return numbers | heterogeneity(studies, fitted, columns, conventions)


def effect_numbers(
    studies: Studies, fitted: MetaFit, tested: Inference, j: int, conventions: Conventions
) -> dict[str, float]:
    """A coefficient that is itself a pooled effect, with its prediction interval."""
    mean, se = float(fitted.beta[j]), float(tested.se[j])
    half = tested.quantile * se
    spread = np.nan
    if conventions.between_studies != "none" and fitted.df >= 1:
        spread = quantile(prediction_df(fitted, conventions)) * np.sqrt(se**2 + fitted.tau2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.divide(mean, se))
    limits = [mean, mean - half, mean + half, mean - spread, mean + spread]
    shown = studies.back(limits)
    known_n = bool(np.isfinite(studies.n).all())
    return {
        "studies": len(studies),
        **({"n": float(studies.n.sum())} if known_n else {}),
        "estimate": shown[0], "estimate_low": shown[1], "estimate_high": shown[2],
        "prediction": shown[0], "prediction_low": shown[3], "prediction_high": shown[4],
        "effect": mean, "effect_low": limits[1], "effect_high": limits[2], "effect_se": se,
        "test_statistic": ratio, "df": NAN if np.isinf(tested.df) else tested.df,
        "p": tested.p(ratio),
    }  # fmt: skip


def heterogeneity(
    studies: Studies, fitted: MetaFit, columns: Floats, conventions: Conventions
) -> dict[str, float]:
    """Q, τ², I² and H² with Q-profile limits; empty for a model without degrees of freedom.

    Notes
    -----
    R: ``rma``, ``confint(rma, type = "QP")``. Viechtbauer 2007. I² = τ² / (s² + τ²) with
    Higgins and Thompson's typical variance s²; for one common effect, (Q − df) / Q.
    """
    if fitted.df < 1:
        return {}
    q = {"q": fitted.q, "q_df": float(fitted.df), "q_p": chi_square_tail(fitted.q, fitted.df)}
    if conventions.between_studies == "none":
        i2 = 100 * max(0.0, (fitted.q - fitted.df) / fitted.q) if fitted.q > 0 else 0.0
        return q | {"i2": i2, "h2": fitted.q / fitted.df}
    if studies.scale == "glmm":
        return q | _between(fitted, fitted.tau2, "")
    model = Model(studies.effect, studies.se**2, columns)
    tails = (float(special.chdtri(fitted.df, tail)) for tail in (0.025, 0.975))
    low, high = (model.q_equals(tail) for tail in tails)
    found: dict[str, float] = {}
    for ending, tau2 in (("", fitted.tau2), ("_low", low), ("_high", high)):
        found |= _between(fitted, tau2, ending)
    return q | found


def _between(fitted: MetaFit, tau2: float, ending: str) -> dict[str, float]:
    return {
        f"tau2{ending}": tau2,
        f"tau{ending}": float(np.sqrt(tau2)),
        f"i2{ending}": 100 * tau2 / (fitted.typical_variance + tau2),
        f"h2{ending}": tau2 / fitted.typical_variance + 1,
    }


def short_words(conventions: Conventions, scale: str = "") -> str:
    """The model and its interval, for a note under a table."""
    if scale == "glmm":
        if conventions.between_studies == "none":
            return f"{COMMON_WORDS}, z interval"
        interval = "z" if conventions.pooled_interval == "z" else "t"
        return f"{WORDS}, {interval} interval, Q by likelihood ratio"
    if conventions.between_studies == "none":
        return "common effect, inverse variance, z interval"
    names = {"reml": "REML", "ml": "ML", "paule-mandel": "Paule–Mandel"}
    name = names.get(conventions.between_studies, "DerSimonian–Laird")
    interval = {"z": "z interval", "hartung-knapp": "Hartung–Knapp interval"}.get(
        conventions.pooled_interval, "Hartung–Knapp interval with a factor of at least 1"
    )
    return f"random effects, τ² by {name}, {interval}"


def method_words(conventions: Conventions, scale: str = "") -> str:
    """What was done, for a methods section."""
    common = conventions.between_studies == "none"
    if scale == "glmm":
        model = f"The model was {COMMON_WORDS if common else WORDS}"
    elif common:
        model = "Studies were pooled with a common-effect model (inverse variance weights)"
    else:
        how = ESTIMATORS[conventions.between_studies]
        model = (
            "Studies were pooled with a random-effects model (inverse variance weights), the "
            f"between-study variance τ² estimated by {how}"
        )
    if common:
        return (
            f"{model}, with 95% Wald (z) confidence intervals. Heterogeneity is given as Q and I²."
        )
    interval = {
        "z": "Wald (z) confidence intervals",
        "hartung-knapp": "Hartung–Knapp confidence intervals",
        "hartung-knapp at least z": "Hartung–Knapp confidence intervals, their factor at least 1",
    }[conventions.pooled_interval]
    profile = " (95% interval by the Q-profile method)"
    if scale == "glmm":
        profile = "; Q is the likelihood-ratio statistic"
        if conventions.pooled_interval != "z":
            interval = "confidence intervals by t with k − 1 degrees of freedom"
    quantiles = {"t(k-2)": "t with k − 2", "t(k-1)": "t with k − 1", "z": "the normal"}
    spread = quantiles[conventions.prediction_interval]
    spread += " degrees of freedom" if spread.startswith("t") else " distribution"
    return (
        f"{model}, with 95% {interval}. The 95% prediction interval, where the effect of a new "
        f"study is expected, rests on {spread}. Heterogeneity is given as Q, I² and "
        f"τ²{profile}."
    )
