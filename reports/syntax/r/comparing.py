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
    more, by, levels = grouped(study, step)
    lines = [*begin(study, step), *more]
    if scene.weights is not None:
        return [*lines, *_weighted(step, study, by)]
    paired = scene.sets is not None and step.sets == "paired" and bool(by)
    if paired:
        sets = f"d${study.sample(step.on)[2]}"
        lines.append(f"d <- d[sort(pairs_of({sets}, d${by})), ]   # complete pairs")
        lines.append(f"pairs <- pairs_of({sets}, d${by})")
    analysis = quoted(step.id)
    lines.append(call("agrees", analysis, group='"Overall"', n="nrow(d)"))
    if levels:
        lines.append(call("agrees", analysis, group=f"levels(d${by})", n=f"table(d${by})"))
    methods = study.methods(step.id)
    for row in step.rows:
        if not scene.has(row.variable):
            continue
        method = methods.get(row.variable, "")
        lines += described(study, step.id, row.variable, by, "" if paired else method)
        lines += untested(step.id, row.variable) if by and not (paired or method) else []
        lines += _paired(study, step, row) if paired else _beside(step, study, row, by, method)
    return lines


def _weighted(step: CompareStep, study: Study, by: str) -> list[str]:
    """Weighted summaries; weighted patients are not tested."""
    weight = f"d${study.sample(step.on)[1]}"
    group = f"d${by}" if by else "NULL"
    lines = [call("agrees_weighted_groups", quoted(step.id), group, weight)]
    for row in step.rows:
        if study.scene_of(step).has(row.variable):
            about = [quoted(row.variable), f"d${study.name(row.variable)}", group, weight]
            lines.append(call("describe_weighted", quoted(step.id), *about))
    return lines


def _paired(study: Study, step: CompareStep, row: RowSection) -> list[str]:
    """The test of a row within matched pairs."""
    from reports.syntax.r.changes import paired_words

    kind = study.paired_kind(step.id, row.variable)
    about = [quoted(step.id), quoted(row.variable)]
    if not kind:
        return [call("agrees", about[0], term=about[1], p="NA")]
    about += [f"d${study.name(row.variable)}", "pairs", quoted(kind)]
    return [call("agrees_within_pairs", *about, **paired_words(study, (kind,)))]


def described(study: Study, analysis: str, name: str, by: str, method: str) -> list[str]:
    """The summary of a variable, overall and by group, and a test named in the packet.

    Parameters
    ----------
    study
        The study.
    analysis
        Whose numbers these are.
    name
        The variable.
    by
        The column of the groups; empty for none.
    method
        The test; empty for none.
    """
    variable, column = study.variable(name), f"d${study.name(name)}"
    groups = [f"d${by}"] if by else []
    about = [quoted(analysis), quoted(name), column, *groups]
    lines = ["", f"# {variable.label}"]
    if variable.is_numeric:
        quartiles = study.plan.conventions.quartiles
        kind = {"type": number(quartiles)} if quartiles != 7 else {}
        lines.append(f"summary({column})" if not by else f"tapply({column}, d${by}, summary)")
        lines.append(call("describe_numbers", *about, **kind))
    else:
        lines.append(f'table({", ".join([column, *groups])}, useNA = "ifany")')
        lines.append(call("describe_levels", *about))
    if not method:
        return lines
    return [
        *lines,
        *_test(analysis, name, test_call(method, _ranked(study, name, method), f"d${by}")),
    ]


def untested(analysis: str, name: str) -> list[str]:
    """A variable that could not be tested: R has no p of it either."""
    return [call("agrees", quoted(analysis), term=quoted(name), p="NA")]


def _ranked(study: Study, name: str, method: str) -> str:
    """A column as a test takes it: levels that are ranked as numbers."""
    column = f"d${study.name(name)}"
    ranked = any(word in method for word in ("Whitney", "Wallis"))
    return f"as.integer({column})" if ranked and not study.variable(name).is_numeric else column


def _beside(step: CompareStep, study: Study, row: RowSection, by: str, method: str) -> list[str]:
    """What stands beside a summary: a difference of means, checks, every two groups."""
    variable, name = study.variable(row.variable), study.name(row.variable)
    lines = []
    if step.difference and by and variable.is_numeric and "t-test" in method:
        lines += _difference(step, row, name, by, "Student" in method)
    if step.distribution_checks and variable.is_numeric:
        groups = [f"d${by}"] if by else []
        about = [quoted(f"{step.id}/checks"), quoted(row.variable), f"d${name}", *groups]
        lines.append(call("distribution_checks", *about))
    if step.posthoc and method:
        lines += _pairs(step, study, row, (_ranked(study, row.variable, method), by))
    return lines


def _test(analysis: str, name: str, code: str) -> list[str]:
    if not code:
        return [not_repeated(exactly(analysis), "^(p|p_se)$", BY_CHANCE)]
    shown = ["test"] if code.split("(", maxsplit=1)[0].endswith(".test") else []
    return [
        f"test <- quiet({code})",
        *shown,
        call("agrees_test", quoted(analysis), quoted(name), "test"),
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
