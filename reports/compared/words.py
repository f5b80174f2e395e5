"""Two packets beside each other in words: lines for the terminal, tables for a file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cohort_stats.workbooks.formula import frame_as_text
from reports.compared.changes import Change, PacketChanges
from reports.compared.conclusions import DIFFERENCES, RATIOS, Turned
from reports.compared.written import KEY, WrittenPacket
from reports.format import (
    general,
    number,
    ratio_interval,
    share_interval,
    signed_interval,
    value_interval,
)
from reports.p_values import p_equals
from reports.table import Column, Row, Table, text

SHORT = 12  # lines of each kind on the terminal
#: Probabilities that are printed as percentages.
SHARES = (
    "survival", "cumulative_incidence", "proportion", "sensitivity", "specificity", "ppv", "npv",
    "accuracy",
)  # fmt: skip
SEEN = 12  # characters of a hash
HASHES = ("Content of the cohort file", "Fingerprint of the plan")


def summary_lines(found: PacketChanges) -> Iterator[str]:
    """What differs, the most important first; for a terminal."""
    if found.identical:
        yield f"Nothing differs: {found.same} numbers are the same."
        return
    yield "Made from:"
    yield from (f"  {line}" for line in _made_from(found.made_from) or ["the same"])
    turned = [one for one in found.turned if not one.minor]
    yield f"Conclusions that turned: {len(turned)}"
    yield from _first(f"  {_conclusion(one, found.new)}" for one in turned)
    minor = len(found.turned) - len(turned)
    if minor:
        yield f"Tests of whole models and of assumptions that turned: {minor}"
    yield _counts(found)
    main = found.numbers[~found.numbers["drawn"] & (found.numbers["change"] == "changed")]
    if len(main):
        yield "The largest changes:"
        yield from _first(f"  {_line(row, found.new)}" for row in main.itertuples())


def comparison_tables(found: PacketChanges) -> list[Table]:
    """Everything that differs as tables; points of figures are counted, not listed."""
    made = Table(
        "made_from",
        "What the packets were made from",
        (Column("What"), Column("Old"), Column("New")),
        tuple(Row((text(c.what), *map(text, _told(c)))) for c in found.made_from),
    )
    turned, minor = (
        Table(
            key,
            title,
            tuple(map(Column, ("About", "Old", "New", "What turned"))),
            tuple(_turned_row(one, found.new) for one in found.turned if one.minor is lesser),
        )
        for key, title, lesser in (
            ("turned", "Conclusions that turned", False),
            ("minor", "Tests of whole models and of assumptions that turned", True),
        )
    )
    listed = found.numbers[~found.numbers["drawn"]]
    heads = ("About", "Number", "Old", "New", "Change", "Of the old value")
    numbers = Table(
        "numbers",
        "Numbers that changed, appeared or vanished",
        tuple(Column(head) for head in heads),
        tuple(_number_row(row, found) for row in listed.itertuples()),
        notes=(_counts(found),),
    )
    return [table for table in (made, turned, minor, numbers) if table.rows]


def comparison_csv(found: PacketChanges) -> str:
    """Every number that differs, points of figures too, one a row."""
    told = {(*one.place[:4], _time(one.place[4]), one.statistic): one.words for one in found.turned}
    numbers = found.numbers
    about = zip(*(numbers[name] for name in ("analysis", "group", "term", "level")), strict=True)
    times = map(_time, numbers["time"])
    keys = zip(about, times, numbers["statistic"], strict=True)
    turned = [told.get((*place, time, statistic), "") for place, time, statistic in keys]
    columns = [*KEY, "change", "old", "new", "absolute", "relative", "turned"]
    frame = numbers.assign(turned=turned)[columns]
    return str(frame_as_text(frame).to_csv(index=False, lineterminator="\n"))


def _first(lines: Iterator[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:SHORT]
    if len(every) > SHORT:
        yield f"  … and {len(every) - SHORT} more (-o FILE lists them all)"


def _made_from(changes: tuple[Change, ...]) -> list[str]:
    """A line for each change; two hashes say no more than that they differ."""
    return [
        f"{c.what}: differs" if c.what in HASHES else f"{c.what}: {c.old or '–'} → {c.new or '–'}"
        for c in changes
    ]


def _told(change: Change) -> tuple[str, str]:
    """Old and new; of a hash the beginning, which is enough to tell two apart."""
    if change.what not in HASHES:
        return change.old, change.new
    old, new = (f"{value[:SEEN]}…" if value else "" for value in (change.old, change.new))
    return old, new


def _counts(found: PacketChanges) -> str:
    kinds = found.numbers["change"].value_counts()
    parts = [f"{found.same} the same", *(f"{n} {kind}" for kind, n in kinds.items())]
    drawn = int(found.numbers["drawn"].sum())
    more = f"; {drawn} of those that differ are points of figures" if drawn else ""
    return f"Numbers: {', '.join(parts)}{more}."


def _conclusion(one: Turned, packet: WrittenPacket) -> str:
    about = _about(packet, *one.place)
    if not one.statistic or one.statistic == "entered":
        return f"{about}: {one.words}"
    old, new = (_shown(one.statistic, values) for values in (one.old, one.new))
    return f"{about}: {_name(one.statistic)} {old} → {new}: {one.words}"


def _turned_row(one: Turned, packet: WrittenPacket) -> Row:
    shown = ("", "")
    if one.statistic and one.statistic != "entered":
        old, new = (_shown(one.statistic, values) for values in (one.old, one.new))
        shown = (f"{_name(one.statistic)} {old}", new)
    cells = (_about(packet, *one.place), *shown, one.words)
    return Row(tuple(text(words) for words in cells))


def _line(row: Any, packet: WrittenPacket) -> str:
    about = _about(packet, row.analysis, row.group, row.term, row.level, row.time)
    old, new = (_shown(row.statistic, (value,)) for value in (row.old, row.new))
    return f"{about}: {_name(row.statistic)} {old} → {new}{_share(row.relative, ' ({})')}"


def _number_row(row: Any, found: PacketChanges) -> Row:
    packet = found.old if row.change == "vanished" else found.new
    about = _about(packet, row.analysis, row.group, row.term, row.level, row.time)
    old, new = (
        "" if row.change == lacking else _shown(row.statistic, (value,))
        for lacking, value in (("appeared", row.old), ("vanished", row.new))
    )
    moved = row.change if row.change != "changed" else _signed(row.absolute)
    cells = (about, _name(row.statistic), old, new, moved, _share(row.relative, "{}"))
    return Row(tuple(text(words) for words in cells))


def _about(
    packet: WrittenPacket, analysis: str, group: str, term: str, level: str, time: float
) -> str:
    """What a number is about, as a reader knows it."""
    parts = [packet.title(analysis), packet.label(term), level, group]
    parts += [f"at {general(time)}"] if not math.isnan(time) else []
    return ", ".join(part for part in parts if part)


#: Statistics that a reader knows by another name.
NAMES = {
    "auc": "area under the curve",
    "ppv": "positive predictive value",
    "npv": "negative predictive value",
    "lr_positive": "positive likelihood ratio",
    "lr_negative": "negative likelihood ratio",
    "rmst": "restricted mean survival time",
    "smd": "standardised difference",
    "sd": "standard deviation",
    "q1": "first quartile",
    "q3": "third quartile",
    "se": "standard error of the coefficient",
    "nri": "net reclassification improvement",
    "idi": "integrated discrimination improvement",
}


def _name(statistic: str) -> str:
    return NAMES.get(statistic, statistic.replace("_", " "))


def _shown(statistic: str, values: tuple[float, ...]) -> str:
    """A value, or an estimate with its interval, as the packet prints it."""
    if len(values) == 3:
        if statistic in RATIOS:
            return ratio_interval(*values)
        if statistic in DIFFERENCES:
            return signed_interval(*values)
        return (share_interval if statistic in SHARES else value_interval)(*values)
    (value,) = values
    if math.isnan(value):
        return "not known"
    if statistic == "p" or statistic.endswith("_p"):
        return p_equals(value).removeprefix("p = ").removeprefix("p ")
    return general(value)


def _signed(value: float) -> str:
    return "" if math.isnan(value) else ("+" if value > 0 else "") + general(value)


def _share(relative: float, shape: str) -> str:
    if math.isnan(relative):
        return ""
    sign = "+" if relative > 0 else ""
    return shape.format(f"{sign}{number(100 * relative, 1)}%")


def _time(time: float) -> float | None:
    return None if math.isnan(time) else time


def write_comparison(found: PacketChanges, target: Path) -> None:
    """Write everything that differs to a file.

    Parameters
    ----------
    found
        What :func:`~reports.compared.compare_packets` gave.
    target
        Ends in .html, .csv or .docx.
    """
    kind = target.suffix.lower()
    title = "Two packets compared"
    lead = [
        *(["SYNTHETIC DATA: these patients are made up."] if _synthetic(found) else []),
        f"Old: {found.old.folder}. New: {found.new.folder}.",
        "" if not found.identical else f"Nothing differs: {found.same} numbers are the same.",
    ]
    lead = [line for line in lead if line]
    if kind == ".csv":
        target.write_text(comparison_csv(found), encoding="utf-8")
    elif kind == ".docx":
        from reports.word import tables_document

        target.write_bytes(tables_document(comparison_tables(found), title, lead))
    elif kind == ".html":
        from reports.html import report_html, sections

        content = {"title": title, "lead": lead, "tables": sections(comparison_tables(found))}
        target.write_text(report_html(content, "comparison.html"), encoding="utf-8")
    else:
        raise ValueError(f"target must end in .html, .csv or .docx; got {target.name!r}")


def _synthetic(found: PacketChanges) -> bool:
    return any(packet.record.get("data") == "SYNTHETIC" for packet in (found.old, found.new))
