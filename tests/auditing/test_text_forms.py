"""Forms of numbers in running text: each read, and silent where it can mean two things."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.source import Source

PRINTED = ("31.2", "25.2", "0·69", "0.55", "40.9", "0.82", "63", "69", "2.1")
DEFINITE, PROBABLE = Severity.DEFINITE, Severity.PROBABLE


def audited(*texts: str):
    return audit_manuscript(Source("paper", (), texts))


@pytest.mark.parametrize(
    ("right", "wrong", "severity"),
    [
        ("Low weight was seen in 59 of 189 infants (31.2%).", "13.2", PROBABLE),
        ("Low weight was seen in 59 (31.2%) of 189 infants.", "13.2", PROBABLE),
        ("Of 189 patients, 59 (31.2%) were ill.", "13.2", PROBABLE),
        ("Of the 189 included patients, 59 (31.2%) were ill.", "13.2", PROBABLE),
        ("29 of 115 non-smokers (25.2%) were ill.", "22.5", PROBABLE),
        ("The rate was 31.2% (59/189).", "13.2", DEFINITE),
        ("The rate was 31.2% (59 of 189 infants).", "13.2", DEFINITE),
        ("Hazard ratio for death was 0·69 (95%\u00a0CI 0·55–0·87; p=0·0017).", "0·96", DEFINITE),
        ("Female sex (HR 0.55; 95%-CI: 0.39–0.78; p < 0.001).", "0.85", DEFINITE),
        ("Female sex (HR 0.55; IC 95 % : 0.39–0.78).", "0.85", DEFINITE),
        ("Female sex (HR 0.55, 95% confidence interval [CI] 0.39–0.78).", "0.85", DEFINITE),
        ("1-year survival was 40.9% (95% CI 33.9–47.8).", "49.9", PROBABLE),
        ("1-year survival was 40.9% (33.9–47.8).", "49.9", PROBABLE),
        ("The model reached an AUC of 0.82 (95% CI: 0.75–0.90).", "0.28", PROBABLE),
        ("It was good, AUC 0.82 (0.75–0.90).", "0.28", PROBABLE),
        ("Median 63 (range 31–80).", "36", None),
        ("Median 63 (range 31–80).", "83", PROBABLE),
        ("Median age was 63 years (IQR 51–70).", "36", PROBABLE),
        ("The 1-, 2- and 3-year OS was 81%, 69% and 55%.", "49", PROBABLE),
        ("The 1- and 2-year survival rates were 40.9% (33.9–47.8) and 11.6% (6.8–17.8).", "4.09",
         PROBABLE),
        ("30- and 90-day mortality was 2.1% and 4.1%.", "5.1", PROBABLE),
    ],
)  # fmt: skip
def test_a_number_that_the_sentence_contradicts(right, wrong, severity):
    printed = next(n for n in PRINTED if n in right)
    assert audited(right).weighed == []
    assert audited(right).found
    found = audited(right.replace(printed, wrong, 1)).weighed
    assert {w.severity for w in found} == ({severity} if severity else set())
    assert all(bool(w.finding.outcome.assumed) is (severity is PROBABLE) for w in found)


def test_the_words_of_a_finding_can_be_searched_for():
    (one,) = audited("Of the 74 smokers, 30 (45.0%) had a small infant.").weighed
    assert one.finding.what == "… Of the 74 smokers, 30 (45.0%)"


@pytest.mark.parametrize(
    "text",
    [
        "In 225 patients, stage III was found; 12 of 45 stage III patients (5.3%) died.",
        "We treated 225 patients; 12 of 45 patients (20%) died.",
        "It was seen in 12 of 45 patients with stage III disease (20%).",
        "There were 12 (20%) responders of whom 45 lived; 60 (20%) of 45.5 points.",
        "It fell by 20% (120/80 mm Hg) and 80% and 90% (8/10 and 9/10).",
        "It rose by 10–20% (3/80), in <5% (9/80).",
        "Age was lower or 12.6 (95% CI 14.1–16.8%).",
        "After a median of 12 months (range 14–98 weeks), 12 patients (range 14–98 years).",
        "At 12 months (95% CI 14–98), in a cohort of 106 (95% CI 110–120).",
        "The mean was 63 (IQR 64–70).",
        "The score was 40.9% (52.1–60.3 in controls), 12% (2010–2015).",
        "The 1- and 3-year OS rates were 81% and 55% in A and 89% and 60% in B.",
        "The 1- and 2-year OS were 51% and 79% in A and B, and 45% and 60%.",
        "The 1- and 2-year OS of A and B were 51% and 79%.",
        "The 1- and 2-year conditional survival was 51% and 79%.",
        "The AUCs of the 1- and 3-year OS predictions were 71% and 75%.",
        "The accuracy for 1- and 3-year survival was 71% and 75%.",
        "It improved the 1- and 3-year survival by 11% and 15%.",
        "The difference in 1- and 3-year survival was 11% and 15%.",
        "The 1- and 3-year OS rates were 71% and 60% vs. 75% and 70%.",
        "Five-year survivors were followed for a median of 84 months (range, 7 to 20 years).",
        "The 1- and 2-year OS was 51% and 79%, 45% and 60%.",
        "The 1- and 2-year cumulative incidence was 51% and 79%.",
    ],
)
def test_what_can_mean_two_things_is_not_named(text):
    assert audited(text).weighed == []


def test_a_p_after_multiple_imputation_is_of_no_z():
    ratio = "Ascites went with death (HR 1.54, 95% CI 0.81–2.92, p = 0.176)."
    (one,) = audited(ratio).weighed
    assert one.finding.outcome.check.startswith("p of an estimate")
    assert audited(ratio, "Missing values were imputed by chained equations.").weighed == []


PAPER = (
    "Abstract",
    "Results: Small infants were born to 30 (40.5%) of the 74 mothers who smoked. The median stay "
    "in the ward was 9.2 days, shorter than without (5.5%; P = .026). In patients of high "
    "risk the median survival was 12.6 months.",
    "Methods",
    "We studied mothers.",
    "Results",
    "Small infants were born to 30 (40.5%) of the 74 mothers who smoked. The median stay "
    "in the ward was 9.2 days, shorter than without (5.5%; P = .026). In patients of low "
    "risk the median survival was 21.6 months.",
)


def test_an_abstract_that_agrees_with_the_text():
    found = audited(*PAPER)
    assert found.weighed == []
    assert sum("in the abstract" in f.outcome.how for f in found.found) == 5


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ("30 (40.5%)", "31 (40.5%)", "30 in the abstract, 31 in the text"),
        ("P = .026", "P = .062", ".026 in the abstract, .062 in the text"),
        ("9.2 days", "2.9 days", "9.2 in the abstract, 2.9 in the text"),
    ],
)
def test_an_abstract_that_differs_from_the_text(before, after, how):
    found = audited(*PAPER[:-1], PAPER[-1].replace(before, after)).weighed
    (one,) = (w for w in found if "abstract" in w.finding.outcome.how)
    assert one.severity is PROBABLE
    assert one.finding.outcome.how == how


def test_the_same_words_for_several_numbers_of_the_text_are_not_compared():
    more = PAPER[-1].replace("9.2 days", "2.9 days")
    assert audited(*PAPER, more).weighed == []


def test_without_an_abstract_nothing_is_compared():
    assert audited(*PAPER[1:-1], PAPER[-1].replace("9.2 days", "2.9 days")).weighed == []
