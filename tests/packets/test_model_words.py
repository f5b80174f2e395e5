"""What sentences and notes of models say where a model is not as simple as it was asked for."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cohort_stats.regression.optimism import validate_model
from reports.numbers import Numbers
from reports.table import markdown
from reports.tables.building import validation_sentence, validation_table

STEP = SimpleNamespace(id="model", kind="logistic", title="Model")


def validation_view(good: int, bad: int):
    """A validation of which some samples hold nobody with the outcome."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=80)})
    outcome = pd.Series(rng.random(80) < 0.5)
    nobody = np.flatnonzero(~outcome)
    samples = [rng.integers(0, 80, 80) for _ in range(good)] + [nobody] * bad
    result = validate_model(outcome, frame, ["x"], samples=samples)
    return result, SimpleNamespace(numbers=lambda name: Numbers(result.numbers))


def test_optimism_is_credited_to_the_samples_that_were_used():
    result, view = validation_view(12, 3)
    assert "Optimism was estimated in 12 of 15 bootstrap samples" in result.method
    words = validation_sentence(STEP, view)
    assert "Corrected for optimism in 12 of 15 bootstrap samples, C was 0." in words
    assert "12 of 15 bootstrap samples" in markdown(validation_table(STEP, view))


@pytest.mark.parametrize(("good", "bad"), [(12, 13), (9, 1)])
def test_too_few_samples_correct_nothing(good, bad):
    result, view = validation_view(good, bad)
    assert "too little to correct for optimism" in result.warnings[0]
    words = validation_sentence(STEP, view)
    assert "Corrected" not in words
    assert f"in only {good} of {good + bad} bootstrap samples" in words
    table = validation_table(STEP, view)
    assert [str(cell) for cell in table.rows[0].cells[2:]] == ["–"] * 4
    assert "–, not corrected: too few bootstrap samples could be used." in table.notes
