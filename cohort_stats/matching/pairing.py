"""What is asked of a matching, the pairs that come of it, and their sets and weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.assignment import match_optimal
from cohort_stats.kernels.full_matching import match_full
from cohort_stats.kernels.nearest import match_nearest, match_nearest_again
from cohort_stats.matching.propensity import Propensity
from cohort_stats.problem import must_be_one_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

METHODS = ("nearest", "optimal", "full")
ORDERS = ("largest", "smallest", "random", "data")
DISTANCES = ("logit", "probability")
CALIPER_SCALES = ("sd", "raw")
_ORDER_WORDS = {
    "largest": "largest score first",
    "smallest": "smallest score first",
    "random": "in random order",
    "data": "in the order of the data",
}


@dataclass(frozen=True)
class Request:
    """What is asked of a matching; the arguments of ``match``.

    Raises
    ------
    ValueError
        When one of them is none of the values allowed, or does not go with the method.
    """

    method: str = "nearest"
    ratio: int = 1
    caliper: float | None = 0.2
    caliper_scale: str = "sd"
    distance: str = "logit"
    exact: tuple[str, ...] = ()
    replacement: bool = False
    order: str = "largest"
    seed: int = 1

    def __post_init__(self) -> None:
        allowed = {"method": METHODS, "caliper_scale": CALIPER_SCALES}
        allowed |= {"distance": DISTANCES, "order": ORDERS}
        for name, values in allowed.items():
            must_be_one_of(name, getattr(self, name), values)
        if self.ratio < 1:
            raise ValueError(f"ratio must be at least 1; got {self.ratio}")
        if self.caliper is not None and not self.caliper > 0:
            raise ValueError(f"caliper must be positive or None; got {self.caliper}")
        if self.method == "full" and self.ratio != 1:
            raise ValueError(f"ratio must be left out with full matching; got {self.ratio}")
        if self.replacement and self.method != "nearest":
            raise ValueError(f"replacement must be False with {self.method} matching; got True")
        chosen_in_turn = self.method == "nearest" and not self.replacement
        if self.order != "largest" and not chosen_in_turn:
            raise ValueError(
                f"order must be left out where patients do not choose in turn; got {self.order!r}"
            )

    def width(self, place: Floats) -> float:
        """The caliper in units of the distance; infinite without one."""
        if self.caliper is None:
            return np.inf
        return self.caliper * (float(np.std(place, ddof=1)) if self.caliper_scale == "sd" else 1.0)

    def words(self) -> str:
        """The matching as a sentence of a methods section."""
        scale = {"logit": "logit", "probability": "propensity score"}[self.distance]
        limit = "without a caliper"
        if self.caliper is not None:
            unit = f" standard deviations of the {scale}" if self.caliper_scale == "sd" else ""
            limit = f"within a caliper of {self.caliper:g}{unit}"
        alike = (
            ", exactly alike in " + ", ".join(f"`{n}`" for n in self.exact) if self.exact else ""
        )
        how = {
            "nearest": f"matched 1:{self.ratio} by greedy nearest-neighbour matching "
            + ("with replacement" if self.replacement else "without replacement"),
            "optimal": f"matched 1:{self.ratio} by optimal matching (smallest total distance, "
            "without replacement)",
            "full": "matched by optimal full matching (sets of one treated patient and one or more "
            "controls, or the reverse, with the smallest total distance)",
        }[self.method]
        turn = ""
        if self.method == "nearest" and not self.replacement and self.order != "largest":
            turn = f", {_ORDER_WORDS[self.order]}"
        return f"Patients were {how} on the {scale}, {limit}{alike}{turn}."


def pairs_of(asked: Request, found: Propensity, place: Floats) -> Places:
    """The pairs (treated, control) as positions among the scored patients, by treated row."""
    width, turn = asked.width(place), _turns(asked, place)
    pairs = []
    for stratum in strata_of(asked, found):
        here = np.flatnonzero(found.is_treated & stratum)
        there = np.flatnonzero(~found.is_treated & stratum)
        pairs.append(_pairs(asked, place, here, there, width, np.argsort(turn[here])))
    joined = np.vstack([np.empty((0, 2), dtype=np.intp), *pairs])
    return joined[np.argsort(joined[:, 0], kind="stable")]


def strata_of(asked: Request, found: Propensity) -> list[Bools]:
    """The patients of each combination of the levels that must be alike."""
    if not asked.exact:
        return [np.ones(len(found.data), dtype=bool)]
    code = found.data.groupby(list(asked.exact), observed=True, sort=True).ngroup().to_numpy()
    return [code == k for k in range(code.max() + 1)]


def _turns(asked: Request, place: Floats) -> Places:
    """When each patient chooses: the rank of each, shape (n,)."""
    n = len(place)
    if asked.order == "random":
        order = np.random.default_rng(asked.seed).permutation(n)
    else:
        sign = {"largest": -1.0, "smallest": 1.0, "data": 0.0}[asked.order]
        order = np.argsort(sign * place, kind="stable")
    turn = np.empty(n, dtype=np.intp)
    turn[order] = np.arange(n)
    return turn


def _pairs(
    asked: Request, place: Floats, here: Places, there: Places, width: float, turn: Places
) -> Places:
    treated, controls = place[here], place[there]
    if not len(treated) or not len(controls):
        return np.empty((0, 2), dtype=np.intp)
    if asked.method == "full":
        found = match_full(treated, controls, width)
        return np.column_stack([here[found[:, 0]], there[found[:, 1]]])
    if asked.method == "optimal":
        chosen = match_optimal(treated, controls, asked.ratio, width)
    elif asked.replacement:
        chosen = match_nearest_again(treated, controls, asked.ratio, width)
    else:
        chosen = match_nearest(treated, controls, asked.ratio, width, turn)
    i, k = np.nonzero(chosen >= 0)
    return np.column_stack([here[i], there[chosen[i, k]]])


def weights_of(pairs: Places, is_treated: Bools) -> Floats:
    """What each patient counts, for the effect in the treated; 0 for one who is in no pair."""
    n = len(is_treated)
    own = np.bincount(pairs[:, 0], minlength=n)
    weights = np.bincount(pairs[:, 1], weights=1 / own[pairs[:, 0]], minlength=n)
    controls = weights > 0
    if controls.any():
        weights *= controls.sum() / weights.sum()
    weights[own > 0] = 1.0
    return np.asarray(np.where(np.abs(weights - 1) < 1e-12, 1.0, weights))


def sets_of(pairs: Places, n: int) -> Places:
    """The number of the set of each patient, from 1 in the order of its first treated one."""
    label = np.full(n, n, dtype=np.intp)
    np.minimum.at(label, pairs[:, 1], pairs[:, 0])
    np.minimum.at(label, pairs[:, 0], label[pairs[:, 1]])
    label[pairs[:, 1]] = label[pairs[:, 0]]
    sets = np.zeros(n, dtype=np.intp)
    inside = label < n
    sets[inside] = np.unique(label[inside], return_inverse=True)[1] + 1
    return sets
