"""Every relation of a registry, computed: those that are stated and those tables imply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from analyses.printed.outcome import Finding, Verdict
from analyses.published.reading import PublishedError
from analyses.published.registry import NoSuchNumber, Published
from analyses.replication.cells import cell_findings
from analyses.replication.stated import stated_findings
from analyses.replication.tables import table_findings
from cohort_stats.problem import Problem


def findings(published: Published) -> list[Finding]:
    """Recompute every printed number that follows from others.

    Parameters
    ----------
    published
        The registry.

    Returns
    -------
    list of Finding
        In the order of the registry.

    Raises
    ------
    PublishedError
        When a relation needs a number that its address does not have.
    """
    found = [f for table in published.tables for f in table_findings(published, table)]
    found += _texts(published)
    found += _stated(published)
    return sorted(_without_repeats(found), key=lambda f: _line(published, f))


def _stated(published: Published) -> list[Finding]:
    found: list[Finding] = []
    problems = []
    for relation in published.relations:
        try:
            found += stated_findings(published, relation)
        except NoSuchNumber as lacking:
            where, wanted = f"{published.name}, line {relation.line}", " or ".join(lacking.wanted)
            expected = f"a number that '{relation.word}' can take{wanted and f' ({wanted})'}"
            problems.append(Problem(where, relation.subject, expected, f"'{lacking.reference}'"))
    if problems:
        raise PublishedError(problems)
    return found


def _without_repeats(found: Sequence[Finding]) -> Iterator[Finding]:
    """Each impossible number once: a p above 1 is not also out of step with its interval."""
    told = set()
    for one in found:
        if one.verdict is not Verdict.IMPOSSIBLE or one.address not in told:
            yield one
        if one.verdict is Verdict.IMPOSSIBLE:
            told.add(one.address)


def _line(published: Published, found: Finding) -> int:
    """Where the number stands, which is not always where its relation is stated."""
    for address in (found.address, found.address.rpartition(".")[0]):
        if address in published.values:
            return published.values[address].line
    return found.line


def _texts(published: Published) -> Iterator[Finding]:
    blocks = {section.id for section in published.file.text}
    stated = {r.subject for r in published.relations if r.word == "percent_of"}
    for value in published.values.values():
        if value.address.partition(".")[0] not in blocks:
            continue
        n = None if value.address in stated else published.n_of(value.about)
        yield from cell_findings(published, value, n)


def by_verdict(found: Sequence[Finding]) -> dict[Verdict, int]:
    """How many findings have each verdict, in the order of :class:`Verdict`."""
    counted = Counter(f.verdict for f in found)
    return {verdict: counted[verdict] for verdict in Verdict}


def not_reproduced(found: Sequence[Finding]) -> list[Finding]:
    """Those that are inconsistent or impossible."""
    return [f for f in found if not f.verdict.holds]
