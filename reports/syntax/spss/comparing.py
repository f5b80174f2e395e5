"""Comparisons of groups, shares and changes in SPSS."""

from __future__ import annotations

from analyses.schema.changes import PairedStep, TransitionStep
from analyses.schema.comparing import CompareStep, ProportionStep
from reports.syntax.cohort_csv import codes_of
from reports.syntax.spss.words import begin, codes, comment, end, outcome
from reports.syntax.study import Study

#: Begin of a test's name in the packet -> subcommand of CROSSTABS, with words on it.
COUNTS = {
    "chi-square test (Yates": "the line ‘Continuity Correction’",
    "chi-square test": "the line ‘Pearson Chi-Square’",
    "likelihood-ratio": "the line ‘Likelihood Ratio’",
    "Fisher’s exact": "the line ‘Fisher's Exact Test’",
    "Fisher–Freeman": "add /METHOD=EXACT (module Exact Tests): Fisher-Freeman-Halton",
    "linear-by-linear": "the line ‘Linear-by-Linear Association’",
    "Cochran–Armitage": "‘Linear-by-Linear Association’ has N - 1 in place of N",
}


def compare_spss(step: CompareStep, study: Study) -> list[str]:
    """Summaries of each row, and its test."""
    variable, levels = study.groups(step)
    scene, methods = study.scene_of(step), study.methods(step.id)
    lines = begin(study, step)
    by = study.name(variable) if variable else ""
    known = codes(study, variable, levels) if levels else []
    for row in step.rows:
        if scene.has(row.variable):
            method = methods.get(row.variable, "")
            lines += summary_and_test(study, row.variable, method, by, known)
    if study.plan.conventions.quartiles != 6:
        lines += comment("SPSS's quartiles (HAVERAGE) are of type 6; the plan's are not.")
    return [*lines, *end(step)]


def summary_and_test(
    study: Study, variable: str, method: str, by: str, known: list[int]
) -> list[str]:
    """The summary of a variable, and a test named in the packet.

    Parameters
    ----------
    study
        The study.
    variable
        Which.
    method
        The test; empty for none.
    by, known
        The column of the groups (empty for none) and their codes.
    """
    name, lines = study.name(variable), list[str]()
    if study.variable(variable).is_numeric:
        lines.append(
            f"EXAMINE VARIABLES={name}{f' BY {by}' if by else ''} /PLOT=NONE "
            "/STATISTICS=DESCRIPTIVES /PERCENTILES(25,50,75)=HAVERAGE."
        )
    elif not by:
        lines.append(f"FREQUENCIES VARIABLES={name}.")
    return [*lines, *(_test(method, name, by, known) if by else [])]


def _test(method: str, name: str, by: str, known: list[int]) -> list[str]:
    if "t-test" in method and "paired" not in method:
        line = "Equal variances not assumed" if "Welch" in method else "Equal variances assumed"
        lines = comment(f"{method}: the line ‘{line}’.")
        return [*lines, f"T-TEST GROUPS={by}({known[0]} {known[-1]}) /VARIABLES={name}."]
    if "analysis of variance" in method:
        welch = " /STATISTICS=DESCRIPTIVES WELCH" if "Welch" in method else ""
        return [f"ONEWAY {name} BY {by}{welch}."]
    if "Whitney" in method:
        return [f"NPAR TESTS /M-W={name} BY {by}({known[0]} {known[-1]})."]
    if "Wallis" in method:
        return [f"NPAR TESTS /K-W={name} BY {by}({min(known)} {max(known)})."]
    if "Jonckheere" in method:
        return [f"NPTESTS /INDEPENDENT TEST ({name}) GROUP ({by}) JONCKHEERE_TERPSTRA."]
    words = next((w for key, w in COUNTS.items() if method.startswith(key)), "")
    if not words:
        return comment(f"{name}: {method or 'no test'}; SPSS has no line of it.")
    table = f"CROSSTABS /TABLES={name} BY {by} /STATISTICS=CHISQ /CELLS=COUNT COLUMN."
    return [*comment(f"{method}: {words}."), table]


