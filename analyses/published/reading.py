"""`published.toml` → :class:`~analyses.published.registry.Published`, or every mistake in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyses.plan import STUDIES
from analyses.published.grids import Reader
from analyses.published.lines import lines_of
from analyses.published.references import dangling
from analyses.published.registry import Published
from analyses.published.schema import PublishedFile
from cohort_stats.problem import InputError, Problem, suggestion

FILE = "published.toml"


class PublishedError(InputError):
    """A registry of printed numbers that cannot be used as it is."""


def published_keys() -> tuple[str, ...]:
    """Keys of the studies whose printed numbers come with the package."""
    return tuple(sorted(p.parent.name for p in STUDIES.glob(f"*/{FILE}")))


def load_published(study: str | Path) -> Published:
    """Read a registry of printed numbers.

    Parameters
    ----------
    study
        Key of a study that comes with the package, or path of a ``published.toml``.

    Raises
    ------
    PublishedError
        With every mistake found, each with its line.
    """
    path = STUDIES / str(study) / FILE
    if str(study) not in published_keys():
        path = Path(study)
        if not path.is_file():
            keys = published_keys()
            expected = f"a {FILE} or one of {', '.join(keys)}"
            hint = suggestion(str(study), keys)
            raise PublishedError([Problem("STUDY", "", expected, f"'{study}'", hint)])
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PublishedError(
            [Problem(path.name, "", "text in UTF-8", "another encoding")]
        ) from None
    return published_from(source, path.name, path)


def published_from(source: str, name: str = FILE, path: Path | None = None) -> Published:
    """Read the text of a registry.

    Parameters
    ----------
    source
        In TOML.
    name
        Of the file, for messages.
    path
        Of the file, if there is one.

    Raises
    ------
    PublishedError
        With every mistake found.
    """
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as reason:
        raise PublishedError([Problem(name, "", "a TOML file", str(reason))]) from None
    lines = lines_of(source)
    file = _checked(content, lines, name)
    reader = Reader(file, lines)
    tables = reader.tables()
    reader.texts()
    reader.relations_apart()
    problems = [*reader.problems]
    published = Published(file, name, tables, reader.values, tuple(reader.relations), path, lines)
    problems += dangling(published, lines, {where for _, where, *_ in problems})
    problems = [p for p in problems if p[0] not in reader.torn or " cells," in p[2]]
    if problems:
        problems.sort(key=lambda p: p[0])
        raise PublishedError(
            Problem(f"{name}, line {line}", where, expected, found, hint)
            for line, where, expected, found, hint in problems
        )
    return published


def _checked(content: Mapping[str, Any], lines: Mapping[str, int], name: str) -> PublishedFile:
    from pydantic import ValidationError

    from analyses.plan_problems import problems_of

    try:
        return PublishedFile.model_validate(content)
    except ValidationError as mistakes:
        found = problems_of(mistakes, content, PublishedFile)
        placed = [(_line(str(p.where), lines), p) for p in found]
        raise PublishedError(
            Problem(f"{name}, line {line}" if line else name, *_rest(p))
            for line, p in sorted(placed, key=lambda pair: pair[0])
        ) from None


def _rest(problem: Problem) -> tuple[str, str, str, str]:
    return str(problem.where), problem.expected, problem.found, problem.hint


def _line(where: str, lines: Mapping[str, int]) -> int:
    """Line of a key, or of the table that lacks it."""
    path = re.sub(r" \([^)]*\)", "", where)
    while path:
        if path in lines:
            return lines[path]
        path = re.sub(r"(\.[^.\[]*|\[\d+\])$", "", path) if re.search(r"[.\[]", path) else ""
    return 0
