"""New variables from old ones: recodes, counts, sums; each against a naive twin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cohort_stats.derive import all_true, any_true, count_true, recode, total

TRUTHS = st.lists(
    st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3), min_size=1, max_size=4
)


def _columns(rows: list[list[bool | None]]) -> list[pd.Series]:
    return [pd.Series(column, dtype="boolean") for column in rows]


@given(TRUTHS)
def test_counts_and_any_and_all_follow_three_valued_logic(rows) -> None:
    columns = _columns(rows)
    for i in range(3):
        mine = [column[i] for column in rows]
        known = None not in mine
        count, some, every = (f(columns).iloc[i] for f in (count_true, any_true, all_true))
        assert (np.isnan(count) and not known) or count == sum(map(bool, mine))
        expected = "Yes" if True in mine else ("No" if known else None)
        assert some == expected or (expected is None and pd.isna(some))
        expected = "No" if False in mine else ("Yes" if known else None)
        assert every == expected or (expected is None and pd.isna(every))


@given(st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=8), st.booleans())
def test_a_recode_loses_nobody_in_silence(values, caught) -> None:
    column = pd.Series(values, dtype=object)
    others = "Other" if caught else ""
    found, unlisted = recode(column, {"X": ["a", "b"]}, others=others, missing=["c"])
    for value, new, left in zip(values, found, unlisted, strict=True):
        if value in ("a", "b"):
            assert new == "X"
        elif value == "d":
            assert (new == "Other") if caught else (pd.isna(new) and left)
        else:
            assert pd.isna(new)
        assert left == (value == "d" and not caught)


def test_a_recode_of_levels_ignores_how_the_category_was_coded() -> None:
    column = pd.Series(pd.Categorical(["III", "I", None], ["I", "II", "III"], ordered=True))
    found, _ = recode(column, {"late": ["III", "II"], "early": ["I"]})
    assert list(found.cat.categories) == ["late", "early"]
    assert found.astype(object).tolist()[:2] == ["late", "early"]
    assert found.isna().tolist() == [False, False, True]


def test_others_may_join_a_level_that_is_written() -> None:
    found, _ = recode(pd.Series(["a", "z"]), {"A": ["a"], "Rest": ["b"]}, others="Rest")
    assert found.tolist() == ["A", "Rest"]
    assert list(found.cat.categories) == ["A", "Rest"]


def test_a_sum_of_known_parts_only_is_never_given() -> None:
    found = total([pd.Series([1.0, 2.0, np.nan]), pd.Series([1.0, np.nan, np.nan])])
    assert found.iloc[0] == 2
    assert found.isna().tolist() == [False, True, True]
