"""Whether a partial likelihood rises for ever, and in which direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.risk_sets import Places, RiskSets

Floats = npt.NDArray[np.float64]


def endless_direction(sets: RiskSets, *, exact: bool = False) -> Floats:
    """A direction along which the partial likelihood rises for ever; zeros if there is none.

    There is one when, at every event, the patient who has it lies at least as far along the
    direction as everybody at risk, and farther than somebody (monotone likelihood: Bryson
    and Johnson 1981; Heinze and Schemper 2001). Found by a linear programme whose other
    unknowns are the farthest values at risk at each event time.

    Parameters
    ----------
    sets
        From :func:`risk_sets`.
    exact
        With exact ties those who have the event at one time need not be alike.

    Returns
    -------
    numpy.ndarray
        Shape (p,).
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, identity, vstack

    p, times = sets.matrix.shape[1], len(sets.deaths)
    patient, at = _present(sets, exact)
    member = identity(times, format="csr")
    below = hstack([csr_array(sets.matrix[patient]), -member[at]])
    stratum = np.repeat(sets.time_bounds[:-1], np.diff(sets.time_bounds))
    joined = np.flatnonzero(np.diff(stratum) == 0)
    if sets.entries is not None:
        joined = joined[:0]  # who is at risk later need not have been at risk before
    nested = hstack([csr_array((len(joined), p)), member[joined] - member[joined + 1]])
    above = hstack([csr_array(-sets.matrix[sets.dead]), member[sets.dead_time]])
    ones = np.ones(len(sets.matrix))
    everyone = sets.sums(ones, sets.matrix)[0] / sets.sums(ones)[0][:, None]
    gain = sets.matrix[sets.dead].sum(axis=0) - sets.deaths @ everyone
    constraints = vstack([below, nested, above])
    found = linprog(
        np.concatenate([-gain, np.zeros(times)]),
        A_ub=constraints,
        b_ub=np.zeros(constraints.shape[0]),
        bounds=[(-1, 1)] * p + [(None, None)] * times,
    )
    if found.status != 0 or -found.fun < 1e-6:
        return np.zeros(p)
    return np.where(np.abs(found.x[:p]) > 1e-6, found.x[:p], 0.0)


def _present(sets: RiskSets, exact: bool) -> tuple[Places, Places]:
    """Patients and event times at which they are at risk: the first, and with late entry all.

    With exact ties, without the time at which a patient has the event.
    """
    first_time = sets.first_time.copy()
    ends = np.repeat(sets.time_bounds[1:], np.diff(sets.bounds))
    if exact:
        first_time[sets.dead] += 1
    at_risk = np.flatnonzero(first_time < ends)
    if sets.entries is None:
        return at_risk, first_time[at_risk]
    first, last = first_time[at_risk], sets.entries.gone[at_risk]
    ends = ends[at_risk]
    spans = np.maximum(np.minimum(last, ends) - first, 0)
    starts = np.repeat(first - (np.cumsum(spans) - spans), spans)
    return np.repeat(at_risk, spans), starts + np.arange(spans.sum())
