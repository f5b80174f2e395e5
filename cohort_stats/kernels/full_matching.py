"""Optimal full matching on one number (Hansen): everybody in a set, distances least."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.assignment import in_order, must_fit

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


def match_full(treated: Floats, controls: Floats, caliper: float) -> Rows:
    """Sets of one treated and any number of controls, or the reverse, of least total distance.

    Everybody with a counterpart within the caliper is in a set. The sum of the distances
    between the one and the several of each set is the least that any such sets can have.

    Parameters
    ----------
    treated, controls
        Scores, shapes (m,) and (n,).
    caliper
        Largest distance allowed; may be infinite.

    Returns
    -------
    numpy.ndarray
        Shape (p, 2): the pairs (treated, control) that make up the sets, as positions.

    Notes
    -----
    Full matching without limits on the size of sets is the cheapest edge cover of the patients:
    its pieces are stars. An edge cover is what everybody's nearest counterpart costs, less what
    is saved by a matching of the edges that serve two patients at once, w(t, c) − μ(t) − μ(c)
    with μ the distance to the nearest (Schrijver, Combinatorial Optimization, section 19.3).
    On a line only neighbouring runs of treated and of controls need be considered: an edge that
    spans a control c' before a treated t' costs no less than the two edges (t, c'), (t', c). The
    matching falls into small components, each solved by linear assignment.

    R: ``optmatch::fullmatch``, up to its rounding of distances. Rosenbaum, JRSS B 1991; Hansen,
    JASA 2004.
    """
    if not len(treated) or not len(controls):
        return np.empty((0, 2), dtype=np.intp)
    to_control, near_t = _nearest(treated, controls)
    to_treated, near_c = _nearest(controls, treated)
    pairs = _neighbours(treated, controls)
    distance = np.abs(treated[pairs[:, 0]] - controls[pairs[:, 1]])
    saved = near_t[pairs[:, 0]] + near_c[pairs[:, 1]] - distance
    worthwhile = (saved > 1e-12 * max(float(distance.max()), 1e-300)) & (distance <= caliper)
    both = _best_matching(pairs[worthwhile], saved[worthwhile], len(treated), len(controls))
    rest_t = near_t <= caliper
    rest_t[both[:, 0]] = False
    rest_c = near_c <= caliper
    rest_c[both[:, 1]] = False
    at_t, at_c = np.flatnonzero(rest_t), np.flatnonzero(rest_c)
    edges = np.vstack(
        [both, np.column_stack([at_t, to_control[at_t]]), np.column_stack([to_treated[at_c], at_c])]
    )
    stars = _stars(np.unique(edges, axis=0), treated, controls)
    # With the same number of edges at each patient, other stars may be as short.
    stars = np.column_stack(in_order(stars[:, 0], stars[:, 1], treated, controls))
    return _stars(np.unique(stars, axis=0), treated, controls)


def _nearest(these: Floats, others: Floats) -> tuple[Rows, Floats]:
    """The nearest of the others for each, and its distance.

    Those of one score go round the others of the nearest score, so that sets are even.
    """
    values, count = np.unique(others, return_counts=True)
    by_value = np.argsort(others, kind="stable")
    start = np.cumsum(count) - count
    right = np.minimum(np.searchsorted(values, these), len(values) - 1)
    left = np.maximum(right - 1, 0)
    gap_left, gap_right = np.abs(these - values[left]), np.abs(these - values[right])
    chosen = np.where(gap_left <= gap_right, left, right)
    order = np.argsort(these, kind="stable")
    ordered = these[order]
    turn = np.empty(len(these), dtype=np.intp)
    turn[order] = np.arange(len(these)) - np.searchsorted(ordered, ordered)
    return by_value[start[chosen] + turn % count[chosen]], np.minimum(gap_left, gap_right)


def _neighbours(treated: Floats, controls: Floats) -> Rows:
    """Pairs of the treated and the controls of neighbouring runs along the line."""
    score = np.concatenate([treated, controls])
    kind = np.repeat([0, 1], [len(treated), len(controls)])
    order = np.lexsort((kind, score))
    kind, place = kind[order], np.where(order < len(treated), order, order - len(treated))
    starts = np.flatnonzero(np.diff(kind, prepend=-1) != 0)
    size = np.diff(np.append(starts, len(kind)))
    cells = size[:-1] * size[1:]
    must_fit(int(cells.sum()))
    run = np.repeat(np.arange(len(cells)), cells)
    within = np.arange(len(run)) - np.repeat(np.cumsum(cells) - cells, cells)
    first = place[starts[run] + within // size[run + 1]]
    second = place[starts[run + 1] + within % size[run + 1]]
    treated_first = kind[starts[run]] == 0
    return np.column_stack(
        [np.where(treated_first, first, second), np.where(treated_first, second, first)]
    )


def _best_matching(pairs: Rows, saved: Floats, m: int, n: int) -> Rows:
    """The matching of some pairs that saves most, component by component."""
    if not len(pairs):
        return np.empty((0, 2), dtype=np.intp)
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((saved, (pairs[:, 0], m + pairs[:, 1])), shape=(m + n, m + n))
    component = connected_components(graph, directed=False)[1][pairs[:, 0]]
    order = np.argsort(component, kind="stable")
    bounds = np.flatnonzero(np.diff(component[order], prepend=-1, append=-1) != 0)
    chosen = []
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        mine = order[begin:end]
        if len(mine) == 1:
            chosen.append(pairs[mine])
            continue
        rows, i = np.unique(pairs[mine, 0], return_inverse=True)
        columns, j = np.unique(pairs[mine, 1], return_inverse=True)
        must_fit(len(rows) * len(columns))
        gain = np.zeros((len(rows), len(columns)))
        gain[i, j] = saved[mine]
        a, b = linear_sum_assignment(gain, maximize=True)
        worth = gain[a, b] > 0
        chosen.append(np.column_stack([rows[a[worth]], columns[b[worth]]]))
    return np.vstack(chosen)


def _stars(edges: Rows, treated: Floats, controls: Floats) -> Rows:
    """The edges without those whose ends are both served by others (of no length, if optimal)."""
    ends = np.column_stack([edges[:, 0], len(treated) + edges[:, 1]])
    degree = np.bincount(ends.ravel(), minlength=len(treated) + len(controls))
    length = np.abs(treated[edges[:, 0]] - controls[edges[:, 1]])
    kept = np.ones(len(edges), dtype=bool)
    doubtful = (degree[ends] > 1).all(axis=1)
    for e in np.flatnonzero(doubtful)[np.argsort(-length[doubtful], kind="stable")]:
        if (degree[ends[e]] > 1).all():
            degree[ends[e]] -= 1
            kept[e] = False
    return edges[kept]
