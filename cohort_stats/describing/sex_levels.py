"""The levels of a sex that is typed in several ways."""

from __future__ import annotations

from collections.abc import Mapping

from cohort_stats.cells.sexes import FEMALE, MALE, sex_of
from cohort_stats.dictionary import Level

#: Folded spelling -> as typed, and how often.
Spellings = Mapping[str, Mapping[str, int]]


def sexes(groups: Spellings) -> dict[str, str]:
    """Folded word -> Male or Female; empty unless every word is one of them, and both occur."""
    if set(groups) == {"h", "m"}:  # hombre, mujer
        return {"h": MALE, "m": FEMALE}
    found = {key: sex_of(key, groups) for key in groups}
    return found if set(found.values()) == {MALE, FEMALE} else {}


def sex_levels(groups: Spellings) -> tuple[tuple[Level, ...], str]:
    """Female and Male, each with its most frequent spelling; and what a user should confirm."""
    typed: dict[str, dict[str, int]] = {FEMALE: {}, MALE: {}}
    for key, sex in sexes(groups).items():
        typed[sex] |= groups[key]
    levels = tuple(Level(max(s, key=s.__getitem__), sex) for sex, s in typed.items())
    if all(len(s) == 1 for s in typed.values()) and "h" not in groups:
        return levels, ""
    listed = {sex: ", ".join(f"'{word}'" for word in s) for sex, s in typed.items()}
    words = "; ".join(f"{spelt} as {sex}" for sex, spelt in listed.items())
    return levels, f"several spellings are read as one sex: {words}; is that right?"
