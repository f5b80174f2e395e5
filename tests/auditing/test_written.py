"""The audit that lies beside each study is that of its registry now."""

from __future__ import annotations

import time

import pytest

from analyses.auditing.audit import audit
from analyses.auditing.written import BY_HAND, FILE, NOT_YET, audit_page
from analyses.plan import STUDIES
from analyses.published.reading import load_published, published_keys

VERIFIED = (
    "jang2025",
    "kang2024",
    "kim2025pni",
    "kim2025sbrt",
    "kwon2026",
    "nam2025",
    "xu2021",
)


@pytest.mark.parametrize("key", published_keys())
def test_audits_are_up_to_date(key):
    written = (STUDIES / key / FILE).read_text(encoding="utf-8")
    assert written == audit_page(key), "python -m analyses.auditing.written"
    words = written.partition(BY_HAND)[2].strip()
    assert words
    assert (key in VERIFIED) <= (words != NOT_YET)


def test_each_finding_has_a_line_of_r():
    lost = [
        one.finding.address
        for key in published_keys()
        for one in audit(load_published(key)).weighed
        if not one.finding.outcome.r
    ]
    assert lost == []


def test_all_audits_together_take_less_than_half_a_minute():
    start = time.process_time()
    for key in published_keys():
        audit(load_published(key))
    assert time.process_time() - start < 30
