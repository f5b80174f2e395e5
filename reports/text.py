"""Methods and results in sentences, written from what was run."""

from __future__ import annotations

import platform
from importlib.metadata import version

from analyses.schema.steps import Step
from cohort_stats import __version__
from reports.derived import derived_methods
from reports.sentences import step_sentences
from reports.view import View


def software() -> str:
    """Program and versions, for the last sentence of a methods section."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "scipy"))
    python = ".".join(platform.python_version_tuple()[:2])
    return f"cohort-stats {__version__} (Python {python}; {packages})"


def methods_text(view: View) -> list[str]:
    """Paragraphs of a methods section: what was done, each sentence once."""
    results = view.results
    methods = [results.imputation.method] if results.imputation is not None else []
    methods += [r.method for done in results.steps for r in done.results if r.method]
    sentences = [view.with_labels(method) for method in methods]
    models = [s for s in sentences if s[:1].islower()]
    whole = [s for s in sentences if not s[:1].islower()]
    joined = [s[:1].upper() + s[1:] + ("" if s.endswith(".") else ".") for s in models]
    unique: list[str] = []
    for paragraph in [*whole, *joined]:
        for sentence in paragraph.split(". "):
            words = sentence.rstrip(".")
            if not any(s.startswith(words) for s in unique):
                unique.append(words + ".")
    adjusted = any(getattr(s, "pairwise", "none") not in (None, "none") for s in _steps(view))
    imputed = " unless it is marked as imputed" if results.imputation is not None else ""
    closing = (
        f"Every analysis used the {view.noun} whose values were known{imputed}; numbers left out "
        "are given with each result. Two-sided p-values are not adjusted for multiple comparisons"
        f"{' unless said' if adjusted else ''}."
    )
    if any("p_adjusted" in set(r.numbers["statistic"]) for s in results.steps for r in s.results):
        closing = closing.replace("Two-sided", "Except where stated, two-sided")
    paragraphs = [" ".join(unique), derived_methods(view)]
    return [*filter(None, paragraphs), f"{closing} Analyses were done with {software()}."]


def _steps(view: View) -> list[Step]:
    return [done.step for done in view.results.steps]


def results_text(view: View) -> list[tuple[str, str]]:
    """A paragraph of results for each step that has one: (title, sentences)."""
    flow, noun = view.results.cohort.flow, view.noun
    first = f"Of {flow.entered} {noun} in the file, {flow.remaining} were analysed."
    if not flow.steps:
        first = f"All {flow.entered} {noun} in the file were analysed."
    found = [(noun.capitalize(), first)]
    for done in view.results.steps:
        words = step_sentences(done.step, view)
        if words:
            found.append((done.step.title, words))
    return found
