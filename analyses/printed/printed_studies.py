"""Studies as a review prints them, the ways to pool them, and the rounding of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from analyses.printed.number import Printed

#: Estimators of the variance between studies, as registries name them; ``none``: one common effect.
MODELS = ("reml", "dersimonian-laird", "paule-mandel", "ml", "none")
#: What is done with studies that print no interval, in the order tried.
BARE = {
    "mean": "studies without interval given the mean standard error of the others",
    "left out": "studies without interval left out",
    "median": "studies without interval given the median standard error of the others",
    "largest": "studies without interval given the largest standard error of the others",
}
#: How often the rounding of the studies' numbers is moved at random.
DRAWS = 16
#: Names of the estimators in R's metafor.
METHODS = {
    "reml": "REML", "dersimonian-laird": "DL", "paule-mandel": "PM", "ml": "ML", "none": "FE",
}  # fmt: skip
NAN = float("nan")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """What one study printed; limits are None where it printed none."""

    estimate: Printed
    low: Printed | None = None
    high: Printed | None = None


@dataclass(frozen=True)
class PooledReading:
    """One way to pool: every choice on which correct programs differ, in the order tried."""

    scale: str
    between: str
    interval: str
    prediction: str
    bare: str = "left out"

    @property
    def words(self) -> str:
        """How it pools."""
        on = "as printed" if self.scale == "identity" else f"on the {self.scale} scale"
        if self.between == "none":
            return f"inverse variance weights, one common effect, {on}, {BARE[self.bare]}"
        others = "" if self.bare == "left out" else f", {BARE[self.bare]}"
        return (
            f"τ² by {self.between}, {self.interval} interval, prediction by {self.prediction}, "
            f"{on}{others}"
        )

    @property
    def model_words(self) -> str:
        """How the studies are weighted, without what follows from it."""
        on = "as printed" if self.scale == "identity" else f"on the {self.scale} scale"
        model = "one common effect" if self.between == "none" else f"τ² by {self.between}"
        return f"{model}, {on}"


def effects_of(
    studies: Sequence[Study], reading: PooledReading, shift: Floats | None
) -> tuple[Floats, Floats]:
    """Effects on the scale of the analysis, standard errors from the width of the intervals.

    Parameters
    ----------
    studies, reading
        As printed, and on which scale.
    shift
        Halves of their last digits by which estimates and limits are moved, shape (studies, 3).

    Returns
    -------
    (effects, standard errors)
        Empty when the interval of a study cannot be on that scale.
    """
    from cohort_stats.distributions import Z95
    from cohort_stats.pooling.studies import to_scale

    cells = [(study.estimate, study.low, study.high) for study in studies]
    values = np.array([[NAN if x is None else x.value for x in cell] for cell in cells])
    if shift is not None:
        units = np.array([[NAN if x is None else x.unit for x in cell] for cell in cells])
        values = values + shift * units / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        effect, low, high = (to_scale(column, reading.scale) for column in values.T)
        se = (high - low) / (2 * Z95)
    own = np.isfinite(se) & (se > 0)
    if (np.isfinite(values).all(axis=1) & ~own).any():  # a limit of 0 has no logarithm
        return effect[:0], se[:0]
    if reading.bare != "left out" and own.any():
        rules = {"mean": se[own].mean(), "median": np.median(se[own]), "largest": se[own].max()}
        se = np.where(own, se, rules[reading.bare])
        own = np.ones(len(se), dtype=bool)
    keep = own & np.isfinite(effect)
    return effect[keep], se[keep]


def moves_of(studies: int) -> list[Floats]:
    """Ways to round: all alike, and at random, in halves of last digits, shape (studies, 3)."""
    rng, shape = np.random.default_rng(DRAWS), (studies, 3)
    alike = [np.broadcast_to(np.array(m), shape) for m in product((-1.0, 1.0), repeat=3)]
    return [np.zeros(shape), *alike, *(rng.choice((-1.0, 1.0), shape) for _ in range(DRAWS))]


def model_line(studies: Sequence[Study], reading: PooledReading, options: str = "") -> str:
    """A line of R that fits the model of a reading, as ``m``."""
    g, a, se = _in_r(studies, reading)
    return (
        f'm <- metafor::rma({g}({a}), sei = {se}, method = "{METHODS[reading.between]}"{options})'
    )


def _in_r(studies: Sequence[Study], reading: PooledReading) -> tuple[str, str, str]:
    """The scale, the estimates and their standard errors in R's words."""

    def listed(numbers: Sequence[Printed | None]) -> str:
        return f"c({', '.join('NA' if x is None else f'{x.value:g}' for x in numbers)})"

    a, b, c = (
        listed([getattr(study, name) for study in studies]) for name in ("estimate", "low", "high")
    )
    g = {"logit": "qlogis", "log": "log"}.get(reading.scale, "identity")
    return g, a, f"({g}({c}) - {g}({b})) / (2 * qnorm(0.975))"


def r_line(studies: Sequence[Study], reading: PooledReading) -> str:
    """A line of R that pools as the first reading does."""
    g, a, se = _in_r(studies, reading)
    if reading.between == "none":
        return (
            f"se <- {se}; se[is.na(se)] <- mean(se, na.rm = TRUE); "
            f'metafor::rma({g}({a}), sei = se, method = "FE")'
        )
    back = "plogis" if g == "qlogis" else "exp"
    fitted = model_line(studies, reading, ', test = "knha"')
    return (
        f"{fitted}; predict(m, transf = {back}); "
        f"{back}(coef(m) + c(-1, 1) * qt(0.975, m$k - 2) * sqrt(m$se^2 + m$tau2))"
    )
