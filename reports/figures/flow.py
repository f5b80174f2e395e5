"""The patient flow: who entered, who was left out and why, and who was analysed."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.flow import FLOW
from analyses.schema.matching import MatchStep
from analyses.schema.step import GroupedStep
from cohort_stats.matching.propensity import CONTROL, TREATED
from reports.figures.boxes import ASIDE, PAD, SIZE, Row, boxes_figure, told
from reports.figures.style import Drawing, looking_right, wrapped
from reports.format import count
from reports.numbers import Numbers, known
from reports.tables.matching import PATIENTS, REASONS
from reports.view import View

ARMS = {TREATED: "Treated", CONTROL: "Controls"}
NARROWEST = 22.0  # of boxes beside each other, mm
MOST_STEPS = 6  # whose missing values are listed


def flow_plot(view: View) -> Drawing | None:
    """Boxes from the file to the groups; None where nobody is left out and nothing compared."""
    numbers = view.numbers(FLOW)
    reasons, by = numbers.unique("term", "excluded"), _by(numbers)
    if not reasons and not by:
        return None
    inner = (view.figure_width - 4 - ASIDE) / 2 - 2 * PAD
    rows = _entered(numbers, reasons, view, inner)
    last = rows.pop()
    aside = _left_out(numbers, view, inner)
    rows.append(Row(last.boxes, aside))
    rows += _groups(numbers, by, view)
    with looking_right():
        figure = boxes_figure([rows], view.figure_width, synthetic=view.synthetic)
    return Drawing(FLOW, f"{view.one.capitalize()} flow", told(rows), figure)


def _by(numbers: Numbers) -> str:
    found = numbers.unique("term", "ungrouped")
    return str(found[0]) if found else ""


def _n(value: float) -> str:
    return f"(n = {count(value)})"


def _entered(numbers: Numbers, reasons: Sequence[str], view: View, inner: float) -> list[Row]:
    """From the file to those analysed; one box where nobody could be left out."""
    entered = numbers.get("n", term="entered")
    who = view.noun.capitalize()
    if not reasons:
        return [Row(((f"{who} in the cohort file, all analysed {_n(entered)}",),))]
    lines = 3 if len(reasons) <= 8 else 2
    left = [f"Left out {_n(entered - numbers.get('remaining', term=reasons[-1]))}:"]
    for reason in reasons:
        out, unknown = numbers.several("excluded", "unknown", term=reason)
        more = f", {count(unknown)} not known" if unknown else ""
        left.append(f"{_short(reason, inner, lines)} (n = {count(out)}{more})")
    if any(numbers.get("unknown", term=reason) for reason in reasons):
        left.append("Those not known were kept.")
    analysed = f"{who} analysed {_n(numbers.get('remaining', term=reasons[-1]))}"
    return [Row(((f"{who} in the cohort file {_n(entered)}",),), tuple(left)), Row(((analysed,),))]


def _short(words: str, width: float, lines: int) -> str:
    return wrapped(words, width, SIZE, lines).replace("\n", " ")


def _left_out(numbers: Numbers, view: View, inner: float) -> tuple[str, ...]:
    """Steps that left patients out, with how many: for missing values, or as another group's."""
    found, groups = [], view.results.plan.file.groups
    others = ""
    for done in view.results.steps:
        step = done.step
        if isinstance(step, MatchStep):
            continue
        parts = numbers.unique_levels_of("not_analysed", step.id)
        missing = sorted({int(numbers.get("not_analysed", term=step.id, level=p)) for p in parts})
        if any(missing):
            several = " to ".join(count(n) for n in dict.fromkeys((missing[0], missing[-1])))
            found.append(f"{_short(step.title, inner, 2)} (n = {several})")
            if isinstance(step, GroupedStep) and step.by in groups and groups[step.by].levels:
                others = " or another group"
    if len(found) > MOST_STEPS:
        more = len(found) - MOST_STEPS
        found = [*found[:MOST_STEPS], f"and {count(more)} further analyses"]
    why = f"Of these, not in an analysis, for missing values{others}:"
    return (why, *found) if found else ()


def _groups(numbers: Numbers, by: str, view: View) -> list[Row]:
    """The main groups, beside each other if there is room, and whom matching left of them."""
    groups = [
        g for g in numbers.unique("group") if by and known(numbers.get("n", group=g, term=by))
    ]
    heads = [f"{g} {_n(numbers.get('n', group=g, term=by))}" for g in groups]
    none = numbers.get("ungrouped", term=by) if by else 0.0
    if none:
        heads.append(f"Not known, or another {_n(none)}")
    matches = [d.step for d in view.results.steps if isinstance(d.step, MatchStep)]
    matched = {group: _of_group(numbers, matches, group) for group in groups}
    others = [words for m in matches for words in _apart(numbers, m, groups)]
    label = f"{view.group_label(by)}:"
    rows: list[Row] = []
    if groups and (view.figure_width - 4) / len(heads) < NARROWEST:
        lines = [label]
        for k, head in enumerate(heads):
            lines += [head, *(matched[groups[k]] if k < len(groups) else [])]
        rows.append(Row((tuple(lines),)))
    elif groups:
        rows.append(Row(tuple((f"{label} {head}",) for head in heads)))
        if any(matched.values()):
            boxes = tuple(tuple(matched[g]) for g in groups)
            rows.append(Row((*boxes, ()) if none else boxes, straight=True))
    return [*rows, Row((tuple(others),))] if others else rows


def _of_group(numbers: Numbers, matches: Sequence[MatchStep], group: str) -> list[str]:
    """Whom each matching took of a main group; they are named where there are several."""
    found = []
    for step in matches:
        lines = _matched(numbers, step, group)
        found += [f"{step.title}:", *lines] if lines and len(matches) > 1 else lines
    return found


def _apart(numbers: Numbers, step: MatchStep, groups: Sequence[str]) -> list[str]:
    """A matching of other groups than the main ones."""
    mine = [g for g in ARMS if known(numbers.get("matched", group=g, term=step.id))]
    mine = [g for g in mine if g not in groups]
    lines = []
    for group in mine:
        first, *rest = _matched(numbers, step, group)
        lines += [f"{ARMS[group]}, {first[:1].lower()}{first[1:]}", *rest]
    missing = numbers.get("missing", term=step.id)
    if mine and missing:
        lines.append(f"No propensity score, for a missing value {_n(missing)}")
    return [f"{step.title}:", *lines] if mine else []


def _matched(numbers: Numbers, step: MatchStep, group: str) -> list[str]:
    """Who of a group was matched, and why the others were not."""
    where = {"group": group, "term": step.id}
    matched, unmatched, missing = numbers.several("matched", "unmatched", "missing", **where)
    if not known(matched):
        return []
    sets = numbers.get("sets", term=step.id)
    lines = [f"Matched{f' in {count(sets)} sets' if known(sets) else ''} {_n(matched)}"]
    if unmatched:
        lines.append(f"Not matched {_n(unmatched)}")
        for reason in REASONS:
            n = numbers.get(reason, group=group, term=step.id)
            lines += [f"– {PATIENTS[reason]} {_n(n)}"] if n else []
    if known(missing) and missing:
        lines.append(f"No propensity score, for a missing value {_n(missing)}")
    return lines
