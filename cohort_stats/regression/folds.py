"""The parts that patients are divided into for cross-validation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.regression.material import Material
from cohort_stats.wording import counted

Places = npt.NDArray[np.intp]


def given_parts(folds: object, material: Material) -> Places:
    """The part, from 0, of each patient of the material, as given for all patients."""
    given = np.asarray(folds)
    if given.shape != material.kept.shape or not np.issubdtype(given.dtype, np.integer):
        raise ValueError(
            f"folds must be a number of parts or one whole number a patient "
            f"({len(material.kept)}); got shape {given.shape}"
        )
    parts = np.unique(given[material.kept], return_inverse=True)[1]
    if parts.max(initial=0) < 2:
        raise ValueError(f"folds must be at least 3; got {parts.max(initial=-1) + 1}")
    return np.asarray(parts.reshape(-1), dtype=np.intp)


def why_no_folds(material: Material, folds: int) -> str:
    """Why the patients cannot be divided into parts with events each; empty when they can."""
    if folds < 3:
        raise ValueError(f"folds must be at least 3; got {folds}")
    events = int(material.event.sum())
    who = counted(events, "event")
    if material.time is None:
        fewer, side = min((events, "with"), (len(material) - events, "without"))
        events, who = fewer, f"{counted(fewer)} {side} the outcome"
    if events < folds:
        return f"{who} cannot be divided into {folds} parts"
    if not material.columns.matrix.std(axis=0).any():
        return "no covariate varies"
    return ""


def dealt(event: npt.NDArray[np.bool_], folds: int, seed: int) -> Places:
    """The part, from 0, of each patient: drawn at random, with events spread evenly.

    Parameters
    ----------
    event
        Shape (n,).
    folds
        How many parts.
    seed
        Of the draw.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(event))
    order = shuffled[np.argsort(~event[shuffled], kind="stable")]
    parts = np.empty(len(event), dtype=np.intp)
    parts[order] = np.arange(len(event)) % folds
    return parts
