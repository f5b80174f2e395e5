"""Mistakes in a plan file, in words, with the path of the key and the nearest valid name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from analyses.schema.file import PlanFile
from analyses.schema.step import StepSection
from analyses.schema.steps import KINDS
from cohort_stats.problem import Problem, suggestion

SIGNS = {
    "greater_than": "above",
    "greater_than_equal": "at least",
    "less_than": "below",
    "less_than_equal": "at most",
}
#: Key -> what it looks like, where its table is written as a mere word.
EXAMPLES = {"selection": '{ rule = "backward" }', "validation": "{ bootstrap = 200 }"}
EXAMPLES["nomogram"] = "{ at = [12, 24] }"
EXPECTED = {
    "string_type": "text in quotation marks",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "string_pattern_mismatch": "a name of letters, digits and underscores",
}


def problems_of(
    mistakes: ValidationError, content: Mapping[str, object], file: type[BaseModel] = PlanFile
) -> list[Problem]:
    """Turn the complaints of a file's schema into problems its author can act on."""
    errors = mistakes.errors()
    found = [_problem(error, content, file) for error in errors if not _follows(error, errors)]
    # A value that may be one of several kinds is complained about once for each.
    return list({(str(p.where), p.what): p for p in reversed(found)}.values())[::-1]


def _follows(error: Any, errors: Sequence[Any]) -> bool:
    """Whether a list is called too short only because an entry of it is wrong."""
    path = error["loc"]
    inside = (e["loc"] for e in errors if len(e["loc"]) > len(path))
    return error["type"] == "too_short" and any(p[: len(path)] == path for p in inside)


def _problem(error: Any, content: Mapping[str, object], file: type[BaseModel]) -> Problem:
    path = _written_path(error, content)
    where, key = path_words(path, content), str(path[-1]) if path else ""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _keys_at(path[:-1], content, file)
        expected = f"one of the keys {', '.join(allowed)}"
        return Problem(where, "", expected, f"'{key}'", suggestion(key, allowed))
    if kind == "missing":
        return Problem(where, "", "this key", "nothing")
    if kind == "union_tag_not_found":
        return Problem(f"{where}.kind", "", f"one of {', '.join(KINDS)}", "nothing")
    if kind == "union_tag_invalid":
        given = str(context.get("tag"))
        hint = suggestion(given, list(KINDS))
        expected = f"one of {', '.join(KINDS)}"
        return Problem(f"{where}.kind", "", expected, f"'{given}'", hint)
    found = _as_written(error["input"])
    if kind == "literal_error":
        expected = f"one of {context['expected']}".replace(" or ", ", ")
        hint = suggestion(str(error["input"]), _quoted(context["expected"]))
        return Problem(where, "", expected, found, hint)
    if kind == "value_error":
        key, _, words = str(context["error"]).rpartition(": ")
        if key and isinstance(error["input"], Mapping):
            written = error["input"].get(key)
            found = "nothing" if written is None else f"{written!r}"
        words, _, said = words.partition("; found ")
        found = said or found
        return Problem(f"{where}.{key}" if key else where, "", words, found)
    if kind in SIGNS:
        sign = SIGNS[kind]
        return Problem(where, "", f"a number {sign} {next(iter(context.values())):g}", found)
    if kind == "too_short":
        least, given = context["min_length"], str(len(error["input"]) or "none")
        expected = "at least one entry" if least == 1 else f"at least {least} entries"
        return Problem(where, "", expected, given)
    expected = EXPECTED.get(kind, error["msg"].lower())
    if expected == "a table" and key in EXAMPLES:
        expected += f", such as {EXAMPLES[key]}"
    return Problem(where, "", expected, found)


def _as_written(given: object) -> str:
    """A value as it stands in a plan: true and false in small letters."""
    if isinstance(given, dict | list):
        return "this table"
    return f"'{str(given).lower() if isinstance(given, bool) else given}'"


def _quoted(expected: str) -> list[str]:
    return [part for part in expected.split("'") if part.strip(" ,") not in ("", "or")]


def _written_path(error: Any, content: Mapping[str, object]) -> list[Any]:
    """Only those parts of a schema path that the author wrote: no tags, no union branches."""
    path: list[Any] = []
    here: Any = content
    for part in error["loc"]:
        inside = _inside(here, part)
        if inside is not None:
            path.append(part)
            here = inside
    return [*path, error["loc"][-1]] if error["type"] == "missing" else path


def path_words(path: Sequence[Any], content: Mapping[str, object]) -> str:
    """A key's path as its author would say it: ``steps[2] (cox_os).endpoint``."""
    words, here = "", content
    for part in path:
        here = _inside(here, part)
        if isinstance(part, int):
            words += f"[{part + 1}]"
            if isinstance(here, Mapping) and "id" in here:
                words += f" ({here['id']})"
        else:
            words += f".{part}" if words else str(part)
    return words or "plan"


def _inside(here: Any, part: Any) -> Any:
    try:
        return here[part]
    except (KeyError, IndexError, TypeError):
        return None


def _keys_at(
    path: Sequence[Any], content: Mapping[str, object], file: type[BaseModel]
) -> list[str]:
    """The keys allowed in the table at a path."""
    model = file
    # Second in a path stands a name its author chose, or a number, but in [study] and [paper].
    for k, part in enumerate(path):
        if k == 1 and path[0] == "steps":
            kind = _inside(_inside(_inside(content, "steps"), part), "kind")
            model = KINDS.get(str(kind), StepSection)
        elif k != 1 or path[0] in ("study", "paper"):
            model = _model_of(model, part)
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_of(model: type[BaseModel], key: Any) -> type[BaseModel]:
    """What a key of a table holds; the table's own model if the key is an index or holds none."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    models = _models_in(fields[key].annotation) if key in fields else []
    return models[0] if models else model


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
