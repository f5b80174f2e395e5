"""The documentation names what there is: steps and their keys, conventions, verbs, pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cohort_stats
from analyses.schema.derived import KINDS as DERIVED
from analyses.schema.file import EndpointSection, StudySection, VariableSection
from analyses.schema.report import ReportSection
from analyses.schema.step import StepSection
from analyses.schema.steps import KINDS
from cohort_stats.conventions import PRESETS, choices

ROOT = Path(__file__).parent.parent
PLANS = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
STATISTICS = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))


def row_of(text: str, name: str) -> str:
    """The row of a table whose first cell begins with a name."""
    return next((line for line in text.splitlines() if line.startswith(f"| `{name}`")), "")


def keys_of(model) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_step_stands_in_its_row(kind):
    own = [key for key in keys_of(KINDS[kind]) if key not in StepSection.model_fields]
    assert row_of(PLANS, kind), f"no row for {kind}"
    assert [key for key in own if f"`{key}`" not in row_of(PLANS, kind)] == []


def test_every_key_of_the_other_tables_is_explained():
    for model in (StudySection, VariableSection, EndpointSection, ReportSection):
        assert [key for key in keys_of(model) if f"`{key}`" not in PLANS] == []
    assert [key for key in DERIVED if not row_of(PLANS, key)] == []


@pytest.mark.parametrize("choice", [c for c in choices() if c != "preset"])
def test_the_presets_are_as_the_table_says(choice):
    cells = [cell.strip() for cell in row_of(STATISTICS, choice).split("|")[2:6]]
    said = [re.sub(r" \(.*\)", "", cell) for cell in cells]
    assert said == [str(getattr(PRESETS[preset], choice)) for preset in PRESETS]


def test_every_verb_stands_beside_its_equivalent_in_r():
    verbs = [n for n in cohort_stats.__all__ if n.islower() and n != "__version__"]
    data = {"read_cohort", "read_table", "validate", "write_template", "stack"}
    assert [v for v in verbs if v not in data and f"`{v}`" not in STATISTICS] == []


def test_every_page_can_be_reached_and_every_link_leads_somewhere():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    linked = set()
    for base, text in [(ROOT / "README.md", readme), *texts.items()]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            path = (base.parent / target).resolve()
            assert path.exists(), f"{base.name}: {target}"
            linked.add(path)
    assert [page.name for page in PAGES if page.resolve() not in linked] == []
