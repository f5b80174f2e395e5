"""How the studies of a review were judged in each domain: risk of bias, applicability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from cohort_stats.comparing.rows import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.results import Result, as_numbers, rows

#: The term of what is worst in any domain.
ANY = "any domain"
WORDS = "Percentages are of the studies that were judged in the domain; nothing is tested."


def counted_judgements(
    counts: Mapping[str, Mapping[str, int]],
    *,
    missing: Mapping[str, int] | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Percentages of judgements that are known as counts.

    Parameters
    ----------
    counts
        Domain -> judgement -> number of studies, the judgements of every domain in one order.
    missing
        Domain -> number of studies without a judgement.
    conventions
        Carried by the result; no choice alters these numbers.

    Returns
    -------
    Result
        For each domain (`term`): n, missing, and count and percent of each judgement (`level`).
    """
    conventions = as_conventions(conventions)
    found: list[dict[str, object]] = []
    for domain, judged in counts.items():
        n = sum(judged.values())
        lacking = (missing or {}).get(domain, 0)
        found += rows({"n": n, "missing": lacking}, group=OVERALL, term=domain, n_used=n)
        for level, k in judged.items():
            share = 100 * k / n if n else float("nan")
            values = {"count": k, "percent": share}
            found += rows(values, group=OVERALL, term=domain, level=level, n_used=n)
    most = max((sum(judged.values()) for judged in counts.values()), default=0)
    return Result(as_numbers(found), WORDS, most, 0, conventions)


def judgements(
    frame: pd.DataFrame,
    domains: Sequence[str],
    studies: Sequence[str] | None = None,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Count the judgements of studies, domain by domain.

    Parameters
    ----------
    frame
        One row a study.
    domains
        Categorical columns with the same levels, from the best to the worst.
    studies
        What each row is called, if single judgements are to be kept.
    conventions
        Carried by the result; no choice alters these numbers.

    Returns
    -------
    Result
        As :func:`counted_judgements`; for the term ``any domain`` how many studies have the worst
        judgement in at least one domain, of those judged in one; with `studies`, for each domain
        and study (`level`) the place of its judgement among the levels, from 1.
    """
    levels = [str(level) for level in frame[domains[0]].cat.categories]
    counts, missing = {}, {}
    own: list[dict[str, object]] = []
    for domain in domains:
        column = frame[domain]
        counts[domain] = {level: int((column == level).sum()) for level in levels}
        missing[domain] = int(column.isna().sum())
        places = column.cat.codes + 1
        for name, place in zip(studies if studies is not None else (), places, strict=False):
            if place:
                own += rows({"judgement": float(place)}, term=domain, level=name)
    result = counted_judgements(counts, missing=missing, conventions=conventions)
    judged = frame[[*domains]].notna().any(axis=1)
    worst = int((frame[[*domains]] == levels[-1]).any(axis=1).sum())
    n = int(judged.sum())
    share = 100 * worst / n if n else float("nan")
    where: dict[str, Any] = {"group": OVERALL, "term": ANY, "n_used": n}
    own += rows({"n": n}, **where)
    own += rows({"count": worst, "percent": share}, level=levels[-1], **where)
    numbers = pd.concat([result.numbers, as_numbers(own)], ignore_index=True)
    return replace(result, numbers=numbers, n_used=n, n_missing=len(frame) - n)
