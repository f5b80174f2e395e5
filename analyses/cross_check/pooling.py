"""Pooled effects by statsmodels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from analyses.cross_check.findings import Compared
from analyses.cross_check.looking import each, one
from analyses.scene import Scene
from analyses.schema.pooling import PoolStep
from analyses.steps.pool import POOLED as PART
from cohort_stats.pooling.meta_analysis import POOLED, STUDY
from cohort_stats.results import Result

METHODS = {"dersimonian-laird": "chi2", "paule-mandel": "iterated"}
LIBRARY = "statsmodels"


def pool(step: PoolStep, scene: Scene, results: Mapping[str, Result]) -> Iterator[Compared]:
    """Q, τ² and the pooled effect with its standard error, from the studies' effects."""
    from statsmodels.stats.meta_analysis import combine_effects

    result = results[f"{step.id}/{PART}"]
    effect = np.array([v for _, v in each(result, "effect", term=STUDY)])
    se = np.array([v for _, v in each(result, "effect_se", term=STUDY)])
    if len(effect) < 2 or step.scale == "glmm":
        return
    conventions = step.conventions(scene.plan.conventions)
    chosen = conventions.between_studies
    own = METHODS.get(chosen)
    theirs = combine_effects(effect, se**2, method_re=own or "iterated", atol=1e-14)
    why = "" if own or chosen == "none" else (
        f"statsmodels has no {chosen.upper()}: its τ² is Paule and Mandel’s (convention "
        "between_studies)"
    )  # fmt: skip
    hk = conventions.pooled_interval
    compared = [("q", theirs.q, "")]
    if chosen == "none":
        compared += [("effect", theirs.mean_effect_fe, ""), ("effect_se", theirs.sd_eff_w_fe, "")]
    else:
        error = theirs.sd_eff_w_re if hk == "z" else theirs.sd_eff_w_re_hksj
        compared += [("tau2", theirs.tau2, why), ("effect", theirs.mean_effect_re, why)]
        if hk != "hartung-knapp at least z":
            compared.append(("effect_se", error, why))
    for statistic, value, reason in compared:
        ours = one(result, statistic, term=POOLED, group="")
        if math.isfinite(ours):
            where = {"term": POOLED}
            yield Compared(f"{step.id}/{PART}", statistic, LIBRARY, ours, float(value), where,
                           tolerance=1e-5 if own == "iterated" else 1e-6, why=reason)  # fmt: skip
