"""Areas under ROC curves by scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analyses.cross_check.findings import Compared
from analyses.cross_check.looking import each, one
from analyses.scene import Scene
from analyses.schema.discrimination import RocStep
from cohort_stats.results import Result

LIBRARY = "scikit-learn"


def roc(step: RocStep, scene: Scene, results: Mapping[str, Result]) -> Iterator[Compared]:
    """Area of every marker, and the largest Youden index of its curve."""
    from sklearn.metrics import roc_auc_score, roc_curve

    outcome = scene.outcome(step.outcome)
    for marker in step.marked:
        part = step.part(marker)
        if part not in results:
            continue
        values = scene.marker(marker.variable)
        known = (outcome.notna() & values.notna()).to_numpy()
        y = outcome[known].astype(bool).to_numpy()
        sign = 1.0 if step.direction_of(marker) == "high" else -1.0
        x = sign * values[known].to_numpy(float)
        if y.all() or not y.any():
            continue
        ours = one(results[part], "auc")
        yield Compared(part, "auc", LIBRARY, ours, float(roc_auc_score(y, x)))
        fpr, tpr, _ = roc_curve(y, x, drop_intermediate=False)
        for name, theirs in (("roc_sensitivity", tpr), ("roc_specificity", 1 - fpr)):
            mine = np.array([value for _, value in each(results[part], name)])
            if len(mine) == len(theirs):
                worst = int(np.argmax(np.abs(mine - theirs)))
                place = {"level": f"point {worst + 1} of {len(mine)}"}
                yield Compared(part, name, LIBRARY, float(mine[worst]), float(theirs[worst]), place)
