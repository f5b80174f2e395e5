"""Mistakes in a plan file, in words, with the path of the key and the nearest valid name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from analyses import schema
from analyses.schema_derived import KINDS
from cohort_stats.problem import Problem, suggestion

STEP_KINDS: Mapping[str, type[schema.StepSection]] = {
    "compare": schema.CompareStep,
    "kaplan_meier": schema.KaplanMeierStep,
    "rates": schema.RatesStep,
    "cumulative_incidence": schema.CumulativeIncidenceStep,
    "cox": schema.CoxStep,
    "fine_gray": schema.FineGrayStep,
    "logistic": schema.LogisticStep,
    "roc": schema.RocStep,
    "match": schema.MatchStep,
    "paired": schema.PairedStep,
    "transition": schema.TransitionStep,
    "proportion": schema.ProportionStep,
}
SECTIONS: Mapping[str, type[BaseModel]] = {
    "study": schema.StudySection,
    "variables": schema.VariableSection,
    "derived": schema.DerivedSection,
    "rules": schema.RuleSection,
    "exclusions": schema.ExclusionSection,
    "groups": schema.GroupSection,
    "endpoints": schema.EndpointSection,
}
NESTED: Mapping[str, type[BaseModel]] = {
    "sum": schema.SumRule,
    "needs": schema.NeedsRule,
    "when": schema.ConditionSection,
    "at_most_one": schema.ConditionSection,
    "selection": schema.SelectionSection,
    "rows": schema.RowSection,
    "pairs": schema.PairSection,
    "covariates": schema.CovariateSection,
    "event": schema.ConditionSection,
    "competing": schema.ConditionSection,
    "outcome": schema.ConditionSection,
    "treated": schema.ConditionSection,
    "only": schema.ConditionSection,
}
NESTED_DERIVED: Mapping[str, type[BaseModel]] = {**KINDS, "of": schema.ConditionSection}
SIGNS = {
    "greater_than": "above",
    "greater_than_equal": "at least",
    "less_than": "below",
    "less_than_equal": "at most",
}
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


def problems_of(mistakes: ValidationError, content: Mapping[str, object]) -> list[Problem]:
    """Turn the schema's complaints into problems a plan's author can act on."""
    errors = mistakes.errors()
    found = [_problem(error, content) for error in errors if not _follows(error, errors)]
    # A value that may be one of several kinds is complained about once for each.
    return list({(str(p.where), p.what): p for p in reversed(found)}.values())[::-1]


def _follows(error: Any, errors: Sequence[Any]) -> bool:
    """Whether a list is called too short only because an entry of it is wrong."""
    path = error["loc"]
    inside = (e["loc"] for e in errors if len(e["loc"]) > len(path))
    return error["type"] == "too_short" and any(p[: len(path)] == path for p in inside)


def _problem(error: Any, content: Mapping[str, object]) -> Problem:
    path = _written_path(error, content)
    where, key = path_words(path, content), str(path[-1]) if path else ""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _keys_at(path[:-1], content)
        expected = f"one of the keys {', '.join(allowed)}"
        return Problem(where, "", expected, f"'{key}'", suggestion(key, allowed))
    if kind == "missing":
        return Problem(where, "", "this key", "nothing")
    if kind == "union_tag_not_found":
        return Problem(f"{where}.kind", "", f"one of {', '.join(STEP_KINDS)}", "nothing")
    if kind == "union_tag_invalid":
        given = str(context.get("tag"))
        hint = suggestion(given, list(STEP_KINDS))
        expected = f"one of {', '.join(STEP_KINDS)}"
        return Problem(f"{where}.kind", "", expected, f"'{given}'", hint)
    found: str = (
        f"'{error['input']}'" if not isinstance(error["input"], dict | list) else "this table"
    )
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
    return Problem(where, "", EXPECTED.get(kind, error["msg"].lower()), found)


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


def _keys_at(path: Sequence[Any], content: Mapping[str, object]) -> list[str]:
    if not path:
        return list(schema.PlanFile.model_fields)
    known = NESTED_DERIVED if path[0] == "derived" else NESTED
    nested = [part for part in path[2:] if part in known]
    if nested:
        model: type[BaseModel] = known[nested[-1]]
    elif path[0] == "endpoints" and "event" in path[2:]:
        model = schema.ConditionSection
    elif path[0] == "steps":
        step = _inside(_inside(content, "steps"), path[1])
        model = STEP_KINDS.get(str(_inside(step, "kind")), schema.StepSection)
    else:
        model = SECTIONS.get(str(path[0]), schema.Words)
    return [field.alias or name for name, field in model.model_fields.items()]
