"""What a printed cell, a heading or a note is, from its shape and the words beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyses.printed.number import NOT_REACHED

_NUMBER = re.compile(
    r"(?<![\d%)\w])[-−]?(?:\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,·]\d+)?|[.·]\d+)"
    r"|\d+(?:[.,·]\d+)?"
)
_DASH = re.compile(r"(?<=#)%?(?:[-–—−~]|to)(?=#)")
#: What the words beside a cell may say that it is.
HINTS = {
    "share": re.compile(r"(?i)\(\s*%\s*\)|\bn\s*,\s*%|\bno\.?,?\s*\(?%|percent"),
    "mean": re.compile(r"(?i)\bmean\b|± ?sd|\(sd\)"),
    "iqr": re.compile(r"(?i)\biqr\b|inter-?quartile|\bq1\b|quartiles"),
    "range": re.compile(r"(?i)(?<!interquartile )(?<!inter-quartile )\brange\b|min\w*[–-]max"),
    "ci": re.compile(r"(?i)\bci\b|confidence interval"),
    "se": re.compile(r"(?i)\bsem?\b|\bs\.e\.(m\.)?|standard errors?"),
    "sd": re.compile(r"(?i)\bsd\b|\bs\.d\.|standard deviations?"),
}
#: Where means are said to be printed with their deviation behind ±.
PLUS = re.compile(r"(?i)± ?(sd\b|s\.d\.|standard dev)")
#: Shapes that say themselves what they are.
_PLAIN = {
    "#(#%)": "count_percent",
    "#%(#)": "count_percent",
    "#%(n=#)": "count_percent",
    "#/#": "count_percent",
    "#/#(#%)": "count_percent",
    "#/#(#)": "count_percent",
    "#%": "percent",
}
#: Observed and expected events, 36 / 34.6: no share.
_EXPECTED = re.compile(r"\d+\s*/\s*\d+[.,·]\d")
_RANGED = ("#(#-#)", "#[#-#]", "#(#,#)", "#[#,#]", "#(#;#)")
GROUP = re.compile(r"(?i)\bn\s*=\s*(\d[\d,\u00a0\u2009\u202f]*)")
TOTAL = re.compile(
    r"(?i)\b(total\w*|overall|all|whole|entire|gesamt|insgesamt|alle|ensemble|tous|todos|tutti)\b"
)
P = re.compile(
    r"(?i)p([\s-]?(values?|val\.?|wert|waarde|värde))?|(valeur|valor|valore)( de)?[\s-]p|"
    r"sig(nificance|\.)?( \((2|two)-(tailed|sided)\))?|pr ?\(>\|z\|\)"
)
#: Headings of columns with ``111/165``.
FRACTION = re.compile(
    r"(?i)(n|no\.?|number|events?|deaths?|cases|patients)\s*/\s*"
    r"(n|no\.?|total|all|patients|number|at risk)"
)
COUNTED = re.compile(
    r"(?i)((no\.?|number) of )?(patients|cases|events|deaths|n|no\.)|with (the )?outcome"
)
MISSING = re.compile(r"(?i)(missing|unknown|not (available|known|recorded|reported))\b.*")
RATIOS = {
    "shr": re.compile(r"(?i)\bs(d)?hr\b|subdistribution"),
    "hr": re.compile(r"(?i)\ba?hr\b|hazard ratio"),
    "or": re.compile(r"(?i)\ba?or\b(?! )|\ba?OR \(|odds ratio|\bexp ?\( ?[bβ] ?\)"),
    "rr": re.compile(r"(?i)\ba?rr\b|risk ratio|relative risk"),
}
#: Tests as notes name them, the longer names first.
TESTS = (
    ("welch anova", r"welch\S* (one-way )?(analysis of variance|anova)"),
    ("welch", r"welch(\S* t[- ]?tests?)?"),
    ("paired t", r"(?<!un)(?<!un-)paired[- ](samples? )?(student\S* )?t\b([- ]?tests?)?"),
    ("student", r"student|independent[- ](samples? )?\*?t|two-sample t|\bt[- ]?test"),
    ("anova", r"analysis of variance|anova"),
    ("linear by linear", r"linear[- ]by[- ]linear|for trend"),
    ("yates", r"yates|continuity"),
    ("fisher", r"fisher|freeman"),
    ("mcnemar", r"mcnemar"),
    ("likelihood ratio", r"likelihood[- ]ratio"),
    ("chi-square", r"chi[- ]?squared?|χ|pearson"),
    ("mann-whitney", r"mann|rank[- ]sum"),
    ("kruskal-wallis", r"kruskal"),
    ("wilcoxon", r"signed|wilcoxon"),
    ("log-rank", r"log[- ]?rank"),
)


def shape_of(words: str) -> str:
    """A cell with ``#`` for each of its numbers: ``#(#%)``, ``#±#``, ``#(#-#)``."""
    known = NOT_REACHED.sub("#", words) if re.search(r"\d", words) else words
    shape = re.sub(r"\s", "", _NUMBER.sub("#", re.sub(r"\bto\b", " to ", known)))
    return _DASH.sub("-", shape.replace("#%)", "#%)"))


