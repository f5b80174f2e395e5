"""What an audit says of a paper: what was read, what does not hold, how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyses.auditing.coverage import Coverage, coverage
from analyses.auditing.severity import Weighed, weighed
from analyses.manuscripts.abstracts import abstract_and_text
from analyses.manuscripts.directions import directions
from analyses.manuscripts.limits_beside import with_limits
from analyses.manuscripts.linking import linked
from analyses.manuscripts.reading import read_manuscript
from analyses.manuscripts.repeats import repeated
from analyses.manuscripts.said import said
from analyses.manuscripts.sizes import sizes
from analyses.manuscripts.source import Source
from analyses.printed.outcome import Finding, Verdict
from analyses.published.registry import Published
from analyses.replication.findings import findings


@dataclass(frozen=True)
class Audit:
    """An audit.

    Parameters
    ----------
    published
        The numbers.
    found
        Every comparison.
    weighed
        Those that do not hold, the weightiest first.
    not_read
        What of a manuscript was not understood: place and words.
    readings
        How the parts of a manuscript were read: table and words; empty for a registry.
    coverage
        How many numbers of a manuscript were compared; None for a registry.
    """

    published: Published
    found: Sequence[Finding]
    weighed: Sequence[Weighed]
    not_read: Sequence[tuple[str, str]] = ()
    readings: Sequence[tuple[str, str]] = ()
    coverage: Coverage | None = None

    @property
    def conventions(self) -> list[Finding]:
        """Those that come out under a convention that the paper does not name for them."""
        return [one for one in self.found if one.verdict is Verdict.UNDER_CONVENTION]


def audit(
    published: Published,
    not_read: Sequence[tuple[str, str]] = (),
    readings: Sequence[tuple[str, str]] = (),
    assumed: Mapping[str, str] | None = None,
    across: Sequence[Finding] = (),
    sizes: Sequence[Finding] = (),
) -> Audit:
    """Check everything that can be checked of a paper.

    Parameters
    ----------
    published
        Its numbers.
    not_read, readings
        What reading them from a manuscript left out, and how it took the rest.
    assumed
        Address to what reading took for granted there.
    across
        What else was compared, across the parts of a manuscript.
    sizes
        Of its groups, that their percentages are not of; the rest follows from others.
    """
    found = [*sizes, *findings(published), *across]
    return Audit(published, found, weighed(published, found, assumed), not_read, readings)


def audit_manuscript(source: Source) -> Audit:
    """Read a manuscript and check everything of it that was understood.

    Parameters
    ----------
    source
        Its tables and paragraphs.
    """
    read = read_manuscript(source)
    decimal = read.published.file.paper.decimal
    whole = replace(source, tables=tuple(with_limits(table) for table in source.tables))
    compared = (linked, repeated, sizes, said, directions, abstract_and_text)
    across = [finding for compare in compared for finding in compare(whole, decimal)]
    made = audit(read.published, read.not_read, read.readings, read.assumed, across, read.sizes)
    return replace(made, coverage=coverage(source, read.published, made.found))
