"""Bias and coverage of imputed, complete-case and full-data estimates in repeated samples.

A covariate x is missing in a third of the patients, the more often the higher another covariate and
where the event happened (missing at random), so that complete cases are a biased sample. Run from
the root of the repository: ``python benchmarks/imputation_coverage.py [samples]``; 1,000 samples
take some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

from cohort_stats.conventions import RECOMMENDED
from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.chained_equations import impute
from cohort_stats.imputing.pooled_models import pool_models
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.results import Result

N, SETS, ITERATIONS = 300, 10, 5
TRUTH = 0.5
WALD = RECOMMENDED.overriding(logistic_interval="wald")
Fit = Callable[[pd.DataFrame], Result]


def expit(x: np.ndarray) -> np.ndarray:
    """Probability of a logit."""
    return 1 / (1 + np.exp(-x))


def survival_sample(rng: np.random.Generator) -> tuple[pd.DataFrame, Fit, dict]:
    """Patients with a time to an event, the model fitted to them, the outcome to impute from."""
    z = rng.normal(size=N)
    x = 0.6 * z + 0.8 * rng.normal(size=N)
    time = rng.exponential(np.exp(-TRUTH * x - 0.3 * z))
    end = np.minimum(time, rng.uniform(0.2, 3, N))
    endpoint = Endpoint(end, time <= end, label="death")
    lost = rng.random(N) < expit(-1.5 + (time <= end) + z)
    frame = pd.DataFrame({"x": np.where(lost, np.nan, x), "z": z, "full": x})
    return frame, lambda f: cox(endpoint, f, ["x", "z"]), {"endpoints": [endpoint]}


def outcome_sample(rng: np.random.Generator) -> tuple[pd.DataFrame, Fit, dict]:
    """The same with an outcome that is yes or no."""
    z = rng.normal(size=N)
    x = 0.6 * z + 0.8 * rng.normal(size=N)
    y = pd.Series(rng.random(N) < expit(TRUTH * x + 0.3 * z))
    lost = rng.random(N) < expit(-1.5 + y.to_numpy() + z)
    frame = pd.DataFrame({"x": np.where(lost, np.nan, x), "z": z, "full": x})
    return frame, lambda f: logistic(y, f, ["x", "z"], conventions=WALD), {"outcomes": {"y": y}}


def estimates(sample: tuple[pd.DataFrame, Fit, dict], seed: int) -> dict[str, tuple[float, float]]:
    """Coefficient of x, and whether its interval holds the truth, by kind of analysis."""
    frame, fit, outcome = sample
    known = frame.drop(columns="full")
    whole = known.assign(x=frame["full"])

    def imputed(**how: object) -> Result:
        sets = impute(known, ["x", "z"], imputations=SETS, iterations=ITERATIONS, seed=seed, **how)
        return pool_models([fit(one) for one in sets.frames])

    results = {
        "all values known": fit(whole),
        "complete cases": fit(known),
        "matching": imputed(**outcome),
        "normal": imputed(**outcome, methods={"x": "normal"}),
        "matching, outcome left out": imputed(),
    }
    found = {}
    for name, result in results.items():
        ratio = "hazard_ratio" if "endpoints" in outcome else "odds_ratio"
        low, high = (result.value(f"{ratio}_{end}", term="x") for end in ("low", "high"))
        estimate = result.value("coefficient", term="x")
        found[name] = estimate, float(np.log(low) <= TRUTH <= np.log(high))
    return found


def main(samples: int) -> None:
    """Print a table of bias and coverage."""
    print("| model | analysis | mean estimate | bias | coverage of the 95% interval |")
    print("| --- | --- | --- | --- | --- |")
    for model, make in (("Cox", survival_sample), ("logistic", outcome_sample)):
        rng = np.random.default_rng(2024)
        many = [estimates(make(rng), seed) for seed in range(samples)]
        for name in many[0]:
            values = np.array([one[name] for one in many])
            mean, covered = values.mean(axis=0)
            print(f"| {model} | {name} | {mean:.3f} | {mean - TRUTH:+.3f} | {100 * covered:.1f}% |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
