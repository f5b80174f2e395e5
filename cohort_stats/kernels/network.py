"""The exact test of a table of counts by the network algorithm of Mehta and Patel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.exact import RELATIVE_TOLERANCE, TooManyTables, dense, log_factorials

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

#: Steps of the network, and paths followed through it, before the test is given up: each takes
#: some seconds and some hundred megabytes at most.
MOST_STEPS = 4_000_000
MOST_PATHS = 15_000_000
AT_ONCE = 2_000_000
SAME = 1e9  # paths whose logarithms agree to one part of this are one path


def fisher(table: npt.ArrayLike) -> float:
    """Two-sided p of Fisher's exact test (Freeman–Halton for more than 2 × 2).

    Sums the probability of every table with the observed margins that is no likelier than the
    observed one, as R's ``fisher.test``.

    Parameters
    ----------
    table
        Counts, shape (r, c).

    Raises
    ------
    TooManyTables
        When the network has more than 4 million steps, or more than 15 million paths must be
        followed through it.

    Notes
    -----
    Mehta and Patel, JASA 1983. Columns are laid one after the other. A node is what is left of the
    rows, in order of size; a step lays one column. A path is a node with the weight of the columns
    laid so far, and paths of one weight that meet are one. When no way on from a path can lead to a
    table likelier than the observed one, all are counted at once; when every way must, none is.
    The likeliest and least likely ways on are found exactly, for all nodes of a stage at once; as
    the paths to a node stand in order of weight, one search finds those that are decided.
    """
    counts = dense(table)
    if min(counts.shape) < 2:
        return 1.0
    columns = np.sort(counts.sum(axis=0))  # the smallest first keeps the paths few
    logs = log_factorials(int(counts.sum()))
    stages = _stages(np.sort(counts.sum(axis=1)), columns, logs)
    # A table weighs −Σ log x!; all tables together weigh log n! − Σ log row! − Σ log column!.
    at_most = RELATIVE_TOLERANCE - float(logs[counts].sum())
    margins = (counts.sum(axis=0), counts.sum(axis=1))
    whole = float(logs[counts.sum()] - sum(logs[m].sum() for m in margins))
    return min(1.0, _followed(stages, at_most, whole))


@dataclass(frozen=True)
class _Stage:
    """Steps from the nodes of one stage to those of the next.

    Parameters
    ----------
    first
        Where the steps of each node begin, shape (nodes + 1,).
    to, weight
        Node of the next stage, and log weight of the column laid; shape (steps,).
    likeliest, least_likely, together
        Of the nodes of the *next* stage: log weight of the ways on; shape (next nodes,).
    """

    first: Counts
    to: Counts
    weight: Floats
    likeliest: Floats
    least_likely: Floats
    together: Floats


def _stages(rows: Counts, columns: Counts, logs: Floats) -> list[_Stage]:
    nodes, steps, all_nodes = rows[None], [], []
    room = MOST_STEPS
    for column in columns[:-1]:
        first, left, weight = _steps(nodes, int(column), logs, room)
        room -= len(weight)
        nodes, to = _unique(left)
        steps.append((first, to, weight))
        all_nodes.append(nodes)
    last = -logs[nodes].sum(axis=1)  # the last column is what is left
    found: list[_Stage] = []
    best = worst = last
    for k in range(len(steps) - 1, -1, -1):
        rest = columns[k + 1 :]
        together = logs[rest.sum()] - logs[all_nodes[k]].sum(axis=1) - logs[rest].sum()
        found.append(_Stage(*steps[k], best, worst, together))
        first, to, weight = steps[k]
        best = np.maximum.reduceat(weight + best[to], first[:-1])
        worst = np.minimum.reduceat(weight + worst[to], first[:-1])
    return found[::-1]


def _steps(nodes: Counts, column: int, logs: Floats, room: int) -> tuple[Counts, Counts, Floats]:
    """Every way to lay a column at every node: where they begin, what is left, their weight."""
    source, rest = np.arange(len(nodes)), np.full(len(nodes), column)
    left, weight = nodes.copy(), np.zeros(len(nodes))
    for i in range(nodes.shape[1] - 1):
        fewest = np.maximum(0, rest - left[:, i + 1 :].sum(axis=1))
        choices = np.minimum(rest, left[:, i]) - fewest + 1
        if choices.sum() > room:
            raise TooManyTables
        at = np.repeat(np.arange(len(choices)), choices)
        begin = np.cumsum(choices) - choices
        cell = np.arange(len(at)) - (begin - fewest)[at]
        source, left, rest = source[at], left[at], rest[at] - cell
        left[:, i] -= cell
        weight = weight[at] - logs[cell]
    left[:, -1] -= rest
    first = np.searchsorted(source, np.arange(len(nodes) + 1))
    return first, np.sort(left, axis=1), weight - logs[rest]


def _unique(left: Counts) -> tuple[Counts, Counts]:
    """Different nodes, and which of them each row is."""
    size, code = int(left.max()) + 1, np.zeros(len(left), dtype=np.int64)
    for i in range(left.shape[1] - 1):  # the last follows from the others
        code = (np.unique(code, return_inverse=True)[1] if i % 3 == 2 else code) * size + left[:, i]
    _, first, to = np.unique(code, return_index=True, return_inverse=True)
    return left[first], to


def _followed(stages: list[_Stage], at_most: float, whole: float) -> float:
    """Probability of the tables that weigh no more than the observed one."""
    paths = _Paths(np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1))
    found, room = 0.0, MOST_PATHS
    for stage in stages:
        begin, end = paths.of_nodes(len(stage.first) - 1)
        source = np.repeat(np.arange(len(begin)), np.diff(stage.first))
        here = np.flatnonzero((end > begin)[source])  # steps from nodes that paths lead to
        here = here[np.argsort(stage.to[here], kind="stable")]
        source, to, weight = source[here], stage.to[here], stage.weight[here]
        counted = paths.up_to(source, at_most - weight - stage.likeliest[to])
        open_ = paths.up_to(source, at_most - weight - stage.least_likely[to])
        counted = np.maximum(counted, begin[source])
        scale, mass = paths.mass(begin[source], counted)
        found += float(np.exp(weight + stage.together[to] + scale - whole) @ mass)
        number = np.maximum(0, open_ - counted)
        room -= int(number.sum())
        if room < 0:
            raise TooManyTables
        kept = [paths.onward(counted[part], number[part], to[part], weight[part])
                for part in _parts(number)]  # fmt: skip
        paths = _merged(*(np.concatenate(k) for k in zip(*kept, strict=True)))
        if len(paths.node) == 0:
            break
    return found


@dataclass(frozen=True)
class _Paths:
    """Paths by node, and by weight within a node.

    Parameters
    ----------
    node, weight
        Where each path leads, and its log weight; shape (paths,).
    ways
        How many ways of laying the columns it stands for.
    """

    node: Counts
    weight: Floats
    ways: Floats

    def of_nodes(self, nodes: int) -> tuple[Counts, Counts]:
        """Where the paths to each node begin and end."""
        edges = np.searchsorted(self.node, np.arange(nodes + 1))
        return edges[:-1], edges[1:]

    def up_to(self, node: Counts, weight: Floats) -> Counts:
        """Behind the last path to a node that weighs no more."""
        heaviest = float(np.abs(self.weight).max()) + 1
        at = np.clip(weight, -heaviest, heaviest)
        # One search for all nodes: the places of (node, weight) among the paths.
        both = np.concatenate([self.node, node])
        order = np.lexsort((np.repeat([0, 1], [len(self.node), len(node)]),
                            np.concatenate([self.weight, at]), both))  # fmt: skip
        before = np.cumsum(order < len(self.node))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = before
        return place[len(self.node) :]

    def mass(self, begin: Counts, end: Counts) -> tuple[float, Floats]:
        """What the paths from one place to another weigh together: a log factor, and the rest."""
        heaviest = float(self.weight.max())
        each = np.append(self.ways * np.exp(self.weight - heaviest), 0.0)
        sums = np.add.reduceat(each, np.column_stack([begin, end]).ravel())[::2]
        return heaviest, np.where(end > begin, sums, 0.0)

    def onward(
        self, begin: Counts, number: Counts, to: Counts, weight: Floats
    ) -> tuple[Counts, Floats, Floats]:
        """Some paths one step on: so many from each place, with the node and weight of the step."""
        at = np.arange(number.sum()) + np.repeat(begin - np.cumsum(number) + number, number)
        return np.repeat(to, number), self.weight[at] + np.repeat(weight, number), self.ways[at]


def _parts(number: Counts) -> list[slice]:
    """Steps in portions with about as many paths as are followed at a time."""
    cuts = np.flatnonzero(np.diff(np.cumsum(number) // AT_ONCE)) + 1
    edges = [0, *cuts.tolist(), len(number)]
    return [slice(a, b) for a, b in pairwise(edges)]


def _merged(node: Counts, weight: Floats, ways: Floats) -> _Paths:
    """Paths in order, those to one node with one weight as one."""
    if len(node) == 0:
        return _Paths(node, weight, ways)
    keys = np.round(weight * SAME)
    order = np.lexsort((keys, node))
    new = np.concatenate([[True], (np.diff(node[order]) != 0) | (np.diff(keys[order]) != 0)])
    first = order[new]
    return _Paths(node[first], weight[first], np.add.reduceat(ways[order], np.flatnonzero(new)))
