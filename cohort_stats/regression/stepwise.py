"""Covariates that enter and leave a model one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels.likelihoods import (
    Fitted,
    Likelihood,
    conditional_test,
    fit,
    score_tests,
    wald_test,
)
from cohort_stats.regression.selection import Selection

ENTERED, REMOVED = "entered", "removed"
SAME_AIC = 1e-7
Terms = Mapping[str, tuple[int, ...]]
Needs = Mapping[str, tuple[str, ...]]
NOTHING: Needs = {}


@dataclass(frozen=True)
class Step:
    """One covariate that entered or left.

    Parameters
    ----------
    move
        ``entered`` or ``removed``.
    term
        The covariate.
    chi_square, df, p
        Of the test that decided; for AIC the likelihood-ratio test of the step.
    aic
        Of the model after it.
    """

    move: str
    term: str
    chi_square: float
    df: int
    p: float
    aic: float


@dataclass(frozen=True)
class Path:
    """How a search went.

    Parameters
    ----------
    steps
        In order.
    chosen
        The covariates of the model at its end, in the order in which they were given.
    first_aic
        Of the model it began with.
    untested
        Covariates that stayed because no finite statistic could judge them.
    """

    steps: tuple[Step, ...]
    chosen: tuple[str, ...]
    first_aic: float
    untested: tuple[str, ...] = ()


def stepwise(
    likelihood: Likelihood, terms: Terms, selection: Selection, needs: Needs = NOTHING
) -> Path:
    """Search for a model as a rule says.

    Parameters
    ----------
    likelihood
        Of all columns.
    terms
        The columns of each covariate.
    selection
        The rule; one of those that go step by step.
    needs
        Terms without which another may not be in the model: the parts of a product.

    Notes
    -----
    With a test: the forward and backward stepwise methods of SPSS (LOGISTIC REGRESSION and
    COXREG, FSTEP and BSTEP with COND, LR or WALD). The search ends when nothing enters or
    leaves, or when it comes back to a model that it has seen. By AIC: R's ``step`` and
    ``MASS::stepAIC``, which agree.
    """
    search = _Search(likelihood, terms, needs)
    start: tuple[str, ...] = () if selection.rule == "forward" else tuple(terms)
    if selection.by == "aic":
        return _by_aic(search, start, selection.rule)
    return _by_tests(search, start, selection)


class _Search:
    """Models of one search, each fitted once."""

    def __init__(self, likelihood: Likelihood, terms: Terms, needs: Needs) -> None:
        self.likelihood, self.terms, self.needs = likelihood, terms, needs
        self._models: dict[tuple[str, ...], Fitted] = {}

    def model(self, names: tuple[str, ...], near: Fitted | None = None) -> Fitted:
        if names not in self._models:
            columns = [*range(self.likelihood.base), *(c for n in names for c in self.terms[n])]
            self._models[names] = fit(self.likelihood, columns, near)
        return self._models[names]

    def with_(self, names: tuple[str, ...], new: str) -> tuple[str, ...]:
        return tuple(n for n in self.terms if n in names or n == new)

    def without(self, names: tuple[str, ...], gone: str) -> tuple[str, ...]:
        return tuple(n for n in names if n != gone)

    def may_enter(self, names: tuple[str, ...]) -> list[str]:
        outside = [n for n in self.terms if n not in names]
        return [n for n in outside if set(self.needs.get(n, ())) <= set(names)]

    def may_leave(self, names: tuple[str, ...]) -> list[str]:
        needed = {part for n in names for part in self.needs.get(n, ())}
        return [n for n in names if n not in needed]

    def aic(self, names: tuple[str, ...]) -> float:
        fitted = self.model(names)
        return -2 * fitted.log_likelihood + 2 * len(fitted.columns)

    def step(self, move: str, term: str, chi_square: float, after: tuple[str, ...]) -> Step:
        df = len(self.terms[term])
        return Step(move, term, chi_square, df, chi_square_tail(chi_square, df), self.aic(after))

    def best_entry(self, names: tuple[str, ...]) -> tuple[str, float, float] | None:
        """The covariate outside with the smallest score p, its chi-square and p."""
        outside = self.may_enter(names)
        if not outside:
            return None
        candidates = [self.terms[n] for n in outside]
        found = score_tests(self.likelihood, self.model(names), candidates)
        tested = [self._judged(n, x) for n, x in zip(outside, found, strict=True)]
        return min((t for t in tested if np.isfinite(t[2])), key=_rank, default=None)

    def worst(self, names: tuple[str, ...], by: str) -> tuple[str, float, float] | None:
        """The covariate inside with the largest p, its chi-square and p."""
        test = self._removal_tests[by]
        tested = [self._judged(n, test(names, n)) for n in self.may_leave(names)]
        return max((t for t in tested if np.isfinite(t[2])), key=_rank, default=None)

    def _judged(self, name: str, chi_square: float) -> tuple[str, float, float]:
        return name, chi_square, chi_square_tail(chi_square, len(self.terms[name]))

    @property
    def _removal_tests(self) -> dict[str, Callable[[tuple[str, ...], str], float]]:
        return {
            "wald": lambda names, n: wald_test(self.model(names), self.terms[n]),
            "conditional": lambda names, n: conditional_test(
                self.likelihood, self.model(names), self.terms[n]
            ),
            "likelihood ratio": self.likelihood_ratio,
            "score": lambda names, n: float(
                score_tests(self.likelihood, self._reduced(names, n), [self.terms[n]])[0]
            ),
        }

    def _reduced(self, names: tuple[str, ...], gone: str) -> Fitted:
        return self.model(self.without(names, gone), self.model(names))

    def likelihood_ratio(self, names: tuple[str, ...], gone: str) -> float:
        full, reduced = self.model(names), self._reduced(names, gone)
        return max(2 * (full.log_likelihood - reduced.log_likelihood), 0.0)


def _rank(tested: tuple[str, float, float]) -> tuple[float, float]:
    # Where p is too small to tell, the larger statistic decides.
    return tested[2], -tested[1]


def _by_tests(search: _Search, names: tuple[str, ...], selection: Selection) -> Path:
    first, seen, steps = search.aic(names), {names}, list[Step]()
    while True:
        leaving = search.worst(names, selection.by) if names else None
        if leaving is not None and leaving[2] >= selection.remove:
            move, (term, chi_square, _) = REMOVED, leaving
            after = search.without(names, term)
        else:
            entering = search.best_entry(names)
            if entering is None or not entering[2] < selection.enter:
                break
            move, (term, chi_square, _) = ENTERED, entering
            after = search.with_(names, term)
        if after in seen:
            break
        search.model(after, search.model(names))
        steps.append(search.step(move, term, chi_square, after))
        names = after
        seen.add(names)
    untested = () if search.model(names).converged else names
    return Path(tuple(steps), names, first, untested if selection.by != "likelihood ratio" else ())


def _by_aic(search: _Search, names: tuple[str, ...], rule: str) -> Path:
    first, steps = search.aic(names), list[Step]()
    while True:
        now, current = search.aic(names), search.model(names)
        moves = []
        if rule != "forward":
            moves += [(REMOVED, n, search.without(names, n)) for n in search.may_leave(names)]
        if rule != "backward":
            moves += [(ENTERED, n, search.with_(names, n)) for n in search.may_enter(names)]
        for _, _, after in moves:
            search.model(after, current)
        if not moves:
            break
        move, term, after = min(moves, key=lambda m: search.aic(m[2]))
        if search.aic(after) >= now - SAME_AIC:
            break
        larger, smaller = (names, after) if move == REMOVED else (after, names)
        gained = search.model(larger).log_likelihood - search.model(smaller).log_likelihood
        steps.append(search.step(move, term, 2 * gained, after))
        names = after
    return Path(tuple(steps), names, first)
