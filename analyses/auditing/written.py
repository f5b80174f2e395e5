"""The audit of each study beside it, as Markdown: ``python -m analyses.auditing.written [KEY …]``.

What is written by hand under the last heading stays when the rest is written again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyses.auditing.audit import Audit, audit
from analyses.auditing.severity import Severity, Weighed, by_severity
from analyses.plan import STUDIES
from analyses.published.reading import load_published, published_keys
from analyses.replication.findings import by_verdict

FILE = "audit.md"
BY_HAND = "## Verified by hand"
NOT_YET = "Not yet verified in words: each finding stands as computed."


def audit_page(key: str) -> str:
    """The page of a study: findings as they are now, and the words kept from the page there is.

    Parameters
    ----------
    key
        Of a study with a registry.
    """
    path = _path(key)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    _, _, kept = before.partition(BY_HAND)
    lines = [*_lines(audit(load_published(key)), key), BY_HAND, "", kept.strip() or NOT_YET, ""]
    return "\n".join(lines)


def _path(key: str) -> Path:
    return STUDIES / key / FILE


def _lines(done: Audit, key: str) -> Iterator[str]:
    severities = ", ".join(f"{n} {s}" for s, n in by_severity(done.weighed).items())
    verdicts = ", ".join(f"{n} {v}" for v, n in by_verdict(done.found).items() if n)
    yield f"# Audit of {key}"
    yield ""
    yield done.published.file.paper.citation
    yield ""
    yield (
        f"{len(done.published)} printed numbers, {len(done.found)} comparisons: {verdicts}. "
        f"Findings: {severities}. Printed numbers are compared with each other; none says which of "
        "them is right, nor why, and it is no judgement of the study."
    )
    yield ""
    for severity in Severity:
        chosen = [one for one in done.weighed if one.severity is severity]
        if chosen:
            yield from _table(str(severity), chosen)
    if done.conventions:
        yield "## Reproduced under a convention that the paper does not name for it"
        yield ""
        yield from _row("number", "printed", "reading (of how many tried)")
        yield from _row("---", "---", "---")
        for one in done.conventions:
            o = one.outcome
            words = "; ".join(e.words for e in o.explanations)
            yield from _row(f"{one.place}: {one.what}", o.printed, f"{words} ({o.tried})")
        yield ""


def _table(title: str, chosen: Sequence[Weighed]) -> Iterator[str]:
    yield f"## {title[0].upper()}{title[1:]}"
    yield ""
    yield from _row("number", "printed", "calculation", "assumed; what would fit, of how many")
    yield from _row("---", "---", "---", "---")
    for one in chosen:
        f, o = one.finding, one.finding.outcome
        words = [f"assumed: {'; '.join(o.assumed)}"] if o.assumed else []
        fits = "; ".join(e.words for e in o.explanations)
        words += [f"{fits} ({o.tried} tried)"] if fits else []
        r = f"; R: `{o.r}`" if o.r else ""
        yield from _row(f"{f.place}: {f.what}", o.printed, f"{o.how}{r}", ". ".join(words))
    yield ""


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def main(keys: Sequence[str]) -> None:
    """Write the pages of these studies, or of all."""
    for key in keys or published_keys():
        _path(key).write_text(audit_page(key), encoding="utf-8")
        print(f"{_path(key)}")


if __name__ == "__main__":
    main(sys.argv[1:])
