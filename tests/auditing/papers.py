"""Papers for the auditor: tables simulated from public data, and errors planted in them.

``python tests/auditing/papers.py`` measures, and writes the rates into docs/audit.md.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analyses.auditing.audit import Audit, audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.source import Source, SourceTable, cell_of, source_table

DATA = Path(__file__).parent.parent / "reference" / "data"
PAGE = Path(__file__).parents[2] / "docs" / "audit.md"
#: Data set -> group, numbers, categories.
SETS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "gbsg2": ("horTh", ("age", "tsize", "pnodes", "progrec"), ("menostat", "tgrade")),
    "birthwt": ("low", ("age", "lwt"), ("race", "smoke", "ht", "ui", "ptl")),
    "veteran": ("trt", ("karno", "age", "diagtime"), ("celltype", "prior")),
    "Melanoma": ("ulcer", ("age", "thickness"), ("sex",)),
    "heart": ("transplant", ("age",), ("surgery",)),
    "pbc": ("trt", ("age", "bili", "albumin"), ("sex", "stage", "hepato", "spiders")),
    "lalonde": ("treat", ("age", "educ"), ("married", "nodegree", "race")),
}
Grid = list[list[str]]


@cache
def cohort(name: str) -> pd.DataFrame:
    frame = pd.read_csv(DATA / f"{name}.csv")
    group, numbers, categories = SETS[name]
    wanted = [c for c in (group, *numbers, *categories) if c in frame.columns]
    return frame[wanted].dropna().reset_index(drop=True)


def fixed(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"


def p_words(p: float) -> str:
    return "<0.001" if p < 0.001 else fixed(p, 3)


def paper(seed: int) -> Source:
    """A correct paper: a resample of real patients, compared by group, and odds ratios."""
    chance = random.Random(seed)
    name = chance.choice([*SETS])
    group, numbers, categories = SETS[name]
    frame = cohort(name)
    draw = frame.sample(n=chance.randint(40, 300), replace=True, random_state=seed)
    parts = [part for _, part in draw.groupby(group)]
    if len(parts) != 2 or min(len(p) for p in parts) < 8:
        return paper(seed + 1_000_000)
    digits, test = chance.choice((1, 1, 2)), chance.choice(("Student", "Welch"))
    groups = [f"Group {k} (n = {len(part)})" for k, part in zip("AB", parts, strict=True)]
    rows: Grid = [["Characteristic", f"Total (n = {len(draw)})", *groups, "p"]]
    for variable in (v for v in numbers if v in draw):
        cells = [f"{fixed(x[variable].mean(), digits)} ± {fixed(x[variable].std(), digits)}"
                 for x in (draw, *parts)]  # fmt: skip
        p = stats.ttest_ind(*(x[variable] for x in parts), equal_var=test == "Student").pvalue
        rows.append([f"{variable}, mean ± SD", *cells, f"{p_words(p)} *"])
    for variable in (v for v in categories if v in draw):
        rows += counted(draw, parts, variable, digits)
    notes = (f"* {test}’s t-test" if test == "Welch" else "* Student’s t-test",
             "† chi-square test", "‡ Fisher’s exact test")  # fmt: skip
    grids = [rows, odds(parts, [v for v in categories if v in draw])]
    return Source("paper", tuple(
        table_of(f"Table {i}", grid, notes if i == 1 else ()) for i, grid in enumerate(grids, 1)
        if len(grid) > 1
    ))  # fmt: skip


def table_of(place: str, grid: Grid, notes: tuple[str, ...]) -> SourceTable:
    cells = [[cell_of(words) for words in row] for row in grid]
    return source_table(place, "", cells, 1, notes)


def counted(draw: pd.DataFrame, parts: Sequence[pd.DataFrame], variable: str, digits: int) -> Grid:
    """The rows of a category: one for a yes/no, else a head and its levels."""
    levels = sorted(draw[variable].unique())
    crossed = [[int((x[variable] == level).sum()) for x in parts] for level in levels]
    if len(levels) < 2:
        return []
    expected = stats.contingency.expected_freq(np.array(crossed))
    if len(levels) == 2 and expected.min() < 5:
        p, mark = stats.fisher_exact(crossed).pvalue, "‡"
    else:
        p, mark = stats.chi2_contingency(crossed, correction=False).pvalue, "†"
    rows = [[f"    {level}", *(share(x, variable, level, digits) for x in (draw, *parts)), ""]
            for level in levels]  # fmt: skip
    words = f"{p_words(p)} {mark}"
    if len(levels) == 2:
        return [[f"{variable}, n (%)", *rows[1][1:4], words]]
    return [[f"{variable}, n (%)", "", "", "", words], *rows]


def share(frame: pd.DataFrame, variable: str, level: object, digits: int) -> str:
    count = int((frame[variable] == level).sum())
    return f"{count} ({fixed(100 * count / len(frame), digits)}%)"


def odds(parts: Sequence[pd.DataFrame], categories: Sequence[str]) -> Grid:
    """Crude odds ratios with Wald limits and p."""
    rows: Grid = [["Factor", "OR (95% CI)", "p"]]
    for variable in categories:
        levels = sorted(pd.concat(parts)[variable].unique())
        if len(levels) != 2:
            continue
        (a, b), (c, d) = ([int((x[variable] == v).sum()) for v in reversed(levels)] for x in parts)
        if min(a, b, c, d) == 0:
            continue
        log, se = np.log(a * d / b / c), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        low, high = np.exp(log - 1.959964 * se), np.exp(log + 1.959964 * se)
        p = 2 * stats.norm.sf(abs(log / se))
        cell = f"{fixed(np.exp(log), 2)} ({fixed(low, 2)}–{fixed(high, 2)})"
        rows.append([str(variable), cell, p_words(p)])
    return rows


# --- errors ------------------------------------------------------------------------------------


def grids_of(source: Source) -> list[Grid]:
    return [[[("    " if c.indented and j == 0 else "") + c.words for j, c in enumerate(row)]
             for row in (*t.heads, *t.rows)] for t in source.tables]  # fmt: skip


def rebuilt(source: Source, grids: Sequence[Grid]) -> Source:
    tables = [table_of(t.place, g, t.notes) for t, g in zip(source.tables, grids, strict=True)]
    return Source(source.name, tuple(tables))


def cells_like(grids: Sequence[Grid], pattern: str) -> list[tuple[int, int, int]]:
    return [(t, i, j) for t, g in enumerate(grids) for i, row in enumerate(g)
            for j, words in enumerate(row) if i and j and re.search(pattern, words)]  # fmt: skip


def swapped_counts(grids: list[Grid], chance: random.Random) -> str:
    """The counts of two groups in a row change places, their percentages stay."""
    rows = [(0, i) for i, row in enumerate(grids[0])
            if i and "%" in row[2] and row[2].split()[0] != row[3].split()[0]]  # fmt: skip
    if not rows:
        return ""
    t, i = chance.choice(rows)
    (a, rest_a), (b, rest_b) = (grids[t][i][j].split(" ", 1) for j in (2, 3))
    grids[t][i][2], grids[t][i][3] = f"{b} {rest_a}", f"{a} {rest_b}"
    return grids[t][i][0].strip()


def wrong_p(grids: list[Grid], chance: random.Random) -> str:
    """Another p, of three digits."""
    at = [(t, i, j) for t, i, j in cells_like(grids, r"^[<\d]") if j == len(grids[t][i]) - 1]
    if not at:
        return ""
    t, i, j = chance.choice(at)
    words = grids[t][i][j].split()
    before = words[0]
    while words[0] == before:
        words[0] = fixed(chance.uniform(0.001, 0.999), 3)
    grids[t][i][j] = " ".join(words)
    return grids[t][i][0].strip()


def inverted_or(grids: list[Grid], chance: random.Random) -> str:
    """The estimate of the other reference level beside the interval of this one."""
    at = [(t, i, j) for t, i, j in cells_like(grids, r"–") if t == 1]
    at = [x for x in at if not grids[1][x[1]][1].startswith("1.00")]
    if not at:
        return ""
    t, i, j = chance.choice(at)
    estimate, rest = grids[t][i][j].split(" ", 1)
    if float(estimate) == 0:
        return ""
    grids[t][i][j] = f"{fixed(1 / float(estimate), 2)} {rest}"
    return grids[t][i][0].strip()


def swapped_columns(grids: list[Grid], chance: random.Random) -> str:
    """The cells of two groups change places under their headings, in the whole table."""
    if grids[0][0][2].split("=")[1] == grids[0][0][3].split("=")[1]:
        return ""
    for row in grids[0][1:]:
        row[2], row[3] = row[3], row[2]
    return "*"


def wrong_n(grids: list[Grid], chance: random.Random) -> str:
    """Another size in the heading of a group."""
    j = chance.choice((1, 2, 3))
    n = int(re.search(r"n = (\d+)", grids[0][0][j])[1])  # type: ignore[index]
    other = n + chance.choice([d for d in (*range(-9, 0), *range(1, 10)) if n + d > 0])
    grids[0][0][j] = grids[0][0][j].replace(f"n = {n}", f"n = {other}")
    return "*"


def typing_error(grids: list[Grid], chance: random.Random) -> str:
    """One digit of one cell is another digit."""
    t, i, j = chance.choice(cells_like(grids, r"\d"))
    words = grids[t][i][j]
    k = chance.choice([k for k, c in enumerate(words) if c.isdigit()])
    digit = chance.choice([d for d in "0123456789" if d != words[k]])
    grids[t][i][j] = words[:k] + digit + words[k + 1 :]
    return grids[t][i][0].strip()


KINDS: dict[str, Callable[[list[Grid], random.Random], str]] = {
    "swapped counts": swapped_counts,
    "wrong p": wrong_p,
    "inverted odds ratio": inverted_or,
    "swapped columns": swapped_columns,
    "wrong n": wrong_n,
    "typing error in a digit": typing_error,
}


def planted(source: Source, kind: str, seed: int) -> Source | None:
    """The paper with one error; None where it has no place for it."""
    grids = grids_of(source)
    return rebuilt(source, grids) if KINDS[kind](grids, random.Random(seed)) else None


def weighs(found: Audit) -> Severity | None:
    """The greatest severity of an audit."""
    return found.weighed[0].severity if found.weighed else None


def measured(papers: int) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Severities of correct papers, and of papers with one error, by kind."""
    correct: dict[str, int] = {}
    errors: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for seed in range(papers):
        source = paper(seed)
        word = str(weighs(audit_manuscript(source)) or "none")
        correct[word] = correct.get(word, 0) + 1
        for kind, tally in errors.items():
            wrong = planted(source, kind, seed)
            if wrong is not None:
                word = str(weighs(audit_manuscript(wrong)) or "none")
                tally[word] = tally.get(word, 0) + 1
    return correct, errors


def rate_table(papers: int) -> str:
    """The rates as Markdown."""
    correct, errors = measured(papers)
    names = [*map(str, Severity), "none"]
    lines = ["| papers | number | " + " | ".join(names) + " | found |",
             "| --- | --- | " + "--- | " * (len(names) + 1)]  # fmt: skip
    for kind, tally in {"correct": correct, **errors}.items():
        total = sum(tally.values())
        strong = total - tally.get("none", 0) - tally.get("minor", 0)
        share = f"{100 * strong / total:.1f}%" if kind != "correct" else "–"
        counts = " | ".join(str(tally.get(name, 0)) for name in names)
        lines.append(f"| {kind} | {total} | {counts} | {share} |")
    return "\n".join(lines)


if __name__ == "__main__":
    made = rate_table(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    print(made)
    begin, end = "<!-- rates -->\n", "<!-- end of rates -->"
    page = PAGE.read_text(encoding="utf-8")
    if begin in page:
        before, _, rest = page.partition(begin)
        PAGE.write_text(f"{before}{begin}{made}\n{end}{rest.partition(end)[2]}", encoding="utf-8")
