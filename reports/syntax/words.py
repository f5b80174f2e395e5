"""Words that stand at the head of both scripts: what they are, and what the columns mean."""

from __future__ import annotations

import platform

from cohort_stats import __version__
from reports.content import banners
from reports.syntax.cohort_csv import codes_of, is_study
from reports.syntax.study import IDENTIFYING, Study

COLUMN_WORDS = (
    "cohort.csv has one row a patient of the analysis, exclusions applied, in the order of the",
    "cohort file. It holds the variables that the analyses use, derived ones included, and no",
    "identifiers; it is patients’ data nevertheless, and not for publication.",
    "",
)


def head_lines(study: Study, language: str) -> list[str]:
    """Title, source and versions, each a line."""
    results, section = study.results, study.plan.file.study
    lines = [section.title, f"The analyses of this packet in {language}, written by the program."]
    lines += banners(study.view)
    lines += [
        f"Plan '{study.plan.key}', fingerprint {study.plan.fingerprint}; cohort file "
        f"{results.cohort.file}, SHA-256 {results.cohort.sha256[:16]}.",
        f"cohort-stats {__version__}, Python {'.'.join(platform.python_version_tuple()[:2])}; "
        f"conventions '{study.plan.conventions.preset}'.",
    ]
    return lines


def dictionary_lines(study: Study) -> list[str]:
    """What each column of the file is, a line each."""
    lines = [f"{study.name('data')}: SYNTHETIC in every row"] if study.view.synthetic else []
    lines += [_about(study, name) for name in study.variables]
    for endpoint in study.endpoints:
        section, names = study.plan.file.endpoints[endpoint], study.times(endpoint)
        unit = f" ({study.view.unit(endpoint)})" if study.view.unit(endpoint) else ""
        lines.append(f"{names.time}: {section.label}, time{unit}")
        competing = "; 2 " + study.view.competing_label(endpoint) if section.competing else ""
        lines.append(f"{names.status}: {section.label}: 0 censored; 1 event{competing}")
        if names.entry:
            lines.append(f"{names.entry}: {section.label}, entry under observation{unit}")
    titles = {step.id: step.title for step in study.steps}
    for step in study.results.samples:
        inside, weight, sets = study.sample(step)
        lines.append(f"{inside}: 1 if among the patients of '{titles.get(step, step)}'")
        lines += [f"{weight}: their weight"] if weight else []
        lines += [f"{sets}: number of their matched set"] if sets else []
    return lines


def _about(study: Study, name: str) -> str:
    variable = study.variable(name)
    unit = f" ({variable.unit})" if variable.unit else ""
    text = f"{study.name(name)}: {variable.label}{unit}"
    if variable.is_categorical:
        levels = [f"{code} {label}" for label, code in codes_of(study, name).items()]
        text += f": {'; '.join(levels)}"
        if variable.reference:
            text += f" (reference: {variable.reference})"
    elif variable.type in IDENTIFYING and not is_study(study, name):
        text += ", numbered in the order of first appearance"
    return text.replace("\n", " ")
