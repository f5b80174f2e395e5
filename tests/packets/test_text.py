"""The words of methods and results: as they were, once each, without claims, with true numbers."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from text_views import text_of, views

from analyses.schema.steps import KINDS
from reports.format import general
from reports.methods.sources import QUOTED, cited, sources
from reports.sentences import MAKERS
from reports.text import methods_text, results_text
from reports.view import View
from reports.wording import listed, mid

GOLDEN = Path(__file__).parent / "golden"
NAMES = tuple(views())
#: Wordings that claim a cause, or make of a large p-value more than it is.
FORBIDDEN = (
    r"\bcaus(e|es|ed|al|ally)\b(?!-specific)", r"\beffects? (of|on)\b", r"\bdue to\b",
    r"\bleads? to\b", r"\bled to\b", r"\breduc(e|es|ed|tion)\b", r"\bimprov(e|es|ing)\b",
    r"\bimproved (survival|outcome)", r"\b(in|de)creas(e|es|ed)\b", r"\bprevent", r"\bprotect",
    r"\bimpact", r"\binfluence(s|d)\b", r"\bbecause of\b", r"\bresult(s|ed) in\b",
    r"\bprov(e|es|ed)\b", r"\bdemonstrat", r"\bno (difference|effect|association|change)\b",
    r"\bnot (different|associated)\b", r"\btrends? towards?\b", r"significan(t|ce)",
    r"\bstatistically\b", r"\bequivalen", r"\bsimilar\b", r"\bcomparable\b", r"\bborderline\b",
    r"\bmarginally\b", r"\bfailed to\b", r"\bindependent predictor",
)  # fmt: skip
#: What a sentence may say besides the plan's words and recorded numbers.
CONSTANTS = {"95", "1", "0.5", "0.001", "0.999"}
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])")


def bare(words: str) -> str:
    """A text without what stands in quotation marks: the plan's own words."""
    return QUOTED.sub("", words)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_as_it_was(name):
    """Rewrite with ``python tests/packets/write_golden.py``, and read what changed."""
    assert text_of(views()[name]) == (GOLDEN / f"text_{name}.md").read_text(encoding="utf-8")


