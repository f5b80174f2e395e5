"""The choices on which correct programs differ, named and carried by every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Literal, get_args, get_type_hints

from cohort_stats.problem import must_be_one_of

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25


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
    quartiles
        Type of sample quantile in Hyndman and Fan's numbering: 7 (R), 6 (SPSS), 2 (Stata).
    survival_interval
        Scale of the interval of S(t) and of the median: ``log-log``, ``log`` or ``plain``.
    ties
        Tied event times in Cox models: ``efron`` or ``breslow``.
    logistic_interval
        Interval of an odds ratio: ``profile`` likelihood or ``wald``.
    smd_denominator
        Standard deviation of balance after matching: ``pooled`` over both original
        groups, or that of the original ``treated`` group.
    """

    preset: str = "recommended"
    two_means: Literal["welch", "student"] = "welch"
    chi_square: Literal["pearson", "yates", "n-1", "likelihood ratio"] = "pearson"
    small_counts: Literal["fisher", "chi-square"] = "fisher"
    rank_test: Literal["exact when small", "continuity", "asymptotic"] = "exact when small"
    quartiles: Literal[7, 6, 2] = 7
    survival_interval: Literal["log-log", "log", "plain"] = "log-log"
    ties: Literal["efron", "breslow"] = "efron"
    logistic_interval: Literal["profile", "wald"] = "profile"
    smd_denominator: Literal["pooled", "treated"] = "pooled"

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
        survival_interval="log",
        smd_denominator="treated",
    ),
    "spss": Conventions(
        preset="spss",
        two_means="student",
        rank_test="asymptotic",
        quartiles=6,
        survival_interval="plain",
        ties="breslow",
        logistic_interval="wald",
    ),
    "stata": Conventions(
        preset="stata",
        two_means="student",
        rank_test="asymptotic",
        quartiles=2,
        ties="breslow",
        logistic_interval="wald",
    ),
}
