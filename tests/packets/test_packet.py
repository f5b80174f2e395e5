"""The packet: complete, whole or not at all, the same each time, every number accounted for."""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from gbsg2_packet import packet, results, view
from openpyxl import load_workbook

from reports.packet import render
from reports.tables import study_tables
from reports.target import NotAPacket
from reports.text import methods_text, results_text
from reports.unbroken import joined, unbroken


def test_it_holds_every_output():
    names = {str(p.relative_to(packet())) for p in packet().rglob("*") if p.is_file()}
    assert {"report.html", "manuscript.docx", "tables.xlsx", "results.csv", "run.json"} <= names
    figures = {n for n in names if n.startswith("figures/")}
    assert len(figures) == 11 * 3
    assert {n.rpartition(".")[2] for n in figures} == {"svg", "pdf", "png"}


def test_results_csv_keeps_full_precision():
    back = pd.read_csv(packet() / "results.csv", float_precision="round_trip")
    stacked = results().stack()
    np.testing.assert_array_equal(back["value"], stacked["value"])
    assert list(back.columns) == list(stacked.columns)


def test_run_json_says_what_the_packet_was_made_from():
    record = json.loads((packet() / "run.json").read_text(encoding="utf-8"))
    assert record["cohort_sha256"] == results().cohort.sha256
    assert record["plan_fingerprint"] == results().plan.fingerprint
    assert record["seed"] == 20260101
    assert record["data"] == "not marked as synthetic"
    assert record["steps_not_done"] == {}


def test_a_second_run_gives_the_same_bytes(tmp_path):
    render(results(), tmp_path / "again")
    for path in packet().rglob("*"):
        if path.is_file():
            name = path.relative_to(packet())
            assert (tmp_path / "again" / name).read_bytes() == path.read_bytes(), name


def test_tables_and_figures_have_the_same_numbers_in_every_file():
    document = Document(packet() / "manuscript.docx")
    lines = ["".join(t.text for t in p._p.iter(qn("w:t"))) for p in document.paragraphs]
    captions = [line for line in lines if re.match(r"(Table|Figure) \d+\. ", line)]
    page = (packet() / "report.html").read_text(encoding="utf-8")
    found = re.findall(r"<strong>((?:Table|Figure) \d+\.)</strong> (.*?)[.<]", page)
    assert [" ".join(one) for one in found] == [c.removesuffix(".") for c in captions]
    tables = [c for c in captions if c.startswith("Table")]
    sheets = load_workbook(packet() / "tables.xlsx").worksheets[1:]
    assert [unbroken(sheet["A1"].value) for sheet in sheets] == [*map(unbroken, tables)]
    files = sorted(path.name for path in (packet() / "figures").glob("*.png"))
    keys = re.findall(r'<figure id="figure-(.*?)"', page)
    assert files == [f"figure_{k:02}_{key}.png" for k, key in enumerate(keys, start=1)]


def test_the_manuscript_says_its_title_once_a_page_and_last_how_it_was_made():
    document = Document(packet() / "manuscript.docx")
    first, *others = document.sections
    assert first.different_first_page_header_footer
    assert not any(section.different_first_page_header_footer for section in others)
    assert first.first_page_header.is_linked_to_previous  # to none: it is empty
    texts = [p.text for p in document.paragraphs]
    assert texts[:2] == [view().results.plan.file.study.title, "Methods"]
    begin = "How this was made. Cohort file: gbsg2_cohort.xlsx; plan ‘gbsg2’, fingerprint "
    assert texts[-1].startswith(begin)


def test_every_number_in_the_word_file_follows_from_results_csv():
    """Take each printed cell of the Word tables and find it among the formatted results."""
    document = Document(packet() / "manuscript.docx")
    assert len(document.tables) == len(study_tables(view()))
    for word, table in zip(document.tables, study_tables(view()), strict=True):
        for printed, row in zip(word.rows[-len(table.rows) :], table.rows, strict=True):
            whole = row.words_only  # its one cell takes the whole width
            wanted = [str(row.cells[0])] if whole else [str(c) + c.mark for c in row.cells]
            cells = list({id(c._tc): c.text for c in printed.cells}.values())
            assert cells == [joined(unbroken(words)) for words in wanted]
    known = set(results().stack()["value"].dropna())
    known |= set(map(abs, known))  # standardised differences are printed without their sign
    for table in study_tables(view()):
        for row in table.rows:
            for cell in row.cells:
                values = (
                    cell.values[:-1]
                    if cell.kind in ("mean_sd", "median_quartiles")
                    else (cell.values[:2] if cell.kind == "count_percent" else cell.values)
                )
                numbers = [v for v in values if isinstance(v, float) and np.isfinite(v)]
                assert set(numbers) <= known, (table.key, cell)


def test_the_word_file_repeats_heads_and_keeps_rows_whole():
    document = Document(packet() / "manuscript.docx")
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(".//{*}tblHeader") is not None
        assert all(row._tr.trPr.find(".//{*}cantSplit") is not None for row in table.rows[2:])


def test_the_workbook_has_a_sheet_for_each_table_and_typed_numbers():
    book = load_workbook(packet() / "tables.xlsx")
    assert len(book.sheetnames) == 1 + len(study_tables(view()))
    sheet = next(
        s for s in book.worksheets if "by hormonal" in str(s["A1"].value) and "Rec" in s["A1"].value
    )
    values = [c.value for row in sheet.iter_rows() for c in row]
    assert 686 in values
    baseline = book.worksheets[1]
    cells = {str(c.value): c for row in baseline.iter_rows() for c in row}
    bounds = [c.value for c in cells.values() if c.number_format == '"<0.001 a"']
    assert bounds
    assert all(0 < value < 0.0005 for value in bounds)
    (smd,) = {c.number_format for c in cells.values() if c.value == pytest.approx(0.574211, 1e-4)}
    assert smd == "0.00"


