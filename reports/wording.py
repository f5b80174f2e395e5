"""How names and lists stand in a sentence: decided here once."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: First words of labels that keep their capital: people, after whom clinicians name things.
PEOPLE = frozenset(
    {
        "Barthel", "Bilsky", "Breslow", "Charlson", "Child", "Clark", "Clavien", "Cobb", "Cox",
        "Crohn", "Enneking", "Frankel", "Glasgow", "Gleason", "Harrington", "Hodgkin",
        "Hounsfield", "Kaplan", "Karnofsky", "Katagiri", "Killip", "Lansky", "Mayo", "Meyerding",
        "Nurick", "Odom", "Oswestry", "Rankin", "Ranson", "Tokuhashi", "Tomita", "Weinstein",
    }
)  # fmt: skip

#: What stands in brackets or quotation marks.
ASIDE = re.compile(r"\([^)]*\)|‘[^’]*’")
#: What stands between straight quotation marks.
STRAIGHT = re.compile(r"(?<![\w'])'(.*?)'(?![\w'])")


def mid(label: str) -> str:
    """A label as it stands within a sentence.

    Parameters
    ----------
    label
        As written in a plan.

    Returns
    -------
    str
        With a small first letter, unless the first word is an abbreviation (``ECOG``,
        ``LIV HU``, ``Ki-67``, ``T stage``) or a name (``Karnofsky index``, ``Prognostic
        Nutritional Index``).
    """
    long = [word for word in label.split() if len(word) > 3]
    if len(long) > 1 and all(word[0].isupper() for word in long):
        return label
    first, *_ = label.split() or [""]
    bare = first.split("’")[0].split("'")[0].split("-")[0].split("–")[0].strip(",;:()")
    keeps = len(bare) < 2 or (not first[1:].islower() and any(c.isupper() for c in first[1:]))
    if keeps or any(c.isdigit() for c in first) or bare in PEOPLE:
        return label
    return f"{label[:1].lower()}{label[1:]}"


def start(words: str) -> str:
    """Words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def listed(parts: Sequence[str], word: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; semicolons where a part has a comma outside brackets."""
    if len(parts) < 2:
        return "".join(parts)
    if len(parts) > 2 and any(", " in ASIDE.sub("", part) for part in parts):
        return f"{'; '.join(parts[:-1])}; {word} {parts[-1]}"
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def quoted(names: Sequence[str], word: str = "and") -> str:
    """Titles or levels in quotation marks, as a list."""
    parts = [f"‘{name}’" for name in names]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def typographic(words: str) -> str:
    """Words with typographic quotation marks and apostrophes."""
    if "'" not in words:
        return words
    return STRAIGHT.sub(r"‘\1’", words).replace("'", "’")


def sentence(words: str) -> str:
    """Words as a sentence: a capital, and one full stop."""
    words = words.strip().rstrip(".")
    return f"{start(words)}." if words else ""
