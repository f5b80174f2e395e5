"""The first table of completed sets, pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cohort_stats.comparing.rows import OVERALL, Row
from cohort_stats.imputing.pooled_estimates import Rows
from cohort_stats.imputing.rubin import PooledTest, pool_chi_square, pool_estimates, pool_wald
from cohort_stats.imputing.sets import COUNTS, POOLED, Place, Sets
from cohort_stats.results import Result

MEANS = (*COUNTS, "mean", "median", "q1", "q3", "smd", "smd_largest", "smd_mean")
#: Tests whose statistic is a chi-square in every set.
BY_CHI_SQUARE = ("counts", "trend", "linear by linear")
NO_RANKS = "rank tests are not pooled over imputed sets, so that there is no p-value"
#: How the names of the tests of means end.
MEANS_TESTED = ("t-test", "analysis of variance")
DIFFERENCE = ("mean_difference", "mean_difference_low", "mean_difference_high")


def pool_comparison(
    results: Sequence[Result],
    variables: Sequence[Row | str],
    imputed: Mapping[str, int] | None = None,
) -> Result:
    """Pool descriptions and comparisons of groups over completed sets.

    Parameters
    ----------
    results
        Of :func:`~cohort_stats.comparing.groups.compare_groups`, one a completed set, the
        counts tested by a chi-square test in each (``small_counts = "chi-square"``).
    variables
        The rows, as given there: a variable whose means were compared is a ``Row`` here too.
    imputed
        How many values of each variable were imputed.

    Returns
    -------
    Result
        Means of the counts, percentages, means, medians, quartiles and standardised
        differences; the root of the mean variance as sd; the smallest min and the largest max.
        For each variable compared p with its statistic and degrees of freedom: of two means
        Student's t of the pooled difference, of more the Wald test of their differences (D1),
        of counts D2 of the chi-squares. Rank tests have no p, and the method says why. For each
        variable imputed_values.

    Raises
    ------
    ValueError
        When a row's test is another than that of the results.

    Notes
    -----
    Rubin 1987; D1 and D2 as in :mod:`cohort_stats.imputing.rubin`. Medians and quartiles are
    described by their means over the sets, and have no standard error here. A U statistic has
    no variance in each set that Rubin's rules could use.
    """
    sets = Sets(results)
    chosen = {r.variable: r for r in (v if isinstance(v, Row) else Row(v) for v in variables)}
    found: Rows = []
    for place in sets:
        name = place.statistic
        if name in MEANS and not _pair(place):
            found += sets.mean(place)
            if name == "n" and place.term and place.group == OVERALL:
                found += sets.rows(place, {"imputed_values": (imputed or {}).get(place.term, 0)})
        elif name == "sd":
            found += sets.rows(place, {"sd": np.sqrt(np.mean(sets.get(place) ** 2))})
        elif name in ("min", "max"):
            end = np.nanmin if name == "min" else np.nanmax
            found += sets.rows(place, {name: end(sets.get(place))})
        elif name == "mean_difference" and not _pair(place):
            found += _difference(sets, place)
        elif name == "p" and not _pair(place):
            found += _test(sets, place, chosen[place.term])
    result = sets.result(found)
    words = results[0].method.partition(" The test follows")[0]  # what is pooled stands at each row
    return replace(result, method=f"{words} {POOLED}")


def _pair(place: Place) -> bool:
    """Whether a number is about two groups of several."""
    return bool(place.level) and bool(place.group) and place.statistic not in ("count", "percent")


def _difference(sets: Sets, place: Place) -> Rows:
    values, low, high = (sets.get(place.of(name)) for name in DIFFERENCE)
    if not np.isfinite([values, low, high]).all():
        return sets.rows(place, dict.fromkeys(DIFFERENCE, np.nan))
    found = pool_estimates(values, _variances(sets, place), _df_complete(sets, place))
    pooled = dict(zip(DIFFERENCE, (found.estimate, *found.limits), strict=True))
    return sets.rows(place, {**pooled, "fmi": found.fmi})


def _test(sets: Sets, place: Place, row: Row) -> Rows:
    numeric = any(p.statistic == "mean" and p.term == place.term for p in sets)
    kind, there = row.kind(numeric), sets.about(place).method
    if (kind == "means") != there.endswith(MEANS_TESTED):
        raise ValueError(f"variables must be the rows that the results were made with; "
                         f"{row.variable!r} was compared by {there}, not by {kind}")  # fmt: skip
    if kind in BY_CHI_SQUARE:
        values, df = sets.get(place.of("test_statistic")), sets.get(place.of("df"))
        if not np.isfinite(values).all() or np.ptp(df) != 0:
            return sets.rows(place, {"p": np.nan})
        found = pool_chi_square(values, df[0])
    elif kind == "means":
        made = _means(sets, place)
        if made is None:
            return sets.rows(place, {"p": np.nan})
        found = made
    else:
        return [{**one, "method": NO_RANKS} for one in sets.rows(place, {"p": np.nan})]
    tested = {"p": found.p, "f": found.f, "df": found.df, "df_denominator": found.df_denominator}
    return sets.rows(place, tested)


def _groups(sets: Sets, term: str) -> list[Place]:
    """The means of the groups compared; the first describes everybody."""
    return [p for p in sets if p.statistic == "mean" and p.term == term][1:]


def _means(sets: Sets, place: Place) -> PooledTest | None:
    groups = _groups(sets, place.term)
    means = np.array([sets.get(p) for p in groups])
    errors = np.array([(sets.get(p.of("sd")) ** 2) for p in groups])
    sizes = np.array([sets.get(p.of("n")) for p in groups])
    p = sets.get(place)
    if not (np.isfinite(means) & np.isfinite(errors)).all() or not np.isfinite(p).all():
        return None
    if not _welch(sets):
        pooled = ((sizes - 1) * errors).sum(axis=0) / (sizes.sum(axis=0) - len(groups))
        errors = np.broadcast_to(pooled, errors.shape)
    errors = errors / sizes
    apart = (means[1:] - means[0]).T
    covariances = np.array([np.diag(e[1:]) + e[0] for e in errors.T])
    return pool_wald(apart, covariances, _df_complete(sets, place))


def _welch(sets: Sets) -> bool:
    return sets.results[0].conventions.two_means == "welch"


def _variances(sets: Sets, place: Place) -> Any:
    groups = _groups(sets, place.term)
    errors = np.array([sets.get(p.of("sd")) ** 2 for p in groups])
    sizes = np.array([sets.get(p.of("n")) for p in groups])
    if _welch(sets):
        return (errors / sizes).sum(axis=0)
    pooled = ((sizes - 1) * errors).sum(axis=0) / (sizes.sum(axis=0) - 2)
    return pooled * (1 / sizes).sum(axis=0)


def _df_complete(sets: Sets, place: Place) -> float:
    """Degrees of freedom of the test in the sets: their mean, as Welch's differ a little."""
    test = place.of("p")._replace(group="", level="")
    many = sets.get(test.of("df_denominator"))
    found = many if np.isfinite(many).all() else sets.get(test.of("df"))
    return float(found.mean())
