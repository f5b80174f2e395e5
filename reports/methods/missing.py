"""How many values were missing, and what was done about them."""

from __future__ import annotations

from analyses.running import StepResults
from reports.derived import derived_counts
from reports.methods.recorded import Said, attributed, elsewhere
from reports.view import View
from reports.wording import listed, quoted, sentence

#: Kinds of step in which each row has patients of its own.
BY_ROW = ("compare", "paired", "missingness", "cox", "logistic", "fine_gray", "ordinal")


def missing_sentences(view: View, said: Said) -> list[str]:
    """Complete cases or imputed values, and how many patients each analysis left out.

    Parameters
    ----------
    view
        The study.
    said
        What all steps recorded.
    """
    imputed = view.results.imputation
    rule = f"Each analysis used the {view.noun} with a known value of all its variables"
    rule = f"{rule} (complete cases){', except where values were imputed' if imputed else ''}."
    found = [rule, *_rows(view), *_left_out(view)]
    if imputed is not None:
        found.append(sentence(view.with_labels(imputed.method)))
        steps = [d.step for d in view.results.steps if d.step.missing == "imputed"]
        found += [attributed(w, steps, steps) for w in said if elsewhere(w) == "imputed"]
        found.append(f"Imputed values are those of {quoted([s.title for s in steps])}.")
    return found + _refused(view)


def left_out(done: StepResults) -> tuple[int, int]:
    """Patients whom a step's analyses left out at most, and how many it began with."""
    most = max(done.results, key=lambda r: r.n_missing)
    return most.n_missing, most.n_used + most.n_missing


def _left_out(view: View) -> list[str]:
    counts: dict[tuple[int, int], list[str]] = {}
    for done in view.results.steps:
        missing, n = left_out(done)
        if missing:
            counts.setdefault((missing, n), []).append(done.step.title)
    if not counts:
        lacking = any(
            (r.numbers["n_missing"] > 0).any() for d in view.results.steps for r in d.results
        )
        return [] if lacking else [f"None of the {view.noun} was left out for a missing value."]
    parts = [f"{k} of {n} from {quoted(titles)}" for (k, n), titles in counts.items()]
    reasons = ["a missing value"]
    steps = [done.step for done in view.results.steps]
    groups = view.results.plan.file.groups
    if any(g.levels for n, g in groups.items() if any(getattr(s, "by", "") == n for s in steps)):
        reasons.append("being in none of the groups compared")
    if any(d.event_by is not None for d in view.results.plan.file.derived.values()):
        reasons.append("censoring before the time of the outcome")
    return [f"Left out for {listed(reasons, 'or')} were {'; '.join(parts)}."]


def _rows(view: View) -> list[str]:
    """That a table's row counts those whose value is known, where not all are."""
    found = []
    for done in view.results.steps:
        most = max((float(r.numbers["n_missing"].max()) for r in done.results), default=0.0)
        if done.step.kind in BY_ROW and most > left_out(done)[0]:
            found.append(done.step.title)
    return [f"Each row of {quoted(found)} is of those with a known value of it."] if found else []


def _refused(view: View) -> list[str]:
    found = []
    for one in view.results.derived:
        refused = derived_counts(view, one.name)[2]
        if refused:
            label = view.dictionary[one.name].label
            found.append(
                f"‘{label}’ is missing for {view.counted(refused)} of the file whose values its "
                "definition does not take."
            )
    return found
