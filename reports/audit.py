"""An audit as files and on the terminal: findings by what they weigh, each to be followed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from analyses.auditing.audit import Audit
from analyses.auditing.severity import Severity, Weighed, by_severity
from analyses.printed.outcome import ALSO, Finding
from analyses.replication.findings import by_verdict
from reports.folder import whole_folder
from reports.replication import CARE, readings, write_pages
from reports.table import Column, Row, Table, text

TITLES: Mapping[Severity, str] = {
    Severity.CONCLUSION: "Changes a conclusion",
    Severity.DEFINITE: "Definite",
    Severity.PROBABLE: "Probable",
    Severity.MINOR: "Minor",
}
MEANINGS: Mapping[Severity, str] = {
    Severity.CONCLUSION: (
        "A p on the other side of 0.05, or a ratio on the other side of 1, without an assumption "
        "of ours; or an interval that contradicts its p, whichever test it is of."
    ),
    Severity.DEFINITE: "Printed numbers that cannot all be right, without an assumption of ours.",
    Severity.PROBABLE: "No reading tried gives the number, but the check rests on an assumption.",
    Severity.MINOR: "A last digit, or limits of another kind, would explain it.",
}
CSV_HEADS = (
    "severity", "address", "place", "what", "check", "printed", "recomputed", "verdict", "why",
    "how", "readings", "tried", "assumed", "r",
)  # fmt: skip
MOST_TOLD = 12


def audit_lines(audit: Audit) -> Iterator[str]:
    """The audit for the terminal: counts, then findings one a line; minor ones counted only."""
    total = len(audit.published)
    if audit.coverage is not None:
        yield f"{audit.coverage}."
    yield f"{total} printed numbers read, {len(audit.found)} comparisons:"
    yield from (f"{n:>5}  {verdict}" for verdict, n in by_verdict(audit.found).items())
    yield f"\n{look_first(audit)}"
    for severity, n in by_severity(audit.weighed).items():
        yield f"\n{TITLES[severity]}: {n}"
        if severity is Severity.MINOR:
            continue
        chosen = [one for one in audit.weighed if one.severity is severity]
        yield from (f"  {_line(one)}" for one in chosen[:MOST_TOLD])
        if n > MOST_TOLD:
            yield f"  and {n - MOST_TOLD} more"
    if audit.not_read:
        yield f"\nNot read: {len(audit.not_read)}"
        yield from (f"  {place}: {words}" for place, words in audit.not_read[:MOST_TOLD])
        if len(audit.not_read) > MOST_TOLD:
            yield f"  and {len(audit.not_read) - MOST_TOLD} more"


def look_first(audit: Audit) -> str:
    """A sentence: which finding to look at before the others."""
    serious = [one for one in audit.weighed if one.severity is not Severity.MINOR]
    if not serious:
        return (
            "No number that was checked is out of step with the others by more than a last digit."
        )
    first = serious[0].finding
    beside = [one for one in serious[1:] if one.finding.place == first.place]
    more = f" (and {len(beside)} more there)" if beside else ""
    return f"Look first at {first.place}, {first.what}: printed {first.outcome.printed}{more}."


def _line(one: Weighed) -> str:
    f, o = one.finding, one.finding.outcome
    words = f"{f.place}, {f.what}: printed {o.printed}; {o.how.partition(ALSO)[0]}"
    return f"{words}. Assumed: {'; '.join(o.assumed)}" if o.assumed else words


def audit_tables(audit: Audit) -> list[Table]:
    """The findings of each severity, the weightiest first, then conventions and counts."""
    tables = []
    for severity, title in TITLES.items():
        chosen = [one for one in audit.weighed if one.severity is severity]
        if chosen:
            tables.append(_findings(severity.name.lower(), title, chosen, MEANINGS[severity]))
    if audit.conventions:
        title = "Reproduced under a convention that the paper does not name for it"
        tables.append(_conventions(title, audit.conventions))
    tables += [_severities(audit), _verdicts(audit)]
    if audit.readings:
        tables.append(_pairs("readings", "How the tables were read", "Table", audit.readings))
    if audit.not_read:
        tables.append(_pairs("not_read", "Not read", "Place", audit.not_read))
    return tables


def _severities(audit: Audit) -> Table:
    rows = tuple(
        Row((text(TITLES[s]), text(str(n)), text(MEANINGS[s])))
        for s, n in by_severity(audit.weighed).items()
    )
    heads = (Column("Severity"), Column("Findings"), Column("Meaning"))
    return Table("severities", "Findings by severity", heads, rows, notes=(CARE,))


def _verdicts(audit: Audit) -> Table:
    counted = by_verdict(audit.found).items()
    rows = tuple(Row((text(str(v)), text(str(n)))) for v, n in counted)
    note = "A number that stands in several relations is counted in each."
    note += f" {audit.coverage}." if audit.coverage is not None else ""
    return Table("verdicts", "Comparisons by verdict", (Column("Verdict"), Column("Numbers")), rows,
                 notes=(note,))  # fmt: skip


def _findings(key: str, title: str, chosen: Sequence[Weighed], meaning: str) -> Table:
    heads = ("Number", "Printed", "Recomputed", "Calculation", "Assumed, and what would fit")
    rows = []
    place = ""
    for one in chosen:
        f, o = one.finding, one.finding.outcome
        if f.place != place:
            place = f.place
            rows.append(Row((text(place), *[text("")] * (len(heads) - 1)), heading=True))
        calculation = f"{o.how}. In R: {o.r}" if o.r else o.how
        cells = (f.what, o.printed, o.recomputed, calculation, explained(one))
        rows.append(Row(tuple(text(words) for words in cells), indent=1))
    return Table(key, title, tuple(Column(h) for h in heads), tuple(rows), notes=(meaning,))


def explained(one: Weighed) -> str:
    """Why it weighs so much, what was assumed, and which of the readings tried would fit."""
    o = one.finding.outcome
    words = [f"{one.why[0].upper()}{one.why[1:]}."]
    if o.assumed:
        words.append(f"Assumed: {'; '.join(o.assumed)}.")
    fits = readings(one.finding)
    tried = f"{o.tried} reading{'s' if o.tried != 1 else ''} tried"
    if fits:
        words.append(f"It would come out with {'; '.join(fits)} ({tried}).")
    elif o.tried > 1:
        words.append(f"{tried}, none fits.")
    return " ".join(words)


def _conventions(title: str, found: Sequence[Finding]) -> Table:
    heads = ("Number", "Printed", "Recomputed", "Readings that give it")
    rows = []
    for one in found:
        o = one.outcome
        fits = f"{'; '.join(readings(one))} ({o.tried} tried)"
        words = (f"{one.place}: {one.what}", o.printed, o.recomputed, fits)
        rows.append(Row(tuple(text(w) for w in words)))
    return Table("conventions", title, tuple(Column(h) for h in heads), tuple(rows))


def _pairs(key: str, title: str, head: str, pairs: Sequence[tuple[str, str]]) -> Table:
    rows = tuple(Row((text(a), text(b))) for a, b in pairs)
    return Table(key, title, (Column(head), Column("Words")), rows)


def audit_csv(audit: Audit) -> str:
    """Every comparison as CSV, one a row; the severity is empty where the number holds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADS)
    for one in audit.weighed:
        writer.writerow(_csv_row(one.finding, str(one.severity), one.why))
    for holds in (f for f in audit.found if f.verdict.holds):
        writer.writerow(_csv_row(holds, "", ""))
    return out.getvalue()


