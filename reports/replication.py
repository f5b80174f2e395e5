"""A paper again, as files: what its printed numbers give, and its claims on another cohort."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyses.printed.outcome import Finding, Verdict
from analyses.published.registry import Published
from analyses.replication.findings import by_verdict
from reports.folder import whole_folder
from reports.table import Column, Row, Table, text

if TYPE_CHECKING:
    from reports.figures.style import Drawing

TITLES: Mapping[Verdict, str] = {
    Verdict.IMPOSSIBLE: "Outside what such a number can be",
    Verdict.INCONSISTENT: "Not given by the other printed numbers under any reading tried",
    Verdict.UNDER_CONVENTION: "Reproduced under a convention that the paper does not name for it",
    Verdict.WITHIN_ROUNDING: "Reproduced when the other numbers are moved within their rounding",
    Verdict.NOT_CHECKABLE: "Not checkable from printed numbers",
    Verdict.REPRODUCED: "Reproduced",
}
#: What a reader must know of every list of findings.
CARE = (
    "Printed numbers are compared with each other. A difference may be a typing error, a test "
    "that was named otherwise, patients left out without a word, or an assumption made here; it "
    "is no judgement of the study."
)
CSV_HEADS = (
    "address", "place", "what", "check", "printed", "recomputed", "verdict", "how", "readings",
    "tried", "assumed", "r",
)  # fmt: skip


def verdict_lines(found: Sequence[Finding]) -> list[str]:
    """How many findings have each verdict, one a line."""
    return [f"{n:>5}  {verdict}" for verdict, n in by_verdict(found).items()]


def finding_line(one: Finding) -> str:
    """A finding for the terminal: place, what, printed, and the calculation."""
    return f"{one.place}, {one.what}: printed {one.outcome.printed}; {one.outcome.how}{_fits(one)}"


def unchecked_lines(found: Sequence[Finding]) -> list[str]:
    """Why numbers are not checkable, the most frequent reason first, with how many and where."""
    places: dict[str, list[str]] = {}
    for one in found:
        if one.verdict is Verdict.NOT_CHECKABLE:
            places.setdefault(one.outcome.why or one.outcome.how, []).append(one.place)
    often = sorted(places.items(), key=lambda item: -len(item[1]))
    return [f"{len(p):>5}  {why} ({', '.join(dict.fromkeys(p))})" for why, p in often]


def _fits(one: Finding) -> str:
    words = "; ".join(readings(one))
    lead = "It would fit" if one.verdict.holds else "Other numbers than printed that would give it"
    return f". {lead}: {words}" if words else ""


def readings(one: Finding) -> list[str]:
    """The readings that give a printed number."""
    return [
        f"{e.words} ({e.recomputed})" if e.recomputed else e.words for e in one.outcome.explanations
    ]


def finding_tables(found: Sequence[Finding]) -> list[Table]:
    """The findings as tables: a summary, then one a verdict, the worst first."""
    counted = by_verdict(found)
    rows = tuple(Row((text(str(v)), text(str(n)))) for v, n in counted.items())
    heads = (Column("Verdict"), Column("Numbers"))
    note = "A number that stands in several relations is counted in each."
    tables = [Table("verdicts", "Verdicts", heads, rows, notes=(note, CARE))]
    for verdict, title in TITLES.items():
        chosen = [f for f in found if f.verdict is verdict]
        if chosen:
            tables.append(_table(verdict, title, chosen))
    return tables


def _table(verdict: Verdict, title: str, found: Sequence[Finding]) -> Table:
    explained = any(f.outcome.explanations for f in found) and verdict is not Verdict.REPRODUCED
    heads = ["Number", "Printed", "Recomputed", "Calculation"]
    given = "Readings that give it" if verdict.holds else "Other numbers that would give it"
    heads += [given] if explained else []
    rows: list[Row] = []
    place = ""
    for one in found:
        if one.place != place:
            place = one.place
            rows.append(Row((text(place), *[text("")] * (len(heads) - 1)), heading=True))
        cells = [one.what, one.outcome.printed, one.outcome.recomputed, one.outcome.how]
        cells += ["; ".join(readings(one))] if explained else []
        rows.append(Row(tuple(text(words) for words in cells), indent=1))
    key = str(verdict).replace(" ", "_")
    return Table(key, title, tuple(Column(h) for h in heads), tuple(rows))


def findings_csv(found: Sequence[Finding]) -> str:
    """The findings as CSV, one a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADS)
    for one in found:
        o = one.outcome
        writer.writerow([
            one.address, one.place, one.what, o.check, o.printed, o.recomputed, str(o.verdict),
            o.how, "; ".join(readings(one)), o.tried, "; ".join(o.assumed), o.r,
        ])  # fmt: skip
    return out.getvalue()


def write_replication(published: Published, found: Sequence[Finding], folder: str | Path) -> Path:
    """Write what the printed numbers of a paper give: page, Word tables, CSV.

    Parameters
    ----------
    published
        The registry.
    found
        What :func:`analyses.replication.findings.findings` says of it.
    folder
        The folder to make, whole or not at all.

    Returns
    -------
    Path
        The folder.
    """
    paper, folder = published.file.paper, Path(folder)
    record = {"paper": paper.key, "numbers": len(published), "verdicts": _counts(found)}
    title = f"From printed numbers: {paper.title}"
    with whole_folder(folder, record) as made:
        (made / "replication.csv").write_text(findings_csv(found), encoding="utf-8")
        write_pages(made, "replication", title, published, finding_tables(found))
    return folder


def _counts(found: Sequence[Finding]) -> dict[str, int]:
    return {str(verdict): n for verdict, n in by_verdict(found).items()}


def write_pages(
    folder: Path,
    name: str,
    title: str,
    published: Published,
    tables: Sequence[Table],
    *,
    banners: Sequence[str] = (),
    lead: Sequence[str] = (),
    drawings: Sequence[Drawing] = (),
) -> None:
    """Write the same tables as a page and as a Word document.

    Parameters
    ----------
    folder, name
        ``folder/name.html`` and ``folder/name.docx``.
    title
        First line.
    published
        The registry, whose paper is named.
    tables
        In their order.
    banners
        What must be said first.
    lead
        Sentences below the title.
    drawings
        Figures of the page.
    """
    from reports.html import embedded, report_html, sections
    from reports.word import tables_document

    paper = published.file.paper
    source = [f"Registry: {published.name}, {len(published)} printed numbers."]
    source.insert(0, f"Paper: {paper.citation}")
    if paper.citation == published.name:  # a manuscript
        source = [f"Read from {published.name}: {len(published)} printed numbers."]
    content: dict[str, Any] = {
        "title": title,
        "question": paper.question,
        "banners": banners,
        "lead": [*lead, *source],
        "tables": sections(tables),
        "figures": [
            {"key": d.key, "title": d.title, "alt": d.alt, "source": embedded(d.bytes("svg"))}
            for d in drawings
        ],
    }
    page = report_html(content, "replication.html")
    (folder / f"{name}.html").write_text(page, encoding="utf-8")
    document = tables_document(tables, title, [*banners, *lead, *source])
    (folder / f"{name}.docx").write_bytes(document)
