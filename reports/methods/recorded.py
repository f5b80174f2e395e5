"""What the analyses recorded of their methods, sentence by sentence, with whom each is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from analyses.running import StepResults
from analyses.schema.steps import Step
from cohort_stats.regression.selection import Selection
from reports.house_style import house_style
from reports.tables.regression import of_one_covariate
from reports.view import View
from reports.wording import quoted, sentence, typographic

#: A sentence ends before a capital, a backtick of a variable's name, or a quotation mark; and
#: before what is said of one marker or of several.
END = re.compile(r"(?<=\.)\s+(?=[A-Z`‘])|; (?=(?:high|low) values were|areas of markers)")
#: How a model's name, which a result records without a verb, begins a sentence.
MODELS = {
    "Cox proportional hazards regression": "Hazard ratios were estimated by ",
    "Conditional logistic regression": "Odds ratios within sets were estimated by ",
    "logistic regression": "Odds ratios were estimated by ",
    "proportional odds regression": "Odds ratios of higher levels were estimated by ",
    "Fine–Gray regression": "Subdistribution hazard ratios were estimated by ",
    "Cause-specific Cox regression": "Beside them stand hazard ratios of ",
}
#: Short words of a record -> those of a methods section.
FULLER = {
    "Cause-specific Cox": "cause-specific Cox",
    "Conditional logistic": "conditional logistic",
    "Efron ties": "Efron’s method for tied times",
    "Breslow ties": "Breslow’s method for tied times",
    "exact ties": "the exact partial likelihood for tied times",
    " interval)": " 95% confidence intervals)",
    " interval,": " 95% confidence intervals,",
    " intervals)": " 95% confidence intervals)",
    "95% confidence 95% confidence": "95% confidence",
    "Wald intervals,": "Wald 95% confidence intervals,",
    "profile-likelihood intervals,": "profile-likelihood 95% confidence intervals,",
    "'": "’",
    " of imputed data": "",
}
#: Beginnings of sentences that belong to another passage than their step's, or that the plan's
#: own words say more exactly.
ELSEWHERE = {
    "High values were taken": "markers",
    "Low values were taken": "markers",
    "Analyses of imputed data": "imputed",
    "Each term was tested by the likelihood ratio": "terms",
    "Terms were tested by likelihood ratio": "terms",
    "Unless said otherwise, analyses take matched": "sets",
}

#: Nothing to tell where there is only one covariate.
ALL_ENTERED = Selection("all").words

Said = dict[str, list[Step]]


def recorded(done: Sequence[StepResults], view: View) -> Said:
    """Each sentence that the steps' results recorded -> the steps it was recorded by."""
    said: Said = {}
    for one in done:
        for result in one.results:
            for words in END.split(result.method):
                if words == ALL_ENTERED and of_one_covariate(one.step):
                    continue
                steps = said.setdefault(_whole(words, view), [])
                if one.step not in steps:
                    steps.append(one.step)
    said.pop("", None)
    return _without_repetition(said)


def _whole(words: str, view: View) -> str:
    """A record as a sentence with labels, a spread as the house style prints it."""
    spread = house_style().mean_sd.format("mean", "standard deviation")
    for name, beginning in MODELS.items():
        if words.startswith(name):
            for short, full in FULLER.items():
                words = words.replace(short, full)
            words = f"{beginning}{words}"
    words = words.replace("mean ± standard deviation", spread)
    return sentence(typographic(view.with_labels(words)))


def _without_repetition(said: Said) -> Said:
    """Leave out a sentence that another of the same steps begins with."""
    return {
        words: steps
        for words, steps in said.items()
        if not any(
            other != words and other.startswith(words.rstrip(".")) and set_of(steps) <= set_of(more)
            for other, more in said.items()
        )
    }


def set_of(steps: Collection[Step]) -> set[str]:
    """Their ids."""
    return {step.id for step in steps}


def attributed(words: str, about: Sequence[Step], among: Sequence[Step]) -> str:
    """A sentence with the titles of the steps it is about, unless it is about all of them.

    Parameters
    ----------
    words
        With a full stop.
    about
        The steps it holds for.
    among
        The steps of its passage of which it could hold.
    """
    if set_of(among) <= set_of(about):
        return words
    others = [step.title for step in among if step.id not in set_of(about)]
    mine = [step.title for step in about]
    who = quoted(mine)
    if len(others) < len(mine) and len(mine) > 2:
        who = f"all but {quoted(others)}"
    return f"{words.rstrip('.')} ({who})."


def elsewhere(words: str) -> str:
    """Where a sentence belongs: empty for the passage of its step."""
    return next((place for start, place in ELSEWHERE.items() if words.startswith(start)), "")
