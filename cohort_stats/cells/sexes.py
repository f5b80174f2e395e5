"""Male and female in the words of several languages."""

from __future__ import annotations

from collections.abc import Collection

from cohort_stats.dictionary import Variable, fold_level

MALE, FEMALE = "Male", "Female"
#: Folded words. Of letters that mean one sex in one language and the other in another only m is
#: here, with f and w; for h see :func:`sex_of`.
WORDS = {
    **dict.fromkeys(
        ["male", "m", "man", "men", "males", "männlich", "maennlich", "mann", "masculin",
         "homme", "masculino", "masc", "hombre", "homem", "maschio", "uomo", "maschile",
         "mannelijk", "mężczyzna", "мужской", "муж", "м", "남", "남자", "남성", "男",
         "男性", "男子"],
        MALE,
    ),
    **dict.fromkeys(
        ["female", "f", "woman", "women", "females", "w", "weiblich", "frau", "féminin", "feminin",
         "femme", "femenino", "feminino", "fem", "mujer", "mulher", "femmina", "donna", "femminile",
         "vrouw", "vrouwelijk", "kobieta", "женский", "жен", "ж", "여", "여자", "여성", "女",
         "女性", "女子"],
        FEMALE,
    ),
}  # fmt: skip


def sex_of(word: str, beside: Collection[str] = ()) -> str:
    """``Male``, ``Female``, or empty where a word is neither.

    Parameters
    ----------
    word
        As typed; case and a full stop at its end do not matter.
    beside
        Folded words of the same column: h is *homme* or *hombre* beside a word for female; beside
        h an m is neither (*mujer*, *masculin*).
    """
    folded = fold_level(word).rstrip(".")
    if folded == "h" and "m" not in beside:
        return MALE if any(WORDS.get(other) == FEMALE for other in beside) else ""
    return "" if folded == "m" and "h" in beside else WORDS.get(folded, "")


def label_of_sex(variable: Variable, word: str, beside: Collection[str]) -> str | None:
    """The level that a word for male or female means, of a variable with a level for each."""
    sexes = {sex_of(level.label): level.label for level in variable.levels}
    return sexes.get(sex_of(word, beside)) if {MALE, FEMALE} <= sexes.keys() else None
