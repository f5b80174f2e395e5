"""Cumulative incidence beside a competing event, from counts at each distinct time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.lifetable import life_table, survival_interval

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CauseTable:
    """Counts by cause at each distinct time, ascending.

    Parameters
    ----------
    time
        Distinct times, shape (k,).
    at_risk
        Patients under observation just before each time.
    events, competing, censored
        Patients with the event, with the competing event, and censored, at each time.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    competing: Floats
    censored: Floats


def cause_table(time: Floats, event: Bools, competing: Bools) -> CauseTable:
    """Aggregate follow-up times: one row a distinct time.

    Parameters
    ----------
    time, event, competing
        Shape (n,); no missing times, and nobody with both events.
    """
    of_event, of_either = life_table(time, event), life_table(time, event | competing)
    other = of_either.events - of_event.events
    return CauseTable(of_event.time, of_event.at_risk, of_event.events, other, of_either.censored)


@dataclass(frozen=True)
class Incidence:
    """The Aalen–Johansen estimate at each time of a table.

    Parameters
    ----------
    incidence
        F(t), probability of the event up to and including t.
    before, after
        Probability of neither event just before, and just after, each time.
    """

    incidence: Floats
    before: Floats
    after: Floats


def aalen_johansen(table: CauseTable) -> Incidence:
    """Cumulative incidence of the event, all tied events counted at their common time."""
    hazard = (table.events + table.competing) / table.at_risk
    after = np.asarray(np.cumprod(1 - hazard), dtype=np.float64)
    before = np.r_[1.0, after[:-1]][: len(after)]
    incidence = np.cumsum(before * table.events / table.at_risk)
    return Incidence(incidence, before, after)


def variance(table: CauseTable, found: Incidence, kind: str) -> Floats:
    """Variance of the cumulative incidence at each time of a table.

    Parameters
    ----------
    table, found
        Counts, and the estimate from them.
    kind
        ``greenwood``: by the delta method with multinomial counts, which is what Greenwood's
        formula is for S(t) (Dinse and Larson 1986; Betensky and Schoenfeld 2001), and equals
        the infinitesimal jackknife of R's ``survfit``. ``aalen``: from counting processes
        with a correction for ties (Aalen 1978), as R's ``cmprsk::cuminc``.
    """
    return _greenwood(table, found) if kind == "greenwood" else _aalen(table, found)


def _greenwood(table: CauseTable, found: Incidence) -> Floats:
    n, d, d1 = table.at_risk, table.events + table.competing, table.events
    f, s = found.incidence, found.before
    stays = n > d  # when nobody stays, what comes later no longer depends on this time
    every = np.divide(d, n * (n - d), out=np.zeros_like(n), where=stays)
    own = s**2 * d1 * (n - d1) / n**3
    both = s * d1 / n**2
    # Σ (F(t) − F(u))² every + Σ own − 2 Σ (F(t) − F(u)) both, over u ≤ t, F(t) taken out.
    square = np.cumsum(every)
    linear = np.cumsum(f * every + both)
    constant = np.cumsum(f**2 * every + own + 2 * f * both)
    return np.asarray(np.maximum(f**2 * square - 2 * f * linear + constant, 0.0))


def _aalen(table: CauseTable, found: Incidence) -> Floats:
    n, f = table.at_risk, found.incidence
    stays = found.after > 0
    inverse = np.divide(1.0, found.after, out=np.zeros_like(n), where=stays)
    terms = []
    for count, direct in ((table.events, 1.0), (table.competing, 0.0)):
        jump = found.before**2 * for_ties(count, n) * count / n**2
        jump = jump if direct else np.where(stays, jump, 0.0)
        at_place = direct + f * inverse
        terms.append((inverse**2 * jump, inverse * at_place * jump, at_place**2 * jump))
    square, linear, constant = (np.cumsum(a + b) for a, b in zip(*terms, strict=True))
    return np.asarray(np.maximum(f**2 * square - 2 * f * linear + constant, 0.0))


def for_ties(count: Floats, at_risk: Floats) -> Floats:
    """1 − (d − 1)/(n − 1), what the variance of d tied events out of n falls short by."""
    tied = count > 1
    return 1 - np.divide(count - 1, at_risk - 1, out=np.zeros_like(count), where=tied)


def interval(incidence: Floats, variances: Floats, scale: str) -> tuple[Floats, Floats]:
    """95% limits of F(t) on the plain, log or log-log scale, of F(t) itself as R's ``survfit``.

    Parameters
    ----------
    incidence, variances
        F(t) and its variance.
    scale
        ``plain``, ``log`` or ``log-log``.

    Returns
    -------
    (low, high)
        Within [0, 1]; nan where F(t) is 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(incidence > 0, variances / incidence**2, np.inf)
    return survival_interval(incidence, relative, scale)
