"""The methods section, written from what was run."""

from __future__ import annotations

from cohort_stats.wording import ONE, PUBLISHED, Rows
from reports.house_style import in_style
from reports.methods.closing import (
    assumption_sentences,
    convention_sentences,
    multiplicity_sentences,
    not_done_sentences,
    software,
    software_sentences,
)
from reports.methods.families import family_passages
from reports.methods.missing import missing_sentences
from reports.methods.outcomes import outcome_sentences
from reports.methods.patients import design_sentences
from reports.methods.recorded import recorded
from reports.methods.sources import cited
from reports.methods.variables import variable_sentences
from reports.view import View

__all__ = ["methods_text", "software"]

#: What the rows of the file are -> the heading of the passage on them.
DESIGN: dict[Rows, str] = dict.fromkeys(ONE, "Study design and patients")
DESIGN |= dict.fromkeys(PUBLISHED, "Design and studies")
SOFTWARE, SOURCES = "Software", "Sources of the methods"
#: Headings under which numbers are versions, years and pages, and a P is somebody's name.
VERBATIM = (SOFTWARE, SOURCES)


def methods_text(view: View) -> list[tuple[str, str]]:
    """The methods section as (heading, sentences), in the order in which it is printed.

    Parameters
    ----------
    view
        A study's results: what was not run is not in them, and so not in the text.
    """
    said = recorded(view.results.steps, view)
    passages = [
        (DESIGN[view.noun], design_sentences(view)),
        ("Variables", variable_sentences(view)),
        ("Outcomes", outcome_sentences(view)),
        ("Missing data", missing_sentences(view, said)),
        *family_passages(view),
        ("Conventions", convention_sentences(view)),
        ("Multiple tests", multiplicity_sentences(view)),
        ("Assumptions", assumption_sentences(view)),
        ("Planned, but not done", not_done_sentences(view)),
        (SOFTWARE, software_sentences(view)),
    ]
    found = [(heading, " ".join(sentences)) for heading, sentences in passages if sentences]
    numbered, sources = cited(found)
    whole = [*numbered, (SOURCES, sources)] if sources else numbered
    return [(head, words if head in VERBATIM else in_style(words)) for head, words in whole]
