"""Studies to be pooled: what each printed, and its effect on the scale of the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.double_arcsine import double_arcsine, proportion_from
from cohort_stats.problem import must_be_one_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Scale = Literal["identity", "log", "logit", "freeman-tukey", "glmm"]


@dataclass(frozen=True)
class Studies:
    """One row a study, those that can be pooled.

    Parameters
    ----------
    names
        What each is called, all different.
    effect, se
        Effect and its standard error on `scale`, shape (k,); every se above 0.
    estimate, low, high
        What each study found, as a reader knows it, with its 95% interval, shape (k,).
    n
        Patients of each study; nan where not known.
    given
        Which rows of the input these are, shape of the input: the others were left out.
    every_estimate, every_n
        Estimate and n of each row of the input, pooled or not, for plain averages.
    scale
        ``identity``, ``log``, ``logit``, ``freeman-tukey`` (double arcsine), or ``glmm``: logits
        that a logistic model of the counts pools.
    measure
        In words: ``odds ratio``, ``proportion``, ``area under the curve`` …
    method
        How effects and standard errors came about, in sentences for a methods section.
    warnings
        What a reader must know of them.
    """

    names: tuple[str, ...]
    effect: Floats
    se: Floats
    estimate: Floats
    low: Floats
    high: Floats
    n: Floats
    given: Bools
    every_estimate: Floats
    every_n: Floats
    scale: Scale = "identity"
    measure: str = "effect"
    method: str = ""
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.effect)

    @property
    def events(self) -> Floats:
        """Patients with the event, of proportions."""
        return np.asarray(np.round(self.estimate * self.n))

    def where(self, keep: Bools) -> Studies:
        """Some of the studies; the plain averages stay those of every row."""
        columns = ("effect", "se", "estimate", "low", "high", "n")
        names = tuple(n for n, kept in zip(self.names, keep, strict=True) if kept)
        given = self.given.copy()
        given[np.flatnonzero(given)[~keep]] = False
        return replace(
            self, names=names, given=given, **{c: getattr(self, c)[keep] for c in columns}
        )

    def back(self, effect: npt.ArrayLike) -> Floats:
        """Effects of the analysis as a reader knows them: ratios, proportions, areas.

        Notes
        -----
        For the double arcsine, Miller's inversion at the harmonic mean of n; R:
        ``transf.ipft.hm``.
        """
        x = np.asarray(effect, dtype=float)
        if self.scale == "freeman-tukey":
            return proportion_from(x, 1 / float(np.mean(1 / self.n)))
        return from_scale(x, self.scale)


LOGITS = ("logit", "glmm")


def to_scale(values: Floats, scale: str) -> Floats:
    """Ratios as logarithms, areas and proportions as logits; infinite at the ends of the range."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == "log":
            return np.log(values)
        return np.log(values / (1 - values)) if scale in LOGITS else values


def from_scale(effects: Floats, scale: str) -> Floats:
    """The inverse of :func:`to_scale`."""
    with np.errstate(over="ignore"):
        if scale == "log":
            return np.exp(effects)
        return 1 / (1 + np.exp(-effects)) if scale in LOGITS else effects


def column(argument: str, given: npt.ArrayLike | None, rows: int | None = None) -> Floats:
    """Numbers of one row a study; nan throughout when not given.

    Raises
    ------
    ValueError
        When they are not numbers, or not as many as there are studies.
    """
    if given is None:
        return np.full(rows or 0, np.nan)
    try:
        found = np.array(given, dtype=float).reshape(-1)
    except (TypeError, ValueError):
        raise ValueError(f"{argument} must be numbers, one a study; got {given!r}") from None
    if rows is not None and len(found) != rows:
        raise ValueError(f"{argument} must have one number a study ({rows}); got {len(found)}")
    return found


