"""Where an item may stand in a packet: each place says whether it is there, and its number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyses.imputing import COMPLETE_CASES, IMPUTATION
from analyses.schema.discrimination import MarkersStep
from analyses.schema.regression import ModelStep
from analyses.schema.steps import Step
from reports.methods import methods_text
from reports.methods.families import FAMILIES
from reports.table import Table
from reports.tables import study_tables
from reports.text import results_text
from reports.view import View


@dataclass(frozen=True)
class Packed:
    """What a packet holds: tables and figures by key, headings of methods and results."""

    tables: Mapping[str, int]
    figures: Mapping[str, int]
    methods: tuple[str, ...]
    results: tuple[str, ...]

    @classmethod
    def of(
        cls,
        view: View,
        tables: Sequence[Table] | None = None,
        figures: Mapping[str, int] | None = None,
    ) -> Packed:
        """Of a study; `tables` are made anew where they are not given."""
        made = study_tables(view) if tables is None else tables
        numbers = {table.key: n for n, table in enumerate(made, start=1)}
        for section in view.results.plan.file.report.tables:
            parts = [d.step.id for d in view.results.steps if d.step.id in section.steps]
            parts.sort(key=section.steps.index)
            joint = "_and_".join(parts)
            numbers |= {step: numbers[joint] for step in parts if joint in numbers}
        methods = tuple(heading for heading, _ in methods_text(view))
        results = tuple(title for title, _ in results_text(view))
        return cls(numbers, figures or {}, methods, results)

    def of_keys(self, keys: Iterable[str]) -> list[str]:
        """Tables and figures whose key is one of these."""
        wanted = list(keys)
        found = [f"Table {self.tables[k]}" for k in wanted if k in self.tables]
        return found + [f"Figure {self.figures[k]}" for k in wanted if k in self.figures]


Place = Callable[[View, Packed], list[str]]


def _steps(view: View) -> list[Step]:
    return [done.step for done in view.results.steps]


def _of_kinds(*kinds: str) -> Place:
    """Tables and figures of the steps of some kinds."""

    def place(view: View, packed: Packed) -> list[str]:
        return packed.of_keys(step.id for step in _steps(view) if step.kind in kinds)

    return place


def _methods(*headings: str) -> Place:
    """Passages of the methods section."""

    def place(view: View, packed: Packed) -> list[str]:  # noqa: ARG001
        return [f"Methods, ‘{h}’" for h in headings if h in packed.methods]

    return place


def _table(key: str) -> Place:
    def place(view: View, packed: Packed) -> list[str]:  # noqa: ARG001
        return packed.of_keys([key])

    return place


def _parts(*endings: str) -> Place:
    """Further tables or figures of steps, by the ending of their key."""

    def place(view: View, packed: Packed) -> list[str]:  # noqa: ARG001
        keys = [*packed.tables, *packed.figures]
        return packed.of_keys(k for k in dict.fromkeys(keys) if k.endswith(endings))

    return place


def _always(words: str) -> Place:
    def place(view: View, packed: Packed) -> list[str]:  # noqa: ARG001
        return [words]

    return place


def _flow_figure(view: View, packed: Packed) -> list[str]:  # noqa: ARG001
    return [f"Figure {packed.figures['flow']}"] if "flow" in packed.figures else []


def _patients(view: View, packed: Packed) -> list[str]:
    heading = view.noun.capitalize()
    return [f"Results, ‘{heading}’"] if heading in packed.results else []


def _characteristics(view: View, packed: Packed) -> list[str]:
    return packed.of_keys(s.id for s in _steps(view) if s.kind == "compare")


def _by_marker(view: View, packed: Packed) -> list[str]:
    """Comparisons between groups that a marker's cut-off forms."""
    cuts = {name for name, d in view.results.plan.file.derived.items() if d.cut is not None}
    found = [s.id for s in _steps(view) if s.kind == "compare" and getattr(s, "by", "") in cuts]
    return packed.of_keys(found)