def proportion_spss(step: ProportionStep, study: Study) -> list[str]:
    """The share of patients with an outcome."""
    variable, _ = study.groups(step)
    lines = [*begin(study, step), *outcome(study, step.outcome)]
    if not variable:
        return [*lines, "FREQUENCIES VARIABLES=outcome.", *end(step)]
    by = study.name(variable)
    lines.append(f"CROSSTABS /TABLES={by} BY outcome /STATISTICS=CHISQ RISK /CELLS=COUNT ROW.")
    words = "Intervals of single proportions: PROPORTIONS (SPSS 28), Wilson or Clopper-Pearson."
    return [*lines, *comment(words), *end(step)]


def paired_spss(step: PairedStep, study: Study) -> list[str]:
    """Changes within patients."""
    lines, scene = begin(study, step), study.scene_of(step)
    if step.by:
        variable, _ = study.groups(step)
        lines += comment("In each group; the groups' changes are compared as new variables.")
        lines += [f"SORT CASES BY {study.name(variable)}."]
        lines += [f"SPLIT FILE LAYERED BY {study.name(variable)}."]
    for pair in step.pairs:
        if not (scene.has(pair.before) and scene.has(pair.after)):
            continue
        before, after = study.name(pair.before), study.name(pair.after)
        kind = study.paired_kind(f"{step.id}/{pair.before}/{pair.after}")
        lines += _paired(study, pair.before, before, after, kind)
    return [*lines, *(["SPLIT FILE OFF."] if step.by else []), *end(step)]


def _paired(study: Study, variable: str, before: str, after: str, kind: str) -> list[str]:
    if kind == "means":
        return [f"T-TEST PAIRS={before} WITH {after} (PAIRED)."]
    if kind == "ranks":
        return [f"NPAR TESTS /WILCOXON={before} WITH {after} (PAIRED)."]
    if kind == "counts" and len(codes_of(study, variable)) == 2:
        return [f"NPAR TESTS /MCNEMAR={before} WITH {after} (PAIRED)."]
    words = {
        "symmetry": "Bowker's test: the line ‘McNemar-Bowker Test’ of /STATISTICS=MCNEMAR.",
        "counts": "Stuart and Maxwell's test SPSS does not have.",
    }.get(kind, "No test.")
    return [*comment(words), f"CROSSTABS /TABLES={before} BY {after} /CELLS=COUNT."]


def transition_spss(step: TransitionStep, study: Study) -> list[str]:
    """A scale before by after."""
    before, after = study.name(step.before), study.name(step.after)
    variable, levels = study.groups(step)
    layer = f" BY {study.name(variable)}" if variable else ""
    lines = [*begin(study, step), f"CROSSTABS /TABLES={before} BY {after}{layer} /CELLS=COUNT."]
    sign = f"{after} - {before}" if step.better == "high" else f"{before} - {after}"
    lines += comment("Above 0: improved; 0: unchanged; below 0: worse.")
    lines += [
        f"COMPUTE gained = {sign}.",
        "COMPUTE fate = (gained > 0) - (gained < 0).",
        "EXECUTE.",
    ]
    lines += [
        "FREQUENCIES VARIABLES=fate.",
        *_paired(study, step.before, before, after, _kind(step, study)),
    ]
    if variable:
        known, by = codes(study, variable, levels), study.name(variable)
        method = study.methods(step.id).get("change", "")
        lines += _test(method, "fate" if step.test == "counts" else "gained", by, known)
    return [*lines, *end(step)]


def _kind(step: TransitionStep, study: Study) -> str:
    """Whether the change within patients is tested by counts or by ranks."""
    return "counts" if len(codes_of(study, step.before)) == 2 else "ranks"
