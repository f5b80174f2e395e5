"""Which variables a derived variable rests on, and in which order they are computed."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.derived import Body, CutSection, EventBySection, PredictedSection
from analyses.schema.discrimination import RocStep
from analyses.schema.file import PlanFile

#: Part of a step's results that predicts; the name that building a model gives it, whose module
#: would cost every check of a plan the import of scipy.
MULTIVARIABLE = "multivariable"


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
    """Ids of the steps whose cut-offs or predictions a variable rests on."""
    return tuple(source.partition("/")[0] for source in sources_behind(name, file))


def sources_behind(name: str, file: PlanFile) -> tuple[str, ...]:
    """Names of the results whose cut-offs or predictions a variable rests on."""
    bodies = [file.derived[n].body for n in behind(name, file) if n in file.derived]
    return tuple(filter(None, (source_of(body, file) for body in bodies)))


def source_of(body: Body, file: PlanFile) -> str:
    """Name of the result that a variable comes from; empty when it needs none.

    A step, one of the markers of a step, or the multivariable model of a step.
    """
    if isinstance(body, PredictedSection):
        return f"{body.at_step}/{MULTIVARIABLE}"
    if not isinstance(body, CutSection) or not body.at_step:
        return ""
    for step in file.steps:
        if step.id == body.at_step and isinstance(step, RocStep):
            parts = {marker.variable: step.part(marker) for marker in step.marked}
            return parts.get(body.variable, body.at_step)
    return body.at_step


def is_predicted(name: str, file: PlanFile) -> bool:
    """Whether a variable is what a model predicts."""
    return name in file.derived and isinstance(file.derived[name].body, PredictedSection)


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
