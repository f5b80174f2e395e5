"""Each number in the Word file is in results.csv, in the rows of its step."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import adverse_packet
import gbsg2_packet
import markers_packet
import numpy as np
import pandas as pd
import pytest
import sample_packet
from gbsg2_packet import folder
from printed_numbers import NUMBER, Packet, Place, places

import reports.methods
from analyses.plan import STUDIES
from reports.methods import software
from reports.packet import render

METHODS = Path(reports.methods.__path__[0])
GBSG2 = (STUDIES / "gbsg2" / "plan.toml").read_text(encoding="utf-8")
#: Packet -> the texts of its plan, and what was run.
PACKETS = {
    "gbsg2": ((GBSG2,), gbsg2_packet.view),
    "samples": ((GBSG2, sample_packet.STEPS), sample_packet.view),
    "markers": ((markers_packet.PLAN,), markers_packet.view),
    "adverse": ((adverse_packet.PLAN,), adverse_packet.view),
}
#: Numbers that are no results, told apart by what stands beside them.
RULES = (
    r"95% (?:CI|confidence)(?= [^\d−]|$|\))",  # the level of intervals
    r"p (?:<|is below|below) 0\.(?:05|1)\b",  # bounds that the text speaks of
    r"(?:Table|Figure) \d+|\[\d+\]",  # numbers of tables, figures and sources
    r"fingerprint [0-9a-f]+|seed \d+|seed of random numbers was \d+",
    r"\bper (?:1|10|100)\b",  # units of ratios, from the plan
    r"1 \(reference\)|intervals include 1\b|slope 1 and intercept 0 by construction|against 0\.5",
    r"0\.5 is chance",
    r"(?:event within|cut at) [\d., ]*\d",  # definitions, from the plan
    r"outcomes of 15% of|percentiles 1 and 99|score below 0.2 or above 0.6|p ≤ 0\.05|nearer to 1\b",
    r"to 1 \(raw|specificity 80% to 100%|sensitivity and specificity 1\b|at least (?:90|10)%",
    r"(?:from )?(?:2000|500) bootstrap samples|The cut-off of ‘[^’]*’ \([^)]*\)",
    r"from 0.8(?= )|500 samples|9999 random|risks of 0.1, 0.3\b",
    r"below 50 patients|count is below 5\b|1:1|caliper of 0\.2|type 7|\(10 groups",  # of methods
    r"Stat Med 2014",
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
def judged(name: str) -> Packet:
    plans, view = PACKETS[name]
    written = (
        gbsg2_packet.packet()
        if name == "gbsg2"
        else render(view().results, folder() / f"printed {name}").folder
    )
    sources = tomllib.loads((METHODS / "sources.toml").read_text(encoding="utf-8"))["source"]
    named = {one for plan in plans for one in strings(tomllib.loads(plan))}
    named |= {name[:1].lower() + name[1:] for name in named}
    named |= {software(), *(one["citation"] for one in sources)}
    rows = pd.read_csv(written / "results.csv", low_memory=False)
    for column in ("method", "group", "level"):
        names = rows[column].dropna().astype(str).unique()
        named |= {name for name in names if re.search(r"\d", name) and re.search(r"[a-z<≥]", name)}
    longest = sorted(named, key=len, reverse=True)
    return Packet(written, [*map(alone, longest), *RULES])


@cache
def printed(name: str) -> list[Place]:
    return list(places(judged(name)))


@pytest.mark.parametrize("name", PACKETS)
def test_each_number_of_the_word_file_is_in_the_rows_of_its_step(name):
    unknown = [(place, found) for place in printed(name) if (found := judged(name).unknown(place))]
    assert unknown == []


@pytest.mark.parametrize("name", PACKETS)
def test_an_altered_number_is_noticed(name):
    """In 200 places drawn by chance, a digit of a number is changed into another one."""
    rng = np.random.default_rng(11)
    numbers = [
        (place, found)
        for place in printed(name)
        for found in re.finditer(NUMBER, judged(name).blanked(place.text).replace("95%", "   "))
    ]
    assert len(numbers) > 100
    missed = []
    tried = min(200, len(numbers))
    for i in rng.choice(len(numbers), tried, replace=False):
        changed = altered(*numbers[i], rng)
        if not judged(name).unknown(changed):
            missed.append(changed)
    print(f"{tried - len(missed)} of {tried} altered numbers were noticed; not noticed: {missed}")
    assert len(missed) < 0.05 * tried


def altered(place: Place, number: re.Match[str], rng: np.random.Generator) -> Place:
    """A place with another digit in one of its numbers."""
    at = number.start() + int(rng.choice([k for k, c in enumerate(number[0]) if c.isdigit()]))
    other = (int(place.text[at]) + rng.integers(1, 10)) % 10
    return place._replace(text=f"{place.text[:at]}{other}{place.text[at + 1 :]}")