def test_every_kind_of_step_has_a_paragraph_and_is_tested_here():
    assert set(MAKERS) == set(KINDS)
    done = {d.step.kind for view in views().values() for d in view.results.steps}
    assert done == set(KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_claims_a_cause_or_makes_too_much_of_p(name):
    view = views()[name]
    told = [(f"Results, {h}", w) for h, w in results_text(view)]
    own = ("Study design and patients", "Assumptions", "Sources of the methods")
    pooled = ("Pooling of studies",)  # an effect is what is pooled
    told += [(f"Methods, {h}", w) for h, w in methods_text(view) if h not in own + pooled]
    file = view.results.plan.file
    labels = [e.label for e in (*file.variables.values(), *file.endpoints.values())]
    plans_own = re.compile("|".join(map(re.escape, sorted(labels, key=len, reverse=True))), re.I)
    for place, words in told:
        for claim in FORBIDDEN:
            found = re.search(claim, plans_own.sub("", bare(words)), re.IGNORECASE)
            assert found is None, f"{place}: {found and found[0]!r} in {words}"


@pytest.mark.parametrize(
    "words",
    [
        "Hormonal therapy reduced the hazard", "there was no difference", "a trend towards longer",
        "not significant", "the effect of surgery on survival", "the groups were comparable",
    ],
)  # fmt: skip
def test_the_forbidden_wordings_are_found(words):
    assert any(re.search(claim, words, re.IGNORECASE) for claim in FORBIDDEN)


@pytest.mark.parametrize("name", NAMES)
def test_a_methods_sentence_is_said_once(name):
    text = [w for h, w in methods_text(views()[name]) if h != "Assumptions"]
    said = [s for words in text for s in re.split(r"(?<=[a-z0-9)’\]])\.\s", words)]
    repeated = {s for s in said if said.count(s) > 1 and len(s) > 30}
    # The rule of a selection is a rule of each kind of model.
    assert not {s for s in repeated if "entered the multivariable" not in s
                and not s.startswith(("Terms", "Each term", "E-values"))}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_results_is_a_recorded_one(name):
    view = views()[name]
    steps = [(d.step.title, d.step.id) for d in view.results.steps]
    steps += [("Patients", "flow"), ("Studies", "flow"), ("Imputed values", "imputation")]
    plan = set(NUMBER.findall(json.dumps(view.results.plan.file.model_dump(mode="json"))))
    for title, words in results_text(view):
        printed = [_printed(view, step) for its, step in steps if its == title]
        known = set().union(plan, CONSTANTS, *printed)
        found = [n for n in NUMBER.findall(bare(words)) if n not in known]
        assert not found, f"{title}: {found} in {words}"


def _printed(view: View, step: str) -> set[str]:
    """Every way in which the numbers of a step may be printed."""
    stack = view.results.stack()
    mine = stack[(stack["analysis"] == step) | stack["analysis"].str.startswith(f"{step}/")]
    counts = mine.groupby("statistic")["value"].transform("size")
    mine = mine[counts <= 250]  # not the points of curves, of which some would fit anything
    values = [*mine["value"], *mine["time"], *mine["n_used"], *mine["n_missing"]]
    values += [100 * v for v in mine["value"]]
    found = set()
    for value in {abs(float(v)) for v in values if math.isfinite(v)}:
        found |= {f"{value:.{d}f}" for d in range(5)}
        found |= {general(value), general(value, 5)}
    # Names may hold numbers: 'Fleming–Harrington (0, 1)', 'Shah 2021', the threshold 0.2 or 20%.
    for column in ("method", "group", "term", "level"):
        for name in dict.fromkeys(mine[column]):
            found |= set(NUMBER.findall(name))
    found |= {general(100 * float(n)) for n in list(found) if float(n) < 1}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_printed_as_not_a_number_or_by_its_code(name):
    written = text_of(views()[name])
    assert not re.search(r"\bnan\b|`|n\.e\.\)| ,| \.(?!\d)|\(\)|  ", written)


def test_what_was_not_done_is_not_told_as_done():
    methods = dict(methods_text(views()["lee2024_reported"]))
    assert set(methods) == {
        "Study design and patients", "Variables", "Missing data", "Comparison of groups",
        "Conventions", "Assumptions", "Planned, but not done", "Software", "Sources of the methods",
    }  # fmt: skip
    assert "Groups were compared" not in methods["Comparison of groups"]
    assert (
        "was not done: the cohort holds no value of ‘BMD T-score’"
        in (methods["Planned, but not done"])
    )


def test_sentences_name_the_analyses_they_are_about():
    survival = dict(methods_text(views()["gbsg2"]))["Survival"]
    assert "log-rank test (all but ‘Recurrence-free survival of the matched patients’)" in survival
    assert "clustered by matched set (‘Recurrence-free survival of the matched patients’)" in (
        survival
    )
    missing = dict(methods_text(views()["missing"]))["Missing data"]
    assert "121 of 418 from ‘Death within three years (complete cases)’" in missing


def test_sources_are_numbered_as_they_are_named_and_only_those():
    view = views()["gbsg2"]
    methods = dict(methods_text(view))
    numbers = [int(n) for h, w in methods_text(view) if h != "Sources of the methods"
               for n in re.findall(r" \[(\d+)\]", w)]  # fmt: skip
    assert numbers == list(range(1, len(numbers) + 1))
    assert methods["Sources of the methods"].count("[") == len(numbers)
    assert "Fine JP" not in methods["Sources of the methods"]
    assert len({citation for _, citation in sources()}) == len(sources())


def test_a_title_is_no_reason_to_cite():
    passages, numbered = cited(
        [("Survival", "‘Cox proportional hazards regression’ was not done.")]
    )
    assert passages == [("Survival", "‘Cox proportional hazards regression’ was not done.")]
    assert not numbered


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("Age", "age"), ("ECOG", "ECOG"), ("SINS location", "SINS location"),
        ("LIV HU", "LIV HU"), ("Ki-67 index", "Ki-67 index"), ("T stage", "T stage"),
        ("C-reactive protein", "C-reactive protein"), ("Karnofsky index", "Karnofsky index"),
        ("Mother's weight", "mother's weight"), ("PNI", "PNI"), ("BED10", "BED10"),
        ("Cobb’s angle", "Cobb’s angle"), ("Preoperative RT", "preoperative RT"), ("", ""),
    ],
)  # fmt: skip
def test_labels_keep_abbreviations_and_names_but_no_stray_capital(label, within):
    assert mid(label) == within


def test_lists():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a (1, 2)", "‘b, c’", "d"]) == "a (1, 2), ‘b, c’ and d"
    assert listed(["a, b", "c", "d"]) == "a, b; c; and d"
