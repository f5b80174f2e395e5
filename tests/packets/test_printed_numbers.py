"""Each number in the Word file is in results.csv, in the rows of its step."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gbsg2_packet import packet
from printed_numbers import NUMBER, Packet, Place, places

import analyses.studies
import reports.methods
from reports.methods import software

METHODS = Path(reports.methods.__path__[0])
PLAN = Path(analyses.studies.__path__[0]) / "gbsg2" / "plan.toml"
#: Numbers that are no results, told apart by what stands beside them.
RULES = (
    r"95% (?:CI|confidence)(?= [^\d]|$|\))",  # the level of intervals
    r"p (?:<|is below|below) 0\.(?:05|1)\b",  # bounds that the text speaks of
    r"(?:Table|Figure) \d+|\[\d+\]",  # numbers of tables, figures and sources
    r"fingerprint [0-9a-f]+|seed \d+|seed of random numbers was \d+",
    r"\bper (?:1|10|100)\b",  # units of ratios, from the plan
    r"1 \(reference\)|intervals include 1\b|slope 1 and intercept 0 by construction|against 0\.5",
    r"(?:event within|cut at) [\d., ]*\d",  # definitions, from the plan
    r"below 50 patients|count is below 5\b|1:1|caliper of 0\.2|type 7|\(10 groups",  # of methods
)


def strings(value: Any) -> Iterator[str]:
    """Every string of a plan that holds a number."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str) and re.search(r"\d", value):
        yield value


def alone(words: str) -> str:
    """A pattern of words that are no part of a longer number."""
    return rf"(?<![\w.]){re.escape(words)}(?!\w|\.\d)"


@cache
def judged() -> Packet:
    sources = tomllib.loads((METHODS / "sources.toml").read_text(encoding="utf-8"))["source"]
    named = {*strings(tomllib.loads(PLAN.read_text(encoding="utf-8")))}
    named |= {name[:1].lower() + name[1:] for name in named}
    named |= {software(), *(one["citation"] for one in sources)}
    rows = pd.read_csv(packet() / "results.csv", low_memory=False)
    for column in ("method", "group"):
        named |= {name for name in rows[column].dropna().unique() if re.search(r"\d", name)}
    longest = sorted(named, key=len, reverse=True)
    return Packet(packet(), [*map(alone, longest), *RULES])


@cache
def printed() -> list[Place]:
    return list(places(judged()))


def test_each_number_of_the_word_file_is_in_the_rows_of_its_step():
    unknown = [(place, found) for place in printed() if (found := judged().unknown(place))]
    assert unknown == []


def test_an_altered_number_is_noticed():
    """In 200 places drawn by chance, a digit of a number is changed into another one."""
    rng = np.random.default_rng(11)
    numbers = [
        (place, found)
        for place in printed()
        for found in re.finditer(NUMBER, judged().blanked(place.text).replace("95%", "   "))
    ]
    assert len(numbers) > 1000
    missed = []
    for i in rng.choice(len(numbers), 200, replace=False):
        changed = altered(*numbers[i], rng)
        if not judged().unknown(changed):
            missed.append(changed)
    print(f"{200 - len(missed)} of 200 altered numbers were noticed; not noticed: {missed}")
    assert len(missed) < 0.05 * 200


def altered(place: Place, number: re.Match[str], rng: np.random.Generator) -> Place:
    """A place with another digit in one of its numbers."""
    at = number.start() + int(rng.choice([k for k, c in enumerate(number[0]) if c.isdigit()]))
    other = (int(place.text[at]) + rng.integers(1, 10)) % 10
    return place._replace(text=f"{place.text[:at]}{other}{place.text[at + 1 :]}")
