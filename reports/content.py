"""What every output of a packet says of the study besides its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cohort_stats.wording import counted
from reports.derived import refusals
from reports.methods import software
from reports.view import View

FIRST_CELLS = 3
CONVENTION_WORDS = {
    "preset": "Set of conventions",
    "two_means": "Comparison of means",
    "chi_square": "Chi-square of 2 × 2 tables",
    "small_counts": "An expected count below 5",
    "rank_test": "Rank tests of two groups",
    "zero_differences": "Patients without a change, in signed rank tests",
    "mcnemar": "McNemar’s test",
    "proportion_interval": "Interval of a proportion",
    "risk_difference": "Interval of a risk difference",
    "quartiles": "Quartiles (type of Hyndman and Fan)",
    "survival_interval": "Interval of survival, scale",
    "quantile_interval": "Interval of median survival",
    "flat_survival": "Median where survival runs flat at one half",
    "incidence_variance": "Variance of the cumulative incidence",
    "ties": "Ties in Cox models",
    "cox_interval": "Interval of hazard ratios",
    "logistic_interval": "Interval of odds ratios",
    "auc_interval": "Interval of areas under ROC curves",
    "cluster_factor": "Factor of robust variances",
    "smd_denominator": "Denominator of balance after matching",
    "between_studies": "Between-study variance",
    "pooled_interval": "Interval of a pooled effect",
    "prediction_interval": "Quantile of a prediction interval",
    "subgroup_variance": "Between-study variance of subgroups",
    "funnel_test": "Test of funnel asymmetry",
}


@dataclass(frozen=True)
class Warned:
    """A warning.

    Parameters
    ----------
    step
        Id of the step it belongs to; empty where it belongs to the data.
    title
        What it is about.
    words
        Without a full stop.
    """

    step: str
    title: str
    words: str


@dataclass(frozen=True)
class Picture:
    """A figure as the documents show it.

    Parameters
    ----------
    number
        Of its caption.
    key
        The step it belongs to.
    title
        Its caption.
    alt
        What a reader who cannot see it should know.
    svg
        As it stands in a page.
    png
        At 300 dots per inch.
    width
        In mm.
    """

    number: int
    key: str
    title: str
    alt: str
    svg: str
    png: bytes
    width: float


def banners(view: View) -> list[str]:
    """What every output must say first: that the patients are made up, if they are."""
    if not view.synthetic:
        return []
    return [
        f"SYNTHETIC DATA: these {view.noun} are made up. No number below says anything about "
        f"real {view.noun}."
    ]


def source_lines(view: View) -> list[str]:
    """From which file and plan the numbers come."""
    results = view.results
    return [
        f"Cohort file: {results.cohort.file}; plan ‘{results.plan.key}’, fingerprint "
        f"{results.plan.fingerprint}; {results.cohort.flow.remaining} {view.noun}."
    ]


def made_with() -> str:
    """Which program made the packet, and that it makes the same again."""
    return f"Made with {software()}. The same file and plan give the same packet."


def facts(view: View) -> list[tuple[str, str]]:
    """Name and value of what identifies a study."""
    results, study = view.results, view.results.plan.file.study
    flow = results.cohort.flow
    found = [
        ("Design", study.design),
        (view.noun.capitalize(), f"{flow.remaining} analysed of {flow.entered} in the file"),
        (
            "Data",
            f"SYNTHETIC, not real {view.noun}" if view.synthetic else "not marked as synthetic",
        ),
        ("Cohort file", f"{results.cohort.file} (SHA-256 {results.cohort.sha256[:16]}…)"),
        ("Plan", f"{results.plan.key}, fingerprint {results.plan.fingerprint}"),
        ("Conventions", results.plan.conventions.preset),
        ("Source of the plan", study.citation),
    ]
    return [(name, value) for name, value in found if value]


def warnings(view: View) -> list[Warned]:
    """Every warning: of derived and imputed values, of each step, then of cells, by column."""
    found = [Warned("", title, words) for title, words in refusals(view)]
    if view.results.imputation is not None:
        told = view.results.imputation.warnings
        found += [Warned("", "Imputation", view.with_labels(words)) for words in told]
    for done in view.results.steps:
        seen = dict.fromkeys(w for result in done.results for w in result.warnings)
        found += [Warned(done.step.id, done.step.title, view.with_labels(w)) for w in seen]
    return found + [Warned("", "Unusual values", words) for words in unusual_cells(view)]


def unusual_cells(view: View) -> list[str]:
    """Cells far from what the plan calls usual: a line for each column, without their values."""
    columns: dict[tuple[str, str, str], list[str]] = {}
    for one in view.results.cohort.warnings:
        columns.setdefault((one.what, one.expected, one.hint), []).append(str(one.where))
    return [
        f"{what}, {counted(len(cells), 'cell')}: expected {expected} "
        f"({'; '.join([*cells[:FIRST_CELLS], *(['…'] if len(cells) > FIRST_CELLS else [])])})"
        + (f" ({hint})" if hint else "")
        for (what, expected, hint), cells in columns.items()
    ]


def step_of(key: str, steps: Iterable[str]) -> str:
    """The step that a table or figure belongs to, by its key; empty when there is none."""
    mine = [step for step in steps if key == step or key.startswith(f"{step}_")]
    return max(mine, key=len, default="")


def not_done(view: View) -> list[tuple[str, str]]:
    """Exclusions and steps that the cohort does not allow, and why."""
    results = view.results
    left = [(f"Exclusion ‘{reason}’", why) for reason, why in results.not_applied.items()]
    return [*left, *((one.step.title, one.reason) for one in results.not_done)]


def assumptions(view: View) -> list[str]:
    """What the plan assumes, as a whole and step by step."""
    file = view.results.plan.file
    own = [f"{s.title}: {s.assumption}" for s in file.steps if s.assumption]
    return [*file.study.assumptions, *own]


def conventions(view: View) -> list[tuple[str, str]]:
    """Each convention in words, and what was chosen."""
    chosen = view.results.plan.conventions.as_dict()
    return [(CONVENTION_WORDS[name], str(value)) for name, value in chosen.items()]
