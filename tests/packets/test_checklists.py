"""The checklists: their items, which are chosen, and whether places exist."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
import subgroups_packet
from docx import Document
from text_views import views

from reports.checklists import author_items, checklists, chosen, known_checklists
from reports.checklists.applies import APPLIES
from reports.checklists.places import PLACES, Packed
from reports.packet import render
from reports.table import Table, markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text

#: Checklist -> its highest number, and how many items there are with the parts of each.
SIZES = {"strobe": (22, 34), "record": (22, 13), "remark": (20, 20), "tripod": (27, 52),
         "prisma": (27, 42)}  # fmt: skip
CHOSEN = {
    "gbsg2": ["strobe", "remark"],
    "lee2024": ["strobe", "record", "remark"],
    "built": ["strobe", "tripod"],
    "markers": ["strobe", "remark", "tripod"],
    "competing": ["strobe"],
    "pooling": ["prisma"],
}


def test_every_item_has_its_number_once_and_names_that_exist():
    for checklist in known_checklists():
        numbers = [item.number for item in checklist.items]
        whole = [int(re.match(r"\d+", n)[0]) for n in numbers]
        assert (max(whole), len(numbers)) == SIZES[checklist.key]
        assert len(set(numbers)) == len(numbers)
        if checklist.key != "record":
            assert sorted(set(whole)) == list(range(1, max(whole) + 1))
        assert whole == sorted(whole)
        assert checklist.when in APPLIES
        for item in checklist.items:
            assert set(item.where) <= set(PLACES), item.number
            assert not item.applies or item.applies in APPLIES, item.number
            assert item.where or item.author, item.number


@pytest.mark.parametrize("name", CHOSEN)
def test_the_plan_chooses_the_checklists(name):
    assert [c.key for c in chosen(views()[name])] == CHOSEN[name]


@pytest.mark.parametrize("name", CHOSEN)
def test_places_are_in_the_packet(name):
    view = views()[name]
    tables = study_tables(view)
    headings = {h for h, _ in methods_text(view)} | {h for h, _ in results_text(view)}
    for table in checklists(view, tables):
        for row in table.rows:
            place = str(row.cells[2])
            for numbers in re.findall(r"Tables? ([\d, ]+)", place):
                assert all(1 <= int(n) <= len(tables) for n in numbers.split(","))
            for named in re.findall(r"(?:Methods|Results): ((?:‘[^’]+’(?:, )?)+)", place):
                assert set(re.findall("‘([^’]+)’", named)) <= headings


def test_an_item_says_where_it_stands_or_that_it_is_the_authors():
    strobe, remark = (markdown(t) for t in checklists(views()["gbsg2"], figures={"km_grade": 2}))
    assert "4 | Main features of the design | Methods: ‘Study design and patients’ |" in strobe
    assert "12b | Subgroups and interactions | does not apply |" in strobe
    assert "14c | Length of follow-up | Tables 2, 3, 7, 11; Figure 2 |" in strobe
    assert "20 | Careful interpretation | author: interpretation |" in strobe
    assert "17 | The marker beside the usual prognostic variables, whatever their p | Table 4;" in (
        remark
    )
    assert "Altman DG" in remark


def test_a_step_in_a_merged_table_is_found_there(monkeypatch):
    view = views()["gbsg2"]
    first, second = [d.step.id for d in view.results.steps if d.step.kind in ("compare", "cox")][:2]
    section = SimpleNamespace(steps=(first, second))
    report = view.results.plan.file.report.model_copy(update={"tables": (section,)})
    monkeypatch.setitem(vars(view.results.plan.file), "report", report)
    tables = [Table("flow", "", (), ()), Table(f"{first}_and_{second}", "", (), ())]
    assert Packed.of(view, tables).of_keys([first, second]) == ["Table 2", "Table 2"]


def test_subgroups_are_found_in_the_methods():
    view = subgroups_packet.view()
    (strobe, *_) = checklists(view)
    (row,) = (r for r in strobe.rows if str(r.cells[0]) == "12b")
    assert "‘Subgroups’" in str(row.cells[2])


def test_a_model_without_the_marker_is_no_answer_to_remark_17():
    view = views()["gbsg2"]
    packed = Packed.of(view)
    alone = SimpleNamespace(
        results=SimpleNamespace(
            steps=[d for d in view.results.steps if d.step.kind not in ("roc", "survival_cutoff")],
            plan=view.results.plan,
        )
    )
    assert PLACES["full models"](view, packed) == ["Table 4"]
    assert PLACES["full models"](alone, packed) == []


def test_what_only_the_author_can_write_is_listed_once():
    items = author_items(views()["markers"])
    assert len(items) == len(set(items))
    assert "Background and reasons (STROBE 2, TRIPOD+AI 3a)" in items
    assert items[0] == "From when the time of ‘Death’ runs: the plan does not say"
    assert not any("From when" in words for words in author_items(views()["gbsg2"]))


def test_the_packet_holds_the_checklists(tmp_path):
    render(views()["competing"].results, tmp_path / "packet")
    document = Document(str(tmp_path / "packet" / "checklists.docx"))
    assert len(document.tables) == 2
    assert document.tables[0].cell(0, 2).text == "Where it stands"