def hints_in(words: str) -> set[str]:
    """What words say that the numbers beside them are."""
    return {name for name, pattern in HINTS.items() if pattern.search(words)}


def kind_of(words: str, near: str, far: str = "") -> str:
    """The kind of a cell; empty where it is not certain.

    Parameters
    ----------
    words
        The cell.
    near
        Names of its row and its column.
    far
        Caption and notes, asked where the names do not say it.
    """
    shape = shape_of(words)
    if shape in _PLAIN:
        return "" if _EXPECTED.match(words) else _PLAIN[shape]
    said = hints_in(near)
    if shape in ("#±#", "#(±#)"):
        return _plus_minus(said & {"se", "sd"} or hints_in(far) & {"se", "sd"})
    if shape == "#(#)":
        wanted = said & {"share", "mean"} or hints_in(far) & {"share", "mean"}
        if not said and PLUS.search(far):  # then means are printed with ±, and this is none
            wanted -= {"mean"}
        if wanted == {"share"} and re.match(r"\d+\s*\(", words):
            return "count_percent"
        return _plus_minus(said & {"se", "sd"}) if wanted == {"mean"} else ""
    if shape.replace("%", "") in _RANGED:
        return _ranged(shape, said & {"iqr", "range", "ci"}, "mean" in said)
    return ""


def _plus_minus(said: set[str]) -> str:
    """What stands behind a mean: its standard error where that is said, else a deviation."""
    return "" if said == {"se", "sd"} else "mean_se" if said == {"se"} else "mean_sd"


def _ranged(shape: str, said: set[str], mean: bool) -> str:
    if said == {"ci"}:
        return "rate_ci" if "%" in shape else "number_ci"
    if len(said) != 1 or "%" in shape:
        return ""
    if mean:
        return "mean_range" if said == {"range"} else ""
    return "median_iqr" if said == {"iqr"} else "median_range"


def ratio_in(heading: str) -> str:
    """``or``, ``hr``, ``rr``, ``shr`` where a heading names such a ratio, else empty."""
    return next((name for name, pattern in RATIOS.items() if pattern.search(heading)), "")


def named_test(words: str) -> str:
    """The test that a note names, empty where it names none or several."""
    found = [name for name, pattern in TESTS if re.search(pattern, words, re.IGNORECASE)]
    if {"welch", "student"} <= {*found} or {"paired t", "student"} <= {*found}:
        found.remove("student")
    if found[:2] == ["welch anova", "welch"]:
        found = [name for name in found if name not in ("welch", "anova")]
    if "yates" in found and "chi-square" in found:
        found.remove("chi-square")
    if "linear by linear" in found and "chi-square" in found:
        found.remove("chi-square")
    if "mann-whitney" in found and "wilcoxon" in found:
        found.remove("wilcoxon")
    return found[0] if len(found) == 1 else ""


@dataclass(frozen=True)
class Heading:
    """A column's heading: what it shares with its neighbours, and its own words."""

    shared: str
    own: str

    @property
    def words(self) -> str:
        """Both."""
        return f"{self.shared}: {self.own}" if self.shared else self.own

    @property
    def n(self) -> str:
        """The size of the group that it names, empty if it names none."""
        found = [*GROUP.finditer(self.words)]
        return found[-1][1].strip() if found else ""


def european(texts: list[str]) -> bool:
    """Whether numbers are written with a decimal comma: most of those with decimals are."""
    whole = " ".join(texts)
    commas = len(re.findall(r"(?<![\d,.])\d+,\d{1,2}(?![\d,])", whole))
    points = len(re.findall(r"(?<![\d,.])\d*\.\d+(?![\d.])", whole))
    return commas > points
