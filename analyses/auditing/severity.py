"""How much a finding weighs: a few rules, each with its reason in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from analyses.printed import coefficients, other_limits, ratios, shares
from analyses.printed import tests_of_counts as counts
from analyses.printed import tests_of_means as means
from analyses.printed.number import Printed, numbers_in
from analyses.printed.outcome import Finding, Verdict
from analyses.published.registry import Published, Value

#: A p below it or not is what most papers conclude from.
LEVEL = 0.05
#: The p-values of the usual tests of one estimate are nearer to each other than this.
FAR = 2.0
#: An estimate nearer than this to the middle of its interval may have limits of another kind.
OFF_MIDDLE = 0.1
#: How far a slip in the last digit goes, in units of that digit.
LAST_DIGIT = 1.5
SAME = "same quantity printed twice"


class Severity(StrEnum):
    """What a number that others do not give may mean, from the most to the least."""

    CONCLUSION = "changes a conclusion"
    DEFINITE = "definite"
    PROBABLE = "probable"
    MINOR = "minor"


#: Checks that take nothing for granted but what is printed beside the number.
CERTAIN = (
    counts.CHECK,
    shares.CHECK,
    shares.SIZE,
    coefficients.Z,
    coefficients.RATIO,
    "sum",
    "difference",
    "ratio",
    "complement",
    SAME,
    "inside its range",
)
#: What some others take for granted.
ASSUMED: Mapping[str, str] = {
    means.CHECK: "every patient of a group has a value",
    ratios.CRUDE: "the ratio is of the patients counted, all of them",
    shares.ATTAINABLE: "the share is of that many patients",
    ratios.P_CHECK: "a Wald test and Wald limits",
    coefficients.P: "a Wald test",
    "weighted average": "the studies averaged are those printed",
    "pooled effect": "the studies pooled are those printed",
}
OF_ALL = "the numbers compared are of the same patients, all of them"


@dataclass(frozen=True)
class Weighed:
    """A finding that does not hold, and how much that weighs.

    Parameters
    ----------
    finding
        With everything that was assumed.
    severity
        See :class:`Severity`.
    why
        The rule that decided, in words.
    """

    finding: Finding
    severity: Severity
    why: str


def weighed(
    published: Published, found: Sequence[Finding], assumed: Mapping[str, str] | None = None
) -> list[Weighed]:
    """Those findings that do not hold, the weightiest first, then in their order.

    Parameters
    ----------
    published
        What they were found in.
    found
        Of :func:`analyses.replication.findings.findings`.
    assumed
        Address to what the reading of a manuscript took for granted there.
    """
    known = assumed or {}
    read = [_as_read(one, known) for one in found if not one.verdict.holds]
    each = [_weighed(published, one) for one in read]
    order = [*Severity]
    return sorted(each, key=lambda one: order.index(one.severity))


def by_severity(found: Sequence[Weighed]) -> dict[Severity, int]:
    """How many findings have each severity."""
    return {s: sum(one.severity is s for one in found) for s in Severity}


def _as_read(one: Finding, assumed: Mapping[str, str]) -> Finding:
    """A finding with what was assumed when its numbers were read."""
    words = [assumed[a] for a in (one.address, one.address.rpartition(".")[0]) if a in assumed]
    return replace(one, outcome=one.outcome.assuming(*words)) if words else one


def _weighed(published: Published, one: Finding) -> Weighed:
    outcome = one.outcome.assuming(*_assumptions(published, one))
    one = replace(one, outcome=outcome)
    again = _recomputed(outcome.recomputed)
    printed = _printed(published, one)
    crosses = printed is not None and again is not None and _is_p(one) and _crosses(printed, again)
    if outcome.verdict is Verdict.IMPOSSIBLE:
        return Weighed(one, _unless_assumed(one), "outside what such a number can be")
    if printed and again and _turns(published, one, printed, again):
        words = "printed and recomputed ratio are on different sides of 1"
        return Weighed(one, _unless_assumed(one, Severity.CONCLUSION), words)
    if crosses and printed and again and _contradicts(one, printed, again):
        return Weighed(one, Severity.CONCLUSION, "interval and p fall on different sides of 0.05")
    if crosses:
        words = "printed and recomputed p fall on different sides of 0.05"
        return Weighed(one, _unless_assumed(one, Severity.CONCLUSION), words)
    if printed is not None and again is not None and _is_slip(outcome.check, printed, again):
        return Weighed(one, Severity.MINOR, "a slip in the last digit would explain it")
    if outcome.check == ratios.SYMMETRY and _near_the_middle(printed, again):
        return Weighed(one, Severity.MINOR, "limits that are not symmetric would explain it")
    return Weighed(one, _unless_assumed(one), "the other numbers, as printed, do not give it")


def _unless_assumed(one: Finding, severity: Severity = Severity.DEFINITE) -> Severity:
    """What rests on an assumption is probable at most."""
    return Severity.PROBABLE if one.outcome.assumed else severity


def _assumptions(published: Published, one: Finding) -> list[str]:
    """What a check took for granted that neither it nor the registry says."""
    check = one.outcome.check
    if one.verdict is Verdict.IMPOSSIBLE:
        return []
    found = [] if check in CERTAIN or one.outcome.assumed else [ASSUMED.get(check, OF_ALL)]
    if check in (counts.CHECK, means.CHECK) and not _names_tests(published, one):
        found.append("one of the tests tried; the paper does not name the test")
    if check == counts.CHECK and not _complete(published, one):
        found.append("who is not counted is without the feature, not unknown")
    return found


def _names_tests(published: Published, one: Finding) -> bool:
    """Whether the paper names a test that this check can do."""
    table = next((t for t in published.tables if one.address.startswith(f"{t.id}.")), None)
    known = {*counts.WORDS} if one.outcome.check == counts.CHECK else {*means.WORDS}
    named = {test for tests in published.file.paper.tests.values() for test in tests}
    if table is not None:
        words = published.values[one.address].text if one.address in published.values else ""
        named |= {test for mark, test in table.marks.items() if mark and words.endswith(mark)}
        named |= {
            test
            for row, tests in table.tests.items()
            if one.address.startswith(f"{table.id}.{row}.")
            for test in tests
        }
    return bool(known & named)


def _complete(published: Published, one: Finding) -> bool:
    """Whether the counts compared are all there: levels, or shares that say what they are of."""
    cells = [published.values[a] for a in one.others if a in published.values]
    columns = {cell.address.rpartition(".")[2] for cell in cells}
    return bool(cells) and (
        len(cells) > len(columns) or all("percent" in cell.parts for cell in cells)
    )


def _printed(published: Published, one: Finding) -> Printed | None:
    """The number that was checked; None where it is several."""
    found = [number for number, _ in numbers_in(one.outcome.printed)]
    if len(found) != 1:
        return None
    value = _value(published, one.address)
    parts = [*value.parts.values()] if value is not None else []
    return next((x for x in parts if x.text == one.outcome.printed), found[0])


def _value(published: Published, address: str) -> Value | None:
    return published.values.get(address) or published.values.get(address.rpartition(".")[0])


def _recomputed(words: str) -> float | None:
    found = [number.value for number, _ in numbers_in(words)]
    return found[0] if len(found) == 1 else None


def _is_p(one: Finding) -> bool:
    return one.outcome.check.startswith("p of ")


def _crosses(p: Printed, again: float) -> bool:
    """Whether the printed p, wherever in its rounding, is on the other side of 0.05."""
    low, high = p.interval()
    return (high <= LEVEL and again >= LEVEL) or (low >= LEVEL and again < LEVEL)


def _contradicts(one: Finding, p: Printed, again: float) -> bool:
    """Whether an interval and its p disagree by more than the choice of the test explains."""
    if one.outcome.check not in (ratios.P_CHECK, other_limits.SIDE):
        return False
    return max(p.value, again) >= FAR * min(p.value, again)


def _turns(published: Published, one: Finding, printed: Printed, again: float) -> bool:
    """Whether a ratio says the opposite of what the other numbers say."""
    value = _value(published, one.address)
    if value is None or value.parts.get("estimate") is not printed:
        return False
    low, high = printed.interval()
    return (high < 1 < again) or (again < 1 < low)


def _is_slip(check: str, printed: Printed, again: float) -> bool:
    """Whether a number that is rounded anyway is off by one of its last digit."""
    rounded = printed.decimals > 0 or printed.percent or check in (shares.CHECK, shares.ATTAINABLE)
    exact = check in (ratios.SYMMETRY, SAME)
    return rounded and not exact and abs(printed.value - again) <= LAST_DIGIT * printed.unit + 1e-9


def _near_the_middle(printed: Printed | None, again: float | None) -> bool:
    if not printed or not again or min(printed.value, again) <= 0:
        return False
    return abs(math.log(again / printed.value)) <= OFF_MIDDLE
