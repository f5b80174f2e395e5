"""The claims of a paper on another cohort: in words, as a table, as a figure, as files."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyses.published.registry import Published
from analyses.replication.claims import Estimate, TestedClaim
from analyses.replication.here import RATIOS, SHARES
from analyses.running import StudyResults
from cohort_stats.glossary import GLOSSARY
from cohort_stats.wording import PUBLISHED, counted, counted_rows
from reports.folder import whole_folder
from reports.format import between, number, share_percent
from reports.replication import write_pages
from reports.table import Column, Row, Table, text

#: Made-up patients cannot repeat a study, and nothing that is written may say so.
REHEARSAL = (
    "SYNTHETIC DATA: made up, partly from the paper's own numbers. What "
    "agrees below agrees by construction. This is a rehearsal and says nothing about the paper."
)
#: Nor are the rows that a paper prints another cohort.
OWN_ROWS = (
    "THE PAPER'S OWN ROWS: this file holds what the paper itself prints. What agrees below agrees "
    "with itself: this is no replication, and nothing is pooled."
)
NO_CLAIMS = (
    "The registry states no claims of this paper: its plan was run, and nothing is compared."
)
WORDS = {
    "hazard_ratio": "hazard ratio", "odds_ratio": "odds ratio", "risk_ratio": "risk ratio",
    "subdistribution_hazard_ratio": "subdistribution hazard ratio", "auc": "AUC",
    }  # fmt: skip


HEADS = ("Claim", "Place", "Printed", "This cohort", "n", "Direction", "Intervals")
POOLED_HEADS = ("Both, common effect", "Both, random effects")
SIDES = (
    "Direction: on the claimed side of no effect. Intervals: whether they overlap, or whether "
    "one holds the other's number where that has none."
)
POOLED = (
    "Pooled by inverse variance, as a common effect and by DerSimonian and Laird’s random effects "
    "with normal limits; two studies say little of how much studies differ."
)


def claim_lines(results: StudyResults, tested: Sequence[TestedClaim]) -> Iterator[str]:
    """The claims in lines for the terminal."""
    yield from banners_of(results)
    done = [one for one in tested if not one.why_not]
    if not tested:
        yield NO_CLAIMS
        return
    yield f"{counted(len(tested), 'number')} claimed, {len(done)} found on this cohort:"
    for one in tested:
        head = f"  {one.claim.what}, {statistic_words(one)}: {printed_words(one)}"
        if one.why_not:
            yield f"{head}; not done: {one.why_not}"
        else:
            yield f"{head}; here {shown_here(one)}{_remarks(one)}"
        yield from (f"    Note: {words}." for words in one.notes)
        yield from (f"    Warning: {words}." for words in one.warnings)
    for left in results.not_done:
        yield f"Not done: {left.step.title}: {left.reason}."


def banners_of(results: StudyResults) -> list[str]:
    """What must stand first: that patients are made up, or are the paper's own."""
    if results.cohort.synthetic:
        return [REHEARSAL]
    return [OWN_ROWS] if results.cohort.reported else []


def _remarks(one: TestedClaim) -> str:
    words = []
    if one.same_direction is not None:
        words.append("same direction" if one.same_direction else "other direction")
    if one.overlap is not None:
        words.append(_overlap_words(one))
    return f" ({', '.join(words)})" if words else ""


def _overlap_words(one: TestedClaim) -> str:
    if one.printed.has_interval and one.ours.has_interval:
        return "intervals overlap" if one.overlap else "intervals do not overlap"
    whose = "ours" if one.ours.has_interval else "the printed interval"
    return f"within {whose}" if one.overlap else f"outside {whose}"


def statistic_words(one: TestedClaim) -> str:
    """What the number of a claim is called."""
    name = one.statistic
    words = WORDS.get(name, name.replace("_", " ") if name in GLOSSARY else name)
    place = [p for p in (one.claim.group, one.claim.level) if p]
    if one.claim.time is not None:
        place.append(f"at {one.claim.time:g}")
    return ", ".join([words, *place])


def printed_words(one: TestedClaim) -> str:
    """What the paper prints for the number of a claim."""
    return f"printed {one.text}" if one.text else "not printed"


def shown(estimate: Estimate) -> str:
    """An estimate with its interval, with as many digits as its size asks for."""
    digits = 1 if abs(estimate.value) >= 10 else 3 if abs(estimate.value) < 1 else 2
    words = number(estimate.value, digits)
    if not estimate.has_interval:
        return words
    return f"{words} ({between(number(estimate.low, digits), number(estimate.high, digits))})"


def shown_here(one: TestedClaim, ours: Estimate | None = None) -> str:
    """An estimate of a claim in the unit in which the paper prints it: in percent where it does."""
    ours = one.ours if ours is None else ours
    share = one.statistic in SHARES if not one.text else "%" in one.text
    if not share or one.statistic in (*RATIOS, "median", "quantile"):
        return shown(ours)
    if not ours.has_interval:
        return share_percent(ours.value)
    low, high = (number(100 * limit, 1) for limit in (ours.low, ours.high))
    return f"{share_percent(ours.value)} ({between(low, high)}%)"