def test_the_report_needs_nothing_else_and_shows_no_raw_name():
    page = (packet() / "report.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!#)|<script [^>]|@import|url\((?!#)', page)
    body = re.sub(r'id="[^"]*"|href="[^"]*"|<style>.*?</style>', "", page, flags=re.S)
    for name in results().cohort.dictionary:
        if "_" in name:
            assert name not in body, name
    assert results().plan.fingerprint in body
    assert len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]{40,}"', body)) == 11
    assert len(page) < 1_500_000


def test_synthetic_patients_are_called_so_in_every_output(tmp_path):
    made_up = replace(results(), cohort=replace(results().cohort, synthetic=True))
    made_up = replace(made_up, steps=made_up.steps[:2])
    out = render(made_up, tmp_path / "packet").folder
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.index("SYNTHETIC DATA") < page.index("<h1>")
    assert json.loads((out / "run.json").read_text())["data"] == "SYNTHETIC"
    assert set(pd.read_csv(out / "results.csv")["data"]) == {"SYNTHETIC"}
    document = Document(out / "manuscript.docx")
    assert "SYNTHETIC" in document.sections[0].header.paragraphs[0].text
    assert any("SYNTHETIC" in p.text for p in document.paragraphs[:3])
    for sheet in load_workbook(out / "tables.xlsx").worksheets:
        assert any("SYNTHETIC" in str(c.value) for row in sheet["A1:A3"] for c in row), sheet.title
    from reports.figures import study_figures
    from reports.view import View

    for drawing in study_figures(View(made_up)):
        assert any("SYNTHETIC" in t.get_text() for t in drawing.figure.texts)


def test_real_patients_are_never_called_synthetic():
    assert "SYNTHETIC" not in (packet() / "report.html").read_text(encoding="utf-8")


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(NotAPacket, match="is not a packet"):
        render(results(), tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_a_failing_run_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the disk burst")

    monkeypatch.setattr("reports.html.report_page", fail)
    few = replace(results(), steps=results().steps[:1])
    with pytest.raises(RuntimeError):
        render(few, tmp_path / "packet")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_at_any_stage_leaves_the_earlier_packet_as_it_was(tmp_path):
    few = replace(results(), steps=results().steps[:2])
    folder, stages = tmp_path / "packet", []
    render(few, folder, progress=stages.append)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert len(stages) >= 6

    for stop in stages:

        def interrupt(stage, stop=stop):
            if stage == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            render(few, folder, progress=interrupt)
        assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
        assert list(tmp_path.iterdir()) == [folder]


def test_a_run_says_which_figures_are_wider_than_was_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("reports.view.View.figure_width", 84.0)
    steps = tuple(d for d in results().steps if d.step.id in ("km_hormone", "cox_rfs"))
    said = []
    render(replace(results(), steps=steps), tmp_path / "packet", progress=said.append)
    wider = [line for line in said if line.startswith("Figure") and "mm wide" in line]
    assert len(wider) == 1
    assert wider[0].endswith("mm wide; the plan asks for 84)")


def test_an_interruption_while_the_packet_is_put_in_place_keeps_the_earlier_one(
    tmp_path, monkeypatch
):
    few = replace(results(), steps=results().steps[:1])
    folder = render(few, tmp_path / "packet").folder
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    moved, really = [], os.replace

    def interrupted(source, target):
        moved.append(target)
        if len(moved) == 2:
            raise KeyboardInterrupt
        really(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render(few, folder)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    assert list(tmp_path.iterdir()) == [folder]


def test_an_earlier_packet_is_replaced_whole(tmp_path):
    more = replace(results(), steps=results().steps[:2])
    few = replace(results(), steps=results().steps[:1])
    render(more, tmp_path / "packet")
    render(few, tmp_path / "packet")
    left = {path.stem for path in (tmp_path / "packet" / "figures").iterdir()}
    assert left == {"figure_01_flow"}


@pytest.mark.parametrize("change", ["added", "edited", "record lost"])
def test_a_packet_changed_by_hand_is_left_alone(tmp_path, change):
    few = replace(results(), steps=results().steps[:1])
    folder = render(few, tmp_path / "packet").folder
    if change == "added":
        (folder / "notes.txt").write_text("mine")
    elif change == "edited":
        (folder / "manuscript.docx").write_bytes(b"edited in Word")
    else:
        (folder / "run.json").write_text("{}")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    expected = {"added": "notes.txt", "edited": "manuscript.docx", "record lost": "not a packet"}
    with pytest.raises(NotAPacket, match=expected[change]):
        render(few, folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_methods_say_what_was_run():
    text = " ".join(words for _, words in methods_text(view()))
    for words in (
        "Kaplan–Meier method", "log-log scale", "log-rank test", "Efron’s method for tied times",
        "profile-likelihood", "univariable p below 0.1", "was derived from these data",
        "matched 1:1", "cohort-stats", "Python 3.",
    ):  # fmt: skip
        assert words in text, words
    sentences = re.split(r"(?<=[a-z)])\. ", text)
    assert len(sentences) == len(set(sentences))


def test_results_in_sentences_claim_no_cause():
    text = " ".join(words for _, words in results_text(view()))
    assert "HR 0.71, 95% CI 0.55–0.91, p = 0.007" in text
    assert "was 1528 days (95% CI 1280–1814)" in text
    for claim in ("cause", "effect of", "proves", "no difference", "significant", "leads to"):
        assert claim not in text


def test_word_bytes_are_a_valid_package():
    assert Document(io.BytesIO((packet() / "manuscript.docx").read_bytes())).core_properties.title
