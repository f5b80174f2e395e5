"""Bootstrap samples of the patients of a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from cohort_stats.regression.material import Material

Places = npt.NDArray[np.intp]


class Drawn:
    """The bootstrap samples: drawn one after the other, or given.

    Parameters
    ----------
    material
        The patients.
    repeats, seed, samples
        As :func:`~cohort_stats.regression.optimism.validate_model` takes them.
    """

    def __init__(
        self, material: Material, repeats: int, seed: int, samples: Sequence[npt.ArrayLike] | None
    ) -> None:
        if samples is None and repeats < 1:
            raise ValueError(f"repeats must be at least 1; got {repeats}")
        self.material, self.seed = material, seed
        self.given = None if samples is None else [_rows(s, len(material)) for s in samples]
        self.repeats = repeats if self.given is None else len(self.given)

    def __iter__(self) -> Iterator[Places]:
        if self.given is not None:
            yield from self.given
            return
        rng, cluster = np.random.default_rng(self.seed), self.material.cluster
        members = None
        if cluster is not None:
            order = np.argsort(cluster, kind="stable")
            members = np.split(order, np.flatnonzero(np.diff(cluster[order])) + 1)
        for _ in range(self.repeats):
            n = len(self.material) if members is None else len(members)
            held = rng.integers(0, n, n)
            yield held if members is None else np.concatenate([members[k] for k in held])


def _rows(sample: npt.ArrayLike, n: int) -> Places:
    found = np.asarray(sample)
    if not np.issubdtype(found.dtype, np.integer) or not ((found >= 0) & (found < n)).all():
        raise ValueError(f"samples must be whole numbers from 0 to {n - 1}; got {sample!r}")
    return np.asarray(found, dtype=np.intp)


def batches(drawn: Drawn, at_once: int) -> Iterator[list[Places]]:
    """The samples, so many at a time."""
    held: list[Places] = []
    for sample in drawn:
        held.append(sample)
        if len(held) == at_once:
            yield held
            held = []
    if held:
        yield held
