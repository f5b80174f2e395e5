"""Clinical scores, scales and doses: published definitions as functions of numbers and labels.

Every function takes single values, arrays or columns and gives back the same form; a missing
input gives a missing output, and a value that is out of range is refused. :data:`DEFINITIONS`
says what each derived variable means and where it was published.
"""

from __future__ import annotations

from cohort_stats.scores import (
    bmi,
    charlson,
    instrumentation,
    noms,
    nutrition,
    procedures,
    radiation,
    radiosensitivity,
    scales,
    sins,
    tokuhashi,
    tomita,
)
from cohort_stats.scores.bmi import bmi_class, body_mass_index
from cohort_stats.scores.charlson import charlson_without_cancer
from cohort_stats.scores.definition import Definition
from cohort_stats.scores.instrumentation import fixation_length, screw_density
from cohort_stats.scores.noms import NomsInputs, noms_inputs
from cohort_stats.scores.nutrition import prognostic_nutritional_index
from cohort_stats.scores.procedures import PROCEDURES, procedure
from cohort_stats.scores.radiation import biologically_effective_dose, equivalent_dose_2gy
from cohort_stats.scores.radiosensitivity import radiosensitivity_group
from cohort_stats.scores.scales import (
    SCALES,
    change,
    escc_class,
    graded,
    grades_gained,
    in_words,
    karnofsky_class,
)
from cohort_stats.scores.sins import sins_class, sins_location, sins_points, sins_total
from cohort_stats.scores.tokuhashi import (
    tokuhashi_group,
    tokuhashi_primary_points,
    tokuhashi_total,
)
from cohort_stats.scores.tomita import (
    tomita_aim,
    tomita_growth_points,
    tomita_strategy,
    tomita_total,
)

FAMILIES = (
    sins, scales, tokuhashi, tomita, charlson, nutrition, bmi, radiation, radiosensitivity,
    instrumentation, noms, procedures,
)  # fmt: skip
DEFINITIONS: dict[str, Definition] = {
    name: definition for family in FAMILIES for name, definition in family.DEFINITIONS.items()
}

__all__ = [
    "DEFINITIONS",
    "PROCEDURES",
    "SCALES",
    "Definition",
    "NomsInputs",
    "biologically_effective_dose",
    "bmi_class",
    "body_mass_index",
    "change",
    "charlson_without_cancer",
    "equivalent_dose_2gy",
    "escc_class",
    "fixation_length",
    "graded",
    "grades_gained",
    "in_words",
    "karnofsky_class",
    "noms_inputs",
    "procedure",
    "prognostic_nutritional_index",
    "radiosensitivity_group",
    "screw_density",
    "sins_class",
    "sins_location",
    "sins_points",
    "sins_total",
    "tokuhashi_group",
    "tokuhashi_primary_points",
    "tokuhashi_total",
    "tomita_aim",
    "tomita_growth_points",
    "tomita_strategy",
    "tomita_total",
]
