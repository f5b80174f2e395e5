"""Sentences on matched and weighted samples."""

from __future__ import annotations

from analyses.schema.matching import MatchStep, PropensityStep
from cohort_stats.matching.propensity import CONTROL, TREATED
from reports.conditions import condition_words
from reports.format import count, number
from reports.numbers import Numbers
from reports.tables.matching import PATIENTS, REASONS
from reports.view import View


def propensity_text(step: PropensityStep, view: View) -> str:
    """Who is in the sample, what they count, and how alike the groups became."""
    numbers = view.numbers(step.id)
    who = _matched(step, numbers, view) if isinstance(step, MatchStep) else _weighted(numbers)
    return f"{who} {_balance(numbers)}"


def _matched(step: MatchStep, numbers: Numbers, view: View) -> str:
    matched, n = (numbers.get(s, group=TREATED) for s in ("matched", "n"))
    controls, effective = (numbers.get(s, group=CONTROL) for s in ("matched", "effective_n"))
    weighted = "" if effective > controls - 1e-9 else f" (effectively {number(effective, 1)})"
    with_ = condition_words(step.treated, view, named=True)
    others = "control" if controls == 1 else "controls"
    rest = _unmatched(numbers)
    return (
        f"{count(matched)} of {view.counted(n)} with {with_} were matched with "
        f"{count(controls)} {others}{weighted}; {rest}."
    )


def _unmatched(numbers: Numbers) -> str:
    n = numbers.get("unmatched", group=TREATED)
    if not n:
        return "nobody was left without a match"
    why = {PATIENTS[reason]: numbers.get(reason, group=TREATED) for reason in REASONS}
    why = {words: many for words, many in why.items() if many}
    told = list(why) if len(why) == 1 else [f"{count(many)}: {w}" for w, many in why.items()]
    return f"{count(n)} were not matched ({'; '.join(told)})"


def _weighted(numbers: Numbers) -> str:
    parts = [
        f"{count(numbers.get('weighted', group=g))} {name} (effectively "
        f"{number(numbers.get('effective_n', group=g), 1)}, largest weight "
        f"{number(numbers.get('weight_max', group=g), 1)})"
        for g, name in ((TREATED, "treated patients"), (CONTROL, "controls"))
    ]
    return f"The weighted sample has {' and '.join(parts)}."


def _balance(numbers: Numbers) -> str:
    frame = numbers.frame[numbers.frame["statistic"] == "smd"]
    before, after = numbers.unique("group", "smd")
    worst = {s: frame.loc[frame["group"] == s, "value"].abs().max() for s in (before, after)}
    return (
        f"The largest absolute standardised mean difference was {number(worst[before], 2)} "
        f"{before} and {number(worst[after], 2)} {after}."
    )
