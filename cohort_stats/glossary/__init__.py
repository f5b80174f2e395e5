"""The names of every number a result may hold, with their meaning; one module a family.

An interval's limits are named after the estimate: ``hazard_ratio_low`` and
``hazard_ratio_high`` are the 95% limits of ``hazard_ratio``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cohort_stats.glossary import (
    changes,
    comparing,
    competing,
    cox,
    discrimination,
    imputing,
    matching,
    nomograms,
    patients,
    pictures,
    pooling,
    regression,
    survival,
)

_FAMILIES = (
    changes,
    comparing,
    competing,
    cox,
    discrimination,
    imputing,
    matching,
    nomograms,
    patients,
    pictures,
    pooling,
    regression,
    survival,
)

#: Every statistic a result may hold, with its meaning.
GLOSSARY: Mapping[str, str] = {
    name: meaning for family in _FAMILIES for name, meaning in family.NUMBERS.items()
}
