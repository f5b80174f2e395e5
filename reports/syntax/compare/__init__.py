"""What the sections of an R script share: the families of functions that it calls, as one file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
#: The families, in the order in which they are written.
FAMILIES = (
    "numbers", "groups", "pairs_of_groups", "shares", "rates", "survival", "logrank", "competing",
    "regression", "logistic", "firth", "ordinal", "subgroups", "markers", "predictions", "pairs",
    "samples", "pooling", "counts", "hidden_bias",
)  # fmt: skip
HEAD = """\
# What the sections of analysis.R share: descriptions, formulas that R has no function for, and
# the comparison of every number with ../results.csv of the packet.
"""
DEFINED = re.compile(r"^(\w+) <- ", re.M)


def compare_r(script: str) -> str:
    """The functions that a script calls, with those that these call.

    Parameters
    ----------
    script
        The R script.
    """
    needed, words = {"numbers"}, _words(script) | _called("numbers")
    while more := {f for f in FAMILIES if f not in needed and words & _defined(f)}:
        needed |= more
        words = words.union(*map(_called, more))
    return "\n".join([HEAD, *(_source(family) for family in FAMILIES if family in needed)])


@cache
def _source(family: str) -> str:
    return (HERE / f"{family}.R").read_text(encoding="utf-8")


@cache
def _defined(family: str) -> frozenset[str]:
    return frozenset(DEFINED.findall(_source(family)))


def _called(family: str) -> set[str]:
    return _words(_source(family))


def _words(code: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r'"[^"\n]*"|#.*', "", code)))
