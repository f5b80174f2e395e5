"""Methods and results in sentences, written from what was run."""

from __future__ import annotations

from reports.methods import methods_text, software
from reports.sentences import step_sentences
from reports.view import View

__all__ = ["methods_text", "results_text", "software"]


def results_text(view: View) -> list[tuple[str, str]]:
    """A paragraph of results for each step: (title, sentences)."""
    flow, noun = view.results.cohort.flow, view.noun
    first = f"Of {view.counted(flow.entered)} in the file, {flow.remaining} were analysed."
    if not flow.steps:
        first = f"All {view.counted(flow.entered)} in the file were analysed."
    found = [(noun.capitalize(), first)]
    for done in view.results.steps:
        words = step_sentences(done.step, view)
        if words:
            found.append((done.step.title, words))
    return found
