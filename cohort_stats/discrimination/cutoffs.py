"""Cut-offs of a marker: by which rule one is chosen, and how a test at it performs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.proportions import INTERVAL_WORDS, INTERVALS
from cohort_stats.conventions import Conventions
from cohort_stats.distributions import Z95
from cohort_stats.problem import must_be_one_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: A rule of choosing a cut-off, or a cut-off given from outside.
Cutoff = Literal["youden", "closest"] | tuple[Literal["sensitivity", "specificity"], float] | float
#: What a value is that equals a cut-off.
AtCutoff = Literal["positive", "negative"]
WORDS = {
    "youden": "largest Youden index",
    "closest": "smallest distance to sensitivity and specificity 1",
}
NAN, SAME = float("nan"), 1e-12


@dataclass(frozen=True)
class Rule:
    """How a cut-off is chosen.

    Parameters
    ----------
    name
        ``youden``, ``closest``, ``sensitivity``, ``specificity`` or ``given``.
    value
        The sensitivity or specificity that is asked for, or the cut-off that is given.
    """

    name: str
    value: float = NAN

    @classmethod
    def of(cls, wanted: Cutoff) -> Rule:
        """A rule from what a caller writes.

        Raises
        ------
        ValueError
            When there is no such rule.
        """
        if isinstance(wanted, str):
            must_be_one_of("cutoffs", wanted, tuple(WORDS))
            return cls(wanted)
        if isinstance(wanted, tuple) and len(wanted) == 2:
            must_be_one_of("cutoffs", wanted[0], ("sensitivity", "specificity"))
            if not 0 < wanted[1] <= 1:
                raise ValueError(f"cutoffs must ask for a share above 0, up to 1; got {wanted!r}")
            return cls(wanted[0], float(wanted[1]))
        if isinstance(wanted, int | float | np.number) and np.isfinite(wanted):
            return cls("given", float(wanted))
        raise ValueError(
            "cutoffs must be numbers, 'youden', 'closest', ('sensitivity', share) or "
            f"('specificity', share); got {wanted!r}"
        )

    @property
    def key(self) -> str:
        """A short name: ``youden``, ``sensitivity 0.9``, ``given 3.5``."""
        return self.name if np.isnan(self.value) else f"{self.name} {self.value:g}"

    @property
    def derived(self) -> bool:
        """Whether the data choose the cut-off."""
        return self.name != "given"

    @property
    def words(self) -> str:
        """The rule in words, with what it means for the numbers."""
        return f"{self.criterion}, derived from these data" if self.derived else self.criterion

    @property
    def criterion(self) -> str:
        """The rule in words."""
        if not self.derived:
            return "given from outside"
        return WORDS.get(self.name, f"{self.name} of at least {100 * self.value:g}%")

    def chosen(self, sensitivity: Floats, specificity: Floats) -> tuple[npt.NDArray, npt.NDArray]:
        """Which point of each curve the rule takes, and how many are equally good.

        Parameters
        ----------
        sensitivity, specificity
            From the strictest cut-off to the most lenient, shape (b, p).

        Returns
        -------
        (point, equally_good)
            Shapes (b,). Of equally good points the most sensitive; −1 where no point will do:
            none has a Youden index above 0.
        """
        good = self._goodness(sensitivity, specificity)
        best = good.max(axis=1, keepdims=True)
        same = good >= best - SAME
        point = good.shape[1] - 1 - np.argmax(same[:, ::-1], axis=1)
        youden = (sensitivity + specificity - 1).max(axis=1)
        point = np.where((youden > SAME) & np.isfinite(best[:, 0]), point, -1)
        return point, same.sum(axis=1)

    def _goodness(self, sensitivity: Floats, specificity: Floats) -> Floats:
        if self.name == "youden":
            return sensitivity + specificity
        if self.name == "closest":
            return -((1 - sensitivity) ** 2 + (1 - specificity) ** 2)
        fixed, other = sensitivity, specificity
        if self.name == "specificity":
            fixed, other = specificity, sensitivity
        return np.where(fixed >= self.value - SAME, other, -np.inf)


FRACTIONS = {
    "sensitivity": ("true_positive", "false_negative"),
    "specificity": ("true_negative", "false_positive"),
    "ppv": ("true_positive", "false_positive"),
    "npv": ("true_negative", "false_negative"),
}


def two_by_two(outcome: Bools, test: Bools) -> dict[str, int]:
    """Test by outcome: true and false positives and negatives."""
    return {
        "true_positive": int((test & outcome).sum()),
        "false_positive": int((test & ~outcome).sum()),
        "true_negative": int((~test & ~outcome).sum()),
        "false_negative": int((~test & outcome).sum()),
    }


def performance(
    counts: dict[str, int], conventions: Conventions
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """How a test performs: shares with intervals; likelihood ratios and Youden's index.

    Parameters
    ----------
    counts
        As from :func:`two_by_two`.
    conventions
        ``proportion_interval``.

    Returns
    -------
    (shares, others)
        For sensitivity, specificity, ppv, npv and accuracy the share with its limits; and
        lr_positive, lr_negative with limits, and youden.

    Notes
    -----
    Likelihood ratios have log limits (Simel, Samsa and Matchar, J Clin Epidemiol
    1991;44:763–770; R: ``epiR::epi.tests``), none where a count is 0.
    """
    interval = INTERVALS[conventions.proportion_interval]
    parts = {name: (counts[a], counts[a] + counts[b]) for name, (a, b) in FRACTIONS.items()}
    right = counts["true_positive"] + counts["true_negative"]
    parts["accuracy"] = (right, sum(counts.values()))
    shares = {}
    for name, (part, whole) in parts.items():
        low, high = interval(part, whole)
        share = part / whole if whole else NAN
        shares[name] = {name: share, f"{name}_low": low, f"{name}_high": high}
    tp, fp = counts["true_positive"], counts["false_positive"]
    fn, tn = counts["false_negative"], counts["true_negative"]
    others = _likelihood_ratio("lr_positive", (tp, tp + fn), (fp, fp + tn))
    others |= _likelihood_ratio("lr_negative", (fn, tp + fn), (tn, fp + tn))
    sensitivity, specificity = shares["sensitivity"], shares["specificity"]
    return shares, others | {"youden": sensitivity["sensitivity"] + specificity["specificity"] - 1}


def _likelihood_ratio(
    name: str, cases: tuple[int, int], controls: tuple[int, int]
) -> dict[str, float]:
    """How much more often a result is found among cases than among controls."""
    (a, m), (b, n) = cases, controls
    if not (m and n and (a or b)):
        return {name: NAN, f"{name}_low": NAN, f"{name}_high": NAN}
    ratio = (a / m) / (b / n) if b else float("inf")
    if not (a and b):
        return {name: ratio, f"{name}_low": NAN, f"{name}_high": NAN}
    width = Z95 * float(np.sqrt(1 / a - 1 / m + 1 / b - 1 / n))
    return {
        name: ratio,
        f"{name}_low": ratio * float(np.exp(-width)),
        f"{name}_high": ratio * float(np.exp(width)),
    }


def share_words(conventions: Conventions) -> str:
    """The interval of shares in words: ``Wilson interval``."""
    return f"{INTERVAL_WORDS[conventions.proportion_interval]} interval"
