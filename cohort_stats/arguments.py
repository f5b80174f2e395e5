"""Refusals a programmer can act on: the argument, what is allowed, what was given."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Raise ValueError unless every name is a column of a frame; suggests the nearest."""
    columns = [str(c) for c in frame.columns]
    for name in names:
        if name not in frame.columns:
            near = suggestion(str(name), columns)
            near = f" ({near})" if near else f"; columns are {', '.join(columns[:20])}"
            raise ValueError(f"{argument} must be columns of the frame; got {name!r}{near}")


def as_series(argument: str, given: object) -> pd.Series:
    """A column from a Series, an array or a list; anything else is refused."""
    if isinstance(given, pd.Series):
        return given
    if isinstance(given, str) or not hasattr(given, "__len__"):
        raise ValueError(f"{argument} must be one value a patient; got {given!r}")
    return pd.Series(given)


def as_category(name: str, column: pd.Series) -> str:
    """How to make a column of texts a category, to end a refusal with; nothing for others."""
    if not (pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)):
        return ""
    return f' (of texts make a category: frame["{name}"].astype("category"))'
