"""References of a registry that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from analyses.printed.outcome import TESTS
from analyses.printed.printed_studies import MODELS
from analyses.published.registry import Published
from analyses.published.relation_words import POOLING, references_in
from cohort_stats.problem import suggestion

#: Line, place, expected, found, hint.
Mistake = tuple[int, str, str, str, str]


def dangling(
    published: Published, lines: Mapping[str, int], unread: Collection[str] = ()
) -> Iterator[Mistake]:
    """Everything that names an address, a group, a column or a test that is not there.

    Parameters
    ----------
    published
        The registry as read.
    lines
        Line of each key of its file.
    unread
        Addresses of cells, rows and tables that were told as mistakes already: what leads there
        is no second one.
    """
    for mistake in _dangling(published, lines):
        reference = mistake[3].strip("'")
        if not any(f"{reference}.".startswith(f"{address}.") for address in unread):
            yield mistake


def _dangling(published: Published, lines: Mapping[str, int]) -> Iterator[Mistake]:
    paper = published.file.paper
    yield from _not_numbers(published, "paper", {"n": paper.n}, lines.get("paper.n", 0))
    yield from _relations(published)
    yield from _groups(published, lines)
    for i, _ in enumerate(published.tables, start=1):
        yield from _table(published, i, lines)
    for i, claim in enumerate(published.file.claims, start=1):
        for reference in claim.values.values():
            if not _leads(published, reference):
                line = lines.get(f"claims[{i}].values", lines.get(f"claims[{i}]", 0))
                yield _no_address(published, line, f"claims.{claim.id}", reference)


def _leads(published: Published, reference: str) -> bool:
    try:
        published.number(reference)
    except KeyError:
        return False
    except ValueError:
        return True  # an n that is no number is told where it stands
    return True


def _no_address(published: Published, line: int, where: str, reference: str) -> Mistake:
    hint = suggestion(reference, [*published.values, *published.groups])
    return line, where, "an address of this file, a group or a number", f"'{reference}'", hint


def _relations(published: Published) -> Iterator[Mistake]:
    for relation in published.relations:
        line, subject = relation.line, relation.subject
        if not _leads(published, subject):
            yield _no_address(published, line, "relations", subject)
        if relation.word == "same_as" and subject in relation.arguments:
            yield line, subject, "same_as another number", "itself", ""
        words = " ".join(relation.arguments)
        plain, _, test = words.partition(" by ")
        known = MODELS if relation.word in POOLING else TESTS
        if test and test not in known:
            expected = f"a {'model' if known is MODELS else 'test'} of {', '.join(known)}"
            yield line, subject, expected, f"'{test}'", suggestion(test, known)
        for piece in (x for a in plain.split() for x in references_in(relation.word, a)):
            reference = piece.rpartition("*")[2].rpartition("=")[2]
            if not _leads(published, reference):
                yield _no_address(published, line, subject, reference)


def _groups(published: Published, lines: Mapping[str, int]) -> Iterator[Mistake]:
    for name, group in published.groups.items():
        line = lines.get(f"groups.{name}", 0)
        for part in group.parts:
            if part not in published.groups:
                known = [*published.groups]
                expected = f"groups of {', '.join(known)}"
                yield line, f"groups.{name}.parts", expected, f"'{part}'", suggestion(part, known)
        sections = {"n": group.n}
        yield from _not_numbers(published, f"groups.{name}", sections, line)
    for name, model in published.models.items():
        sections = {"n": model.n, "events": model.events}
        line = lines.get(f"models.{name}", 0)
        yield from _not_numbers(published, f"models.{name}", sections, line)


def _not_numbers(
    published: Published, where: str, sections: Mapping[str, str], line: int
) -> Iterator[Mistake]:
    from analyses.printed.number import misprinted, read_printed

    decimal = published.file.paper.decimal
    for key, words in sections.items():
        try:
            if words and misprinted(words, decimal):
                raise ValueError(words)
            if words:
                read_printed(words, decimal)
        except ValueError:
            yield line, f"{where}.{key}", "one number", f"'{words}'", ""


def _table(published: Published, number: int, lines: Mapping[str, int]) -> Iterator[Mistake]:
    table = published.tables[number - 1]
    columns = [column.name for column in table.columns]
    rows = [r.id for row in table.rows for r in (row, *row.levels)]
    groups = [*published.groups]

    def at(key: str) -> int:
        return lines.get(f"tables[{number}].{key}", lines.get(f"tables[{number}]", 0))

    def unknown(key: str, given: str, known: list[str], noun: str) -> Iterator[Mistake]:
        if given not in known:
            expected = f"{noun} of {', '.join(known)}"
            yield at(key), f"{table.id}.{key}", expected, f"'{given}'", suggestion(given, known)

    for group in table.compares:
        yield from unknown("compares", group, groups, "groups")
    for column, other in table.percent_of.items():
        yield from unknown("percent_of", column, columns, "a column")
        yield from unknown("percent_of", other, columns, "a column")
    for row in table.tests:
        yield from unknown("tests", row, rows, "a row")
    for row, given in table.denominators.items():
        yield from unknown("denominators", row, rows, "a row")
        for reference in given.values() if isinstance(given, Mapping) else (given,):
            if not _leads(published, reference):
                where = f"{table.id}.denominators"
                yield _no_address(published, at("denominators"), where, reference)
