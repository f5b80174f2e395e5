"""Which variables a derived variable rests on, and in which order they are computed."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.derived import CutSection, EventBySection
from analyses.schema.discrimination import RocStep
from analyses.schema.file import PlanFile


def inputs_of(name: str, file: PlanFile) -> tuple[str, ...]:
    """The variables that a derived variable is computed from directly."""
    body = file.derived[name].body
    if not isinstance(body, EventBySection):
        return body.inputs
    endpoint = file.endpoints.get(body.endpoint)
    return () if endpoint is None else endpoint.variables


def behind(name: str, file: PlanFile) -> tuple[str, ...]:
    """A variable and all those it rests on, however far back; each once."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop(0)
        if here not in found:
            found[here] = None
            waiting += inputs_of(here, file) if here in file.derived else ()
    return tuple(found)


def steps_behind(name: str, file: PlanFile) -> tuple[str, ...]:
    """Ids of the steps whose cut-offs a variable rests on."""
    return tuple(source.partition("/")[0] for source in sources_behind(name, file))


def sources_behind(name: str, file: PlanFile) -> tuple[str, ...]:
    """Names of the results whose cut-offs a variable rests on."""
    bodies = [file.derived[n].body for n in behind(name, file) if n in file.derived]
    return tuple(source_of(b, file) for b in bodies if isinstance(b, CutSection) and b.at_step)


def source_of(cut: CutSection, file: PlanFile) -> str:
    """Name of the result that holds a cut-off: a step, or one of the markers of a step."""
    for step in file.steps:
        if step.id == cut.at_step and isinstance(step, RocStep):
            parts = {marker.variable: step.part(marker) for marker in step.marked}
            return parts.get(cut.variable, cut.at_step)
    return cut.at_step


def in_order(file: PlanFile) -> tuple[str, ...]:
    """Names of the derived variables, each after those it is computed from."""
    placed: dict[str, None] = {}

    def place(name: str, open_: tuple[str, ...]) -> None:
        if name not in file.derived or name in placed or name in open_:
            return
        for other in inputs_of(name, file):
            place(other, (*open_, name))
        placed[name] = None

    for name in file.derived:
        place(name, ())
    return tuple(placed)


def circles(file: PlanFile) -> Iterator[tuple[str, ...]]:
    """Derived variables that rest on themselves, as the way round: ``a``, ``b``, ``a``."""
    told: set[str] = set()
    for name in file.derived:
        way = _way_back(name, file)
        if way and not told & {*way}:
            told |= {*way}
            yield way


def _way_back(name: str, file: PlanFile) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for other in inputs_of(way[-1], file):
            if other == name:
                return (*way, name)
            if other in file.derived and other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()