def _csv_row(one: Finding, severity: str, why: str) -> list[str | int]:
    o = one.outcome
    return [
        severity, one.address, one.place, one.what, o.check, o.printed, o.recomputed,
        str(o.verdict), why, o.how, "; ".join(readings(one)), o.tried, "; ".join(o.assumed), o.r,
    ]  # fmt: skip


def write_audit(audit: Audit, folder: str | Path) -> Path:
    """Write ``audit.html``, ``audit.docx`` and ``audit.csv``.

    Parameters
    ----------
    audit
        What :func:`analyses.auditing.audit.audit` gives.
    folder
        The folder to make, whole or not at all.

    Returns
    -------
    Path
        The folder.
    """
    paper, folder = audit.published.file.paper, Path(folder)
    counted = {str(s): n for s, n in by_severity(audit.weighed).items()}
    record = {"paper": paper.key, "numbers": len(audit.published), "severities": counted}
    with whole_folder(folder, record) as made:
        (made / "audit.csv").write_text(audit_csv(audit), encoding="utf-8")
        title = f"Audit of printed numbers: {paper.title}"
        lead = [look_first(audit), *([f"{audit.coverage}."] if audit.coverage else [])]
        write_pages(made, "audit", title, audit.published, audit_tables(audit), lead=lead)
    return folder
