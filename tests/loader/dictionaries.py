"""Any data dictionary, for property-based tests."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from cohort_stats.codebooks.codebook_cells import heading_keys
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable, fold_level

#: What people type, with the marks that a codebook gives a meaning, and letters beyond Latin.
LETTERS = "abcXYZ019 =;,|<>≥\"'\\_-+@()/.%äß한글"
words = (
    st.text(LETTERS, min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: any(c.isalnum() for c in text))
)
sentences = st.text(LETTERS + "\n", max_size=40).map(str.strip)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True)
numbers = st.floats(-1e9, 1e9) | st.integers(-1000, 1000).map(float)
days = st.dates(date(1800, 1, 1), date(2100, 1, 1))


def ranges(values):
    return st.tuples(st.none() | values, st.none() | values).filter(
        lambda pair: None in pair or pair[0] <= pair[1]
    )


@st.composite
def levels(draw):
    pairs = draw(st.lists(st.tuples(words, words, st.booleans()), min_size=1, max_size=5))
    kept: list[Level] = []
    taken: set[str] = set()
    for code, label, alike in pairs:
        level = Level(label, label) if alike else Level(code, label)
        folded = {fold_level(level.code), fold_level(level.label)}
        if not folded & taken:
            kept.append(level)
            taken |= folded
    return tuple(kept)


@st.composite
def variables(draw):
    kind = draw(st.sampled_from(KINDS))
    its_levels = YES_NO if kind == "yesno" else ()
    if kind in ("category", "ordered"):
        its_levels = draw(levels())
    values = days if kind == "date" else numbers
    ranged = kind in ("number", "integer", "date")
    return Variable(
        name=draw(names),
        label=draw(words),
        type=kind,
        unit=draw(st.just("") | words),
        levels=its_levels,
        reference=draw(st.sampled_from(["", *(level.label for level in its_levels)])),
        limits=draw(ranges(values)) if ranged else (None, None),
        usual=draw(ranges(values)) if ranged else (None, None),
        required=draw(st.booleans()),
        missing=tuple(draw(st.lists(words, max_size=3))),
        aliases=tuple(draw(st.lists(words, max_size=3))),
        description=draw(sentences),
        role=draw(st.sampled_from(["", "cluster", "exposure", "outcome", "covariate"])),
        partial=draw(st.sampled_from(["refuse", "middle"])) if kind == "date" else "refuse",
    )


KINDS = ("number", "integer", "category", "ordered", "yesno", "date", "text", "id")


@st.composite
def dictionaries(draw):
    """Variables of which no two answer to one heading."""
    kept: dict[str, Variable] = {}
    taken: set[str] = set()
    for variable in draw(st.lists(variables(), min_size=1, max_size=5)):
        if not heading_keys(variable) & taken:
            kept[variable.name] = variable
            taken |= heading_keys(variable)
    return DataDictionary(kept)
