"""Comparisons of groups in R."""

from __future__ import annotations

from analyses.schema.comparing import CompareStep, RowSection
from reports.syntax.r.words import (
    begin,
    call,
    exactly,
    grouped,
    not_repeated,
    number,
    quoted,
)
from reports.syntax.study import Study

ADJUSTED = {"holm": "holm", "bonferroni": "bonferroni", "benjamini-hochberg": "BH"}
WEIGHTED = "weighted summaries: survey::svymean and svyquantile have other quantiles"
PAIRED = "tests of matched pairs: see the pairs by the column of sets"
#: Begin of a test's name in the packet -> its call in R, of x by g; the first that fits.
TESTS = (
    ("Welch’s t-test", "t.test({x} ~ {g})"),
    ("Student’s t-test", "t.test({x} ~ {g}, var.equal = TRUE)"),
    ("Welch’s analysis of variance", "oneway.test({x} ~ {g})"),
    ("one-way analysis of variance", "oneway.test({x} ~ {g}, var.equal = TRUE)"),
    ("Mann–Whitney U test (exact)", "wilcox.test({x} ~ {g}, exact = TRUE)"),
    (
        "Mann–Whitney U test (continuity correction)",
        "wilcox.test({x} ~ {g}, exact = FALSE, correct = TRUE)",
    ),
    ("Mann–Whitney U test", "wilcox.test({x} ~ {g}, exact = FALSE, correct = FALSE)"),
    ("Kruskal–Wallis test", "kruskal.test({x}, {g})"),
    ("chi-square test (Yates’ correction)", "chisq.test(counts_of({x}, {g}), correct = TRUE)"),
    ("chi-square test (N − 1)", "n_minus_1_chisq(counts_of({x}, {g}))"),
    ("chi-square test", "chisq.test(counts_of({x}, {g}), correct = FALSE)"),
    ("likelihood-ratio chi-square test", "likelihood_ratio_chisq(counts_of({x}, {g}))"),
    ("Fisher", "fisher.test(counts_of({x}, {g}), workspace = 2e7)"),
    ("Cochran–Armitage test for trend", "scored_chisq({x}, {g}, less = 0)"),
    ("linear-by-linear association test", "scored_chisq({x}, {g}, less = 1)"),
    ("Jonckheere–Terpstra test", "jonckheere({x}, {g})"),
)
BY_CHANCE = "p from random tables: it differs by chance"


def test_call(method: str, x: str, g: str) -> str:
    """The call of R that repeats a test named in the packet; empty where there is none."""
    if "random tables" in method:
        return ""
    found = next((text for name, text in TESTS if method.startswith(name)), "")
    return found.format(x=x, g=g)


test_call.__test__ = False  # type: ignore[attr-defined]  # not a test case of pytest


def compare_r(step: CompareStep, study: Study) -> list[str]:
    """Summaries of each row, and its test."""
    scene = study.scene_of(step)
    lines = begin(study, step)
    if scene.weights is not None:
        return [*lines, not_repeated(exactly(step.id), "", WEIGHTED)]
    more, by, levels = grouped(study, step)
    lines += more
    analysis = quoted(step.id)
    everyone = [*levels] if levels else []
    lines.append(call("agrees", analysis, group='"Overall"', n="nrow(d)"))
    if everyone:
        lines.append(call("agrees", analysis, group=f"levels(d${by})", n=f"table(d${by})"))
    paired = scene.sets is not None and step.sets == "paired" and bool(by)
    methods = study.methods(step.id)
    for row in step.rows:
        if scene.has(row.variable):
            lines += ["", f"# {study.variable(row.variable).label}"]
            lines += _row(step, study, row, by, "" if paired else methods.get(row.variable, ""))
    if paired:
        lines.append(not_repeated(exactly(step.id), "^(p|test_statistic|df|smd.*)$", PAIRED))
    return lines


def _row(step: CompareStep, study: Study, row: RowSection, by: str, method: str) -> list[str]:
    variable = study.variable(row.variable)
    name, quartiles = study.name(row.variable), study.plan.conventions.quartiles
    analysis, term = quoted(step.id), quoted(row.variable)
    groups = [f"d${by}"] if by else []
    if variable.is_numeric:
        lines = [f"summary(d${name})" if not by else f"tapply(d${name}, d${by}, summary)"]
        kind = {"type": number(quartiles)} if quartiles != 7 else {}
        lines.append(call("describe_numbers", analysis, term, f"d${name}", *groups, **kind))
    else:
        lines = [f'table(d${name}{f", d${by}" if by else ""}, useNA = "ifany")']
        lines.append(call("describe_levels", analysis, term, f"d${name}", *groups))
    ranked = not variable.is_numeric and any(w in method for w in ("Whitney", "Wallis"))
    x = f"as.integer(d${name})" if ranked else f"d${name}"
    if method:
        lines += _test(step, row, test_call(method, x, f"d${by}"))
    if step.difference and by and variable.is_numeric and "t-test" in method:
        lines += _difference(step, row, name, by, "Student" in method)
    if step.distribution_checks and variable.is_numeric:
        lines.append(
            call("distribution_checks", quoted(f"{step.id}/checks"), term, f"d${name}", *groups)
        )
    if step.posthoc and method:
        lines += _pairs(step, study, row, (x, by))
    return lines


def _test(step: CompareStep, row: RowSection, code: str) -> list[str]:
    if not code:
        return [not_repeated(exactly(step.id), "^(p|p_se)$", BY_CHANCE)]
    shown = ["test"] if code.split("(", maxsplit=1)[0].endswith(".test") else []
    return [
        f"test <- quiet({code})",
        *shown,
        call("agrees_test", quoted(step.id), quoted(row.variable), "test"),
    ]


def _difference(step: CompareStep, row: RowSection, name: str, by: str, equal: bool) -> list[str]:
    same = ", var.equal = TRUE" if equal else ""
    return [
        f"test <- t.test(d${name} ~ factor(d${by}, levels = rev(levels(d${by}))){same})",
        call(
            "agrees", quoted(step.id), term=quoted(row.variable),
            mean_difference="-diff(test$estimate)", mean_difference_low="test$conf.int[1]",
            mean_difference_high="test$conf.int[2]",
        ),
    ]  # fmt: skip


def _pairs(step: CompareStep, study: Study, row: RowSection, columns: tuple[str, str]) -> list[str]:
    found = study.numbers(step.id)
    mine = found[(found["term"] == row.variable) & (found["statistic"] == "p_adjusted")]
    x, by = columns
    about = [quoted(step.id), quoted(row.variable), x, f"d${by}"]
    how = quoted(ADJUSTED[step.posthoc or "holm"])
    if row.pairs == "tukey":
        return [call("tukey_of", *about)]
    if row.pairs == "dunn":
        return [call("dunn_of", *about, how)]
    methods = list(dict.fromkeys(mine["method"]))
    codes = list(dict.fromkeys(test_call(method, "x", "g") for method in methods))
    if len(codes) != 1 or not codes[0]:
        why = "pairs of groups compared by different tests, as counts allow"
        pattern = "^(p|p_adjusted|test_statistic|df)$"
        return [not_repeated(exactly(step.id), pattern, why)] if codes else []
    if "Jonckheere" in study.methods(step.id).get(row.variable, "") and x.startswith("d$"):
        about[2] = f"as.integer({x})" if not study.variable(row.variable).is_numeric else x
    return [call("every_two_groups", *about, f"function(x, g) {codes[0]}", how)]