def _subgroups(view: View, packed: Packed) -> list[str]:
    steps = _steps(view)
    found = [s.id for s in steps if s.only is not None or bool(getattr(s, "interactions", ()))]
    return packed.of_keys([*found, *(s.id for s in steps if s.kind == "subgroups")])


def sensitivity(view: View) -> list[str]:
    """Ids of the steps that look whether results hold: complete cases, hidden bias, left out."""
    found = []
    for step in _steps(view):
        asked: list[object] = [getattr(step, n, None) for n in ("e_value", "e_values", "rosenbaum")]
        hidden = any(asked)
        if step.id.endswith(f"_{COMPLETE_CASES}") or hidden or step.kind == "pool":
            found.append(step.id)
    return found


def _sensitivity(view: View, packed: Packed) -> list[str]:
    return packed.of_keys(sensitivity(view))


def _full_models(view: View, packed: Packed) -> list[str]:
    """Models of a marker with other covariates, which entered whatever their p."""
    markers, found = _markers(view), []
    for step in _steps(view):
        if not isinstance(step, ModelStep) or step.selection.rule not in ("all", "given"):
            continue
        names = {c.variable for c in step.covariates}
        if step.selection.rule == "given":
            names &= {*step.selection.covariates}
        if names & markers and len(names) > 1:
            found.append(step.id)
    return packed.of_keys(found)


def _markers(view: View) -> set[str]:
    """The markers of a study, and what is made of them."""
    steps = [step for step in _steps(view) if isinstance(step, MarkersStep)]
    found = {m.variable for step in steps for m in step.marked}
    found |= {str(getattr(step, "marker", "")) for step in _steps(view)} - {""}
    for name, derived in view.results.plan.file.derived.items():
        if derived.cut is not None and derived.cut.variable in found:
            found.add(name)
    return found


_MODELS = ("cox", "fine_gray", "logistic", "ordinal")
_MODEL_HEADINGS = tuple(h for h, kinds in FAMILIES.items() if {*kinds} & {*_MODELS})

#: Name -> the places of that name which a packet holds; none where it holds none.
PLACES: Mapping[str, Place] = {
    "question": _always("report.html, the question at its head"),
    "data notes": _always("report.html, ‘Data’"),
    "run file": _always("run.json"),
    "results file": _always("results.csv"),
    "methods.patients": _methods("Study design and patients", "Design and studies"),
    "methods.variables": _methods("Variables"),
    "methods.outcomes": _methods("Outcomes"),
    "methods.missing": _methods("Missing data"),
    "methods.assumptions": _methods("Assumptions"),
    "methods.software": _methods("Software"),
    "methods.analysis": _methods(*FAMILIES),
    "methods.models": _methods(*_MODEL_HEADINGS),
    "methods.subgroups": _methods("Subgroups"),
    "methods.markers": _methods("Markers and cut-offs", "Value of predictions"),
    "methods.matching": _methods("Matching and weighting"),
    "methods.pooling": _methods("Pooling of studies"),
    "methods.risk of bias": _methods("Risk of bias"),
    "results.patients": _patients,
    "flow": _table("flow"),
    "flow figure": _flow_figure,
    "derived": _table("derived"),
    "characteristics": _characteristics,
    "characteristics by marker": _by_marker,
    "missing": lambda view, packed: (
        packed.of_keys([IMPUTATION]) + _of_kinds("missingness")(view, packed)
    ),
    "survival": _of_kinds("kaplan_meier", "rates", "cumulative_incidence"),
    "shares": _of_kinds("proportion", "transition", "adverse_events"),
    "models": _of_kinds(*_MODELS),
    "full models": _full_models,
    "subgroups": _subgroups,
    "sensitivity": _sensitivity,
    "balance": _of_kinds("match", "weight"),
    "markers": _of_kinds("roc", "time_roc", "survival_cutoff"),
    "validation": _parts("_validation"),
    "calibration figure": _parts("_calibration"),
    "pooled": _of_kinds("pool"),
    "risk of bias": _of_kinds("risk_of_bias"),
    "funnel": lambda view, packed: (
        _parts("_funnel")(view, packed) or _of_kinds("pool")(view, packed)
    ),
}
