"""Multiple imputation by chained equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_category, must_be
from cohort_stats.comparing.rows import is_numeric
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.outcome_columns import outcome_columns
from cohort_stats.imputing.patterns import checked_names
from cohort_stats.kernels.chained import NUMERIC, Column, Completed, Kind, complete
from cohort_stats.kernels.imputation_draws import DONORS
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Imputed:
    """A cohort with its missing values imputed several times.

    Parameters
    ----------
    result
        What was imputed, how, and how the imputed values moved from iteration to iteration.
    frames
        The completed cohorts: every column of the frame, the variables asked for complete.
    methods
        By variable imputed: how.
    """

    result: Result
    frames: tuple[pd.DataFrame, ...]
    methods: Mapping[str, Kind]


def impute(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    auxiliary: Sequence[str] = (),
    endpoints: Sequence[Endpoint] = (),
    outcomes: Mapping[str, pd.Series] | None = None,
    methods: Mapping[str, Kind] | None = None,
    imputations: int = 20,
    iterations: int = 10,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
    conventions: Conventions | str = RECOMMENDED,
) -> Imputed:
    """Impute missing values by chained equations.

    Every variable with missing values is regressed on all others, and its missing values are
    drawn; this is repeated over the variables, `iterations` times, for each completed set.

    Parameters
    ----------
    frame
        One row a patient; numbers, categories or True/False in the columns named.
    variables
        What is imputed: every variable of the analyses to come, complete ones too.
    auxiliary
        Columns that only help to predict: imputed along the way where they are incomplete,
        and given back as they were.
    endpoints
        Outcomes over time: the event, and the Nelson–Aalen cumulative hazard at each
        patient's time, predict every variable (White and Royston 2009); of an endpoint with a
        competing event, both events. They are not imputed.
    outcomes
        Other outcomes, by name: True/False or numbers; they predict, and are not imputed.
    methods
        How a variable is imputed, where not by its type: numbers by ``predictive mean
        matching`` (or ``normal``), two levels by ``logistic``, ordered ones by ``proportional
        odds`` (or ``polytomous``), others by ``polytomous`` regression.
    imputations, iterations, seed
        How many completed sets, how many rounds, and where chance starts: the k-th set is the
        same whatever the number of sets.
    progress
        Called with the rounds done and their number.
    conventions
        Recorded only.

    Returns
    -------
    Imputed
        In its result n, and complete: how many patients lack nothing; for each variable n
        known, missing, missing_percent; for each round (`time`) and set (`group`):
        imputed_mean and imputed_sd of the values filled in (of a variable with levels, of
        their places 1, 2, 3 …).

    Raises
    ------
    ValueError
        When a column is neither numbers nor levels, or has no known value; when a method does
        not fit its variable.

    Notes
    -----
    R: ``mice(maxit, m, method = c("pmm", "norm", "logreg", "polr", "polyreg"))``; unlike
    there, the parameters of polytomous and proportional-odds models are drawn too, so that
    what is not known of them enters. Van Buuren, Flexible Imputation of Missing Data, 2018.
    Predictors that determine each other do no harm. Outcomes that are missing are filled in
    along the way and given back as they were (von Hippel 2007).
    """
    conventions = as_conventions(conventions)
    names = checked_names(frame, variables)
    helping = [n for n in checked_names(frame, [*names, *auxiliary]) if n not in names]
    for argument, given in (("imputations", imputations), ("iterations", iterations)):
        must_be(argument, given, int, "a whole number")
        if given < 1:
            raise ValueError(f"{argument} must be at least 1; got {given}")
    must_be("endpoints", endpoints, (list, tuple), "a list of endpoints, as endpoints=[…]")
    outer = outcome_columns(endpoints, outcomes or {}, len(frame))
    wanted = dict(methods or {})
    for name in wanted:
        must_be_one_of("methods", name, names)
    columns = {n: _column(n, frame[n], wanted.get(n)) for n in [*names, *helping]}
    columns |= {n: _column(n, column, None) for n, column in outer.items()}
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(done, imputations * iterations)

    every = list(columns.values())
    predicts = ~np.eye(len(every), dtype=bool)
    chances = np.random.default_rng(seed).spawn(imputations)
    sets = [complete(every, predicts, iterations, chance, tick) for chance in chances]
    frames = tuple(_filled(frame, names, one.values) for one in sets)
    filled = {n: columns[n].kind for n in names if columns[n].missing.any()}
    numbers = _numbers(columns, names, sets)
    words = _words(filled, columns, outer, (imputations, iterations, seed))
    complete_cases = int(frame[names].notna().all(axis=1).sum())
    warnings = _warnings(columns, names, len(frame), complete_cases, imputations)
    numbers = pd.concat([_whole(len(frame), complete_cases), numbers], ignore_index=True)
    result = Result(numbers, words, len(frame), 0, conventions, tuple(warnings))
    return Imputed(result, frames, filled)


def _column(name: str, column: pd.Series, wanted: Kind | None) -> Column:
    if not column.notna().any():
        raise ValueError(f"variables must each have a known value; {name!r} has none")
    if is_numeric(column):
        kind: Kind = wanted or "predictive mean matching"
        must_be_one_of(f"methods of {name!r}, a number,", kind, NUMERIC)
        return Column(column.to_numpy(dtype=float, na_value=np.nan), 0, kind)
    factor = _factor(name, column)
    codes = factor.codes.astype(float)
    levels, ordered = len(factor.categories), bool(factor.ordered)
    usual = ("proportional odds", "polytomous") if ordered else ("polytomous",)
    allowed: tuple[Any, ...] = ("logistic",) if levels <= 2 else usual
    kind = wanted or allowed[0]
    must_be_one_of(f"methods of {name!r}, which has {levels} levels,", kind, allowed)
    return Column(np.where(codes < 0, np.nan, codes), levels, kind)


def _factor(name: str, column: pd.Series) -> pd.Categorical:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical(column)
    if pd.api.types.is_bool_dtype(column) or set(column.dropna().unique()) <= {True, False}:
        return pd.Categorical(column.astype(object), categories=[False, True])
    raise ValueError(
        f"variables must be numbers, categories or True/False; {name!r} is {column.dtype}"
        + as_category(name, column)
    )


def _filled(frame: pd.DataFrame, names: Sequence[str], values: Sequence[Floats]) -> pd.DataFrame:
    made: dict[str, pd.Series] = {}
    for name, found in zip(names, values, strict=False):
        column = frame[name]
        missing = column.isna().to_numpy()
        if not missing.any():
            continue
        if is_numeric(column):
            made[name] = pd.Series(found, index=frame.index)
            continue
        factor = _factor(name, column)
        codes = [int(code) for code in found]
        full = pd.Categorical.from_codes(codes, dtype=factor.dtype)
        made[name] = pd.Series(full, index=frame.index)
        if not isinstance(column.dtype, pd.CategoricalDtype):
            made[name] = made[name].astype("boolean")
    return frame.assign(**made)


def _whole(n: int, complete_cases: int) -> pd.DataFrame:
    return as_numbers(rows({"n": n, "complete": complete_cases}, n_used=n))


def _numbers(
    columns: Mapping[str, Column], names: Sequence[str], sets: Sequence[Completed]
) -> pd.DataFrame:
    found: list[dict[str, object]] = []
    for j, name in enumerate(names):
        missing = columns[name].missing
        n, lacking = len(missing), int(missing.sum())
        shared: dict[str, Any] = {"term": name, "n_used": n - lacking, "n_missing": lacking}
        method = columns[name].kind if lacking else "complete"
        values = {"n": n - lacking, "missing": lacking, "missing_percent": 100 * lacking / n}
        found += rows(values, method=method, **shared)
        if not lacking:
            continue
        place = 1.0 if columns[name].levels else 0.0
        for k, one in enumerate(sets, start=1):
            pairs = zip(one.means[:, j] + place, one.spreads[:, j], strict=True)
            for t, (mean, spread) in enumerate(pairs, start=1):
                values = {"imputed_mean": mean, "imputed_sd": spread}
                found += rows(values, group=str(k), time=float(t), method=method, **shared)
    return as_numbers(found)


def _words(
    filled: Mapping[str, Kind],
    columns: Mapping[str, Column],
    outer: Mapping[str, pd.Series],
    how: tuple[int, int, int],
) -> str:
    if not filled:
        return "No value was missing, and none was imputed."
    imputations, iterations, seed = how
    by_kind: dict[str, list[str]] = {}
    for name, kind in filled.items():
        share = 100 * columns[name].missing.mean()
        by_kind.setdefault(kind, []).append(f"`{name}` ({share:.1f}%)")
    listed = "; ".join(f"{', '.join(names)} by {_KIND_WORDS[k]}" for k, names in by_kind.items())
    from_ = [f"`{name}`" for name in columns if name not in outer]
    outcomes = "".join(f", {name}" for name in outer)
    return (
        f"Missing values were imputed by chained equations ({imputations} completed sets, "
        f"{iterations} iterations, seed {seed}): {listed}. Each was predicted from all others of "
        f"{', '.join(from_)}{outcomes}."
    )


_KIND_WORDS: Mapping[str, str] = {
    "predictive mean matching": f"predictive mean matching ({DONORS} donors)",
    "normal": "Bayesian linear regression",
    "logistic": "logistic regression",
    "polytomous": "polytomous regression",
    "proportional odds": "proportional-odds regression",
}


def _warnings(
    columns: Mapping[str, Column],
    names: Sequence[str],
    n: int,
    complete_cases: int,
    imputations: int,
) -> list[str]:
    found = []
    parameters = 1 + sum(max(c.levels - 1, 1) for c in columns.values())
    for name in names:
        known = int((~columns[name].missing).sum())
        if known < n and known <= parameters:
            found.append(
                f"`{name}`: {counted(known, 'known value')} for {parameters} predictors: hardly "
                "more than chance fills it in"
            )
    share = 100 * (n - complete_cases) / n if n else 0.0
    if imputations < share:
        found.append(
            f"{share:.0f}% of patients have a missing value: take at least {share:.0f} completed "
            f"sets (there are {imputations}), or standard errors and p-values depend on the seed"
        )
    return found
