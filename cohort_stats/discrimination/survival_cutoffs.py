"""The cut of a marker where survival differs most, with a p-value that knows of the search."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.sample import must_be_numbers, must_be_whole
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import maxstat
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, along, as_numbers, rows

Floats = npt.NDArray[np.float64]
PMethod = Literal["permutation", "lausen 1994", "lausen 1992"]
P_WORDS = {
    "permutation": "permutation",
    "lausen 1994": "improved Bonferroni bound of Lausen, Sauerbrei and Schumacher (1994)",
    "lausen 1992": "asymptotic bound of Lausen and Schumacher (1992)",
}
LOWER, UPPER = "below", "above"


def survival_cutoff(
    endpoint: Endpoint,
    marker: pd.Series,
    *,
    minprop: float = 0.1,
    p_method: PMethod = "permutation",
    permutations: int = 9999,
    seed: int = 1,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Find the cut of a marker with the largest log-rank statistic.

    Parameters
    ----------
    endpoint
        Time and event, n patients; a competing event counts as censored.
    marker
        Numbers, n patients.
    minprop
        Least share of the patients on either side of the cut, above 0 and below 0.5.
    p_method
        ``permutation``, the most accurate, or the bounds ``lausen 1994`` and ``lausen 1992``,
        which are close only where p is small.
    permutations, seed
        Of the permutations.
    conventions
        Recorded only.

    Returns
    -------
    Result
        cutoff; test_statistic, the largest standardised log-rank statistic; p, corrected for
        the search, and p_uncorrected; n and events on either side (`group` ``below``, < the cut,
        or ``above``, ≥ it); maxstat at every cut tried (`level`), above 0 where patients above
        the cut have more events than expected.

    Notes
    -----
    Lausen and Schumacher, Biometrics 1992;48:73–85; Hothorn and Lausen, Comput Stat Data Anal
    2003;43:121–137. R: ``maxstat::maxstat.test(Surv(time, event) ~ marker, smethod =
    "LogRank", pmethod = "Lau94" | "Lau92" | "condMC")``; its cut-off is the largest value of
    the lower group, ours lies midway to the next. Its ``HL`` is not offered: it gives no number
    beyond 170 patients, and for tied markers corrects at sizes that no cut leaves.
    """
    conventions = as_conventions(conventions)
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    must_be_one_of("p_method", p_method, tuple(P_WORDS))
    must_be_whole("permutations", permutations, 99)
    if not 0 < minprop < 0.5:
        raise ValueError(f"minprop must lie between 0 and 0.5; got {minprop!r}")
    if endpoint.entry is not None:
        raise ValueError("endpoint must not have entry times: its scores allow for none")
    marker = as_series("marker", marker)
    if len(marker) != len(endpoint):
        raise ValueError(f"marker must have {len(endpoint)} values; got {len(marker)}")
    must_be_numbers("marker", marker)
    keep = endpoint.known & marker.notna().to_numpy()
    x, part = marker.to_numpy(dtype=float, na_value=np.nan)[keep], endpoint.where(keep)
    left_out = int((~keep).sum())
    shared: dict[str, Any] = {"n_used": len(x), "n_missing": left_out}
    found = rows({"n": len(x), "events": int(part.event.sum())}, **shared)
    by = P_WORDS[p_method]
    if p_method == "permutation":
        by = f"{permutations} random permutations, seed {seed}"
    words = (
        "The cut-off was taken where the log-rank statistic is largest, with at least "
        f"{100 * minprop:g}% of the patients on either side; its p-value allows for the search "
        f"({by})."
    )
    order = np.argsort(x, kind="stable")
    scores = maxstat.logrank_scores(part.time, part.event)[order]
    sizes = maxstat.candidates(x[order], minprop)
    why = _why_not(part, x, scores, sizes, minprop)
    if why:
        warning = f"no cut-off: {why}"
        return Result(as_numbers(found), words, len(x), left_out, conventions, (warning,))
    curve = -maxstat.statistics(scores, sizes)  # above 0: more events above the cut
    cuts = _midway(x[order], sizes)
    best = np.flatnonzero(np.abs(curve) >= np.abs(curve).max() - 1e-9)
    at, largest = int(best[0]), float(np.abs(curve).max())
    numbers = {"test_statistic": largest} | _p(
        largest, p_method, scores, sizes, minprop, permutations, seed
    )
    method = f"largest standardised log-rank statistic, p by {by}"
    derived = "largest log-rank statistic, derived from these data"
    found += rows({"cutoff": cuts[at]}, method=derived, **shared)
    found += rows(numbers, method=method, **shared)
    for name, side in ((LOWER, x < cuts[at]), (UPPER, x >= cuts[at])):
        counts = {"n": int(side.sum()), "events": int(part.event[side].sum())}
        found += rows(counts, group=name, **shared)
    drawn = along({"maxstat": curve}, shared, level=[repr(float(c)) for c in cuts])
    frame = pd.concat([as_numbers(found), drawn], ignore_index=True)
    return Result(frame, words, len(x), left_out, conventions, _warnings(best, part))


def _why_not(part: Endpoint, x: Floats, scores: Floats, sizes: npt.NDArray, minprop: float) -> str:
    if len(x) < 2:
        return "fewer than two patients have a known marker and follow-up"
    if not part.event.any():
        return "no event happened"
    if np.ptp(x) == 0:
        return "the marker does not vary"
    if not len(sizes):
        return f"no cut leaves {100 * minprop:g}% of the patients on either side"
    return "every patient has the same score" if np.ptp(scores) < 1e-12 else ""


def _midway(x: Floats, sizes: npt.NDArray) -> Floats:
    lower, upper = x[sizes - 1], x[sizes]
    middle = (lower + upper) / 2
    return np.asarray(np.where(middle > lower, middle, upper), dtype=np.float64)


def _p(
    largest: float, p_method: PMethod, scores: Floats, sizes: npt.NDArray, minprop: float,
    permutations: int, seed: int,
) -> dict[str, float]:  # fmt: skip
    from cohort_stats.distributions import normal_two_sided

    alone = {"p_uncorrected": normal_two_sided(largest)}
    if p_method == "permutation":
        p, se = maxstat.p_permutation(largest, scores, sizes, permutations, seed)
        return {"p": p, "p_se": se} | alone
    if p_method == "lausen 1992":
        return {"p": min(1.0, maxstat.p_lausen_1992(largest, minprop))} | alone
    return {"p": maxstat.p_lausen_1994(largest, len(scores), sizes)} | alone


def _warnings(best: npt.NDArray, part: Endpoint) -> tuple[str, ...]:
    told = []
    if len(best) > 1:
        told.append(f"{len(best)} cut-offs have the same statistic; the lowest is given")
    if part.competing is not None and part.competing.any():
        told.append("patients with the competing event count as censored there")
    return tuple(told)
