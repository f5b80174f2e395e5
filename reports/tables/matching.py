"""How alike the groups are before and after matching or weighting, and who was left out."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.matching import MatchStep, PropensityStep, WeightStep
from cohort_stats.matching.propensity import CONTROL, TREATED
from reports.format import count, general, number
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View

_STATISTICS = {"smd": "SMD", "variance_ratio": "Variance ratio", "ks": "KS"}
OF_NUMBERS = "given for numbers only, not for categories"
#: Rows of the table of patients: statistic and what it is called.
PATIENTS = {
    "n": "With a propensity score",
    "matched": "In the matched sample",
    "unmatched": "Left out",
    "without_stratum": "nobody of the other group is exactly alike",
    "beyond_caliper": "nobody of the other group within the caliper",
    "not_chosen": "those within reach were matched with others",
    "effective_n": "Effective sample size",
}
REASONS = ("without_stratum", "beyond_caliper", "not_chosen")


def balance_table(step: PropensityStep, view: View) -> Table:
    """Differences, variance ratios and distances of distributions, one row a covariate or level."""
    numbers = view.numbers(step.id)
    stages = numbers.unique("group", "smd")
    columns = [Column("Covariate")]
    for stage in stages:
        columns += [
            Column(name, f"{stage[:1].upper()}{stage[1:]}") for name in _STATISTICS.values()
        ]
    rows: list[Row] = []
    for term in numbers.unique("term", "smd"):
        rows += _rows(numbers, stages, term, view)
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=_notes(step, numbers))


def _rows(numbers: Numbers, stages: list[str], term: str, view: View) -> Iterator[Row]:
    variable = view.dictionary[term]
    levels = numbers.unique_levels_of("smd", term)
    if levels == [""]:
        yield Row((text(variable.heading), *_cells(numbers, stages, term, "")))
    elif len(levels) == 1:
        name = variable.label if variable.type == "yesno" else f"{variable.label}: {levels[0]}"
        yield Row((text(name), *_cells(numbers, stages, term, levels[0])))
    else:
        blanks = (EMPTY,) * (len(_STATISTICS) * len(stages))
        yield Row((text(variable.label), *blanks), heading=True)
        for level in levels:
            yield Row((text(level), *_cells(numbers, stages, term, level)), indent=1)


def _cells(numbers: Numbers, stages: list[str], term: str, level: str) -> list[Cell]:
    return [
        Cell("difference", (abs(numbers.get(s, group=stage, term=term, level=level)),), why=why)
        for stage in stages
        for s, why in zip(_STATISTICS, ("", OF_NUMBERS, OF_NUMBERS), strict=True)
    ]


def _notes(step: PropensityStep, numbers: Numbers) -> tuple[str, ...]:
    notes = [
        "SMD: absolute value; the denominator is the "
        f"{numbers.about('smd').get('method', '')}, before and after; "
        "the figure shows the same. KS, largest difference of the two distribution functions.",
    ]
    if isinstance(step, MatchStep):
        parts = [
            f"{count(numbers.get('matched', group=g))} of {count(numbers.get('n', group=g))} {name}"
            for g, name in ((TREATED, "treated"), (CONTROL, "controls"))
        ]
        notes.append(f"Matched: {' and '.join(parts)}.")
        caliper = numbers.get("caliper")
        if known(caliper):
            scale = "logit of the propensity score" if step.distance == "logit" else "score"
            notes.append(f"Caliper on the {scale}: {number(caliper, 3)}.")
    return tuple(notes)


def matched_patients_table(step: MatchStep, view: View) -> Table:
    """Who is in the matched sample, and why the others are not."""
    numbers = view.numbers(step.id)
    groups = (TREATED, CONTROL)
    rows = []
    for statistic, name in PATIENTS.items():
        values = [numbers.get(statistic, group=group) for group in groups]
        if statistic in REASONS and not any(values):
            continue
        kind = "text" if statistic == "effective_n" else "count"
        cells = [Cell(kind, (general(v) if kind == "text" else v,)) for v in values]
        rows.append(Row((text(name), *cells), indent=int(statistic in REASONS)))
    missing = int(str(numbers.about("n")["n_missing"]))
    notes = [f"{count(missing)} more have no score, for a missing value."] if missing else []
    sets, pairs = numbers.get("sets"), numbers.get("pairs")
    if known(sets):
        notes.append(f"{count(sets)} matched sets, {count(pairs)} pairs.")
    else:
        notes.append(f"{count(pairs)} pairs; a control may be in several.")
    notes.append("Effective sample size: patients of equal weight that would tell as much.")
    columns = (Column("Patients"), Column("Treated"), Column("Controls"))
    key, title = f"{step.id}_patients", f"{step.title}: who was matched"
    return Table(key, title, columns, tuple(rows), notes=tuple(notes))


_WEIGHTS = {
    "weight_mean": ("Mean weight", 2),
    "weight_min": ("Smallest weight", 2),
    "weight_median": ("Median weight", 2),
    "weight_max": ("Largest weight", 2),
    "weight_sum": ("Sum of the weights", 1),
    "effective_n": ("Effective sample size", 1),
}


def weights_table(step: WeightStep, view: View) -> Table:
    """Who is in the weighted sample, and what they count."""
    numbers = view.numbers(step.id)
    groups = (TREATED, CONTROL)
    counts = {"n": "With a propensity score", "weighted": "In the weighted sample"}
    if step.trim is not None:
        low, high = step.trim
        counts["trimmed"] = f"Left out, score below {general(low)} or above {general(high)}"
    rows = [
        Row((text(name), *(Cell("count", (numbers.get(s, group=g),)) for g in groups)))
        for s, name in counts.items()
    ]
    rows += [
        Row((text(name), *(Cell("decimals", (numbers.get(s, group=g), decimals)) for g in groups)))
        for s, (name, decimals) in _WEIGHTS.items()
    ]
    missing = int(str(numbers.about("n")["n_missing"]))
    notes = [f"{count(missing)} more have no score, for a missing value."] if missing else []
    truncated = numbers.get("truncated")
    if known(truncated):
        notes.append(f"Weights set to a percentile: {count(truncated)}.")
    notes.append("Effective sample size: patients of equal weight that would tell as much.")
    columns = (Column("Patients"), Column("Treated"), Column("Controls"))
    key, title = f"{step.id}_weights", f"{step.title}: weights"
    return Table(key, title, columns, tuple(rows), notes=tuple(notes))
