"""Refusals a programmer can act on: the argument, what is allowed, what was given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cohort_stats.problem import suggestion


def must_be(argument: str, given: object, kind: type | tuple[type, ...], words: str) -> None:
    """Raise ValueError unless `given` is of a kind.

    Parameters
    ----------
    argument
        Its name.
    given
        What was passed.
    kind
        What it must be an instance of.
    words
        The same in words.
    """
    if not isinstance(given, kind):
        raise ValueError(f"{argument} must be {words}; got {type(given).__name__}")


def must_be_columns(argument: str, names: Sequence[str], frame: pd.DataFrame) -> None:
    """Raise ValueError unless every name is a column of a frame, without infinite numbers.

    Suggests the nearest name.
    """
    columns = [str(c) for c in frame.columns]
    for name in names:
        if name not in frame.columns:
            near = suggestion(str(name), columns)
            near = f" ({near})" if near else f"; columns are {', '.join(columns[:20])}"
            raise ValueError(f"{argument} must be columns of the frame; got {name!r}{near}")
        must_be_finite(repr(name), frame[name])


def must_be_finite(name: str, column: pd.Series) -> None:
    """Raise ValueError where a column of numbers holds an infinite one; missing is allowed."""
    if not pd.api.types.is_float_dtype(column):
        return
    infinite = np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
    if infinite.any():
        at = int(np.argmax(infinite))
        raise ValueError(
            f"{name} must hold finite numbers; got {column.iloc[at]:g} at position {at} "
            "(leave unknown values empty)"
        )


def as_series(argument: str, given: object) -> pd.Series:
    """A column from a Series, an array or a list; infinite numbers and other things are refused."""
    if isinstance(given, str) or not hasattr(given, "__len__"):
        raise ValueError(f"{argument} must be one value a patient; got {given!r}")
    column = given if isinstance(given, pd.Series) else pd.Series(given)
    must_be_finite(argument, column)
    return column


def as_category(name: str, column: pd.Series) -> str:
    """How to make a column of texts a category, to end a refusal with; nothing for others."""
    if not (pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)):
        return ""
    return f' (of texts make a category: frame["{name}"].astype("category"))'
