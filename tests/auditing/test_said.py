"""Sentences against their own numbers, and against the names that tables give these numbers."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.source import Source, cell_of, source_table

RATES = [
    ["Arm", "Patients", "Deaths", "Overall survival (95% CI) at: 12 months", "p"],
    ["Low", "71", "60", "70.1% (59.4–80.8%)", "0.012"],
    ["High", "35", "33", "43.5% (27.1–59.9%)", ""],
]
ODDS = [["Factor", "OR (95% CI)"], ["Chemotherapy", "2.40 (1.30–4.43)"]]


def weighed(*texts: str, title: str = "Odds ratios of treatment success"):
    tables = [
        source_table(
            f"Table {i}", f"Table {i}. {words}", [[cell_of(w) for w in r] for r in rows], 1
        )
        for i, (words, rows) in enumerate([("Survival", RATES), (title, ODDS)], 1)
    ]
    return audit_manuscript(Source("paper", tuple(tables), texts)).weighed


@pytest.mark.parametrize(
    ("text", "check", "severity"),
    [
        ("The groups differed (p = 1.03).", "inside its range", Severity.DEFINITE),
        ("Log-rank test: χ² = 8.56, df = 1, p = 0.030.", "p of a chi-square", Severity.PROBABLE),
        ("They differed, t(34) = 2.10, p = .430.", "p of a test", Severity.PROBABLE),
        ("They differed, F(2, 30) = 3.40, p = .470.", "p of a test", Severity.PROBABLE),
        ("The median was 8.6 months (95% CI 9.5–11.7).", "inside its range", Severity.PROBABLE),
        ("Steroids meant a lower risk of death (HR 1.80, 95% CI 1.20–2.70).", "words against the r",
         Severity.PROBABLE),
        ("A higher score predicted shorter overall survival (HR 0.56, 95% CI 0.40–0.78).",
         "words against the r", Severity.PROBABLE),
        ("Survival was longer in A than in B (median 12.6 vs 23.4 months).", "words against the o",
         Severity.PROBABLE),
        ("Mortality at 12 months was 43.5% (95% CI 27.1–59.9%) (Table 1).", "name of a number",
         Severity.PROBABLE),
        ("Survival at 24 months was 43.5% (95% CI 27.1–59.9%) (Table 1).", "time of a rate",
         Severity.PROBABLE),
        ("Chemotherapy went with the odds of failure (OR 2.40, 95% CI 1.30–4.43; Table 2).",
         "name of a number", Severity.PROBABLE),
    ],
)  # fmt: skip
def test_words_that_contradict_their_numbers(text, check, severity):
    (one,) = weighed(text)
    assert one.finding.outcome.check.startswith(check)
    assert one.severity is severity
    assert bool(one.finding.outcome.assumed) is (severity is Severity.PROBABLE)


@pytest.mark.parametrize(
    "text",
    [
        "The groups differed (p = 0.03); a genome-wide p = 1.5 × 10-8; p = 12 covariates.",
        "Log-rank test: χ² = 8.56, df = 1, p = 0.003. z = 2.58, p = .010.",
        "They differed, t(34) = 2.10, p = .043, and F(2, 30) = 3.40, p = .047.",
        "Survival was 51.8% at 12 months (95% CI 43.1–60.6%).",
        "Lower albumin meant a higher risk of death (HR 0.56, 95% CI 0.40–0.78).",
        "A had a lower risk of death than B (HR 1.80, 95% CI 1.20–2.70).",
        "There was no increased risk (HR 0.56, 95% CI 0.40–0.78).",
        "A higher risk was seen (HR 0.90, 95% CI 0.60–1.35).",
        "A higher score predicted a lower risk of death (HR 0.56, 95% CI 0.40–0.78).",
        "Survival was longer in A than in B (median 23.4 vs 12.6 months).",
        "Survival at 12 months was 43.5% (95% CI 27.1–59.9%) (Table 1).",
        "Chemotherapy went with the odds of success (OR 2.40, 95% CI 1.30–4.43; Table 2).",
    ],
)
def test_words_that_agree_or_may_be_read_otherwise(text):
    assert weighed(text) == []


def test_a_level_that_no_other_interval_has():
    text = " ".join(f"It was {k}.5 (95% CI {k}.1–{k}.9)." for k in range(2, 8))
    assert weighed(text) == []
    (one,) = weighed(text.replace("4.5 (95% CI", "4.5 (65% CI"))
    assert one.finding.outcome.how == "65% here, 95% 5 times else"
    assert one.severity is Severity.PROBABLE
