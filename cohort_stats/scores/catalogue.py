"""Every score by name, with its arguments and their units, so that a plan can ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from cohort_stats import scores
from cohort_stats.scores.charlson import WEIGHTS
from cohort_stats.scores.elementwise import Refused
from cohort_stats.scores.score import Argument, Score


def _label(name: str) -> Argument:
    return Argument(name, labels=True)


def _graded(name: str) -> Argument:
    return Argument(name, labels=True, numbers=True)


def _number(name: str, unit: str = "", needed: bool = False, **converted: float) -> Argument:
    return Argument(name, numbers=True, unit=unit, unit_needed=needed, converted=converted)


WEIGHT = _number("weight", "kg", True)
HEIGHT = _number("height", "cm", True, m=100)
BMI = _number("bmi", "kg/m²")
TOTAL = _number("total")
ALBUMIN = _number("albumin", "g/dL", True, **{"g/L": 0.1})
LYMPHOCYTES = _number("lymphocytes", "/mm³", True, **{"10⁹/L": 1000})
SCHEDULE = (
    _number("dose_per_fraction", "Gy", True, cGy=0.01),
    _number("fractions"),
    _number("alpha_beta", "Gy"),
)
SINS = ("location", "pain", "lesion", "alignment", "collapse", "posterolateral")
TOKUHASHI = (
    _number("karnofsky"), _number("extraspinal_bone"), _number("vertebral"),
    _graded("major_organs"), _graded("primary"), _label("frankel"),
)  # fmt: skip


def _charlson(**conditions: Any) -> Any:
    return scores.charlson_without_cancer(conditions)


def _noms(part: str, **given: Any) -> Any:
    needed = dict.fromkeys(("escc", "myelopathy", "primary", "sins")) | given
    try:
        return getattr(scores.noms_inputs(**needed), part)
    except Refused as why:  # the scores behind it call their argument otherwise
        (argument,) = given
        raise Refused(argument, why.expected, why.found, why.hint) from None


def _all() -> list[Score]:
    listed: list[tuple[str, Callable[..., Any], tuple[Argument, ...], tuple[str, ...]]] = [
        ("sins_total", scores.sins_total, tuple(map(_graded, SINS)), ()),
        ("sins_class", scores.sins_class, (TOTAL,), scores.sins.CLASSES),
        (
            "sins_location",
            scores.sins_location,
            (_label("vertebra"),),
            tuple(scores.sins.COMPONENTS["location"]),
        ),
        ("escc_class", scores.escc_class, (_graded("grade"),), scores.scales.ESCC_CLASSES),
        (
            "karnofsky_class",
            scores.karnofsky_class,
            (_number("karnofsky"),),
            scores.scales.KARNOFSKY_CLASSES,
        ),
        ("tokuhashi_total", scores.tokuhashi_total, TOKUHASHI, ()),
        ("tokuhashi_group", scores.tokuhashi_group, (TOTAL,), scores.tokuhashi.GROUPS),
        ("tokuhashi_primary_points", scores.tokuhashi_primary_points, (_graded("primary"),), ()),
        (
            "tomita_total",
            scores.tomita_total,
            (_graded("primary"), _graded("visceral"), _graded("bone")),
            (),
        ),
        ("tomita_growth_points", scores.tomita_growth_points, (_graded("primary"),), ()),
        ("tomita_strategy", scores.tomita_strategy, (TOTAL,), scores.tomita.STRATEGIES),
        ("tomita_aim", scores.tomita_aim, (TOTAL,), scores.tomita.AIMS),
        ("charlson_without_cancer", _charlson, tuple(map(_graded, WEIGHTS)), ()),
        (
            "prognostic_nutritional_index",
            scores.prognostic_nutritional_index,
            (ALBUMIN, LYMPHOCYTES),
            (),
        ),
        ("body_mass_index", scores.body_mass_index, (WEIGHT, HEIGHT), ()),
        ("bmi_class", scores.bmi_class, (BMI,), scores.bmi.CUTOFFS["who"][1]),
        (
            "bmi_class_asia_pacific",
            partial(scores.bmi_class, cutoffs="asia-pacific"),
            (BMI,),
            scores.bmi.CUTOFFS["asia-pacific"][1],
        ),
        ("biologically_effective_dose", scores.biologically_effective_dose, SCHEDULE, ()),
        ("equivalent_dose_2gy", scores.equivalent_dose_2gy, SCHEDULE, ()),
        (
            "screw_density",
            scores.screw_density,
            (_number("screws"), _number("instrumented")),
            (),
        ),
        (
            "fixation_length",
            scores.fixation_length,
            (_number("instrumented"), _number("with_metastasis")),
            (),
        ),
        (
            "radiosensitivity",
            scores.radiosensitivity_group,
            (_label("primary"),),
            scores.radiosensitivity.THREE_GROUPS,
        ),
        (
            "radiosensitivity_two_groups",
            partial(scores.radiosensitivity_group, groups=2),
            (_label("primary"),),
            scores.radiosensitivity.TWO_GROUPS,
        ),
        ("procedure", scores.procedure, (_label("operation"),), scores.procedures.LABELS),
    ]
    return [
        Score(name, scores.DEFINITIONS[name], compute, arguments, levels)
        for name, compute, arguments, levels in listed
    ]


def _of_scales() -> list[Score]:
    found = []
    for name, scale in scores.SCALES.items():
        take = _graded if any(code.isdigit() for code in scale.codes) else _label
        compared = (take("before"), take("after"))
        kinds: tuple[tuple[str, Callable[..., Any], tuple[Argument, ...], tuple[str, ...]], ...] = (
            (name, scores.graded, (take("grade"),), scale.codes),
            (f"{name}_change", scores.change, compared, scores.scales.CHANGES),
            (f"{name}_gained", scores.grades_gained, compared, ()),
        )
        found += [
            Score(key, scores.DEFINITIONS[key], partial(function, name), arguments, levels)
            for key, function, arguments, levels in kinds
        ]
    return found


def _of_noms() -> list[Score]:
    parts = {
        "escc": (_graded("escc"), scores.SCALES["escc"].codes),
        "escc_class": (_graded("escc"), scores.scales.ESCC_CLASSES),
        "myelopathy": (_graded("myelopathy"), ("No", "Yes")),
        "radiosensitivity": (_label("primary"), scores.radiosensitivity.TWO_GROUPS),
        "sins_class": (_number("sins"), scores.sins.CLASSES),
    }
    return [
        Score(
            f"noms_{part}",
            scores.DEFINITIONS["noms_inputs"],
            partial(_noms, part),
            (argument,),
            levels,
        )
        for part, (argument, levels) in parts.items()
    ]


#: Name in plans -> score.
CATALOGUE: Mapping[str, Score] = {
    score.name: score for score in (*_all(), *_of_scales(), *_of_noms())
}
