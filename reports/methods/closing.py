"""Conventions, multiple tests, assumptions, what was not done, software."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version

from cohort_stats import __version__
from reports.view import View
from reports.wording import quoted, sentence, typographic

#: Choice on which programs differ, and which no analysis names itself -> the kinds of step that
#: rest on it, and what each value means.
SILENT: Mapping[str, tuple[tuple[str, ...], Mapping[object, str]]] = {
    "quartiles": (
        ("compare", "paired"),
        {
            7: "Quartiles are of type 7 of Hyndman and Fan (as in R)",
            6: "Quartiles are of type 6 of Hyndman and Fan (as in SPSS)",
            2: "Quartiles are of type 2 of Hyndman and Fan (as in Stata)",
        },
    ),
    "flat_survival": (
        ("kaplan_meier",),
        {
            "midpoint": "Where survival runs flat at one half, the median is the middle of that "
            "stretch",
            "first": "Where survival runs flat at one half, the median is the first time of that "
            "stretch",
        },
    ),
    "quantile_interval": (
        ("kaplan_meier",),
        {"brookmeyer-crowley": "Intervals of median survival are those of Brookmeyer and Crowley"},
    ),
    "incidence_variance": (
        ("cumulative_incidence",),
        {
            "greenwood": "The variance of the cumulative incidence is by the delta method",
            "aalen": "The variance of the cumulative incidence is Aalen’s",
        },
    ),
    "zero_differences": (
        ("paired",),
        {
            "dropped": "Signed rank tests leave out patients who did not change",
            "ranked": "Signed rank tests rank patients who did not change (Pratt)",
        },
    ),
    "smd_denominator": (
        ("match", "weight"),
        {
            "pooled": "Balance is measured in standard deviations pooled over both original groups",
            "treated": "Balance is measured in standard deviations of the original treated group",
        },
    ),
}


def convention_sentences(view: View) -> list[str]:
    """Choices on which correct programs differ and that no other sentence names."""
    kinds = {done.step.kind for done in view.results.steps}
    conventions = view.results.plan.conventions
    chosen = conventions.as_dict()
    found = [
        sentence(words[chosen[name]])
        for name, (mine, words) in SILENT.items()
        if kinds & set(mine) and chosen[name] in words
    ]
    written = [n for n in view.results.plan.file.conventions if n != "preset"]
    preset = f"The conventions are the set ‘{conventions.preset}’ of the program"
    return [*found, f"{preset}{', changed where the plan says so' if written else ''}."]


def multiplicity_sentences(view: View) -> list[str]:
    """Two-sided tests, what was adjusted, and what p below 0.05 means in the text."""
    frames = [r.numbers for done in view.results.steps for r in done.results]
    adjusted = [
        done.step.title
        for done in view.results.steps
        if any("p_adjusted" in set(r.numbers["statistic"]) for r in done.results)
    ]
    tested = any({"p", "global_p"} & set(frame["statistic"]) for frame in frames)
    if not tested:
        return []
    found = ["Tests are two-sided, and their p-values are not adjusted for the number of tests"]
    if adjusted:
        found[0] += f", except where pairs of groups are compared in {quoted(adjusted)}"
    return [
        f"{found[0]}.",
        "The text speaks of an association or a difference where p is below 0.05; the interval "
        "tells which values the data allow.",
    ]


def assumption_sentences(view: View) -> list[str]:
    """Assumptions that the plan declares."""
    file = view.results.plan.file
    done = {one.step.id: one.step.title for one in view.results.steps}
    own = [f"‘{s.title}’: {s.assumption}" for s in file.steps if s.assumption and s.id in done]
    return [sentence(words) for words in (*file.study.assumptions, *own)]


def not_done_sentences(view: View) -> list[str]:
    """Steps of the plan that the cohort did not allow, with the reason."""
    return [
        sentence(f"‘{one.step.title}’ was not done: {typographic(one.reason)}")
        for one in view.results.not_done
    ]


def software() -> str:
    """Program and versions."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "scipy"))
    python = ".".join(platform.python_version_tuple()[:2])
    return f"cohort-stats {__version__} (Python {python}; {packages})"


def software_sentences(view: View) -> list[str]:
    """Program, versions, plan and seed."""
    plan = view.results.plan
    return [
        f"Analyses were done with {software()}, by the plan ‘{plan.key}’ (fingerprint "
        f"{plan.fingerprint}); the seed of random numbers was {plan.file.study.seed}."
    ]
