"""Where each number of a packet's Word file comes from, read from the packet alone.

A printed number is a value of results.csv if that value, rounded to the decimals that are printed,
is the number. An estimate must come with its own limits, a count with the percentage of the same
patients, and all of them must be of the step, and of the row, that they are printed for.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from docx import Document
from docx.oxml.table import CT_Tc
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

NUMBER = r"(?<![\w.])−?\d+(?:\.\d+)?(?!\d)"
LIMIT = rf"(?:{NUMBER}|n\.r\.|n\.e\.|not reached)"
#: What is judged as a whole: one after the other, each in what the one before left.
SHAPES: Mapping[str, re.Pattern[str]] = {
    "interval": re.compile(
        rf"({LIMIT})%?(?: [a-z/]+){{0,2}},? \(?(?:95% CI )?({LIMIT})(?:–| to )({LIMIT})%?"
    ),
    "share": re.compile(rf"({NUMBER}) of ({NUMBER}) patients \(({NUMBER})%\)"),
    "n": re.compile(rf"\bn = ({NUMBER})"),
    "df": re.compile(rf"\bdf = ({NUMBER})"),
    "count": re.compile(rf"({NUMBER}) \(({NUMBER})%\)"),
    "spread": re.compile(rf"({NUMBER}) ± ({NUMBER})"),
    "together": re.compile(rf"({NUMBER})/({NUMBER})"),
    "p": re.compile(rf"\bp ([<>=]) ({NUMBER})"),
    "single": re.compile(rf"({NUMBER})%?"),
}
#: Heading -> the statistics that may stand below it; below one that ends in p stand p-values.
BELOW = {
    "Patients": ("n", "_n"),
    "Events": ("events", "events_to_date"),
    "With outcome": ("events",),
    "Missing": ("missing",),
    "Positive": ("true_positive", "false_positive"),
    "Negative": ("true_negative", "false_negative"),
    "No event": ("at_risk+competing_to_date",),
    "SMD": ("smd",),
    "Variance ratio": ("variance_ratio",),
    "KS": ("ks",),
}
#: A bound of a p-value beside the bias it is for.
BOUNDED = re.compile(r"Γ = [\d.]+: (?=\d)")
#: What figures alone show.
DRAWN = ("curve", "score_", "roc_", "maxstat", "censored_to_date", "calibration_n")
#: No counts, but printed as whole numbers.
ROUNDED = ("effective_n",)
#: Counts that are sums of those of a 2 × 2 table.
MARGINS = (
    ("true_positive", "false_positive"),
    ("true_negative", "false_negative"),
    ("true_negative", "false_positive"),
    ("true_positive", "true_negative"),
    ("at_risk", "competing_to_date"),
)

Values = Mapping[str, float]


class Place(NamedTuple):
    """A text of the Word file, the step it belongs to, and what its row and heading are called."""

    step: str
    text: str
    names: tuple[str, ...] = ()
    heading: str = ""


class Packet:
    """A packet: its values by step, and the numbers that may stand there besides.

    Parameters
    ----------
    folder
        Where it is.
    rules
        Patterns of numbers that are names or told apart by what stands beside them.
    """

    def __init__(self, folder: Path, rules: Sequence[str]):
        rows = pd.read_csv(folder / "results.csv", low_memory=False)
        curves = rows["analysis"].str.endswith("/curves")
        drawn = rows["statistic"].str.startswith(DRAWN) | (
            curves & rows["statistic"].isin(["at_risk", "events_to_date"])
        )
        rows = rows[~drawn]
        text = ["group", "term", "level"]
        rows = rows.assign(step=rows["analysis"].str.partition("/")[0])
        rows[text] = rows[text].fillna("").astype(str)
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        self.folder, self.rules, self.rows = folder, rules, rows
        self.titles, self.labels = record["titles"], record["labels"]
        self._pools: dict[tuple[str, ...], list[Values]] = {}

    def pool(self, place: Place) -> list[Values]:
        """Values about the same, of the step and, where its row has a name, of what that names."""
        group = re.split(r" \(n = ", place.heading or place.text)[0]
        key = (place.step, *place.names, group)
        if key not in self._pools:
            mine = self.rows[self.rows["step"] == place.step]
            for name in place.names:
                mine = self._narrowed(mine, name, own=name == place.names[-1])
            mine = mine[mine["group"] == group] if group in set(mine["group"]) else mine
            about = mine.groupby(["analysis", "group", "term", "level", "time"], dropna=False)
            self._pools[key] = [_values(rows) for _, rows in about]
        return self._pools[key]

    def _narrowed(self, rows: pd.DataFrame, name: str, own: bool) -> pd.DataFrame:
        bare = re.split(r" \(|, |: ", name)
        terms = {term for term, label in self.labels.items() if label in (name, bare[0])}
        part = rows["analysis"].str.rpartition("/")[2]
        levels = {name, bare[-1], "severe" if name.endswith(" or higher") else name} if own else ()
        of_term = rows["term"].isin(terms) | part.isin(terms)
        named = rows["level"].isin(levels) | rows["group"].isin({name})
        for found in (of_term, named):
            mine = found.reindex(rows.index)
            rows = rows[mine] if mine.any() else rows
        return rows

    def blanked(self, text: str) -> str:
        """A text without the numbers that are names or stand there by rule."""
        for rule in self.rules:
            text = re.sub(rule, lambda found: " " * len(found[0]), text)
        return BOUNDED.sub(lambda found: f"{'p = ':>{len(found[0])}}", text)

    def unknown(self, place: Place) -> list[str]:
        """What is printed in a place and is not in the rows of its step."""
        text, pool = self.blanked(place.text), self.pool(place)
        if re.search(r"\bp$", place.heading) or re.match(r"p\b", "".join(place.names[-1:])):
            parts = re.fullmatch(rf" *([<>]?)({NUMBER}) *", text)
            if parts is None:
                return re.findall(r"\d.*", text)
            return [] if any(_is_p(parts.groups(), v, percent=False) for v in pool) else [text]
        found = [level for level in re.findall(r"\d+% CI", text) if level != "95% CI"]
        for kind, shape in SHAPES.items():
            for one in shape.finditer(text):
                about = f"{place.names} {one[0]}".replace("95% CI", "")
                percent = "%" in one[0].replace("95% CI", "") or "percentage points" in about
                row = place.names[-1] if place.names else ""
                below = row if row in BELOW else place.heading
                among = _below(below, pool) if kind == "single" else pool
                judge = partial(JUDGES[kind], parts=one.groups(), percent=percent)
                if not any(judge(values=values) for values in among):
                    found.append(one[0])
            text = shape.sub(lambda one: " " * len(one[0]), text)
        return found


def _below(heading: str, pool: list[Values]) -> list[Values]:
    names = BELOW.get(heading)
    return pool if names is None else [{s: v[s] for s in names if s in v} for v in pool]


def _values(rows: pd.DataFrame) -> Values:
    """Values by statistic; the time they belong to, and who was analysed and left out."""
    found = dict(zip(rows["statistic"], rows["value"], strict=True))
    first = rows.iloc[0]
    found |= {"+".join(m): sum(found[s] for s in m) for m in MARGINS if set(m) <= set(found)}
    if "smd" in found:
        found["smd"] = abs(found["smd"])  # printed without its sign
    return found | {"_time": first["time"], "_n": first["n_used"], "_missing": first["n_missing"]}


def _prints(printed: str, value: float, percent: bool) -> bool:
    """Whether a value is printed so: rounded to these decimals."""
    if not printed.strip("−").replace(".", "").isdigit():
        return math.isnan(value)
    number, decimals = float(printed.replace("−", "-")), len(printed.partition(".")[2])
    half = 0.5 * 10**-decimals * (1 + 1e-9) + 1e-12
    return any(abs(value * scale - number) <= half for scale in ((1, 100) if percent else (1,)))


def _single(parts: Sequence[str], values: Values, percent: bool) -> bool:
    """A number on its own; a whole one is a count or a time, not something rounded."""
    return any(
        _prints(parts[0], value, percent)
        and ("." in parts[0] or percent or value % 1 == 0 or name in ROUNDED)
        for name, value in values.items()
        if not _of_p(name)
    )


def _all(parts: Sequence[str], names: Sequence[str], values: Values, percent: bool) -> bool:
    return set(names) <= set(values) and all(
        _prints(part, values[name], percent) for part, name in zip(parts, names, strict=True)
    )


def _interval(parts: Sequence[str], values: Values, percent: bool) -> bool:
    three = [(name, f"{name}_low", f"{name}_high") for name in values]
    return any(_all(parts, names, values, percent) for names in [*three, ("median", "q1", "q3")])


def _named(values: Values, name: str) -> Values:
    return {own: value for own, value in values.items() if f"_{own}".endswith(f"_{name}")}


def _both(parts: Sequence[str], values: Values, percent: bool) -> bool:
    return all(_single((part,), values, percent) for part in parts)


def _of_p(name: str) -> bool:
    return name in ("p", "p_search") or name.endswith("_p")


def _is_p(parts: Sequence[str], values: Values, percent: bool) -> bool:
    """A p-value, or a bound of one."""
    sign, printed = parts
    p_values = [value for name, value in values.items() if _of_p(name)]
    if sign not in ("<", ">"):
        return any(_prints(printed, value, percent) for value in p_values)
    bounds = {("<", "0.001"): (0, 0.0005), (">", "0.999"): (0.9995, 1)}
    low, high = bounds.get((sign, printed), (2, 2))
    return any(low <= value <= high for value in p_values)


JUDGES: Mapping[str, Callable[[Sequence[str], Values, bool], bool]] = {
    "interval": _interval,
    "share": partial(_all, names=("count", "n", "percent")),
    "n": lambda parts, values, percent: _single(parts, _named(values, "n"), percent),
    "df": lambda parts, values, percent: _single(parts, _named(values, "df"), percent),
    "count": partial(_all, names=("count", "percent")),
    "spread": partial(_all, names=("mean", "sd")),
    "together": _both,
    "p": _is_p,
    "single": _single,
}


def places(packet: Packet) -> Iterator[Place]:
    """Every text of the manuscript with its step: sentences, captions, notes, cells."""
    steps = {title: step for step, title in packet.titles.items()}
    step = "flow"
    for block in Document(packet.folder / "manuscript.docx").iter_inner_content():
        if isinstance(block, WordTable):
            yield from _cells(block, step)
            continue
        lead, text = _lead(block)
        if lead is not None:
            step = _step_of(lead, steps)
        yield Place(step, text)


def _lead(paragraph: Paragraph) -> tuple[str | None, str]:
    """The title that a paragraph begins with, if it begins a new thing, and what it says."""
    text = _plain(paragraph.text)
    caption = re.match(r"(?:Table|Figure)\s*\d*(?: \(continued\))?\. (.*?)\.?$", text)
    if caption:
        return caption[1], text
    if str(paragraph.style.name).startswith("Heading"):
        return text, text
    first = paragraph.runs[0] if paragraph.runs else None
    return (
        (_plain(first.text).strip().rstrip("."), text)
        if first is not None and first.bold
        else (None, text)
    )


def _step_of(lead: str, steps: Mapping[str, str]) -> str:
    own = {"Patients": "flow", "Patient flow": "flow", "Derived variables": "derived"}
    if lead in own:
        return own[lead]
    mine = [title for title in steps if title in lead]
    return steps[max(mine, key=len)] if mine else "flow"


def _text(cell: CT_Tc) -> str:
    """What a cell says, without the letter of its footnote."""
    runs = cell.xpath(".//w:r[not(w:rPr/w:vertAlign)]/w:t")
    return _plain("".join(run.text for run in runs))


def _plain(words: str) -> str:
    """Words as the results have them: without thousands set apart, and spaces that hold."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", words.replace("\xa0", " ").replace("\u2060", ""))


def _cells(table: WordTable, step: str) -> Iterator[Place]:
    rows = [[_text(cell) for cell in row._tr.tc_lst] for row in table.rows]
    heads = sum(bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows)
    for texts in rows[:heads]:
        yield from (Place(step, text) for text in texts)
    headings = [_plain(cell.text) for cell in table.rows[heads - 1].cells]
    above: tuple[str, ...] = ()
    for row, texts in zip(table.rows[heads:], rows[heads:], strict=True):
        indented = bool(row._tr.xpath("./w:tc[1]//w:ind"))
        names = (*above, texts[0]) if indented else (texts[0],)
        above = above if indented else names
        yield Place(step, texts[0])
        for text, head in zip(texts[1:], headings[1:], strict=len(texts) > 1):
            yield Place(step, text, names, head)
