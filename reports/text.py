"""Methods and results in sentences, written from what was run."""

from __future__ import annotations

from reports.house_style import in_style
from reports.methods import methods_text, software
from reports.sentences import step_sentences
from reports.sentences.missing import imputed_text
from reports.view import View
from reports.wording import mid

__all__ = ["methods_text", "results_text", "software"]


def results_text(view: View) -> list[tuple[str, str]]:
    """A paragraph of results for each step: (title, sentences)."""
    found = [(view.noun.capitalize(), _flow(view))]
    if view.results.imputation is not None:
        found.append(("Imputed values", imputed_text(view)))
    for done in view.results.steps:
        words = step_sentences(done.step, view)
        if words:
            found.append((done.step.title, words))
    return [(in_style(title), in_style(words)) for title, words in found]


def _flow(view: View) -> str:
    """Who was analysed, and who was left out for what."""
    flow = view.results.cohort.flow
    if not flow.steps:
        return f"All {view.counted(flow.entered)} in the file were analysed."
    words = f"Of {view.counted(flow.entered)} in the file, {flow.remaining} were analysed."
    reasons = [f"{mid(step.reason)} ({step.excluded})" for step in flow.steps if step.excluded]
    return f"{words} Left out were: {'; '.join(reasons)}." if reasons else words
