"""Sensitivity, specificity and predictive values as whole-number counts of one 2×2 table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, not_checkable
from analyses.printed.shares import scale_of

CHECK = "diagnostic accuracy as whole counts"
WORDS = {
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "ppv": "positive predictive value",
    "npv": "negative predictive value",
    "accuracy": "accuracy",
    "prevalence": "prevalence",
    "youden": "Youden’s index",
}
MOST_PATIENTS = 3000
MOST_FOUND = 1000
NEAR = 3


@dataclass(frozen=True)
class Accuracy:
    """A test against the truth."""

    true_positive: int
    false_negative: int
    true_negative: int
    false_positive: int

    def value(self, name: str) -> float:
        """One of :data:`WORDS`, from 0 to 1; nan where it has no denominator."""
        tp, fn = self.true_positive, self.false_negative
        tn, fp = self.true_negative, self.false_positive
        if name == "youden":
            return self.value("sensitivity") + self.value("specificity") - 1
        over = {
            "sensitivity": (tp, tp + fn),
            "specificity": (tn, tn + fp),
            "ppv": (tp, tp + fp),
            "npv": (tn, tn + fn),
            "accuracy": (tp + tn, tp + fn + tn + fp),
            "prevalence": (tp + fn, tp + fn + tn + fp),
        }
        part, whole = over[name]
        return part / whole if whole else math.nan

    def __str__(self) -> str:
        positives = self.true_positive + self.false_negative
        negatives = self.true_negative + self.false_positive
        return f"{self.true_positive} of {positives}, {self.true_negative} of {negatives}"


def tables_of_accuracy(
    printed: Mapping[str, Printed],
    *,
    n: int | None = None,
    positives: int | None = None,
    negatives: int | None = None,
    rounding: str = "half",
) -> list[Accuracy]:
    """Every table of whole counts that prints as these shares.

    Parameters
    ----------
    printed
        Name of :data:`WORDS` -> as printed.
    n, positives, negatives
        Patients, those with the condition, those without; at least n, or both others.
    rounding
        See :meth:`~analyses.printed.number.Printed.interval`.
    """
    found: list[Accuracy] = []
    for p, m in _margins(n, positives, negatives):
        for tp in _counts(printed.get("sensitivity"), p, rounding):
            for tn in _counts(printed.get("specificity"), m, rounding):
                table = Accuracy(tp, p - tp, tn, m - tn)
                if _prints(table, printed, rounding):
                    found.append(table)
                if len(found) >= MOST_FOUND:
                    return found
    return found


def _margins(
    n: int | None, positives: int | None, negatives: int | None
) -> Iterator[tuple[int, int]]:
    if positives is not None and negatives is not None:
        if n is None or n == positives + negatives:
            yield positives, negatives
    elif n is not None and (positives is not None or negatives is not None):
        p = positives if positives is not None else n - (negatives or 0)
        if 0 <= p <= n:
            yield p, n - p
    elif n is not None and n <= MOST_PATIENTS:
        for p in range(1, n):
            yield p, n - p


def _counts(share: Printed | None, n: int, rounding: str) -> range:
    """Counts of n that print as the share, and perhaps some that do not."""
    if share is None:
        return range(n + 1)
    scale = 100.0 if share.percent else scale_of(share)
    low, high = share.interval(rounding)
    first = max(0, math.floor(low / scale * n) if math.isfinite(low) else 0)
    last = min(n, math.ceil(high / scale * n) if math.isfinite(high) else n)
    return range(first, last + 1)


def _prints(table: Accuracy, printed: Mapping[str, Printed], rounding: str) -> bool:
    for name, share in printed.items():
        scale = 100.0 if share.percent else scale_of(share)
        value = table.value(name)
        if math.isnan(value) or not share.covers(scale * value, rounding):
            return False
    return True


def accuracy_of_counts(
    printed: Mapping[str, Printed],
    *,
    n: int | None = None,
    positives: int | None = None,
    negatives: int | None = None,
) -> Outcome:
    """Whether one table of whole counts gives all the shares that are printed of a test.

    Parameters
    ----------
    printed, n, positives, negatives
        See :func:`tables_of_accuracy`.

    Returns
    -------
    Outcome
        Inconsistent when none does; explanations name the n, within 3, and the one share that
        may be wrong, which would leave such tables.
    """
    text = ", ".join(f"{WORDS[name]} {share}" for name, share in printed.items())
    margins = [*_margins(n, positives, negatives)]
    if len(printed) < 2 or not margins:
        return not_checkable(CHECK, text, "needs two shares, and n or both groups")
    for rounding, verdict in (
        ("half", Verdict.REPRODUCED),
        ("truncation", Verdict.UNDER_CONVENTION),
    ):
        found = tables_of_accuracy(
            printed, n=n, positives=positives, negatives=negatives, rounding=rounding
        )
        if found:
            more = f", and {len(found) - 1} more tables" if len(found) > 1 else ""
            cut = (Explanation("cut off instead of rounded", str(found[0]), "truncation"),)
            told = cut if rounding == "truncation" else ()
            how = f"{found[0]}{more}"
            return Outcome(CHECK, verdict, text, str(found[0]), how, _r(found[0], printed), told, 2)
    fits, tried = _explained(printed, n, positives, negatives)
    how = f"no counts of {_who(n, positives, negatives)} give all of them"
    r = _search(printed, margins)
    lost = Outcome(CHECK, Verdict.INCONSISTENT, text, "", how, r, fits, 2 + tried)
    return lost.assuming("all are of the same patients and the same cut-off")


def _who(n: int | None, positives: int | None, negatives: int | None) -> str:
    if positives is not None and negatives is not None:
        return f"{positives} with and {negatives} without"
    return f"{n} patients" + (f", {positives} with" if positives is not None else "")


def _explained(
    printed: Mapping[str, Printed], n: int | None, positives: int | None, negatives: int | None
) -> tuple[tuple[Explanation, ...], int]:
    fits, tried = [], 0
    for name in printed if len(printed) > 2 else ():
        tried += 1
        rest = {k: v for k, v in printed.items() if k != name}
        found = tables_of_accuracy(rest, n=n, positives=positives, negatives=negatives)
        if found:
            values = sorted({round(100 * table.value(name), 2) for table in found})
            words = f"{values[0]:g}%" if len(values) == 1 else f"{values[0]:g}% to {values[-1]:g}%"
            fits.append(Explanation(f"another {WORDS[name]}", words))
    for step in range(-NEAR, NEAR + 1):
        for (k, p, m), words in _others(n, positives, negatives, step):
            tried += 1
            if tables_of_accuracy(printed, n=k, positives=p, negatives=m):
                fits.append(Explanation(words))
    return tuple(fits), tried


def _others(
    n: int | None, positives: int | None, negatives: int | None, step: int
) -> Iterator[tuple[tuple[int | None, int | None, int | None], str]]:
    """n, with and without the condition, one of them so many more, in words."""
    if step == 0:
        return
    if positives is not None and positives + step > 0:
        others = n - positives if negatives is None and n is not None else negatives
        words = f"{positives + step} patients with the condition"
        yield (None, positives + step, others), words
    if positives is not None and negatives is not None and negatives + step > 0:
        words = f"{negatives + step} patients without the condition"
        yield (None, positives, negatives + step), words
    if positives is None and negatives is None and n is not None and n + step > 1:
        yield (n + step, None, None), f"{n + step} patients"


FORMULAS = {
    "sensitivity": "tp / (tp + fn)",
    "specificity": "tn / (tn + fp)",
    "ppv": "tp / (tp + fp)",
    "npv": "tn / (tn + fn)",
    "accuracy": "(tp + tn) / (tp + fn + tn + fp)",
    "prevalence": "(tp + fn) / (tp + fn + tn + fp)",
    "youden": "tp / (tp + fn) + tn / (tn + fp) - 1",
}


def _r(table: Accuracy, printed: Mapping[str, Printed]) -> str:
    tp, fn = table.true_positive, table.false_negative
    tn, fp = table.true_negative, table.false_positive
    listed = ", ".join(FORMULAS[name] for name in printed)
    return f"tp <- {tp}; fn <- {fn}; tn <- {tn}; fp <- {fp}; c({listed})"


def _search(printed: Mapping[str, Printed], margins: Sequence[tuple[int, int]]) -> str:
    """A line of R that counts the tables that print as these shares."""
    fits = []
    for name, share in printed.items():
        scale = 100.0 if share.percent else scale_of(share)
        half = f"{share.unit / 2 + 1e-9:.10g}"
        fits.append(f"abs({scale:g} * ({FORMULAS[name]}) - {share.value:g}) <= {half}")
    (p, m), *others = margins
    every = (
        f"f({p}, {m})"
        if not others
        else f"sum(sapply(1:{p + m - 1}, function(p) f(p, {p + m} - p)))"
    )
    return (
        "f <- function(p, m) with(expand.grid(tp = 0:p, tn = 0:m), { fn <- p - tp; fp <- m - tn; "
        f"sum({' & '.join(fits)}, na.rm = TRUE) }}); {every}"
    )
