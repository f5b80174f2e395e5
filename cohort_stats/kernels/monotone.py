"""Whether a partial likelihood rises for ever, and in which direction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.risk_sets import Places, RiskSets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 1e-6  # of a direction, or of what it gains
MOST_PATIENTS = 50_000  # beyond whom it would take too long to ask for each covariate


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
        Shape (p,). Zero, too, for a covariate without which as many events would be predicted
        as well (of up to 50,000 patients): it is not what makes the likelihood rise.
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
    ahead = sets.matrix[sets.dead] - everyone[sets.dead_time]

    def without(unused: Places) -> Floats:
        """A direction in which some covariates have no part."""
        bounds = [(-1.0, 1.0)] * p
        for j in unused:
            bounds[j] = (0.0, 0.0)
        found = linprog(
            np.concatenate([-gain, np.zeros(times)]),
            A_ub=constraints,
            b_ub=np.zeros(constraints.shape[0]),
            bounds=bounds + [(None, None)] * times,
        )
        if found.status != 0 or -found.fun < LEAST:
            return np.zeros(p)
        return np.where(np.abs(found.x[:p]) > LEAST, found.x[:p], 0.0)

    return needed(without, lambda direction: ahead @ direction > LEAST, len(sets.matrix))


def needed(
    without: Callable[[Places], Floats], improved: Callable[[Floats], Bools], n: int
) -> Floats:
    """A direction of what is needed for it; zeros if there is none.

    Parameters
    ----------
    without
        Finds a direction in which some columns have no part; zeros if there is none.
    improved
        Who is predicted better along a direction.
    n
        Number of patients.
    """
    direction = without(np.empty(0, dtype=np.intp))
    moved = np.flatnonzero(direction)
    if not len(moved) > 1 or n > MOST_PATIENTS:
        return direction
    better = improved(direction)
    idle = [j for j in moved if (improved(without(np.array([j]))) | ~better).all()]
    fewer = without(np.array(idle, dtype=np.intp)) if idle else direction
    return fewer if (improved(fewer) | ~better).all() else direction


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
