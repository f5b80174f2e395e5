"""Regression output in columns of its own: coefficient, standard error, z."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyses.manuscripts.shapes import Heading
from analyses.published.registry import Column
from analyses.published.schema import PrintedModelSection

#: What a heading says that a column of regression output is.
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "beta": re.compile(r"(?i)b|β|beta|(β |regression )?coef(\.|ficient)?( \(?[bβ]\)?)?"),
    "se": re.compile(r"(?i)s\.? ?e\.?( ?\([bβ]\))?|std\.? ?err(\.|or)?|standard error"),
    "z": re.compile(r"(?i)z([- ](value|score|statistic))?|wald( ?(z|χ²|chi[- ]squared?))?"),
}
_ABOUT_LIMITS = re.compile(r"(?i)\bci\b|c\.i\.|confidence interval|exp ?\(")


def regression_columns(
    roles: dict[int, Column],
    headings: list[Heading],
    models: dict[str, PrintedModelSection],
    key: str,
) -> None:
    """Give the columns of regression output their roles, beside the ratio that they belong to.

    Parameters
    ----------
    roles
        Of the columns understood so far; changed here.
    headings
        Of every column.
    models
        That the columns are about; one without a ratio is added.
    key
        Of the table.

    Notes
    -----
    A coefficient is read with its error, and only beside a ratio or a z: without either its test
    may be by t.
    """
    for home in dict.fromkeys(_home(heading) for heading in headings[1:]):
        said = {
            name: at
            for at, heading in enumerate(headings)
            if at and _home(heading) == home
            for name in [_said(heading)]
            if name
        }
        ratios = [
            at for at, column in roles.items()
            if column.about in models and _home(headings[at]) == home and at not in said.values()
        ]  # fmt: skip
        if len(ratios) > 1 or not {"beta", "se"} <= {*said}:
            continue
        about = roles[ratios[0]].about if ratios else ""
        if not about and "z" in said:
            about = f"{key}_b{said['beta']}"
            models[about] = PrintedModelSection(label=home or "regression", effect="none")
        for name, at in said.items() if about else ():
            roles[at] = Column(f"{about}.{name}", about, name)


def _said(heading: Heading) -> str:
    own = heading.own.strip(" *†‡#")
    return next((name for name, pattern in PATTERNS.items() if pattern.fullmatch(own)), "")


def _home(heading: Heading) -> str:
    """The shared heading, without one that is about limits alone."""
    pieces = heading.shared.split(": ") if heading.shared else []
    return ": ".join(piece for piece in pieces if not _ABOUT_LIMITS.search(piece))