def named(names: Sequence[str] | None, rows: int) -> tuple[list[str], list[str]]:
    """Names all different, and a warning where one study gives several rows.

    Raises
    ------
    ValueError
        When there are not as many names as studies.
    """
    if names is None:
        return [f"Study {i}" for i in range(1, rows + 1)], []
    texts = [str(n) for n in names]
    if len(texts) != rows:
        raise ValueError(f"names must have one entry a study ({rows}); got {len(texts)}")
    found: list[str] = []
    repeated: list[str] = []
    for text in texts:
        label, copy = text, 1
        while label in found:
            copy += 1
            label = f"{text} ({copy})"
        if copy > 1 and text not in repeated:
            repeated.append(text)
        found.append(label)
    if not repeated:
        return found, []
    listed = ", ".join(repeated)
    return found, [f"several rows of one study are treated as if independent: {listed}"]


#: How proportions are pooled, for a methods section.
COUNTED = {
    "logit": "Proportions were pooled on the logit scale.",
    "freeman-tukey": "Proportions were pooled after the Freeman–Tukey double arcsine "
    "transformation, and transformed back at the harmonic mean of the numbers of patients.",
    "glmm": "Proportions were pooled from their counts.",
}


def from_counts(
    events: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    scale: Literal["logit", "freeman-tukey", "glmm"] = "logit",
) -> Studies:
    """Proportions: patients with an event among patients.

    Parameters
    ----------
    events, n
        One number a study, shape (k,).
    names
        What the studies are called.
    scale
        ``logit``; ``freeman-tukey`` for the double arcsine transformation; or ``glmm``, where a
        random-intercept logistic model pools the counts themselves.

    Returns
    -------
    Studies
        Each study's own interval is Wilson's. Rows that are not known, or cannot be (more
        events than patients), are left out with a warning.

    Notes
    -----
    R: ``escalc(measure = "PLO")``: a half is added to events and non-events, but only of
    studies where one of them is 0; or ``escalc(measure = "PFT")``; or ``rma.glmm(measure =
    "PLO")``, for which the logits and their standard errors serve the funnel only. Freeman, Tukey
    1950; Miller 1978; Schwarzer et al. 2019 on what the harmonic mean can do.
    """
    from cohort_stats.comparing.proportions import wilson

    must_be_one_of("scale", scale, ("logit", "freeman-tukey", "glmm"))
    x = column("events", events)
    total = column("n", n, len(x))
    labels, warnings = named(names, len(x))
    known = np.isfinite(x) & np.isfinite(total)
    with np.errstate(invalid="ignore"):
        possible = known & (total > 0) & (x >= 0) & (x <= total)
        possible &= (x == np.floor(x)) & (total == np.floor(total))
    warnings += left_out(labels, ~known, "events or patients are not known")
    words = "events and patients are no whole numbers with 0 ≤ events ≤ patients"
    warnings += left_out(labels, known & ~possible, words)
    x, m = x[possible], total[possible]
    kept = [label for label, keep in zip(labels, possible, strict=True) if keep]
    extreme = (x == 0) | (x == m)
    method = COUNTED[scale]
    if scale == "logit" and extreme.any():
        method += " A half was added to events and non-events of studies where one of them was 0."
        touched = ", ".join(k for k, e in zip(kept, extreme, strict=True) if e)
        warnings.append(f"a half was added to events and non-events of {touched}")
    if scale == "freeman-tukey":
        effect, se = double_arcsine(x, m), np.sqrt(1 / (4 * m + 2))
    else:
        half = np.where(extreme, 0.5, 0.0)
        effect = np.log((x + half) / (m - x + half))
        se = np.sqrt(1 / (x + half) + 1 / (m - x + half))
    limits = np.array([wilson(a, b) for a, b in zip(x, m, strict=True)]).reshape(-1, 2)
    everything = np.where(possible, column("events", events) / np.where(possible, total, 1), np.nan)
    return Studies(
        tuple(kept), effect, se, x / m, limits[:, 0], limits[:, 1], m, possible, everything,
        total, scale, "proportion", method, tuple(warnings),
    )  # fmt: skip


def left_out(names: Sequence[str], which: Bools, why: str) -> list[str]:
    """The warning that some studies are left out; none when there are none."""
    found = [name for name, out in zip(names, which, strict=True) if out]
    return [f"left out, as {why}: {', '.join(found)}"] if found else []