def claim_table(tested: Sequence[TestedClaim]) -> Table:
    """The claims as a table: printed, ours, and the two pooled where any are."""
    pools = any(one.common is not None for one in tested)
    heads = (*HEADS, *POOLED_HEADS) if pools else HEADS
    rows: list[Row] = []
    said, warned = "", dict[str, None]()
    for one in tested:
        if one.claim.id != said:
            said = one.claim.id
            rows.append(Row((text(one.claim.what), *[text("")] * (len(heads) - 1)), heading=True))
        cells = [statistic_words(one), one.place, one.text or "not printed"]
        cells += [one.why_not, *[""] * 5] if one.why_not else _ours(one)
        rows.append(Row(tuple(text(words) for words in cells[: len(heads)]), indent=1))
        warned |= dict.fromkeys(
            f"{one.claim.what}: {words}." for words in (*one.notes, *one.warnings)
        )
    notes = (SIDES, *([POOLED] if pools else []), *warned)
    return Table(
        "claims", "Claims of the paper on this cohort", _columns(heads), tuple(rows), {}, notes
    )


def _columns(heads: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(head) for head in heads)


def _ours(one: TestedClaim) -> list[str]:
    direction = "" if one.same_direction is None else "same" if one.same_direction else "other"
    overlap = "" if one.overlap is None else _overlap_words(one)
    pooled = [shown_here(one, e) if e is not None else "" for e in (one.common, one.random)]
    return [shown_here(one), str(one.n or ""), direction, overlap, *pooled]


def write_claims(
    published: Published,
    results: StudyResults,
    tested: Sequence[TestedClaim],
    folder: str | Path,
) -> Path:
    """Write the claims of a paper on a cohort: page with forest plots, Word table, CSV.

    Parameters
    ----------
    published
        The paper's registry.
    results
        Of its plan, run on the cohort.
    tested
        What :func:`analyses.replication.claims.tested_claims` gave.
    folder
        The folder to make, whole or not at all.

    Returns
    -------
    Path
        The folder. Of a synthetic cohort its files are called ``rehearsal``, of the paper's own
        rows ``own_rows``.
    """
    from reports.figures.claims import claim_plots

    paper, cohort, folder = published.file.paper, results.cohort, Path(folder)
    synthetic = cohort.synthetic
    name = "rehearsal" if synthetic else "own_rows" if cohort.reported else "replication"
    noun = results.plan.file.noun
    other = "other studies" if noun in PUBLISHED else "another cohort"
    words = {
        "rehearsal": f"Rehearsal on made-up {noun}",
        "own_rows": "The paper's own rows again, no replication",
        "replication": f"Replication on {other}",
    }[name]
    size = counted_rows(len(cohort), noun)
    lead = [f"Cohort file: {cohort.file} (SHA-256 {cohort.sha256[:16]}…), {size}."]
    lead += [f"Not done: {left.step.title}: {left.reason}." for left in results.not_done]
    record = {
        "paper": paper.key,
        "plan_fingerprint": results.plan.fingerprint,
        "cohort_file": cohort.file,
        "cohort_sha256": cohort.sha256,
        "data": "SYNTHETIC"
        if synthetic
        else "THE PAPER'S OWN ROWS"
        if cohort.reported
        else "not marked as synthetic",
    }
    drawings = claim_plots(tested, synthetic=synthetic)
    with whole_folder(folder, record) as made:
        (made / f"{name}.csv").write_text(claims_csv(tested, record["data"]), encoding="utf-8")
        write_pages(
            made, name, f"{words}: {paper.title}", published, [claim_table(tested)],
            banners=banners_of(results), lead=lead, drawings=drawings,
        )  # fmt: skip
        for drawing in drawings:
            for kind in ("svg", "png"):
                (made / f"{drawing.key}.{kind}").write_bytes(drawing.bytes(kind))
    return folder


def claims_csv(tested: Sequence[TestedClaim], data: str) -> str:
    """The claims as CSV, one number a row."""
    heads = ["claim", "what", "statistic", "place", "printed_text"]
    heads += [f"{who}{end}" for who in ("printed", "ours") for end in ("", "_low", "_high")]
    heads += ["n", "same_direction", "overlap"]
    heads += [f"{who}{end}" for who in ("common", "random") for end in ("", "_low", "_high")]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*heads, "not_done", "warnings", "notes", "data"])
    for one in tested:
        pooled = [one.common, one.random]
        writer.writerow([
            one.claim.id, one.claim.what, one.statistic, one.place, one.text,
            *_numbers(one.printed), *_numbers(one.ours), one.n or "",
            _yes(one.same_direction), _yes(one.overlap),
            *(x for e in pooled for x in (_numbers(e) if e is not None else ("", "", ""))),
            one.why_not, "; ".join(one.warnings), "; ".join(one.notes), data,
        ])  # fmt: skip
    return out.getvalue()


def _numbers(estimate: Estimate) -> list[str]:
    values = (estimate.value, estimate.low, estimate.high)
    return ["" if math.isnan(value) else repr(float(value)) for value in values]


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
