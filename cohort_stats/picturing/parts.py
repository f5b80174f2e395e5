"""What pictures of groups share: everybody and each group, described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cohort_stats.comparing.groups import compare_groups
from cohort_stats.comparing.rows import OVERALL
from cohort_stats.conventions import Conventions
from cohort_stats.wording import counted


def parts_of(
    frame: pd.DataFrame, groups: pd.Series | None
) -> tuple[Mapping[str, pd.DataFrame], tuple[str, ...]]:
    """Everybody and each group that has patients, and a warning of those without a group.

    Parameters
    ----------
    frame
        One row a patient.
    groups
        A level for each patient; None for no groups.
    """
    if groups is None:
        return {OVERALL: frame}, ()
    here = groups.notna().to_numpy()
    column = groups[here].astype("category")
    levels = [level for level in column.cat.categories if (column == level).any()]
    known = frame[here]
    parts = {OVERALL: known} | {str(level): known[(column == level).to_numpy()] for level in levels}
    without = int(np.sum(~here))
    warning = f"left out for want of a group: {counted(without)}"
    return parts, (warning,) if without else ()


def described(
    parts: Mapping[str, pd.DataFrame], variables: Sequence[str], conventions: Conventions
) -> pd.DataFrame:
    """Of each variable in each part: n, missing, and its summary or the counts of its levels."""
    found = [
        compare_groups(part, list(variables), conventions=conventions).numbers.assign(group=name)
        for name, part in parts.items()
    ]
    return pd.concat(found, ignore_index=True)
